"""What the XML flows of Enedis share: their root, columns of points, times and powers.

A point is read as a column of texts; only what is not as usual is looked at one by one.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import BinaryIO, NamedTuple

from synergie.errors import BadInput, Words
from synergie.formats._points import Number, parse_exact_number, resolve_label_times
from synergie.formats._xml import Part, root_of
from synergie.formats.format import Sample
from synergie.formats.report import Report
from synergie.schemas.series import Unit
from synergie.units import STEP_NAMES

MAX_STAMPS = 500_000
"""Texts of times that are kept with their instants."""
MAX_DAYS = 20_000
"""Days with an offset that are kept with their midnights."""
MOST = 1_000_000_000
"""W, VAr: a point of the grid draws less than 1 GW."""
POWER_UNITS: dict[str, Unit] = {
    "kW": "kW", "W": "W", "kVAr": "kVAr", "kVAR": "kVAr", "kWr": "kVAr", "VAr": "VAr",
    "VAR": "VAr", "Wr": "VAr", "V": "V",
}  # fmt: skip
"""Our unit of each that the flow writes; Enedis writes reactive power in `kWr`, too."""

_SAFE = 9
"""Digits of a whole number that is read at once with its neighbours."""
_YEARS = r"(?:19|20|21)\d\d"
_DAY = re.compile(rf"({_YEARS}-\d\d-\d\d)[T ](?:\.0{{1,9}})?(Z|[+-]\d\d:\d\d)", re.ASCII)
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d):([0-5]\d)", re.ASCII)
_NAIVE = re.compile(rf"{_YEARS}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.0{{1,9}})?", re.ASCII)
_DATE = re.compile(rf"({_YEARS}-\d\d-\d\d)(?:Z|[+-]\d\d:\d\d)?", re.ASCII)
_STAMP = "a time with its offset, as 2026-11-25T00:30:00+01:00"
_CIVIL = "a date as 2026-11-25"


def opened(source: BinaryIO, *roots: str) -> None:
    """Whether the root element is one of *roots*; goes back to the start. BadInput otherwise."""
    source.seek(0)
    found, _ = root_of(Sample("", source.read(8192)))
    source.seek(0)
    if found not in roots:
        raise BadInput("root", found or Words("no XML"), "the root element of this flow")


def leave_out(report: Report, place: str, fault: BadInput, rows: int = 1) -> None:
    """Refuses *rows* for one reason, told once."""
    if rows:
        report.refuse(place, fault)
        report.refusals += rows - 1


def parse_civil_date(text: str, where: str) -> date:
    """A bare date, or one with an offset as XML Schema allows; BadInput at *where* otherwise."""
    found = _DATE.fullmatch(text)
    if found is None:
        raise BadInput(where, text, _CIVIL)
    try:
        return date.fromisoformat(found[1])
    except ValueError as error:
        raise BadInput(where, text, _CIVIL) from error


class Epochs(dict[str, int]):
    """Epoch seconds by the text of a time with offset; each day and each clock is parsed once.

    KeyError is never raised: BadInput for a text that is no such time.
    """

    def __init__(self) -> None:
        super().__init__()
        self._days: dict[str, int] = {}
        self._clocks: dict[str, int] = {}

    def __missing__(self, text: str) -> int:
        day, clock = text[:11] + text[19:], text[11:19]
        seconds = self._days.get(day)
        if seconds is None:
            if len(self._days) >= MAX_DAYS:
                self._days.clear()
            seconds = self._days[day] = self._day(day, text)
        of_day = self._clocks.get(clock)
        if of_day is None:
            of_day = self._clocks[clock] = self._clock(clock, text)
        if len(self) >= MAX_STAMPS:
            self.clear()
        self[text] = found = seconds + of_day
        return found

    @staticmethod
    def _day(day: str, text: str) -> int:
        found = _DAY.fullmatch(day)
        if found is None:
            raise BadInput("/time", text, _STAMP)
        try:
            midnight = datetime.fromisoformat(f"{found[1]}T00:00:00{found[2]}")
        except ValueError as error:
            raise BadInput("/time", text, _STAMP) from error
        return int((midnight - _EPOCH).total_seconds())

    @staticmethod
    def _clock(clock: str, text: str) -> int:
        found = _CLOCK.fullmatch(clock)
        if found is None:
            raise BadInput("/time", text, _STAMP)
        hours, minutes, seconds = map(int, found.groups())
        return hours * 3600 + minutes * 60 + seconds


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock(NamedTuple):
    """How texts become instants: with their offsets, or as local times of a zone."""

    epochs: Epochs
    time_zone: str
    report: Report

    def instants(self, texts: Sequence[str], numbers: Sequence[int]) -> list[int | None]:
        """Epoch seconds of each of *texts*; None where refused, at its record of *numbers*.

        Times without offset are local ones of the zone, in file order (formats.md §2.1).
        """
        try:
            return list(map(self.epochs.__getitem__, texts))
        except BadInput:
            pass
        out: list[int | None] = []
        naive: list[int] = []
        for i, text in enumerate(texts):
            out.append(self._instant(text, numbers[i], naive, i))
        if naive:
            self._local(texts, numbers, naive, out)
        return out

    def _instant(self, text: str, number: int, naive: list[int], i: int) -> int | None:
        try:
            return self.epochs[text]
        except BadInput as fault:
            if _NAIVE.fullmatch(text) and parse_local_time(text) is not None:
                naive.append(i)
            else:
                self.report.refuse(f"record {number}", fault)
        return None

    def _local(
        self, texts: Sequence[str], numbers: Sequence[int], naive: list[int], out: list[int | None]
    ) -> None:
        self.report.note("times without offset were read in the zone {}", self.time_zone)
        labels = [label for i in naive if (label := parse_local_time(texts[i])) is not None]
        places = [f"record {numbers[i]}" for i in naive]
        for i, moment in zip(
            naive, resolve_label_times(labels, places, self.time_zone, self.report), strict=True
        ):
            out[i] = moment


def parse_local_time(text: str) -> datetime | None:
    """A local time without offset; None when it is none."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def step_of(minutes: str, where: str) -> int:
    """Seconds of a step told in minutes; BadInput at *where* for one that is not usual."""
    short = minutes.isascii() and minutes.isdigit() and len(minutes) < len("1440")
    seconds = int(minutes) * 60 if short else 0
    if seconds not in STEP_NAMES:
        raise BadInput(where, minutes, "a step of 1, 5, 10, 15, 30 or 60 minutes")
    return seconds


