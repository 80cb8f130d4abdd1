"""The CNIG geostandard EclExt v1.1, both ways: a zip of its four tables in CSV.

Written: `PointLumineux.csv`, `ProfilNocturne.csv`, `PlageVariation.csv`, `ProfilContientPlage.csv`
with a `datapackage.json` (Frictionless), and the points once more as `PointLumineux.geojson`. Read:
such an archive, or one of the tables alone, whoever wrote it.

EclExt has no cabinet, circuit, support of its own, delivery point, energy, or text of a power:
those fields of a light point, and `raw`, are not written.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from typing import Any, BinaryIO

from pydantic import ValidationError

from synergie.errors import BadInput, Words
from synergie.formats.format import Format, Record, Sample
from synergie.formats.lighting import _eclext_write, inventory_csv
from synergie.formats.lighting._cells import civil_date, parse_decimal
from synergie.formats.lighting._words import FLAGS
from synergie.formats.lighting.eclext_tables import (
    LINKS,
    POINTS,
    PROFILES,
    RANGES,
    TABLES,
    Column,
    Table,
)
from synergie.formats.report import Report
from synergie.formats.source import damage, files_in, member
from synergie.formats.text import (
    detect_encoding,
    normalize_column_name,
    read_csv_rows,
    separator_of,
)
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.night_profile import DimmingRange, NightProfile
from synergie.schemas.faults import faults
from synergie.schemas.readings.profile import Profile

# EclExt read: the four tables of an archive, or one of them alone.

type Lit = LightPointRecord | CabinetRecord | NightProfile | DimmingRange
type Links = dict[str, list[str]]
"""Names of the dimming ranges of each night profile."""
type _Values = dict[str, Any]

_WHOLE = "a whole zip archive"
_ROW = "as many cells as the header has columns"
_ONCE = "a name used once in the file"
_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)
_TIMES = ("on_at", "off_at", "start", "end")
_NAMES = {normalize_column_name(table.name): table for table in TABLES}
_OURS = [column.name for column in POINTS.columns]
_TELLING = frozenset(
    normalize_column_name(column.name) for column in POINTS.columns if column.mandatory
) | {"fluxsource", "fluxluminaire", "hauteurfeu", "ulrinstalle", "profilnocturne"}
_SURE = frozenset({"eclairagepublic", "estadaptatif", "extinctionnuit", "eclairageadaptatif"})
_ENOUGH = 6


def table_named(name: str) -> Table | None:
    """The table that a file of that *name* holds: `…/PointLumineux.csv`."""
    stem, dot, end = name.rpartition("/")[2].rpartition(".")
    return _NAMES.get(normalize_column_name(stem)) if dot and end.lower() == "csv" else None


def table_of(header: list[str]) -> Table | None:
    """The table that these columns are of; None when they are of none."""
    names = {normalize_column_name(name) for name in header}
    if {"nomprofil", "nomplage"} == names:
        return LINKS
    if {"nomplage", "grandeurvariation"} <= names:
        return RANGES
    if {"nomprofil", "allumagesoir"} <= names:
        return PROFILES
    return POINTS if len(names & _TELLING) >= _ENOUGH and names & _SURE else None


def read_archive(source: BinaryIO, profile: Profile, report: Report) -> Iterator[Lit]:
    """Dimming ranges, night profiles, then light points of the archive, one report for all."""
    links: Links = {}
    with damage("archive", _WHOLE), zipfile.ZipFile(source) as packed, ExitStack() as stack:
        found: dict[str, tuple[str, BinaryIO]] = {}
        for info in files_in(packed):
            table = table_named(info.filename)
            if table is not None and table.name not in found:
                found[table.name] = info.filename, member(packed, info, stack).stream
        for table in (LINKS, RANGES, PROFILES, POINTS):
            if table.name not in found:
                continue
            name, stream = found[table.name]
            own = Report()
            try:
                yield from alone(stream, table, profile, (own, links))
            except BadInput as fault:
                raise fault.at(name) from fault
            report.absorb(own, name)
    for one in links:
        report.note("night profile {} has dimming ranges, and is not described", one)


def alone(
    source: BinaryIO, table: Table, profile: Profile, beside: tuple[Report, Links]
) -> Iterator[Lit]:
    """The records of one table; *beside* are its report and the links between the others."""
    report, links = beside
    sheet = _Sheet(source, table, report)
    if table is POINTS and sheet.header != _OURS:
        yield from inventory_csv.records(source, profile, report, national=True)
    elif table is LINKS:
        for values in report.keep(sheet.link, sheet.rows):
            links.setdefault(values["profile"], []).append(values["range"])
    else:
        yield from report.keep(lambda cells: sheet.record(cells, profile, links), sheet.rows)


class _Sheet:
    """The rows of one table, by the standard's names of the columns."""

    def __init__(self, source: BinaryIO, table: Table, report: Report) -> None:
        coding = detect_encoding(source, report)
        first = source.readline(1 << 16).decode(coding.name, "replace").strip("\r\n")
        source.seek(0)
        self._table, mark = table, separator_of(first) or ","
        self.rows = read_csv_rows(source, coding, separator=mark, report=report)
        line, self.header = next(self.rows, (1, []))
        at = {normalize_column_name(name): i for i, name in reversed(list(enumerate(self.header)))}
        self._at = [
            (column, at.get(normalize_column_name(column.name))) for column in table.columns
        ]
        absent = next((c.name for c, i in self._at if i is None and c.name in table.key), None)
        if absent is not None and table is not POINTS:
            raise BadInput(f"line {line}", first, "the columns of this table of EclExt")
        self._known: set[object] = set()

    def link(self, cells: list[str]) -> _Values:
        """The two names of a row that links a profile and a range."""
        values = self._values(cells)
        for column in self._table.columns:
            if column.field not in values:
                raise BadInput(f"/{column.name}", "", "a value here")
        self._once(tuple(values.values()))
        return values

    def record(self, cells: list[str], profile: Profile, links: Links) -> Lit:
        """The record of a row; its identifier comes once in the table."""
        values = self._values(cells)
        if profile.provenance is not None:
            values["provenance"] = profile.provenance
        values.setdefault("provenance", "partner")
        record: Lit
        try:
            if self._table is POINTS:
                record = LightPointRecord.model_validate(_merge_location(values))
            elif self._table is RANGES:
                record = DimmingRange.model_validate(_clear_unlit_output(values))
            else:
                ranges = tuple(links.get(values.get("external_id", ""), ()))
                record = NightProfile.model_validate(values | {"ranges": ranges})
        except ValidationError as error:
            raise self._name_standard_column(faults(error)[0]) from error
        self._once(record.external_id)
        links.pop(record.external_id, None)
        return record

    def _once(self, key: object) -> None:
        if key in self._known:
            raise BadInput(f"/{self._table.key[0]}", key, _ONCE)
        self._known.add(key)

    def _values(self, cells: list[str]) -> _Values:
        if len(cells) != len(self.header):
            raise BadInput("row", f"{len(cells)} cells", _ROW)
        values: _Values = {}
        for column, at in self._at:
            cell = "" if at is None else cells[at]
            if cell.strip():
                try:
                    values[column.field] = _parse_cell_value(cell, column)
                except BadInput as fault:
                    raise BadInput(f"/{column.name}", fault.found, fault.expected) from fault
        return values

    def _name_standard_column(self, fault: BadInput) -> BadInput:
        """The same fault with the standard's name of the column."""
        field = fault.where.rpartition("/")[2]
        for column in self._table.columns:
            if column.field == field:
                return BadInput(f"/{column.name}", fault.found, fault.expected)
        return fault


