"""The start tags of some elements, in order: where things begin, without what they hold."""

from collections.abc import Iterator
from typing import BinaryIO

from synergie.formats._xml._guard import BLOCK, feed, guarded, local


def starts(source: BinaryIO, *names: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Local name and attributes (with their prefixes) of each start tag that is in *names*.

    BadInput: not well formed, cut, a document type (at `line n`).
    """
    wanted, found = frozenset(names), list[tuple[str, dict[str, str]]]()

    def begin(tag: str, attributes: dict[str, str]) -> None:
        name = local(tag)
        if name in wanted:
            found.append((name, attributes))

    parser = guarded()
    parser.StartElementHandler = begin
    while block := source.read(BLOCK):
        feed(parser, block)
        yield from found
        found.clear()
    feed(parser, b"", last=True)
