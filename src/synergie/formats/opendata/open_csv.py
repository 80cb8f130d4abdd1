"""Open sums as CSV: comma and dot for machines, semicolon and comma for French spreadsheets."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from itertools import chain

from synergie.formats.csv_text import join_rows
from synergie.formats.formulas import escape_formula
from synergie.formats.opendata.open_rows import COLUMNS, Row, Value, iterate_release_rows
from synergie.schemas.publication.release import Release

STATES = {"published": "publié", "hidden": "masqué"}
CATEGORIES = {
    "residential": "logements",
    "professional": "entreprises",
    "public_body": "éclairage et bâtiments publics",
}
"""How a spreadsheet in French says a state, a category."""


def for_machines(some: Iterable[Release]) -> bytes:
    """`…-ouvert.csv` (RFC 4180): UTF-8, commas, dots, ISO 8601, `true` and `false`."""
    head = [column.name for column in COLUMNS]
    return join_rows(chain([head], map(machine_cells, iterate_release_rows(some)))).encode()


def for_spreadsheets(some: Iterable[Release]) -> bytes:
    """`…-tableur.csv`: UTF-8 with BOM, `;`, decimal comma, CRLF, dates dd/mm/yyyy, French words.

    As Excel and LibreOffice open it in France (users.md §3). Never `sep=;`: LibreOffice would read
    it as a row.
    """
    head = [column.heading for column in COLUMNS]
    return join_rows(chain([head], map(spreadsheet_cells, iterate_release_rows(some))), ";").encode(
        "utf-8-sig"
    )


def machine_cells(row: Row) -> list[str]:
    """The cells of one row of `…-ouvert.csv`."""
    return [_format_machine_value(row[column.name]) for column in COLUMNS]


def spreadsheet_cells(row: Row) -> list[str]:
    """The cells of one row of `…-tableur.csv`."""
    return [_format_french_value(column.name, row[column.name]) for column in COLUMNS]


def _format_machine_value(value: Value) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case date():
            return value.isoformat()
        case str():
            return escape_formula(value)
        case _:
            return str(value)


def _format_french_value(name: str, value: Value) -> str:
    match value:
        case bool():
            return "oui" if value else "non"
        case date():
            return f"{value:%d/%m/%Y}"
        case Decimal():
            return str(value).replace(".", ",")
        case str() if name == "status":
            return STATES[value]
        case str() if name == "category":
            return CATEGORIES[value]
        case _:
            return _format_machine_value(value)
