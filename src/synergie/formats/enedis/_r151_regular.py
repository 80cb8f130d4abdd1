"""A delivery point of R151 whose days are all built alike: read register by register, at once.

Whatever is not as usual (another register on some day, a code that changes, an index that goes
down or rises beyond reason) gives None, and the days are read one by one instead.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from operator import sub
from typing import NamedTuple

from synergie.formats.enedis._flow import PartTable, parse_whole_texts
from synergie.schemas.readings.quality import Quality
from synergie.schemas.readings.register_reading import Grid, RegisterReading

GRIDS: dict[str, Grid] = {
    "Classe_Temporelle_Distributeur": "distributor",
    "Classe_Temporelle": "supplier",
}
"""Whose registers each element holds."""
PEAK = "Puissance_Maximale"
DAY = "Donnees_Releve"
OUTER = 3
"""Columns that a day tells once: its date, and its two calendars."""
MAX_INDEX = 999_999_999
"""Of an index that is read at once with its neighbours."""
MAX_PEAK = 10_000_000
SENTINEL = "65535"
"""A highest power that stands for none."""
_new, _set = RegisterReading.__new__, object.__setattr__
LIKELY = frozenset({"0", ""})


class Register(NamedTuple):
    """One register over all days."""

    element: str
    calendars: tuple[str, str]
    code: str
    rank: str
    likelihood: str
    values: list[int]


class Point(NamedTuple):
    """All days of a delivery point."""

    days: list[str]
    registers: list[Register]
    peaks: list[int]
    """One a day; empty when there is none."""


def read_regular_point(told: PartTable, most: int) -> Point | None:
    """The registers of a point whose days are alike, none of which rises by over *most* a day."""
    n = told.rows.count(DAY)
    width = len(told.rows) // n if n else 0
    pattern = told.rows[:width]
    if DAY not in pattern or pattern.index(DAY) != width - 1 or told.rows != pattern * n:
        return None
    days, *calendars = (_select_first_rows(column, width) for column in told.columns[:OUTER])
    found = Point(days, [], [])
    for i, element in enumerate(pattern[:-1]):
        columns = [column[i::width] for column in told.columns[OUTER:]]
        if element == PEAK:
            powers = parse_whole_texts(columns[2], MAX_PEAK)
            if powers is None or found.peaks or SENTINEL in columns[2]:
                return None
            found.peaks.extend(powers)
            continue
        one = _read_register(element, calendars, columns, most)
        if one is None:
            return None
        found.registers.append(one)
    return found if _has_distinct_registers(found.registers) else None


def _select_first_rows(column: list[str], width: int) -> list[str]:
    """The text that stands in the first row of each day."""
    return column[::width]


def _read_register(
    element: str, calendars: list[list[str]], columns: list[list[str]], most: int
) -> Register | None:
    codes, ranks, texts, likelihoods = columns
    if any(len(set(one)) != 1 for one in (codes, ranks, likelihoods, *calendars)):
        return None
    values = parse_whole_texts(texts, MAX_INDEX)
    if values is None or likelihoods[0] not in LIKELY:
        return None
    rises = list(map(sub, islice(values, 1, None), values))
    if rises and not (min(rises) >= 0 and max(rises) <= most):
        return None
    known = calendars[0][0], calendars[1][0]
    return Register(element, known, codes[0], ranks[0], likelihoods[0], values)


def _has_distinct_registers(registers: list[Register]) -> bool:
    """Whether no register is told twice a day."""
    return len({one[:4] for one in registers}) == len(registers)


def in_order(days: Sequence[date]) -> bool:
    """Whether each day comes after the one before."""
    numbers = [day.toordinal() for day in days]
    return all(gap > 0 for gap in map(sub, islice(numbers, 1, None), numbers))


def copy_reading(
    record: RegisterReading, instant: datetime, value: int | Decimal, quality: Quality
) -> RegisterReading:
    """*record* at another moment, made as pydantic makes a copy.

    What changes has its right type already: a check of all fields would take eight times as long.
    """
    one = _new(RegisterReading)
    fields = record.__dict__ | {"instant": instant, "value": Decimal(value), "quality": quality}
    _set(one, "__dict__", fields)
    _set(one, "__pydantic_fields_set__", record.__pydantic_fields_set__)
    _set(one, "__pydantic_extra__", None)
    _set(one, "__pydantic_private__", None)
    return one
