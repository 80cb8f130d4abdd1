"""Hours of light a year at a place: the sun, and the night profile that a light point follows.

Dimming lowers the energy, not the hours: only ranges of kind `EX` (EclExt) take hours away.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from math import inf
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from synergie.calendar import day_bounds, load_time_zone
from synergie.energy.plan.power.burn import SAMPLE_S, burn_curve
from synergie.energy.records.power import LightingUse
from synergie.schemas.assets.location import Location
from synergie.schemas.assets.night_profile import (
    DimmingRange,
    EclExtTime,
    NightProfile,
    parse_eclext_time,
)

type Seconds = NDArray[np.float64]
"""One moment a night, seconds since 1970 UTC."""

SWITCH_OFF: tuple[EclExtTime, EclExtTime] = ("00:00HL", "05:30HL")
"""Hours without light of a point that is off for part of the night, where no profile says which:
[assumed] as most streets of the Bassin de Pompey since May 2022."""
CELL_DEG = 0.1
"""Places are rounded to this for the sun: less than 2 h a year in France."""

_HORIZON_DEG = -0.833
"""Altitude of the sun's centre when its upper edge rises or sets, degrees."""
_DAY_S, _NOON_S = 86_400, 43_200
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class NightHours:
    """When lamps are lit: the sun, the profiles known by name, and what is assumed without one."""

    profiles: Mapping[str, NightProfile] = field(default_factory=dict)
    """Night profiles by name (EclExt nomProfil)."""
    ranges: Mapping[str, DimmingRange] = field(default_factory=dict)
    """Dimming ranges by name (EclExt nomPlage)."""
    owners: Mapping[str, "NightHours"] = field(default_factory=dict)
    """Profiles and ranges of owners that name theirs alone; those above are of the others."""
    switch_off: tuple[EclExtTime, EclExtTime] = SWITCH_OFF
    """Hours without light where a point is off at night and no profile says when."""
    lit_below_deg: float = -3.0
    """Lamps are lit while the sun is lower, degrees (domain.md §6.1)."""
    zone_name: str = "Europe/Paris"
    """Zone of civil days and local times."""


@dataclass(frozen=True, slots=True)
class Course:
    """The course of a night: when light goes on and off, and the spans without light."""

    on_at: EclExtTime | None = None
    """When light goes on. None: with the sun."""
    off_at: EclExtTime | None = None
    """When light goes off. None: with the sun."""
    off_spans: tuple[tuple[EclExtTime, EclExtTime], ...] = ()
    """Spans without light."""


ALL_NIGHT = Course()
"""Light from dusk to dawn."""


def find_night_course(
    profile: NightProfile, ranges: Mapping[str, DimmingRange], day: date
) -> Course:
    """The course that *profile* sets on *day*; ranges that are not known are passed over."""
    held = [ranges[name] for name in profile.ranges if name in ranges]
    spans = tuple(
        (one.start, one.end) for one in held if _is_off(one) and _is_range_valid(one, day)
    )
    return Course(profile.on_at, profile.off_at, spans)


def hours_of_year(place: Location, year: int, followed: Course, night: NightHours) -> float:
    """Hours of light in the civil *year* at *place*, by `energy.plan.power.burn_hours`."""
    cell = (round(place.longitude / CELL_DEG), round(place.latitude / CELL_DEG))
    sky = _Sky(cell, year, night.lit_below_deg, night.zone_name)
    return _compute_light_hours(sky, followed)


def _is_off(one: DimmingRange) -> bool:
    return one.quantity == "EX" or (one.quantity in ("F", "P") and one.value == 0)


def _is_range_valid(one: DimmingRange, day: date) -> bool:
    return (one.valid_from or date.min) <= day <= (one.valid_to or date.max)


class _Sky(NamedTuple):
    """Whose sun, and which year."""

    cell: tuple[int, int]
    year: int
    below: float
    zone_name: str


@dataclass(frozen=True, slots=True, eq=False)
class _Nights:
    """The nights that touch a civil year: one row a night, seconds since 1970 UTC."""

    noons: Seconds
    """UTC moment at which the local wall clock reads noon of the evening."""
    local: Seconds
    """The same noon as the wall clock counts it, as if it were UTC."""
    dusk: Seconds
    dawn: Seconds
    sunset: Seconds
    sunrise: Seconds


@lru_cache(maxsize=4096)
def _compute_light_hours(sky: _Sky, followed: Course) -> float:
    nights = _compute_nights(sky)
    on, off = nights.dusk, nights.dawn
    if followed.on_at is not None:
        on = _compute_switch_moments(nights, followed.on_at, sky.zone_name)
    if followed.off_at is not None:
        off = _compute_switch_moments(nights, followed.off_at, sky.zone_name)
    spans = [
        [_compute_switch_moments(nights, t, sky.zone_name) for t in one]
        for one in followed.off_spans
    ]
    first, last = (_new_year(year, sky.zone_name) for year in (sky.year, sky.year + 1))
    lit = _clip_span(np.stack([on, off]), first, last)
    dark = _sum_span_union([_clip_span(np.stack(one), lit[0], lit[1]) for one in spans])
    return float((np.maximum(lit[1] - lit[0], 0) - dark).sum()) / 3600


