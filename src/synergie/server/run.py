"""The server as a process: sockets, time limits, workers, a clean stop.

uvicorn's defaults survive neither slow headers, nor a reader who reads nothing, nor a half-sent
body at the stop; each has its limit here.
"""

import gc
import multiprocessing
import os
import signal
import socket
import ssl
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import replace
from functools import partial
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, override

import uvicorn
from fastapi import FastAPI

from synergie.errors import Misconfigured
from synergie.exchange.files.byte_budget import ByteBudget
from synergie.exchange.files.limited_reader import LimitedReader
from synergie.exchange.time_marks import TimeMarks
from synergie.reports.language import use_language
from synergie.server import log, sandbox
from synergie.server.app import create_app
from synergie.server.backup import RESTORING
from synergie.server.clock_check import start_clock
from synergie.server.entry import Entry, entry_of
from synergie.server.house import Services
from synergie.server.keyring import Keyring
from synergie.server.life import Life
from synergie.server.process_end import end_on_damage, end_with_parent
from synergie.server.settings import Settings
from synergie.server.tls_door import TlsDoor
from synergie.server.wall_clock import CLOCK
from synergie.storage.store import Store
from synergie.storage.store_lock import lock_store, mark_damage

type Ready = Callable[[str], None]
"""Told the address, once, when the server answers."""

if TYPE_CHECKING:
    from synergie.server.metrics import Meter

_CIPHERS = "ECDHE+AESGCM"
"""What FAPI 2.0 §5.2 leaves of TLS 1.2; uvicorn's default admits CBC suites."""

_BACKLOG = 2048
_KEEP_ALIVE_S = 30
_OTHERS_MAY = 0o077


def serve(settings: Settings, *, ready: Ready = lambda _address: None) -> None:
    """Serve until told to stop (SIGTERM, SIGINT); requests in hand are finished first.

    Raises Misconfigured when it cannot start: the port is taken, the store is of another version…
    """
    _check_workers(settings)
    _require_whole(settings)
    if settings.sandbox:
        settings = sandbox.lower_limits(settings)
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not settings.dev:
        _require_closed(settings.data_dir)
    log.start_logging()
    listening, addressed = listening_on(settings)
    try:
        with (
            lock_store(settings.store_url, _describe_server(addressed)),
            use_language("fr"),
        ):  # the API's; a page is told in the language of its reader
            if settings.sandbox:
                sandbox.empty_sandbox_folder(settings.data_dir)
            _run_processes(addressed, listening, ready)
    finally:
        listening.close()


def _describe_server(settings: Settings) -> str:
    """The name of this server for the person who starts a second one."""
    return f"{settings.public_url} (pid {os.getpid()}, {socket.gethostname()})"


def _run_processes(settings: Settings, listening: socket.socket, ready: Ready) -> None:
    """One process, several, or one after another."""
    if settings.sandbox:
        _serve_seasons(settings, listening, lambda: ready(settings.public_url))
    elif settings.workers == 1:
        _serve_store(settings, listening, lambda: ready(settings.public_url))
    else:
        with _metrics_shown(settings, None):
            _Crew(settings, listening).run(ready)


@contextmanager
def _metrics_shown(settings: Settings, meter: "Meter | None") -> Iterator[None]:
    """`/metrics`, where a port is chosen: of this process, or without *meter* of those to come."""
    if settings.metrics_port is None:
        yield
        return
    from synergie.server.metrics import serve_metrics, share_metrics  # noqa: PLC0415 (heavy)

    if meter is None:
        share_metrics(settings)
    with serve_metrics(settings, meter):
        yield


def _forget_metrics(pid: int) -> None:
    from synergie.server.metrics import forget_process  # noqa: PLC0415 (heavy)

    forget_process(pid)


def listening_on(settings: Settings) -> tuple[socket.socket, Settings]:
    """A socket that listens where *settings* say, and the settings with the address it has."""
    listening = _bind_socket(settings)
    return listening, _set_public_address(settings, listening)


def server_of(app: FastAPI, settings: Settings, started: Callable[[], None]) -> "Server":
    """The server of *app*, to be run on a socket that listens already."""
    config = uvicorn.Config(
        app,
        http=entry_of(app, settings),
        ws="none",
        loop="auto",  # uvloop, but on Windows
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        backlog=_BACKLOG,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=settings.grace_s,
        ssl_certfile=settings.tls_cert,
        ssl_keyfile=settings.tls_key,
        ssl_ciphers=_CIPHERS,
    )
    return Server(config, app.state.house.life, drain_s=settings.drain_s, started=started)


