"""A process that has loaded the server and forks it: `python -m tests.server.fork_host FD`.

To load the server takes 4 s of a processor, to fork it 0.03. What is forked is a process like any
other: own files, own signals, killed as such. Tests of the start itself begin a new interpreter.
"""

import gc
import json
import os
import runpy
import select
import signal
import socket
import sys
import threading
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

_LONGEST = 1 << 20


def main(fd: int) -> list[str]:
    """Fork what is asked for on the socket *fd*, until it is closed; the child's own words."""
    wake, waker = socket.socketpair()
    wake.setblocking(False)
    waker.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
    asking = socket.socket(fileno=fd)
    while True:
        ready, _, _ = select.select([asking, wake], [], [])
        if wake in ready:
            with suppress(BlockingIOError):
                wake.recv(4096)
            _tell_ends(asking)
        if asking in ready and (asked := _fork(asking)) is not None:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for one in (asking, wake, waker):
                one.close()
            return _become(*asked)


def _fork(asking: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    """In the child what was asked for and the files that came with it, in the parent None."""
    text, files, _, _ = socket.recv_fds(asking, _LONGEST, 2)
    if not text:
        os._exit(0)
    pid = os.fork()
    if not pid:
        return json.loads(text), files
    for file in files:
        os.close(file)
    asking.send(json.dumps({"begun": pid}).encode())
    return None


def _tell_ends(asking: socket.socket) -> None:
    with suppress(ChildProcessError):
        while (found := os.waitpid(-1, os.WNOHANG))[0]:
            ended = {"ended": found[0], "status": os.waitstatus_to_exitcode(found[1])}
            asking.send(json.dumps(ended).encode())


def _become(asked: dict[str, Any], files: list[int]) -> list[str]:
    """This process with the output, folder and environment that were asked for; its words."""
    for file, target in zip(files, (1, 2), strict=True):
        os.dup2(file, target)
        os.close(file)
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    return list(asked["words"])


def load() -> None:
    """Load what a server loads: all commands, and one application over an empty store."""
    import uvicorn.lifespan.on
    import uvicorn.loops.uvloop  # noqa: F401

    import synergie.cli._app
    import synergie.server.run  # noqa: F401
    from synergie.server.app import create_app
    from synergie.server.settings import Settings
    from synergie.storage.store import Store

    with TemporaryDirectory() as folder:
        store = Store.open(f"sqlite:///{folder}/store.db")
        create_app(store, Settings(data_dir=Path(folder), dev=True))
        store.close()
    assert threading.active_count() == 1, threading.enumerate()
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    load()
    module, *words = main(int(sys.argv[1]))
    sys.argv = [module, *words]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
