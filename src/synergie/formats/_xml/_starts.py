"""The start tags of some elements, in order: where things begin, without what they hold."""

from collections.abc import Iterator
from typing import BinaryIO

from synergie.formats._xml._guard import BLOCK, build_safe_parser, feed_parser, strip_prefix


def iterate_start_tags(source: BinaryIO, *names: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Local name and attributes (with their prefixes) of each start tag that is in *names*.

    BadInput: not well formed, cut, a document type (at `line n`).
    """
    wanted, found = frozenset(names), list[tuple[str, dict[str, str]]]()

    def begin(tag: str, attributes: dict[str, str]) -> None:
        name = strip_prefix(tag)
        if name in wanted:
            found.append((name, attributes))

    parser = build_safe_parser()
    parser.StartElementHandler = begin
    while block := source.read(BLOCK):
        feed_parser(parser, block)
        yield from found
        found.clear()
    feed_parser(parser, b"", last=True)
