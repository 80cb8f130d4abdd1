"""XML as a stream of small trees, handed over once complete.

pyexpat feeds the C tree builder directly, as fast as a parser that keeps nothing; what is
complete is handed over and taken out of the tree, so memory does not grow with the file.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO
from xml.etree.ElementTree import Element, TreeBuilder

from synergie.errors import TooLarge
from synergie.formats._xml._guard import (
    BLOCK,
    MAX_DEPTH,
    MAX_HELD,
    build_depth_fault,
    build_safe_parser,
    feed_parser,
    strip_prefix,
)

_PREFIXED = re.compile(rb"</?[\w.-]+:")


def iterate_elements(source: BinaryIO, *names: str) -> Iterator[Element]:
    """Each element whose local name is in *names*, complete, in document order; outermost only.

    Names lose their namespace prefix; attributes keep theirs. An element is taken out of the tree
    once it is given: what a reader needs of it later it must keep. A name of a small element that
    comes before (`Id_PRM`) gives the context of a large one. BadInput: not well formed, cut, a
    document type, too deep (at `line n`); TooLarge: one element of over 64 MiB.
    """
    wanted, tree, held = frozenset(names), _Tree(), 0
    while block := source.read(BLOCK):
        tree.feed(block)
        held += len(block)
        for element in tree.harvest(wanted):
            held = 0
            yield element
        if held > MAX_HELD:
            raise TooLarge(MAX_HELD, "bytes of one element")
    tree.close()
    yield from tree.rest(wanted)


class _Tree:
    """The part of the document that is not handed over yet."""

    def __init__(self) -> None:
        self._builder = TreeBuilder()
        self._root: Element | None = None
        self._prefixed = False
        self._parser = parser = build_safe_parser()
        parser.StartElementHandler = self._first
        parser.EndElementHandler = self._builder.end
        parser.CharacterDataHandler = self._builder.data

    def _first(self, name: str, attributes: dict[str, str]) -> None:
        self._root = self._builder.start(name, attributes)
        self._parser.StartElementHandler = self._builder.start

    def feed(self, block: bytes) -> None:
        self._prefixed = self._prefixed or _PREFIXED.search(block) is not None
        feed_parser(self._parser, block)

    def close(self) -> None:
        feed_parser(self._parser, b"", last=True)

    def harvest(self, wanted: frozenset[str]) -> Iterator[Element]:
        """What is surely complete: all but the last child, at each level of the open branch."""
        node, depth = self._root, 0
        while node is not None and len(node):
            if node is not self._root and strip_prefix(node.tag) in wanted:
                return
            done = node[:-1]
            del node[:-1]
            for child in done:
                yield from self._iterate_elements(child, wanted)
            node, depth = node[0], depth + 1
            if depth > MAX_DEPTH:
                raise build_depth_fault(self._parser.CurrentLineNumber)

    def rest(self, wanted: frozenset[str]) -> Iterator[Element]:
        """What remains when the document is closed."""
        if self._root is not None:
            yield from self._iterate_elements(self._root, wanted)

    def _iterate_elements(self, top: Element, wanted: frozenset[str]) -> Iterator[Element]:
        stack = [(top, 0)]
        while stack:
            node, depth = stack.pop()
            if depth > MAX_DEPTH:
                raise build_depth_fault(self._parser.CurrentLineNumber)
            if strip_prefix(node.tag) in wanted:
                yield self._plain(node)
            else:
                stack += [(child, depth + 1) for child in reversed(node)]

    def _plain(self, element: Element) -> Element:
        if self._prefixed:
            for node in element.iter():
                node.tag = strip_prefix(node.tag)
        return element
