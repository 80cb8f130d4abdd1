"""Numbers of a workbook whose format shows a unit: the stored value counts, in that unit."""

import re

from synergie.formats.tables._cells import Cell, Joined, NumberWithUnit
from synergie.formats.tables._heading import parse_heading, plain_symbols

SCALED = " ×1000"
"""Behind a label whose numbers are shown a thousand times smaller."""

_EUROS = re.compile(r"(?:€|eur|euros?)(?: ?(?:ht|ttc))?")


def attach_format_unit(cell: Cell, label: str) -> Cell:
    """The number of a cell with the unit that its format shows; any other cell as it is."""
    if not label or isinstance(cell, bool | Joined) or not isinstance(cell, int | float):
        return cell
    unit = _find_label_unit(label)
    return cell if unit is None else NumberWithUnit(cell, unit)


def _find_label_unit(label: str) -> str | None:
    """The unit that a label of a format is; itself where it is another; None: it is none."""
    text = plain_symbols(label)
    if _EUROS.fullmatch(text):
        return "EUR"
    if label == "%" or "€" in text:
        return label
    told = parse_heading(label.removesuffix(SCALED))
    return None if told.score == 0 else label if SCALED in label else told.unit or label
