"""Open sums as CSV: comma and dot for machines, semicolon and comma for French spreadsheets."""

import csv
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from io import StringIO

from synergie.formats.formulas import guarded
from synergie.formats.opendata.open_rows import COLUMNS, Value, rows
from synergie.schemas.release import Release

_STATES = {"published": "publié", "hidden": "masqué"}
_CATEGORIES = {
    "residential": "logements",
    "professional": "entreprises",
    "public_body": "éclairage et bâtiments publics",
}


def for_machines(some: Iterable[Release]) -> bytes:
    """`…-ouvert.csv` (RFC 4180): UTF-8, commas, dots, ISO 8601, `true` and `false`."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(column.name for column in COLUMNS)
    writer.writerows([_plain(row[column.name]) for column in COLUMNS] for row in rows(some))
    return out.getvalue().encode()


def for_spreadsheets(some: Iterable[Release]) -> bytes:
    """`…-tableur.csv`: UTF-8 with BOM, `;`, decimal comma, CRLF, dates dd/mm/yyyy, French words.

    As Excel and LibreOffice open it in France (users.md §3). Never `sep=;`: LibreOffice would read
    it as a row.
    """
    out = StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(column.heading for column in COLUMNS)
    writer.writerows(
        [_french(column.name, row[column.name]) for column in COLUMNS] for row in rows(some)
    )
    return out.getvalue().encode("utf-8-sig")


def _plain(value: Value) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case date():
            return value.isoformat()
        case str():
            return guarded(value)
        case _:
            return str(value)


def _french(name: str, value: Value) -> str:
    match value:
        case bool():
            return "oui" if value else "non"
        case date():
            return f"{value:%d/%m/%Y}"
        case Decimal():
            return str(value).replace(".", ",")
        case str() if name == "status":
            return _STATES[value]
        case str() if name == "category":
            return _CATEGORIES[value]
        case _:
            return _plain(value)
