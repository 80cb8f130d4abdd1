"""Readings of interval blocks, in columns; the usual plain ones are taken without a tree.

A year of hours is fifty thousand small elements of one shape. Runs of that very shape are lifted
out of the bytes and one empty element stands in their place; the parser sees all the rest.
"""

import re
from collections.abc import Container
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.etree.ElementTree import Element

from synergie.errors import BadInput, Words
from synergie.formats.checks import N_
from synergie.formats.report import Report

MAX_LIFTED = 200_000
"""Readings lifted out and not yet used; beyond, the parser takes all (and its limits hold)."""

_BLOCK = 1 << 20
_LONGEST = 1 << 16
_MARK = "lifted"
_FIRST = re.compile(rb"<(?:([\w.-]+):)?IntervalReading[\s>]")
_SHORT = re.compile(r"\d{1,3}", re.ASCII)
_WHOLE = re.compile(r"(-?\d{1,18})(?:\.0*)?", re.ASCII)
_SECONDS = N_("seconds since 1970 in UTC, a whole number")
_LENGTH = N_("a duration from 1 second to 3 years")
MOST_SECONDS = 3 * 366 * 86_400
_LAST = 253_402_300_800 - MOST_SECONDS
"""Three years before the last moment of the year 9999."""
_VALUE = N_("a whole number of at most 18 digits")

type Lifted = list[tuple[bytes, bytes, bytes, bytes]]
"""Quality, duration, start, value of each reading of a run."""


@dataclass(slots=True)
class Readings:
    """Columns of equal length, in file order."""

    starts: list[int | None] = field(default_factory=list)
    """Epoch seconds. None: it follows the reading before."""
    durations: list[int | None] = field(default_factory=list)
    """Seconds. None: the interval length of the reading type."""
    values: list[int | None] = field(default_factory=list)
    """As written, before the power of ten. None: no value."""
    codes: list[str] = field(default_factory=list)
    """Quality codes as written, joined by spaces."""
    numbers: list[int] = field(default_factory=list)
    """Which IntervalReading of the file, from 1."""

    def without(self, some: Container[int]) -> "Readings":
        """All but those at the places *some*."""
        keep = [i for i in range(len(self.numbers)) if i not in some]
        return Readings(
            [self.starts[i] for i in keep],
            [self.durations[i] for i in keep],
            [self.values[i] for i in keep],
            [self.codes[i] for i in keep],
            [self.numbers[i] for i in keep],
        )


