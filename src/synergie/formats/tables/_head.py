"""The head of a table: which rows make it, what its columns are called, how it is known again."""

import re
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from itertools import pairwise
from typing import NamedTuple

from synergie.errors import BadInput
from synergie.formats.tables._cells import Cell, month_of, strip_cell_text
from synergie.formats.tables._texts import TableRow
from synergie.formats.tables._words import (
    PERSONAL,
    find_name_meaning,
    is_old_index,
    normalize_words,
)
from synergie.formats.text import normalize_column_name
from synergie.schemas.readings.table_profile import TableColumn, TableProfile

LOOKED_AT = 60
"""Rows among which the head is looked for."""
MOST_ROWS = 3
"""Rows that a head is made of, at most, when it is looked for."""

_FEW = 6
"""Words of a name that stands over columns, at most; more are a sentence."""
MOTIVE = "motif"
"""Name of the column that says why a row was refused."""
MONTHS = 3
"""Columns with the name of a month that make a table of months."""

_FIRST_DAY = re.compile(r"01/(\d\d)/(\d{4})|(\d{4})-(\d\d)-01(?: 00:00:00)?", re.ASCII)
_TIMES = frozenset({"from_date", "to_date", "month", "date", "datetime", "year"})
_TERMS = frozenset({"market_segment", "tariff_code", "subscribed_power", "annual_energy"})
_MONTHS = "<months>"
_RANK = re.compile(r" \(\d+\)$")
NO_HEAD = "a head that names its columns, such as PRM;Du;Au;Consommation (kWh)"
_SAME = "a head with the columns that the profile names"


class Head(NamedTuple):
    """Where the head is, and the name of each column."""

    first: int
    """Its first row among those looked at, from 0."""
    rows: int
    names: tuple[str, ...]
    """Rows joined by ` / `; a blank one is `column 3`; a repeated one has its rank behind."""

    @property
    def fingerprint(self) -> str:
        """Plain names in order, months in a row as one; the same supplier's next file has it."""
        return compute_head_fingerprint(self.names)


def compute_head_fingerprint(names: Sequence[str]) -> str:
    """SHA-256 of the plain *names* in order.

    A last column of reasons, which refused rows are sent back with, is no part of a head.
    """
    own = names[:-1] if names and normalize_column_name(names[-1]) == MOTIVE else names
    told = [_MONTHS if month_of(name) else normalize_column_name(name) for name in own]
    kept = told[:1] + [b for a, b in pairwise(told) if not a == b == _MONTHS]
    return sha256("\x1f".join(kept).encode()).hexdigest()


def find_head(rows: Sequence[TableRow], beside: tuple[str, ...] = ()) -> Head:
    """The head among the first rows: where most columns have a name that is known.

    *beside*: columns that the table has from elsewhere. BadInput when no row names two columns and
    one that is read.
    """
    best, most = None, 1
    for size in range(1, MOST_ROWS + 1):
        for first in range(min(len(rows), LOOKED_AT) - size + 1):
            block = [cells for _, cells in rows[first : first + size]]
            if not _consists_of_words(block):
                continue
            names = join_head_rows(block)
            score = _score_head(names)
            goes_on = best is not None and first == best.first and is_worded(block[-1])
            told = (*names, *beside)
            if (score > most or (goes_on and score == most)) and is_table_readable(told):
                best, most = Head(first, size, names), score
    if best is None:
        cells = rows[0][1] if rows else []
        raise BadInput("line 1", "; ".join(map(strip_cell_text, cells[:8])), NO_HEAD)
    return best


def locate_profile_head(rows: Sequence[TableRow], profile: TableProfile) -> Head:
    """The head that *profile* was made for, wherever it stands in the first rows."""
    wanted = {normalize_column_name(column.name) for column in profile.columns}
    size = profile.head_rows
    for first in range(min(len(rows), LOOKED_AT) - size + 1):
        names = join_head_rows([cells for _, cells in rows[first : first + size]])
        if wanted <= {normalize_column_name(name) for name in names}:
            return Head(first, size, names)
    raise BadInput("line 1", "; ".join(c.name for c in profile.columns[:8])[:80], _SAME)


def join_head_rows(block: Sequence[Sequence[Cell]]) -> tuple[str, ...]:
    """One name a column; a cell of an upper row names the blank ones on its right, too."""
    width = max(map(len, block))
    while width and not any(strip_cell_text(row[width - 1]) for row in block if len(row) >= width):
        width -= 1
    lines = [_spread_head_row(row, width, block[i + 1 :]) for i, row in enumerate(block)]
    names = []
    for column in range(width):
        parts = dict.fromkeys(" ".join(line[column].split()) for line in lines if line[column])
        names.append(" / ".join(parts)[:400] or f"column {column + 1}")
    return tuple(_number_repeated_names(names))


def _spread_head_row(row: Sequence[Cell], width: int, below: Sequence[Sequence[Cell]]) -> list[str]:
    texts = _read_head_texts(row) + [""] * (width - len(row))
    for column in range(1, width):
        under = any(column < len(line) and strip_cell_text(line[column]) for line in below)
        if not texts[column] and under:
            texts[column] = texts[column - 1]
    return texts


