"""A live feed: one reading a series and half-hour for a year, and posts that come at once.

Processor time, not the clock: the disk of another machine changes nothing of it.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from itertools import batched
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from synergie.exchange.readings.curves import Curves
from synergie.exchange.readings.folding import Folding
from synergie.exchange.readings.once import Once, delete_old_answers
from synergie.schemas.readings.batch import Receipt
from synergie.schemas.readings.curve import Curve
from synergie.storage.space import give_back, measure_store_size
from synergie.storage.store import Store
from tests.bench.harness import Bench, Goal, Measured, seconds
from tests.storage.meter import OWNER, Meter

START = datetime(2025, 1, 1, tzinfo=UTC)
STEP = timedelta(minutes=30)
DAY = timedelta(days=1)
SERIES = 4
DAYS = 360
MONTH = 30
CONNECTIONS = 16
POSTS = 960


@contextmanager
def a_store() -> Iterator[Store]:
    """An empty SQLite store in a file."""
    with TemporaryDirectory(prefix="synergie-bench-") as folder:
        store = Store.open(f"sqlite:///{Path(folder)}/store.db")
        try:
            yield store
        finally:
            store.close()


def post(curves: Curves, series: list[str], n: int, value: int) -> None:
    """The readings of half-hour *n*, one line a series, as one request with its key."""
    at = START + n * STEP
    some = [Curve(series=one, start=at, step="PT30M", unit="W", values=[value]) for one in series]
    body = sha256(f"{n} {value}".encode()).hexdigest()
    onces = [Once("owner-app", f"{n}/{i}", "POST /v1/curves", body) for i in range(len(some))]
    answers = curves.deposit(OWNER, some, onces=onces, now=at + STEP)
    assert all(isinstance(one, Receipt) for one in answers)


@cache
def a_year() -> tuple[list[float], float]:
    """Milliseconds of processor a post, month by month, and bytes a reading at the end.

    Each day the server's own workers do what they do: they merge what is older than two days, and
    drop old keys. Their time is in it.
    """
    random, months = Random(17), list[float]()  # noqa: S311 (drawn again from its seed)
    with a_store() as store:
        series = [Meter.made(store).series.id for _ in range(SERIES)]
        curves, folding = Curves(store), Folding(store, 2 * DAY, 14 * DAY)
        for days in batched(range(DAYS), MONTH):
            begun = time.process_time()
            for day in days:
                for n in range(48 * day, 48 * (day + 1)):
                    post(curves, series, n, random.randrange(5_000))
                now = START + (day + 1) * DAY
                folding.fold(now=now)
                delete_old_answers(store, now=now)
            months.append(1_000 * (time.process_time() - begun) / (48 * len(days)))
        end = START + (DAYS + 3) * DAY
        folding.fold(now=end)
        delete_old_answers(store, now=end)
        assert give_back(store)
        return months, measure_store_size(store) / (48 * DAYS * SERIES)


def flat() -> Measured:
    """The last month's cost against the first's."""
    months, _ = a_year()
    notes = f"ms of processor a post of {SERIES} readings: {months[0]:.2f}, {months[-1]:.2f}"
    return Measured(months[-1] / months[0], notes)


def kept() -> Measured:
    """What stays of a reading."""
    _, size = a_year()
    return Measured(size, f"{SERIES} series, {DAYS} days, one reading a line, receipts kept")


def posts_at_once(*, apart: bool) -> float:
    """Seconds for `POSTS` single readings on 16 connections; *apart*: each commits its own."""
    with a_store() as store, ThreadPoolExecutor(CONNECTIONS) as pool:
        series = [Meter.made(store).series.id for _ in range(CONNECTIONS)]
        together = Curves(store)

        def send(place: int) -> None:
            curves = Curves(store) if apart else together
            for n in range(POSTS // CONNECTIONS):
                at = START + n * STEP
                one = Curve(series=series[place], start=at, step="PT30M", unit="W", values=[n])
                key = Once("owner-app", f"{place}-{n}", "POST /v1/curves", "0" * 64)
                (answer,) = curves.deposit(OWNER, [one], onces=[key], now=at + STEP)
                assert isinstance(answer, Receipt)

        return seconds(lambda: list(pool.map(send, range(CONNECTIONS))))


def gathered() -> Measured:
    """Medians of three rounds in turn."""
    alone, together = [], []
    for _ in range(3):
        alone.append(posts_at_once(apart=True))
        together.append(posts_at_once(apart=False))
    slow, fast = sorted(alone)[1], sorted(together)[1]
    notes = f"{POSTS / fast:.0f} posts/s, each by itself {POSTS / slow:.0f}"
    return Measured(slow / fast, notes)


BENCHES = [
    Bench(
        name="feed-flat",
        title="Processor time of a post: twelfth month of a live feed over the first",
        goal=Goal("<=", 1.1),
        unit="ratio",
        peer="its own first month",
        run=flat,
    ),
    Bench(
        name="feed-bytes",
        title="Bytes that a reading takes which came alone, after the server's own merging",
        goal=Goal("<=", 30),
        unit="B",
        peer="2,010 before",
        run=kept,
    ),
    Bench(
        name="feed-at-once",
        title="Posts of one reading on 16 connections, gathered into common commits",
        goal=Goal(">=", 4),
        unit="×",
        peer="the same, each post a commit of its own",
        run=gathered,
    ),
]
