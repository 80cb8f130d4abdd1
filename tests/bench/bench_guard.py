"""What the guard costs: a guarded GET beside the same route without guard; tokens beside a peer.

Requests are made beforehand and sent as bytes over connections that stay open, so that the one
who asks costs little and the same on both sides.
"""

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode, urlsplit

from synergie.exchange.trust.clients import Clients
from synergie.exchange.trust.organisations import Directory
from synergie.schemas.scopes import SCOPES
from synergie.schemas.trust.organisation import Organisation
from synergie.storage.store import Store
from tests.bench.bench_http import database
from tests.bench.harness import Bench, Goal, Measured, NotMeasured
from tests.server.partner import Clock, Partner, ec_signer

ROUNDS = 25
REQUESTS = 128
TOKENS = 200
TOKEN_ROUNDS = 5
ORG = "org-bench"
HERE = Path(__file__).resolve().parent
INTEROP = HERE.parent / "interop"

_APP = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
import uvicorn
from synergie.exchange.trust.organisations import Directory
from synergie.policy import Principal
from synergie.schemas.trust.organisation import Organisation
from synergie.server.app import create_app
from synergie.server.run import listening_on, server_of
from synergie.server.settings import Settings
from synergie.storage.store import Store

port = int(sys.argv[1])
store = Store.open(os.environ["STORE"])
url = f"http://127.0.0.1:{port}"
settings = Settings(public_url=url, data_dir=Path(os.environ["DATA"]), port=port, dev=True,
                    limits=False, webhooks_every_s=0)
app = create_app(store, settings)
directory = Directory(store)
caller = Principal(client_id="c", organisation="org-bench", scopes=frozenset())

@app.get("/open/organisations/{organisation_id}")
def organisation(organisation_id: str) -> Organisation:
    return directory.read(caller, organisation_id, now=datetime.now(UTC))

app.router.routes.insert(0, app.router.routes.pop())  # found as soon as the guarded one

