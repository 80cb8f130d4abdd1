"""The sums in a published CSV, read back."""

import re
from collections.abc import Callable, Iterator
from io import StringIO

from synergie.errors import BadInput, Words
from synergie.formats.csv_text import CsvError, split_rows
from synergie.formats.formulas import unescape_formula
from synergie.formats.opendata.open_back import Back, Form, Line, Told, sums_back
from synergie.formats.opendata.open_csv import CATEGORIES, STATES, machine_cells, spreadsheet_cells
from synergie.formats.opendata.open_rows import COLUMNS, Row

_NAMES = [column.name for column in COLUMNS]
_FLAGS = {"true": True, "false": False, "oui": True, "non": False}
_STATES = {french: name for name, french in STATES.items()}
_CATEGORIES = {french: name for name, french in CATEGORIES.items()}
_COLUMNS = "the columns of a published CSV"
_WHOLE = re.compile(r"-?[0-9]{1,18}")


def read_back(text: str, *, period: str, version: int) -> Back:
    """The sums of *version* of *period* in a published CSV: for programs, or for spreadsheets.

    Rows of other periods and versions are counted, and left alone. BadInput when there is none of
    these, at a line and column that does not hold what such a file holds.
    """
    machine = not text.startswith("\ufeff")
    form = Form(
        _parse_row_values, _build_row_formatter(machine_cells if machine else spreadsheet_cells)
    )
    lines = _read_csv_lines(text.removeprefix("\ufeff"), machine=machine)
    return sums_back(lines, form, period=period, version=version)


def _read_csv_lines(text: str, *, machine: bool) -> Iterator[Line]:
    headings = _NAMES if machine else [column.heading for column in COLUMNS]
    rows = split_rows(StringIO(text, newline=""), "," if machine else ";")
    try:
        for number, cells in enumerate(rows, start=1):
            if number == 1 and cells != headings:
                raise BadInput("line 1", ", ".join(cells), _COLUMNS)
            if len(cells) != len(_NAMES):
                raise BadInput(f"line {number}", len(cells), f"{len(_NAMES)} cells")
            if number > 1:
                yield Line(f"line {number}, ", dict(zip(_NAMES, cells, strict=True)))
    except CsvError as error:
        raise BadInput("csv", Words("no CSV"), _COLUMNS) from error


def _parse_row_values(told: Told) -> Told:
    """What the texts of a row say, in either language; a text that says nothing else stays."""
    texts = {name: str(text) for name, text in told.items()}
    return {
        "cell": texts["cell"],
        "name": unescape_formula(texts["name"]),
        "parent": texts["parent"] or None,
        "insee_code": texts["insee_code"] or None,
        "category": _CATEGORIES.get(texts["category"], texts["category"]) or None,
        "movements": _FLAGS.get(texts["movements"], texts["movements"]),
        "n_points": _parse_row_number(texts["n_points"]),
        "energy_wh": _parse_row_number(texts["energy_wh"]),
        "status": _STATES.get(texts["status"], texts["status"]),
    }


def _parse_row_number(text: str) -> int | str:
    return int(text) if _WHOLE.fullmatch(text) else text


def _build_row_formatter(cells_of: Callable[[Row], list[str]]) -> Callable[[Row], Told]:
    """What such a file holds of a row, by column."""
    return lambda row: dict(zip(_NAMES, cells_of(row), strict=True))
