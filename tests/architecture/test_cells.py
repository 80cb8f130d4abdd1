"""One engine of tables: who may make a number or a date of a cell, declare columns, open sheets."""

import ast
from collections.abc import Iterator
from pathlib import Path

import synergie

SOURCE = Path(synergie.__file__).parent
ROOMS = ("formats", "*/templates", "lighting/plan")
"""Where tables are read."""

PARSERS = {
    "formats/values.py": "the forms of numbers, dates and identifiers",
    "formats/cells/": "cells as people and spreadsheets write them, one module a kind",
    "formats/_csv/dialect.py": "what we wrote ourselves, read back strictly",
    "formats/tables/_cells.py": "any table, as its profile says",
    "formats/lighting/_cells.py": "inventories: watts, lamps, years",
    "formats/lighting/_degrees.py": "degrees, minutes and seconds",
    "formats/grdf/_adict_item.py": "coefficients of one document of the distributor",
    "formats/lighting/_export.py": "exports of maintenance programs",
    "formats/lighting/_moments.py": "moments of those exports",
    "formats/enedis/": "the flows of the distributor, by its guides",
    "purchase/templates/_offer_amounts.py": "both ends of a tier in one cell",
    "park/templates/crew_cells.py": "a time of a spreadsheet as a share of the day",
}
"""Modules that make values of cells, and of what. A new table uses `formats.cells`."""
LOOKS = {
    "formats/lighting/_doubts.py", "formats/lighting/_overview.py",
    "formats/lighting/light_points_csv.py", "formats/tables/_fields.py",
    "formats/tables/_qualifiers.py", "formats/templates/_unread.py", "formats/templates/engine.py",
}  # fmt: skip
"""Those that only look whether cells are numbers, and how they stand to others; they keep none."""
COLUMNS = {
    "formats/columns.py": "every table of ours",
    "formats/enedis/r63.py": "the points of one document of the distributor",
    "formats/lighting/eclext_tables.py": "the fields of the norm EclExt, for its schema",
    "formats/opendata/open_rows.py": "what a publication shows of a record",
}
BOOKS = {
    "formats/sheets.py", "formats/tables/_sheets.py", "formats/tables/_books.py",
    "formats/frames/workbook.py", "formats/spreadsheet/frame.py",
}  # fmt: skip
"""Modules that open a workbook; others take rows from them."""
_CALLS = {"read_number", "date_parts", "strptime"}


def _modules() -> Iterator[tuple[str, ast.Module]]:
    for room in ROOMS:
        for path in sorted(file for one in SOURCE.glob(room) for file in one.rglob("*.py")):
            yield path.relative_to(SOURCE).as_posix(), ast.parse(path.read_text("utf-8"))


def _name(call: ast.expr) -> str:
    return str(getattr(call, "id", getattr(call, "attr", "")))


def parses(tree: ast.Module) -> bool:
    """Whether a module makes numbers or dates of texts with a decimal comma or a day in front."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name in _CALLS:
            return True
        if isinstance(node, ast.Call):
            swaps = [getattr(one, "value", None) for one in node.args] == [",", "."]
            if _name(node.func) in _CALLS or (_name(node.func) == "replace" and swaps):
                return True
    return False


def _is_among(name: str, allowed: Iterator[str]) -> bool:
    return any(name == one or (one.endswith("/") and name.startswith(one)) for one in allowed)


def test_no_other_module_makes_values_of_cells() -> None:
    found = {name for name, tree in _modules() if parses(tree)}
    assert {one for one in found - LOOKS if not _is_among(one, iter(PARSERS))} == set()
    assert found >= LOOKS, "a module that no longer looks leaves the list"
    unused = {one for one in PARSERS if not any(_is_among(name, iter([one])) for name in found)}
    assert unused == set(), "a module that no longer parses leaves the list"


def test_columns_are_declared_by_one_class() -> None:
    found = {
        name
        for name, tree in _modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and node.name == "Column"
    }
    assert found == set(COLUMNS)


def test_few_modules_open_workbooks() -> None:
    found = {
        name
        for name, tree in _modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _name(node.func) in {"Book", "open_book"}
    }
    assert found == BOOKS


def test_a_parser_of_its_own_is_seen() -> None:
    for text in (
        "def read(cell): return Decimal(cell.replace(',', '.'))",
        "def read(cell): return float(cell.strip().replace(',', '.'))",
        "def read(cell): return datetime.strptime(cell, '%d/%m/%Y')",
        "from synergie.formats.values import read_number\nx = read_number('1')",
    ):
        assert parses(ast.parse(text)), text
    assert not parses(ast.parse("def read(cell): return read_cell(cell, COLUMN, 'Europe/Paris')"))
