"""Two servers over one PostgreSQL, or two workers over one file: what one has seen the other knows.

Keys rotate under both. A second server of one file does not start.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from synergie.exchange.trust.clients import Clients
from synergie.proof import jose
from synergie.server.keyring import Keyring
from synergie.storage.store import Store
from tests.databases import new_store
from tests.server.partner import GONE, Clock, Partner, enrol
from tests.server.process import serving

ROUNDS = 25


@dataclass
class Pair:
    """Two servers that answer in the name of one, and a program."""

    url: str
    servers: list[httpx2.Client]
    partner: Partner
    data: Path

    def tick(self) -> None:
        self.partner.clock.now = datetime.fromtimestamp(time.time(), UTC)

    def token(self, n: int = 0) -> str:
        self.tick()
        answer = self.ask(n, self.partner.assertion())
        assert answer.status_code == 200, answer.text
        return str(answer.json()["access_token"])

    def ask(self, n: int, assertion: str) -> httpx2.Response:
        form = self.partner.form(scope=GONE, client_assertion=assertion)
        proof = self.partner.proof("POST", f"{self.url}/token")
        return self.servers[n].post("/token", data=form, headers={"DPoP": proof})

    def headers(self, token: str) -> dict[str, str]:
        return self.partner.presenting(token, url=f"{self.url}/v1/organisations")

    def get(self, n: int, headers: dict[str, str]) -> int:
        return self.servers[n].get("/v1/organisations", headers=headers).status_code


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def pair(
    request: pytest.FixtureRequest, blank_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pair]:
    """Started once on each engine: no test here leaves what another would see."""
    folder = tmp_path_factory.mktemp("pair")
    with new_store(request.param, folder, like=blank_sqlite) as store:
        yield from _serve(store, folder)


def _serve(store: Store, tmp_path: Path) -> Iterator[Pair]:
    url = "http://127.0.0.1:1"  # what both say they are: nobody listens there
    partner = Partner("one-app", Clock(), issuer=url)
    enrol(store, "org-one")
    Clients(store).register(
        "one-app",
        "org-one",
        name="A program",
        jwks=partner.key.jwks,
        scopes=["organisations:read"],
        now=partner.clock.now,
    )
    data = tmp_path / "data"
    settings: dict[str, Any] = {"database_url": store.url, "public_url": url, "dev": "true"}
    with ExitStack() as stack:
        addresses = []
        for name in ("one",) if store.is_sqlite else ("a", "b"):
            (tmp_path / name).mkdir()
            workers = "2" if store.is_sqlite else "1"  # a file has one server, with its workers
            folder = tmp_path / name / "x"
            options = {"limits": "false", "workers": workers, **settings}
            one = stack.enter_context(serving(folder, "--data", str(data), **options))
            addresses.append(one.address)
        clients = (
            httpx2.Client(base_url=addresses[n % len(addresses)], timeout=60, trust_env=False)
            for n in (0, 1)
        )
        yield Pair(url, [stack.enter_context(client) for client in clients], partner, data)


def test_a_second_server_of_one_file_is_refused_with_the_name_of_the_first(tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    command = [sys.executable, "-m", "synergie", "serve", "--dev", "--port", "0", "--data", data]
    with serving(tmp_path / "data", dev="true") as first:
        second = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
        )
    assert second.returncode not in (0, 1), second.stderr
    assert first.address in second.stderr
    assert str(first.process.pid) in second.stderr


def test_a_proof_and_an_assertion_are_taken_by_exactly_one(pair: Pair) -> None:
    token = pair.token()
    with ThreadPoolExecutor(2) as pool:
        for _ in range(ROUNDS):
            pair.tick()
            headers = pair.headers(token)
            seen = sorted(pool.map(lambda n: pair.get(n, headers), (0, 1)))  # noqa: B023 (used at once)
            assert seen == [200, 401]
            assertion = pair.partner.assertion()
            asked = pool.map(lambda n: pair.ask(n, assertion).status_code, (0, 1))  # noqa: B023
            assert sorted(asked) == [200, 400]


def test_what_one_revokes_the_other_refuses(pair: Pair) -> None:
    token = pair.token(0)
    assert pair.get(1, pair.headers(token)) == 200
    form = pair.partner.form(scope=GONE, grant_type=GONE, token=token)
    assert pair.servers[0].post("/revoke", data=form).status_code == 200
    assert pair.get(1, pair.headers(token)) == 401


def test_keys_rotate_under_both_and_no_request_fails(pair: Pair) -> None:
    """§15: neither process is started again."""
    ring = Keyring.open(pair.data / "keys")
    before = pair.token(0)
    kids = set()
    moment = datetime.fromtimestamp(time.time(), UTC)
    with ThreadPoolExecutor(4) as pool:
        for turn in range(1, 6):
            pair.tick()
            tokens = [pair.token(n) for n in (0, 1)]
            running = [
                pool.submit(pair.get, n, pair.headers(token))
                for token in (before, *tokens)
                for n in (0, 1)
            ]
            ring.rotate("tokens", "promote", now=moment + turn * timedelta(minutes=21))
            assert [one.result() for one in running] == [200] * 6
            kids |= {jose.parse_unverified(one, limit=8192).header["kid"] for one in tokens}
    assert len(kids) == 5
    assert pair.get(1, pair.headers(before)) == 200  # of the first key: until it expires
    published = {key["kid"] for key in pair.servers[1].get("/jwks").json()["keys"]}
    assert kids <= published
