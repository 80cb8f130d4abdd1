"""A lighting cabinet without a curve: burn hours from the sun and the schedule, as a load.

The equations are those of `calendar.altitude`, for all steps at once; a test holds them equal.
"""

from datetime import UTC, date, datetime
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from synergie.calendar import day_bounds, load_time_zone
from synergie.energy.plan.power._clock import DAY_S, Floats, Grid, local_seconds, parse_day_minutes
from synergie.energy.plan.power.curves import Curve, Reading, compute_curve_load, year_before
from synergie.energy.records.power import DimmedSpan, LightingUse, PowerLoad
from synergie.errors import BadInput

SAMPLE_S = 300
"""Seconds between two looks at the sun (domain.md §6.1)."""

_J2000 = datetime(2000, 1, 1, 12, tzinfo=UTC)
_CENTURY_S = 36_525 * DAY_S
_DAY_MIN = 1440


def burn_load(
    use: LightingUse, ends: date, reading: Reading | None = None, *, zone_name: str = "Europe/Paris"
) -> PowerLoad:
    """The twelve months before the civil day *ends* of a cabinet: energy by class, reached power.

    `Reading.stepped` for one above 36 kVA. BadInput: no power is installed.
    """
    if not use.installed_w:
        raise BadInput("/installed_w", 0, "the power of the lamps, W")
    found = compute_curve_load(
        burn_curve(use, year_before(ends), ends, zone_name=zone_name), reading
    )
    return found.model_copy(update={"source": "burn_hours"})


def burn_curve(
    use: LightingUse, starts: date, ends: date, *, zone_name: str = "Europe/Paris"
) -> Curve:
    """The power of a cabinet every five minutes of the civil days [starts, ends), W."""
    grid = _build_burn_grid(starts, ends, zone_name)
    lit = _compute_lit_steps(grid, use.longitude, use.latitude, use.lit_below_deg)
    share = _compute_dimmed_shares(grid, use.dimmed)
    watts = np.where(lit, use.installed_w * share, 0.0)
    return Curve(grid.start, SAMPLE_S, watts, zone_name)


def burn_hours(use: LightingUse, starts: date, ends: date) -> float:
    """Hours at full power that give the same energy: 4,109 in 2025 at Pompey, all night."""
    curve = burn_curve(use.model_copy(update={"installed_w": 1000}), starts, ends)
    return float(curve.watts.sum()) * SAMPLE_S / 3_600_000


def _build_burn_grid(starts: date, ends: date, zone_name: str) -> Grid:
    tz = load_time_zone(zone_name)
    first, last = day_bounds(starts, tz)[0], day_bounds(ends, tz)[0]
    return Grid(first, SAMPLE_S, int((last - first).total_seconds()) // SAMPLE_S, zone_name)


@lru_cache(maxsize=16)
def _compute_lit_steps(
    grid: Grid, longitude: float, latitude: float, below: float
) -> NDArray[np.bool_]:
    """Whether lamps are lit at the start of each step; kept, for cabinets share their sun."""
    return compute_sun_altitudes(grid, longitude, latitude) < below


def compute_sun_altitudes(grid: Grid, longitude: float, latitude: float) -> Floats:
    """Altitude of the sun at the start of each step, degrees (NOAA; see `calendar.altitude`)."""
    seconds = grid.step_s * np.arange(grid.steps, dtype=np.float64)
    declination, equation_min = _sun_of(grid)
    start = grid.start.astimezone(UTC)
    since_midnight = start.hour * 60 + start.minute + start.second / 60
    minute = (since_midnight + seconds / 60) % _DAY_MIN
    hour_angle = np.radians((minute + equation_min + 4 * longitude) / 4 - 180)
    north = np.radians(latitude)
    height = np.sin(north) * np.sin(declination)
    height += np.cos(north) * np.cos(declination) * np.cos(hour_angle)
    found: Floats = np.degrees(np.arcsin(height))
    return found


@lru_cache(maxsize=2)
def _sun_of(grid: Grid) -> tuple[Floats, Floats]:
    """Where the sun is at each step, whatever the place: kept, for a year is looked at often."""
    seconds = grid.step_s * np.arange(grid.steps, dtype=np.float64)
    return _compute_sun_position(((grid.start - _J2000).total_seconds() + seconds) / _CENTURY_S)


def _compute_sun_position(t: Floats) -> tuple[Floats, Floats]:
    """Declination (radians) and equation of time (minutes) at *t* Julian centuries from J2000."""
    mean_longitude = np.radians(280.46646 + t * (36000.76983 + 0.0003032 * t))
    anomaly = np.radians(357.52911 + t * (35999.05029 - 0.0001537 * t))
    eccentricity = 0.016708634 - 0.000042037 * t
    centre = np.sin(anomaly) * (1.914602 - 0.004817 * t)
    centre += 0.019993 * np.sin(2 * anomaly) + 0.000289 * np.sin(3 * anomaly)
    node = np.radians(125.04 - 1934.136 * t)
    apparent = mean_longitude + np.radians(centre - 0.00569 - 0.00478 * np.sin(node))
    obliquity = np.radians(23.43929 - 0.0130042 * t)
    y = np.tan(obliquity / 2) ** 2
    equation = y * np.sin(2 * mean_longitude) - 2 * eccentricity * np.sin(anomaly)
    equation += 4 * eccentricity * y * np.sin(anomaly) * np.cos(2 * mean_longitude)
    equation -= y * y / 2 * np.sin(4 * mean_longitude)
    equation -= 1.25 * eccentricity**2 * np.sin(2 * anomaly)
    return np.arcsin(np.sin(obliquity) * np.sin(apparent)), 4 * np.degrees(equation)


def _compute_dimmed_shares(grid: Grid, dimmed: tuple[DimmedSpan, ...]) -> Floats:
    """Share of the power that the schedule leaves at the start of each step."""
    minute = local_seconds(grid) % DAY_S // 60
    of_day = np.ones(_DAY_MIN)
    for span in dimmed:
        starts, ends = parse_day_minutes(span.starts), parse_day_minutes(span.ends)
        inside = np.arange(_DAY_MIN)
        held = (inside >= starts) & (inside < ends)
        if starts >= ends:
            held = (inside >= starts) | (inside < ends)
        of_day[held] = np.minimum(of_day[held], span.share)
    return of_day[minute]
