"""The curve of each delivery point over one civil year, made when asked for.

Lighting follows the sun exactly; a building follows a week, a season and a small noise, scaled to
its yearly energy. Ten-minute steps above 36 kVA, half-hours below, mean power in whole watts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import cycle, islice

from synergie.samples.draw import Draw
from synergie.samples.night import SAMPLE_S, lit_samples, load_paris_zone, year_bounds
from synergie.samples.territory import YEAR, Territory
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.units import STEP_SECONDS, Step

_NOISE = 4093
_MONTHS = (1.5, 1.4, 1.2, 1.0, 0.8, 0.7, 0.55, 0.6, 0.8, 1.0, 1.25, 1.45)
_NIGHT, _EDGE, _DAY, _WEEKEND = 0.35, 0.7, 1.0, 0.45


@dataclass(frozen=True, slots=True)
class YearCurve:
    """One year of mean power of one delivery point; value i covers the step at start + i·step."""

    supply_point: str
    """Key of the delivery point. Example: `prm:99544301000007`."""
    start: datetime
    """Start of the first step: the local New Year, UTC."""
    step: Step
    """Length of each step."""
    values: list[int]
    """Mean power, W, one a step."""

    def kwh(self) -> float:
        """Energy of the year, kWh."""
        return sum(self.values) * STEP_SECONDS[self.step] / 3_600_000


def step_of(point: SupplyPointRecord) -> Step:
    """The step at which the grid operator publishes: 10 minutes above 36 kVA, else half-hours."""
    return "PT30M" if point.market_segment == "C5" else "PT10M"


@dataclass(frozen=True, slots=True)
class LightingLoad:
    """What a lighting delivery point feeds: its power, and whether its hours can be set."""

    power_w: int
    """Power of all light points, W."""
    programmable: bool
    """Whether the cabinet can be off for part of the night."""


def lighting_loads(whole: Territory) -> dict[str, LightingLoad]:
    """The load of each lighting delivery point, by its key."""
    powers = whole.cabinet_power_w()
    return {
        cabinet.supply_point: LightingLoad(powers[cabinet.external_id], bool(cabinet.programmable))
        for cabinet in whole.cabinets
        if cabinet.supply_point is not None
    }


def year_curves(
    whole: Territory, owner: str, *, year: int = YEAR, part_night: bool = False
) -> Iterator[YearCurve]:
    """The curve of each delivery point that *owner* holds, one at a time, in their order.

    *part_night*: programmable cabinets are off from 00:00 to 05:30, as since May 2022; else every
    light burns all night, the reference of 2021.
    """
    loads = lighting_loads(whole)
    for point in whole.holding(owner).supply_points:
        load = loads.get(point.external_id)
        if load is None:
            yield building_curve(point, seed=whole.seed, year=year)
        else:
            yield lighting_curve(point, load, year=year, part_night=part_night)


def lighting_curve(
    point: SupplyPointRecord, load: LightingLoad, *, year: int = YEAR, part_night: bool = False
) -> YearCurve:
    """The curve of a lighting cabinet: its power for the lit part of each step."""
    step = step_of(point)
    n = STEP_SECONDS[step] // SAMPLE_S
    off = part_night and load.programmable
    levels = [(load.power_w * lit + n // 2) // n for lit in range(n + 1)]
    values = [levels[lit] for lit in lit_samples(year, STEP_SECONDS[step], part_night=off)]
    return YearCurve(point.external_id, year_bounds(year)[0], step, values)


def building_curve(point: SupplyPointRecord, *, seed: int, year: int = YEAR) -> YearCurve:
    """The curve of a building, scaled to its `annual_kwh` (to a few thousandths)."""
    step = step_of(point)
    seconds = STEP_SECONDS[step]
    shape = _compute_year_shape(year, seconds)
    noise = _iterate_noise(seed, point.code, len(shape))
    scale = (point.annual_kwh or 0) * 3_600_000 / seconds / sum(shape)
    values = [
        int(scale * weight * ripple + 0.5) for weight, ripple in zip(shape, noise, strict=True)
    ]
    return YearCurve(point.external_id, year_bounds(year)[0], step, values)


@lru_cache(maxsize=8)
def _compute_year_shape(year: int, seconds: int) -> tuple[float, ...]:
    """Relative load of each step: season, day of the week, hour of the day (local)."""
    (start, end), tz = year_bounds(year), load_paris_zone()
    count = int((end - start).total_seconds()) // seconds
    moments = ((start + timedelta(seconds=seconds * i)).astimezone(tz) for i in range(count))
    return tuple(_MONTHS[moment.month - 1] * _compute_building_use(moment) for moment in moments)


def _compute_building_use(moment: datetime) -> float:
    """Relative use at a local time: offices and schools, closed at night and on week-ends."""
    if moment.hour < 6 or moment.hour >= 21:  # noqa: PLR2004 (hours of the day)
        return _NIGHT
    if moment.weekday() >= 5:  # noqa: PLR2004 (Saturday)
        return _WEEKEND
    return _DAY if 8 <= moment.hour < 18 else _EDGE  # noqa: PLR2004 (hours of the day)


def _iterate_noise(seed: int, code: str, count: int) -> Iterator[float]:
    """*count* factors of mean near 1: one table for all, each point starts elsewhere in it."""
    table = _draw_noise_table(seed)
    offset = Draw(seed, f"{code} noise").draw_integer(0, _NOISE - 1)
    return islice(cycle(table[offset:] + table[:offset]), count)


@lru_cache(maxsize=8)
def _draw_noise_table(seed: int) -> tuple[float, ...]:
    draw = Draw(seed, "noise")
    return tuple(draw.between(0.92, 1.08) for _ in range(_NOISE))
