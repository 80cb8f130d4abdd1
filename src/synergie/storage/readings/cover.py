"""Which segment holds where: the better source, then the later, whatever their steps.

What is known goes first: a step that a segment says is missing covers no value of another.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate, pairwise
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

from synergie.storage._taken import DisjointSpans, Span
from synergie.storage.readings.grid import compute_step_bounds, find_steps_within
from synergie.storage.readings.segments import (
    Runs,
    Values,
    decode,
    decode_gaps,
    decode_quality,
    quality_slice,
)
from synergie.units import Step

type Parts = tuple[list[Span], list[Span]]
"""Where something is known, and where it is missing; each in order of time."""

type Order = Callable[["Segment"], Any]
"""What segments are ordered by: the greatest covers the others."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One row of readings, still coded; fields as in `SegmentRow`."""

    seq: int
    start_s: int
    end_s: int
    step: Step
    n: int
    revision: int
    received_at: datetime
    batch: str
    codec: int
    total: int
    least: int | None
    most: int | None
    n_missing: int
    quality: bytes | None
    data: bytes
    compacted: bool
    priority: int
    undone_at: datetime | None = None

    @property
    def rank(self) -> tuple[int, int, bool]:
        """Order of covering; a compacted one covers the originals it was made of."""
        return self.priority, self.seq, self.compacted

    @property
    def all_parts(self) -> Parts:
        """All of it, as if it were known."""
        return [(self.start_s, self.end_s)], []

    def parts(self, tz: ZoneInfo) -> Parts:
        """Where it has values, and where it says that they are missing."""
        if not self.n_missing:
            return self.all_parts
        places = compute_step_bounds(self.start_s, self.end_s, self.step, tz)
        edges = [places[at] for at in accumulate(decode_gaps(self.codec, self.data), initial=0)]
        spans = list(pairwise(edges))
        return [one for one in spans[::2] if one[0] < one[1]], spans[1::2]


@dataclass(frozen=True, slots=True)
class Piece:
    """What holds of a segment: [start_s, end_s), seconds since 1970 UTC."""

    segment: Segment
    start_s: int
    end_s: int

    @property
    def is_whole(self) -> bool:
        """Whether the segment holds from end to end, so that its row's sums are true."""
        return self.start_s == self.segment.start_s and self.end_s == self.segment.end_s

    def span(self, tz: ZoneInfo) -> tuple[int, int]:
        """First and last + 1 of the segment's steps that lie wholly in the piece.

        A step that a later segment of finer steps covers in part is given up: it would count
        some seconds twice.
        """
        if self.is_whole:
            return 0, self.segment.n
        return find_steps_within(self.bounds(tz), self.start_s, self.end_s)

    def bounds(self, tz: ZoneInfo) -> Sequence[int]:
        """Start of each step of the segment, and the end of the last."""
        return compute_step_bounds(self.segment.start_s, self.segment.end_s, self.segment.step, tz)

    def values(self) -> Values:
        """All values of the segment."""
        return decode(self.segment.codec, self.segment.data)

    def quality(self, first: int, last: int) -> Runs | None:
        """Quality of the steps first, …, last - 1. None: as `plain_quality` says."""
        runs = decode_quality(self.segment.quality)
        return None if runs is None else tuple(quality_slice(runs, first, last))


_BY_RANK: Order = attrgetter("rank")


def find_visible_pieces(
    segments: Sequence[Segment], start_s: int, end_s: int, tz: ZoneInfo, *, order: Order = _BY_RANK
) -> list[Piece]:
    """What holds within [start_s, end_s), in order of time, without overlap.

    What is missing covers nothing that is known: where any segment has a value the first by
    *order* that has one holds, elsewhere the first that says that it is missing.
    """
    in_time = sorted(segments, key=lambda one: one.start_s)
    if all(one.end_s <= two.start_s for one, two in pairwise(in_time)):
        clipped = (Piece(one, max(one.start_s, start_s), min(one.end_s, end_s)) for one in in_time)
        return [piece for piece in clipped if piece.start_s < piece.end_s]
    groups = (
        _group_meeting_segments(in_time) if any(one.n_missing for one in in_time) else [in_time]
    )
    return [
        piece
        for group in groups
        for piece in _split_group_pieces(group, (start_s, end_s), tz, order)
    ]


def find_valued_spans(
    segments: Iterable[Segment], start_s: int, end_s: int, tz: ZoneInfo
) -> list[Span]:
    """The parts of [start_s, end_s) for which some segment has a value, in order of time."""
    taken = DisjointSpans()
    for one in segments:
        if one.start_s < end_s and one.end_s > start_s:
            for first, last in one.parts(tz)[0]:
                taken.take(max(first, start_s), min(last, end_s))
    return taken.spans()


def _group_meeting_segments(in_time: Iterable[Segment]) -> Iterator[list[Segment]]:
    """The segments in groups that do not overlap one another, in order of time."""
    group: list[Segment] = []
    end_s = 0
    for one in in_time:
        if group and one.start_s >= end_s:
            yield group
            group = []
        end_s = max(end_s, one.end_s) if group else one.end_s
        group.append(one)
    yield group


def _split_group_pieces(
    group: Sequence[Segment], span: Span, tz: ZoneInfo, order: Order
) -> list[Piece]:
    """What each of *group* holds within *span*: a segment alone is not looked into."""
    start_s, end_s = span
    inside = [one for one in group if one.start_s < end_s and one.end_s > start_s]
    ranked = sorted(inside, key=order, reverse=True)
    parts = [(one, one.parts(tz) if len(group) > 1 else one.all_parts) for one in ranked]
    taken = DisjointSpans()
    pieces = [
        Piece(one, *free)
        for which in (0, 1)
        for one, told in parts
        for first, last in told[which]
        for free in taken.take(max(first, start_s), min(last, end_s))
    ]
    return _join_touching_pieces(sorted(pieces, key=lambda piece: piece.start_s))


def _join_touching_pieces(pieces: Iterable[Piece]) -> list[Piece]:
    """*pieces* in order of time, those of one segment that touch made one."""
    out: list[Piece] = []
    for one in pieces:
        if out and out[-1].segment is one.segment and out[-1].end_s == one.start_s:
            out[-1] = Piece(one.segment, out[-1].start_s, one.end_s)
        else:
            out.append(one)
    return out
