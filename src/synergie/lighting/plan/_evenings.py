"""What a schedule leaves of the light, evening by evening, without the sun.

A night goes from local noon to local noon and bears the date of its evening. Evenings on which the
same spans hold are alike; each kind is one row of a table of five-minute parts of the night.
"""

from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from synergie.energy.plan.power.clock import parse_day_minutes
from synergie.errors import BadInput
from synergie.lighting.plan.measured import Floats, Places
from synergie.lighting.records.schedule import LightingSchedule, MonthDay, ScheduleSpan

PART_MIN = 5
"""Minutes of a part."""
DAY_MIN = 1440
NOON_MIN = 720

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LEAP = 2024
_AFTER = "a time after on_at, the night going from noon to noon"


class Evenings(NamedTuple):
    """The evenings of a stretch of days under one schedule."""

    kind: Places
    """Kind of each evening, a row of the tables."""
    lit: Floats
    """(kinds, parts): share of each part of the night with any light."""
    light: Floats
    """(kinds, parts): light as a share of full light, mean of the part."""
    power: Floats
    """(kinds, parts): power as a share of full power, mean of the part."""


def build_evening_table(schedule: LightingSchedule, first: date, days: int) -> Evenings:
    """The *days* evenings from *first* on. BadInput: see `sound`."""
    check_schedule_dates(schedule)
    held = [tuple(_list_evening_spans(schedule, first + timedelta(days=n))) for n in range(days)]
    kinds = {one: n for n, one in enumerate(dict.fromkeys(held))}
    tables = np.stack([_build_night_profile(schedule, spans) for spans in kinds])
    parts = tables.reshape(len(kinds), 3, -1, PART_MIN).mean(axis=3)
    places = np.fromiter((kinds[one] for one in held), np.int32, days)
    return Evenings(places, *(np.ascontiguousarray(parts[:, n]) for n in range(3)))


def check_schedule_dates(schedule: LightingSchedule) -> None:
    """BadInput for a day that no year has, or a clock that is off before it is on."""
    for n, span in enumerate(schedule.spans):
        for name, told in (("from_day", span.from_day), ("to_day", span.to_day)):
            if told is not None and not _is_day(told):
                raise BadInput(f"/spans/{n}/{name}", told, "a day of the calendar, MM-DD")
    on, off = schedule.on_at, schedule.off_at
    if on is not None and off is not None and _of_night(on) >= _of_night(off):
        raise BadInput("/off_at", off, _AFTER)


def _is_day(told: MonthDay) -> bool:
    try:
        date(_LEAP, int(told[:2]), int(told[3:]))
    except ValueError:
        return False
    return True


def _list_evening_spans(schedule: LightingSchedule, evening: date) -> list[int]:
    """Places of the spans that hold on the night that begins on *evening*."""
    return [n for n, span in enumerate(schedule.spans) if is_span_in_force(span, evening)]


def is_span_in_force(span: ScheduleSpan, evening: date) -> bool:
    """Whether *span* holds on the night that begins on *evening*; the last day is included."""
    if span.evenings and _WEEKDAYS[evening.weekday()] not in span.evenings:
        return False
    day = f"{evening:%m-%d}"
    first, last = span.from_day or "01-01", span.to_day or "12-31"
    if first <= last:
        return first <= day <= last
    return day >= first or day <= last


def _build_night_profile(schedule: LightingSchedule, spans: tuple[int, ...]) -> Floats:
    """(3, 1440): any light, light and power of each minute from noon on; the darkest holds."""
    told = np.ones((3, DAY_MIN))
    for n in spans:
        span = schedule.spans[n]
        mine = np.array(compute_span_shares(span))
        inside = _mark_span_minutes(_of_night(span.starts), _of_night(span.ends))
        darker = inside & ((mine[1] < told[1]) | ((mine[1] == told[1]) & (mine[2] < told[2])))
        told[:, darker] = mine[:, None]
    if schedule.on_at is not None:
        told[:, : _of_night(schedule.on_at)] = 0.0
    if schedule.off_at is not None:
        told[:, _of_night(schedule.off_at) :] = 0.0
    return told


def compute_span_shares(span: ScheduleSpan) -> tuple[float, float, float]:
    """Share of the time with any light, light and power within *span*, presence expected."""
    seen = span.presence_share or 0.0
    power = span.light_share if span.power_share is None else span.power_share
    lit = 1.0 if span.light_share > 0 else seen
    return lit, span.light_share + seen * (1 - span.light_share), power + seen * (1 - power)


def _of_night(told: str) -> int:
    """Minutes since noon of a local time."""
    return (parse_day_minutes(told) - NOON_MIN) % DAY_MIN


def _mark_span_minutes(starts: int, ends: int) -> NDArray[np.bool_]:
    """Minutes of a night in [starts, ends); over noon when it ends first, all when they are one."""
    minute = np.arange(DAY_MIN)
    if starts < ends:
        return (minute >= starts) & (minute < ends)
    return (minute >= starts) | (minute < ends)