listening, _addressed = listening_on(settings)
server_of(app, settings, lambda: print("ready", flush=True)).run([listening])
"""


@dataclass(frozen=True)
class Served:
    """The server with both routes, and a program that may call it."""

    url: str
    partner: Partner


@contextmanager
def served(store_url: str, folder: Path) -> Iterator[Served]:
    """The whole server in a process of its own, with one route more that has no guard."""
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    partner = _registered(store_url, url)
    environment = os.environ | {"STORE": store_url, "DATA": str(folder / "data")}
    with subprocess.Popen(
        [sys.executable, "-c", _APP, str(port)],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    ) as process:  # fmt: skip
        try:
            assert process.stdout is not None
            while (line := process.stdout.readline()) and line != "ready\n":
                pass
            yield Served(url, partner)
        finally:
            process.kill()


def _registered(store_url: str, url: str) -> Partner:
    now = datetime.fromtimestamp(time.time(), UTC)
    partner = Partner(f"{ORG}-app", Clock(now), issuer=url)
    store = Store.open(store_url)
    record = Organisation(
        id=ORG, name=ORG, kind="epci", siren=None, insee_code=None, parent=None,
        provenance="synthetic",
    )  # fmt: skip
    Directory(store).add(record, partner.key.jwks, now=now)
    Clients(store).register(
        partner.client_id, ORG, name=ORG, jwks=partner.key.jwks, scopes=SCOPES, now=now
    )
    store.close()
    return partner


def guard(engine: str, connections: int) -> Measured:
    """How many times longer guarded requests take, at *connections* at once."""
    with TemporaryDirectory(prefix="synergie-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        if engine == "sqlite":
            url = f"sqlite:///{folder}/store.db"
        else:
            url = stack.enter_context(database())
        place = stack.enter_context(served(url, folder))
        guarded: list[float] = []
        bare: list[float] = []
        for turn in range(ROUNDS + 1):
            pair = [(_guarded(place), guarded), (_bare(place), bare)]
            for requests, kept in pair if turn % 2 else reversed(pair):
                kept.append(_timed(place.url, requests, connections))
    mine, theirs = median(guarded[1:]), median(bare[1:])
    each = 1000 * mine / REQUESTS
    return Measured(
        mine / theirs,
        f"{engine}, {connections} connections: guarded {each:.3g} ms a request, without guard "
        f"{1000 * theirs / REQUESTS:.3g} ms, {ROUNDS} rounds of {REQUESTS}",
    )


def _guarded(place: Served) -> list[bytes]:
    partner = place.partner
    partner.clock.now = datetime.fromtimestamp(time.time(), UTC)
    path = f"/v1/organisations/{ORG}"
    token = json.loads(_asked(place.url, [_token_request(place.url, partner)], 1)[0])[
        "access_token"
    ]
    return [
        _get(place.url, path, partner.presenting(token, url=f"{place.url}{path}"))
        for _ in range(REQUESTS)
    ]


def _bare(place: Served) -> list[bytes]:
    return [_get(place.url, f"/open/organisations/{ORG}", {})] * REQUESTS


def tokens() -> Measured:
    """How many tokens a second, beside a certified server on the same machine."""
    with TemporaryDirectory(prefix="synergie-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        ours = stack.enter_context(served(f"sqlite:///{folder}/store.db", folder))
        peer = stack.enter_context(_peer())
        mine: list[float] = []
        theirs: list[float] = []
        for turn in range(TOKEN_ROUNDS + 1):
            pair = [(ours, mine), (peer, theirs)]
            for place, kept in pair if turn % 2 else reversed(pair):
                place.partner.clock.now = datetime.fromtimestamp(time.time(), UTC)
                requests = [_token_request(place.url, place.partner) for _ in range(TOKENS)]
                kept.append(_timed(place.url, requests, 8))
    rates = [TOKENS / median(times[1:]) for times in (mine, theirs)]
    return Measured(
        rates[0] / rates[1],
        f"tokens a second at 8 connections: ours {rates[0]:.0f} (each in three transactions on the "
        f"disk), peer {rates[1]:.0f} (kept in memory); {TOKEN_ROUNDS} rounds of {TOKENS}",
    )


@contextmanager
def _peer() -> Iterator[Served]:
    """npm oidc-provider, certified for this profile, over plain http on this machine."""
    if not (INTEROP / "node_modules" / "oidc-provider").is_dir():
        raise NotMeasured("needs npm oidc-provider (sh .ci/npm)")
    signer = ec_signer()
    given = {
        "clients": {"peer-app": signer.jwks},
        "nonce": False,
        "organisation": {},
        "plain": True,
    }
    with subprocess.Popen(
        ["node", "--no-warnings", str(INTEROP / "certified-server.mjs")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    ) as process:  # fmt: skip
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(json.dumps(given) + "\n")
        process.stdin.flush()
        try:
            url = json.loads(process.stdout.readline())["issuer"]
            partner = Partner("peer-app", Clock(), signer, issuer=url)
            yield Served(url, partner)
        finally:
            process.kill()


def _token_request(url: str, partner: Partner) -> bytes:
    form: dict[str, Any] = partner.form(scope="organisations:read")
    proof = partner.proof("POST", f"{url}/token")
    body = urlencode(form).encode()
    head = (
        f"POST /token HTTP/1.1\r\nHost: {urlsplit(url).netloc}\r\nDPoP: {proof}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _get(url: str, path: str, headers: dict[str, str]) -> bytes:
    lines = [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(
        [f"GET {path} HTTP/1.1", f"Host: {urlsplit(url).netloc}", *lines, "", ""]
    ).encode()


def _timed(url: str, requests: Sequence[bytes], connections: int) -> float:
    start = time.perf_counter()
    _asked(url, requests, connections)
    return time.perf_counter() - start


def _asked(url: str, requests: Sequence[bytes], connections: int) -> list[bytes]:
    """The bodies of the answers, each 200, sent over so many connections that stay open."""
    return asyncio.run(_all(url, requests, connections))


async def _all(url: str, requests: Sequence[bytes], connections: int) -> list[bytes]:
    parts = [requests[n::connections] for n in range(connections)]
    answers = await asyncio.gather(*(_one_by_one(url, part) for part in parts if part))
    return [body for part in answers for body in part]


async def _one_by_one(url: str, requests: Sequence[bytes]) -> list[bytes]:
    where = urlsplit(url)
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    bodies = []
    for request in requests:
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        assert head.startswith(b"http/1.1 200"), head
        bodies.append(await _body(reader, head))
    writer.close()
    return bodies


async def _body(reader: asyncio.StreamReader, head: bytes) -> bytes:
    if b"transfer-encoding: chunked" not in head:
        length = head.partition(b"content-length: ")[2].partition(b"\r\n")[0]
        return await reader.readexactly(int(length))
    body = b""
    while size := int((await reader.readline()).strip(), 16):
        body += await reader.readexactly(size)
        await reader.readline()
    await reader.readline()
    return body


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _bench(engine: str, connections: int) -> Bench:
    return Bench(
        name=f"guard-{engine}-{connections}",
        title=f"A guarded GET: token, proof, live state, used once ({connections} at once)",
        goal=Goal("<=", 2.5),
        unit="× the time",
        peer="the same route in the same server, without guard",
        run=lambda: guard(engine, connections),
    )


BENCHES = [
    *(_bench(engine, n) for engine in ("sqlite", "postgresql") for n in (1, 32)),
    Bench(
        name="tokens-beside-certified",
        title="Tokens a second: client assertion, proof, token, all of it on the disk",
        goal=Goal(">", 0),
        unit="×",
        peer="npm oidc-provider 9.13.3, state in memory; reported, no goal",
        run=tokens,
    ),
]
