"""Stacked columns from zero: a column a month, last year as a tick."""

from collections.abc import Sequence
from dataclasses import dataclass

from synergie.errors import BadInput
from synergie.reports.figure.picture import Box, Cell, Pen
from synergie.reports.figure.scale import Linear, fit_scale
from synergie.reports.language import choose_text

_HEIGHT = 200
MOST_SERIES = 4
"""Most series of one figure: more are told by small multiples or are summed up."""
_SHARE, _WIDEST = 0.72, 60.0
_LETTER = 7.2


@dataclass(frozen=True, slots=True)
class Series:
    """One series: its name and a cell a step."""

    name: str
    cells: tuple[Cell, ...]


def check_series(where: str, steps: int, series: Sequence[Series]) -> None:
    """BadInput when there are more series than can be told apart, or one of another length."""
    if len(series) > MOST_SERIES:
        raise BadInput(where, len(series), "at most 4 series in one figure")
    for one in series:
        if len(one.cells) != steps:
            raise BadInput(where, len(one.cells), "as many values as there are steps")


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Columns of at most four series of values from zero up.

    *before*: the same steps a year ago, drawn as ticks. *labels*: what is written under a column,
    "" for nothing. A step of which a series is unknown has a hatched strip.
    """

    title: str
    steps: Sequence[str]
    series: Sequence[Series]
    heads: str = ""
    labels: Sequence[str] = ()
    before: Series | None = None
    unit: str = ""
    source: str = ""

    def rows(self) -> tuple[tuple[str, ...], list[tuple[str, tuple[Cell, ...]]]]:
        """A row a step, a column a series, last the year before."""
        told = [*self.series, *([self.before] if self.before else [])]
        heads = (self.heads, *(one.name for one in told))
        return heads, [
            (step, tuple(one.cells[n] for one in told)) for n, step in enumerate(self.steps)
        ]

    def draw(self, pen: Pen) -> None:
        """Legend, axis, columns."""
        check_series("columns", len(self.steps), self.series)
        self._draw_legend(pen)
        tops = [sum(one.cells[n].value or 0 for one in self.series) for n in range(len(self.steps))]
        old = [cell.value for cell in self.before.cells] if self.before else []
        scale = fit_scale([*tops, *old])
        left = pen.axis_up(scale, _HEIGHT, self.unit)
        slot = (pen.width - left) / max(len(self.steps), 1)
        wide, foot = min(slot * _SHARE, _WIDEST), pen.y + _HEIGHT
        for n in range(len(self.steps)):
            box = (left + slot * (n + 0.5) - wide / 2, foot, wide, 0.0)
            self._draw_column(pen, box, n, scale)
        pen.y = foot
        draw_steps(pen, self.labels or self.steps, left, slot)

    def _draw_column(self, pen: Pen, foot: Box, n: int, scale: Linear) -> None:
        """The *n*th column on *foot*, and its tick."""
        (x, y, wide, _), step, floor = foot, self.steps[n], foot[1]
        for look, one in enumerate(self.series, start=1):
            cell, key = one.cells[n], f"{step}, {one.name}"
            if cell.value is None:
                pen.hatch((x, floor - 8, wide, 8), key)
                continue
            tall = scale.place(max(cell.value, 0), _HEIGHT)
            y -= tall
            pen.rect(f"s{look}", (x, y, wide, tall), key, cell)
            pen.texture(f"s{look}", (x, y, wide, tall))
            if cell.quality == "estimated":
                pen.stripe((x, y, wide, tall))
        if self.before and (cell := self.before.cells[n]).value is not None:
            at = floor - scale.place(cell.value, _HEIGHT)
            d = f"M{x - 2:.1f} {at:.1f}h{wide + 4:.1f}"
            pen.path("tick", d, f"{step}, {self.before.name}", cell)

    def _draw_legend(self, pen: Pen) -> None:
        entries = [(f"s{n}", one.name) for n, one in enumerate(self.series, start=1)]
        if self.before:
            entries.append(("tick", self.before.name))
        cells = [cell for one in self.series for cell in one.cells]
        if any(cell.quality == "estimated" for cell in cells):
            entries.append(
                ("estimated", choose_text("estimé ou incomplet", "estimated or incomplete"))
            )
        if any(cell.value is None for cell in cells):
            entries.append(("hatch", choose_text("inconnu", "unknown")))
        if len(entries) > 1:
            pen.legend(entries)


def draw_steps(pen: Pen, labels: Sequence[str], left: float, slot: float) -> None:
    """Names of steps below a plot, as many as stand side by side."""
    longest = max(map(len, labels), default=0) * _LETTER + 8
    every = max(1, -int(-longest // slot)) if slot else 1
    shown = [(n, label) for n, label in enumerate(labels) if label]
    if len(shown) == len(labels):
        shown = shown[::every]
    end = -1.0
    for n, label in shown:
        middle, half = left + slot * (n + 0.5), len(label) * _LETTER / 2
        middle = min(middle, pen.width - half)
        if middle - half > end:
            pen.text(middle, pen.y + 15, label, "q", anchor="middle")
            end = middle + half + 3
    pen.y += 20
