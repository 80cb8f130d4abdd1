"""Our CSV of curves, both ways: one row a step, UTC start and end, local time with its offset.

`curves-csv` (comma, dot) to publish and for programs; `curves-csv-fr` for a French spreadsheet.
"""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from synergie.calendar import load_time_zone
from synergie.formats._csv import FRENCH, OPEN, TABLES, Dialect, header_of, write_table
from synergie.formats.format import Format, Record, Sample
from synergie.formats.frames._step_texts import curves_in
from synergie.formats.report import Report
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.profile import Profile

TABLE = next(table for table in TABLES if table.name == "curves")


def _sniff_curves(sample: Sample, dialect: Dialect) -> float:
    """1.0 when every column that a curve needs is named, and the first is ours."""
    names = header_of(next(iter(sample.lines(1)), ""), dialect)
    needed = {column.name for column in TABLE.columns if column.required}
    return 1.0 if needed <= set(names) else 0.0


def _read_curves(
    source: BinaryIO, profile: Profile, dialect: Dialect
) -> tuple[Iterator[MeterCurve], Report]:
    """Curves in file order; rows of a series may be in any order and are put in order.

    The UTC times decide; a local time that tells another moment costs its row. BadInput when a
    column that a curve needs is absent.
    """
    report = Report()
    return curves_in(source, TABLE, dialect, profile.time_zone, report=report), report


def _write_curves(
    records: Iterable[Record], sink: BinaryIO, profile: Profile, dialect: Dialect
) -> None:
    """The header, then a row a step; civil steps follow the days of the profile's zone.

    BadInput for a record that is no curve.
    """
    write_table(records, TABLE, sink, dialect, tz=load_time_zone(profile.time_zone))


FORMAT = Format(
    name="curves-csv",
    title="Curves of synergie (CSV, comma, decimal dot)",
    sniff=lambda sample: _sniff_curves(sample, OPEN),
    read=lambda source, profile: _read_curves(source, profile, OPEN),
    write=lambda records, sink, profile: _write_curves(records, sink, profile, OPEN),
)
FORMAT_FR = Format(
    name="curves-csv-fr",
    title="Curves of synergie (CSV for a French spreadsheet)",
    sniff=lambda sample: _sniff_curves(sample, FRENCH),
    read=lambda source, profile: _read_curves(source, profile, FRENCH),
    write=lambda records, sink, profile: _write_curves(records, sink, profile, FRENCH),
)
