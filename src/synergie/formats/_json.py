"""JSON read as a stream: one item of a long list at a time, so memory does not grow with the file.

Numbers are exact: `int` or `Decimal`. A name twice in an object, NaN and numbers beyond any use
cost the item that holds them; text that is not JSON ends the file.
"""

import codecs
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import BinaryIO, NamedTuple

from synergie.errors import BadInput, Words
from synergie.formats.report import Place

MAX_ITEM = 64 << 20
"""Characters of one item, or of one member beside the list."""
MAX_DIGITS = 18
"""Digits of a number, and its power of ten."""

MAX_DEPTH = 100
"""Lists and objects inside one another."""

_BLOCK = 1 << 16
_NO_MARKS = bytes(set(range(256)) - set(b"[]{}"))
_SPACES = re.compile(r"[ \t\r\n]*")
_NEAR = 16
"""A fault this near to the end of what was read may be a value that goes on."""
_JSON = "JSON (RFC 8259)"
_WHOLE = "a whole JSON document (RFC 8259)"

type Json = dict[str, object]


class Item(NamedTuple):
    """One value of the document."""

    place: Place
    """JSON pointer (`/mesures/12`), or the line of one of several values."""
    value: object
    """What stands there; a BadInput when it cannot be used, which is the fault to tell."""


def items(source: BinaryIO, *names: str) -> Iterator[Item]:
    """Items in document order: of the top list, or of the members *names* of the top object.

    The other members of the top object come whole, each at its own pointer, as does a list of
    *names* that is empty. Without *names* a top
    object comes whole, too. Several values one after another (NDJSON) come one by one, each at its
    line. BadInput at `line n`: not JSON, cut, not UTF-8, nested too deep, an item of over 64 MiB.
    """
    text = _Text(source)
    first = text.peek()
    if first == "[":
        yield from text.listed("")
        text.end()
    elif first == "{" and names:
        yield from text.members(frozenset(names))
        text.end()
    else:
        yield from text.values()


def read_document(source: BinaryIO) -> object:
    """The one value of a small file, whole; BadInput as `items`, and for a fault in the value."""
    text = _Text(source)
    value = text.value()
    text.end()
    if isinstance(value, BadInput):
        raise value
    return value


@dataclass(frozen=True, slots=True)
class Node:
    """An object of the document, and where it stands; its members are asked for by name."""

    fields: Json
    where: str = ""
    """JSON pointer within the item (`/contexte/0`); faults begin with it."""

    @classmethod
    def of(cls, value: object, where: str = "") -> "Node":
        """*value* as an object; BadInput when it is none, or a fault."""
        if isinstance(value, BadInput):
            raise value
        if not isinstance(value, dict):
            raise BadInput(where or "row", describe_json_value(value), "an object")
        return cls(value, where)

    def at(self, name: str) -> str:
        """Where the member *name* stands."""
        return f"{self.where}/{name}"

    def node(self, name: str) -> "Node":
        """The object *name*; BadInput when it is absent or something else."""
        return Node.of(self._needed(name), self.at(name))

    def nodes(self, name: str) -> "list[Node]":
        """The objects of the list *name*; none when it is absent, one when it is an object."""
        value = self.fields.get(name)
        if value is None:
            return []
        if isinstance(value, dict):
            return [Node(value, self.at(name))]
        if not isinstance(value, list):
            raise BadInput(self.at(name), describe_json_value(value), "a list")
        return [Node.of(one, f"{self.at(name)}/{i}") for i, one in enumerate(value)]

    def text(self, name: str) -> str:
        """The text *name*, without spaces around it; BadInput when it is absent or empty."""
        found = self.maybe(name)
        if found is None:
            raise BadInput(self.at(name), Words("nothing"), "a text")
        return found

    def maybe(self, name: str) -> str | None:
        """The text *name*; None when it is absent, null or blank. A number gives its digits."""
        value = self.fields.get(name)
        if isinstance(value, str):
            return value.strip() or None
        if value is None:
            return None
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            return f"{value:f}" if isinstance(value, Decimal) else str(value)
        raise BadInput(self.at(name), describe_json_value(value), "a text")

    def _needed(self, name: str) -> object:
        if self.fields.get(name) is None:
            raise BadInput(self.at(name), Words("nothing"), "a value here")
        return self.fields[name]


def describe_json_value(value: object) -> str:
    """*value* for a message: never what a person's record holds."""
    kinds: dict[type, str] = {dict: Words("an object"), list: Words("a list")}
    return kinds.get(type(value)) or str(value)[:80]


_NESTED = Words("JSON nested very deep")


def _is_too_deep(text: str, value: object) -> bool:
    """Whether *value*, that *text* writes, is nested deeper than MAX_DEPTH.

    Its brackets alone nearly always tell: pair by pair they are gone before that.
    """
    marks = text.encode("ascii", "ignore").translate(None, _NO_MARKS)
    for _ in range(MAX_DEPTH):
        if not marks:
            return False
        marks = marks.replace(b"{}", b"").replace(b"[]", b"")
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(MAX_DEPTH + 1):
        inner = (one.values() if isinstance(one, dict) else one for one in level)
        level = [one for some in inner for one in some if isinstance(one, dict | list)]
        if not level:
            return False
    return True


