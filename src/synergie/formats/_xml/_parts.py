"""XML as flat parts: what ended since the part before, as lists, so that a column costs no loop."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import BinaryIO, NamedTuple
from xml.parsers.expat import XMLParserType

from synergie.errors import TooLarge
from synergie.formats._xml._guard import BLOCK, MAX_HELD, feed, guarded, local

MAX_ITEMS = 4_000_000
"""Elements of one part."""
MAX_OPEN = 100_000
"""Elements that are open at once, comments counted with them."""


class Part(NamedTuple):
    """One wanted element, at its end, and everything that ended since the one before."""

    name: str
    """Its local name."""
    text: str
    """Its own text, without spaces around it; empty when it has none."""
    names: list[str]
    """Local names of the elements that ended since, in order of their ends: inner before outer."""
    ends: list[int]
    """How many pieces of text there were at each of these ends."""
    pieces: list[str]
    """Texts in order, with the spaces before them; one that crosses a block is in two pieces."""
    rows: list[list[str]]
    """Attributes of each element that has some, in order of their starts: name, value, name…"""

    def leaves(self) -> list[tuple[str, str]]:
        """Name and text, without spaces around it, of each element that ended, in that order."""
        bounds = pairwise([0, *self.ends])
        texts = ("".join(self.pieces[a:b]).strip() for a, b in bounds)
        return list(zip(self.names, texts, strict=True))


def parts(source: BinaryIO, *names: str, attributes: bool = False) -> Iterator[Part]:
    """A part at the end of each element whose local name is in *names*, in document order.

    Faster than `elements`, and flat: a text and the name of what it ends in are told, not where
    that stands. *attributes*: fill `rows`, which costs a little. BadInput: not well formed, cut,
    a document type (at `line n`). TooLarge: one part of over 64 MiB or 4,000,000 elements.
    """
    reader, held = _Reader(), 0
    _listen(reader, frozenset(names), attributes=attributes)
    while block := source.read(BLOCK):
        feed(reader.parser, block)
        reader.check(block)
        held += len(block)
        if reader.found:
            held = 0
            yield from reader.found
            reader.found.clear()
        if held > MAX_HELD:
            raise TooLarge(MAX_HELD, "bytes of one element")
    feed(reader.parser, b"", last=True)
    yield from reader.found


@dataclass(slots=True)
class _Reader:
    """What is found, and what has ended since the last part."""

    parser: XMLParserType = field(default_factory=guarded)
    found: list[Part] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    opened: int = 0
    """Starts of elements so far, and of comments, told by their bytes: no handler is as cheap."""
    closed: int = 0
    """Ends of elements before the last part."""
    broken: bool = False
    """Whether the last block ended after a `<`."""

    def check(self, block: bytes) -> None:
        """Whether what is open or held stays within the limits."""
        self.opened += block.count(b"<") - block.count(b"</")
        self.opened -= self.broken and block.startswith(b"/")
        self.broken = block.endswith(b"<")
        if self.opened - self.closed - len(self.names) > MAX_OPEN:
            raise TooLarge(MAX_OPEN, "open elements")
        if max(len(self.names), len(self.rows)) > MAX_ITEMS:
            raise TooLarge(MAX_ITEMS, "elements of one part")

    def take(self, name: str) -> None:
        """A wanted element has ended: everything since the last one is its part."""
        text = "".join(self.pieces[self.ends[-1] if self.ends else 0 :]).strip()
        lists = self.names.copy(), self.ends.copy(), self.pieces.copy(), self.rows.copy()
        self.found.append(Part(name, text, *lists))
        self.closed += len(self.names) + 1
        for one in (self.names, self.ends, self.pieces, self.rows):
            one.clear()


class _Locals(dict[str, str]):
    """Local names by name, each cut once."""

    def __missing__(self, name: str) -> str:
        self[name] = found = local(name)
        return found


def _listen(reader: _Reader, wanted: frozenset[str], *, attributes: bool) -> None:
    """Sets the handlers: closures over lists, the cheapest there is for each element."""
    parser, pieces, rows, take = reader.parser, reader.pieces, reader.rows, reader.take
    locals_, ended, place = _Locals(), reader.names.append, reader.ends.append

    def end(name: str) -> None:
        name = locals_[name]
        if name in wanted:
            take(name)
        else:
            ended(name)
            place(len(pieces))

    def start(_: str, row: list[str]) -> None:
        if row:
            rows.append(row)

    parser.EndElementHandler = end
    parser.CharacterDataHandler = pieces.append
    if attributes:
        parser.ordered_attributes = True
        parser.StartElementHandler = start
