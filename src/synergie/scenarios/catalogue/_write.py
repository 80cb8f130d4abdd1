"""A catalogue as CSV, for a spreadsheet and back."""

from collections.abc import Iterable
from typing import BinaryIO

from synergie.formats.csv_text import join_rows
from synergie.scenarios.catalogue._columns import COLUMNS
from synergie.schemas.retrofit import Retrofit


def write(retrofits: Iterable[Retrofit], sink: BinaryIO) -> None:
    """The entries as CSV in UTF-8 with its mark, `;` and decimal commas; `read` gives them back."""
    rows = [[one.title for one in COLUMNS], *map(_cells, retrofits)]
    sink.write(join_rows(rows, ";").encode("utf-8-sig"))


def _cells(entry: Retrofit) -> list[str]:
    values = ((one, getattr(entry, one.field)) for one in COLUMNS)
    return ["" if value in (None, ()) else one.write(value) for one, value in values]
