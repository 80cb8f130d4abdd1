"""Cells as people and spreadsheets write them, one module a kind: read, and written back.

What is read into a value here is read nowhere else (`tests/architecture/test_cells.py`): `values`
knows the forms of numbers and dates, these modules what a cell of a table may say.
"""

from synergie.formats.cells.days import read_day
from synergie.formats.cells.numbers import prove_marks, read_amount, read_percent
from synergie.formats.cells.reading import read_cell
from synergie.formats.cells.rules import FILLED, CellRules
from synergie.formats.cells.texts import (
    TO_FILL,
    Cell,
    Hours,
    Percent,
    is_hour_repeated,
    spell_cell,
    spell_moment,
    spell_value,
    unquote_cell,
)

__all__ = [
    "FILLED",
    "TO_FILL",
    "Cell",
    "CellRules",
    "Hours",
    "Percent",
    "is_hour_repeated",
    "prove_marks",
    "read_amount",
    "read_cell",
    "read_day",
    "read_percent",
    "spell_cell",
    "spell_moment",
    "spell_value",
    "unquote_cell",
]
