"""A curve cut into nights, from local noon to local noon, with the sun at each of its steps.

Gaps stay gaps. A night of a clock change has 23 or 25 hours; steps are counted in UTC and only the
schedule reads the local clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from synergie.calendar import day_of, load_time_zone
from synergie.energy.plan.power.burn import compute_sun_altitudes
from synergie.energy.plan.power.clock import DAY_S, Floats, Grid, Ints, local_seconds
from synergie.errors import BadInput

type Bools = NDArray[np.bool_]

HOUR_S = 3600
"""The longest step that tells when lamps are switched."""
_NOON = time(12)


@dataclass(frozen=True, slots=True, eq=False)
class NightGrid:
    """The nights of equal steps at a place: kept, for many cabinets share it."""

    first: date
    """The local day at whose noon the first night begins."""
    step_min: float
    """Minutes of each step."""
    bounds: Ints
    """Where each night begins among the steps; the last one is where the last night ends."""
    night: Ints
    """The night of each step, counted from 0."""
    minute: Ints
    """Local minute of the day at the start of each step."""
    low: Floats
    """The lower altitude of the sun at the two ends of each step, degrees."""
    high: Floats
    """The higher one."""
    evening: Bools
    """Whether the sun goes down during the step."""

    @property
    def nights(self) -> int:
        """How many nights."""
        return len(self.bounds) - 1

    def find_day(self, night: int) -> date:
        """The local day on whose evening *night* begins."""
        return self.first + timedelta(days=night)


@dataclass(frozen=True, slots=True, eq=False)
class Nights:
    """What a supply point drew, night after night."""

    grid: NightGrid
    watts: Floats
    """Mean power of each step, W; NaN where it was not measured."""

    def take(self, nights: int) -> "Nights":
        """The first so many *nights* of it."""
        grid, steps = self.grid, int(self.grid.bounds[nights])
        head = replace(
            grid,
            bounds=grid.bounds[: nights + 1],
            night=grid.night[:steps],
            minute=grid.minute[:steps],
            low=grid.low[:steps],
            high=grid.high[:steps],
            evening=grid.evening[:steps],
        )
        return Nights(head, self.watts[:steps])


def cut_nights(
    start: datetime,
    step_s: int,
    watts: Floats | Sequence[float | None],
    *,
    place: tuple[float, float],
    zone: str = "Europe/Paris",
) -> Nights:
    """The whole nights of a curve at *place* (longitude, latitude); what is before and after goes.

    BadInput: a step over an hour or not of whole minutes, or no whole night.
    """
    if not 0 < step_s <= HOUR_S or step_s % 60 or HOUR_S % step_s:
        raise BadInput("/step_s", step_s, "steps that divide an hour, whole minutes")
    grid, skipped = _build_night_grid(start.astimezone(UTC), step_s, len(watts), place, zone=zone)
    values = np.asarray(watts, dtype=np.float64)
    return Nights(grid, values[skipped : skipped + len(grid.night)])


@lru_cache(maxsize=64)
def _build_night_grid(
    start: datetime, step_s: int, steps: int, place: tuple[float, float], *, zone: str
) -> tuple[NightGrid, int]:
    """The nights of these steps, and how many steps lie before the first one."""
    noons = _list_noons(start, start + timedelta(seconds=step_s * steps), zone)
    if len(noons) <= 1:
        raise BadInput("/values", steps, "one whole night at least, from noon to noon")
    places = [int((noon - start).total_seconds()) // step_s for noon in noons]
    bounds = np.asarray(places, dtype=np.int64) - places[0]
    begins = start + timedelta(seconds=step_s * places[0])
    grid = Grid(begins, step_s, int(bounds[-1]), zone)
    ends = grid._replace(steps=grid.steps + 1)
    altitudes = compute_sun_altitudes(ends, round(place[0], 2), round(place[1], 2))
    before, after = altitudes[:-1], altitudes[1:]
    found = NightGrid(
        first=day_of(noons[0], load_time_zone(zone)),
        step_min=step_s / 60,
        bounds=bounds,
        night=np.repeat(np.arange(len(bounds) - 1), np.diff(bounds)),
        minute=local_seconds(grid) % DAY_S // 60,
        low=np.minimum(before, after),
        high=np.maximum(before, after),
        evening=after < before,
    )
    return found, places[0]


def _list_noons(start: datetime, end: datetime, zone: str) -> list[datetime]:
    """Local noons in [start, end], UTC."""
    tz = load_time_zone(zone)
    day, noons = day_of(start, tz), []
    while (noon := datetime.combine(day, _NOON, tz).astimezone(UTC)) <= end:
        if noon >= start:
            noons.append(noon)
        day += timedelta(days=1)
    return noons


def compute_lit_minutes(grid: NightGrid, below_deg: float) -> Floats:
    """Minutes of each step with the sun under *below_deg*; it moves evenly within a step."""
    span = np.maximum(grid.high - grid.low, 1e-9)
    share: Floats = np.clip((below_deg - grid.low) / span, 0.0, 1.0) * grid.step_min
    return share


def sum_by_night(grid: NightGrid, values: Floats) -> Floats:
    """The sum of *values* (one a step) of each night; NaN where one of them is NaN."""
    return np.add.reduceat(values, grid.bounds[:-1])
