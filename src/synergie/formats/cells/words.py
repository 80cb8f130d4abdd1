"""Texts, identifiers, words of a list, oui and non."""

import re
from functools import lru_cache

from synergie.errors import BadInput
from synergie.formats import checks
from synergie.formats.cells.rules import CellRules
from synergie.formats.cells.texts import Cell, spell_cell
from synergie.formats.columns import Column
from synergie.formats.formulas import unescape_formula
from synergie.formats.values import bare_code, normalize_column_name

_ROUNDED = re.compile(r"[\d,.]+[Ee]\+?\d+|\d+[.,]\d+", re.ASCII)
_AS_TEXT = "all its digits, in a column set to Text: the spreadsheet has made a number of it"

_normalize_own = lru_cache(maxsize=4096)(normalize_column_name)
"""For the words of our lists, which are few."""


def read_text(cell: Cell) -> str:
    """The text of a cell, without the apostrophe that guards a formula."""
    return unescape_formula(spell_cell(cell))


def read_digits(cell: Cell) -> str:
    """An identifier; a number of a workbook is as good, unless it lost its form."""
    text = bare_code(spell_cell(cell))
    if _ROUNDED.fullmatch(text):
        raise BadInput("/", text, _AS_TEXT, checks.BAD_IDENTIFIER.code)
    return text


def read_choice(cell: Cell, column: Column, rules: CellRules) -> str:
    """The code of a word of the list of *column*; another word where the list only helps."""
    text = read_text(cell)
    word = normalize_column_name(text)
    for code, written in column.words.items():
        if word in (_normalize_own(code), _normalize_own(written)):
            return code
    if column.free:
        return text
    raise BadInput("/", text, rules.expected["choice"])


def read_yes_no(cell: Cell, rules: CellRules) -> bool:
    """Oui or non."""
    if isinstance(cell, bool):
        return cell
    word = normalize_column_name(spell_cell(cell))
    if word not in rules.yes | rules.no:
        raise BadInput("/", cell, rules.expected["yes_no"])
    return word in rules.yes
