"""Months that are misspelt in a head: proposed as they may be meant, never read so unasked."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches

from synergie.formats.tables._cells import MONTH_NAMES, month_of, strip_cell_text
from synergie.formats.tables._head import LOOKED_AT, MONTHS, Head
from synergie.formats.tables._texts import TableRow

_ALIKE = 0.74
"""Least likeness of a word to the name of a month."""

type Spelling = Mapping[str, str]
"""Name of a column as it is written, and as it is meant."""


def find_misspelt_months(names: Sequence[str]) -> dict[str, str]:
    """Names that are those of a month, but for a letter or two, among columns of months."""
    months = {told for name in names if (told := month_of(name))}
    if len(months) < MONTHS:
        return {}
    found: dict[str, str] = {}
    for name in names:
        meant = None if month_of(name) else _correct_month_name(name)
        if meant is not None and month_of(meant) not in months:
            found[name] = meant
    return found


def _correct_month_name(name: str) -> str | None:
    """*name* with its month spelt as months are; None when no word is nearly one."""
    for word in re.findall(r"[^\W\d_]{3,}", name):
        near = get_close_matches(word.casefold(), MONTH_NAMES, 1, _ALIKE)
        meant = name.replace(word, near[0]) if near else ""
        if month_of(meant) is not None:
            return meant
    return None


def correct_row_names(rows: Iterable[TableRow], spelling: Spelling) -> Iterator[TableRow]:
    """The rows with the names of their head as they are meant."""
    for rank, (place, cells) in enumerate(rows):
        if rank < LOOKED_AT and spelling:
            yield place, [spelling.get(strip_cell_text(cell), cell) for cell in cells]
        else:
            yield place, cells


def correct_head_names(head: Head, spelling: Spelling) -> Head:
    """The head with its names as they are meant."""
    return head._replace(names=tuple(spelling.get(name, name) for name in head.names))
