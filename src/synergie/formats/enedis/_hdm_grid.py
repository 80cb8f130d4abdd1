"""Stretches of regular HDM rows, read at once: every stamp is the next one of an even grid.

What is taken here is exactly what the careful reading takes, row by row; whatever differs in any
way (a gap, a quote, another offset, a bad cell) gives None, and is read carefully.
"""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from synergie.calendar import day_bounds, day_of
from synergie.errors import BadInput
from synergie.formats._points import convert_numbers
from synergie.formats.enedis._hdm_cells import SHORT, parse_power_cell, parse_stamp
from synergie.schemas.readings.curve import Value
from synergie.units import STEP_NAMES

_DAY_S = 86_400
_STAMP = len("2020-02-03T00:00:00+01:00")
_PREFIX = _STAMP + 1
_CLOCK = len("2020-02-03T00:00:00")


class Stretch(NamedTuple):
    """Rows of one step without a gap."""

    first: int
    """Epoch seconds of the first stamp."""
    step: int
    """Seconds."""
    values: list[Value]
    decimals: int


def find_regular_stretch(text: str, tz: ZoneInfo, limit: int) -> Stretch | None:
    """The rows of *text*, whole lines, when their stamps are an even grid of local times in *tz*.

    None when any of them is not, or a value is bad or over *limit*.
    """
    text = text.replace("\r\n", "\n")
    rows = text.split("\n")
    rows.pop()
    if len(rows) < 2 or "\r" in text:  # noqa: PLR2004 (two stamps make a step)
        return None
    first, second = _find_row_stamp(rows[0]), _find_row_stamp(rows[1])
    if first is None or second is None or second - first not in STEP_NAMES:
        return None
    labels = _build_labels(first, second - first, len(rows), tz)
    if labels is None:
        return None
    cells = list(map(str.removeprefix, rows, labels))
    joined = "".join(cells)
    if len(joined) + len(rows) * _PREFIX != sum(map(len, rows)):
        return None
    found = _parse_whole_cells(cells, joined, limit) or _parse_decimal_cells(cells, joined, limit)
    return None if found is None else Stretch(first, second - first, *found)


def _find_row_stamp(row: str) -> int | None:
    if row[_STAMP:_PREFIX] != ";":
        return None
    try:
        found = parse_stamp(row[:_STAMP])
    except BadInput:
        return None
    return None if found.tzinfo is None else int(found.timestamp())


def _build_labels(first: int, step: int, n: int, tz: ZoneInfo) -> list[str] | None:
    """The *n* stamps from *first* on, each with its `;`. None when they fit no civil day."""
    day = day_of(datetime.fromtimestamp(first, UTC), tz)
    low = int(day_bounds(day, tz)[0].timestamp())
    if first % step or (first - low) % step:
        return None
    labels: list[str] = []
    while len(labels) < n + (first - low) // step:
        some = _build_day_labels(day, step, tz)
        if some is None:
            return None
        labels += some
        day += timedelta(days=1)
    skipped = (first - low) // step
    return labels[skipped : skipped + n]


def _build_day_labels(day: date, step: int, tz: ZoneInfo) -> list[str] | None:
    """The stamps of one civil day. None when it is no whole number of steps."""
    low, high = (int(end.timestamp()) for end in day_bounds(day, tz))
    if (high - low) % step:
        return None
    offset = datetime.fromtimestamp(low, tz).isoformat()[_CLOCK:]
    if high - low == _DAY_S and datetime.fromtimestamp(high - 1, tz).isoformat()[_CLOCK:] == offset:
        prefix = day.isoformat()
        return [prefix + clock for clock in _build_clock_labels(step, offset)]
    return [f"{datetime.fromtimestamp(at, tz).isoformat()};" for at in range(low, high, step)]


@lru_cache(maxsize=64)
def _build_clock_labels(step: int, offset: str) -> list[str]:
    return [f"T{s // 3600:02}:{s // 60 % 60:02}:00{offset};" for s in range(0, _DAY_S, step)]


def _parse_whole_cells(cells: list[str], joined: str, limit: int) -> tuple[list[Value], int] | None:
    """Short whole numbers and blanks."""
    longest = max(map(len, cells))
    if joined and not (joined.isdigit() and joined.isascii() and longest <= SHORT):
        return None
    values: list[Value]
    values = [int(cell) if cell else None for cell in cells] if "" in cells else [*map(int, cells)]
    if longest < len(str(limit)) or max(filter(None, values), default=0) <= limit:
        return values, 0
    return None


def _parse_decimal_cells(
    cells: list[str], joined: str, limit: int
) -> tuple[list[Value], int] | None:
    """Numbers as the careful reading takes them, one by one."""
    if joined.isdigit():
        return None
    try:
        return convert_numbers([parse_power_cell(cell, limit) for cell in cells])
    except BadInput:
        return None
