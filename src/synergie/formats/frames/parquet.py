"""Parquet and Arrow files, both ways: for pandas, polars, DuckDB, R.

Times are UTC and aware; the local time is a text with its offset, so that grouping by UTC never
meets the hour that comes twice.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO

from synergie.calendar import load_time_zone
from synergie.formats.columnar.batches import select_columns
from synergie.formats.columnar.opening import (
    ARROW,
    PARQUET,
    map_arrow_errors,
    open_arrow,
    open_parquet,
    read_pieces,
)
from synergie.formats.columnar.sizes import import_arrow
from synergie.formats.format import Format, Record, Sample
from synergie.formats.frames._arrow import build_record_batches
from synergie.formats.frames._arrow_rows import KNOWN, records_of
from synergie.formats.report import Report
from synergie.schemas.readings.profile import Profile

_OURS = b"provenance"
"""A column of every table of ours."""


def _sniff_parquet(sample: Sample) -> float:
    """Its magic, and a column of ours in the schema at its end, where that was looked at."""
    ours = _OURS in sample.end or not sample.end
    return 0.7 if ours and sample.start.startswith(PARQUET) else 0.0


def _sniff_arrow(sample: Sample) -> float:
    """Its magic, and a column of ours in the schema that follows it."""
    return 1.0 if _OURS in sample.start and sample.start.startswith(ARROW) else 0.0


def _read_arrow_records(
    source: BinaryIO,
    profile: Profile,
    opened: Callable[[BinaryIO], tuple[Any, Callable[[list[str]], Iterator[Any]]]],
) -> tuple[Iterator[Record], Report]:
    """Records in file order, a batch in memory. BadInput: damaged, or no table of ours."""
    report = Report()
    with map_arrow_errors():
        schema, batches = opened(source)
        names = select_columns(schema, KNOWN)
    pieces = read_pieces(batches(names), names)
    return records_of(schema.names, pieces, profile.time_zone, report), report


def _write_parquet(records: Iterable[Record], sink: BinaryIO, profile: Profile) -> None:
    """Records of one kind; a row group each 65,536 rows, packed by zstd.

    What the file says of itself is in the metadata of its schema. BadInput for no record.
    """
    schema, told = build_record_batches(records, load_time_zone(profile.time_zone), profile.about)
    import pyarrow.parquet as pq  # noqa: PLC0415 (as arrow)

    with pq.ParquetWriter(sink, schema, compression="zstd") as writer:
        for batch in told:
            writer.write_batch(batch)


def _write_arrow(records: Iterable[Record], sink: BinaryIO, profile: Profile) -> None:
    """As Parquet, in the Arrow IPC file format (Feather 2)."""
    schema, told = build_record_batches(records, load_time_zone(profile.time_zone), profile.about)
    with import_arrow().ipc.new_file(sink, schema) as writer:
        for batch in told:
            writer.write_batch(batch)


FORMAT = Format(
    name="parquet",
    title="Tables of synergie (Parquet)",
    sniff=_sniff_parquet,
    read=lambda source, profile: _read_arrow_records(source, profile, open_parquet),
    write=_write_parquet,
)
FORMAT_ARROW = Format(
    name="arrow",
    title="Tables of synergie (Arrow IPC file)",
    sniff=_sniff_arrow,
    read=lambda source, profile: _read_arrow_records(source, profile, open_arrow),
    write=_write_arrow,
)
