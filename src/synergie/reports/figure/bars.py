"""Bars from zero, pairs of dots, small multiples: a row a thing, on one scale."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Literal

from synergie.reports.figure.picture import LETTER, LINE, Cell, Pen, Quality, draw_disc
from synergie.reports.figure.scale import Linear, fit_scale

_BAR, _GAP, _DOT = 12, 12, 6
_LEAST_LABEL = 12
_PANEL_BAR, _PANEL_GAP, _LABEL, _GUTTER = 10.0, 10.0, 200.0, 14.0
_MOST_LABEL_LINES = 3


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: its label, its value (None: unknown), its text, how good it is."""

    label: str
    value: float | None
    text: str
    quality: Quality = "measured"
    look: Literal["", "s1", "s2"] = ""
    """The ink, where it says more than the sign, such as better and worse; "": by the sign."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Horizontal bars. A value below zero stands left of it, in the second ink.

    *scale*: one for several figures that are compared. None: that of the rows.
    """

    title: str
    bars: Sequence[Bar]
    heads: tuple[str, ...] = ("", "")
    unit: str = ""
    source: str = ""
    scale: Linear | None = None

    def rows(self) -> tuple[tuple[str, ...], list[tuple[str, tuple[Cell, ...]]]]:
        """A row a bar."""
        return self.heads, [(one.label, (_make_cell(one),)) for one in self.bars]

    def draw(self, pen: Pen) -> None:
        """Label and value above, the bar below; the axis at the foot."""
        scale = self.scale or fit_scale(one.value for one in self.bars)
        width, top, behind = pen.width - 1.0, pen.y, pen.mark_place()
        zero = scale.place(0, width)
        for one in self.bars:
            draw_row_label(pen, one.label, one.text)
            if one.value is None:
                pen.hatch((zero, pen.y, 30, _BAR), one.label, one.text)
            else:
                end = scale.place(one.value, width)
                box = (min(zero, end), pen.y, abs(end - zero), float(_BAR))
                look = one.look or ("s1" if one.value >= 0 else "s2")
                pen.rect(look, box, one.label, _make_cell(one))
                if one.quality == "estimated":
                    pen.stripe(box)
            pen.y += _BAR + _GAP
        pen.axis_across(scale, (0, width, top), unit=self.unit, behind=behind)


def _make_cell(one: Bar) -> Cell:
    return Cell(one.value, one.text, "unknown" if one.value is None else one.quality)


def draw_row_label(pen: Pen, label: str, text: str) -> None:
    """A label from the left, the value at the right end of its first line or below it."""
    room = int((pen.width - len(text) * LETTER) / LETTER) - 1
    beside = room >= _LEAST_LABEL
    first, *more = wrap(label, room if beside else int(pen.width / LETTER)) or [""]
    pen.y += LINE
    top = pen.y - 4
    pen.text(0, top, first)
    for line in more[: _MOST_LABEL_LINES - 1]:
        pen.y += LINE
        pen.text(0, pen.y - 4, line)
    if beside and text:
        pen.text(pen.width, top, text, "t", anchor="end")
    elif text:
        for line in wrap(text, int(pen.width / LETTER)):
            pen.y += LINE
            pen.text(pen.width, pen.y - 4, line, "t", anchor="end")


@dataclass(frozen=True, slots=True)
class DotPair:
    """Two values of one thing, and their difference in words."""

    label: str
    before: Cell
    after: Cell
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DotPairs:
    """A row a thing: a ring for the first value, a disc for the second, a line between them.

    *names*: of the two values. The scale may start elsewhere than at zero.
    """

    title: str
    pairs: Sequence[DotPair]
    names: tuple[str, ...]
    heads: tuple[str, ...] = ("", "")
    """Of the label and of the difference."""
    unit: str = ""
    source: str = ""

    def rows(self) -> tuple[tuple[str, ...], list[tuple[str, tuple[Cell, ...]]]]:
        """A row a pair: both values and the difference in words."""
        heads = (self.heads[0], *self.names, self.heads[1])
        return heads, [
            (one.label, (one.before, one.after, Cell(None, one.text))) for one in self.pairs
        ]

    def draw(self, pen: Pen) -> None:
        """Legend, rows, axis."""
        pen.legend((("open", self.names[0]), ("s1", self.names[1])))
        scale = fit_scale(cell.value for one in self.pairs for cell in (one.before, one.after))
        left, width, top = 8.0, pen.width - 16.0, pen.y
        behind = pen.mark_place()
        for one in self.pairs:
            draw_row_label(pen, one.label, one.text)
            pen.y += _DOT
            at = [
                None if cell.value is None else left + scale.place(cell.value, width)
                for cell in (one.before, one.after)
            ]
            if at[0] is not None and at[1] is not None:
                pen.path("link", f"M{at[0]:.1f} {pen.y:.1f}H{at[1]:.1f}")
            marks = zip(("open", "s1"), self.names, (one.before, one.after), at, strict=True)
            for look, name, cell, x in marks:
                key = f"{one.label}, {name}"
                if x is None:
                    pen.hatch((left, pen.y - 4, 30, 8), key)
                else:
                    pen.path(look, draw_disc(x, pen.y), key, cell)
            pen.y += _DOT + _GAP
        pen.axis_across(scale, (left, width, top), unit=self.unit, behind=behind)


