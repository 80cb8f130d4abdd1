"""Sums of whole civil periods, from the sums in the rows wherever a segment lies in one period."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress, repeat
from math import gcd
from operator import add, is_not, mul, ne, sub
from typing import Any, NamedTuple, Self, cast
from zoneinfo import ZoneInfo

from synergie.schemas.readings.curve import Value
from synergie.schemas.readings.quality import WORST_FIRST, Quality
from synergie.storage._taken import Span
from synergie.storage.readings.cover import Piece
from synergie.storage.readings.grid import find_steps_within
from synergie.storage.readings.segments import Runs, Values, select_present_values
from synergie.units import STEP_SECONDS

_RANK = {quality: rank for rank, quality in enumerate(WORST_FIRST)}
_BEST: Quality = "validated"
_THOUSANDTHS = 1000
_HOUR_S = 3600


class Period(NamedTuple):
    """What is known of one civil period of `length_s` seconds.

    `total`: sum of the scaled values, each times its seconds when asked by time. `measured_s`:
    seconds that have a value. `closed_s`: seconds that its owner closed: no value of them counts.
    `worst`: the worst quality of a value.
    """

    length_s: int
    total: int = 0
    measured_s: int = 0
    closed_s: int = 0
    worst: Quality = _BEST

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


@dataclass(frozen=True, slots=True)
class Periods:
    """Civil periods in order of time: one list for each field of `Period`, all of one length."""

    lengths_s: list[int]
    totals: list[int]
    measured_s: list[int]
    closed_s: list[int]
    worst: list[Quality]

    @classmethod
    def between(cls, edges: Sequence[int]) -> Self:
        """The periods between *edges* (seconds since 1970 UTC), of which nothing is known yet."""
        n = len(edges) - 1
        return cls(_compute_lengths(tuple(edges)).copy(), [0] * n, [0] * n, [0] * n, [_BEST] * n)

    def __len__(self) -> int:
        return len(self.lengths_s)

    def __iter__(self) -> Iterator[Period]:
        return map(Period, *self._lists)

    def __getitem__(self, place: int) -> Period:
        return Period(*(one[place] for one in self._lists))

    def cut(self, begin: int, end: int) -> "Periods":
        """The periods begin, …, end - 1."""
        return Periods(*(one[begin:end] for one in self._lists))

    def empty(self, place: int) -> None:
        """Forget what is known of one period."""
        for one, value in zip(self._lists, Period(self.lengths_s[place]), strict=True):
            one[place] = value

    def add(self, place: int, total: int, *, measured_s: int) -> None:
        """Count some steps that lie wholly in one period."""
        self.totals[place] += total
        self.measured_s[place] += measured_s

    def bear(self, place: int, quality: Quality) -> None:
        """Bear *quality* if it is worse; what is missing is no value."""
        if quality != "missing" and _RANK[quality] < _RANK[self.worst[place]]:
            self.worst[place] = quality

    def find_places_to_come(self) -> list[int]:
        """The places of the periods that are not final."""
        some = range(len(self)) if any(self.closed_s) else self._find_incomplete_places()
        return [place for place in some if not self[place].is_final]

    def list_qualities(self) -> list[Quality]:
        """The quality of each period."""
        found = self.worst.copy()
        for place in self._find_incomplete_places():
            found[place] = self[place].quality
        return found

    def _find_incomplete_places(self) -> Iterable[int]:
        if self.measured_s == self.lengths_s:
            return ()
        return compress(range(len(self)), map(ne, self.measured_s, self.lengths_s))

    @property
    def _lists(self) -> tuple[list[Any], ...]:
        return self.lengths_s, self.totals, self.measured_s, self.closed_s, self.worst


def sum_pieces_by_period(
    pieces: Sequence[Piece], edges: Sequence[int], tz: ZoneInfo, *, by_time: bool
) -> Periods:
    """The periods between *edges* (seconds since 1970 UTC), of *pieces* that do not overlap.

    *by_time*: each value counts for its seconds. A step that lies in two periods counts in none.
    """
    counted = _Sums(edges, tz, by_time, Periods.between(edges))
    for piece in pieces:
        counted.count(piece)
    return counted.periods


def close(periods: Periods, edges: Sequence[int], gaps: Sequence[Span]) -> None:
    """Count *gaps*, in order of time and without overlap, as closed in *periods* of *edges*."""
    for start_s, end_s in gaps:
        at = max(0, bisect_right(edges, start_s) - 1)
        while at < len(periods) and edges[at] < end_s:
            low, high = max(edges[at], start_s), min(edges[at + 1], end_s)
            periods.closed_s[at] += max(0, high - low)
            at += 1


def compute_energies(periods: Periods, scale: int, factor: int) -> list[Value]:
    """Energy of values times seconds, over *scale*, in hours, times *factor*.

    Exact until the end, then rounded once to a thousandth (half to even): 28 kW for ten minutes
    are 4,666.667 Wh. Null: nothing measured. Where thousandths tell all of them exactly, nothing
    is rounded and each costs one division.
    """
    over, totals = _HOUR_S * scale, periods.totals
    if gcd(*totals) * factor * _THOUSANDTHS % over:
        totals = [_round_quotient(one * factor * _THOUSANDTHS, over) for one in totals]
        return _divide_measured(periods.measured_s, totals, _THOUSANDTHS)
    if factor != 1:
        totals = [one * factor for one in totals]
    return _divide_measured(periods.measured_s, totals, over)


def compute_amounts(periods: Periods, scale: int) -> list[Value]:
    """Sums of values over *scale*, exact. Null: nothing measured."""
    return _divide_measured(periods.measured_s, periods.totals, scale)


@lru_cache(maxsize=64)
def _compute_lengths(edges: tuple[int, ...]) -> list[int]:
    """Seconds between *edges*: one object for each length, by which lists of them compare fast."""
    lengths = list(map(sub, edges[1:], edges))
    same = {one: one for one in lengths}
    return [same[one] for one in lengths]


def _round_quotient(number: int, over: int) -> int:
    """The quotient, half to even."""
    found, rest = divmod(number, over)
    return found + (2 * rest > over or (2 * rest == over and found % 2))


def _divide_measured(measured_s: list[int], numbers: list[int], over: int) -> list[Value]:
    """*numbers* over *over*, a whole number where it is one; null where nothing is measured."""
    values = cast(list[Value], numbers)
    if over != 1:
        values = [one / over if one % over else one // over for one in numbers]
    if all(measured_s):
        return values
    return [value if there else None for value, there in zip(values, measured_s, strict=True)]


@dataclass(frozen=True, slots=True)
class _Sums:
    edges: Sequence[int]
    tz: ZoneInfo
    by_time: bool
    periods: Periods

    def count(self, piece: Piece) -> None:
        first = bisect_right(self.edges, piece.start_s) - 1
        seconds = STEP_SECONDS.get(piece.segment.step)
        if seconds and piece.is_whole and piece.end_s <= self.edges[first + 1]:
            segment = piece.segment
            self._add(first, segment.total, there=segment.n - segment.n_missing, seconds=seconds)
            self._judge(first, piece, (0, segment.n))
        else:
            self._decode(piece, first, seconds)

    def _decode(self, piece: Piece, first: int, seconds: int | None) -> None:
        values, places = piece.values(), piece.bounds(self.tz)
        end = bisect_right(self.edges, piece.end_s - 1)
        begin, until = self._add_strided(piece, values, (first, end), seconds)
        for index in (*range(first, begin), *range(until, end)):
            start_s = max(self.edges[index], piece.start_s)
            low, high = find_steps_within(places, start_s, min(self.edges[index + 1], piece.end_s))
            if low == high:
                continue
            part = values[low:high]
            if seconds is None:
                self._add_civil(index, part, places[low : high + 1])
            else:
                there = select_present_values(part) if piece.segment.n_missing else part
                self._add(index, sum(filter(None, there)), there=len(there), seconds=seconds)
            self._judge(index, piece, (low, high))

    def _add_strided(
        self, piece: Piece, values: Values, span: tuple[int, int], seconds: int | None
    ) -> tuple[int, int]:
        """Count at once the periods of *span* that lie wholly in *piece*; which: first, last + 1.

        None of them where they are not all of as many whole steps: those are counted one by one.
        No other piece has a part of them, so that what is counted is all there is to know.
        """
        first, end = span
        begin = first + (self.edges[first] < piece.start_s)
        until = end - (self.edges[end] > piece.end_s)
        lengths = set(self.periods.lengths_s[begin:until])
        if seconds is None or len(lengths) != 1:
            return first, first
        (length_s,) = lengths
        n, odd = divmod(length_s, seconds)
        low, off = divmod(self.edges[begin] - piece.segment.start_s, seconds)
        if odd or off:
            return first, first
        high = low + n * (until - begin)
        self.periods.measured_s[begin:until] = [length_s] * (until - begin)
        self._set_sums(piece, slice(begin, until), values[low:high], n)
        if piece.segment.quality is None:
            self.periods.worst[begin:until] = ["measured"] * (until - begin)
        else:
            self._judge_strided(begin, piece.quality(low, high) or (), n)
        return begin, until

    def _set_sums(self, piece: Piece, places: slice, part: Values, n: int) -> None:
        """Set the sums at *places*: of *n* consecutive values of *piece* each, which are *part*."""
        seconds = STEP_SECONDS[piece.segment.step]
        if piece.segment.n_missing and None in part:
            there = _sum_every(list(map(is_not, part, repeat(None))), n)
            self.periods.measured_s[places] = map(mul, there, repeat(seconds))
            part = [value or 0 for value in part]
        sums = _sum_every(cast(list[int], part), n)
        self.periods.totals[places] = map(mul, sums, repeat(seconds)) if self.by_time else sums

    def _judge_strided(self, begin: int, told: Runs, n: int) -> None:
        """Bear the quality of consecutive steps, *n* a period, the first at *begin*."""
        low = begin * n
        for length, quality in told:
            first, last, high = -(-low // n), (low + length) // n, low + length
            if first < last and quality != "missing":
                self.periods.worst[first:last] = [quality] * (last - first)
            for place in {low // n, (high - 1) // n}:
                self.periods.bear(place, quality)
            low = high

    def _add(self, place: int, total: int, *, there: int, seconds: int) -> None:
        weight = seconds if self.by_time else 1
        self.periods.add(place, total * weight, measured_s=there * seconds)

    def _add_civil(self, place: int, part: Values, places: Sequence[int]) -> None:
        for value, seconds in zip(part, map(sub, places[1:], places), strict=False):
            there = value is not None
            self._add(place, value or 0, there=int(there), seconds=seconds)

    def _judge(self, place: int, piece: Piece, span: tuple[int, int]) -> None:
        if piece.segment.quality is None:
            self.periods.bear(place, "measured")
        else:
            for _, quality in piece.quality(*span) or ():
                self.periods.bear(place, quality)


def _sum_every(numbers: list[int], n: int) -> list[int]:
    """The sums of *n* consecutive *numbers*, by *n* - 1 additions of whole lists."""
    sums = numbers[::n]
    for place in range(1, n):
        sums = list(map(add, sums, numbers[place::n]))
    return sums
