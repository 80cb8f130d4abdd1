"""Exports by the hour and by the half-hour beside the same readings raw, in processor time."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from time import process_time

from synergie.exchange.readings.curves import Curves
from synergie.schemas.readings.curve_json import encode
from synergie.schemas.trust.agreement import Granularity
from synergie.storage.readings.segments import Values
from synergie.storage.store import Store
from tests.bench.bench_http import load
from tests.bench.harness import Bench, Goal, Measured
from tests.storage.meter import NOW, OWNER, Meter

METERS, ROUNDS, HOLES = 20, 5, 10
DAY = timedelta(days=1)
START = datetime(2024, 12, 31, 23, tzinfo=UTC)
DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@contextmanager
def _curves() -> Iterator[Curves]:
    """A year of half-hours of each meter, in months; one in `HOLES` has a hole."""
    with tempfile.TemporaryDirectory(prefix="synergie-bench-") as folder:
        store = Store.open(f"sqlite:///{Path(folder) / 'store.db'}")
        for number in range(METERS):
            _fill(Meter.made(store), number)
        yield Curves(store)
        store.close()


def _fill(meter: Meter, number: int) -> None:
    values: Values = [*load(number)]
    if number % HOLES == HOLES - 1:
        values[5_000:5_010] = [None] * 10
    day = 0
    for n in DAYS:
        some = values[48 * day : 48 * (day + n)]
        meter.put(START + day * DAY, "PT30M", some, batch=f"bat_{number}_{day}")
        day += n


def _export(curves: Curves, level: Granularity) -> float:
    """Processor seconds of one export as lines of JSON, without HTTP."""
    begin, end = process_time(), START + 365 * DAY
    exported = curves.export(OWNER, start=START, end=end, granularity=level, clock=lambda: NOW)
    assert sum(len(encode(curve)) for curve in exported) > METERS * 365 * 24
    return process_time() - begin


def _against_raw(level: Granularity) -> Measured:
    with _curves() as curves:
        levels: tuple[Granularity, ...] = ("raw", level)
        rounds = [[_export(curves, one) for one in levels] for _ in range(ROUNDS + 1)][1:]
    raw, ours = (median(one) / METERS for one in zip(*rounds, strict=True))
    notes = f"{1000 * ours:.3g} ms a meter-year, raw {1000 * raw:.3g} ms, {ROUNDS} rounds"
    return Measured(median(two / one for one, two in rounds), notes)


LEVELS: tuple[tuple[str, Granularity], ...] = (("hour", "hour"), ("half-hour", "half_hour"))

BENCHES = [
    Bench(
        name=f"export-{name}",
        title=f"Export of a year of half-hours by the {name}, in times of the raw export",
        goal=Goal("<=", 1.5),
        unit="times raw",
        peer="the half-hours themselves, in turn, in one run",
        run=partial(_against_raw, level),
    )
    for name, level in LEVELS
]