def parse_whole_texts(texts: Sequence[str], limit: int) -> list[int] | None:
    """Every text as a whole number up to *limit*, at once; None when one of them is another."""
    joined = "".join(texts)
    if not (joined.isdigit() and joined.isascii()) or "" in texts:
        return None
    if max(map(len, texts)) > _SAFE:
        return None
    values = list(map(int, texts))
    return values if max(values) <= limit else None


def parse_power(text: str, where: str, limit: int) -> Number:
    """A power from 0 to *limit*; None for a blank or `null`. BadInput at *where* otherwise."""
    if text in {"", "null"}:
        return None
    value = parse_exact_number(text, where, "a power from 0, or a blank", most=limit)
    if value < 0:
        raise BadInput(where, text, "a power from 0, or a blank")
    return value


class PartTable(NamedTuple):
    """A part as a table: texts without spaces around them, blank where there is none."""

    outer: list[str]
    """Texts of the part itself, in the order asked for."""
    rows: list[str]
    """Name of the element of each row."""
    columns: list[list[str]]
    """One list a field, each as long as there are rows."""


def scale_value(value: Decimal, by: Decimal, where: str) -> Decimal:
    """*value* times *by*, written without exponent; BadInput when it has more than 6 decimals."""
    found = Decimal(f"{(value * by).normalize():f}")
    if found != round(found, 6):
        raise BadInput(where, found, "a number of at most 6 decimals, once in its unit")
    return found


class Table:
    """How parts of one kind become tables. One built as the part before costs a look-up a text."""

    def __init__(self, rows: tuple[str, ...], *fields: str, outer: tuple[str, ...] = ()) -> None:
        self._rows, self._fields, self._outer = frozenset(rows), fields, outer
        self._names: list[str] = []
        self._ends: list[int] = []
        self._places: list[list[int]] = []
        self._told: list[str] = []

    def of(self, part: Part) -> PartTable:
        """The rows of *part*, and what stands outside of them."""
        if part.names != self._names or part.ends != self._ends:
            texts = _find_single_pieces(part)
            if texts is None:
                return self._slow(part)
            self._learn(part, texts)
        pieces = [*part.pieces, ""]
        at = pieces.__getitem__
        outer, *columns = (list(map(str.strip, map(at, places))) for places in self._places)
        return PartTable(outer, self._told, columns)

    def _learn(self, part: Part, texts: list[int]) -> None:
        """Where each text is; -1 is the blank that `of` puts at the end."""
        outer, self._told, cells = self._cut(list(zip(part.names, texts, strict=True)))
        columns = [[cell.get(name, -1) for cell in cells] for name in self._fields]
        self._places = [[outer.get(name, -1) for name in self._outer], *columns]
        self._names, self._ends = part.names, part.ends

    def _slow(self, part: Part) -> PartTable:
        outer, rows, cells = self._cut(part.leaves())
        columns = [[cell.get(name, "") for cell in cells] for name in self._fields]
        return PartTable([outer.get(name, "") for name in self._outer], rows, columns)

    def _cut[T](
        self, leaves: list[tuple[str, T]]
    ) -> tuple[dict[str, T], list[str], list[dict[str, T]]]:
        """What stands outside of rows, the name of each row, and what stands in it."""
        outer: dict[str, T] = {}
        rows: list[str] = []
        cells: list[dict[str, T]] = []
        cell: dict[str, T] = {}
        for name, text in leaves:
            if name in self._rows:
                rows.append(name)
                cells.append(cell)
                cell = {}
            elif name in self._outer:
                outer.setdefault(name, text)
            else:
                cell[name] = text
        return outer, rows, cells


def _find_single_pieces(part: Part) -> list[int] | None:
    """Where the text of each element is among the pieces; None when one is in several pieces."""
    places, before = [], 0
    for end in part.ends:
        if end - before > 1:
            return None
        places.append(before if end > before else -1)
        before = end
    return places
