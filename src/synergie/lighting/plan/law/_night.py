"""Whether a schedule leaves a stretch of the night dark, every night of the year."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import get_args

from synergie.lighting.records.lit_area import Derogation
from synergie.lighting.records.schedule import LightingSchedule, ScheduleSpan, Weekday

DAY, NOON = 1440, 720
type Stretch = tuple[int, int]
"""Minutes since the noon before the night, half-open: 780 is 01:00, 1440 the noon after it."""
_WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday.__value__)
_LEAP = date(2024, 1, 1)


def is_dark(
    schedule: LightingSchedule, stretch: Stretch, derogation: Derogation | None = None
) -> bool:
    """Whether no light is planned within *stretch*, on any night that *derogation* does not name.

    Light on detection of presence is no planned light (article 2 lets it be adapted). Twilight is
    left aside: the whole stretch counts as night.
    """
    start, end = max(0, stretch[0]), min(DAY, stretch[1])
    if schedule.on_at is not None:
        start = max(start, count_night_minutes(parse_clock(schedule.on_at)))
    if schedule.off_at is not None:
        end = min(end, count_night_minutes(parse_clock(schedule.off_at)))
    if start >= end:
        return True
    dark = [span for span in schedule.spans if span.light_share == 0]
    return all(
        _is_covered(_list_dark_stretches(dark, evening), start, end)
        for evening in _iterate_test_evenings(dark, derogation)
        if derogation is None or not _is_within(evening[0], derogation.from_day, derogation.to_day)
    )


def parse_clock(clock: str) -> int:
    """Minutes since midnight."""
    hours, minutes = clock.split(":")[:2]
    return 60 * int(hours) + int(minutes)


def count_night_minutes(minute: int) -> int:
    """Minutes since noon of a minute of the day, so that a night is one stretch."""
    return (minute - NOON) % DAY


def _list_dark_stretches(
    spans: Sequence[ScheduleSpan], evening: tuple[str, Weekday]
) -> list[Stretch]:
    day, weekday = evening
    found: list[Stretch] = []
    for span in spans:
        if span.evenings and weekday not in span.evenings:
            continue
        if _is_within(day, span.from_day, span.to_day):
            start, end = (
                count_night_minutes(parse_clock(clock)) for clock in (span.starts, span.ends)
            )
            found.append((start, end if end > start else end + DAY))
    return sorted(found)


def _is_within(day: str, from_day: str | None, to_day: str | None) -> bool:
    first, last = from_day or "01-01", to_day or "12-31"
    return first <= day <= last if first <= last else day >= first or day <= last


def _is_covered(stretches: Sequence[Stretch], start: int, end: int) -> bool:
    for first, last in stretches:
        if first > start:
            break
        start = max(start, last)
    return start >= end


def _iterate_test_evenings(
    spans: Sequence[ScheduleSpan], derogation: Derogation | None
) -> Iterator[tuple[str, Weekday]]:
    """Evenings that stand for all: the days about each change, every day of the week."""
    days = {"01-01"}
    for one in (*spans, *(() if derogation is None else (derogation,))):
        for told in (one.from_day, one.to_day):
            if told is not None:
                days |= {_shift_month_day(told, by) for by in (-1, 0, 1)}
    yield from ((day, weekday) for day in sorted(days) for weekday in _WEEKDAYS)


def _shift_month_day(day: str, by: int) -> str:
    month, rest = day.split("-")
    found = min(int(rest), 29) if month == "02" else int(rest)
    last = 30 if month in {"04", "06", "09", "11"} else 31
    moved = _LEAP.replace(month=int(month), day=min(found, last)) + timedelta(days=by)
    return f"{moved:%m-%d}"
