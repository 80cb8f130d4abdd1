"""Sums of whole civil periods, from the sums in the rows wherever a segment lies in one period."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import add, sub
from typing import cast
from zoneinfo import ZoneInfo

from synergie.schemas.readings.curve import Value
from synergie.schemas.readings.quality import WORST_FIRST, Quality
from synergie.storage._taken import Span
from synergie.storage.readings.cover import Piece
from synergie.storage.readings.grid import find_steps_within
from synergie.storage.readings.segments import Values, select_present_values
from synergie.units import STEP_SECONDS

_RANK = {quality: rank for rank, quality in enumerate(WORST_FIRST)}
_THOUSANDTHS = 1000
_HOUR_S = 3600


@dataclass(slots=True)
class Period:
    """What is known of one civil period of `length_s` seconds.

    `total`: sum of the scaled values, each times its seconds when asked by time. `measured_s`:
    seconds that have a value. `closed_s`: seconds that its owner closed: no value of them counts.
    `worst`: the worst quality of a value.
    """

    length_s: int
    total: int = 0
    measured_s: int = 0
    closed_s: int = 0
    worst: Quality = "validated"

    def add(self, total: int, *, measured_s: int) -> None:
        """Count some steps that lie wholly in the period."""
        self.total += total
        self.measured_s += measured_s

    def bear(self, quality: Quality) -> None:
        """Bear *quality* if it is worse; what is missing is no value."""
        if quality != "missing" and _RANK[quality] < _RANK[self.worst]:
            self.worst = quality

    @property
    def is_complete(self) -> bool:
        """Whether every second has a value."""
        return self.measured_s == self.length_s

    @property
    def is_final(self) -> bool:
        """Whether nothing can come any more, and what came is half of it or more."""
        over = self.measured_s + self.closed_s == self.length_s
        return over and 2 * self.measured_s >= self.length_s

    @property
    def quality(self) -> Quality:
        """The worst of its parts; `partial` when a part has no value, `missing` when none has."""
        if not self.measured_s:
            return "missing"
        return self.worst if self.is_complete else "partial"


def sum_pieces_by_period(
    pieces: Sequence[Piece], edges: Sequence[int], tz: ZoneInfo, *, by_time: bool
) -> list[Period]:
    """The periods between *edges* (seconds since 1970 UTC), of *pieces* that do not overlap.

    *by_time*: each value counts for its seconds. A step that lies in two periods counts in none.
    """
    counted = _Sums(edges, tz, by_time, [Period(b - a) for a, b in pairwise(edges)])
    for piece in pieces:
        counted.count(piece)
    return counted.periods


def close(periods: Sequence[Period], edges: Sequence[int], gaps: Sequence[Span]) -> None:
    """Count *gaps*, in order of time and without overlap, as closed in *periods* of *edges*."""
    for start_s, end_s in gaps:
        at = max(0, bisect_right(edges, start_s) - 1)
        while at < len(periods) and edges[at] < end_s:
            low, high = max(edges[at], start_s), min(edges[at + 1], end_s)
            periods[at].closed_s += max(0, high - low)
            at += 1


def compute_energy(period: Period, scale: int, factor: int) -> Value:
    """Energy of values times seconds, over *scale*, in hours, times *factor*.

    Exact until the end, then rounded once to a thousandth (half to even): 28 kW for ten minutes
    are 4,666.667 Wh. Null: nothing measured.
    """
    if not period.measured_s:
        return None
    over = _HOUR_S * scale
    number, rest = divmod(period.total * factor * _THOUSANDTHS, over)
    if 2 * rest > over or (2 * rest == over and number % 2):
        number += 1
    return _divide_to_value(number, _THOUSANDTHS)


def compute_amount(period: Period, scale: int) -> Value:
    """Sum of values over *scale*, exact. Null: nothing measured."""
    return _divide_to_value(period.total, scale) if period.measured_s else None


def _divide_to_value(number: int, over: int) -> int | float:
    """A whole number where it is one."""
    return number / over if number % over else number // over


@dataclass(frozen=True, slots=True)
class _Sums:
    edges: Sequence[int]
    tz: ZoneInfo
    by_time: bool
    periods: list[Period]

    def count(self, piece: Piece) -> None:
        first = bisect_right(self.edges, piece.start_s) - 1
        seconds = STEP_SECONDS.get(piece.segment.step)
        if seconds and piece.is_whole and piece.end_s <= self.edges[first + 1]:
            segment, period = piece.segment, self.periods[first]
            self._add(period, segment.total, there=segment.n - segment.n_missing, seconds=seconds)
            self._judge(period, piece, (0, segment.n))
        else:
            self._decode(piece, first, seconds)

    def _decode(self, piece: Piece, first: int, seconds: int | None) -> None:
        values, places = piece.values(), piece.bounds(self.tz)
        end = bisect_right(self.edges, piece.end_s - 1)
        begin, until = self._add_strided(piece, values, (first, end), seconds)
        for index in (*range(first, begin), *range(until, end)):
            period = self.periods[index]
            start_s = max(self.edges[index], piece.start_s)
            low, high = find_steps_within(places, start_s, min(self.edges[index + 1], piece.end_s))
            if low == high:
                continue
            part = values[low:high]
            if seconds is None:
                self._add_civil(period, part, places[low : high + 1])
            else:
                there = select_present_values(part) if piece.segment.n_missing else part
                self._add(period, sum(filter(None, there)), there=len(there), seconds=seconds)
            self._judge(period, piece, (low, high))

    def _add_strided(
        self, piece: Piece, values: Values, span: tuple[int, int], seconds: int | None
    ) -> tuple[int, int]:
        """Count at once the periods of *span* that lie wholly in *piece*; which: first, last + 1.

        None of them where they are not all of as many whole steps, where a value is missing, and
        where a quality is told: those are counted one by one.
        """
        first, end = span
        begin = first + (self.edges[first] < piece.start_s)
        until = end - (self.edges[end] > piece.end_s)
        edges = self.edges[begin : until + 1]
        lengths = set(map(sub, edges[1:], edges))
        if seconds is None or piece.segment.quality is not None or len(lengths) != 1:
            return first, first
        n, odd = divmod(lengths.pop(), seconds)
        low, off = divmod(self.edges[begin] - piece.segment.start_s, seconds)
        part = values[low : low + n * (until - begin)]
        if odd or off or (piece.segment.n_missing and None in part):
            return first, first
        there = cast(list[int], part)
        sums = there[::n]
        for place in range(1, n):
            sums = list(map(add, sums, there[place::n]))
        weight = seconds if self.by_time else 1
        for period, total in zip(self.periods[begin:until], sums, strict=True):
            period.add(total * weight, measured_s=n * seconds)
            period.bear("measured")
        return begin, until

    def _add(self, period: Period, total: int, *, there: int, seconds: int) -> None:
        weight = seconds if self.by_time else 1
        period.add(total * weight, measured_s=there * seconds)

    def _add_civil(self, period: Period, part: Values, places: Sequence[int]) -> None:
        for value, seconds in zip(part, map(sub, places[1:], places), strict=False):
            there = value is not None
            self._add(period, value or 0, there=int(there), seconds=seconds)

    def _judge(self, period: Period, piece: Piece, span: tuple[int, int]) -> None:
        if piece.segment.quality is None:
            period.bear("measured")
        else:
            for _, quality in piece.quality(*span) or ():
                period.bear(quality)
