"""What each night of a cabinet tells, all nights at once: level, dark minutes, dusk, dawn, day."""

from dataclasses import dataclass

import numpy as np

from synergie.energy.plan.power.clock import Floats, Ints
from synergie.measure.watch import limits
from synergie.measure.watch.nights import (
    Bools,
    NightGrid,
    Nights,
    compute_lit_minutes,
    sum_by_night,
)

type Edges = tuple[Floats, Floats]


@dataclass(frozen=True, slots=True, eq=False)
class NightFigures:
    """One number a night in each array; NaN: the night does not tell."""

    level: Floats
    """Power of all lamps, W, from its surely lit steps."""
    core_min: Floats
    """Minutes that are surely lit by sun and schedule, and measured."""
    dark_min: Floats
    """Those of them without light."""
    cut_min: Floats
    """Those without light in the middle of the night."""
    late_min: Floats
    """Minutes lit where the schedule has none."""
    dusk_min: Floats
    """Minutes lit around dusk beyond what is expected: negative when late."""
    dawn_min: Floats
    """Minutes lit around dawn beyond what is expected."""
    day_w: Floats
    """Mean power by day above the base, W."""
    base_w: Floats
    """Median power by day, W."""
    measured: Floats
    """Share of its steps that have a value, 0 to 1."""
    flat: Bools
    """Whether all its values are one and the same, above 0."""
    peak_w: Floats
    """The greatest value, W."""
    lit_h: Floats
    """Hours at full power that are expected."""
    day_h: Floats
    """Hours by day."""


@dataclass(frozen=True, slots=True, eq=False)
class Habit:
    """What the lamps of a cabinet do, as far as each step needs it."""

    watts: float
    """Power of all lamps, W."""
    base_w: float
    """What it draws without light, W."""
    share: Floats
    """Share of W by local time of day, one a step of the day; NaN: not known."""
    edges_deg: tuple[float, float]
    """Altitude of the sun at which light goes on, and off."""


def compute_night_figures(nights: Nights, habit: Habit) -> NightFigures:
    """The figures of every night, judged by *habit*."""
    grid, watts = nights.grid, nights.watts
    share = spread_share(grid, habit.share)
    power = watts - habit.base_w
    core, day = grid.high < limits.CORE_DEG, grid.low > limits.DAY_DEG
    lit, known = core & (share >= limits.HALF), ~np.isnan(watts)
    dark = power < limits.DARK_SHARE * habit.watts * share
    base_w, day_w = find_medians(grid, watts, day), average_by_night(grid, power, day)
    level = compute_level(nights, power, share, lit & ~dark)
    level -= _find_base_rise(base_w - habit.base_w, day_w / habit.watts)
    late = core & (share <= limits.NONE) & (power > limits.LIT_SHARE * habit.watts)
    own = np.where(np.isnan(level), habit.watts, level)
    dusk, dawn = compute_edge_minutes(nights, habit, share, own)
    least, most = _reduce_extremes(nights)
    return NightFigures(
        level=level,
        core_min=_count_minutes(grid, lit & known),
        dark_min=_count_minutes(grid, lit & known & dark),
        cut_min=_count_minutes(grid, lit & known & dark & (grid.high < limits.DEEP_DEG)),
        late_min=_count_minutes(grid, late),
        dusk_min=dusk
        - select_zone(grid, share, evening=True).compute_expected_minutes(habit.edges_deg[0]),
        dawn_min=dawn
        - select_zone(grid, share, evening=False).compute_expected_minutes(habit.edges_deg[1]),
        day_w=day_w,
        base_w=base_w,
        measured=_count_minutes(grid, known) / _count_minutes(grid, known | True),
        flat=(least == most) & (most > 0),
        peak_w=most,
        lit_h=_count_lit_hours(grid, share, habit.edges_deg),
        day_h=_count_minutes(grid, day) / 60,
    )


