"""Any table in a text file, read through a profile that its owner confirmed once."""

from collections.abc import Iterator
from typing import BinaryIO

from synergie.errors import BadInput
from synergie.formats.csv_text import CsvError, split_rows
from synergie.formats.format import Format, Record, Sample
from synergie.formats.report import Report
from synergie.formats.tables._head import LOOKED_AT
from synergie.formats.tables._reading import records
from synergie.formats.tables._texts import TableRow, separator_in, text_blocks, text_rows
from synergie.formats.tables.propose import Unconfirmed, proposed
from synergie.formats.text import start_of_text
from synergie.schemas.readings.profile import Profile

NAME = "table-csv"

_SURE = 0.55
_SMALL = 3


def sniff(sample: Sample) -> float:
    """0.55 for a head that names a point, a time and a value; 0.5 for two of them; else 0.

    Any format of its own is more sure than that.
    """
    if sample.members or b"\0\0\0\0" in sample.start[:512]:
        return 0.0
    text = start_of_text(sample.start)
    if text.lstrip()[:1] in {"<", "{", "[", "%"}:
        return 0.0
    separator = separator_in(text)
    if separator is None:
        return 0.0
    try:
        found = proposed(_iterate_first_rows(text, separator), separator, "")
    except BadInput as fault:
        return 0.5 if fault.where.startswith("/") else 0.0  # a table, of which a column is told
    except CsvError:
        return 0.0
    return _SURE if len(found.names) >= _SMALL else 0.5


def _iterate_first_rows(text: str, separator: str) -> Iterator[TableRow]:
    whole = text.splitlines()[:LOOKED_AT]
    for number, cells in enumerate(split_rows(whole, separator), start=1):
        if cells:
            yield number, list(cells)


def read(source: BinaryIO, profile: Profile) -> tuple[Iterator[Record], Report]:
    """Records as the profile lays the table out, and the report that fills meanwhile.

    Without a profile of a table: `Unconfirmed`, which carries the proposal. BadInput when the
    head is not the one of the profile. Memory grows with the readings of a curve (2,500,000 at
    most) and with the points and periods of the other tables.
    """
    report = Report()
    if profile.table is None:
        separator = separator_in(start_of_text(source.read(64 * 1024)))
        raise Unconfirmed(proposed(text_rows(source, separator, Report()), separator, ""))
    rows = text_blocks(source, profile.table.separator, report)
    return records(rows, profile.table, profile, report, source=NAME), report


FORMAT = Format(name=NAME, title="Any table (CSV), by a saved profile", sniff=sniff, read=read)
