"""Light points as OGC features over HTTP: ours with token, proof and policy, the peers' without."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import parse_qsl, urlsplit

import httpx2

from synergie.client import Auth, Client
from synergie.client.relay import Relay
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.location import Location
from tests.bench import ogc_peers
from tests.bench.harness import Bench, Goal, Measured, side_by_side
from tests.faults.process import Process

LIGHTS = 100_000
BATCH = 10_000
ROUNDS = 3
ITEMS = "/ogc/own/collections/light_points/items"

type Peer = Callable[[list[LightPointRecord], Path], AbstractContextManager[str]]


def lights(n: int) -> list[LightPointRecord]:
    """Light points of a département, as an inventory tells them."""
    return [
        LightPointRecord(
            external_id=f"L{i:06}",
            cabinet=f"A{i // 40}",
            insee_code=f"54{i // 500:03}",
            location=Location(longitude=6 + (i % 317) / 1000, latitude=48.5 + (i // 317) / 1000),
            source_type="LED" if i % 3 else "SHP",
            power_w=70 + i % 80,
            height_m=8.0,
            cct_k=3000,
            luminaire_model="Modèle courant",
            is_public=True,
            status="functional",
            provenance="synthetic",
        )
        for i in range(n)
    ]


@contextmanager
def ours(found: list[LightPointRecord]) -> Iterator[Callable[[], int]]:
    """A reading of every page by a partner's program: a token, and a proof a request."""
    with TemporaryDirectory(prefix="synergie-bench-") as folder:
        url = f"sqlite:///{folder}/store.db"
        with Process.started(Path(folder), url) as process:
            auth = process.auth("bench")
            with Client(process.url, auth) as client:
                for first in range(0, len(found), BATCH):
                    client.publish_light_points(found[first : first + BATCH])
            yield lambda: asyncio.run(_read(process.url, auth))


async def _read(url: str, auth: Auth) -> int:
    n, query = 0, f"limit={ogc_peers.PAGE}"
    async with Relay(url, auth) as relay:
        while query:
            async with await relay.read(ITEMS, parse_qsl(query), ogc_peers.PLAIN) as answer:
                body = await answer.read_body(16 << 20)
            assert answer.status == 200, body[:500]
            some, here = ogc_peers.turned(body)
            n, query = n + some, urlsplit(here).query
    return n


def features(peer: Peer) -> Measured:
    """How many times as fast every feature is read, each page by its `next` link."""
    found = lights(LIGHTS)
    with ExitStack() as stack, httpx2.Client(trust_env=False, timeout=120) as http:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="synergie-bench-")))
        address = stack.enter_context(peer(found, folder))
        mine = stack.enter_context(ours(found))

        def theirs() -> None:
            assert ogc_peers.read(http, address) == LIGHTS

        def our() -> None:
            assert mine() == LIGHTS

        timed = side_by_side(our, theirs, rounds=ROUNDS)
    return Measured(timed.value, f"{LIGHTS} features by pages of {ogc_peers.PAGE}; {timed.notes}")


BENCHES = [
    Bench(
        name="ogc-features-pygeoapi",
        title="100,000 lights as OGC features, through the whole guard",
        goal=Goal(">=", 5),
        unit="×",
        peer="pygeoapi 0.24 over PostGIS, no authentication",
        run=lambda: features(ogc_peers.pygeoapi),
    ),
    Bench(
        name="ogc-features-tipg",
        title="100,000 lights as OGC features, through the whole guard",
        goal=Goal(">=", 5),
        unit="×",
        peer="tipg 1.6.1 over PostGIS, no authentication",
        run=lambda: features(ogc_peers.tipg),
    ),
]
