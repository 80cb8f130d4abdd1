"""What is expected of a cabinet, learned on its own nights: power, schedule, dusk and dawn."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np

from synergie.energy.plan.power.clock import Floats
from synergie.errors import BadInput
from synergie.measure.watch import limits
from synergie.measure.watch.figures import (
    Habit,
    compute_edge_minutes,
    compute_night_figures,
    find_medians,
    select_zone,
    spread_share,
)
from synergie.measure.watch.nights import NightGrid, Nights

type Control = Literal["astronomical_clock", "photocell", "unknown"]

LAMPS = "a curve of lamps: little by day, and the same power each night"
_DAY_MIN = 1440
_LEAST_NIGHTS = 20
"""Nights with a value that a figure is learned on."""
_SEEN_NIGHTS = 5
"""Nights that a local time of day was surely dark before its share is known."""
_EDGE_DEG = (-8.5, 6.0)
"""Altitudes between which a threshold is looked for."""
_FULL_RANK, _FULL_PART = 0.98, 0.6
"""All lamps draw what two steps of a hundred with the sun down reach; a night whose surely dark
steps stay under six tenths of it (off or dimmed all along) does not teach the schedule."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Where a figure lies night after night, and how far apart."""

    middle: float
    sigma: float
    """Standard deviation by the median deviation, at least its floor."""
    rho: float
    """Autocorrelation of one night to the next, 0 to `MOST_RHO`."""

    @property
    def long_run(self) -> float:
        """Standard deviation that sums of nights grow by: wider when one is like the next."""
        return float(self.sigma * np.sqrt((1 + self.rho) / (1 - self.rho)))


@dataclass(frozen=True, slots=True)
class Expected:
    """What is expected of the nights of a cabinet."""

    first: date
    """The first night that taught it."""
    nights: int
    """How many nights taught it."""
    watts: float
    """Power of all lamps, W."""
    level: Spread
    """Of ln(W of the night / watts)."""
    base: Spread
    """Of what it draws by day, W."""
    share: tuple[float | None, ...]
    """Share of W by local time of day, equal parts of it. None: not known."""
    edges_deg: tuple[float, float]
    """Altitude of the sun at which light goes on, and off."""
    dusk: Spread | None
    """Of minutes lit beyond what is expected. None: dusk is not tested."""
    dawn: Spread | None

    @property
    def control(self) -> Control:
        """What switches it, by how its dusk and dawn scatter."""
        known = [one.sigma for one in (self.dusk, self.dawn) if one is not None]
        if not known:
            return "unknown"
        return "photocell" if min(known) > limits.CELL_SPREAD_MIN else "astronomical_clock"

    @property
    def habit(self) -> Habit:
        """What each step needs of it."""
        share = np.array([np.nan if one is None else one for one in self.share])
        return Habit(self.watts, self.base.middle, share, self.edges_deg)


def learn_expected(nights: Nights) -> Expected:
    """What these *nights* teach. BadInput: fewer than twenty of them tell the power of lamps."""
    grid = nights.grid
    base = describe_spread(find_medians(grid, nights.watts, grid.low > limits.DAY_DEG), 1.0)
    share = _learn_share(nights, base.middle)
    habit = Habit(1.0, base.middle, share, (-3.0, -3.0))
    level = compute_night_figures(nights, habit).level
    if np.count_nonzero(~np.isnan(level)) < _LEAST_NIGHTS:
        raise BadInput("/nights", grid.nights, "twenty nights that tell the power of the lamps")
    habit = replace(habit, watts=float(np.nanmedian(level)))
    if habit.watts <= 0:
        raise BadInput("/nights", habit.watts, "nights with light")
    habit = replace(habit, edges_deg=_learn_edges(nights, habit))
    figures = compute_night_figures(nights, habit)
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = describe_spread(np.log(figures.level / habit.watts), limits.FLOOR_LEVEL)
    if spread.sigma > limits.MOST_SPREAD or base.middle > limits.MOST_BASE * habit.watts:
        raise BadInput("/watts", round(spread.sigma, 2), LAMPS)
    return Expected(
        first=grid.first,
        nights=grid.nights,
        watts=habit.watts,
        level=spread,
        base=base,
        share=tuple(None if np.isnan(one) else float(one) for one in share),
        edges_deg=habit.edges_deg,
        dusk=_describe_edge(figures.dusk_min),
        dawn=_describe_edge(figures.dawn_min),
    )


