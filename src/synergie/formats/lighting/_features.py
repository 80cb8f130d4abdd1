"""The features of a GeoJSON file, one by one: memory is bounded by one feature, not by the file."""

import codecs
import json
from collections.abc import Iterator
from typing import BinaryIO

from synergie.errors import BadInput, Words

MAX_FEATURE = 4 << 20
"""Characters of one feature, or of one member beside them."""
MAX_DIGITS = 18

_BLOCK = 1 << 16
_SPACES = " \t\r\n"
_DEEP = "JSON nested much less deep"
_WHOLE = "a whole GeoJSON FeatureCollection (RFC 7946)"

type Json = dict[str, object]


class Features:
    """Reads the one top object of a GeoJSON file from a binary *source*, from its start.

    `members` holds what stands beside the features, as far as it was read. BadInput when the text
    is not JSON, ends too soon, is nested too deep, or is not UTF-8.
    """

    def __init__(self, source: BinaryIO) -> None:
        source.seek(0)
        self._source, self._text, self._at = source, "", 0
        self._decode = codecs.getincrementaldecoder("utf-8-sig")().decode
        self._ended = False
        self._faults: list[BadInput] = []
        self._json = json.JSONDecoder(
            object_pairs_hook=self._object, parse_constant=self._constant, parse_int=self._int
        )
        self.members: Json = {}
        self.seen = 0

    def __iter__(self) -> Iterator[Json | BadInput]:
        """Each feature, or the fault that costs it: a key twice, NaN, a number too long."""
        self._expect("{")
        while self._peek() != "}":
            if self.members:
                self._expect(",")
            key = self._value()
            self._expect(":")
            if key == "features" and "features" not in self.members:
                self.members["features"] = None
                yield from self._features()
            elif isinstance(key, str) and key not in self.members:
                self.members[key] = self._value()
                self._sound()
            else:
                raise BadInput(f"/{key}", key, "a name of a member, once")
        self._expect("}")
        if self._peek():
            raise BadInput("/", self._text[self._at : self._at + 80], "nothing after the object")
        if self.members.get("type") != "FeatureCollection":
            raise BadInput("/type", self.members.get("type"), "FeatureCollection")

    def _features(self) -> Iterator[Json | BadInput]:
        self._expect("[")
        while self._peek() != "]":
            if self.seen:
                self._expect(",")
            feature = self._value()
            self.seen += 1
            if self._faults:
                yield self._faults[0]
            elif isinstance(feature, dict):
                yield feature
            else:
                yield BadInput("row", feature, "a Feature")
        self._expect("]")
        self.seen = self.seen or -1

    def _sound(self) -> None:
        if self._faults:
            raise self._faults[0]

    def _value(self) -> object:
        """The next JSON value; its duplicate keys and non-finite numbers are in `_faults`."""
        self._peek()
        while True:
            self._faults = []
            try:
                value, end = self._json.raw_decode(self._text, self._at)
            except RecursionError as error:
                raise BadInput(self._place(), Words("JSON nested very deep"), _DEEP) from error
            except json.JSONDecodeError as error:
                if not self._more():
                    raise self._broken(error) from error
                continue
            if end < len(self._text) or not self._more():
                self._at = end
                return value

    def _more(self) -> bool:
        """Reads on; False at the end of the file, or when one value is too long."""
        if self._ended or len(self._text) - self._at > MAX_FEATURE:
            return False
        block = self._source.read(max(_BLOCK, len(self._text) - self._at))
        try:
            tail = self._decode(block, not block)
        except UnicodeDecodeError as error:
            raise BadInput(
                self._place(), Words("bytes that are not UTF-8"), "UTF-8 (RFC 8259)"
            ) from error
        if not block:
            self._ended = True
            return False
        self._text, self._at = self._text[self._at :] + tail, 0
        return True

    def _broken(self, error: json.JSONDecodeError) -> BadInput:
        if not self._ended:
            return BadInput(self._place(), Words("a very long value"), "features of at most 4 MiB")
        if error.pos >= len(self._text.rstrip()) or "Unterminated" in error.msg:
            return BadInput(self._place(), Words("the end of the file"), _WHOLE)
        return BadInput(self._place(), self._text[error.pos : error.pos + 80], "JSON (RFC 8259)")

    def _place(self) -> str:
        return f"/features/{self.seen}" if "features" in self.members and self.seen >= 0 else "/"

    def _peek(self) -> str:
        """The next character that is not a space; empty at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in _SPACES:
                self._at += 1
            if self._at < len(self._text) or not self._more():
                return self._text[self._at : self._at + 1]

    def _expect(self, sign: str) -> None:
        found = self._peek()
        if found != sign:
            shown = self._text[self._at : self._at + 80] or "the end of the file"
            raise BadInput(self._place(), shown, "JSON (RFC 8259)" if found else _WHOLE)
        self._at += 1

    def _object(self, pairs: list[tuple[str, object]]) -> Json:
        made = dict(pairs)
        if len(made) != len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            self._faults.append(BadInput("row", twice, "each name once in an object"))
        return made

    def _constant(self, name: str) -> None:
        self._faults.append(BadInput("row", name, "finite numbers (RFC 8259)"))

    def _int(self, digits: str) -> int:
        if len(digits.lstrip("-")) > MAX_DIGITS:
            self._faults.append(BadInput("row", digits, "numbers of at most 18 digits"))
            return 0
        return int(digits)