class Lifting:
    """A file whose plain readings are lifted out while the parser reads it."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._rest = b""
        self._shapes: tuple[re.Pattern[bytes], re.Pattern[bytes]] | None = None
        self._prefix = b""
        self._runs: dict[str, Lifted] = {}
        self._held = self._n = 0

    def read(self, _: int = -1) -> bytes:
        """The next bytes, as many as suit; empty at the end."""
        while True:
            block = self._source.read(_BLOCK)
            data = self._rest + block
            self._rest = b""
            if self._shapes is None and (first := _FIRST.search(data)):
                self._prefix = first[1] + b":" if first[1] else b""
                self._shapes = _build_reading_patterns(self._prefix.decode())
            if self._shapes is None or self._held > MAX_LIFTED:
                return data
            if block:
                data = self._cut(data)
            if data or not block:
                return self._shapes[1].sub(self._lift, data)

    def _cut(self, data: bytes) -> bytes:
        """*data* without a last reading that goes on in the next block."""
        begin = data.rfind(b"<" + self._prefix + b"IntervalReading")
        closed = data.find(b"</" + self._prefix + b"IntervalReading", begin) >= 0
        if begin < 0 or closed or len(data) - begin > _LONGEST:
            return data
        self._rest = data[begin:]
        return data[:begin]

    def _lift(self, run: re.Match[bytes]) -> bytes:
        text = run[0]
        rows: Lifted = self._shapes[0].findall(text) if self._shapes else []
        self._n += 1
        self._held += len(rows)
        self._runs[str(self._n)] = rows
        tag = b"<%bIntervalReading %b='%d'/>" % (self._prefix, _MARK.encode(), self._n)
        return tag + b"\n" * text.count(b"\n")  # lines keep their numbers

    def pop_run(self, element: Element) -> Lifted | None:
        """The run that stands behind *element*, once. None: it is a reading of its own."""
        rows = self._runs.pop(element.get(_MARK, ""), None)
        if rows is not None:
            self._held -= len(rows)
        return rows


def _build_reading_patterns(prefix: str) -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    """One plain reading with its four figures, and a run of them."""
    p, s = re.escape(prefix), r"[ \t\r\n]*+"
    one = (
        rf"<{p}IntervalReading>{s}(?:<{p}cost>-?\d{{1,18}}</{p}cost>{s})?+"
        rf"(?:<{p}ReadingQuality>{s}<{p}quality>(\d{{1,3}})</{p}quality>{s}"
        rf"</{p}ReadingQuality>{s})?+<{p}timePeriod>{s}"
        rf"<{p}duration>([1-9]\d{{0,6}})</{p}duration>{s}<{p}start>(\d{{1,11}})</{p}start>{s}"
        rf"(?:<!--[ -,./0-;=?-~]{{0,200}}+-->{s})?+</{p}timePeriod>{s}"
        rf"<{p}value>(-?\d{{1,18}})</{p}value>{s}(?:<{p}tou>\d{{1,3}}</{p}tou>{s})?+"
        rf"</{p}IntervalReading>{s}"
    )
    bare = re.sub(r"\((?=-\?|\\d|\[1)", "(?:", one)
    return re.compile(one.encode()), re.compile(f"(?:{bare}){{2,}}+".encode())


class Blocks:
    """The interval blocks of a file, one by one."""

    def __init__(self, lifting: Lifting, report: Report) -> None:
        self._lifting, self._report = lifting, report
        self._n = 0

    def add(self, block: Element, into: Readings) -> None:
        """The readings of *block*; one that cannot be read is refused.

        `interval` gives the start where a first reading has none. The block's own length is not
        used: it is often wrong.
        """
        before = None
        for element in block:
            if element.tag == "interval":
                before = _parse_optional_figure(element.findtext("start"))
            if element.tag != "IntervalReading":
                continue
            rows = self._lifting.pop_run(element)
            if rows is not None:
                _add_rows(rows, into, self._n)
                self._n += len(rows)
            else:
                self._n += 1
                try:
                    _add_one(element, into, before, self._n)
                except BadInput as fault:
                    self._report.refuse(f"record {self._n}", fault)
            before = None


def _add_rows(rows: Lifted, into: Readings, n: int) -> None:
    into.starts += [int(row[2]) for row in rows]
    into.durations += [int(row[1]) for row in rows]
    into.values += [int(row[3]) for row in rows]
    into.codes += [row[0].decode() for row in rows]
    into.numbers += range(n + 1, n + 1 + len(rows))


def _add_one(element: Element, into: Readings, before: int | None, n: int) -> None:
    period = element.find("timePeriod")
    start = duration = None
    if period is not None:
        start = _parse_seconds(period.findtext("start"), "/timePeriod/start", _SECONDS, _LAST)
        text = period.findtext("duration")
        duration = _parse_seconds(text, "/timePeriod/duration", _LENGTH, MOST_SECONDS)
        if duration == 0:
            raise BadInput("/timePeriod/duration", text, _LENGTH)
    text = element.findtext("value")
    value = None if text is None or not text.strip() else _parse_figure(text, "/value", _VALUE)
    codes = [
        _check_quality_code(one.findtext("quality") or "") for one in element.iter("ReadingQuality")
    ]
    into.starts.append(before if start is None else start)
    into.durations.append(duration)
    into.values.append(value)
    into.codes.append(" ".join(code for code in codes if code))
    into.numbers.append(n)


def _check_quality_code(text: str) -> str:
    code = text.strip()
    if code and not _SHORT.fullmatch(code):
        raise BadInput("/ReadingQuality/quality", code, "a quality code, a whole number")
    return code


def _parse_seconds(text: str | None, where: str, expected: str, most: int) -> int | None:
    if text is None or not text.strip():
        return None
    value = _parse_figure(text, where, expected)
    if not 0 <= value <= most:
        raise BadInput(where, text, expected)
    return value


def _parse_figure(text: str, where: str, expected: str) -> int:
    found = _WHOLE.fullmatch(text.strip())
    if found is None:
        raise BadInput(where, text or Words("nothing"), expected)
    return int(found[1])


def _parse_optional_figure(text: str | None) -> int | None:
    found = _WHOLE.fullmatch((text or "").strip())
    return int(found[1]) if found and 0 <= int(found[1]) <= _LAST else None