def describe_spread(values: Floats, floor: float) -> Spread:
    """Median, deviation and autocorrelation of what *values* are known; 0 when none is."""
    known = values[~np.isnan(values)]
    if not len(known):
        return Spread(0.0, floor, 0.0)
    middle = float(np.median(known))
    sigma = max(1.4826 * float(np.median(np.abs(known - middle))), floor)
    off = np.clip((known - middle) / sigma, -3, 3)
    power = float(off @ off)
    rho = float(off[1:] @ off[:-1]) / power if power > 0 else 0.0
    return Spread(middle, sigma, min(max(rho, 0.0), limits.MOST_RHO))


def _describe_edge(minutes: Floats) -> Spread | None:
    if np.count_nonzero(~np.isnan(minutes)) < _LEAST_NIGHTS:
        return None
    found = describe_spread(minutes, limits.FLOOR_EDGE)
    return found if found.sigma <= limits.MOST_SPREAD_MIN else None


def _learn_share(nights: Nights, base_w: float) -> Floats:
    """The share of W at each local time of day, from the surely dark steps."""
    grid = nights.grid
    core = (grid.high < limits.CORE_DEG) & ~np.isnan(nights.watts)
    power = nights.watts - base_w
    most = np.full(grid.nights, -np.inf)
    np.maximum.at(most, grid.night[core], power[core])
    lit = power[(grid.high < 0) & ~np.isnan(power)]
    least = _FULL_PART * float(np.quantile(lit, _FULL_RANK)) if len(lit) else np.inf
    steps = np.flatnonzero(core & (most > max(least, 1e-6))[grid.night])
    part = power[steps] / most[grid.night[steps]]
    slot = (grid.minute[steps] // grid.step_min).astype(np.int64)
    slots = int(_DAY_MIN // grid.step_min)
    share = np.full(slots, np.nan)
    for each in range(slots):
        own = part[slot == each]
        if len(own) >= _SEEN_NIGHTS:
            share[each] = _round_share(float(np.median(own)))
    return _fill_share(share)


def _round_share(part: float) -> float:
    if part < limits.DARK_SHARE:
        return 0.0
    return 1.0 if part > limits.FULL else part


def _fill_share(share: Floats) -> Floats:
    """Times that were never surely dark are lit fully, but those beside hours without light."""
    half = len(share) // 2
    return np.concatenate([_carry_share(share[:half]), _carry_share(share[half:][::-1])[::-1]])


def _carry_share(share: Floats) -> Floats:
    """From midnight outwards: what is not known is as lit as what lies before, or unknown."""
    found = share.copy()
    for each in range(len(found)):
        if np.isnan(found[each]) and each and found[each - 1] >= limits.FULL:
            found[each] = 1.0
    return found


def _learn_edges(nights: Nights, habit: Habit) -> tuple[float, float]:
    """The altitudes at which half of the nights are lit longer, at dusk and at dawn."""
    grid, share = nights.grid, spread_share(nights.grid, habit.share)
    own = np.full(grid.nights, habit.watts)
    dusk, dawn = compute_edge_minutes(nights, habit, share, own)
    return (
        _match_minutes(grid, share, dusk, evening=True),
        _match_minutes(grid, share, dawn, evening=False),
    )


def _match_minutes(grid: NightGrid, share: Floats, minutes: Floats, *, evening: bool) -> float:
    part = select_zone(grid, share, evening=evening)
    low, high = _EDGE_DEG
    for _each in range(9):
        middle = (low + high) / 2
        off = minutes - part.compute_expected_minutes(middle)
        known = off[~np.isnan(off)]
        low, high = (middle, high) if len(known) and np.median(known) > 0 else (low, middle)
    return (low + high) / 2