@dataclass(frozen=True, slots=True)
class BarCell:
    """One bar, and the short text above it: that of its table may say more.

    A bar without a value is a text alone; where nothing is known, its quality says so.
    """

    short: str
    bar: Bar


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallMultiples:
    """Bars from the zero of their column; what is beyond *scale* is written and not drawn.

    *legend*: the first ink and the second in words. *scale*: of several figures that are compared.
    """

    title: str
    columns: Sequence[str]
    lines: Sequence[tuple[str, Sequence[BarCell]]]
    legend: tuple[str, str]
    head: str = ""
    source: str = ""
    scale: Linear | None = None

    def rows(self) -> tuple[tuple[str, ...], list[tuple[str, tuple[Cell, ...]]]]:
        """A row a thing, a column a choice."""
        return (self.head, *self.columns), [
            (label, tuple(map(_make_bar_cell, cells))) for label, cells in self.lines
        ]

    def draw(self, pen: Pen) -> None:
        """Names of the columns, then each row; a line at the zero of each bar."""
        pen.legend((("s1", self.legend[0]), ("s2", self.legend[1])))
        scale = self.scale or fit_scale(one.bar.value for _, cells in self.lines for one in cells)
        left = 0.0 if pen.narrow else _LABEL
        slot = (pen.width - left) / max(len(self.columns), 1)
        pen.y += LINE
        for n, name in enumerate(self.columns):
            pen.text(left + n * slot, pen.y - 4, name[: int((slot - _GUTTER) / LETTER)])
        for label, cells in self.lines:
            self._draw_line(pen, label, cells, scale)

    def _draw_line(self, pen: Pen, label: str, cells: Sequence[BarCell], scale: Linear) -> None:
        left = 0.0 if pen.narrow else _LABEL
        slot = (pen.width - left) / len(self.columns)
        texts = wrap(label, int((left or pen.width) / LETTER)) or [""]
        for n, text in enumerate(texts):
            pen.text(0, pen.y + (n + 1) * LINE - 4, text)
        foot = pen.y + LINE * len(texts)
        pen.y += LINE * len(texts) if pen.narrow else 0
        for n, (name, one) in enumerate(zip(self.columns, cells, strict=True)):
            _draw_bar(
                pen, f"{label}, {name}", one, across=(left + n * slot, slot - _GUTTER), scale=scale
            )
        pen.y = max(foot, pen.y + LINE + _PANEL_BAR) + _PANEL_GAP


def _draw_bar(
    pen: Pen, key: str, one: BarCell, *, across: tuple[float, float], scale: Linear
) -> None:
    x, width = across
    pen.text(x, pen.y + LINE - 4, one.short, "q")
    value, foot = one.bar.value, pen.y + LINE
    zero = x + scale.place(0, width)
    if one.bar.quality == "unknown":
        pen.hatch((x, foot, min(30.0, width), _PANEL_BAR), key, one.bar.text)
    elif value is not None and scale.low <= value <= scale.high:
        end = x + scale.place(value, width)
        box = (min(zero, end), foot, abs(end - zero), _PANEL_BAR)
        look = one.bar.look or "s1"
        pen.rect(look, box, key, _make_bar_cell(one))
        pen.texture(look, box)
        pen.path("axis", f"M{zero:.1f} {foot - 1:.1f}v{_PANEL_BAR + 2}")


def _make_bar_cell(one: BarCell) -> Cell:
    bar = one.bar
    return Cell(bar.value, bar.text, bar.quality)
