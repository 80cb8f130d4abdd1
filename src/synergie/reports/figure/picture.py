"""A chart, the pen that draws it at two widths, and the figure that shows it with its table.

A mark carries a class and the same look as attributes: a style sheet turns it dark or prints it, a
PDF or an image that reads no style shows it as it is. Nothing has a style of its own, and nothing
needs a script (CSP).
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Literal, Protocol
from urllib.parse import quote

from markupsafe import Markup, escape

from synergie.formats.formulas import escape_formula
from synergie.reports.document import Figure, Table
from synergie.reports.figure.scale import Linear
from synergie.reports.language import choose_text, get_language
from synergie.reports.palette import FIGURE_LOOKS, list_look_attributes
from synergie.reports.written import describe_missing, typeset_text

type Box = tuple[float, float, float, float]
"""Left edge, top, width, height, pixels."""
type Quality = Literal["measured", "estimated", "unknown"]

WIDTHS = (720, 340)
"""Widths of the two layouts, pixels: a screen, a telephone."""
LINE = 17
"""From one line of text to the next, pixels."""
LETTER = 7.8
"""Pixels of a letter of 13 px, at most on average."""
_TITLE_LETTER, _TITLE_LINE, _SMALL_LETTER, _SMALL_LINE = 10.2, 21, 7.2, 16
_MOST_TITLE = 600
"""Letters of a title that are drawn; the name of the picture has all of them."""
_SVG = "http://www.w3.org/2000/svg"
_FONT = "system-ui, 'Liberation Sans', Arial, sans-serif"


@dataclass(frozen=True, slots=True)
class Cell:
    """One value: as a number (None: unknown, or a word alone), as written, and how good it is."""

    value: float | None
    text: str
    quality: Quality = "measured"


class Chart(Protocol):
    """What can be drawn."""

    @property
    def title(self) -> str:
        """The answer, in one sentence."""

    @property
    def source(self) -> str:
        """Date of the data and where they come from; "": the page says it."""

    def draw(self, pen: "Pen") -> None:
        """Draw it with *pen*, which knows how wide the paper is."""

    def rows(self) -> tuple[tuple[str, ...], list[tuple[str, tuple[Cell, ...]]]]:
        """Heads, then each row: its name and its cells. The table and the file are made of it."""


class Pen:
    """Collects marks on a paper of one width; *y* is where the next thing begins."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.y = 0.0
        self._parts: list[str] = []

    @property
    def narrow(self) -> bool:
        """Whether it is the paper of a telephone."""
        return self.width < WIDTHS[0]

    def rect(self, look: str, box: Box, key: str = "", cell: Cell | None = None) -> None:
        """A rectangle; with *cell* it is a mark that tells *key* and the value."""
        x, y, width, height = box
        self._add(
            f'<rect {list_look_attributes(look)} x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" '
            f'height="{height:.1f}"', "rect", key, cell,
        )  # fmt: skip

    def path(
        self,
        look: str,
        d: str,
        key: str = "",
        cell: Cell | None = None,
        *,
        units: Box | None = None,
    ) -> None:
        """A path; with *cell* it is a mark that tells *key* and the value.

        *units*: where 0, 0 of *d* is, and how wide and tall its units are, pixels.
        """
        where = ""
        if units is not None:
            x, y, wide, tall = units
            where = (
                f' shape-rendering="crispEdges" transform="translate({x:.1f} {y:.1f})'
                f'scale({wide:.4f} {tall:.4f})"'
            )
        self._add(f'<path {list_look_attributes(look)}{where} d="{d}"', "path", key, cell)

    def _add(self, start: str, tag: str, key: str, cell: Cell | None) -> None:
        if cell is None:
            self._parts.append(f"{start}/>")
            return
        name, value = escape(key), escape(cell.text)
        self._parts.append(
            f'{start} data-k="{name}" data-v="{value}" data-q="{cell.quality}">'
            f"<title>{name}{choose_text(' : ', ': ')}{value}</title></{tag}>"
        )

    def text(
        self, x: float, y: float, text: str, look: str = "t", *, anchor: str = "start"
    ) -> None:
        """One line of text, its foot at *y*."""
        where = "" if anchor == "start" else f' text-anchor="{anchor}"'
        self._parts.append(
            f'<text {list_look_attributes(look)} x="{x:.1f}" y="{y:.1f}"{where}>'
            f"{escape(typeset_text(text))}</text>"
        )

    def lines(self, text: str, *, look: str = "t", most: int = 0) -> None:
        """*text* in as many lines as the paper needs, from *y* down."""
        letter, line = {
            "title": (_TITLE_LETTER, _TITLE_LINE), "q": (_SMALL_LETTER, _SMALL_LINE),
        }.get(look, (LETTER, LINE))  # fmt: skip
        for one in wrap(text[:most] if most else text, int(self.width / letter)):
            self.y += line
            self.text(0, self.y - 4, one, look)

    def hatch(self, box: Box, key: str, text: str = "") -> None:
        """A short hatched strip: nothing is known here, and *text* says why."""
        x, y, width, height = box
        steps = range(0, max(int(width), 1), 5)
        d = "".join(
            f"M{x + n:.1f} {y + height:.1f}l{min(5.0, width - n):.1f} -{height:.1f}" for n in steps
        )
        self.path("hatch", d, key, Cell(None, text or describe_missing(), "unknown"))

    def stripe(self, box: Box) -> None:
        """Stripes over a bar: it is estimated."""
        x, y, width, height = box
        d = ""
        for n in range(4, int(width + height), 7):
            left, right = max(0.0, n - height), min(float(n), width)
            d += f"M{x + left:.1f} {y + n - left:.1f}L{x + right:.1f} {y + n - right:.1f}"
        self.path("stripe", d or f"M{x:.1f} {y:.1f}h0")

    def legend(self, entries: Iterable[tuple[str, str]]) -> None:
        """Looks with their words, side by side, from *y* down."""
        x, self.y = 0.0, self.y + LINE
        for look, word in entries:
            wide = 22 + (len(word) + 2) * LETTER
            if x and x + wide > self.width:
                x, self.y = 0.0, self.y + LINE
            self._draw_key(look, x, self.y - 13)
            first, *more = wrap(word, int((self.width - 22) / LETTER)) or [""]
            self.text(x + 20, self.y - 4, first)
            for line in more:
                self.y += LINE
                self.text(x + 20, self.y - 4, line)
            x += wide
        self.y += 4

    def _draw_key(self, look: str, x: float, y: float) -> None:
        if look == "estimated":
            self.rect("s1", (x, y, 14, 10))
            self.stripe((x, y, 14, 10))
        elif look == "hatch":
            self.path("hatch", "".join(f"M{x + n:.1f} {y + 10:.1f}l4 -10" for n in (0, 5, 10)))
        elif look == "open":
            self.path(look, draw_disc(x + 8, y + 5))
        elif "stroke-width" in FIGURE_LOOKS[look]:
            self.path(look, f"M{x:.1f} {y + 5:.1f}h16")
        else:
            self.rect(look, (x, y, 14, 10))
            self.texture(look, (x, y, 14, 10))

    def texture(self, look: str, box: Box) -> None:
        """What tells two series apart without colour: lines across the second and the fourth."""
        x, y, width, height = box
        every = {"s2": 4, "s4": 8}.get(look)
        if every and height > every:
            d = "".join(
                f"M{x:.1f} {y + n:.1f}h{width:.1f}" for n in range(every // 2, int(height), every)
            )
            self.path("stripe", d)

    def mark_place(self) -> int:
        """Where in the drawing the next mark comes: what `axis_across` puts behind it."""
        return len(self._parts)

    def put_behind(self, place: int, look: str, d: str) -> None:
        """A path behind the marks that came after *place*."""
        self._parts.insert(place, f'<path {list_look_attributes(look)} d="{d}"/>')

    def axis_across(
        self, scale: Linear, plot: tuple[float, float, float], *, unit: str, behind: int
    ) -> None:
        """Lines down to *y* at each tick, behind the marks; values and unit below.

        *plot*: its left edge, its width, its top, pixels.
        """
        x, width, top = plot
        ticks, marks = scale.ticks, self._parts[behind:]
        del self._parts[behind:]
        every = -(-len(ticks) // (4 if self.narrow else 7))
        unit, per = scale.choose_unit(unit)
        if unit:
            self.text(x + width, self.y + 30, unit, "q", anchor="end")
        for n, one in enumerate(ticks):
            at = x + scale.place(one, width)
            self.path("axis" if one == 0 else "grid", f"M{at:.1f} {top:.1f}V{self.y:.1f}")
            if n % every == 0:
                last = at > x + width - 24
                anchor = "start" if at < x + 12 else "end" if last else "middle"
                self.text(at, self.y + 14, scale.spell(one, per), "q", anchor=anchor)
        self._parts += marks
        self.y += 32 if unit else 18

    def axis_up(self, scale: Linear, height: float, unit: str) -> float:
        """Lines across a plot of *height* below *y*, their values left; where the plot begins."""
        unit, per = scale.choose_unit(unit)
        if unit:
            self.y += 14
            self.text(0, self.y - 3, unit, "q")
        self.y += 6
        texts = [scale.spell(one, per) for one in scale.ticks]
        left = 8 + max(map(len, texts)) * _SMALL_LETTER
        for one, text in zip(scale.ticks, texts, strict=True):
            at = self.y + height - scale.place(one, height)
            self.path("axis" if one == 0 else "grid", f"M{left:.1f} {at:.1f}H{self.width}")
            self.text(left - 5, at + 4, text, "q", anchor="end")
        return left

    @property
    def marks(self) -> str:
        """What is drawn so far."""
        return "".join(self._parts)

    def finish(self, chart: Chart) -> Markup:
        """The drawing: named by its title, with its table told as a description."""
        height = round(self.y + 6)
        told = choose_text("Les chiffres sont dans le tableau.", "The figures are in the table.")
        kind = "f720" if self.width == WIDTHS[0] else "f340"
        return Markup(  # noqa: S704 (each text of it was escaped)
            f'<svg class="fig {kind}" role="img" '
            f'width="{self.width}" height="{height}" viewBox="0 0 {self.width} {height}" '
            f'lang="{get_language()}" font-family="{_FONT}" font-size="13">'
            f"<title>{escape(typeset_text(chart.title))}</title>"
            f"<desc>{escape(typeset_text(f'{chart.source} {told}'.strip()))}</desc>"
            f"{self.marks}</svg>"
        )


def draw_disc(x: float, y: float, radius: float = 4.5) -> str:
    """The path of a disc around a point."""
    wide = 2 * radius
    return (
        f"M{x - radius:.1f} {y:.1f}a{radius} {radius} 0 1 0 {wide} 0"
        f"a{radius} {radius} 0 1 0 -{wide} 0z"
    )


def draw_chart(chart: Chart) -> tuple[Markup, Markup]:
    """*chart* at both widths: its title above, its source below."""
    drawn = []
    for width in WIDTHS:
        pen = Pen(width)
        pen.lines(chart.title, look="title", most=_MOST_TITLE)
        pen.y += 4
        chart.draw(pen)
        if chart.source:
            pen.y += 6
            pen.lines(chart.source, look="q")
        drawn.append(pen.finish(chart))
    return drawn[0], drawn[1]


def draw_sentences(*sentences: str) -> Markup:
    """A picture of words alone, where there is nothing to draw: it stands by itself in a file."""
    pen = Pen(WIDTHS[0])
    for one in sentences:
        pen.lines(one, look="title", most=_MOST_TITLE)
        pen.y += 4
    told, height = escape(typeset_text(" ".join(sentences))), round(pen.y + 6)
    return Markup(  # noqa: S704 (each text of it was escaped)
        f'<svg xmlns="{_SVG}" role="img" width="{pen.width}" height="{height}" '
        f'viewBox="0 0 {pen.width} {height}" lang="{get_language()}" font-family="{_FONT}" '
        f'font-size="13"><title>{told}</title>{pen.marks}</svg>'
    )


def build_figure(chart: Chart, *, summary: str = "", table: Table | None = None) -> Figure:
    """*chart* as a figure of a report or a page: picture, table and file of the same rows.

    *summary*: sentences beside the title. *table*: one that says more than the rows.
    """
    heads, rows = chart.rows()
    own = Table(
        chart.title,
        heads,
        tuple((name, *(cell.text for cell in cells)) for name, cells in rows),
        frozenset(range(1, len(heads))),
    )
    wide, narrow = draw_chart(chart)
    alone = Markup(str(wide).replace("<svg ", f'<svg xmlns="{_SVG}" ', 1))  # noqa: S704 (our own drawing)
    return Figure(summary, wide + narrow, table or own, _render_file(heads, rows), alone)


def _render_file(heads: Sequence[str], rows: Iterable[tuple[str, tuple[Cell, ...]]]) -> str:
    """The rows as an address that holds a CSV file: a French spreadsheet opens it by itself."""
    french = get_language() == "fr"
    out = io.StringIO()
    write = csv.writer(out, delimiter=";" if french else ",", lineterminator="\r\n")
    write.writerow(map(escape_formula, heads))
    for name, cells in rows:
        write.writerow([escape_formula(name), *(_spell_raw(cell, french=french) for cell in cells)])
    return "data:text/csv;charset=utf-8,%EF%BB%BF" + quote(out.getvalue())


def _spell_raw(cell: Cell, *, french: bool) -> str:
    if cell.value is None:
        return "" if cell.quality == "unknown" else escape_formula(cell.text)
    told = f"{cell.value:.12g}"
    return told.replace(".", ",") if french else told
