"""From which night on a cabinet can be tested: "not testable until 20 July", never "fine"."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Literal

import numpy as np

from synergie.calendar import load_time_zone
from synergie.measure.watch import limits
from synergie.measure.watch.figures import Habit, select_zone, spread_share
from synergie.measure.watch.learning import Expected
from synergie.measure.watch.nights import Bools, NightGrid, cut_nights, sum_by_night

type Test = Literal["power", "dusk", "dawn"]
"""`power`: dark nights, cuts, parts and phases lost; `dusk`, `dawn`: switching times."""

_AHEAD = 300
"""Nights that are looked at: a cabinet that none of them opens is not testable at all."""


@dataclass(frozen=True, slots=True)
class Untestable:
    """A test that the coming night does not allow."""

    test: Test
    until: date | None
    """The first night that allows it. None: none that is known."""


def list_untestable(
    expected: Expected, night: date, *, place: tuple[float, float], zone: str = "Europe/Paris"
) -> tuple[Untestable, ...]:
    """Tests that *night* does not allow at *place*, by sun, schedule and what was learned."""
    tz = load_time_zone(zone)
    start = datetime.combine(night, time(12), tz).astimezone(UTC)
    step_s = 86400 // len(expected.share)
    none = np.full(_AHEAD * len(expected.share), np.nan)
    grid = cut_nights(start, step_s, none, place=place, zone=zone).grid
    opens = {
        "power": _find_lit_nights(grid, expected.habit),
        "dusk": _find_edge_nights(grid, expected.habit, evening=True) & (expected.dusk is not None),
        "dawn": _find_edge_nights(grid, expected.habit, evening=False)
        & (expected.dawn is not None),
    }
    found = []
    for test in ("power", "dusk", "dawn"):
        nights = np.flatnonzero(opens[test])
        if not len(nights):
            found.append(Untestable(test, None))
        elif nights[0]:
            found.append(Untestable(test, grid.find_day(int(nights[0]))))
    return tuple(found)


def _find_lit_nights(grid: NightGrid, habit: Habit) -> Bools:
    share = spread_share(grid, habit.share)
    lit = (grid.high < limits.CORE_DEG) & (share >= limits.HALF)
    minutes = sum_by_night(grid, np.where(lit, grid.step_min, 0.0))
    return minutes >= limits.LEAST_CORE_MIN


def _find_edge_nights(grid: NightGrid, habit: Habit, *, evening: bool) -> Bools:
    zone = select_zone(grid, spread_share(grid, habit.share), evening=evening)
    return ~np.isnan(zone.compute_expected_minutes(habit.edges_deg[0 if evening else 1]))
