"""What a report is made of: sections of sentences, tables, figures and notes, ready to print.

Every text is final, in the language spoken when it was made: templates compute nothing. Values come
from `written`.
"""

from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import quote

from markupsafe import Markup, escape

from synergie.reports.language import Language, get_language

_NONE = Markup()
_MOST_IMAGE = 60_000
"""Letters of a drawing that a link carries within the page."""

type Tone = Literal["ok", "late", "refused", "plain"]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under heads; *numbers* are the columns (from 0) that align to the right."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: frozenset[int] = frozenset()
    total: tuple[str, ...] | None = None
    """A last row that sums up. None: there is none."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing, the sentence that says what it shows, and the table of the same figures."""

    summary: str
    """Sentences above the drawing; "": its own title says it."""
    svg: Markup
    table: Table
    file: str = ""
    """The figures as an address that holds a CSV file. "": there is none."""
    image: Markup = _NONE
    """The drawing of a page of paper, where *svg* holds one for each screen. "": there is none."""

    @property
    def image_address(self) -> str:
        """The image as an address that holds it. "": there is none, or it is too heavy."""
        if not self.image or len(self.image) > _MOST_IMAGE:
            return ""
        return "data:image/svg+xml," + quote(self.image, safe=" ='/<>,;()")

    def _repr_html_(self) -> str:
        """Summary, drawing and table, as a notebook shows them."""
        drawn = self.image or self.svg
        rows = (self.table.heads, *self.table.rows, *filter(None, (self.table.total,)))
        cells = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows)
        body = "".join(f"<tr>{row}</tr>" for row in cells)
        caption = escape(self.table.caption)
        return (
            f"<figure><figcaption>{escape(self.summary)}</figcaption>{drawn}</figure>"
            f"<details><summary>{caption}</summary><table>{body}</table></details>"
        )


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to notice: a word says its tone, colour only repeats it."""

    tone: Tone
    word: str
    text: str


@dataclass(frozen=True, slots=True)
class Items:
    """A list of short sentences."""

    title: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A few sentences."""

    text: str


@dataclass(frozen=True, slots=True)
class Boxes:
    """Empty boxes to fill in by hand: one column a signer, one row a line."""

    caption: str
    signers: tuple[str, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """A question that a reader has, its answer, and what makes it more exact ("": nothing)."""

    question: str
    answer: str
    more: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """Questions with their answers, to be read first."""

    answers: tuple[Answer, ...]


type Block = Table | Figure | Note | Items | Paragraph | Boxes | Answers


@dataclass(frozen=True, slots=True)
class Section:
    """One heading and what stands under it. *anchor* is its address in the page.

    *sheet*: whether print begins a new page after it.
    """

    anchor: str
    title: str
    blocks: tuple[Block, ...]
    sheet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One figure to read first."""

    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A whole report."""

    title: str
    lead: str
    """The first sentence: what it says and for whom."""
    banner: str | None
    """What holds for all of it; "données synthétiques" for the demonstration. None: nothing."""
    dated: str
    """The date of the data, repeated on every printed page."""
    facts: tuple[Fact, ...] = ()
    sections: tuple[Section, ...] = field(default=())
    language: Language = field(default_factory=get_language)
    """What it is told in."""
