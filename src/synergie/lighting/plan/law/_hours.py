"""Whether a schedule leaves the night dark from a legal hour on, every night of the year."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import get_args

from synergie.lighting.records.schedule import LightingSchedule, ScheduleSpan, Weekday

MORNING = 5 * 60
"""Minute of the local day until which it must stay dark: no text says when light may come back
before the morning, so that no more is asked."""
_DAY, _NOON = 1440, 720
_WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday.__value__)
_LEAP = date(2024, 1, 1)


def dark_from(schedule: LightingSchedule, minute: int) -> bool:
    """Whether no light is planned from *minute* of the local day until 05:00, on any night.

    Light on detection of presence is no planned light (article 2 lets it be adapted). Twilight is
    left aside.
    """
    start, end = _compute_night_minute(minute), _compute_night_minute(MORNING)
    if start >= end or (
        schedule.off_at is not None
        and _compute_night_minute(_parse_minute_of_day(schedule.off_at)) <= start
    ):
        return True
    dark = [span for span in schedule.spans if span.light_share == 0]
    return all(
        _is_interval_covered(_of_evening(dark, day), start, end)
        for day in _iterate_test_evenings(dark)
    )


def _of_evening(
    spans: Sequence[ScheduleSpan], evening: tuple[str, Weekday]
) -> Iterator[tuple[int, int]]:
    day, weekday = evening
    for span in spans:
        if span.evenings and weekday not in span.evenings:
            continue
        first, last = span.from_day or "01-01", span.to_day or "12-31"
        within = first <= day <= last if first <= last else day >= first or day <= last
        if within:
            start, end = (
                _compute_night_minute(_parse_minute_of_day(span.starts)),
                _compute_night_minute(_parse_minute_of_day(span.ends)),
            )
            yield start, end if end > start else end + _DAY


def _is_interval_covered(spans: Iterator[tuple[int, int]], start: int, end: int) -> bool:
    for first, last in sorted(spans):
        if first > start:
            break
        start = max(start, last)
    return start >= end


def _iterate_test_evenings(spans: Sequence[ScheduleSpan]) -> Iterator[tuple[str, Weekday]]:
    """Evenings that stand for all: the days about each change, every day of the week."""
    days = {"01-01"}
    for span in spans:
        for told in (span.from_day, span.to_day):
            if told is not None:
                days |= {_shift_month_day(told, by) for by in (-1, 0, 1)}
    yield from ((day, weekday) for day in sorted(days) for weekday in _WEEKDAYS)


def _shift_month_day(day: str, by: int) -> str:
    month, rest = day.split("-")
    found = min(int(rest), 29) if month == "02" else int(rest)
    last = 30 if month in {"04", "06", "09", "11"} else 31
    moved = _LEAP.replace(month=int(month), day=min(found, last)) + timedelta(days=by)
    return f"{moved:%m-%d}"


def _parse_minute_of_day(clock: str) -> int:
    hours, minutes = clock.split(":")[:2]
    return 60 * int(hours) + int(minutes)


def _compute_night_minute(minute: int) -> int:
    """Minutes since noon, so that a night is one stretch."""
    return (minute - _NOON) % _DAY
