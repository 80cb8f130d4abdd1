"""Sums of periods of equal steps, counted at once, are those that are counted one by one."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest

from synergie.calendar.civil import Bucket
from synergie.policy.readings.coarsen import compute_period_edges
from synergie.schemas.readings.quality import Quality
from synergie.storage.readings._periods import Period, sum_pieces_by_period
from synergie.storage.readings.cover import Piece, Segment
from synergie.storage.readings.segments import (
    DELTA_ZSTD,
    Runs,
    Values,
    encode,
    encode_quality,
    select_present_values,
    summarise_values,
)
from synergie.units import STEP_SECONDS, Step
from tests.storage.meter import NOW, PARIS

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


def test_hours_of_half_hours_are_not_counted_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counting them so took five times what the half-hours themselves did."""
    looked: list[int] = []
    bear = Period.bear
    monkeypatch.setattr(
        "synergie.storage.readings._periods.find_steps_within",
        lambda *_: pytest.fail("an hour was looked for by itself"),
    )

    def count(self: Period, kind: Quality) -> None:
        looked.append(1)
        bear(self, kind)

    monkeypatch.setattr(Period, "bear", count)
    base = int(MIDNIGHT.timestamp())
    one = segment(base, "PT30M", [7] * 48)
    end = int((MIDNIGHT + timedelta(days=1)).timestamp())
    found = sum_pieces_by_period(
        [Piece(one, base, end)],
        compute_period_edges(base, end, "hour", PARIS),
        PARIS,
        by_time=False,
    )
    assert [period.total for period in found] == [14] * 24
    assert len(looked) == 24
