"""Our CSV of monthly and billed energies, both ways: one row a civil period.

`monthly-csv` (comma, dot) to publish and for programs; `monthly-csv-fr` for a French spreadsheet.
"""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from synergie.calendar import zone
from synergie.errors import BadInput
from synergie.formats import checks
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
from synergie.formats._format import Format, Record, Sample
from synergie.formats._report import Report
from synergie.schemas.period_energy import PeriodEnergy
from synergie.schemas.profile import Profile

TABLE = next(table for table in TABLES if table.name == "energies")

_ONCE = "the energy already given for this period, or another period"


def _sniff(sample: Sample, dialect: Dialect) -> float:
    """1.0 when the dates and the energy of a period are among the columns, under our names."""
    names = header_of(next(iter(sample.lines(1)), ""), dialect)
    return (
        1.0 if {"name", "from_date", "to_date", "energy_kwh", "provenance"} <= set(names) else 0.0
    )


def _read(source: BinaryIO, _: Profile, dialect: Dialect) -> tuple[Iterator[PeriodEnergy], Report]:
    """One record a row, in file order. The civil dates decide; the times in UTC repeat them.

    A period that comes twice for a point and a class is ignored when it says the same, refused
    otherwise. Memory grows with the rows kept.
    """
    report = Report()
    known: dict[str, PeriodEnergy] = {}
    rows = rows_of(source, TABLE, dialect, report)
    return _new(
        report.keep(lambda cells: _once(record_of(TABLE, cells), known), rows), report
    ), report


def _once(record: PeriodEnergy, known: dict[str, PeriodEnergy]) -> PeriodEnergy | None:
    first = known.setdefault(record.external_id, record)
    if first is record:
        return record
    if first == record:
        return None
    code = checks.CONFLICTING_DUPLICATE.code
    raise BadInput("/energy_kwh", record.energy_kwh, _ONCE, code)


def _new(records: Iterator[PeriodEnergy | None], report: Report) -> Iterator[PeriodEnergy]:
    """What is new; an exact repeat counts as a duplicate, not as kept."""
    for record in records:
        if record is None:
            report.kept -= 1
            report.duplicates += 1
        else:
            yield record


def _write(records: Iterable[Record], sink: BinaryIO, profile: Profile, dialect: Dialect) -> None:
    """The header, then a row a period; its bounds in UTC follow the profile's zone.

    BadInput for a record that is no energy of a period.
    """
    write_table(records, TABLE, sink, dialect, tz=zone(profile.time_zone))


FORMAT = Format(
    name="monthly-csv",
    title="Monthly and billed energies of synergie (CSV, comma, decimal dot)",
    sniff=lambda sample: _sniff(sample, OPEN),
    read=lambda source, profile: _read(source, profile, OPEN),
    write=lambda records, sink, profile: _write(records, sink, profile, OPEN),
)
FORMAT_FR = Format(
    name="monthly-csv-fr",
    title="Monthly and billed energies of synergie (CSV for a French spreadsheet)",
    sniff=lambda sample: _sniff(sample, FRENCH),
    read=lambda source, profile: _read(source, profile, FRENCH),
    write=lambda records, sink, profile: _write(records, sink, profile, FRENCH),
)