def _new_year(year: int, zone_name: str) -> float:
    return _convert_to_epoch_seconds(day_bounds(date(year, 1, 1), load_time_zone(zone_name))[0])


def _clip_span(span: Seconds, low: Seconds | float, high: Seconds | float) -> Seconds:
    found: Seconds = np.clip(span, low, np.maximum(low, high))
    return found


def _sum_span_union(spans: Sequence[Seconds]) -> Seconds | float:
    """Seconds of each night that one of *spans* covers at least."""
    if not spans:
        return 0.0
    rows = np.stack(spans)
    order = np.argsort(rows[:, 0], axis=0)
    starts = np.take_along_axis(rows[:, 0], order, 0)
    ends = np.maximum.accumulate(np.take_along_axis(rows[:, 1], order, 0), axis=0)
    before = np.vstack([np.full_like(starts[:1], -inf), ends[:-1]])
    covered: Seconds = np.maximum(ends - np.maximum(starts, before), 0).sum(axis=0)
    return covered


def _compute_switch_moments(nights: _Nights, told: EclExtTime, zone_name: str) -> Seconds:
    """When *told* is in each night, seconds since 1970 UTC."""
    mark, value = parse_eclext_time(told)
    if mark == "CS":
        return nights.sunset + 60 * value
    if mark == "LS":
        return nights.sunrise + 60 * value
    if mark == "MN":
        return (nights.sunset + nights.sunrise) / 2 + 60 * value
    if mark == "TU":
        return nights.noons + (60 * value - nights.noons) % _DAY_S
    wall = nights.local + (60 * value - _NOON_S) % _DAY_S
    return _convert_to_utc(wall, zone_name)


def _convert_to_utc(wall: Seconds, zone_name: str) -> Seconds:
    """UTC of wall-clock seconds; the first of two, and past the gap where there is none."""
    tz = load_time_zone(zone_name)
    naive = (_EPOCH.replace(tzinfo=tz) + timedelta(seconds=float(one)) for one in wall)
    return np.array([_convert_to_epoch_seconds(one) for one in naive])


def _convert_to_epoch_seconds(moment: datetime) -> float:
    return (moment.astimezone(UTC) - _EPOCH).total_seconds()


@lru_cache(maxsize=512)
def _compute_nights(sky: _Sky) -> _Nights:
    starts, ends = date(sky.year - 1, 12, 31), date(sky.year + 1, 1, 1)
    days = [starts + timedelta(days=i) for i in range((ends - starts).days)]
    local = np.array([(day - _EPOCH.date()).days * _DAY_S + _NOON_S for day in days], np.float64)
    noons = _convert_to_utc(local, sky.zone_name)
    dusk, dawn = _compute_dark_spans(sky, noons, sky.below)
    sunset, sunrise = _compute_dark_spans(sky, noons, _HORIZON_DEG)
    return _Nights(noons, local, dusk, dawn, sunset, sunrise)


def _compute_dark_spans(sky: _Sky, noons: Seconds, below: float) -> tuple[Seconds, Seconds]:
    """First and last moment of each night with the sun lower than *below*, at five minutes."""
    moments, is_dark = _sample_darkness(sky, below)
    row = np.searchsorted(noons, moments, side="right") - 1
    dark = is_dark & (row >= 0)
    begins, stops = np.full(len(noons), inf), np.full(len(noons), -inf)
    np.minimum.at(begins, row[dark], moments[dark])
    np.maximum.at(stops, row[dark], moments[dark] + SAMPLE_S)
    none = stops < begins
    return np.where(none, noons, begins), np.where(none, noons, stops)


def _sample_darkness(sky: _Sky, below: float) -> tuple[Seconds, NDArray[np.bool_]]:
    """Every five minutes of the year and the nights on its edges: when, and whether it is dark."""
    use = LightingUse(
        installed_w=1,
        longitude=sky.cell[0] * CELL_DEG,
        latitude=sky.cell[1] * CELL_DEG,
        lit_below_deg=below,
    )
    starts, ends = date(sky.year - 1, 12, 31), date(sky.year + 1, 1, 2)
    curve = burn_curve(use, starts, ends, zone_name=sky.zone_name)
    moments = _convert_to_epoch_seconds(curve.start) + SAMPLE_S * np.arange(
        len(curve.watts), dtype=np.float64
    )
    return moments, curve.watts > 0