class Server(uvicorn.Server):
    """Says when it is ready; told to stop, it is not ready at once, and gone a little later.

    A load balancer sees the first and sends no more; then connections are refused, requests in
    hand end within their time, and the process ends with 0. A second signal ends it at once.
    """

    def __init__(
        self, config: uvicorn.Config, life: Life, *, drain_s: float, started: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._life, self._drain_s, self._started = life, drain_s, started
        self._stop_at: float | None = None
        self.turned = False
        """Whether it stopped by itself, to begin anew."""

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        secured = self.config.ssl
        await super().startup(sockets if secured is None else [])
        if secured is not None:
            self.servers += [self._door(one, secured) for one in sockets or []]
        if self.started:
            self._started()

    def _door(self, listening: socket.socket, secured: ssl.SSLContext) -> Any:
        """Closed as the servers of asyncio are."""
        kind: type[Entry] = self.config.http_protocol_class  # type: ignore[assignment]

        def entry() -> Entry:
            return kind(
                config=self.config, server_state=self.server_state, app_state=self.lifespan.state
            )

        return TlsDoor(listening, secured, entry, seconds=kind.header_s)

    @override
    async def on_tick(self, counter: int) -> bool:
        if self._stop_at is not None and time.monotonic() >= self._stop_at:
            return True
        return await super().on_tick(counter)

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._life.stopping = True
        await super().shutdown(sockets)

    @override
    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.turned = False
        self.stop(drain=sig == signal.SIGTERM)

    def turn(self) -> None:
        """Stop soon, to begin anew, unless it is told to stop already."""
        if self._stop_at is None:
            self.turned = True
            self.stop()

    def stop(self, *, drain: bool = False) -> None:
        """Stop soon; the second time, at once."""
        again = self._stop_at is not None
        self.force_exit = again
        self._life.stopping = True
        self._stop_at = time.monotonic() + (self._drain_s if drain and not again else 0)


def _serve_seasons(
    settings: Settings, listening: socket.socket, started: Callable[[], None]
) -> None:
    """One season of a sandbox after another, each from nothing, until told to stop."""
    place = settings.model_copy(update={"port": listening.getsockname()[1]})
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # between two seasons, too
    with suppress(KeyboardInterrupt):
        while _serve_store(settings, listening, started):
            CLOCK.forget_floor()  # the next store was never in use
            log.logger().info("sandbox.turned")
            sandbox.empty_sandbox_folder(settings.data_dir)
            listening, started = (
                _bind_socket(place),
                _do_nothing,
            )  # the server closed the one it had
    sandbox.empty_sandbox_folder(settings.data_dir)


def _do_nothing() -> None: ...


def _serve_store(
    settings: Settings, listening: socket.socket, started: Callable[[], None], *, alone: bool = True
) -> bool:
    """Serve until told to stop; whether it was the end of a sandbox's season.

    Not *alone*: another process shows the metrics of all.
    """
    store = Store.open(settings.store_url)
    try:
        start_clock(TimeMarks(store), CLOCK, accept=settings.accept_clock)
        app = create_app(store, settings)
        end_on_damage(store.damage, app.state.house.life, partial(mark_damage, store.url))
        log.set_redaction_key(Keyring.open(settings.keys_dir).secret_for("log"))
        _isolate_file_readers(app)
        server = server_of(app, settings, started)
        with (
            sandbox.limit_season(settings.sandbox_h, server.turn)
            if settings.sandbox
            else nullcontext(),
            _metrics_shown(settings, app.state.meter) if alone else nullcontext(),
        ):
            server.run([listening])
        return server.turned
    finally:
        store.close()


def _isolate_file_readers(app: FastAPI) -> None:
    """Files of partners are opened in processes with limits, apart from this one.

    Not in a server inside another program: a process of its own would run that program again.
    """
    house: Services = app.state.house
    reader, budget = LimitedReader(), ByteBudget()
    deposits = replace(house.readings.deposits, reader=reader, budget=budget)
    dropped = replace(house.readings.depot.deposits, reader=reader, budget=budget)
    depot = replace(house.readings.depot, deposits=dropped)
    readings = replace(house.readings, deposits=deposits, depot=depot)
    app.state.house = replace(house, readings=readings)


def _work_in_crew(settings: Settings, listening: socket.socket, ready: Event) -> None:
    gc.freeze()  # what was imported stays: no search for garbage in it
    end_with_parent()
    log.start_logging()
    _serve_store(settings, listening, ready.set, alone=False)


class _Crew:
    """Several processes on one socket; one that dies is replaced."""

    def __init__(self, settings: Settings, listening: socket.socket) -> None:
        self._settings, self._listening = settings, listening
        self._context = multiprocessing.get_context("spawn")
        self._ready = self._context.Event()
        self._stopping = self._damaged = False
        self._crew: list[BaseProcess] = []

    def run(self, ready: Ready) -> None:
        """Until told to stop."""
        Store.open(self._settings.store_url).close()  # migrated once, before any worker
        for sig in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sig, self._stop)
        self._crew = [self._hired() for _ in range(self._settings.workers)]
        told = False
        while any(worker.is_alive() for worker in self._crew) or not self._stopping:
            if not told and self._ready.wait(0.1):
                ready(self._settings.public_url)
                told = True
            self._look_after()
        for worker in self._crew:
            worker.join()
        if self._damaged:
            sys.exit(os.EX_IOERR)

    def _hired(self) -> BaseProcess:
        arguments = (self._settings, self._listening, self._ready)
        worker = self._context.Process(target=_work_in_crew, args=arguments)
        worker.start()
        return worker

    def _look_after(self) -> None:
        for index, worker in enumerate(self._crew):
            worker.join(0.1)
            if not worker.is_alive() and not self._stopping:
                log.logger().error("worker.died", pid=worker.pid, exit=worker.exitcode)
                if self._settings.metrics_port is not None:
                    _forget_metrics(worker.pid or 0)
                if worker.exitcode == os.EX_IOERR:  # the disk failed: for the others, too
                    self._damaged = True
                    self._stop_all()
                    return
                self._crew[index] = self._hired()

    def _stop(self, _sig: int, _frame: FrameType | None) -> None:
        self._stop_all()

    def _stop_all(self) -> None:
        self._stopping = True
        for worker in self._crew:
            with suppress(ValueError):  # it is gone already
                worker.terminate()


