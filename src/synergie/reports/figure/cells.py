"""Cells over rows and columns: a heat map of six classes, strips of states, weeks of crews."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import floor, log10
from typing import Literal

from synergie.reports.figure.bars import draw_row_label
from synergie.reports.figure.columns import draw_steps
from synergie.reports.figure.picture import Box, Cell, Pen, Quality
from synergie.reports.figure.scale import Linear
from synergie.reports.language import Pair, choose_text

type State = Literal["received", "estimated", "late", "unknown", "none"]

_CLASSES = 6
_NICE = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 12)
_STATES: dict[State, tuple[str, Pair]] = {
    "received": ("ok", ("● reçu", "● received")),
    "estimated": ("estimated", ("▨ estimé ou en partie", "▨ estimated or in part")),
    "late": ("late", ("▲ en retard", "▲ late")),
    "unknown": ("hatch", ("○ inconnu", "○ unknown")),
    "none": ("edge", ("rien", "nothing")),
}
_TALL = 18
_MOST_HEAT = 260
_SMALL = 7.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """A heat map: *values* by column, then by row from the foot up, None unknown; from zero.

    One path a class holds its cells, neighbours merged; an unknown cell has a stroke. *told*: rows
    of the table beside it, where a cell each would be too many.
    """

    title: str
    columns: Sequence[str]
    lines: Sequence[str]
    values: Sequence[Sequence[float | None]]
    told: tuple[tuple[str, ...], list[tuple[str, tuple[Cell, ...]]]]
    marks: Sequence[tuple[float, str]] = ()
    unit: str = ""
    source: str = ""

    def rows(self) -> tuple[tuple[str, ...], list[tuple[str, tuple[Cell, ...]]]]:
        """What stands beside it as a table."""
        return self.told

    def draw(self, pen: Pen) -> None:
        """Legend, cells, names of some rows and columns."""
        step = _fit_class_step(one for column in self.values for one in column)
        self._draw_legend(pen, step)
        pen.y += 6
        left = 10 + max(map(len, self.lines), default=0) * _SMALL
        wide = (pen.width - left) / max(len(self.columns), 1)
        tall = _MOST_HEAT / max(len(self.lines), 1)
        units = left, pen.y + _MOST_HEAT, wide, -tall
        for look, parts in sorted(self._trace_classes(step).items()):
            pen.path(look, "".join(parts), units=units)
        if lost := "".join(self._trace_lost((left, pen.y, wide, tall))):
            pen.path("hatch", lost)
        self._draw_unknown(pen, left, wide)
        pen.path("edge", f"M{left:.1f} {pen.y:.1f}H{pen.width}v{_MOST_HEAT}H{left:.1f}z")
        every = max(1, round(28 / tall))
        for n, line in enumerate(self.lines):
            if n % every == 0:
                pen.text(left - 4, pen.y + _MOST_HEAT - n * tall, line, "q", anchor="end")
        pen.y += _MOST_HEAT
        _draw_marks(pen, self.marks, left)

    def _trace_classes(self, step: float) -> dict[str, list[str]]:
        """Of each class the runs of its cells, a cell a unit, from the foot up.

        Each from where the one before began: small numbers that repeat are packed best.
        """
        paths: dict[str, list[str]] = {}
        last: dict[str, tuple[int, int]] = {}
        for n, column in enumerate(self.values):
            at = 0
            for look, run in groupby(_choose_class(one, step) for one in column):
                high = len(list(run))
                if look != "hatch":
                    x, y = last.get(look, (0, 0))
                    start = f"m{n - x} {at - y}" if look in last else f"M{n} {at}"
                    paths.setdefault(look, []).append(f"{start}v{high}h1v-{high}z")
                    last[look] = n, at
                at += high
        return paths

    def _trace_lost(self, first: Box) -> Iterator[str]:
        """A stroke a run of unknown cells, but of whole columns; *first*: the upper cell."""
        left, top, wide, tall = first
        for n, column in enumerate(self.values):
            foot = top + _MOST_HEAT
            for unknown, run in groupby(one is None for one in column):
                high = len(list(run)) * tall
                if unknown and high < _MOST_HEAT - 1:
                    yield f"M{left + n * wide:.1f} {foot:.1f}l{wide:.1f} -{high:.1f}"
                foot -= high

    def _draw_unknown(self, pen: Pen, left: float, wide: float) -> None:
        """Columns of which nothing is known, hatched at the foot."""
        empty = [all(one is None for one in column) for column in self.values]
        at = 0
        for unknown, run in groupby(empty):
            n = len(list(run))
            if unknown:
                key = f"{self.columns[at]} – {self.columns[at + n - 1]}"
                pen.hatch((left + at * wide, pen.y + _MOST_HEAT - 12, n * wide, 12), key)
            at += n

    def _draw_legend(self, pen: Pen, step: float) -> None:
        scale = Linear(0, step * _CLASSES, step / 10 if step % 1 else step)
        name, per = scale.choose_unit(self.unit)
        unit = f" {name}" if name else ""
        bounds = [scale.spell(n * step, per) for n in range(_CLASSES + 1)]
        entries = [
            (f"c{n + 1}", f"{bounds[n]}–{bounds[n + 1]}{'' if n else unit}")
            for n in range(_CLASSES)
        ]
        if any(one is None for column in self.values for one in column):
            entries.append(("hatch", choose_text("inconnu", "unknown")))
        pen.legend(entries)


def _fit_class_step(values: Iterable[float | None]) -> float:
    """How wide a class is, so that six of them hold all values."""
    most = max((one for one in values if one is not None), default=0.0)
    if most <= 0:
        return 1.0
    power = 10.0 ** floor(log10(most / _CLASSES))
    return next(n * power for n in _NICE if n * power * _CLASSES > most)


def _choose_class(value: float | None, step: float) -> str:
    if value is None:
        return "hatch"
    return f"c{min(int(max(value, 0) / step), _CLASSES - 1) + 1}"


def _draw_marks(pen: Pen, marks: Sequence[tuple[float, str]], left: float) -> None:
    end = -1.0
    for share, text in marks:
        x = left + share * (pen.width - left)
        if x > end and x + len(text) * _SMALL <= pen.width:
            pen.text(x, pen.y + 15, text, "q")
            end = x + len(text) * _SMALL + 8
    pen.y += 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Strips:
    """A row a flow or a point, a cell a step, a state each; every row ends with words."""

    title: str
    steps: Sequence[str]
    strips: Sequence[tuple[str, tuple[State, ...], str]]
    """Name, states, and what it comes to in words."""
    heads: tuple[str, str] = ("", "")
    source: str = ""

    def rows(self) -> tuple[tuple[str, ...], list[tuple[str, tuple[Cell, ...]]]]:
        """A row a strip: its words, then a state a step."""
        heads = (*self.heads, *self.steps)
        return heads, [
            (name, (Cell(None, words), *(_make_state_cell(one) for one in states)))
            for name, states, words in self.strips
        ]

    def draw(self, pen: Pen) -> None:
        """Legend, then each row: its name, its cells below."""
        used = {one for _, states, _ in self.strips for one in states}
        pen.legend(
            (look, choose_text(*words)) for one, (look, words) in _STATES.items() if one in used
        )
        slot = pen.width / max(len(self.steps), 1)
        for name, states, words in self.strips:
            draw_row_label(pen, name, words)
            for n, (step, state) in enumerate(zip(self.steps, states, strict=True)):
                box = (n * slot, pen.y, slot - 2, float(_TALL))
                _draw_state(pen, box, state, f"{name}, {step}")
            pen.y += _TALL + 6
        draw_steps(pen, self.steps, 0, slot)


def _draw_state(pen: Pen, box: Box, state: State, key: str) -> None:
    """One cell of a strip: the whole of it, its lower half when late."""
    x, y, wide, tall = box
    cell = _make_state_cell(state)
    pen.rect("edge", box)
    match state:
        case "received":
            pen.rect("ok", box, key, cell)
        case "estimated":
            pen.rect("s1", box, key, cell)
            pen.stripe(box)
        case "late":
            pen.rect("late", (x, y + tall / 2, wide, tall / 2), key, cell)
        case "unknown":
            pen.hatch(box, key)
        case "none":
            pass


def _make_state_cell(state: State) -> Cell:
    quality: Quality = "measured"
    if state in ("estimated", "unknown"):
        quality = state
    return Cell(None, choose_text(*_STATES[state][1]), quality)


@dataclass(frozen=True, slots=True)
class Task:
    """Steps that one thing takes: row, first step, number of steps, text."""

    row: str
    start: int
    length: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gantt:
    """A plan in time: a row a crew, a column a step; the width of a task is its length."""

    title: str
    steps: Sequence[str]
    tasks: Sequence[Task]
    heads: tuple[str, ...] = ("", "", "")
    """Of the row, of its first step and of the text."""
    labels: Sequence[str] = ()
    source: str = ""

    def rows(self) -> tuple[tuple[str, ...], list[tuple[str, tuple[Cell, ...]]]]:
        """A row a task."""
        return self.heads, [
            (one.row, (Cell(None, self.steps[one.start]), Cell(one.length, one.text)))
            for one in self.tasks
        ]

    def draw(self, pen: Pen) -> None:
        """A row a crew, its tasks on it."""
        slot, top, behind = pen.width / max(len(self.steps), 1), pen.y, pen.mark_place()
        names = list(dict.fromkeys(one.row for one in self.tasks))
        for name in names:
            draw_row_label(pen, name, "")
            for one in self.tasks:
                if one.row == name:
                    key = f"{name}, {self.steps[one.start]}"
                    wide = max(slot * one.length, 0)
                    pen.rect("s1", (one.start * slot, pen.y, wide, _TALL), key,
                             Cell(one.length, one.text))  # fmt: skip
            pen.y += _TALL + 6
        for n in range(0, len(self.steps) + 1, max(1, len(self.steps) // 12)):
            pen.put_behind(behind, "grid", f"M{n * slot:.1f} {top:.1f}V{pen.y:.1f}")
        draw_steps(pen, self.labels or self.steps, 0, slot)
