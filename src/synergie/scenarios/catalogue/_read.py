"""A catalogue from a CSV file or a workbook: French heads, decimal commas, any usual coding."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from synergie.errors import BadInput, TooLarge
from synergie.formats.tables.plain_rows import plain_rows
from synergie.formats.values import plain
from synergie.scenarios.catalogue import _text
from synergie.scenarios.catalogue._columns import COLUMNS, NEEDED, PAIRS, Column
from synergie.schemas.faults import faults
from synergie.schemas.park import SetAside
from synergie.schemas.retrofit import Retrofit

MAX_BYTES = 8 * 1024 * 1024
"""Bytes of a catalogue."""
_WORKBOOK = (b"PK", b"\xd0\xcf")
_PDF = b"%PDF"
_WHERE, _FOUND = 200, 80


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
    return parsed(content, path.name)


def parsed(content: bytes, name: str) -> Read:
    """The catalogue in *content*, called *name* where a row is told."""
    if len(content) > MAX_BYTES:
        raise TooLarge(MAX_BYTES, "bytes")
    aside: list[SetAside] = []
    rows = _rows(content, name, aside)
    line, heads = next(rows, (1, []))
    columns = _heads(heads, f"{name}, line {line}")
    entries: dict[str, Retrofit] = {}
    for number, cells in rows:
        try:
            entry = _entry(columns, cells)
            if entry.id in entries:
                raise BadInput("Clé", entry.id, _text.KEY_TWICE)  # noqa: TRY301 (one way out)
            entries[entry.id] = entry
        except BadInput as fault:
            aside.append(_aside(f"{name}, line {number}", fault))
    return Read(tuple(entries.values()), tuple(aside))


def _rows(content: bytes, name: str, aside: list[SetAside]) -> Iterator[tuple[int, list[str]]]:
    """Rows with their line; those of a sheet as long as the first: blank cells may be cut."""
    is_book = content.startswith(_WORKBOOK)
    if not is_book and (content.startswith(_PDF) or b"\0" in content):
        raise BadInput(name, content[:4].decode("latin-1"), _text.NO_TABLE)
    rows, report = plain_rows(content, name=name)
    aside += (_aside(name, one.told()) for one in report.refused)
    wide = len(rows[0][1]) if rows and is_book else 0
    for number, cells in rows:
        if is_book or any(cell.strip() for cell in cells):
            yield number, [*cells, *[""] * (wide - len(cells))]


def _heads(cells: list[str], where: str) -> list[Column]:
    """The column of each head."""
    known = {plain(one.title): one for one in COLUMNS} | {plain(one.field): one for one in COLUMNS}
    heads = [cell.strip() for cell in cells]
    strange = [head for head in heads if plain(head) not in known]
    found = [known[plain(head)] for head in heads if plain(head) in known]
    fields = [one.field for one in found]
    if not set(NEEDED) <= set(fields):
        raise BadInput(where, ", ".join(heads)[:_FOUND], _text.NOT_THERE)
    if strange:
        raise BadInput(where, ", ".join(strange)[:_FOUND], _text.STRANGE)
    if len(fields) != len(set(fields)):
        raise BadInput(where, ", ".join(heads)[:_FOUND], _text.TWICE)
    return found


def _entry(columns: list[Column], cells: list[str]) -> Retrofit:
    """The entry of a row. BadInput: its `where` is the head of the column."""
    if len(cells) != len(columns):
        raise BadInput("", len(cells), _text.CELLS)
    fields: dict[str, Any] = {}
    for column, cell in zip(columns, cells, strict=True):
        if cell.strip():
            fields[column.field] = _value(column, cell.strip())
    for figure, share in PAIRS:
        if figure in fields and share in fields:
            raise BadInput(_title(share), fields[share], _text.ONE_OF_TWO)
    try:
        return Retrofit.model_validate(fields)
    except ValidationError as error:
        first = faults(error)[0]
        field = first.where.removeprefix("/").partition("/")[0]
        raise BadInput(_title(field), first.found, first.expected) from error


def _value(column: Column, cell: str) -> Any:
    try:
        return column.read(cell)
    except BadInput as fault:
        raise BadInput(column.title, fault.found, fault.expected) from fault


def _title(field: str) -> str:
    return next((one.title for one in COLUMNS if one.field == field), field)


def _aside(where: str, fault: BadInput) -> SetAside:
    place = f"{where}, {fault.where}" if fault.where else where
    return SetAside(
        where=place[:_WHERE], found=str(fault.found)[:_FOUND] or "–", expected=str(fault.expected)
    )
