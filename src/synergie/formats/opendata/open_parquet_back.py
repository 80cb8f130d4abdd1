"""The sums in a published Parquet file, read back."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from synergie.errors import BadInput, TooLarge, Words
from synergie.formats.opendata.open_back import Back, Form, Line, sums_back
from synergie.formats.opendata.open_parquet import build_release_schema, convert_row, import_parquet

_MOST = 1 << 30
"""Bytes of a row group once unpacked."""
_ROWS = 65_536
_WHOLE = "a whole Parquet file, as it is published"
_COLUMNS = "the columns of a published Parquet file"


def read_back(content: bytes, *, period: str, version: int) -> Back:
    """The sums of *version* of *period* in a published Parquet file; others are counted.

    BadInput when there is none of these, at a line and column that does not hold what such a file
    holds, or when it is damaged. TooLarge once unpacked. MissingExtra without pyarrow.
    """
    form = Form(lambda told: told, convert_row)
    return sums_back(_read_parquet_lines(content), form, period=period, version=version)


def _read_parquet_lines(content: bytes) -> Iterator[Line]:
    number = 0
    for rows in _read_parquet_batches(content):
        for told in rows:
            number += 1
            yield Line(f"line {number}, ", told)


def _read_parquet_batches(content: bytes) -> Iterator[list[dict[str, Any]]]:
    _, pq = import_parquet()
    with _map_parquet_errors():
        file = pq.ParquetFile(BytesIO(content))
        groups = [file.metadata.row_group(i) for i in range(file.metadata.num_row_groups)]
        if not all(0 <= one.total_byte_size <= _MOST for one in groups):
            raise TooLarge(_MOST, "bytes")
        if not file.schema_arrow.equals(build_release_schema()):
            raise BadInput("columns", ", ".join(file.schema_arrow.names), _COLUMNS)
        batches = file.iter_batches(batch_size=_ROWS)
    while True:
        with _map_parquet_errors():
            batch = next(batches, None)
            if batch is None:
                return
            batch.validate(full=True)
            rows: list[dict[str, Any]] = batch.to_pylist()
        yield rows


@contextmanager
def _map_parquet_errors() -> Iterator[None]:
    """What pyarrow raises on a damaged file, as a BadInput."""
    pa, _ = import_parquet()
    try:
        yield
    except (pa.ArrowException, OSError, ValueError, OverflowError, TypeError, KeyError) as error:
        raise BadInput("parquet", Words("no Parquet"), _WHOLE) from error