class _Text:
    """The text of *source* from its start, as far as it is read and not yet used."""

    def __init__(self, source: BinaryIO) -> None:
        source.seek(0)
        self._source, self._text, self._at = source, "", 0
        self._decode = codecs.getincrementaldecoder("utf-8-sig")().decode
        self._ended, self._line = False, 1
        self._faults: list[BadInput] = []
        self._quick, self._careful = self._decoder(), self._decoder(parse_int=self._integer)

    def _decoder(self, **hooks: object) -> json.JSONDecoder:
        return json.JSONDecoder(
            object_pairs_hook=self._object,
            parse_constant=self._constant,
            parse_float=self._decimal,
            **hooks,  # type: ignore[arg-type]
        )

    def listed(self, place: str) -> Iterator[Item]:
        """The items of the list that begins here."""
        self.expect("[")
        n = 0
        while self.peek() != "]":
            if n:
                self.expect(",")
            yield Item(f"{place}/{n}", self.value())
            n += 1
        self.expect("]")
        if place and not n:
            yield Item(place, [])

    def members(self, names: frozenset[str]) -> Iterator[Item]:
        """The members of the object that begins here; those of *names* item by item."""
        self.expect("{")
        seen = set[str]()
        while self.peek() != "}":
            if seen:
                self.expect(",")
            key = self.value()
            if not isinstance(key, str) or key in seen or len(seen) > _BLOCK:
                raise BadInput(self.line(), key, "a name of a member, once")
            seen.add(key)
            self.expect(":")
            place = "/" + key[:80].replace("~", "~0").replace("/", "~1")
            if key in names and self.peek() == "[":
                yield from self.listed(place)
            else:
                yield Item(place, self.value())
        self.expect("}")

    def values(self) -> Iterator[Item]:
        """One value after another, each at its line; at least one."""
        while True:
            self.peek()
            line = self._line + self._text.count("\n", 0, self._at)
            yield Item(line, self.value())
            if not self.peek():
                return

    def value(self) -> object:
        """The next value; a BadInput in its stead when it holds what no reader can use."""
        self.peek()
        decoder = self._quick
        while True:
            self._faults = []
            try:
                value, end = decoder.raw_decode(self._text, self._at)
            except RecursionError as error:
                raise BadInput(self.line(), _NESTED, "JSON nested much less deep") from error
            except json.JSONDecodeError as error:
                if self._certain(error) or not self._more():
                    raise self._broken(error) from error
                continue
            except ValueError:  # a whole number of thousands of digits
                decoder = self._careful
                continue
            if end < len(self._text) or not self._more():
                if _is_too_deep(self._text[self._at : end], value):
                    self._faults = [BadInput("row", _NESTED, "JSON nested much less deep")]
                self._at = end
                return self._faults[0] if self._faults else value

    def peek(self) -> str:
        """The next character that is no space; empty at the end."""
        while True:
            if spaces := _SPACES.match(self._text, self._at):
                self._at = spaces.end()
            if self._at < len(self._text) or not self._more():
                return self._text[self._at : self._at + 1]

    def expect(self, sign: str) -> None:
        """Passes over *sign*."""
        found = self.peek()
        if found != sign:
            raise BadInput(self.line(), self._ahead(), _JSON if found else _WHOLE)
        self._at += 1

    def end(self) -> None:
        """BadInput when anything follows."""
        if self.peek():
            raise BadInput(self.line(), self._ahead(), "nothing after the document")

    def line(self) -> str:
        """Where the reading stands."""
        return f"line {self._line + self._text.count('\n', 0, self._at)}"

    def _ahead(self) -> str:
        return self._text[self._at : self._at + 80] or Words("the end of the file")

    def _more(self) -> bool:
        """Reads on; False at the end of the file, or when one value is too long."""
        if self._ended or len(self._text) - self._at > MAX_ITEM:
            return False
        block = self._source.read(max(_BLOCK, len(self._text) - self._at))
        try:
            tail = self._decode(block, not block)
        except UnicodeDecodeError as error:
            raise BadInput(
                self.line(), Words("bytes that are not UTF-8"), "UTF-8 (RFC 8259)"
            ) from error
        if not block:
            self._ended = True
            return False
        self._line += self._text.count("\n", 0, self._at)
        self._text, self._at = self._text[self._at :] + tail, 0
        return True

    def _certain(self, error: json.JSONDecodeError) -> bool:
        """Whether more text would not heal it."""
        return error.pos < len(self._text) - _NEAR and "Unterminated" not in error.msg

    def _broken(self, error: json.JSONDecodeError) -> BadInput:
        if not self._ended and not self._certain(error):
            return BadInput(self.line(), Words("a very long value"), "items of at most 64 MiB")
        if error.pos >= len(self._text.rstrip()) or "Unterminated" in error.msg:
            return BadInput(self.line(), Words("the end of the file"), _WHOLE)
        self._at = error.pos
        return BadInput(self.line(), self._ahead(), _JSON)

    def _object(self, pairs: list[tuple[str, object]]) -> Json:
        made = dict(pairs)
        if len(made) != len(pairs):
            twice, _ = Counter(name for name, _ in pairs).most_common(1)[0]
            self._faults.append(BadInput("row", twice, "each name once in an object"))
        return made

    def _constant(self, name: str) -> None:
        self._faults.append(BadInput("row", name, "finite numbers (RFC 8259)"))

    def _decimal(self, text: str) -> Decimal:
        number = Decimal(text) if len(text) <= 3 * MAX_DIGITS else Decimal("Infinity")
        if number.is_finite() and abs(number.adjusted()) <= MAX_DIGITS:
            return number
        return self._endless(text)

    def _integer(self, text: str) -> object:
        return int(text) if len(text) <= MAX_DIGITS else self._endless(text)

    def _endless(self, text: str) -> Decimal:
        self._faults.append(BadInput("row", text, "numbers of at most 18 digits"))
        return Decimal(0)
