"""Pages: how soon the first byte comes, what a page weighs, and a morning over 20,000 series."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from html import unescape
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, Any
from urllib.parse import parse_qs, urlsplit

import httpx2

from synergie.exchange.assets.holdings import Holdings, Looked
from synergie.exchange.assets.light_points import LightPoints
from synergie.exchange.assets.sites import Sites
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.publication.publication import Filed
from synergie.exchange.readings.curves import Curves
from synergie.exchange.readings.morning import Mornings
from synergie.exchange.readings.series import SeriesBook
from synergie.exchange.trust.accounts import Accounts, Spans
from synergie.exchange.trust.organisations import Directory
from synergie.policy import Principal, permit_own_data
from synergie.schemas.assets.site import SiteRecord
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.readings.curve import Curve
from synergie.schemas.readings.deposit import DepositReport
from synergie.schemas.series import SeriesRecord
from synergie.schemas.trust.organisation import Organisation
from synergie.storage.readings.deposits import Deposited, begin_deposit, finish_deposit
from synergie.storage.store import Store
from tests.bench.bench_ogc import lights
from tests.bench.harness import Bench, Goal, Measured, seconds
from tests.faults.process import Process

PAGES = ("/", "/matin", "/sites", "/sites?vue=partage", "/carte", "/accords", "/plans",
         "/scenarios", "/depot", "/journal", "/public")  # fmt: skip
"""The pages of the menu, and those beside them."""
SERIES = 20_000
LIGHTS = 250_000
MEMBERS = 1_500
MEMBER = "syndicat"
ROUNDS = 7
NOW = datetime.fromtimestamp(time.time(), UTC).replace(hour=12, minute=0, second=0, microsecond=0)
_TOKEN = re.compile(r'name="_csrf" value="([^"]*)"')
_SPANS = Spans(link=timedelta(hours=1), idle=timedelta(hours=8), whole=timedelta(hours=10))


def entered(url: str, link: str) -> httpx2.Client:
    """A browser that logged in by a one-time link."""
    client = httpx2.Client(base_url=url, trust_env=False, timeout=60)
    told = parse_qs(urlsplit(link).query)["jeton"][0]
    form = {"jeton": told, "vers": "/"}
    found = _TOKEN.search(client.get("/entrer/lien", params={"jeton": told}).text)
    if found is not None:
        form["_csrf"] = unescape(found[1])
    same = {"Origin": url, "Sec-Fetch-Site": "same-origin"}
    answer = client.post("/entrer/lien", data=form, headers=same)
    assert answer.status_code == 303, answer.text
    return client


def first_byte(client: httpx2.Client, path: str) -> float:
    """Seconds from the request to the first byte of the page."""

    def ask() -> None:
        with client.stream("GET", path) as answer:
            assert answer.status_code == 200, (path, answer.status_code)
            next(answer.iter_raw(1))

    ask()
    return median(seconds(ask) for _ in range(ROUNDS))


def weight(client: httpx2.Client, path: str) -> int:
    """Bytes of a page and of all that it loads, each compressed as it is sent."""
    text = client.get(path).text
    total = len(zlib.compress(text.encode(), 6))
    for address in {unescape(one) for one in re.findall(r'(?:href|src)="(/pages/[^"]+)"', text)}:
        total += len(zlib.compress(client.get(address).content, 6))
    return total


@contextmanager
def demonstration() -> Iterator[httpx2.Client]:
    """The demonstration territory, thirteen communes, as its agent sees it."""
    environ = {name: text for name, text in os.environ.items() if not name.startswith("SYNERGIE_")}
    with (
        TemporaryFile("w+") as said,
        subprocess.Popen(
            [sys.executable, "-m", "synergie", "sandbox", "--json", "--whole"],
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
            env=environ | {"PYTHONUNBUFFERED": "1"},
        ) as process,
    ):
        try:
            told = _told(process, said)
            seat = next(one for one in told["seats"] if one["role"] == "agent")
            with closing(entered(told["url"], seat["link"])) as client:
                yield client
        finally:
            process.send_signal(signal.SIGINT)


def _told(process: subprocess.Popen[str], said: IO[str]) -> dict[str, Any]:
    """What the sandbox tells once it stands; RuntimeError with its last words if it does not."""
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        code = process.wait(60)
        said.seek(0)
        raise RuntimeError(f"the sandbox ended with {code}: {said.read()[-2000:]}")
    told: dict[str, Any] = json.loads(line)
    return told


def _over(pages: Callable[[httpx2.Client, str], float], unit: str) -> Measured:
    """The page that is the worst of all, and the others beside."""
    with demonstration() as client:
        time.sleep(1)
        told = {path: pages(client, path) for path in PAGES}
    worst = max(told, key=lambda path: told[path])
    beside = ", ".join(f"{path} {value:.3g}" for path, value in told.items())
    return Measured(told[worst], f"worst {worst}; {unit}: {beside}")


def demonstration_first_byte() -> Measured:
    """Seconds until the first byte of the slowest page."""
    return _over(first_byte, "s")


def demonstration_weight() -> Measured:
    """kB of the heaviest page with all that it loads, compressed."""
    return _over(lambda client, path: weight(client, path) / 1000, "kB")


def filled(store: Store) -> None:
    """A département: 20,000 series of 20,000 points at 4,000 sites, 250,000 lights, 1,500 members.

    Most series were read yesterday by R50, some late.
    """
    caller = Principal(client_id="bench", organisation=MEMBER, scopes=frozenset())
    body = Organisation(
        id=MEMBER, name="Syndicat", kind="epci", siren=None, insee_code=None, parent=None,
        provenance="synthetic",
    )  # fmt: skip
    Directory(store).add(body, now=NOW)
    sites = [
        SiteRecord(external_id=f"S{n}", name=f"École {n}", kind="building", provenance="synthetic")
        for n in range(SERIES // 5)
    ]
    Sites(store).publish(caller, sites, now=NOW)
    codes = [f"99{n:012}" for n in range(SERIES)]
    for first in range(0, SERIES, 5_000):
        some = codes[first : first + 5_000]
        SupplyPoints(store).publish(caller, [_point(code, n) for n, code in enumerate(some, first)],
                                    now=NOW)  # fmt: skip
        SeriesBook(store).publish(caller, [_series(code) for code in some], now=NOW)
    _read(store, caller)
    _around(store, caller)


def _around(store: Store, caller: Principal) -> None:
    """What else a département holds: its lights, and members beside it in the directory."""
    every = lights(LIGHTS)
    for first in range(0, LIGHTS, 5_000):
        LightPoints(store).publish(caller, every[first : first + 5_000], now=NOW)
    for n in range(MEMBERS):
        body = Organisation(
            id=f"commune-{n:04}", name=f"Commune {n}", kind="commune", siren=None,
            insee_code=None, parent=None, provenance="synthetic",
        )  # fmt: skip
        Directory(store).add(body, now=NOW)


def _point(code: str, n: int) -> SupplyPointRecord:
    return SupplyPointRecord(
        scheme="prm", code=code, site=f"S{n // 5}", usage="building", personal_data="none",
        provenance="synthetic",
    )  # fmt: skip


def _series(code: str) -> SeriesRecord:
    return SeriesRecord(
        supply_point=f"prm:{code}", quantity="active_power", form="mean_power", unit="W",
        provenance="synthetic",
    )  # fmt: skip


def _read(store: Store, caller: Principal) -> None:
    """One day of each series, by a file of R50; a tenth of them older, a twentieth never."""
    names, after = [], None
    while True:
        page = SeriesBook(store).page(caller, after=after, now=NOW)
        names += [one.id for one in page.items]
        after = page.next
        if after is None:
            break
    filed = _deposit(store, caller)
    book, midnight = Curves(store), NOW.replace(hour=0) - timedelta(days=1, hours=1)
    for first in range(0, len(names), 64):
        some = [name for n, name in enumerate(names[first : first + 64], first) if n % 20]
        sent = [
            Curve(
                series=name,
                start=midnight - timedelta(days=(first % 10 == 0) * (7 + first % 30)),
                step="PT30M",
                unit="W",
                values=[100 + n % 50 for n in range(48)],
            )
            for name in some
        ]
        book.deposit(caller, sent, onces=[None] * len(sent), filed=filed, now=NOW)


def _deposit(store: Store, caller: Principal) -> Filed:
    permit = permit_own_data(caller, action="write", now=NOW)
    what = Deposited(sha256="0" * 64, format="enedis-r50", profile="{}")
    with store.write() as session:
        begin_deposit(permit, session, "dep_bench", what, name="R50.zip", client="bench", now=NOW)
        report = DepositReport.model_validate(
            {
                "id": "dep_bench", "format": "enedis-r50", "name": "R50.zip",
                "sha256": "0" * 64, "dry_run": False, "records": SERIES, "refused": (),
                "series": (), "assets": {}, "warnings": (),
            }
        )  # fmt: skip
        finish_deposit(permit, session, report)
    return Filed("dep_bench", "enedis-r50")


@cache
def _template() -> TemporaryDirectory[str]:
    """A store that was filled once; each bench works on a copy."""
    place = TemporaryDirectory(prefix="synergie-bench-")
    store = Store.open(f"sqlite:///{place.name}/store.db")
    filled(store)
    store.close()
    return place


@contextmanager
def large() -> Iterator[tuple[Store, Principal, str, Path]]:
    """A store with 20,000 series, its owner, its address and folder."""
    with TemporaryDirectory(prefix="synergie-bench-") as folder:
        shutil.copy(f"{_template().name}/store.db", folder)
        url = f"sqlite:///{folder}/store.db"
        store = Store.open(url)
        caller = Principal(client_id="bench", organisation=MEMBER, scopes=frozenset())
        try:
            yield store, caller, url, Path(folder)
        finally:
            store.close()


def morning_use_case() -> Measured:
    """Seconds of the whole morning over 20,000 series, from the sums that deposits kept."""
    with large() as (store, caller, _, _):
        mornings = Mornings(store)
        told = mornings.read(caller, now=NOW)
        assert told.series.all == SERIES, told.series
        took = median(seconds(lambda: mornings.read(caller, now=NOW)) for _ in range(ROUNDS))
        foot = median(seconds(lambda: mornings.tally(caller, now=NOW)) for _ in range(ROUNDS))
        notes = f"{told.series}; the line at the foot of each page {foot:.3g} s"
    return Measured(took, notes)


def morning_page() -> Measured:
    """Seconds until the first byte of `/` over 20,000 series, and of `/sites`, worst of both."""
    with large() as (store, _, url, folder):
        Holdings(store).count(now=NOW, seconds=300)
        accounts = Accounts(store, _SPANS)
        made = accounts.add(MEMBER, "la personne chargée", "agent", by=None, now=NOW)
        with Process.started(folder, url) as process:
            token = accounts.link(made.id, by=None, now=datetime.fromtimestamp(time.time(), UTC))
            link = f"{process.url}/entrer/lien?jeton={token}"
            with closing(entered(process.url, link)) as client:
                told = {path: first_byte(client, path) for path in ("/", "/matin", "/sites")}
                found = first_byte(client, "/sites?q=cole%20399")
                kilos = max(weight(client, path) / 1000 for path in told)
    notes = ", ".join(f"{path} {value:.3g} s" for path, value in told.items())
    return Measured(max(told.values()), f"{notes}, a search {found:.3g} s, at most {kilos:.3g} kB")


def count_again() -> Measured:
    """Seconds to find one point among 20,000 and to sum what all drew in a year."""
    with large() as (store, caller, _, _):
        holdings = Holdings(store)
        holdings.count(now=NOW, seconds=300)
        looked = Looked(words="cole 399")
        took = median(
            seconds(lambda: holdings.summary(caller, looked, now=NOW)) for _ in range(ROUNDS)
        )
    return Measured(took, "20,000 points, 4,000 sites")


BENCHES = [
    Bench(
        name="pages-first-byte",
        title="First byte of the slowest page, demonstration territory",
        goal=Goal("<=", 0.1),
        unit="s",
        peer="bounded: users.md §6.2",
        run=demonstration_first_byte,
    ),
    Bench(
        name="pages-weight",
        title="Heaviest page with all it loads, compressed, demonstration territory",
        goal=Goal("<=", 150),
        unit="kB",
        peer="bounded: users.md §6.2",
        run=demonstration_weight,
    ),
    Bench(
        name="pages-morning",
        title="The morning over 20,000 series, from sums kept by the deposits",
        goal=Goal("<=", 0.2),
        unit="s",
        peer="bounded: issue 8",
        run=morning_use_case,
    ),
    Bench(
        name="pages-morning-first-byte",
        title="First byte of home, morning and sites of a département: 20,000 series, "
        "250,000 lights, 1,500 members",
        goal=Goal("<=", 0.3),
        unit="s",
        peer="bounded: issue 8",
        run=morning_page,
    ),
    Bench(
        name="pages-sites-totals",
        title="Totals and a search over 20,000 points",
        goal=Goal("<=", 0.3),
        unit="s",
        peer="bounded: issue 8",
        run=count_again,
    ),
]