def _require_whole(settings: Settings) -> None:
    """Misconfigured while a restore into the data folder is not at its end."""
    if (settings.data_dir / RESTORING).exists():
        raise Misconfigured(
            "{}: a restore was interrupted here; run the same `synergie restore` again",
            settings.data_dir,
        )


def _require_closed(folder: Path) -> None:
    """Misconfigured when others than the server's user may enter its folder."""
    mode = folder.stat().st_mode & 0o777
    if mode & _OTHERS_MAY:
        raise Misconfigured(
            "{}: others may enter it (mode {}); `chmod 700 {}` closes it",
            folder,
            f"{mode:04o}",
            folder,
        )


def _check_workers(settings: Settings) -> None:
    if settings.workers > 1 and settings.store_url in ("sqlite://", "sqlite:///:memory:"):
        raise Misconfigured("SYNERGIE_WORKERS: several processes cannot share a store in memory")
    if (settings.tls_cert is None) != (settings.tls_key is None):
        raise Misconfigured("SYNERGIE_TLS_CERT and SYNERGIE_TLS_KEY: expected both, or none")
    if settings.proxied is None and _ends_tls_elsewhere(settings):
        raise Misconfigured(
            "SYNERGIE_PROXIED: {} is https and this server has no certificate of its own: expected "
            "true (a proxy stands before it and names the caller in X-Forwarded-For) or false",
            settings.public_url,
        )
    for path in filter(None, (settings.tls_cert, settings.tls_key)):
        if not path.is_file():
            raise Misconfigured("{}: no such file", path)
    if settings.tls_key is not None and settings.tls_key.stat().st_mode & _OTHERS_MAY:
        raise Misconfigured("{}: others may read it, expected mode 0600", settings.tls_key)


def _ends_tls_elsewhere(settings: Settings) -> bool:
    return settings.public_url.startswith("https:") and settings.tls_cert is None


def _bind_socket(settings: Settings) -> socket.socket:
    """A socket that listens where the settings say."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # with its protocol named, or asyncio leaves Nagle's delay on: 40 ms an answer
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
        listening.listen(_BACKLOG)
    except OSError as error:
        listening.close()
        place = f"{settings.host}:{settings.port}"
        raise Misconfigured("cannot listen on {}: {}", place, error.strerror) from error
    return listening


def _set_public_address(settings: Settings, listening: socket.socket) -> Settings:
    """The settings with the address that clients use, when the operator told none."""
    if "public_url" in settings.model_fields_set:
        return settings
    scheme = "http" if settings.tls_cert is None else "https"
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    url = f"{scheme}://{host}:{listening.getsockname()[1]}"
    return type(settings).model_validate(settings.model_dump() | {"public_url": url})
