"""A Parquet or an Arrow IPC file as the rows of one sheet: the names of its columns, then its rows.

Texts, numbers, dates and times keep what they are. A moment with a zone is a text of the local time
of that zone with its offset; a whole number beyond what a double holds exactly, a text.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, BinaryIO, Self

from synergie.errors import BadInput
from synergie.formats.columnar.batches import is_flat, select_columns
from synergie.formats.columnar.opening import (
    PARQUET,
    is_columnar,
    map_arrow_errors,
    open_arrow,
    open_parquet,
    read_pieces,
)
from synergie.formats.spreadsheet.book import Book, BookCell
from synergie.formats.spreadsheet.extent import Survey

_ZIP, _MAGIC = b"PK\x03\x04", 8
_EXACT = 1 << 53
"""Whole numbers up to this are exact as doubles."""
_ONCE = "each column once"


class Frame:
    """One file in columns, with what a `Book` of one sheet without a name has.

    BadInput for a damaged file; TooLarge for a batch of over 2 GiB; MissingExtra without pyarrow.
    """

    sheets: dict[str, bool]
    visible: list[str]

    def __init__(self, source: BinaryIO) -> None:
        source.seek(0)
        opened = open_parquet if source.read(len(PARQUET)) == PARQUET else open_arrow
        source.seek(0)
        with map_arrow_errors():
            self._schema, self._batches = opened(source)
        self.sheets, self.visible = {"": True}, [""]
        if len(set(self._schema.names)) < len(self._schema.names):
            raise BadInput("columns", ", ".join(self._schema.names)[:80], _ONCE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """The file is the caller's."""

    def survey(self, _: str) -> Survey:
        """What is known of the one sheet: it holds something, and nothing beside its values."""
        return Survey(rows=1, columns=len(self._schema.names))

    def merged(self, _: str) -> dict[int, list[tuple[int, int, int]]]:
        """None of its cells is merged."""
        return {}

    def rows(self, _: str) -> Iterator[tuple[int, list[BookCell]]]:
        """The names, then each row; cells of lists and structures are blank."""
        names = self._schema.names
        flat = [one.name for one in self._schema if is_flat(one.type)]
        select_columns(self._schema, flat)
        yield 1, [*names]
        with map_arrow_errors():
            batches = self._batches(flat)
        number = 1
        for piece in read_pieces(batches, flat, _convert_cell):
            for row in piece:
                number += 1
                yield number, [row.get(name, "") for name in names]


def open_book(source: BinaryIO, *, labels: bool = False) -> Book | Frame:
    """The workbook, or the file in columns, that *source* is."""
    source.seek(0)
    if is_columnar(source.read(_MAGIC)):
        return Frame(source)
    return Book(source, labels=labels)


def holds_sheets(start: bytes) -> bool:
    """Whether a file that begins with *start* is in columns or an archive, as workbooks are."""
    return start.startswith(_ZIP) or is_columnar(start)


def _convert_cell(cell: Any) -> BookCell:
    """A cell as Arrow gives it; a null and what is no number are blank."""
    match cell:
        case None:
            return ""
        case datetime() if cell.tzinfo is not None:
            return cell.isoformat(" ")
        case bool() | str() | date() | time() | timedelta():
            return cell
        case int() | float() | Decimal():
            return _convert_number(cell)
        case _:
            return str(cell)


def _convert_number(number: float | Decimal) -> BookCell:
    """A double where it tells *number* exactly, else a text."""
    if number != number:  # noqa: PLR0124 (what is no number is not itself)
        return ""
    if isinstance(number, Decimal):
        return float(number) if Decimal(repr(float(number))) == number else f"{number:f}"
    return float(number) if abs(number) <= _EXACT else f"{number:.0f}"
