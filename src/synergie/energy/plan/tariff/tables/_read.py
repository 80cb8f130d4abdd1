"""A dated table of a CSV file: read, and refused as a whole when a row cannot be relied on."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from synergie.errors import BadInput, Words

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,9}([.,]\d{1,9})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Shape:
    """What the columns of a table are."""

    name: str
    """Name of the table; its file is `<name>.csv`."""
    key: str
    """Column that tells what a row is about."""
    required: tuple[str, ...]
    """Columns of numbers that every row fills."""
    optional: tuple[str, ...] = ()
    """Columns of numbers that may be blank: such a price does not exist."""
    open: frozenset[str] = frozenset()
    """Those of `required` that may be blank in a row: there is such a figure, and it is missing."""

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns, in the order that our files have."""
        return (self.key, "valid_from", "valid_to", *self.required, *self.optional, "source")


@dataclass(frozen=True, slots=True)
class Version:
    """One row: figures that hold from a day on, until another."""

    key: str
    valid_from: date
    valid_to: date
    """The day after the last one; the last day of the calendar when no end is known."""
    values: Mapping[str, Decimal]
    source: str

    def covers(self, day: date) -> bool:
        """Whether the figures hold on *day*."""
        return self.valid_from <= day < self.valid_to


type Versions = dict[str, tuple[Version, ...]]
"""The versions of each key, in rising dates."""


def read_table(text: str, shape: Shape, where: str) -> Versions:
    """The versions of the CSV *text*, checked. BadInput names *where*, the line and the column.

    Refused: a column that is unknown or missing, a date or a number that is none, versions of one
    key that overlap, leave a hole between them, or are not in rising dates.
    """
    found: Versions = {}
    last: dict[str, int] = {}
    for line, version in _iterate_version_rows(text.removeprefix("\ufeff"), shape, where):
        before = found.get(version.key, ())
        if before:
            _check_version_order(before[-1], version, f"{where}, line {line}", last[version.key])
        found[version.key] = (*before, version)
        last[version.key] = line
    if not found:
        raise BadInput(where, "", "a header and at least one row")
    return found


def _check_version_order(before: Version, after: Version, where: str, line: int) -> None:
    told = f"{after.valid_from} ({line}: {before.valid_from} – {before.valid_to})"
    if after.valid_from <= before.valid_from:
        raise BadInput(f"{where}, /valid_from", told, "the versions of one key in rising dates")
    if after.valid_from < before.valid_to:
        raise BadInput(f"{where}, /valid_from", told, "a version that does not overlap another")
    if after.valid_from > before.valid_to:
        raise BadInput(f"{where}, /valid_from", told, "a version that begins where the last ends")


def _iterate_version_rows(text: str, shape: Shape, where: str) -> Iterator[tuple[int, Version]]:
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    reader = csv.reader(text.splitlines(), delimiter=delimiter)
    header = [cell.strip() for cell in next(reader, [])]
    _check_header(header, shape, where)
    for row in reader:
        if not any(cell.strip() for cell in row):
            continue
        place = f"{where}, line {reader.line_num}"
        if len(row) != len(header):
            raise BadInput(place, f"{len(row)} cells", "one cell a column")
        cells = dict(zip(header, (cell.strip() for cell in row), strict=True))
        yield reader.line_num, _parse_version(cells, shape, place)


def _check_header(header: list[str], shape: Shape, where: str) -> None:
    place = f"{where}, line 1"
    for name in header:
        if name not in shape.columns:
            raise BadInput(place, name, "a column of this table; docs/plan/tariff.md lists them")
        if header.count(name) > 1:
            raise BadInput(place, name, "each column once")
    for name in shape.columns:
        if name not in header and name not in shape.optional:
            raise BadInput(f"{place}, /{name}", Words("nothing"), "this column")


def _parse_version(cells: Mapping[str, str], shape: Shape, where: str) -> Version:
    key, source = cells[shape.key], cells["source"]
    for name, value in ((shape.key, key), ("source", source)):
        if not value:
            raise BadInput(f"{where}, /{name}", "", "a value here")
    begins = _parse_iso_day(cells["valid_from"], f"{where}, /valid_from")
    ends = (
        _parse_iso_day(cells["valid_to"], f"{where}, /valid_to") if cells["valid_to"] else date.max
    )
    if begins >= ends:
        raise BadInput(f"{where}, /valid_to", cells["valid_to"], "a day after valid_from")
    return Version(key, begins, ends, dict(_iterate_parsed_numbers(cells, shape, where)), source)


def _iterate_parsed_numbers(
    cells: Mapping[str, str], shape: Shape, where: str
) -> Iterable[tuple[str, Decimal]]:
    for name in (*shape.required, *shape.optional):
        told = cells.get(name, "")
        if told:
            if not _NUMBER.fullmatch(told):
                raise BadInput(f"{where}, /{name}", told, "a number with a dot")
            yield name, Decimal(told.replace(",", "."))
        elif name in shape.required and name not in shape.open:
            raise BadInput(f"{where}, /{name}", "", "a number with a dot")


def _parse_iso_day(told: str, where: str) -> date:
    try:
        return date.fromisoformat(told if _DATE.fullmatch(told) else "")
    except ValueError as error:
        raise BadInput(where, told, "a date YYYY-MM-DD") from error


def laid_over(ours: Versions, theirs: Versions) -> Versions:
    """*theirs* where they have a version, *ours* on the other days."""
    keys = sorted({*ours, *theirs})
    return {key: _overlay_versions(ours.get(key, ()), theirs.get(key, ())) for key in keys}


def _overlay_versions(
    ours: tuple[Version, ...], theirs: tuple[Version, ...]
) -> tuple[Version, ...]:
    kept = [part for version in theirs for part in _iterate_filled_parts(version, ours)]
    for version in ours:
        kept += _iterate_uncovered_parts(version, theirs)
    return tuple(sorted(kept, key=lambda one: one.valid_from))


def _iterate_filled_parts(version: Version, ours: tuple[Version, ...]) -> Iterator[Version]:
    """*version*, cut where ours change, with our figures in the cells that it leaves blank."""
    marks = {day for one in ours for day in (one.valid_from, one.valid_to)}
    inner = sorted(day for day in marks if version.valid_from < day < version.valid_to)
    for begins, ends in pairwise((version.valid_from, *inner, version.valid_to)):
        below = next((one.values for one in ours if one.covers(begins)), {})
        values = {**below, **version.values}
        yield Version(version.key, begins, ends, values, version.source)


def _iterate_uncovered_parts(version: Version, others: tuple[Version, ...]) -> Iterator[Version]:
    """The parts of *version* that none of *others*, in rising dates, covers."""
    begins = version.valid_from
    for other in others:
        if other.valid_to <= begins or other.valid_from >= version.valid_to:
            continue
        if begins < other.valid_from:
            yield _cut_version(version, begins, other.valid_from)
        begins = other.valid_to
    if begins < version.valid_to:
        yield _cut_version(version, begins, version.valid_to)


def _cut_version(version: Version, begins: date, ends: date) -> Version:
    return Version(version.key, begins, ends, version.values, version.source)
