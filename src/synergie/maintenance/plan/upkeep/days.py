"""Which days crews work: their week, public and school holidays, days off."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from synergie.calendar import load_time_zone
from synergie.calendar.holidays import is_school_holiday, public_holidays
from synergie.park.records.crew import Crew, CrewBook

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class WorkDays:
    """The days on which work may be done at all, from a Monday on."""

    monday: date
    days: tuple[date, ...]
    """In order, whoever works on them."""

    def of(self, crew: Crew) -> list[date]:
        """The days of one crew."""
        off = set(crew.days_off)
        return [d for d in self.days if d.isoweekday() in crew.weekdays and d not in off]

    def week_of(self, day: date) -> int:
        """The number of the week of *day*, from 1."""
        return (day - self.monday).days // 7 + 1


def work_days(book: CrewBook, monday: date, weeks: int) -> WorkDays:
    """The days of *weeks* from *monday* that are no public holiday, by the rule of school holidays.

    BadInput for a year whose school holidays are not published, when they matter.
    """
    last = monday + weeks * WEEK
    years = range(monday.year, last.year + 1)
    off = {day for year in years for day in public_holidays(year, book.holidays)}
    every = [monday + timedelta(days=n) for n in range(7 * weeks)]
    return WorkDays(monday, tuple(d for d in _by_school(book, every) if d not in off))


def _by_school(book: CrewBook, days: Sequence[date]) -> Iterator[date]:
    if book.school_zone is None or book.school_work == "any" or not days:
        yield from days
        return
    wanted = book.school_work == "only_holidays"
    yield from (day for day in days if is_school_holiday(book.school_zone, day) == wanted)


def net_hours(crew: Crew) -> Decimal:
    """Hours of a day of *crew* between departure and return, less the break."""
    minutes = minute_of(crew.ends_at) - minute_of(crew.starts_at) - crew.break_minutes
    return max(Decimal(0), Decimal(minutes) / 60)


def minute_of(clock: str) -> int:
    """Minutes since midnight of `07:30`."""
    hour, minute = clock.split(":")
    return 60 * int(hour) + int(minute)


def convert_civil_time(day: date, clock: str, book: CrewBook) -> datetime:
    """The moment of a civil time of *day*, in the zone of the book."""
    hour, minute = map(int, clock.split(":"))
    return datetime(
        day.year, day.month, day.day, hour, minute, tzinfo=load_time_zone(book.time_zone)
    )
