"""Arrow batches as rows of cells, each weighed before any text of it is made.

A dictionary of one long word and a few bytes of indices stand for gigabytes of text, so lengths are
counted on the encoded column, and the words of a dictionary are made into text once and shared.
"""

from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime
from typing import Any

from synergie.errors import BadInput, TooLarge
from synergie.formats._csv import Cell
from synergie.formats.columnar.sizes import import_arrow
from synergie.formats.text import MAX_CELL_BYTES, MAX_COLUMNS, MAX_LINE_BYTES

type Cells = dict[str, Cell]

MAX_BYTES = 1 << 31
"""Bytes of one row group or batch once unpacked."""
MAX_PIECE_BYTES = 8 << 20
"""Bytes of the rows that are cells of Python at once, shared words counted for each row."""

_FLAT = "a column of texts, numbers, dates or times"
_FEWER = "at most 1,000 columns"
SHORTER = "cells of at most 32,768 bytes"
NARROWER = "rows of at most 262,144 bytes"
_WIDTH = 8
"""Bytes that a cell counts for beside its text."""


def convert_to_utc(cell: Any) -> Any:
    """A moment as Arrow gives it, in our UTC; anything else as it is."""
    aware = isinstance(cell, datetime) and cell.tzinfo is not None
    return cell.astimezone(UTC) if aware else cell


def select_columns(schema: Any, known: Collection[str]) -> list[str]:
    """The columns of *schema* that are *known*. BadInput: too many columns, or one not flat."""
    if len(schema.names) > MAX_COLUMNS:
        raise BadInput("columns", f"{len(schema.names)} columns", _FEWER)
    names = [name for name in dict.fromkeys(schema.names) if name in known]
    for name in names:
        _check_flat(name, schema.field(schema.get_field_index(name)).type)
    return names


def _check_flat(name: str, kind: Any) -> None:
    if not is_flat(kind):
        raise BadInput(f"/{name}", str(kind), _FLAT)


def is_flat(kind: Any) -> bool:
    """Whether the cells of a type are texts, numbers, dates or times, each by itself."""
    types = import_arrow().types
    inner = kind.value_type if types.is_dictionary(kind) else kind
    nested = types.is_nested(inner) or types.is_dictionary(inner) or inner.num_fields
    return not (nested or types.is_run_end_encoded(inner))


def iterate_batch_rows(
    batch: Any, names: list[str], convert: Callable[[Any], Any] = convert_to_utc
) -> Iterator[list[dict[str, Any]]]:
    """The rows of *batch*, some at a time: at most MAX_PIECE_BYTES of text each.

    *convert* makes a cell of what Arrow gives.

    BadInput at a cell or a row over its limit, TooLarge over MAX_BYTES in all; nothing of the text
    was made then.
    """
    columns = {name: batch.column(name) for name in names}
    lengths = _row_bytes(columns, batch.num_rows)
    words = {name: _list_dictionary_words(column, convert) for name, column in columns.items()}
    for start, size in _split_by_bytes(lengths, batch.num_rows):
        cells = [
            _convert_column_cells(one.slice(start, size), words[name], convert)
            for name, one in columns.items()
        ]
        yield [dict(zip(names, row, strict=True)) for row in zip(*cells, strict=True)]


def _row_bytes(columns: dict[str, Any], n: int) -> Any:
    """Bytes of each row, an array of int64."""
    pa = import_arrow()
    import pyarrow.compute as pc  # noqa: PLC0415 (as arrow)

    total = pa.nulls(n, pa.int64()).fill_null(_WIDTH * max(1, len(columns)))
    for name, column in columns.items():
        lengths = _compute_text_lengths(column)
        if lengths is None:
            continue
        longest = pc.max(lengths).as_py() or 0
        if longest > MAX_CELL_BYTES:
            raise BadInput(f"/{name}", f"{longest} bytes", SHORTER)
        total = pc.add(total, lengths)
    _check_rows(pc.max(total).as_py() or 0, pc.sum(total).as_py() or 0)
    return total


def _check_rows(widest: int, total: int) -> None:
    if widest > MAX_LINE_BYTES:
        raise BadInput("row", f"{widest} bytes", NARROWER)
    if total > MAX_BYTES:
        raise TooLarge(MAX_BYTES, "bytes", "file", f"{total} bytes")


def _compute_text_lengths(column: Any) -> Any | None:
    """Bytes of the text of each cell, 0 for none; None for a column that is no text."""
    pa = import_arrow()
    import pyarrow.compute as pc  # noqa: PLC0415 (as arrow)

    kind = column.type
    if pa.types.is_dictionary(kind):
        words = _compute_text_lengths(column.dictionary)
        return None if words is None else pc.take(words, column.indices).fill_null(0)
    if pa.types.is_string_view(kind) or pa.types.is_binary_view(kind):
        return _view_lengths(column)
    texts = (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary)
    if not any(is_it(kind) for is_it in (*texts, pa.types.is_large_binary)):
        return None
    return pc.binary_length(column).cast(pa.int64()).fill_null(0)


def _view_lengths(column: Any) -> Any:
    """The first of the four words of each view is the length of its text (Arrow, Columnar)."""
    pa = import_arrow()
    import pyarrow.compute as pc  # noqa: PLC0415 (as arrow)

    first, last = column.offset * 4, (column.offset + len(column)) * 4
    words = pa.Array.from_buffers(pa.int32(), last, [None, column.buffers()[1]])
    lengths = words.take(pa.array(range(first, last, 4), pa.int64())).cast(pa.int64())
    return pc.if_else(column.is_valid(), lengths, pa.scalar(0, pa.int64()))


def _list_dictionary_words(column: Any, convert: Callable[[Any], Any]) -> list[Any] | None:
    """The words of a dictionary as cells, made once; None for a column without one."""
    if not import_arrow().types.is_dictionary(column.type):
        return None
    return [convert(word) for word in column.dictionary.to_pylist()]


def _split_by_bytes(lengths: Any, n: int) -> Iterator[tuple[int, int]]:
    """Start and size of neighbouring rows that are at most MAX_PIECE_BYTES together."""
    start, size, held = 0, 0, 0
    for length in lengths.to_pylist():
        if size and held + length > MAX_PIECE_BYTES:
            yield start, size
            start, size, held = start + size, 0, 0
        size, held = size + 1, held + length
    if size:
        yield start, n - start


def _convert_column_cells(
    column: Any, words: list[Any] | None, convert: Callable[[Any], Any]
) -> list[Any]:
    if words is None:
        return [convert(cell) for cell in column.to_pylist()]
    none = convert(None)
    return [none if at is None else words[at] for at in column.indices.to_pylist()]