def is_head_repeated(names: Sequence[str], row: Sequence[Cell]) -> bool | None:
    """Whether *row* is a row of the head again, each name over its own column.

    False: its names in another order, which begins another table. None: it is none.
    """
    first = next((cell for cell in row if strip_cell_text(cell)), "")
    known = _columns_of(tuple(names))
    if not any(
        normalize_column_name(one) in known
        for one in {strip_cell_text(first), *_read_head_texts([first] * MONTHS)}
    ):
        return None
    told = {
        at: normalize_column_name(text) for at, text in enumerate(_read_head_texts(row)) if text
    }
    if len(set(told.values())) == 1 or not set(told.values()) <= known.keys():
        return None
    return all(at in known[name] for at, name in told.items())


@lru_cache(maxsize=64)
def _columns_of(names: tuple[str, ...]) -> dict[str, set[int]]:
    """Plain text of a cell of the head → the columns that it stands over."""
    out: dict[str, set[int]] = {}
    for at, name in enumerate(names):
        for part in (*name.split(" / "), *_RANK.sub("", name).split(" / ")):
            out.setdefault(normalize_column_name(part), set()).add(at)
    return out


def _read_head_texts(row: Sequence[Cell]) -> list[str]:
    """What cells of a head say; first days of months, where several stand there, are months."""
    days = [_FIRST_DAY.fullmatch(strip_cell_text(cell)) for cell in row]
    if sum(day is not None for day in days) < MONTHS:
        return [strip_cell_text(cell) for cell in row]
    return [
        strip_cell_text(cell) if day is None else f"{day[1] or day[4]}/{day[2] or day[3]}"
        for cell, day in zip(row, days, strict=True)
    ]


def _number_repeated_names(names: Sequence[str]) -> list[str]:
    """Repeated names told apart by their rank: the second `Date` is `Date (2)`."""
    seen: dict[str, int] = {}
    out = []
    for name in names:
        key = normalize_column_name(name)
        seen[key] = seen.get(key, 0) + 1
        out.append(name if seen[key] == 1 else f"{name} ({seen[key]})")
    return out


def is_table_readable(names: Sequence[str]) -> bool:
    """Whether columns of these names make a table that can be read at all."""
    fields = {found.field for name in names if (found := find_name_meaning(name))}
    if sum(month_of(name) is not None for name in names) >= MONTHS:
        return bool(fields)
    dials = sum(map(is_old_index, names)) > 1  # a column beside may be what they differ by
    if fields & _TIMES and (dials or fields & {"value", "volume"}):
        return True
    return "supply_point" in fields and bool(fields & _TERMS)


def _score_head(names: Sequence[str]) -> int:
    """How many different things the names tell; two columns of one thing need a row more."""
    months = sum(month_of(name) is not None for name in names)
    return months + len({found for name in names if (found := find_name_meaning(name))})


def _consists_of_words(block: Sequence[Sequence[Cell]]) -> bool:
    """A head has no numbers, no blank row, and no cell of a text's length; dates may be months."""
    if any(_is_title_row(row, block[i + 1]) for i, row in enumerate(block[:-1])):
        return False
    cells = [cell for row in block for cell in row]
    texts = [strip_cell_text(cell) for cell in cells if strip_cell_text(cell)]
    return bool(texts) and all(len(t) <= 120 and not _is_number_text(t) for t in texts)  # noqa: PLR2004


def is_worded(row: Sequence[Cell]) -> bool:
    """Whether no cell of the row begins as a number or a date does: units under their names."""
    return all(isinstance(cell, str) and not strip_cell_text(cell)[:1].isdigit() for cell in row)


def _is_title_row(row: Sequence[Cell], below: Sequence[Cell]) -> bool:
    """Whether a row is a sentence where rows begin (its cells may be joined): a title."""
    filled, under = _list_filled_cells(row), _list_filled_cells(below)
    if not filled or len({strip_cell_text(row[at]) for at in filled}) > 1:
        return not filled
    return (
        filled[0] <= min(under, default=0) and len(strip_cell_text(row[filled[0]]).split()) > _FEW
    )


def _list_filled_cells(row: Sequence[Cell]) -> list[int]:
    return [at for at, cell in enumerate(row) if strip_cell_text(cell)]


def _is_number_text(text: str) -> bool:
    if re.fullmatch(r"(?:19|20)\d\d", text):
        return False  # a year, over its months
    return month_of(text) is None and text.replace(" ", "").replace(",", "").isdigit()


def place_of(column: TableColumn, names: Sequence[str]) -> int:
    """Where *column* is in the head, from 0: by its very name, else by its plain name."""
    if column.name in names:
        return names.index(column.name)
    return next(
        i
        for i, name in enumerate(names)
        if normalize_column_name(name) == normalize_column_name(column.name)
    )


def list_personal_columns(names: Sequence[str], profile: TableProfile) -> list[str]:
    """Columns that may tell of a person and are not read."""
    read = {normalize_column_name(column.name) for column in profile.columns}
    return [
        n
        for n in names
        if PERSONAL.search(normalize_words(n)) and normalize_column_name(n) not in read
    ]
