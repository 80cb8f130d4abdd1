"""Lines over equal steps, gaps left open; and dots over two axes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import batched, pairwise

from synergie.reports.figure.columns import Series, check_series, draw_steps
from synergie.reports.figure.picture import Cell, Pen, Quality
from synergie.reports.figure.scale import Linear, fit_scale
from synergie.reports.language import choose_text

_HEIGHT = 220
_MOST_DRAWN = 600
"""Steps that are drawn one by one; of more, the least and the most of each place."""
_MOST_MARKED = 60
"""Values of a line that are marked, each with its text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """At most four series over equal steps, from zero up or down.

    *marks*: shares of the span and what is written there; () for a label a step. *level*: a value
    with a line of its own, such as a subscribed power, and its name. *scale*: one for several
    figures that are compared.
    """

    title: str
    steps: Sequence[str]
    series: Sequence[Series]
    heads: str = ""
    labels: Sequence[str] = ()
    marks: Sequence[tuple[float, str]] = ()
    level: tuple[float, str] | None = None
    scale: Linear | None = None
    unit: str = ""
    source: str = ""

    def rows(self) -> tuple[tuple[str, ...], list[tuple[str, tuple[Cell, ...]]]]:
        """A row a step, a column a series."""
        heads = (self.heads, *(one.name for one in self.series))
        return heads, [
            (step, tuple(one.cells[n] for one in self.series)) for n, step in enumerate(self.steps)
        ]

    def draw(self, pen: Pen) -> None:
        """Legend, axis, lines; what is unknown is hatched at the foot."""
        check_series("lines", len(self.steps), self.series)
        if len(self.series) > 1 or self.level:
            entries = [(f"l{n}", one.name) for n, one in enumerate(self.series, start=1)]
            pen.legend([*entries, *([("tick", self.level[1])] if self.level else [])])
        values = [cell.value for one in self.series for cell in one.cells]
        scale = self.scale or fit_scale([*values, self.level[0] if self.level else None])
        left = pen.axis_up(scale, _HEIGHT, self.unit)
        slot = (pen.width - left) / max(len(self.steps), 1)
        plot = _Plot(left, slot, pen.y + _HEIGHT, scale)
        for n, one in enumerate(self.series, start=1):
            self._draw_series(pen, plot, n, one)
        if self.level:
            pen.path("tick", f"M{left:.1f} {plot.up(self.level[0]):.1f}H{pen.width}")
        pen.y += _HEIGHT
        if self.marks:
            _draw_moments(pen, self.marks, left)
        else:
            draw_steps(pen, self.labels or self.steps, left, slot)

    def _draw_series(self, pen: Pen, plot: "_Plot", n: int, one: Series) -> None:
        values = [cell.value for cell in one.cells]
        d = "".join(plot.trace(values))
        if d:
            pen.path(f"l{n}", d)
        if len(values) > _MOST_MARKED:
            return
        for step, cell, x in zip(self.steps, one.cells, plot.middles(len(values)), strict=True):
            if cell.value is None:
                left = x - plot.slot / 2
                pen.hatch((left, plot.foot - 7, plot.slot, 7), f"{step}, {one.name}")
            else:
                d = f"M{x - 2:.1f} {plot.up(cell.value) - 2:.1f}h4v4h-4z"
                pen.path(f"s{n}", d, f"{step}, {one.name}", cell)


