"""Two dialects of CSV: one for programs and open-data portals, one for French spreadsheets.

A text that a spreadsheet would take for a formula bears an apostrophe in front in its dialect,
which our reader takes off.
"""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import NamedTuple

from synergie.errors import BadInput
from synergie.formats._csv.columns import Cell
from synergie.formats.columns import Column, Kind
from synergie.formats.csv_text import join_rows
from synergie.formats.formulas import escape_formula, unescape_formula


class Dialect(NamedTuple):
    """How the same table is written as text."""

    separator: str
    decimal: str
    ending: str
    french: bool
    """BOM, French dates and words, texts guarded against formulas."""


OPEN = Dialect(",", ".", "\n", french=False)
"""Comma, dot, ISO dates, UTF-8: the file to publish, `…-ouvert.csv`."""
FRENCH = Dialect(";", ",", "\r\n", french=True)
"""Semicolon, decimal comma, `dd/mm/yyyy`, BOM: the file to open, `…-tableur.csv`."""

_OFFSET = re.compile(r"[+-]\d\d:\d\d", re.ASCII)


def format_row(cells: Iterable[str], dialect: Dialect) -> bytes:
    """One row of a CSV."""
    return format_rows([cells], dialect)


def format_rows(rows: Iterable[Iterable[str]], dialect: Dialect) -> bytes:
    """Rows of a CSV."""
    return join_rows(rows, dialect.separator, dialect.ending).encode()


def text_of(cell: Cell, column: Column, dialect: Dialect) -> str:
    """*cell* as the dialect writes it; empty for None. Never an exponent."""
    match cell:
        case None:
            told = ""
        case bool():
            told = _YES_NO[dialect.french][not cell]
        case int():
            told = str(cell)
        case float() | Decimal():
            number = Decimal(repr(cell)) if isinstance(cell, float) else cell
            told = f"{number or abs(number):f}".replace(".", dialect.decimal)
        case date():
            told = _format_moment(cell, column.kind, dialect)
        case _:
            told = _escape_cell(cell, column) if dialect.french else cell
    return told


def _escape_cell(text: str, column: Column) -> str:
    if column.name == "offset":
        return f"UTC{text}"  # a spreadsheet would make a formula, or a time, of +02:00
    return escape_formula(text)


_YES_NO = (("true", "false"), ("oui", "non"))


def _format_moment(moment: date, kind: Kind, dialect: Dialect) -> str:
    if not isinstance(moment, datetime):
        return f"{moment:%d/%m/%Y}" if dialect.french else moment.isoformat()
    if kind == "instant":
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    if dialect.french:
        exact = moment.second or moment.microsecond
        return f"{moment:%d/%m/%Y %H:%M:%S}" if exact else f"{moment:%d/%m/%Y %H:%M}"
    return f"{moment.isoformat()}Z" if kind == "instant" else moment.isoformat()


def value_of(text: str, column: Column, dialect: Dialect) -> Cell:
    """What `text_of` wrote; None for an empty cell. BadInput at the column for anything else."""
    if not text:
        return None
    if column.kind == "text":
        return _parse_text(text, column, dialect)
    try:
        return _READ[column.kind](text, dialect)
    except (ValueError, OverflowError) as error:
        raise BadInput(f"/{column.name}", text, EXPECTED[column.kind]) from error


def _parse_text(text: str, column: Column, dialect: Dialect) -> str:
    if not dialect.french:
        return text
    if column.name == "offset":
        return text.removeprefix("UTC")
    return unescape_formula(text)


_WHOLE = re.compile(r"-?\d{1,15}", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,20})?", re.ASCII)
_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?", re.ASCII)
_FR = re.compile(r"(\d\d)/(\d\d)/(\d{4})(?: (\d\d:\d\d(?::\d\d)?))?", re.ASCII)


def _parse_whole_number(text: str, _: Dialect) -> int:
    if not _WHOLE.fullmatch(text):
        raise ValueError
    return int(text)


def _parse_number_digits(text: str, dialect: Dialect) -> str:
    """The digits of a number with a dot; ValueError otherwise."""
    if dialect.decimal == ",":
        text = "" if "." in text else text.replace(",", ".")
    if not _NUMBER.fullmatch(text):
        raise ValueError
    return text


def _yes_no(text: str, dialect: Dialect) -> bool:
    return not _YES_NO[dialect.french].index(text.lower())


def _parse_date(text: str, dialect: Dialect) -> date:
    if len(text) != len("2026-11-25"):
        raise ValueError
    if not dialect.french:
        return date.fromisoformat(text)
    return _parse_french_time(text).date()


def _parse_french_time(text: str) -> datetime:
    found = _FR.fullmatch(text)
    if found is None:
        raise ValueError
    day, month, year, hour = found.groups()
    return datetime.fromisoformat(f"{year}-{month}-{day}T{hour or '00:00'}")


def _parse_local_time(text: str, dialect: Dialect) -> datetime:
    if dialect.french:
        return _parse_french_time(text)
    if not _ISO.fullmatch(text):
        raise ValueError
    return datetime.fromisoformat(text)


def _parse_instant(text: str, dialect: Dialect) -> datetime:
    if dialect.french:
        return _parse_french_time(text).replace(tzinfo=UTC)
    if text.endswith("Z"):
        text = f"{text[:-1]}+00:00"
    moment = text[:-6]
    if not (_OFFSET.fullmatch(text[-6:]) and _ISO.fullmatch(moment)):
        raise ValueError
    return datetime.fromisoformat(text).astimezone(UTC)


_READ: dict[Kind, Callable[[str, Dialect], Cell]] = {
    "whole": _parse_whole_number,
    "number": lambda text, dialect: float(_parse_number_digits(text, dialect)),
    "decimal": lambda text, dialect: Decimal(_parse_number_digits(text, dialect)),
    "yes_no": _yes_no,
    "date": _parse_date,
    "local": _parse_local_time,
    "instant": _parse_instant,
}

EXPECTED: dict[Kind, str] = {
    "text": "a text",
    "whole": "a whole number",
    "number": "a number in the dialect of this file",
    "decimal": "a number in the dialect of this file",
    "yes_no": "true or false (oui or non in a French file)",
    "date": "a date in the dialect of this file",
    "local": "a local time in the dialect of this file",
    "instant": "a time in UTC in the dialect of this file",
}
