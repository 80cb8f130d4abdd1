"""What holds of segments that overlap: what a dictionary of five minutes says, gaps included."""

from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.calendar import day_bounds
from synergie.storage.readings import cover as _cover
from synergie.storage.readings.cover import Piece, Segment, find_valued_spans, find_visible_pieces
from synergie.storage.readings.grid import compute_step_bounds, end_of
from synergie.storage.readings.segments import (
    DELTA_ZSTD,
    Values,
    decode_gaps,
    encode,
    select_present_values,
    summarise_values,
)
from synergie.units import Step
from tests.storage.meter import NOW, PARIS, SLOT

DAYS = [date(2026, 3, 28), date(2026, 10, 24)]
"""The day before each clock change."""
STEPS: tuple[Step, ...] = ("PT5M", "PT30M", "PT1H", "P1D")
UTC_ZONE = ZoneInfo("UTC")


def segment(
    start_s: int, step: Step, values: Values, *, seq: int = 1, priority: int = 50
) -> Segment:
    there = select_present_values(values)
    told = summarise_values(values, there)
    return Segment(
        seq=seq,
        start_s=start_s,
        end_s=end_of(start_s, len(values), step, PARIS),
        step=step,
        n=len(values),
        revision=0,
        received_at=NOW,
        batch="bat_1",
        codec=DELTA_ZSTD,
        total=told.total,
        least=told.least,
        most=told.most,
        n_missing=told.n_missing,
        quality=None,
        data=encode(values, there),
        compacted=False,
        priority=priority,
    )


@st.composite
def some_segments(draw: st.DrawFn) -> list[Segment]:
    """Segments of any steps over the days of a clock change, many of them with gaps."""
    day = draw(st.sampled_from(DAYS))
    found = []
    for seq in range(draw(st.integers(1, 6))):
        step = draw(st.sampled_from(STEPS))
        longest = 3 if step == "P1D" else 40
        values = draw(st.lists(st.none() | st.just(seq), min_size=1, max_size=longest))
        start = day_bounds(day + timedelta(days=draw(st.integers(0, 2))), PARIS)[0]
        if step != "P1D":
            start += draw(st.integers(0, 20)) * timedelta(hours=1)
        priority = draw(st.sampled_from([40, 50]))
        found.append(segment(int(start.timestamp()), step, values, seq=seq, priority=priority))
    return draw(st.permutations(found))


def owners(segments: list[Segment]) -> dict[int, tuple[int, bool]]:
    """Five minutes -> the segment that holds there, and whether it has a value."""
    held: dict[int, tuple[bool, tuple[int, int, bool], int]] = {}
    for one in segments:
        places = compute_step_bounds(one.start_s, one.end_s, one.step, PARIS)
        values = Piece(one, one.start_s, one.end_s).values()
        for begin, end, value in zip(places, places[1:], values, strict=False):
            for slot in range(begin, end, SLOT):
                claim = value is not None, one.rank, one.seq
                held[slot] = max(held.get(slot, claim), claim)
    return {slot: (seq, there) for slot, (there, _, seq) in held.items()}


@given(segments=some_segments(), cut=st.tuples(st.integers(0, 900), st.integers(1, 900)))
def test_each_five_minutes_is_of_the_best_that_knows_it(
    segments: list[Segment], cut: tuple[int, int]
) -> None:
    first = min(one.start_s for one in segments) + cut[0] * SLOT
    window = first, first + cut[1] * SLOT
    expected = {
        slot: owner for slot, owner in owners(segments).items() if window[0] <= slot < window[1]
    }
    pieces = find_visible_pieces(segments, *window, PARIS)
    assert pieces == sorted(pieces, key=lambda piece: piece.start_s)
    found = [
        (slot, piece.segment.seq)
        for piece in pieces
        for slot in range(piece.start_s, piece.end_s, SLOT)
    ]
    assert found == [(slot, seq) for slot, (seq, _) in sorted(expected.items())]
    told = {
        slot for span in find_valued_spans(segments, *window, PARIS) for slot in range(*span, SLOT)
    }
    assert told == {slot for slot, (_, there) in expected.items() if there}


@given(segments=some_segments())
def test_pieces_of_one_segment_that_touch_are_one(segments: list[Segment]) -> None:
    start_s = min(one.start_s for one in segments)
    pieces = find_visible_pieces(segments, start_s, start_s + 10 * 86_400, PARIS)
    for one, two in pairwise(pieces):
        assert one.end_s < two.start_s or one.segment is not two.segment


@given(values=st.lists(st.none() | st.integers(-9, 9), max_size=60))
def test_the_gaps_are_told_without_the_values(values: Values) -> None:
    lengths, told = decode_gaps(DELTA_ZSTD, encode(values, select_present_values(values))), []
    for at, n in enumerate(lengths):
        told += [at % 2 == 1] * n
    missing = [value is None for value in values]
    assert told == (missing if any(missing) else [])


def test_segments_that_do_not_meet_are_not_looked_into(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = segment(0, "PT1H", [1, None, 3])
    later = [segment(86_400, "PT1H", [n, 2], seq=n) for n in (2, 3)]
    monkeypatch.setattr(_cover, "decode_gaps", lambda *_: pytest.fail("looked into"))
    pieces = find_visible_pieces([alone, *later], 0, 200_000, UTC_ZONE)
    assert [piece.segment.seq for piece in pieces] == [1, 3]
    assert all(piece.is_whole for piece in pieces)


def test_a_segment_that_fills_the_gaps_of_a_better_one_leaves_it_the_rest() -> None:
    better = segment(0, "PT1H", [1, None, None, 4], seq=1, priority=90)
    lesser = segment(0, "PT1H", [9, 2, None, 9], seq=2)
    pieces = find_visible_pieces([better, lesser], 0, 86_400, UTC_ZONE)
    assert [(piece.segment.seq, piece.start_s, piece.end_s) for piece in pieces] == [
        (1, 0, 3600),
        (2, 3600, 7200),
        (1, 7200, 14_400),
    ]


def test_half_a_day_of_hours_and_a_day_are_never_counted_twice() -> None:
    start_s, end_s = (int(moment.timestamp()) for moment in day_bounds(date(2026, 3, 2), PARIS))
    day = segment(start_s, "P1D", [24])
    hours = segment(start_s, "PT1H", [1] * 12 + [None] * 12, seq=2)
    told, given_up = find_visible_pieces([day, hours], start_s, end_s, PARIS)
    assert (told.segment, told.span(PARIS)) == (hours, (0, 12))
    assert given_up.segment is day
    first, last = given_up.span(PARIS)
    assert first == last
