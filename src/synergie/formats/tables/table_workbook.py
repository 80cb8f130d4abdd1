"""Any table in a workbook or a file in columns, read through a profile that its owner confirmed."""

from collections.abc import Iterator
from typing import BinaryIO

from synergie.formats.columnar.opening import PARQUET, is_columnar
from synergie.formats.format import Format, Record, Sample
from synergie.formats.report import Report
from synergie.formats.tables._books import list_month_sheets, rows_of
from synergie.formats.tables._reading import records
from synergie.formats.tables._recap import compare_recap_sheets
from synergie.formats.tables._sheets import sheet_rows
from synergie.formats.tables._texts import in_blocks
from synergie.formats.tables.propose import Unconfirmed, propose_book
from synergie.schemas.readings.profile import Profile

NAME = "table-workbook"

_SURE = 0.61
_ODS = b"opendocument.spreadsheet"
_OURS = b"provenance"
"""A column of every table of ours, which has a reader of its own."""
_OLD = b"\xd0\xcf\x11\xe0"


def sniff(sample: Sample) -> float:
    """0.61 for XLSX and ODS by what the archive holds, for Parquet and Arrow without our columns.

    0.5 for XLS, which is refused with reason.

    What is inside is not looked at: a format that knows its own workbooks is more sure (1.0), and
    takes those of others with 0.5.
    """
    if is_columnar(sample.start):
        schema = sample.end if sample.start.startswith(PARQUET) else sample.start
        return _SURE if schema and _OURS not in schema else 0.0
    if "xl/workbook.xml" in sample.members:
        return _SURE
    if "mimetype" in sample.members and "content.xml" in sample.members:
        told = _ODS in sample.start[:200]  # stored first and unpacked, by the norm
        return _SURE if told or sample.name.lower().endswith(".ods") else 0.0
    old = sample.start.startswith(_OLD) and sample.name.lower().endswith((".xls", ".xlsb"))
    return 0.5 if old else 0.0


def read(source: BinaryIO, profile: Profile) -> tuple[Iterator[Record], Report]:
    """Records as the profile lays the table out, and the report that fills meanwhile.

    As `table_csv.read`.
    """
    report = Report()
    if profile.table is None:
        raise Unconfirmed(propose_book(source, ""))
    table = profile.table
    rows = (
        rows_of(source, table.sheets, report)
        if table.sheets
        else sheet_rows(source, table.sheet, report)
    )
    told = records(in_blocks(rows), profile.table, profile, report, source=NAME)
    if table.sheets and table.sheets == tuple(list_month_sheets(table.sheets)):
        told = compare_recap_sheets(told, source, table.sheets, report)
    return told, report


FORMAT = Format(
    name=NAME,
    title="Any table (XLSX, ODS, Parquet, Arrow), by a saved profile",
    sniff=sniff,
    read=read,
)
