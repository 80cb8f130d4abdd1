"""One cell read as the kind of its column says."""

from collections.abc import Callable

from synergie.errors import BadInput
from synergie.formats.cells.days import read_date, read_moment
from synergie.formats.cells.numbers import read_decimal, read_degrees, read_share, read_whole
from synergie.formats.cells.rules import FILLED, CellRules
from synergie.formats.cells.texts import Cell, spell_cell
from synergie.formats.cells.words import read_choice, read_digits, read_text, read_yes_no
from synergie.formats.columns import Column, Kind, Value

type _Reader = Callable[[Cell, Column, CellRules, str], Value]

_READ: dict[Kind, _Reader] = {
    "text": lambda cell, _column, _rules, _zone: read_text(cell),
    "digits": lambda cell, _column, _rules, _zone: read_digits(cell),
    "whole": lambda cell, _column, rules, _zone: read_whole(cell, rules),
    "number": lambda cell, _column, rules, _zone: float(read_decimal(cell, rules)),
    "decimal": lambda cell, _column, rules, _zone: read_decimal(cell, rules),
    "degrees": lambda cell, _column, rules, _zone: read_degrees(cell, rules),
    "share": lambda cell, _column, rules, _zone: read_share(cell, rules),
    "date": lambda cell, _column, rules, zone: read_date(cell, rules, zone),
    "moment": lambda cell, _column, rules, zone: read_moment(cell, rules, zone),
    "choice": lambda cell, column, rules, _zone: read_choice(cell, column, rules),
    "yes_no": lambda cell, _column, rules, _zone: read_yes_no(cell, rules),
}


def read_cell(
    cell: Cell, column: Column, time_zone: str, *, rules: CellRules = FILLED, where: str = ""
) -> Value:
    """What a cell that is not blank says.

    BadInput at *where*, else at the title of its column, with the cell as it stands.
    """
    try:
        return _READ[column.kind](cell, column, rules, time_zone)
    except BadInput as fault:
        place = where or f"/{column.title}"
        raise BadInput(place, spell_cell(cell), fault.expected, fault.check) from fault
