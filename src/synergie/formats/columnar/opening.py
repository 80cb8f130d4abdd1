"""A Parquet or an Arrow IPC file opened with pyarrow: its schema and its batches, within limits."""

import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from synergie.errors import BadInput, TooLarge, Words
from synergie.formats.columnar.batches import (
    MAX_BYTES,
    MAX_PIECE_BYTES,
    convert_to_utc,
    iterate_batch_rows,
)
from synergie.formats.columnar.sizes import batch_sizes, import_arrow

ROWS = 65_536
"""Rows of one batch, and of one row group."""
PARQUET, ARROW = b"PAR1", b"ARROW1\0\0"
"""How the files begin."""
_WHOLE = "a whole Parquet or Arrow file"


def is_columnar(start: bytes) -> bool:
    """Whether a file that begins with *start* is a Parquet or an Arrow IPC file."""
    return start.startswith((PARQUET, ARROW))


@contextmanager
def map_arrow_errors() -> Iterator[None]:
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


def open_parquet(source: BinaryIO) -> tuple[Any, Callable[[list[str]], Iterator[Any]]]:
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


def open_arrow(source: BinaryIO) -> tuple[Any, Callable[[list[str]], Iterator[Any]]]:
    """The same of an Arrow IPC file; its batches have all columns, whichever are named."""
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


def read_pieces(
    batches: Iterator[Any], names: list[str], convert: Callable[[Any], Any] = convert_to_utc
) -> Iterator[list[dict[str, Any]]]:
    """The rows of each batch in pieces; a value that Python cannot hold spoils the file."""
    while True:
        with map_arrow_errors():
            batch = next(batches, None)
            if batch is None:
                return
            batch.validate(full=True)
            pieces = iterate_batch_rows(batch, names, convert)
        while True:
            with map_arrow_errors():
                piece = next(pieces, None)
            if piece is None:
                break
            yield piece
