"""Tables that a maintenance program (GMAO) exports: columns known by their names, rows to records.

Columns that name a person are never read: not into a record, not into a message, not into `raw`.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, BinaryIO, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError

from synergie.calendar import zone
from synergie.errors import BadInput
from synergie.formats import checks
from synergie.formats._format import Sample
from synergie.formats._projection import degrees_from
from synergie.formats._report import Report
from synergie.formats._text import encoding, plain, rows, separator_of
from synergie.formats.lighting import _places
from synergie.formats.lighting._cells import civil_date, number
from synergie.formats.lighting._columns import known, matches
from synergie.formats.lighting._people import is_person
from synergie.schemas.faults import faults
from synergie.schemas.lighting_mapping import LightField
from synergie.schemas.profile import Profile

MAX_RAW = 64

_COLUMNS = "as many cells as the header has columns"
_HEADER = "names of columns, one of them that numbers the rows"
_MIDNIGHT = ("00:00", "00:00:00", "0:00")

type Values = dict[str, Any]


class Kind(NamedTuple):
    """What one kind of export holds."""

    record: type[BaseModel]
    names: Mapping[str, tuple[str, ...]]
    """Our field → names of its columns as `plain` writes them, best first."""
    make: Callable[["Row"], Values]
    """The values of a record from a row."""
    telling: tuple[str, ...]
    """Fields that make a table such an export."""
    enough: int
    """How many of them must be there."""
    never: tuple[LightField, ...] = ()
    """Fields of an inventory of lamps: with them it is an inventory."""


class Row(NamedTuple):
    """The filled cells of one row by field, and what helps to read them."""

    cells: dict[str, str]
    tz: ZoneInfo
    report: Report

    def moment(self, name: str) -> datetime | str | None:
        """A time with its offset, or a civil date when the hour is not told or not sure."""
        cell = self.cells.get(name)
        try:
            return None if cell is None else moment(cell, self.tz)
        except BadInput as fault:
            raise BadInput(f"/{name}", fault.found, fault.expected) from fault

    def word(self, name: str, words: Mapping[str, str], other: str) -> str:
        """What a word means; *other* for a blank, and for a word that is not in the list."""
        cell = self.cells.get(name)
        if cell is None:
            return other
        found = words.get(plain(cell))
        if found is None:
            self.report.note("{}: {!r} is not in the list; kept as written in raw", name, cell)
        return found or other

    def number(self, name: str) -> float | None:
        """A number with a dot or a comma, its unit after it or not."""
        cell = self.cells.get(name)
        if cell is None:
            return None
        text = cell.removesuffix("m").strip()
        try:
            return number(text, "," if "," in text else ".")
        except BadInput as fault:
            raise BadInput(f"/{name}", fault.found, fault.expected) from fault


def moment(cell: str, tz: ZoneInfo) -> datetime | str:
    """The time that *cell* tells, in *tz* when it bears no offset; its civil date without an hour.

    An hour that comes twice in October, or not at all in March, leaves the date. BadInput for what
    is no date.
    """
    text = cell.strip()
    day = civil_date(text[:10] if len(text) > len("20261125T") else text)
    hour = text[10:].strip().removeprefix("T").strip() if len(text) > len("2026-11-25") else ""
    if not hour or hour in _MIDNIGHT:
        return day
    try:
        told = datetime.fromisoformat(f"{day}T{hour.replace(',', '.')}")
    except ValueError as error:
        raise BadInput("/", cell, "a time as 25/11/2026 14:05") from error
    if told.tzinfo is not None:
        return told
    first, second = (told.replace(tzinfo=tz, fold=fold) for fold in (0, 1))
    return first if first.utcoffset() == second.utcoffset() else day


def claims(header: list[str], kind: Kind) -> bool:
    """Whether these columns are those of such an export."""
    names = known(header)
    told = sum(any(name in names for name in kind.names[field]) for field in kind.telling)
    if told < kind.enough or not any(name in names for name in kind.names["external_id"]):
        return False
    return not any(name in matches(header) for name in kind.never)


def sniff(sample: Sample, kind: Kind) -> float:
    """0.85 for the columns of such an export, in one of the first lines."""
    return 0.85 if claims(header_in(sample), kind) else 0.0


def header_in(sample: Sample) -> list[str]:
    """The names of columns of the first line."""
    first = next(iter(sample.lines(1)), "")
    return [name.strip('" ') for name in first.split(separator_of(first))]


def read(source: BinaryIO, profile: Profile, kind: Kind) -> tuple[Iterator[Any], Report]:
    """Records in file order; BadInput when no column numbers the rows.

    The identifier comes once: a row that repeats another exactly is ignored, another is refused.
    Memory grows with the identifiers and the refusals.
    """
    report = Report()
    return _Export(source, profile, kind, report).records(), report


class _Export:
    """One file being read."""

    def __init__(self, source: BinaryIO, profile: Profile, kind: Kind, report: Report) -> None:
        self._source, self._kind, self._report = source, kind, report
        self._coding = encoding(source, report)
        first = source.readline(1 << 16).decode(self._coding.name, "replace").strip("\r\n")
        self._mark = separator_of(first) or ";"
        self._header = next((cells for _, cells in self._rows(Report())), [])
        ours = {name for names in kind.names.values() for name in names}
        people = [
            i for i, name in enumerate(self._header) if is_person(name) and plain(name) not in ours
        ]
        if people:
            report.find(checks.PERSONAL_DATA_DROPPED)
        self._read = [i for i in range(len(self._header)) if i not in people]
        self._at = self._fields()
        if "external_id" not in self._at:
            raise BadInput("line 1", ", ".join(self._header[i] for i in self._read), _HEADER)
        self._tz = zone(profile.time_zone)
        self._provenance = profile.provenance or "partner"
        self._pair, self._epsg = self._system()
        self._known: dict[str, int] = {}

    def _rows(self, report: Report) -> Iterator[tuple[int, list[str]]]:
        self._source.seek(0)
        return rows(self._source, self._coding, separator=self._mark, report=report)

    def _fields(self) -> dict[str, int]:
        at = {name: i for i, name in reversed(list(enumerate(self._header))) if i in self._read}
        names = {key: at[name] for key, name in known(list(at)[::-1]).items()}
        found: dict[str, int] = {}
        for field, known_as in self._kind.names.items():
            index = next((names[name] for name in known_as if name in names), None)
            if index is not None and index not in found.values():
                found[field] = index
                self._report.note("column {} is read as {}", self._header[index], field)
        return found

    def _system(self) -> tuple[tuple[int, int] | None, int | None]:
        """The columns of x and y, and their reference system."""
        found = matches([self._header[i] for i in self._read])
        pair, places = _places.ends(found), _places.Places()
        if pair is None or "location" not in self._kind.record.model_fields:
            return None, None
        at = self._header.index(pair.x), self._header.index(pair.y)
        for _, cells in self._rows(Report()):
            if len(cells) == len(self._header) and cells != self._header:
                x, y = (cells[i].strip().replace(",", ".") for i in at)
                places.add(x, y)
        return at, _places.reference(pair, places, self._report)

    def records(self) -> Iterator[Any]:
        """The records; what repeats another exactly is counted, and given once."""
        table = self._rows(self._report)
        next(table, None)
        for line, cells in table:
            try:
                record = self._record(cells)
            except BadInput as fault:
                self._report.refuse(line, fault)
                continue
            name, same = record.external_id, hash(tuple(cells))
            if name not in self._known:
                self._known[name] = same
                self._report.kept += 1
                yield record
            elif self._known[name] == same:
                self._report.duplicates += 1
            else:
                self._report.refuse(line, BadInput(self._where("external_id"), name, _ONCE))

    def _record(self, cells: list[str]) -> Any:
        if len(cells) != len(self._header):
            raise BadInput("row", f"{len(cells)} cells", _COLUMNS)
        told = {name: cells[i].strip() for name, i in self._at.items() if cells[i].strip()}
        values: Values = {"external_id": told["external_id"]} if "external_id" in told else {}
        try:
            values |= self._kind.make(Row(told, self._tz, self._report))
            location = self._location(cells)
        except BadInput as fault:
            name = fault.where.removeprefix("/")
            raise BadInput(self._where(name), fault.found, fault.expected, fault.check) from fault
        if location is not None:
            values["location"] = location
        values["raw"] = {self._header[i]: cells[i] for i in self._read[:MAX_RAW]}
        values["provenance"] = self._provenance
        try:
            return self._kind.record.model_validate(values)
        except ValidationError as error:
            first = faults(error)[0]
            name = first.where.removeprefix("/").split("/")[0]
            raise BadInput(self._where(name), first.found, first.expected) from error

    def _where(self, name: str) -> str:
        """The place of a fault by the export's own name of the column."""
        return f"/{self._header[self._at[name]]}" if name in self._at else "row"

    def _location(self, cells: list[str]) -> dict[str, float] | None:
        if self._pair is None or self._epsg is None:
            return None
        x, y = (cells[i].strip().replace(",", ".") for i in self._pair)
        if not (x and y):
            return None
        longitude, latitude = degrees_from(self._epsg)(number(x, "."), number(y, "."))
        return {"longitude": longitude, "latitude": latitude}


_ONCE = "an identifier used once in the file"
