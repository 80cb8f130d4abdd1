"""Streams of lines as they come back: curves of an export, receipts of an upload."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from pydantic import ValidationError

from synergie.client._problems import line_error
from synergie.errors import BadInput, StreamCut, SynergieError
from synergie.schemas.faults import faults
from synergie.schemas.readings import curve_json
from synergie.schemas.readings.batch import Receipt
from synergie.schemas.readings.curve import Curve
from synergie.schemas.readings.ndjson import LineSplitter, end_of

_ERROR = b'{"error":'

MOST_STUCK = 2
"""How often an export may be cut in a row without getting further."""


@dataclass(frozen=True, slots=True)
class StreamPosition:
    """How far a stream was read before it was cut: lines, and SHA-256 of all of them."""

    lines: int = 0
    digest: bytes = b""


class CurveStream:
    """Curves out of chunks of NDJSON. StreamCut unless the closing line came and its count holds.

    A curve is given only once its line is whole; an `{"error":…}` line raises what it tells. What
    was *given* before is passed over when it comes again byte for byte; StreamCut when it does not:
    the data changed meanwhile, and two halves would not make one whole.
    """

    def __init__(self, given: StreamPosition = StreamPosition()) -> None:
        self._splitter = LineSplitter()
        self._ended = False
        self._given, self._seen = given, sha256()
        self.lines = 0

    def extent(self) -> StreamPosition:
        """How far it was read."""
        return StreamPosition(self.lines, self._seen.digest())

    def feed(self, chunk: bytes) -> Iterator[Curve]:
        """The curves that *chunk* completes."""
        for line in self._splitter.feed(chunk):
            yield from self._read(line)

    def close(self) -> Iterator[Curve]:
        """Call it when no chunk comes any more; a last line without newline counts if whole."""
        try:
            for line in self._splitter.close():
                yield from self._read(line)
        except BadInput:
            raise StreamCut(self.lines) from None
        if not self._ended:
            raise StreamCut(self.lines)

    def _read(self, line: bytes) -> Iterator[Curve]:
        if self._ended:
            raise StreamCut(self.lines)
        if (told := end_of(line)) is not None:
            if told != self.lines:
                raise StreamCut(self.lines)
            self._ended = True
        elif line.startswith(_ERROR):
            raise line_error(_parse_json_fields(line).get("error"))
        else:
            yield from self._curve(line)

    def _curve(self, line: bytes) -> Iterator[Curve]:
        again = self.lines < self._given.lines
        curve = None if again else curve_json.decode(line, told=True)
        self.lines += 1
        self._seen.update(line)
        if again and self.lines == self._given.lines and self.extent() != self._given:
            raise StreamCut(self.lines)
        if curve is not None:
            yield curve


def parse_receipts(content: bytes, before: int) -> list[Receipt | SynergieError]:
    """The receipts of one part, and the errors of the curves that were refused, in order.

    *before* curves came in the parts before: errors tell the place in the whole. StreamCut when
    the closing line is missing or its count does not hold.
    """
    found: list[Receipt | SynergieError] = []
    splitter = LineSplitter()
    for line in (*splitter.feed(content), *splitter.close()):
        if (told := end_of(line)) is not None:
            if told != len(found):
                break
            return found
        found.append(_parse_receipt_line(line, before + len(found) + 1))
    raise StreamCut(len(found))


def _parse_receipt_line(line: bytes, place: int) -> Receipt | SynergieError:
    if line.startswith(_ERROR):
        fields = _parse_json_fields(line)
        error = line_error(fields.get("error"), f"curve {place}")
        if "line" not in fields:  # not about one curve: the stream itself failed
            raise error
        return error
    try:
        return Receipt.model_validate_json(line, extra="ignore")
    except ValidationError as error:
        raise faults(error)[0].at(f"receipt {place}") from error


def _parse_json_fields(line: bytes) -> dict[str, Any]:
    try:
        fields: dict[str, Any] = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return fields
