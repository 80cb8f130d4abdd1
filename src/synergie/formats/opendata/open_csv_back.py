"""The sums in a published CSV, read back: every column is held against what the sums give."""

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import StringIO

from pydantic import ValidationError

from synergie.errors import BadInput, Words
from synergie.formats.formulas import unguarded
from synergie.formats.opendata.open_csv import (
    CATEGORIES,
    STATES,
    machine_cells,
    spreadsheet_cells,
)
from synergie.formats.opendata.open_rows import COLUMNS, Row, version_rows
from synergie.schemas.faults import faults
from synergie.schemas.release import ReleaseCell
from synergie.schemas.signed_publication import HiddenCell, PublicCells

_WHOLE = ("n_points", "energy_wh")
_FLAGS = {"true": True, "false": False, "oui": True, "non": False}
_STATES = {french: name for name, french in STATES.items()}
_CATEGORIES = {french: name for name, french in CATEGORIES.items()}
_COLUMNS = "the columns of a published CSV"
_EMPTY = "an empty cell"


@dataclass(frozen=True, slots=True)
class _Line:
    """One row of the file. `number`: its place, the heading being 1."""

    number: int
    cells: list[str]
    told: dict[str, str]


def read_back(text: str, *, period: str, version: int) -> PublicCells:
    """The sums of *version* of *period* in a published CSV: for programs, or for spreadsheets.

    Other periods and versions in it are left alone. BadInput when there is none of these, at a line
    and column that does not hold what such a file holds.
    """
    machine = not text.startswith("\ufeff")
    lines = [
        one
        for one in _lines(text.removeprefix("\ufeff"), machine=machine)
        if (one.told["period"], one.told["version"]) == (period, str(version))
    ]
    if not lines:
        raise BadInput("period, version", Words("no row"), f"{period}, {version}")
    shown = [_cell(one) for one in lines if _state(one) == "published"]
    hidden = [_hidden(one) for one in lines if _state(one) == "hidden"]
    found = PublicCells(cells=tuple(shown), hidden=tuple(hidden))
    write = machine_cells if machine else spreadsheet_cells
    _same(lines, list(version_rows(period, version, found)), write)
    return found


def _lines(text: str, *, machine: bool) -> Iterator[_Line]:
    names = [column.name for column in COLUMNS]
    headings = names if machine else [column.heading for column in COLUMNS]
    rows = csv.reader(StringIO(text, newline=""), delimiter="," if machine else ";")
    try:
        for number, cells in enumerate(rows, start=1):
            if number == 1 and cells != headings:
                raise BadInput("line 1", ", ".join(cells), _COLUMNS)
            if len(cells) != len(names):
                raise BadInput(f"line {number}", len(cells), f"{len(names)} cells")
            if number > 1:
                yield _Line(number, cells, dict(zip(names, cells, strict=True)))
    except csv.Error as error:
        raise BadInput("csv", Words("no CSV"), _COLUMNS) from error


def _state(line: _Line) -> str:
    state = _STATES.get(line.told["status"], line.told["status"])
    if state not in STATES:
        raise BadInput(f"line {line.number}, /status", line.told["status"], "published or hidden")
    return state


def _cell(line: _Line) -> ReleaseCell:
    told = line.told
    try:
        fields: dict[str, object] = {
            "cell": told["cell"],
            "name": unguarded(told["name"]),
            "parent": told["parent"] or None,
            "insee_code": told["insee_code"] or None,
            "category": _CATEGORIES.get(told["category"], told["category"]) or None,
            "movements": _FLAGS.get(told["movements"]),
        }
        whole = {name: _whole(line, name) for name in _WHOLE}
        return ReleaseCell.model_validate(fields | whole)
    except ValidationError as error:
        raise faults(error)[0].at(f"line {line.number}, ") from error


def _hidden(line: _Line) -> HiddenCell:
    try:
        return HiddenCell(cell=line.told["cell"], name=unguarded(line.told["name"]))
    except ValidationError as error:
        raise faults(error)[0].at(f"line {line.number}, ") from error


def _whole(line: _Line, name: str) -> int:
    text = line.told[name]
    if not re.fullmatch(r"-?\d{1,18}", text, re.ASCII):
        raise BadInput(f"line {line.number}, /{name}", text, "a whole number")
    return int(text)


def _same(lines: list[_Line], wanted: list[Row], write: Callable[[Row], list[str]]) -> None:
    """Each column says what the sums give, in the order of the file."""
    for line, row in zip(lines, wanted, strict=True):
        for column, found, expected in zip(COLUMNS, line.cells, write(row), strict=True):
            if found != expected:
                where = f"line {line.number}, /{column.name}"
                raise BadInput(where, found, expected if expected != "" else _EMPTY)
