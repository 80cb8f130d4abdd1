"""Which segment holds where: the better source, then the later, whatever their steps."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from synergie.storage.grid import bounds, within
from synergie.storage.segments import Runs, Values, decode, decode_quality, quality_slice
from synergie.units import Step


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

    @property
    def rank(self) -> tuple[int, int, bool]:
        """Order of covering; a compacted one covers the originals it was made of."""
        return self.priority, self.seq, self.compacted


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
        return within(self.bounds(tz), self.start_s, self.end_s)

    def bounds(self, tz: ZoneInfo) -> Sequence[int]:
        """Start of each step of the segment, and the end of the last."""
        return bounds(self.segment.start_s, self.segment.end_s, self.segment.step, tz)

    def values(self) -> Values:
        """All values of the segment."""
        return decode(self.segment.codec, self.segment.data)

    def quality(self, first: int, last: int) -> Runs | None:
        """Quality of the steps first, …, last - 1. None: as `plain_quality` says."""
        runs = decode_quality(self.segment.quality)
        return None if runs is None else tuple(quality_slice(runs, first, last))


def visible(segments: Sequence[Segment], start_s: int, end_s: int) -> list[Piece]:
    """What holds within [start_s, end_s), in order of time, without overlap."""
    in_time = sorted(segments, key=lambda one: one.start_s)
    if all(one.end_s <= two.start_s for one, two in pairwise(in_time)):
        clipped = (Piece(one, max(one.start_s, start_s), min(one.end_s, end_s)) for one in in_time)
        return [piece for piece in clipped if piece.start_s < piece.end_s]
    taken = _Taken([], [])
    pieces = [
        Piece(one, first, last)
        for one in sorted(segments, key=lambda one: one.rank, reverse=True)
        for first, last in taken.take(max(one.start_s, start_s), min(one.end_s, end_s))
    ]
    return sorted(pieces, key=lambda piece: piece.start_s)


@dataclass(frozen=True, slots=True)
class _Taken:
    """Disjoint intervals in order of time, as starts and ends."""

    starts: list[int]
    ends: list[int]

    def take(self, start_s: int, end_s: int) -> list[tuple[int, int]]:
        """The parts of [start_s, end_s) that were free; they are taken now."""
        if start_s >= end_s:
            return []
        first, last = bisect_left(self.ends, start_s), bisect_right(self.starts, end_s)
        free = list(self._free(start_s, end_s, first, last))
        low = min(start_s, *self.starts[first:last]) if first < last else start_s
        high = max(end_s, *self.ends[first:last]) if first < last else end_s
        self.starts[first:last] = [low]
        self.ends[first:last] = [high]
        return free

    def _free(self, start_s: int, end_s: int, first: int, last: int) -> Iterator[tuple[int, int]]:
        at = start_s
        for index in range(first, last):
            if at < self.starts[index]:
                yield at, self.starts[index]
            at = max(at, self.ends[index])
        if at < end_s:
            yield at, end_s
