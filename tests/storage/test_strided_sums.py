"""Sums of periods of equal steps, counted at once, are those that are counted one by one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import pytest

from synergie.calendar import floor_period
from synergie.calendar.civil import BUCKET_SECONDS, Bucket
from synergie.policy import permit_own_data
from synergie.policy.readings.coarsen import compute_period_edges
from synergie.schemas.readings.curve import Value
from synergie.schemas.readings.quality import WORST_FIRST, Quality
from synergie.storage._runs import Run
from synergie.storage.readings._periods import (
    Period,
    Periods,
    compute_amounts,
    compute_energies,
    sum_pieces_by_period,
)
from synergie.storage.readings.cover import Piece, Segment, find_visible_pieces
from synergie.storage.readings.grid import find_steps_within
from synergie.storage.readings.readings import list_period_runs
from synergie.storage.readings.segments import (
    DELTA_ZSTD,
    Runs,
    Values,
    encode,
    encode_quality,
    join_quality_runs,
    select_present_values,
    simplify_quality,
    summarise_values,
)
from synergie.storage.store import Store
from synergie.units import STEP_SECONDS, Step
from tests.storage.meter import NOW, OWNER, PARIS, Meter, Oracle, Told

MIDNIGHT = datetime(2026, 3, 27, 23, tzinfo=UTC)
"""Of a day in Paris; the clocks change two days later."""


def segment(start_s: int, step: Step, values: Values, quality: Runs | None = None) -> Segment:
    there = select_present_values(values)
    told = summarise_values(values, there)
    return Segment(
        seq=1, start_s=start_s, end_s=start_s + len(values) * STEP_SECONDS[step], step=step,
        n=len(values), revision=0, received_at=NOW, batch="bat_1", codec=DELTA_ZSTD,
        total=told.total, least=told.least, most=told.most, n_missing=told.n_missing,
        quality=encode_quality(quality), data=encode(values, there), compacted=False, priority=50,
    )  # fmt: skip


def by_hand(piece: Piece, edges: tuple[int, ...], *, by_time: bool) -> list[tuple[int, int]]:
    """Total and measured seconds of each period: every step is looked at alone."""
    seconds = STEP_SECONDS[piece.segment.step]
    found = [(0, 0)] * (len(edges) - 1)
    for i, value in enumerate(piece.values()):
        start = piece.segment.start_s + i * seconds
        if value is None or start < piece.start_s or start + seconds > piece.end_s:
            continue
        for k, (a, b) in enumerate(pairwise(edges)):
            if a <= start and start + seconds <= b:
                total, measured = found[k]
                found[k] = total + value * (seconds if by_time else 1), measured + seconds
    return found


@pytest.mark.parametrize("seed", range(60))
def test_sums_are_those_of_every_step_looked_at_alone(seed: int) -> None:
    random = Random(seed)  # noqa: S311 (drawn again from its seed)
    step: Step = random.choice(["PT10M", "PT15M", "PT30M", "PT1H"])
    bucket: Bucket = random.choice(["hour", "day"])
    seconds = STEP_SECONDS[step]
    base = int(MIDNIGHT.timestamp())
    start_s = base + random.randrange(40) * seconds
    n = random.randrange(1, 300)
    hole = random.choice([0, 0, 0.02])
    values: Values = [
        None if random.random() < hole else random.randrange(-50, 5_000) for _ in range(n)
    ]
    quality: Runs | None = ((n, "estimated"),) if not hole and random.random() < 0.2 else None
    one = segment(start_s, step, values, quality)
    cut = random.choice([0, 1, 2, 5]) * 600
    piece = Piece(one, one.start_s + cut, one.end_s - random.choice([0, 1, 3]) * 600)
    if piece.start_s >= piece.end_s:
        return
    edges = compute_period_edges(base, piece.end_s, bucket, PARIS)
    for by_time in (True, False):
        found = sum_pieces_by_period([piece], edges, PARIS, by_time=by_time)
        told = [(one.total, one.measured_s) for one in found]
        assert told == by_hand(piece, edges, by_time=by_time)
        worst = {one.worst for one in found if one.measured_s}
        assert worst <= {"measured" if quality is None else "estimated"}


def one_by_one(
    pieces: Sequence[Piece], edges: Sequence[int], tz: ZoneInfo, *, by_time: bool
) -> list[Period]:
    """The periods between *edges*: each is looked for in each piece, as before whole lists."""
    periods = [Period(b - a) for a, b in pairwise(edges)]
    for piece in pieces:
        places, values = piece.bounds(tz), piece.values()
        for k, (a, b) in enumerate(pairwise(edges)):
            inside = max(a, piece.start_s), min(b, piece.end_s)
            low, high = find_steps_within(places, *inside) if inside[0] < inside[1] else (0, 0)
            if low == high:
                continue
            runs: Runs = ((high - low, "measured"),)
            if piece.segment.quality is not None:
                runs = piece.quality(low, high) or ()
            told = [one for _, one in runs if one != "missing"]
            there = [i for i in range(low, high) if values[i] is not None]
            lengths = [places[i + 1] - places[i] for i in there]
            weights = lengths if by_time else [1] * len(there)
            total = sum((values[i] or 0) * w for i, w in zip(there, weights, strict=True))
            was = periods[k]
            periods[k] = was._replace(
                total=was.total + total,
                measured_s=was.measured_s + sum(lengths),
                worst=min((was.worst, *told), key=WORST_FIRST.index),
            )
    return periods


def drawn_segment(random: Random, seq: int, base: int) -> Segment:
    """A segment with holes and qualities, or without, within a week of *base*."""
    step: Step = random.choice(["PT10M", "PT15M", "PT30M", "PT30M", "PT1H"])
    seconds = STEP_SECONDS[step]
    n, hole = random.randrange(1, 240), random.choice([0, 0, 0.02, 0.5])
    values: Values = [
        None if random.random() < hole else random.randrange(-50, 5_000) for _ in range(n)
    ]
    kinds: list[Quality] = ["measured"] * n
    if random.random() < 0.5:
        told: list[Quality] = ["validated", "measured", "estimated", "suspect", "partial"]
        span = random.choice([1, 7, 48])
        draws = [random.choice(told) for _ in range(n // span + 1)]
        kinds = [draws[i // span] for i in range(n)]
    kinds = ["missing" if one is None else kind for one, kind in zip(values, kinds, strict=True)]
    runs = join_quality_runs((1, kind) for kind in kinds)
    start_s = base + random.randrange(7 * 86_400 // seconds) * seconds
    return replace(segment(start_s, step, values, simplify_quality(runs, values)), seq=seq)


@pytest.mark.parametrize("seed", range(150))
def test_lists_of_periods_are_what_each_period_is_when_looked_at_alone(seed: int) -> None:
    """Versions that cover one another, holes, qualities, clock changes, odd offsets of zones."""
    random = Random(seed)  # noqa: S311 (drawn again from its seed)
    tz = ZoneInfo(random.choice(["Europe/Paris"] * 3 + ["Australia/Lord_Howe", "Asia/Kolkata"]))
    bucket: Bucket = random.choice(["half_hour", "hour", "hour", "day"])
    moment = datetime(2026, *random.choice([(3, 27), (4, 3), (10, 2), (10, 23)]), tzinfo=UTC)
    first = int(floor_period(moment, bucket, tz).timestamp())
    base = int(moment.timestamp()) // 3600 * 3600
    some = [drawn_segment(random, seq, base) for seq in range(random.randrange(1, 5))]
    last = max(one.end_s for one in some) - random.choice([0, 0, 4 * 3600])
    pieces = find_visible_pieces(some, first, last, tz)
    edges = compute_period_edges(first, last, bucket, tz)
    for by_time in (True, False):
        found = sum_pieces_by_period(pieces, edges, tz, by_time=by_time)
        expected = one_by_one(pieces, edges, tz, by_time=by_time)
        assert list(found) == expected
        assert found.list_qualities() == [one.quality for one in expected]
        waiting = [k for k, one in enumerate(expected) if not one.is_final]
        assert found.find_places_to_come() == waiting


@pytest.mark.parametrize("seed", range(60))
def test_values_are_the_sums_rounded_once(seed: int) -> None:
    """Against fractions, and of the same kind: a whole number is an int, another a float."""
    random = Random(seed)  # noqa: S311 (drawn again from its seed)
    scale, factor = random.choice([1, 10, 1000]), random.choice([1, 1000])
    weight = random.choice([1, 60, 600, 900, 1800, 3600])
    periods = Periods.between(range(0, 3600 * 41, 3600))
    for place in range(40):
        if random.random() < random.choice([0, 0.2]):
            continue
        periods.add(place, random.randrange(-50, 9_000) * weight, measured_s=3600)
    energies: list[Fraction] = []
    amounts: list[Fraction] = []
    for one in periods:
        energies.append(Fraction(round(Fraction(one.total * factor, 36 * scale) * 10), 1000))
        amounts.append(Fraction(one.total, scale))
    for found, exact in (
        (compute_energies(periods, scale, factor), energies),
        (compute_amounts(periods, scale), amounts),
    ):
        for value, told, one in zip(found, exact, periods, strict=True):
            if not one.measured_s:
                assert value is None
                continue
            whole = told.denominator == 1
            assert (type(value), value) == (int if whole else float, told if whole else float(told))


def fill(random: Random, meter: Meter, oracle: Oracle) -> None:
    """Six arrivals that cover one another, with holes and qualities."""
    for k in range(6):
        step: Step = random.choice(["PT10M", "PT30M", "PT30M"])
        n, at = random.randrange(1, 300), NOW - timedelta(days=6 - k)
        values: Values = [
            None if random.random() < random.choice([0, 0, 0.1]) else random.randrange(4_000)
            for _ in range(n)
        ]
        told: Quality = random.choice(["measured", "measured", "suspect", "estimated"])
        runs = join_quality_runs((1, "missing" if one is None else told) for one in values)
        quality = simplify_quality(runs, values)
        start = MIDNIGHT + timedelta(hours=random.randrange(72))
        meter.put(start, step, values, quality=quality, at=at, batch=f"bat_{k}")
        oracle.put(start, step, values, quality, at)


def told_periods(run: Run, length: int) -> dict[int, tuple[Value, Quality]]:
    """The periods of *run* with a value, by their start."""
    plain: Quality = "measured"
    kinds = [kind for n, kind in run.quality or ((len(run.values), plain),) for _ in range(n)]
    places = range(run.start_s, run.end_s, length)
    told = zip(places, run.values, kinds, strict=True)
    return {place: (value, kind) for place, value, kind in told if value is not None}


def held_periods(holding: Told, length: int) -> dict[int, tuple[float, Quality]]:
    """The periods of *length* of the steps that hold, in watt-hours."""
    inside: dict[int, list[tuple[int, int, Quality]]] = {}
    for (begin, size), one in holding.items():
        inside.setdefault(begin // length * length, []).append((size, *one))
    found: dict[int, tuple[float, Quality]] = {}
    for place, steps in inside.items():
        energy = Fraction(sum(size * value for size, value, _ in steps) * 1000, 3600)
        worst = min((kind for *_, kind in steps), key=WORST_FIRST.index)
        whole = sum(size for size, *_ in steps) == length
        found[place] = round(energy) / 1000, worst if whole else "partial"
    return found


@pytest.mark.parametrize("bucket", ["half_hour", "hour"])
@pytest.mark.parametrize("seed", range(4))
def test_periods_read_from_a_store_are_those_of_every_step_that_holds(
    store: Store, seed: int, bucket: Bucket
) -> None:
    """Versions, holes and qualities through both engines, against what the oracle says holds."""
    meter, oracle = Meter.made(store), Oracle()
    fill(Random(seed), meter, oracle)  # noqa: S311 (drawn again from its seed)
    span, length = (MIDNIGHT, MIDNIGHT + timedelta(days=17)), BUCKET_SECONDS[bucket]
    permit = permit_own_data(OWNER, action="read", now=NOW)
    for as_of in (None, NOW - timedelta(days=3)):
        with store.read() as session:
            _, _, (run,) = list_period_runs(
                permit, session, meter.series, span, bucket=bucket, as_of=as_of, now=NOW
            )
        assert told_periods(run, length) == held_periods(oracle.told(*span, as_of), length)


@pytest.mark.parametrize("hole", [False, True])
@pytest.mark.parametrize("told", ["measured", "suspect"])
def test_hours_of_half_hours_are_not_counted_one_by_one(
    monkeypatch: pytest.MonkeyPatch, told: Quality, *, hole: bool
) -> None:
    """Counting them so took ten times what the half-hours themselves did."""
    monkeypatch.setattr(
        "synergie.storage.readings._periods.find_steps_within",
        lambda *_: pytest.fail("an hour was looked for by itself"),
    )
    base = int(MIDNIGHT.timestamp())
    values: Values = [*([7] * 47), None if hole else 7]
    runs: Runs = ((47, told), (1, "missing")) if hole else ((48, told),)
    one = segment(base, "PT30M", values, simplify_quality(runs, values))
    end = int((MIDNIGHT + timedelta(days=1)).timestamp())
    found = sum_pieces_by_period(
        [Piece(one, base, end)],
        compute_period_edges(base, end, "hour", PARIS),
        PARIS,
        by_time=False,
    )
    assert found.totals == [14] * 23 + [7 if hole else 14]
    assert found.list_qualities() == [told] * 23 + ["partial" if hole else told]
