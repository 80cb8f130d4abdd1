"""Parquet and Arrow files, both ways: for pandas, polars, DuckDB, R.

Times are UTC and aware; the local time is a text with its offset, so that grouping by UTC never
meets the hour that comes twice.
"""

import struct
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from synergie.calendar import load_time_zone
from synergie.errors import BadInput, TooLarge, Words
from synergie.formats.format import Format, Record, Sample
from synergie.formats.frames._arrow import ROWS, build_record_batches, import_arrow
from synergie.formats.frames._arrow_cells import (
    MAX_BYTES,
    MAX_PIECE_BYTES,
    Cells,
    iterate_batch_rows,
    select_columns,
)
from synergie.formats.frames._arrow_rows import KNOWN, records_of
from synergie.formats.frames._arrow_sizes import batch_sizes
from synergie.formats.report import Report
from synergie.schemas.readings.profile import Profile

_WHOLE = "a whole Parquet or Arrow file"


def _sniff_parquet(sample: Sample) -> float:
    """Its magic; the columns are at the end of the file, so that another reader may be surer."""
    return 0.7 if sample.start.startswith(b"PAR1") else 0.0


def _sniff_arrow(sample: Sample) -> float:
    """Its magic, and a column of ours in the schema that follows it."""
    ours = b"provenance" in sample.start
    return 1.0 if ours and sample.start.startswith(b"ARROW1\0\0") else 0.0


@contextmanager
def _map_arrow_errors() -> Iterator[None]:
    """What pyarrow raises on a damaged file, as a BadInput."""
    pa = import_arrow()
    try:
        yield
    except MemoryError as error:
        raise BadInput("file", Words("more bytes than there is memory for"), _WHOLE) from error
    except (
        pa.ArrowException, OSError, ValueError, OverflowError, TypeError, LookupError, struct.error,
    ) as error:  # fmt: skip
        raise BadInput("file", type(error).__name__, _WHOLE) from error


def _open_parquet(source: BinaryIO) -> tuple[Any, Callable[[list[str]], Iterator[Any]]]:
    """The schema, and the batches of some columns; texts stay encoded as the file has them."""
    import_arrow()
    import pyarrow.parquet as pq  # noqa: PLC0415 (as arrow)

    schema = pq.ParquetFile(source).schema_arrow
    source.seek(0)
    file = pq.ParquetFile(source, read_dictionary=_list_text_columns(schema))
    for i in range(file.metadata.num_row_groups):
        _check_batch_size(file.metadata.row_group(i).total_byte_size)
    size = _batch_rows(file.metadata)
    return schema, lambda names: file.iter_batches(batch_size=size, columns=names)


def _list_text_columns(schema: Any) -> list[str]:
    types = import_arrow().types
    return [one.name for one in schema if types.is_string(one.type) or types.is_binary(one.type)]


def _batch_rows(metadata: Any) -> int:
    """Rows of a batch of about MAX_PIECE_BYTES by the sizes that the file tells: 1 to ROWS."""
    groups = [metadata.row_group(i) for i in range(metadata.num_row_groups)]
    widths = [int(group.total_byte_size) // max(1, int(group.num_rows)) for group in groups]
    return max(1, min(ROWS, MAX_PIECE_BYTES // max(1, *widths, 1)))


def _open_arrow(source: BinaryIO) -> tuple[Any, Callable[[list[str]], Iterator[Any]]]:
    pa = import_arrow()
    for size in batch_sizes(source):
        _check_batch_size(size)
    source.seek(0)
    file = pa.ipc.open_file(source)
    numbers = range(file.num_record_batches)
    return file.schema, lambda _: (file.get_batch(i) for i in numbers)


def _check_batch_size(size: int) -> None:
    if not 0 <= size <= MAX_BYTES:
        raise TooLarge(MAX_BYTES, "bytes", "file", f"{size} bytes")


def _read_arrow_records(
    source: BinaryIO,
    profile: Profile,
    opened: Callable[[BinaryIO], tuple[Any, Callable[[list[str]], Iterator[Any]]]],
) -> tuple[Iterator[Record], Report]:
    """Records in file order, a batch in memory. BadInput: damaged, or no table of ours."""
    report = Report()
    with _map_arrow_errors():
        schema, batches = opened(source)
        names = select_columns(schema, KNOWN)
    pieces = _check_batches(batches(names), names)
    return records_of(schema.names, pieces, profile.time_zone, report), report


def _check_batches(batches: Iterator[Any], names: list[str]) -> Iterator[list[Cells]]:
    """The rows of each batch in pieces; a value that Python cannot hold spoils the file."""
    while True:
        with _map_arrow_errors():
            batch = next(batches, None)
            if batch is None:
                return
            batch.validate(full=True)
            pieces = iterate_batch_rows(batch, names)
        while True:
            with _map_arrow_errors():
                piece = next(pieces, None)
            if piece is None:
                break
            yield piece


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
    read=lambda source, profile: _read_arrow_records(source, profile, _open_parquet),
    write=_write_parquet,
)
FORMAT_ARROW = Format(
    name="arrow",
    title="Tables of synergie (Arrow IPC file)",
    sniff=_sniff_arrow,
    read=lambda source, profile: _read_arrow_records(source, profile, _open_arrow),
    write=_write_arrow,
)