def _parse_cell_value(cell: str, column: Column) -> object:
    if column.kind == "string":
        bare = cell.strip()
        return f"{bare}HL" if column.field in _TIMES and _CLOCK.fullmatch(bare) else cell
    text = cell.strip()
    if column.kind == "date":
        return civil_date(text)
    if column.kind == "boolean":
        if text.lower() not in FLAGS:
            raise BadInput("/", cell, "true or false")
        return FLAGS[text.lower()]
    value = parse_decimal(text, "." if "." in text else ",")
    if column.kind == "integer":
        if not value.is_integer():
            raise BadInput("/", cell, "a whole number")
        return int(value)
    return value


def _merge_location(values: _Values) -> _Values:
    """The same with the two columns of the place in one."""
    place = {end: values.pop(end) for end in ("longitude", "latitude") if end in values}
    return values | {"location": place} if place else values


def _clear_unlit_output(values: _Values) -> _Values:
    """The same; what remains of light that is switched off is nothing."""
    return {"value": 0.0} | values if values.get("quantity") == "EX" else values


NAME = "eclext"

_ZIP = b"PK\x03\x04"
_TABLE = "one of the four tables of EclExt, or a zip of them"


def sniff(sample: Sample) -> float:
    """1.0 for an archive with one of the tables, 0.97 for the columns of one."""
    if sample.members:
        return float(any(table_named(name) is not None for name in sample.members))
    return 0.97 if table_of(_split_header(next(iter(sample.lines(1)), ""))) is not None else 0.0


def _split_header(line: str) -> list[str]:
    return [name.strip('" ') for name in line.split(separator_of(line))]


def read(source: BinaryIO, profile: Profile) -> tuple[Iterator[Lit], Report]:
    """Dimming ranges, night profiles with their ranges, then light points.

    The points of others are read as any inventory in CSV, kept in `raw`, with places in Lambert-93
    or degrees; ours by the columns of `eclext_tables.POINTS`. BadInput when no table is there, or
    one lacks its names. Memory grows with the identifiers and the refusals.
    """
    report = Report()
    source.seek(0)
    if source.read(4) == _ZIP:
        source.seek(0)
        return read_archive(source, profile, report), report
    source.seek(0)
    first = source.readline(1 << 16).decode("utf-8-sig", "replace").strip("\r\n")
    table = table_of(_split_header(first))
    if table is None:
        raise BadInput("line 1", first or Words("an empty line"), _TABLE)
    return alone(source, table, profile, (report, {})), report


def write(records: Iterable[Record], sink: BinaryIO, profile: Profile) -> None:
    """The archive; what is not known is left blank, mandatory in the standard or not.

    Cabinets that say no more than their name need no row. BadInput for any other record, and for
    a night profile that names a dimming range which is not among the records.
    """
    del profile
    _eclext_write.write(records, sink)


FORMAT = Format(
    name=NAME,
    title="EclExt v1.1: outdoor lighting (CNIG; zip of CSV tables)",
    sniff=sniff,
    read=read,
    write=write,
)
