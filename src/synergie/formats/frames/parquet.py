"""Parquet and Arrow files, both ways: for pandas, polars, DuckDB, R.

Times are UTC and aware; the local time is a text with its offset, so that grouping by UTC never
meets the hour that comes twice.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from synergie.calendar import zone
from synergie.errors import BadInput, TooLarge
from synergie.formats._format import Format, Record, Sample
from synergie.formats._report import Report
from synergie.formats.frames._arrow import ROWS, arrow, batches, utc
from synergie.formats.frames._arrow_rows import records_of
from synergie.schemas.profile import Profile

MAX_BYTES = 1 << 31
"""Bytes of one row group or batch once unpacked."""

_WHOLE = "a whole Parquet or Arrow file"


def _sniff_parquet(sample: Sample) -> float:
    """Its magic; the columns are at the end of the file, so that another reader may be surer."""
    return 0.7 if sample.start.startswith(b"PAR1") else 0.0


def _sniff_arrow(sample: Sample) -> float:
    """Its magic, and a column of ours in the schema that follows it."""
    ours = b"provenance" in sample.start
    return 1.0 if ours and sample.start.startswith(b"ARROW1\0\0") else 0.0


@contextmanager
def _sound() -> Iterator[None]:
    """What pyarrow raises on a damaged file, as a BadInput."""
    pa = arrow()
    try:
        yield
    except (pa.ArrowException, OSError, ValueError, OverflowError, TypeError, KeyError) as error:
        raise BadInput("file", type(error).__name__, _WHOLE) from error


def _parquet(source: BinaryIO) -> tuple[list[str], Iterator[Any]]:
    arrow()
    import pyarrow.parquet as pq  # noqa: PLC0415 (as arrow)

    file = pq.ParquetFile(source)
    for i in range(file.metadata.num_row_groups):
        _small(file.metadata.row_group(i).total_byte_size)
    return file.schema_arrow.names, file.iter_batches(batch_size=ROWS)


def _arrow(source: BinaryIO) -> tuple[list[str], Iterator[Any]]:
    pa = arrow()
    file = pa.ipc.open_file(source)
    return file.schema.names, (file.get_batch(i) for i in range(file.num_record_batches))


def _small(size: int) -> None:
    if not 0 <= size <= MAX_BYTES:
        raise TooLarge(MAX_BYTES, "bytes")


def _read(
    source: BinaryIO,
    profile: Profile,
    opened: Callable[[BinaryIO], tuple[list[str], Iterator[Any]]],
) -> tuple[Iterator[Record], Report]:
    """Records in file order, a row group in memory. BadInput: damaged, or no table of ours."""
    report = Report()
    with _sound():
        names, batches = opened(source)
    return records_of(names, _checked(batches), profile.time_zone, report), report


def _checked(batches: Iterator[Any]) -> Iterator[list[dict[str, Any]]]:
    """The rows of each batch; a value that Python cannot hold spoils the file."""
    while True:
        with _sound():
            batch = next(batches, None)
            if batch is None:
                return
            batch.validate(full=True)
            rows = [{name: utc(cell) for name, cell in row.items()} for row in batch.to_pylist()]
        yield rows


def _write_parquet(records: Iterable[Record], sink: BinaryIO, profile: Profile) -> None:
    """Records of one kind; a row group each 65,536 rows, packed by zstd.

    What the file says of itself is in the metadata of its schema. BadInput for no record.
    """
    schema, told = batches(records, zone(profile.time_zone), profile.about)
    import pyarrow.parquet as pq  # noqa: PLC0415 (as arrow)

    with pq.ParquetWriter(sink, schema, compression="zstd") as writer:
        for batch in told:
            writer.write_batch(batch)


def _write_arrow(records: Iterable[Record], sink: BinaryIO, profile: Profile) -> None:
    """As Parquet, in the Arrow IPC file format (Feather 2)."""
    schema, told = batches(records, zone(profile.time_zone), profile.about)
    with arrow().ipc.new_file(sink, schema) as writer:
        for batch in told:
            writer.write_batch(batch)


FORMAT = Format(
    name="parquet",
    title="Tables of synergie (Parquet)",
    sniff=_sniff_parquet,
    read=lambda source, profile: _read(source, profile, _parquet),
    write=_write_parquet,
)
FORMAT_ARROW = Format(
    name="arrow",
    title="Tables of synergie (Arrow IPC file)",
    sniff=_sniff_arrow,
    read=lambda source, profile: _read(source, profile, _arrow),
    write=_write_arrow,
)
