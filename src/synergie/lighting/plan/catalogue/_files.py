"""A catalogue in a CSV file or a workbook, both ways: French heads, decimal commas."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, get_args

from pydantic import ValidationError

from synergie.errors import BadInput, TooLarge
from synergie.formats.cells import spell_value
from synergie.formats.columns import Column, load_columns, load_words
from synergie.formats.csv_text import join_rows
from synergie.formats.values import digits_of
from synergie.lighting.plan._rows import Row, TypedTable, parse_catalogue_rows, rows_of
from synergie.lighting.plan.catalogue import _text
from synergie.lighting.records.retrofit import Retrofit
from synergie.park.records.park import SetAside
from synergie.schemas.assets.light_point import SourceType
from synergie.schemas.faults import faults

# Columns of the catalogue (`columns.csv`), and how a value is written in its cell.

_PACKAGE = "synergie.lighting.plan.catalogue"
_LAMPS = {code: code for code in get_args(SourceType.__value__)}
COLUMNS = load_columns(_PACKAGE, {**load_words(_PACKAGE), "lamps": _LAMPS})["retrofits"]
"""A column a field of `lighting.records.retrofit.Retrofit`, in the order of the shipped file."""
_EXPECTED = {"source_type": _text.KIND, "protocol": _text.PROTOCOL}


def read_field(row: Row, name: str) -> Any:
    """The value of a cell that is not blank, for the field of that *name*."""
    if name == "fits":
        return tuple(
            _read_lamp(row, part) for part in re.split(r"[\s,|/]+", row.cells[name]) if part
        )
    return row.value(name, _EXPECTED.get(name, ""))


def _read_lamp(row: Row, code: str) -> str:
    if code.upper() not in _LAMPS:
        raise row.fault("fits", code, _text.KIND)
    return code.upper()


def spell_field(value: Any, column: Column) -> str:
    """The cell of a value: a number without an idle zero, but one where it could be thousands."""
    match value:
        case tuple():
            return " ".join(value)
        case float() | Decimal():
            number = Decimal(str(value))
            whole = number == number.to_integral_value()
            exact = number.quantize(Decimal(1)) if whole else number.normalize()
            return digits_of(exact).replace(".", ",")
        case date():
            return value.isoformat()
        case _:
            return spell_value(value, column, "Europe/Paris")


MAX_BYTES = 8 * 1024 * 1024
"""Bytes of a catalogue."""
_WORKBOOK = (b"PK", b"\xd0\xcf")
_PAIRS = (("power_w", "power_share"), ("flux_lm", "flux_share"))
"""Fields of which a row tells one at most."""
_TABLE = TypedTable(
    COLUMNS, ("id", "name", "source"), absent=_text.NOT_THERE, strange=_text.STRANGE, even=True
)


@dataclass(frozen=True, slots=True)
class Read:
    """What a file gave."""

    retrofits: tuple[Retrofit, ...]
    """The entries, in the order of the file."""
    set_aside: tuple[SetAside, ...]
    """Rows that were not taken, each with its line, its column and why."""


def read(path: Path) -> Read:
    """The catalogue in *path*; a row that does not hold is set aside and the rest is kept.

    CSV, or the first visible sheet of a workbook (XLSX, ODS). BadInput for another file, or heads
    that are not those of the catalogue; TooLarge above `MAX_BYTES`.
    """
    with path.open("rb") as source:
        content = source.read(MAX_BYTES + 1)
    return parse_catalogue(content, path.name)


def parse_catalogue(content: bytes, name: str) -> Read:
    """The catalogue in *content*, called *name* where a row is told."""
    if len(content) > MAX_BYTES:
        raise TooLarge(MAX_BYTES, "bytes")
    if not content.startswith(_WORKBOOK) and (content.startswith(b"%PDF") or b"\0" in content):
        raise BadInput(name, content[:4].decode("latin-1"), _text.NO_TABLE)
    aside: list[SetAside] = []
    entries: dict[str, Retrofit] = {}

    def keep(row: Row) -> None:
        entry = _parse_catalogue_entry(row)
        if entries.setdefault(entry.id, entry) is not entry:
            raise row.fault("id", entry.id, _text.KEY_TWICE)

    for _ in parse_catalogue_rows(keep, rows_of(content, _TABLE, aside, name=name), aside):
        pass
    return Read(tuple(entries.values()), tuple(aside))


def _parse_catalogue_entry(row: Row) -> Retrofit:
    """The entry of a row. BadInput at the head of the column."""
    fields = {name: read_field(row, name) for name in row.cells if row.text(name)}
    for figure, share in _PAIRS:
        if figure in fields and share in fields:
            raise row.fault(share, fields[share], _text.ONE_OF_TWO)
    try:
        return Retrofit.model_validate(fields)
    except ValidationError as error:
        first = faults(error)[0]
        field = first.where.removeprefix("/").partition("/")[0]
        raise row.fault(field, first.found, first.expected) from error


def write(retrofits: Iterable[Retrofit], sink: BinaryIO) -> None:
    """The entries as CSV in UTF-8 with its mark, `;` and decimal commas; `read` gives them back."""
    rows = [[one.title for one in COLUMNS], *map(_format_entry_cells, retrofits)]
    sink.write(join_rows(rows, ";").encode("utf-8-sig"))


def _format_entry_cells(entry: Retrofit) -> list[str]:
    return [spell_field(getattr(entry, one.name), one) for one in COLUMNS]
