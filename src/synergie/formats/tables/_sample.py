"""What a sample of the cells tells of how a table is written: numbers, dates, units, periods."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from statistics import median
from typing import Literal

from synergie.errors import BadInput
from synergie.formats.checks import N_
from synergie.formats.tables._cells import (
    OLDEST,
    Cell,
    NumberWithUnit,
    is_whole_hour,
    month_of,
    parse_civil_cell,
    parse_clock,
    parse_moment_cell,
    strip_cell_text,
)
from synergie.formats.tables._words import unit_in
from synergie.schemas.readings.table_profile import ENERGIES, TableColumn, TableProfile, TableUnit

type Order = Literal["dmy", "mdy", "ymd"]
"""Of day, month and year in texts; `ymd`: with a year of two digits."""
ORDERS: tuple[Order, ...] = ("dmy", "mdy", "ymd")

type Column = Sequence[Cell]
"""Cells of one column that are filled, in order."""

_FIRST_DAY, _LAST_DAY = 36_526, 58_500
"""2000 to 2060, in days of a spreadsheet."""
MOST = 0.6
"""Share of the cells that must be of a kind for the column to be of it."""

_DMY = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?:[ T].*)?", re.ASCII)
_SPACES = "[ \u00a0\u202f]"
_COMMA = re.compile(
    rf"-?\d{{1,3}}(?:{_SPACES}\d{{3}})+,\d+|-?\d+,\d{{1,2}}|-?\d+,\d{{4,}}|-?\d{{4,}},\d+"
    r"|-?\d{1,3}(?:\.\d{3})+,\d+|-?0,\d+"
)
_DOT = re.compile(
    rf"-?\d{{1,3}}(?:{_SPACES}\d{{3}})+\.\d+|-?\d+\.\d{{1,2}}|-?\d+\.\d{{4,}}|-?\d{{4,}}\.\d+"
    r"|-?\d{1,3}(?:,\d{3})+\.\d+|-?0\.\d+"
)
SAMPLED, COMPARED = 400, 200
"""Rows looked at before a table is read, and those of them whose columns are compared."""
_EITHER = re.compile(r"-?[1-9]\d{0,2}[.,]\d{3}")
_NUMBER = re.compile(r"[-+\u2212]?[\d., \u00a0\u202f'\u2019]*\d[\d., \u00a0\u202f'\u2019]*")
_UNIT = re.compile(
    r"[\d.,'\u2019\s\u00a0\u202f-]+(kWh|MWh|Wh|kVA|VA|kW|W|m3|m³|€|EUR|%)?", re.IGNORECASE
)
_WHOLE_DIGITS = re.compile(r"[.,]\d*\D*$|\D")
"""What is left out of a number to count the digits before its decimals."""
_APART = 2
_UNIT_BEHIND = re.compile(r"\d\s*[kM]?Wh\s*$", re.IGNORECASE)


def share(column: Column, test: Callable[[Cell], bool]) -> float:
    """Share of the cells that pass *test*; 0 for an empty column."""
    return sum(map(test, column)) / len(column) if column else 0.0


def is_identifier(cell: Cell) -> bool:
    """14 digits, or what a spreadsheet leaves of them: the row will say so."""
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        return 1e12 <= cell < 1e14  # noqa: PLR2004 (13 or 14 digits)
    if not isinstance(cell, str):
        return False
    text = re.sub(rf"{_SPACES}|^'|^=\"|\"$", "", strip_cell_text(cell))
    return re.fullmatch(r"\d{13,14}|GI\d{6}|\d[.,]\d+E\+?1[23]", text) is not None


def is_number(cell: Cell) -> bool:
    """A number, with a unit or a sign of money behind it or not."""
    if isinstance(cell, bool):
        return False
    if isinstance(cell, int | float):
        return True
    return isinstance(cell, str) and _UNIT.fullmatch(strip_cell_text(cell)) is not None


def is_date(cell: Cell) -> bool:
    """A date, alone or with an hour, or the day of a spreadsheet."""
    if isinstance(cell, date):
        return True
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _FIRST_DAY <= cell < _LAST_DAY
    return isinstance(cell, str) and read(cell) is not None


def is_month(cell: Cell) -> bool:
    """A month by its name or number, or the first day of one."""
    if isinstance(cell, str) and month_of(strip_cell_text(cell)):
        return True
    if strip_cell_text(cell).isdecimal() and len(strip_cell_text(cell)) <= 2:  # noqa: PLR2004 (months)
        return 1 <= int(strip_cell_text(cell)) <= 12  # noqa: PLR2004 (months)
    return is_date(cell)


def counts_hours(column: Column) -> bool:
    """Whether hours stand there by their number, one after another."""
    hours = [int(strip_cell_text(cell)) % 24 for cell in column if is_whole_hour(cell)]
    steps = sum((before + 1) % 24 == after for before, after in pairwise(hours))
    return len(hours) == len(column) > 1 and steps > MOST * (len(hours) - 1)


def is_clock(cell: Cell) -> bool:
    """A time of day, not by the number of its hour alone."""
    if is_whole_hour(cell):
        return False
    try:
        parse_clock(cell, "")
    except BadInput:
        return False
    return isinstance(cell, str | time | timedelta)


def has_hour(column: Column) -> bool:
    """Whether some cell tells a time of day other than midnight."""
    return any(at is not None and at.time() != time() for at in map(read, column))


def read(cell: Cell, order: Order = "dmy") -> datetime | None:
    """The date and time of a cell, in that order or else in another. None: it is none."""
    return _parse_cell_moment(cell, order) or next(
        filter(None, (_parse_cell_moment(cell, one) for one in ORDERS)), None
    )


def _parse_cell_moment(cell: Cell, order: Order) -> datetime | None:
    try:
        return parse_moment_cell(cell, "", plain_profile(order))
    except BadInput:
        return None


@cache
def plain_profile(order: Order) -> TableProfile:
    """A profile that says no more than the order of dates."""
    column = TableColumn(name="date", field="date")
    return TableProfile(name="sample", layout="curve", columns=(column,), dates=order, blanks=("",))


def date_order(columns: Sequence[Column]) -> Order | None:
    """Order of day and month in texts. None: nothing tells it, or there is no such text."""
    cells = (cell for column in columns for cell in column if isinstance(cell, str))
    found = filter(None, (_DMY.fullmatch(strip_cell_text(cell)) for cell in cells))
    parts = [(one[1], one[2], one[3]) for one in found]
    if _begins_with_year(parts):
        return "ymd"
    first = any(int(one) > _TURN for one, _, _ in parts)
    second = any(int(one) > _TURN for _, one, _ in parts)
    if first == second:
        return None
    return "dmy" if first else "mdy"


def _begins_with_year(parts: Sequence[tuple[str, str, str]]) -> bool:
    """Whether parts of two digits begin with a year: those at the end are too old for one."""
    if not parts or any(len(part) != 2 for one in parts for part in one):  # noqa: PLR2004 (25/01/31)
        return False
    years = {int(one) for one, _, _ in parts}
    old = any(int(last) < OLDEST % 100 for _, _, last in parts)
    return old and len(years) <= _FEW_YEARS and years <= _OURS


_FEW_YEARS, _OURS = 3, frozenset(range(15, 60))
"""Years of one file, and those of two digits that may stand in front."""
_TURN = 12
"""The last day that a spreadsheet takes for a month."""
EXCHANGED = N_(
    "dates whose day Excel has not taken for their month (dates up to 12, texts from 13): import "
    "the file again with dates as day/month/year, or the answer dates=dmy"
)


def days_of(column: Column) -> list[date]:
    """The days of the cells that a workbook holds as dates."""
    return [date(cell.year, cell.month, cell.day) for cell in column if isinstance(cell, date)]


def is_exchanged(columns: Sequence[Column]) -> bool:
    """Whether a spreadsheet took days for months where it could: 01/02 is a date, 13/02 a text."""
    told = [(days_of(column), _first_parts(column)) for column in columns]
    if any(_is_turned(days, texts) for days, texts in told):
        return True
    days = [day for some, _ in told for day in some]
    texts = [part for _, some in told for part in some]
    return any(day.day > 1 for day in days) and _is_turned(days, texts)


def _first_parts(column: Column) -> list[int]:
    """The first parts of dates that are text."""
    found = (_DMY.fullmatch(strip_cell_text(cell)) for cell in column if isinstance(cell, str))
    return [int(one[1]) for one in found if one]


def _is_turned(days: Sequence[date], texts: Sequence[int]) -> bool:
    low = all(day.day <= _TURN for day in days) and all(part > _TURN for part in texts)
    return low and bool(days) and bool(texts)


def jumps_by_month(column: Column) -> bool:
    """Whether the days of a curve are one day of each month: days 1, 2, 3 taken for months."""
    days = sorted(set(days_of(column)))
    return len(days) > 1 and len({day.day for day in days}) == 1


def is_day_by_day(column: Column, order: Order) -> bool:
    """Whether dates read in that *order* are of two days or more, none left out between."""
    days = {
        at.date() for at in (_parse_cell_moment(cell, order) for cell in column) if at is not None
    }
    return len(days) > 1 and (max(days) - min(days)).days == len(days) - 1


_LONGEST = 400
"""Days of a period, at most."""


def goes_forward(  # noqa: PLR0917 (where what stands)
    rows: Sequence[Sequence[Cell]], first: int, last: int | None, point: int | None, order: Order
) -> bool:
    """Whether dates read in that *order* exist, go forward in each point, and end after they begin.

    Of a table of periods each must begin where another of its point ended, or be whole months.
    """
    before: dict[str, date] = {}
    ends: dict[str, date] = {}
    for cells in rows:
        if len(cells) <= max(first, last or 0, point or 0) or not strip_cell_text(cells[first]):
            continue
        begin, key = (
            _parse_cell_moment(cells[first], order),
            "" if point is None else strip_cell_text(cells[point]),
        )
        end = None if last is None else _parse_cell_moment(cells[last], order)
        if begin is None or (last is not None and end is None):
            return False
        if begin.date() < before.get(key, date.min):
            return False
        if end is not None and not _is_period(begin.date(), end.date(), ends.get(key)):
            return False
        before[key] = begin.date()
        if end is not None:
            ends[key] = end.date()
    return bool(before)


def _is_period(begin: date, end: date, before: date | None) -> bool:
    if not timedelta() <= end - begin <= timedelta(days=_LONGEST):
        return False
    if before is not None:
        return timedelta() <= begin - before <= timedelta(days=1)
    return end - begin > timedelta(days=20)


def has_slashes(columns: Sequence[Column]) -> bool:
    """Whether dates are texts whose order matters."""
    return any(
        isinstance(cell, str) and _DMY.fullmatch(strip_cell_text(cell))
        for column in columns
        for cell in column
    )


def decimal_mark(columns: Sequence[Column]) -> Literal[".", ","] | None:
    """The decimal mark of numbers that are text. None: nothing tells."""
    comma, dot = _count_mark_votes(columns)
    if comma == dot:
        return None
    return "," if comma > dot else "."


def _count_mark_votes(columns: Sequence[Column]) -> tuple[int, int]:
    """Numbers that only a decimal comma, and only a decimal dot explains."""
    comma = dot = 0
    for cell in (cell for column in columns for cell in column if isinstance(cell, str)):
        text = re.sub(r"[^\d.,\s\u00a0\u202f-]", "", strip_cell_text(cell)).strip()
        comma += _COMMA.fullmatch(text) is not None
        dot += _DOT.fullmatch(text) is not None
    return comma, dot


def iterate_ambiguous_numbers(columns: Sequence[Column]) -> Iterator[str]:
    """Numbers that are a thousand by one reading and a few units by the other: `1,234`."""
    for column in columns:
        for cell in column:
            if isinstance(cell, str) and _EITHER.fullmatch(strip_cell_text(cell)):
                yield strip_cell_text(cell)


def is_undecided(columns: Sequence[Column]) -> bool:
    """Whether numbers of a table say nothing of their decimal mark, or tell two of them."""
    comma, dot = _count_mark_votes(columns)
    if comma and dot:
        return True
    return not comma and not dot and any(True for _ in iterate_ambiguous_numbers(columns))


def thousands_mark(columns: Sequence[Column], decimal: str) -> Literal["space", ".", ",", "'"]:
    """What stands between thousands; spaces when nothing does."""
    mark = "." if decimal == "," else ","
    grouped = re.compile(rf"-?\d{{1,3}}(?:\{mark}\d{{3}})+(?:\{decimal}\d+)?")
    texts = [
        re.sub(r"[^\d.,'-]", "", strip_cell_text(cell).replace("\u2019", "'"))
        for column in columns
        for cell in column
        if isinstance(cell, str)
    ]
    if any(grouped.fullmatch(text) for text in texts):
        return "." if mark == "." else ","
    return "'" if any("'" in text for text in texts) else "space"


def unit_of(column: Column) -> TableUnit | None:
    """The unit that stands behind the numbers of a column, when it is one.

    kWh where each has its own of several units of energy: each is brought to it.
    """
    seen = {
        unit_in(found[1])
        for cell in column
        if isinstance(cell, str) and (found := _UNIT.fullmatch(strip_cell_text(cell))) and found[1]
    }
    seen |= {unit_in(cell.unit) for cell in column if isinstance(cell, NumberWithUnit)}
    seen.discard(None)
    if seen and seen <= ENERGIES:
        bare = [cell for cell in column if _is_bare(cell)]
        if bare and (len(seen) > 1 or not _is_as_large(bare, column)):
            return None
        return seen.pop() if len(seen) == 1 else "kWh"
    return seen.pop() if len(seen) == 1 else None


def _is_bare(cell: Cell) -> bool:
    """Whether a cell holds a number without a unit behind it."""
    if isinstance(cell, str):
        return any(map(str.isdigit, cell)) and not _UNIT_BEHIND.search(cell)
    return not isinstance(cell, NumberWithUnit)


def _is_as_large(bare: Column, column: Column) -> bool:
    """Whether numbers without a unit are about as much as those of *column* that have one."""
    others = [cell for cell in column if not _is_bare(cell)]
    one, other = (
        median([len(_WHOLE_DIGITS.sub("", strip_cell_text(cell))) for cell in some] or [0])
        for some in (bare, others)
    )
    return abs(one - other) < _APART


def last_day(
    first: Column, last: Column, keys: Sequence[str], profile: TableProfile
) -> Literal["included", "excluded"] | None:
    """Whether the end of a period is its last day. None: the sample does not tell.

    Told by neighbours of one point (31/01 then 01/02, or 01/02 then 01/02), or by whole months.
    """
    spans: dict[str, list[tuple[date, date]]] = {}
    for begin, end, key in zip(first, last, keys, strict=True):
        try:
            one = parse_civil_cell(begin, "", profile), parse_civil_cell(end, "", profile)
        except BadInput:
            continue
        spans.setdefault(key, []).append(one)
    votes = {"included": 0, "excluded": 0}
    for row in spans.values():
        for before, after in pairwise(sorted(row)):
            votes["included"] += after[0] - before[1] == timedelta(days=1)
            votes["excluded"] += after[0] == before[1]
        for begin, end in row:
            whole = begin.day == 1
            votes["included"] += whole and (end + timedelta(days=1)).day == 1
            votes["excluded"] += whole and end.day == 1 and end > begin
    if votes["included"] and not votes["excluded"]:
        return "included"
    return "excluded" if votes["excluded"] and not votes["included"] else None