@dataclass(frozen=True, slots=True)
class _Plot:
    """Where values stand, pixels."""

    left: float
    slot: float
    foot: float
    scale: Linear

    def up(self, value: float) -> float:
        return self.foot - self.scale.place(value, _HEIGHT)

    def middles(self, n: int) -> list[float]:
        return [self.left + self.slot * (i + 0.5) for i in range(n)]

    def trace(self, values: Sequence[float | None]) -> Iterator[str]:
        """The known stretches: a point a step, or the least and the most of each place."""
        wide = -(-len(values) // _MOST_DRAWN) or 1
        joined = False
        for n, some in enumerate(batched(values, wide)):
            known = [one for one in some if one is not None]
            if not known:
                joined = False
                continue
            x = self.left + self.slot * (n * wide + len(some) / 2)
            low, high = self.up(min(known)), self.up(max(known))
            yield f"{'L' if joined else 'M'}{x:.1f} {high:.1f}"
            if low > high:
                yield f"V{low:.1f}"
            elif not joined:
                yield "h.1"
            joined = True


def _draw_moments(pen: Pen, marks: Sequence[tuple[float, str]], left: float) -> None:
    width, end = pen.width - left, -1.0
    for share, text in marks:
        x = left + share * width
        pen.path("axis", f"M{x:.1f} {pen.y:.1f}v4")
        if x > end and x + len(text) * 7 <= pen.width:
            pen.text(x, pen.y + 16, text, "q")
            end = x + len(text) * 7 + 8
    pen.y += 20


@dataclass(frozen=True, slots=True)
class Dot:
    """One thing over two axes; *kind* gives its shape: disc, square, triangle."""

    label: str
    x: Cell
    y: Cell
    kind: int = 0
    name: str = ""
    """What is written beside it; "": nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dots:
    """Dots over two axes that need not start at zero; *joined*: in the order of the first."""

    title: str
    dots: Sequence[Dot]
    heads: tuple[str, str, str] = ("", "", "")
    """Of the label and of the axes, with their units."""
    joined: bool = False
    source: str = ""

    def rows(self) -> tuple[tuple[str, ...], list[tuple[str, tuple[Cell, ...]]]]:
        """A row a dot."""
        return self.heads, [(one.label, (one.x, one.y)) for one in self.dots]

    def draw(self, pen: Pen) -> None:
        """Both axes, the line, the dots; one that is unknown on an axis is not drawn."""
        known = [one for one in self.dots if one.x.value is not None and one.y.value is not None]
        across = fit_scale((one.x.value for one in known), zero=False)
        up = fit_scale((one.y.value for one in known), zero=False)
        pen.lines(f"↑ {self.heads[2]}", look="q")
        top = pen.y
        left = pen.axis_up(up, _HEIGHT, "")
        foot, width = pen.y + _HEIGHT, pen.width - left - 10
        at = [
            (
                left + across.place(one.x.value or 0, width),
                foot - up.place(one.y.value or 0, _HEIGHT),
            )
            for one in known
        ]
        pen.y = foot
        pen.axis_across(across, (left, width, top), unit="", behind=pen.mark_place())
        if self.joined:
            for (x0, y0), (x1, y1) in pairwise(sorted(at)):
                pen.path("link", f"M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}")
        for one, (x, y) in zip(known, at, strict=True):
            text = f"{one.x.text} ; {one.y.text}"
            worse: Quality = (
                "estimated" if "estimated" in (one.x.quality, one.y.quality) else "measured"
            )
            pen.path(f"s{one.kind % 4 + 1}", draw_shape(one.kind, x, y), one.label,
                     Cell(one.x.value, text, worse))  # fmt: skip
            if one.name:
                half = len(one.name) * 3.6
                pen.text(
                    min(max(x, left + half), pen.width - half),
                    y - 9,
                    one.name,
                    "t",
                    anchor="middle",
                )
        pen.lines(f"→ {self.heads[1]}", look="q")
        if across.low > 0 or up.low > 0:
            elsewhere = choose_text(
                "Un axe ne part pas de zéro.", "An axis does not start at zero."
            )
            pen.lines(elsewhere, look="q")


def draw_shape(kind: int, x: float, y: float) -> str:
    """The path of a mark: disc, square, triangle, lozenge, by turns."""
    match kind % 4:
        case 0:
            return f"M{x - 5:.1f} {y:.1f}a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z"
        case 1:
            return f"M{x - 4.5:.1f} {y - 4.5:.1f}h9v9h-9z"
        case 2:
            return f"M{x - 5.5:.1f} {y + 4.5:.1f}h11l-5.5 -10z"
        case _:
            return f"M{x - 6:.1f} {y:.1f}l6 -6l6 6l-6 6z"
