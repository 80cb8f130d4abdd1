"""The steps of the curve that the adversary plays with, and the periods that it is told by."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from synergie.schemas.trust.agreement import Granularity

BEGIN = datetime(2026, 11, 30, 23, tzinfo=UTC)
"""Midnight of the first of December in Paris."""
DAY, QUARTER, HOUR = timedelta(days=1), timedelta(hours=6), timedelta(hours=1)
DAYS = 62
ACTIVE = (30, 31, 32)
"""The days whose quarters are told one by one: the last of December, the first two of January."""
MONTHS = ((0, 31), (31, 62))
CODE = "99000000000017"


class Slot(NamedTuple):
    """A step of the curve: its day, and the quarter of it; None: the whole day."""

    day: int
    quarter: int | None

    @property
    def start(self) -> datetime:
        """UTC."""
        return BEGIN + self.day * DAY + (self.quarter or 0) * QUARTER

    @property
    def end(self) -> datetime:
        """UTC."""
        return self.start + (DAY if self.quarter is None else QUARTER)


class Reading(NamedTuple):
    """One version of the value of a slot."""

    slot: Slot
    version: int


SLOTS = tuple(
    Slot(day, quarter)
    for day in range(DAYS)
    for quarter in (range(4) if day in ACTIVE else (None,))
)


class Period(NamedTuple):
    """A civil period: half-open days; None of the granularity of single steps."""

    granularity: str
    start: datetime
    end: datetime

    @property
    def slots(self) -> tuple[Slot, ...]:
        """All steps in it."""
        return _INSIDE[self]


def list_periods() -> Iterator[Period]:
    """Every step, day and month, the finest first."""
    yield from (Period("raw", slot.start, slot.end) for slot in SLOTS)
    yield from (Period("day", BEGIN + d * DAY, BEGIN + (d + 1) * DAY) for d in range(DAYS))
    yield from (Period("month", BEGIN + a * DAY, BEGIN + b * DAY) for a, b in MONTHS)


PERIODS = tuple(list_periods())
GRANULARITIES: tuple[Granularity, ...] = ("raw", "day", "month")
BEFORE = BEGIN - 40 * DAY
MONTH_STARTS = (BEFORE, BEFORE, BEGIN, BEGIN + 31 * DAY)
STARTS = (*MONTH_STARTS, *(Slot(day, k).start for day in ACTIVE for k in (0, 2)))
"""Where what an agreement opens may begin or end: whole months, and cut ones."""
_INSIDE = {
    period: tuple(s for s in SLOTS if period.start <= s.start and s.end <= period.end)
    for period in PERIODS
}


def period_at(granularity: str, start: datetime, place: int, step: Any) -> Period:
    if granularity == "month":
        a, b = next((a, b) for a, b in MONTHS[place:] if BEGIN + a * DAY >= start)
        return Period("month", BEGIN + a * DAY, BEGIN + b * DAY)
    length = HOUR if step == "PT1H" else DAY
    first = start + place * length
    return Period(granularity, first, first + (QUARTER if length == HOUR else DAY))
