"""A year under a schedule and a sun: hours, light, energy by time class, dark hours.

The sun is that of `energy.plan.power.burn`, looked at every five minutes from 1 January 00:00
local on
(domain.md §6.1); spans are local wall-clock time, exact on nights of a clock change, to the minute.
Places are rounded to a hundredth of a degree: 2.4 seconds of sun.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np

from synergie.calendar import load_time_zone, year_bounds
from synergie.energy.plan.power.burn import SAMPLE_S, compute_sun_altitudes
from synergie.energy.plan.power.clock import CLASSES, DAY_S, Grid, build_clock, local_seconds
from synergie.energy.records.power import OffPeakWindow
from synergie.lighting.plan._evenings import (
    PART_MIN,
    Evenings,
    build_evening_table,
    check_schedule_dates,
)
from synergie.lighting.plan.measured import Floats, Lit, Places
from synergie.lighting.records.schedule import LightingSchedule

__all__ = [
    "ASSUMED_WINDOWS",
    "Cell",
    "Night",
    "as_lit",
    "build_place_cell",
    "build_time_grid",
    "check_schedule_dates",
    "compute_night",
    "compute_nights",
    "compute_power_shares",
    "find_lighting_runs",
    "time_of",
]

ZONE = "Europe/Paris"
"""Whose local time schedules are told in."""
CELL = 100
"""Cells of a degree."""
ASSUMED_WINDOWS: tuple[OffPeakWindow, ...] = (OffPeakWindow(starts="22:00", ends="06:00"),)
"""Off-peak hours where a cabinet tells none: assumed, and to be said so."""
DARK_FROM, DARK_TO = 23, 5
"""Local hours between which dark hours are counted (domain.md §12.1)."""

_NOON_S = DAY_S // 2
_PART_S = PART_MIN * 60
_COLUMNS = 3 + len(CLASSES)
"""Any light, light, power by class, dark."""

_IN_HOUR = 3600 // SAMPLE_S
_BOW = 0.01
"""The sine of the sun's altitude is never further than this from its chord over an hour: its
second derivative is at most (2 pi / 24 h) squared, an eighth of it 0.0086."""

type Cell = tuple[int, int]
"""Longitude and latitude in hundredths of a degree."""


@dataclass(frozen=True, slots=True)
class Night:
    """A year under one schedule, one sun and the off-peak hours of one cabinet."""

    hours: float
    """Hours with any light."""
    light_hours: float
    """Hours at full light that give the same light."""
    power_hours: tuple[float, float, float, float]
    """Hours at full power that give the same energy, by time class (`measured.CLASSES`)."""
    dark_hours: float
    """Hours without light from 23:00 to 05:00 local while the sun is low enough to light."""


def build_place_cell(longitude: float, latitude: float) -> Cell:
    """The cell of a place, degrees."""
    return round(longitude * CELL), round(latitude * CELL)


def compute_night(
    schedule: LightingSchedule,
    place: Cell,
    year: int,
    windows: tuple[OffPeakWindow, ...] = ASSUMED_WINDOWS,
) -> Night:
    """The civil *year* at *place*. BadInput for a schedule that is not sound."""
    found = compute_nights(schedule, [place], year, windows or ASSUMED_WINDOWS)[0]
    hours, light, dark, *power = (float(one) for one in found)
    return Night(hours, light, (power[0], power[1], power[2], power[3]), dark)


def compute_nights(
    schedule: LightingSchedule,
    places: Sequence[Cell],
    year: int,
    windows: tuple[OffPeakWindow, ...],
) -> Floats:
    """The civil *year* at several *places*: (n, 7), hours of `Night` with power by class last."""
    sums = _compute_cumulative_sums(schedule, year, windows)
    found = np.empty((len(places), _COLUMNS))
    for n, place in enumerate(places):
        starts, ends = find_lighting_runs(place, year, schedule.lit_below_deg)
        found[n] = (sums[ends] - sums[starts]).sum(axis=0)
    found *= SAMPLE_S / 3600  # last, so that whole steps add up without rounding
    return np.maximum(found, 0.0)  # differences of sums: nothing may be -1e-13


def as_lit(found: Floats) -> Lit:
    """The columns of `nights` by their names."""
    return Lit(
        hours=found[:, 0], light_hours=found[:, 1], dark_hours=found[:, 2], power_hours=found[:, 3:]
    )


def build_time_grid(year: int) -> Grid:
    """The five-minute steps of the civil *year*."""
    first, last = year_bounds(date(year, 1, 1), load_time_zone(ZONE))
    return Grid(first, SAMPLE_S, int((last - first).total_seconds()) // SAMPLE_S, ZONE)


@lru_cache(maxsize=32_768)
def find_lighting_runs(place: Cell, year: int, below_deg: float) -> tuple[Places, Places]:
    """Steps at which lamps go on and off when they are lit while the sun is below *below_deg*.

    The sun is looked at each hour, and every five minutes where it may pass the threshold.
    """
    east, north = np.radians(place[0] / CELL), np.radians(place[1] / CELL)
    eye = np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)
    below, sun = np.sin(np.radians(below_deg)), _compute_sun_vectors(year)
    hourly = sum(part[:, 0] * one for part, one in zip(sun, eye, strict=True))
    after = np.append(hourly[1:], hourly[-1])
    may_pass = np.minimum(hourly, after) - _BOW < below
    may_pass &= below < np.maximum(hourly, after) + _BOW
    may_pass[-1] = True  # what comes after the year is not looked at
    lit = np.zeros(hourly.size * _IN_HOUR + 2, bool)
    by_hour = lit[1:-1].reshape(-1, _IN_HOUR)
    by_hour[:] = (hourly < below)[:, None]
    by_hour[may_pass] = (
        sum(part[may_pass] * one for part, one in zip(sun, eye, strict=True)) < below
    )
    change = np.flatnonzero(lit[1:] != lit[:-1]).astype(np.int32)
    return change[::2], change[1::2]


@lru_cache(maxsize=2)
def _compute_sun_vectors(year: int) -> tuple[Floats, Floats, Floats]:
    """Where the sun stands at each step, (hours, 12), as a unit vector tied to the Earth.

    Its altitude at three places gives it; its altitude anywhere is then a product of vectors.
    """
    steps = build_time_grid(year)
    told = (
        compute_sun_altitudes(steps, *place) for place in ((0.0, 0.0), (90.0, 0.0), (0.0, 90.0))
    )
    toward, sideways, up = (np.sin(np.radians(one)).reshape(-1, _IN_HOUR) for one in told)
    return toward, sideways, up


@dataclass(frozen=True, slots=True, eq=False)
class _Time:
    """What the steps of a year are on the clock."""

    evening: Places
    """Evening of each step, counted from the one before 1 January."""
    part: Places
    """Part of the night of each step."""
    hour: Places
    """Local hour, 0 to 23."""
    month: Places
    """Month, 0 to 11."""
    is_late: Floats
    """1 from 23:00 to 05:00."""


@lru_cache(maxsize=2)
def time_of(year: int) -> _Time:
    """The local time of the steps of *year*."""
    local = local_seconds(build_time_grid(year))
    since_noon = local - _NOON_S
    evening = since_noon // DAY_S
    hour = (local % DAY_S // 3600).astype(np.int32)
    months = (local // DAY_S).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return _Time(
        evening=(evening - evening[0]).astype(np.int32),
        part=(since_noon % DAY_S // _PART_S).astype(np.int32),
        hour=hour,
        month=(months % 12).astype(np.int32),
        is_late=((hour >= DARK_FROM) | (hour < DARK_TO)).astype(np.float64),
    )


@lru_cache(maxsize=256)
def _build_year_evenings(schedule: LightingSchedule, year: int) -> Evenings:
    """From the evening before 1 January on, for its night ends in the year."""
    return build_evening_table(schedule, date(year - 1, 12, 31), 367)


@lru_cache(maxsize=32)
def compute_power_shares(schedule: LightingSchedule, year: int) -> Floats:
    """Share of full power that *schedule* leaves at each step, whatever the sun."""
    return _spread_over_steps(_build_year_evenings(schedule, year), "power", year)


def _spread_over_steps(told: Evenings, what: str, year: int) -> Floats:
    time = time_of(year)
    table: Floats = getattr(told, what)
    found: Floats = table[told.kind[time.evening], time.part]
    return found


@lru_cache(maxsize=64)
def _compute_cumulative_sums(
    schedule: LightingSchedule, year: int, windows: tuple[OffPeakWindow, ...]
) -> Floats:
    """Steps of each column from the start of the year to each step, (steps + 1, 7)."""
    told = _build_year_evenings(schedule, year)
    any_light = _spread_over_steps(told, "lit", year)
    steps = np.empty((len(any_light), _COLUMNS))
    steps[:, 0] = any_light
    steps[:, 1] = _spread_over_steps(told, "light", year)
    steps[:, 2] = (1 - any_light) * time_of(year).is_late
    in_class = build_clock(build_time_grid(year), windows).seconds / SAMPLE_S
    np.multiply(in_class, compute_power_shares(schedule, year)[:, None], out=steps[:, 3:])
    found = np.zeros((len(steps) + 1, _COLUMNS))
    np.cumsum(steps, axis=0, out=found[1:])
    return found
