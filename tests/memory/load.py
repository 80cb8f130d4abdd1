"""Requests of every kind to a server, over and over: it should hold no more afterwards."""

import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import time
from typing import Any

import httpx2
import pytest

from synergie.client import Client
from synergie.errors import BadInput, NotFound
from synergie.exchange.trust.accounts import Accounts, Browser, Spans
from synergie.schemas.assets.site import SiteRecord
from synergie.schemas.readings.curve import Curve
from synergie.storage.store import Store
from tests.faults.process import Process
from tests.faults.senders import FIRST, STEPS, declare_series
from tests.formats.frames.made import CURVE, written

HANDS = 4
_PAGES = ("/", "/sites", "/accords", "/depot", "/journal", "/public")
_OPEN = ("/health/live", "/jwks", "/health/ready", "/.well-known/oauth-authorization-server")
_REFUSED: tuple[tuple[str, Mapping[str, str], int], ...] = (
    ("/v1/sites", {}, 401),
    ("/v1/sites", {"Authorization": "DPoP abc.def.ghi", "DPoP": "a.b.c"}, 401),
    ("/v1/nothing", {}, 404),
    ("/sites", {}, 303),
    ("/v1/batches?limit=x", {"Authorization": "Bearer abc"}, 401),
)


@dataclass
class Load:
    """Who asks: a program, a person who is logged in, and strangers."""

    client: Client
    person: httpx2.Client
    stranger: httpx2.Client
    series: list[str]
    site: str
    folder: Path
    asked: int = 0
    _days: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    @contextmanager
    def at(cls, process: Process, folder: Path) -> Iterator["Load"]:
        """A new organisation at the server of *process*, with something to read."""
        (folder / "curve.csv").write_bytes(written([CURVE], "curves-csv"))
        how: Any = {"base_url": process.url, "trust_env": False, "timeout": 60}
        with (
            process.client("mixed") as client,
            httpx2.Client(**how) as person,
            httpx2.Client(**how) as stranger,
        ):
            person.cookies.set("synergie", _log_in(process, "mixed"))
            series, site = declare_series(client), client.publish_sites([_site(0)]).items[0].id
            yield cls(client, person, stranger, series, site, folder)

    def ask(self, n: int) -> None:
        """Some *n* requests, HANDS at a time."""
        rounds = n // len(self._round())
        with ThreadPoolExecutor(HANDS) as hands:
            for _ in hands.map(self._play, range(rounds)):
                pass

    def _play(self, turn: int) -> None:
        for act in self._round():
            act(turn)

    def _round(self) -> list[Callable[[int], None]]:
        """A hundred requests, most of them small, as a server is asked."""
        often = [self._read_site, self._refused, self._refused, self._open, self._refused]
        rare = [self._write_site, self._invalid, self._absent, self._new_token]
        rare += [self._deposit_or_export]
        return [*often * 17, *[self._write_curve, self._list, self._page] * 3, *rare, self._open]

    def _read_site(self, _turn: int) -> None:
        assert self.client.site(self.site).id == self.site

    def _list(self, turn: int) -> None:
        if turn % 2:
            assert list(islice(self.client.sites(), 1))
        else:
            assert list(islice(self.client.batches(), 1))

    def _write_curve(self, _turn: int) -> None:
        with self._lock:
            series = self.series[self.asked % len(self.series)]
            day = self._days[series] = self._days.get(series, -1) + 1
            self.asked += 1
        start = FIRST + timedelta(days=day)
        values: list[int | float | None] = [day % 7] * STEPS
        curve = Curve(series=series, start=start, step="PT10M", unit="W", values=values)
        assert self.client.send_curve(curve).received == STEPS

    def _write_site(self, turn: int) -> None:
        self.client.publish_sites([_site(turn % 2)])

    def _invalid(self, _turn: int) -> None:
        with pytest.raises(BadInput):
            self.client.curve(self.series[0], start=FIRST, end=FIRST)

    def _absent(self, turn: int) -> None:
        with pytest.raises(NotFound):
            self.client.site(f"site_{turn:020}")

    def _new_token(self, _turn: int) -> None:
        """Another program of the same key: it has no token yet."""
        auth = self.client._session.auth
        with Client(auth.issuer, auth) as another:
            assert another.site(self.site).id == self.site

    def _deposit_or_export(self, turn: int) -> None:
        if turn % 4:
            self.client.deposit(self.folder / "curve.csv", dry_run=turn % 4 != 1)
            return
        with TemporaryDirectory() as folder:
            made = self.client.exports.make(
                ["curves"], start=FIRST, end=FIRST + timedelta(days=2), series=self.series
            )
            self.client.exports.download(made.id, Path(folder) / "export")

    def _page(self, turn: int) -> None:
        page = self.person.get(_PAGES[turn % len(_PAGES)])
        assert page.status_code == 200, page.text[:300]

    def _open(self, turn: int) -> None:
        path = _OPEN[turn % len(_OPEN)]
        status = self.stranger.get(path).status_code
        slow = path == "/health/ready" and status == 503  # a machine that stood still for a second
        assert status == 200 or slow, (path, status)

    def _refused(self, turn: int) -> None:
        path, headers, expected = _REFUSED[turn % len(_REFUSED)]
        assert self.stranger.get(path, headers=headers).status_code == expected


def _site(n: int) -> SiteRecord:
    return SiteRecord(
        external_id="one", name=f"Mairie {n}", kind="building", provenance="synthetic"
    )


def _log_in(process: Process, organisation: str) -> str:
    """The cookie of a new account."""
    span, now = timedelta(days=1), datetime.fromtimestamp(time(), UTC)
    store = Store.open(process.store_url)
    try:
        book = Accounts(store, Spans(link=span, idle=span, whole=span))
        account = book.add(organisation, "la personne", "agent", by=None, now=now)
        link = book.link(account.id, by=None, now=now)
        return book.enter(link, browser=Browser(), now=now).token
    finally:
        store.close()
