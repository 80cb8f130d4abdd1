"""Our CSV of monthly and billed energies, both ways: one row a civil period.

`monthly-csv` (comma, dot) to publish and for programs; `monthly-csv-fr` for a French spreadsheet.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import BinaryIO

from synergie.calendar import load_time_zone
from synergie.formats._csv import (
    FRENCH,
    OPEN,
    TABLES,
    Dialect,
    header_of,
    record_of,
    rows_of,
    write_table,
)
from synergie.formats.format import Format, Record, Sample
from synergie.formats.report import Report
from synergie.formats.tables.energies import iterate_energies_once
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.readings.profile import Profile

TABLE = next(table for table in TABLES if table.name == "energies")
_OURS = frozenset(column.name for column in TABLE.columns)


def _sniff_energies(sample: Sample, dialect: Dialect) -> float:
    """1.0 when the dates and the energy of a period are among the columns, under our names."""
    names = header_of(next(iter(sample.lines(1)), ""), dialect)
    return (
        1.0 if {"name", "from_date", "to_date", "energy_kwh", "provenance"} <= set(names) else 0.0
    )


def _read_energies(
    source: BinaryIO, _: Profile, dialect: Dialect
) -> tuple[Iterator[PeriodEnergy], Report]:
    """One record a row, in file order. The civil dates decide; the times in UTC repeat them.

    The rules are those of any table (`tables.energies`), but periods within others stay. Memory
    grows with the rows kept.
    """
    report = Report()
    rows = rows_of(source, TABLE, dialect, report, strange=True)
    parse = partial(record_of, TABLE)
    return iterate_energies_once(rows, report, parse, beside=_list_strange, nested=True), report


def _list_strange(cells: Mapping[str, object]) -> dict[str, str]:
    """The cells of a row that stand in columns which are not ours."""
    return {name: str(cell) for name, cell in cells.items() if cell and name not in _OURS}


def _write_energies(
    records: Iterable[Record], sink: BinaryIO, profile: Profile, dialect: Dialect
) -> None:
    """The header, then a row a period; its bounds in UTC follow the profile's zone.

    BadInput for a record that is no energy of a period.
    """
    write_table(records, TABLE, sink, dialect, tz=load_time_zone(profile.time_zone))


FORMAT = Format(
    name="monthly-csv",
    title="Monthly and billed energies of synergie (CSV, comma, decimal dot)",
    sniff=lambda sample: _sniff_energies(sample, OPEN),
    read=lambda source, profile: _read_energies(source, profile, OPEN),
    write=lambda records, sink, profile: _write_energies(records, sink, profile, OPEN),
)
FORMAT_FR = Format(
    name="monthly-csv-fr",
    title="Monthly and billed energies of synergie (CSV for a French spreadsheet)",
    sniff=lambda sample: _sniff_energies(sample, FRENCH),
    read=lambda source, profile: _read_energies(source, profile, FRENCH),
    write=lambda records, sink, profile: _write_energies(records, sink, profile, FRENCH),
)
