"""Tables that a maintenance program (GMAO) exports: columns known by their names, rows to records.

Columns that name a person are never read: not into a record, not into a message, not into `raw`.
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO

from pydantic import ValidationError

from synergie.calendar import load_time_zone
from synergie.errors import BadInput
from synergie.formats import checks
from synergie.formats._projection import degrees_from
from synergie.formats.format import Sample
from synergie.formats.lighting import _places
from synergie.formats.lighting._cells import parse_decimal
from synergie.formats.lighting._columns import index_columns_by_name, match_light_columns
from synergie.formats.lighting._export_row import Kind, Row, Values
from synergie.formats.lighting._moments import month_first
from synergie.formats.lighting._people import is_person
from synergie.formats.report import Report
from synergie.formats.text import (
    detect_encoding,
    normalize_column_name,
    read_csv_rows,
    separator_of,
)
from synergie.schemas.faults import faults
from synergie.schemas.readings.profile import Profile

# Which of several columns numbers the rows of a table.


def find_unique_columns(columns: Sequence[int], rows: Iterable[Sequence[str]]) -> list[int]:
    """Those of *columns* that are filled and never repeat, else all; a row told twice is one.

    One column alone is not looked at. Memory grows with the rows.
    """
    seen: dict[int, set[str]] = {i: set() for i in columns} if len(columns) > 1 else {}
    known: set[int] = set()
    for cells in rows if seen else ():
        row = hash(tuple(cells))
        if row not in known and len(cells) > max(columns):
            known.add(row)
            _drop_repeating_columns(seen, cells)
    return list(seen) or list(columns)


def _drop_repeating_columns(seen: dict[int, set[str]], cells: Sequence[str]) -> None:
    """Drop the columns of *seen* that are blank or repeat in the row *cells*."""
    for i in list(seen):
        if not cells[i].strip() or cells[i] in seen[i]:
            del seen[i]
        else:
            seen[i].add(cells[i])


MAX_RAW = 64

_COLUMNS = "as many cells as the header has columns"
_HEADER = "names of columns, one of them that numbers the rows"


def has_export_columns(header: list[str], kind: Kind) -> bool:
    """Whether these columns are those of such an export."""
    names = index_columns_by_name(header)
    told = sum(any(name in names for name in kind.names[field]) for field in kind.telling)
    if told < kind.enough or not _has_number_column(names, kind):
        return False
    return not any(name in match_light_columns(header) for name in kind.never)


def _has_number_column(names: Container[str], kind: Kind) -> bool:
    """Whether a column numbers the rows, or several together."""

    def has_field(field: str) -> bool:
        return any(name in names for name in kind.names[field])

    first, others = kind.number_from[:1], kind.number_from[1:]
    return has_field("external_id") or (any(map(has_field, first)) and any(map(has_field, others)))


def sniff_export(sample: Sample, kind: Kind) -> float:
    """0.85 for the columns of such an export, in one of the first lines."""
    return 0.85 if has_export_columns(header_in(sample), kind) else 0.0


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
        self._coding = detect_encoding(source, report)
        first = source.readline(1 << 16).decode(self._coding.name, "replace").strip("\r\n")
        self._mark = separator_of(first) or ";"
        self._header = next((cells for _, cells in self._rows(Report())), [])
        ours = {name for names in kind.names.values() for name in names}
        people = [
            i
            for i, name in enumerate(self._header)
            if is_person(name) and normalize_column_name(name) not in ours
        ]
        if people:
            report.find(checks.PERSONAL_DATA_DROPPED)
        self._read = [i for i in range(len(self._header)) if i not in people]
        self._at = self._fields()
        if not _has_number_column(
            index_columns_by_name([self._header[i] for i in self._read]), kind
        ):
            raise BadInput("line 1", ", ".join(self._header[i] for i in self._read), _HEADER)
        self._tz = load_time_zone(profile.time_zone)
        self._provenance = profile.provenance or "partner"
        self._pair, self._epsg = self._system()
        self._american, self._mixed = self._american_dates(), self._is_mixed()
        self._known: dict[str, int] = {}
        self._numbered: dict[str, list[list[str]]] = {}

    def _rows(self, report: Report) -> Iterator[tuple[int, list[str]]]:
        self._source.seek(0)
        return read_csv_rows(self._source, self._coding, separator=self._mark, report=report)

    def _fields(self) -> dict[str, int]:
        at = {name: i for i, name in reversed(list(enumerate(self._header))) if i in self._read}
        names = {key: at[name] for key, name in index_columns_by_name(list(at)[::-1]).items()}
        found: dict[str, int] = {}
        for field, known_as in self._kind.names.items():
            told = list(dict.fromkeys(names[name] for name in known_as if name in names))
            if field == "external_id":
                told = find_unique_columns(told, (cells for _, cells in self._rows(Report())))
            index = next(iter(told), None)
            if index is not None and index not in found.values():
                found[field] = index
                self._report.note("column {} is read as {}", self._header[index], field)
        return found

    def _system(self) -> tuple[tuple[int, int] | None, int | None]:
        """The columns of x and y, and their reference system."""
        found = match_light_columns([self._header[i] for i in self._read])
        pair, places = _places.find_coordinate_columns(found), _places.Places()
        if pair is None or "location" not in self._kind.record.model_fields:
            return None, None
        at = self._header.index(pair.x), self._header.index(pair.y)
        for _, cells in self._rows(Report()):
            if len(cells) == len(self._header) and cells != self._header:
                x, y = (cells[i].strip().replace(",", ".") for i in at)
                places.add(x, y)
        return at, _places.choose_reference(pair, places, self._report)

    def _cells_of(self, *fields: str) -> Iterator[str]:
        at = [self._at[field] for field in fields if field in self._at]
        for _, cells in self._rows(Report()) if at else ():
            if len(cells) == len(self._header) and cells != self._header:
                yield from (cells[i] for i in at)

    def _american_dates(self) -> bool:
        found = month_first(self._cells_of(*self._kind.dates))
        if found:
            self._report.note("dates are read with the month first, as 02/17/2026")
        return found

    def _is_mixed(self) -> bool:
        """Whether rows of other kinds are in the file, and rows of this one.

        BadInput when all of them are of other kinds, and none names a thing.
        """
        only = self._kind.only
        told = (
            []
            if only is None
            else list(filter(None, map(normalize_column_name, self._cells_of(only.field))))
        )
        if only is None or all(cell in only.beside for cell in told):
            return False
        if any(map(only.words.search, told)):
            return True
        if not any(field in self._at for field in self._kind.number_from[1:]):
            raise BadInput(self._where(only.field), told[0], _OTHER_KIND)
        return False

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
        self._check_kind(told)
        try:
            values |= self._kind.make(Row(told, self._tz, self._report, self._american))
            location = self._location(cells)
        except BadInput as fault:
            name = fault.where.removeprefix("/")
            raise BadInput(self._where(name), fault.found, fault.expected, fault.check) from fault
        if location is not None:
            values["location"] = location
        if "external_id" not in self._at:
            values["external_id"] = self._number(told, cells)
        values["raw"] = {self._header[i]: cells[i] for i in self._read[:MAX_RAW]}
        values["provenance"] = self._provenance
        try:
            return self._kind.record.model_validate(values)
        except ValidationError as error:
            first = faults(error)[0]
            name = first.where.removeprefix("/").split("/")[0]
            raise BadInput(self._where(name), first.found, first.expected) from error

    def _check_kind(self, told: Mapping[str, str]) -> None:
        """BadInput for a row of another kind; one that names a thing is of this kind."""
        only = self._kind.only
        names = any(field in told for field in self._kind.number_from[1:])
        if self._mixed and only is not None and not names:
            cell = told.get(only.field, "")
            if not only.words.search(normalize_column_name(cell)):
                raise BadInput(self._where(only.field), cell, _OTHER_KIND)

    def _number(self, told: Mapping[str, str], cells: list[str]) -> str:
        """What stands for a number: `C12, 05/01/2025`; of another row alike `C12, 05/01/2025 (2)`.

        A row that repeats another exactly has its number.
        """
        first, *others = self._kind.number_from
        name = ", ".join(told[field] for field in (*others, first) if field in told)[:100]
        if first not in told or name == told[first]:
            raise BadInput("row", name, _NUMBERED)
        alike = self._numbered.setdefault(name, [])
        if cells not in alike:
            alike.append(cells)
        times = alike.index(cells) + 1
        return name if times == 1 else f"{name} ({times})"

    def _where(self, name: str) -> str:
        """The place of a fault by the export's own name of the column."""
        return f"/{self._header[self._at[name]]}" if name in self._at else "row"

    def _location(self, cells: list[str]) -> dict[str, float] | None:
        if self._pair is None or self._epsg is None:
            return None
        x, y = (cells[i].strip().replace(",", ".") for i in self._pair)
        if not (x and y):
            return None
        longitude, latitude = degrees_from(self._epsg)(parse_decimal(x, "."), parse_decimal(y, "."))
        return {"longitude": longitude, "latitude": latitude}


_ONCE = "an identifier used once in the file"
_OTHER_KIND = "a row about lighting"
_NUMBERED = "a number, or else a date of report and what it is about"
