"""From pieces of segments to runs of equal steps, with null in short holes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from operator import truediv
from typing import cast
from zoneinfo import ZoneInfo

from synergie.errors import TooLarge
from synergie.schemas.readings.curve import Value
from synergie.schemas.readings.quality import Quality
from synergie.storage.readings.cover import Piece
from synergie.storage.readings.grid import compute_step_bounds
from synergie.storage.readings.segments import (
    Runs,
    Values,
    join_quality_runs,
    plain_quality,
    quality_slice,
    simplify_quality,
)
from synergie.units import Step

_GAP_S = 31 * 86_400
"""A shorter hole is filled with null; another one starts another run."""


@dataclass(frozen=True, slots=True)
class Run:
    """Equal steps from `start_s` to `end_s`, seconds since 1970 UTC; `values` in the told unit.

    `quality` None: measured, and missing where the value is null.
    """

    start_s: int
    end_s: int
    step: Step
    values: list[Value]
    quality: Runs | None


def build_runs(pieces: Sequence[Piece], tz: ZoneInfo, scale: int, *, limit: int) -> list[Run]:
    """The steps of *pieces* (in order of time, without overlap), over *scale*.

    TooLarge beyond *limit* values, filled holes included.
    """
    growing: list[_Growing] = []
    for piece in pieces:
        _add_piece(growing, piece, tz)
        if sum(len(run.values) for run in growing) > limit:
            raise TooLarge(limit, "values")
    return [run.grown(scale) for run in growing]


def first_of(run: Run, n: int, tz: ZoneInfo) -> Run:
    """The first *n* steps of *run*, fewer than it has."""
    end_s = compute_step_bounds(run.start_s, run.end_s, run.step, tz)[n]
    quality = None if run.quality is None else tuple(quality_slice(run.quality, 0, n))
    return Run(run.start_s, end_s, run.step, run.values[:n], quality)


@dataclass(slots=True)
class _Growing:
    """A run that pieces are added to. `parts`: how many values, and their quality."""

    start_s: int
    end_s: int
    step: Step
    values: Values
    parts: list[tuple[int, Runs | None]]

    def takes(self, start_s: int, step: Step) -> bool:
        return self.step == step and start_s - self.end_s < _GAP_S

    def add(self, values: Values, hole: int, end_s: int, quality: Runs | None) -> None:
        self.values += [None] * hole
        self.values += values
        self.parts += [(hole, None), (len(values), quality)]
        self.end_s = end_s

    def grown(self, scale: int) -> Run:
        values = _convert_from_scale(self.values, scale)
        return Run(self.start_s, self.end_s, self.step, values, self._quality())

    def _quality(self) -> Runs | None:
        if all(quality is None for _, quality in self.parts):
            return None
        return simplify_quality(join_quality_runs(self._iterate_qualities()), self.values)

    def _iterate_qualities(self) -> Iterator[tuple[int, Quality]]:
        at = 0
        for n, quality in self.parts:
            yield from plain_quality(self.values[at : at + n]) if quality is None else quality
            at += n


def _add_piece(growing: list[_Growing], piece: Piece, tz: ZoneInfo) -> None:
    first, last = piece.span(tz)
    if first == last:
        return
    places, step = piece.bounds(tz), piece.segment.step
    values, quality = piece.values()[first:last], piece.quality(first, last)
    start_s, end_s = places[first], places[last]
    if growing and growing[-1].takes(start_s, step):
        hole = len(compute_step_bounds(growing[-1].end_s, start_s, step, tz)) - 1
        growing[-1].add(values, hole, end_s, quality)
    else:
        growing.append(_Growing(start_s, end_s, step, values, [(last - first, quality)]))


def _convert_from_scale(values: Values, scale: int) -> list[Value]:
    """Whole numbers where the series keeps no decimals: the list as it is."""
    if scale == 1:
        return cast(list[Value], values)
    if None in values:
        return [None if value is None else value / scale for value in values]
    return list(map(truediv, cast(list[int], values), repeat(scale)))
