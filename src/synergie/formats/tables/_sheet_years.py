"""The years that the names and the titles of sheets tell, where their months tell none."""

import re
from collections.abc import Sequence

from synergie.formats.tables._cells import month_of, strip_cell_text
from synergie.formats.tables._head import Head
from synergie.formats.tables._texts import TableRow
from synergie.formats.tables._words import find_name_meaning, normalize_words

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_DAY = re.compile(r"(?<!\d)\d{1,2}[-/.]\d{1,2}[-/.]\d{4}(?!\d)")
_NUMBER = 2
"""Digits of the number of a month, at most."""


def years_above(name: str, start: Sequence[TableRow], head: Head) -> frozenset[str]:
    """The years in the name and the titles of a sheet; those of whole dates are none."""
    titles = (strip_cell_text(cell) for _, cells in start[: head.first] for cell in cells)
    return frozenset(
        year for text in (name, *titles) for year in _YEAR.findall(_DAY.sub(" ", text))
    )


def is_bare(start: Sequence[TableRow], head: Head) -> bool:
    """Whether months of a sheet, in its head or below, stand without their year."""
    fields = {
        at: told.field for at, one in enumerate(head.names) if (told := find_name_meaning(one))
    }
    if "year" in fields.values():
        return False
    below = [cells for _, cells in start[head.first + head.rows :]]
    months = [at for at, field in fields.items() if field == "month"]
    cells = [strip_cell_text(row[at]) for row in below for at in months if at < len(row)]
    return any(map(is_bare_month, head.names)) or any(
        is_bare_month(one) or (one.isdecimal() and len(one) <= _NUMBER) for one in cells
    )


def is_bare_month(text: str) -> bool:
    """Whether *text* names a month without its year."""
    told = month_of(text)
    return told is not None and told[0] is None


def names_rows(head: Head) -> bool:
    """Whether each row says whose it is."""
    told = (find_name_meaning(name) for name in head.names)
    return any(one is not None and one.field in {"supply_point", "name"} for one in told)


def without_years(name: str) -> str:
    """The words of the name of a sheet, its years taken out."""
    return " ".join(_YEAR.sub(" ", normalize_words(name)).split())
