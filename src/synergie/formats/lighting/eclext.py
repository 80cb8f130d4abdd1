"""The CNIG geostandard EclExt v1.1, both ways: a zip of its four tables in CSV.

Written: `PointLumineux.csv`, `ProfilNocturne.csv`, `PlageVariation.csv`, `ProfilContientPlage.csv`
with a `datapackage.json` (Frictionless), and the points once more as `PointLumineux.geojson`. Read:
such an archive, or one of the tables alone, whoever wrote it.

EclExt has no cabinet, circuit, support of its own, delivery point, energy, or text of a power:
those fields of a light point, and `raw`, are not written.
"""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from synergie.errors import BadInput, Words
from synergie.formats.format import Format, Record, Sample
from synergie.formats.lighting import _eclext_write
from synergie.formats.lighting._eclext_read import Lit, alone, read_archive, table_named, table_of
from synergie.formats.report import Report
from synergie.formats.text import separator_of
from synergie.schemas.readings.profile import Profile

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