def spread_share(grid: NightGrid, share: Floats) -> Floats:
    """The share of W that the schedule leaves at each step."""
    return share[(grid.minute // grid.step_min).astype(np.int64)]


def compute_level(nights: Nights, power: Floats, share: Floats, lit: Bools) -> Floats:
    """The median of what each surely lit step says of W; NaN without half an hour of them."""
    with np.errstate(invalid="ignore", divide="ignore"):
        full = power / share
    found = find_medians(nights.grid, full, lit)
    minutes = _count_minutes(nights.grid, lit & ~np.isnan(power))
    return np.where(minutes >= limits.LEAST_CORE_MIN, found, np.nan)


def _find_base_rise(rise: Floats, lit_by_day: Floats) -> Floats:
    """What is drawn day and night beyond the base, W; 0 where lamps are lit by day."""
    known = ~np.isnan(rise) & (lit_by_day < limits.LIT_SHARE)
    return np.where(known, np.maximum(rise, 0.0), 0.0)


def compute_edge_minutes(nights: Nights, habit: Habit, share: Floats, own: Floats) -> Edges:
    """Minutes lit around dusk and around dawn, by the power of that night itself (*own*, W)."""
    grid = nights.grid
    with np.errstate(invalid="ignore", divide="ignore"):
        part = np.clip((nights.watts - habit.base_w) / own[grid.night], 0.0, 1.0) * grid.step_min
    zones = (_find_zone(grid, share, evening=True), _find_zone(grid, share, evening=False))
    dusk, dawn = (sum_by_night(grid, np.where(zone, part, 0.0)) for zone in zones)
    return dusk, dawn


@dataclass(frozen=True, slots=True, eq=False)
class EdgeZone:
    """The steps around dusk, or around dawn."""

    night: Ints
    low: Floats
    high: Floats
    step_min: float
    whole: Floats
    """Minutes of the zone, each night."""

    def compute_expected_minutes(self, below_deg: float) -> Floats:
        """Minutes that the sun lets expect there; NaN where the schedule hides the edge."""
        span = np.maximum(self.high - self.low, 1e-9)
        part = np.clip((below_deg - self.low) / span, 0.0, 1.0) * self.step_min
        lit = np.bincount(self.night, part, len(self.whole))
        seen = (lit >= limits.LEAST_EDGE_MIN) & (self.whole - lit >= 3 * limits.LEAST_EDGE_MIN)
        return np.where(seen, lit, np.nan)


def select_zone(grid: NightGrid, share: Floats, *, evening: bool) -> EdgeZone:
    """The steps around dusk (or dawn) that the schedule leaves alone."""
    steps = np.flatnonzero(_find_zone(grid, share, evening=evening))
    night = grid.night[steps]
    whole = np.bincount(night, np.full(len(night), grid.step_min), grid.nights)
    return EdgeZone(night, grid.low[steps], grid.high[steps], grid.step_min, whole)


def _find_zone(grid: NightGrid, share: Floats, *, evening: bool) -> Bools:
    """Steps around dusk (or dawn) that the schedule leaves alone."""
    near = (grid.low > limits.ZONE_DEG[0]) & (grid.high < limits.ZONE_DEG[1])
    found: Bools = near & (grid.evening == evening) & (share >= limits.FULL)
    return found


def _count_minutes(grid: NightGrid, chosen: Bools) -> Floats:
    return sum_by_night(grid, np.where(chosen, grid.step_min, 0.0))


def _count_lit_hours(grid: NightGrid, share: Floats, edges_deg: tuple[float, float]) -> Floats:
    lit = np.where(
        grid.evening,
        compute_lit_minutes(grid, edges_deg[0]),
        compute_lit_minutes(grid, edges_deg[1]),
    )
    return sum_by_night(grid, lit * np.nan_to_num(share, nan=1.0)) / 60


def average_by_night(grid: NightGrid, values: Floats, chosen: Bools) -> Floats:
    """The mean of the *chosen* steps of each night that have a value; NaN when none has."""
    use = chosen & ~np.isnan(values)
    count = sum_by_night(grid, use.astype(np.float64))
    with np.errstate(invalid="ignore"):
        return sum_by_night(grid, np.where(use, values, 0.0)) / np.where(count, count, np.nan)


def find_medians(grid: NightGrid, values: Floats, chosen: Bools) -> Floats:
    """The median of the *chosen* steps of each night that have a value; NaN when none has."""
    use = chosen & ~np.isnan(values)
    table = np.full((grid.nights, int(np.diff(grid.bounds).max())), np.inf)
    steps = np.flatnonzero(use)
    night = grid.night[steps]
    table[night, steps - grid.bounds[night]] = values[steps]
    table.sort(axis=1)
    count = np.bincount(night, minlength=grid.nights)
    rows = np.arange(grid.nights)
    low = table[rows, np.maximum(count - 1, 0) // 2]
    high = table[rows, np.minimum(count // 2, table.shape[1] - 1)]
    return np.where(count > 0, (low + high) / 2, np.nan)


def _reduce_extremes(nights: Nights) -> tuple[Floats, Floats]:
    """The least and the greatest value of each night; NaN when it has none."""
    starts = nights.grid.bounds[:-1]
    return np.fmin.reduceat(nights.watts, starts), np.fmax.reduceat(nights.watts, starts)
