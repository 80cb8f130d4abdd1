"""Civil periods (half-hours to years) as UTC intervals, and naive local labels resolved to UTC.

The standard library silently takes the first of the two 02:30 of October, and moves the 02:30
that March does not have; nothing else in the house may build a local time by hand.
"""

from calendar import monthrange
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from synergie.errors import BadInput

type Verdict = Literal["ok", "nonexistent", "ambiguous"]
type Bucket = Literal["half_hour", "hour", "day", "month", "year"]
"""The civil periods, shortest first. Half-hours and hours are counted from local midnight: each
lies in one day, and a day of a clock change has 46 or 50 half-hours."""

BUCKET_SECONDS: dict[Bucket, int] = {"half_hour": 1800, "hour": 3600}
"""Seconds of the periods that are shorter than a day."""

_MIDNIGHT = datetime.min.time()


def load_time_zone(name: str) -> ZoneInfo:
    """The zone of the IANA database; BadInput when there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadInput("/time_zone", name, "a zone of the IANA time zone database") from error


def _compute_midnight(day: date, tz: ZoneInfo) -> datetime:
    return datetime.combine(day, _MIDNIGHT, tz).astimezone(UTC)


@lru_cache(maxsize=8192)
def day_bounds(day: date, tz: ZoneInfo) -> tuple[datetime, datetime]:
    """Start and end of the civil *day*, UTC, half-open; 23, 24 or 25 hours apart."""
    return _compute_midnight(day, tz), _compute_midnight(day + timedelta(days=1), tz)


def month_bounds(day: date, tz: ZoneInfo) -> tuple[datetime, datetime]:
    """Start and end of the civil month that holds *day*, UTC, half-open."""
    first = day.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    return _compute_midnight(first, tz), _compute_midnight(after, tz)


def day_of(moment: datetime, tz: ZoneInfo) -> date:
    """The civil day that holds *moment* (aware)."""
    return moment.astimezone(tz).date()


def add_months(day: date, months: int) -> date:
    """The same day so many months on, or the last one of that month."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def civil_days(start: datetime, end: datetime, tz: ZoneInfo) -> Iterator[date]:
    """The civil days that [start, end) touches, in order; none when the interval is empty."""
    day = day_of(start, tz)
    while day_bounds(day, tz)[0] < end:
        yield day
        day += timedelta(days=1)


def steps_in_day(day: date, step_s: int, tz: ZoneInfo) -> int:
    """How many steps of *step_s* seconds the civil *day* has: 46, 48 or 50 half-hours."""
    start, end = day_bounds(day, tz)
    return int((end - start).total_seconds()) // step_s


def year_bounds(day: date, tz: ZoneInfo) -> tuple[datetime, datetime]:
    """Start and end of the civil year that holds *day*, UTC, half-open."""
    return _compute_midnight(date(day.year, 1, 1), tz), _compute_midnight(
        date(day.year + 1, 1, 1), tz
    )


def _compute_bucket_bounds(
    moment: datetime, bucket: Bucket, bounds: tuple[datetime, datetime]
) -> tuple[datetime, datetime]:
    """The half-hour or hour that holds *moment*, of the day between *bounds*.

    The last one ends with the day: where clocks change by half an hour (Lord Howe), an hour of
    that day is cut.
    """
    width = timedelta(seconds=BUCKET_SECONDS[bucket])
    start = bounds[0] + (moment - bounds[0]) // width * width
    return start, min(start + width, bounds[1])


def period_bounds(moment: datetime, bucket: Bucket, tz: ZoneInfo) -> tuple[datetime, datetime]:
    """Start and end of the civil period that holds *moment* (aware), UTC, half-open."""
    day = day_of(moment, tz)
    match bucket:
        case "day":
            return day_bounds(day, tz)
        case "month":
            return month_bounds(day, tz)
        case "year":
            return year_bounds(day, tz)
        case _:
            return _compute_bucket_bounds(moment.astimezone(UTC), bucket, day_bounds(day, tz))


def floor_period(moment: datetime, bucket: Bucket, tz: ZoneInfo) -> datetime:
    """Start of the civil period that holds *moment*, UTC."""
    return period_bounds(moment, bucket, tz)[0]


def ceil_period(moment: datetime, bucket: Bucket, tz: ZoneInfo) -> datetime:
    """The first start of a civil period at or after *moment*, UTC."""
    start, end = period_bounds(moment, bucket, tz)
    return start if start == moment else end


def resolve_labels(
    labels: Sequence[datetime], tz: ZoneInfo
) -> list[tuple[datetime | None, Verdict]]:
    """UTC of naive local *labels* of one series, in file order, each with its verdict.

    The two 02:00 hours of October are told apart by order; a lone one is ambiguous; a label in
    the hour that March skips does not exist. Neither is ever guessed.
    """
    total, seen = Counter(labels), Counter[datetime]()
    out: list[tuple[datetime | None, Verdict]] = []
    for label in labels:
        out.append(_resolve_label(label, total[label], seen[label], tz))
        seen[label] += 1
    return out


def _resolve_label(
    label: datetime, times: int, before: int, tz: ZoneInfo
) -> tuple[datetime | None, Verdict]:
    first, second = (label.replace(tzinfo=tz, fold=fold) for fold in (0, 1))
    early, late = first.utcoffset(), second.utcoffset()
    if early == late:
        return first.astimezone(UTC), "ok"
    if early is None or late is None or early < late:
        return None, "nonexistent"
    if times != 2:  # noqa: PLR2004 (the repeated hour is there twice)
        return None, "ambiguous"
    return (second if before else first).astimezone(UTC), "ok"
