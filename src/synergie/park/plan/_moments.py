"""Times of work orders, of which some are days only."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from synergie.calendar import day_bounds

type Told = datetime | date


def convert_to_instant(told: Told, tz: ZoneInfo) -> datetime:
    """The moment, UTC; the start of the day when only that is told."""
    if isinstance(told, datetime):
        return told.astimezone(UTC)
    return day_bounds(told, tz)[0]


def convert_to_day(told: Told, tz: ZoneInfo) -> date:
    """The civil day."""
    return told.astimezone(tz).date() if isinstance(told, datetime) else told


def is_before(one: Told, other: Told, tz: ZoneInfo) -> bool:
    """Whether *one* is before *other*; days are compared where one of them is a day only."""
    if isinstance(one, datetime) and isinstance(other, datetime):
        return one < other
    return convert_to_day(one, tz) < convert_to_day(other, tz)
