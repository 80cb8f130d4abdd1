"""The territory of `world` on a real loopback port, and `synergie proxy` before it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from synergie.client.keys import save_key
from synergie.storage.store import Store
from synergie.testing import server
from tests.ogc.world import made, outlines
from tests.server.place import light_point

MANY = 2_500


@dataclass(frozen=True)
class Served:
    """Where the two sides answer."""

    public: str
    own: str
    shared: str
    name: str
    """The public collection."""


@contextmanager
def serving(folder: Path) -> Iterator[Served]:
    """A real server on a loopback port over `store.db` of *folder*, and two relays before it."""
    with ExitStack() as stack:
        store = Store.open(f"sqlite:///{folder / 'store.db'}")
        stack.callback(store.close)
        world = made(store, folder)
        world.stranger.made("/v1/light-points", *map(_light, range(MANY)))
        running = stack.enter_context(server(store, communes=outlines(folder)))
        own = stack.enter_context(_relay(running, world.stranger.organisation, folder, "--own"))
        read = ["--agreement", world.ids["map"]]
        shared = stack.enter_context(_relay(running, world.partner.organisation, folder, *read))
        yield Served(
            public=f"{running.url}/ogc",
            own=f"{own}/ogc/own",
            shared=f"{shared}{world.shared}",
            name=world.ids["open"],
        )


def _light(n: int) -> dict[str, Any]:
    """Measures that are whole in the first thirty, nothing known of `height_m` before them."""
    more = {"height_m": 7.5} if n >= 30 else {}
    at = {"longitude": 6 + n / 5000, "latitude": 48.5 + n / 5000}
    return light_point(f"G{n:04}", location=at, power_w=70 + n, insee_code="04430", **more)


class _relay:  # noqa: N801 (used as a function)
    """`synergie proxy` before *running*; gives its address without the slash at the end."""

    def __init__(self, running: Any, organisation: str, folder: Path, *options: str) -> None:
        auth = running.auth(organisation, program=f"relay-{organisation}")
        key = folder / f"{organisation}.json"
        save_key(auth.key, key)
        self.command = [
            sys.executable, "-m", "synergie", "proxy", "--server", running.url,
            "--client", auth.client_id, "--key", str(key), *options,
        ]  # fmt: skip

    def __enter__(self) -> str:
        environ = {k: v for k, v in os.environ.items() if not k.startswith("SYNERGIE_")}
        self.process = subprocess.Popen(
            self.command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environ
        )
        assert self.process.stdout is not None
        home = self.process.stdout.readline().strip()
        assert home.startswith("http://127.0.0.1")
        return home.rstrip("/")

    def __exit__(self, *_: object) -> None:
        assert self.process.stdout is not None
        self.process.terminate()
        self.process.wait(30)
        self.process.stdout.close()
