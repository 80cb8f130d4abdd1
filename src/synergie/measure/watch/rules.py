"""Faults that a rule finds over nights in a row: lit by day, dark, cut, schedule, meter, base."""

from dataclasses import dataclass

import numpy as np

from synergie.energy.plan.power.clock import Floats
from synergie.measure.watch import limits
from synergie.measure.watch.figures import NightFigures
from synergie.measure.watch.learning import Expected
from synergie.measure.watch.nights import Bools
from synergie.measure.watch.state import Fault, Unit


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One rule over all nights."""

    fault: Fault
    nights: int
    """Nights in a row that make it certain."""
    holds: Floats
    """1 where it holds, 0 where not, NaN where the night does not tell."""
    value: Floats
    """What is found, in *unit*."""
    expected: float
    unit: Unit
    kwh: Floats
    """Energy lost each night; NaN: none that is known."""


def build_rules(
    figures: NightFigures, expected: Expected, subscribed_va: float | None
) -> tuple[Rule, ...]:
    """Every rule with what it finds in each night."""
    rules = (
        _find_day_light(figures, expected),
        _find_dark(figures, expected),
        _find_cut(figures, expected),
        _find_schedule(figures, expected),
        _find_dead_meter(figures, expected),
        _find_base(figures, expected),
    )
    return rules if subscribed_va is None else (*rules, _find_over_power(figures, subscribed_va))


def _decide(holds: Bools, *knows: Floats) -> Floats:
    found = holds.astype(np.float64)
    for each in knows:
        found[np.isnan(each)] = np.nan
    return found


def _find_day_light(figures: NightFigures, expected: Expected) -> Rule:
    lit = figures.day_w > limits.LIT_SHARE * expected.watts
    return Rule(
        "lit_by_day",
        limits.DAY_NIGHTS,
        _decide(lit & ~figures.flat, figures.day_w),
        figures.day_w,
        0.0,
        "W",
        figures.day_w * figures.day_h / 1000,
    )


def _know_core(figures: NightFigures) -> Floats:
    return np.where(figures.core_min >= limits.LEAST_CORE_MIN, 1.0, np.nan)


def _find_dark(figures: NightFigures, expected: Expected) -> Rule:
    dark = figures.dark_min >= limits.DARK_PART * figures.core_min
    return Rule(
        "dark",
        limits.DARK_NIGHTS,
        _decide(dark, _know_core(figures)),
        np.zeros_like(figures.dark_min),
        expected.watts,
        "W",
        -expected.watts * figures.lit_h / 1000,
    )


def _find_cut(figures: NightFigures, expected: Expected) -> Rule:
    some = figures.cut_min >= limits.CUT_MIN
    some &= figures.dark_min < limits.DARK_PART * figures.core_min
    return Rule(
        "cut",
        1,
        _decide(some, _know_core(figures)),
        figures.cut_min,
        0.0,
        "min",
        -expected.watts * figures.cut_min / 60_000,
    )


def _find_schedule(figures: NightFigures, expected: Expected) -> Rule:
    return Rule(
        "schedule",
        limits.SCHEDULE_NIGHTS,
        _decide(figures.late_min >= 2 * limits.CUT_MIN, _know_core(figures)),
        figures.late_min,
        0.0,
        "min",
        expected.watts * figures.late_min / 60_000,
    )


def _find_dead_meter(figures: NightFigures, expected: Expected) -> Rule:
    stuck = figures.flat & (figures.peak_w > limits.LIT_SHARE * expected.watts)
    silent = (figures.measured == 0) | stuck
    none = np.full_like(figures.measured, np.nan)
    return Rule(
        "dead_meter", limits.SILENT_NIGHTS, _decide(silent), figures.measured, 1.0, "nights", none
    )


def _find_base(figures: NightFigures, expected: Expected) -> Rule:
    base = expected.base
    least = max(limits.BASE_SHARE * expected.watts, 4 * base.sigma)
    off = figures.base_w - base.middle
    lit = figures.day_w > limits.LIT_SHARE * expected.watts
    return Rule(
        "base",
        limits.BASE_NIGHTS,
        _decide((off > least) & ~lit & ~figures.flat, figures.base_w),
        figures.base_w,
        base.middle,
        "W",
        off * 24 / 1000,
    )


def _find_over_power(figures: NightFigures, subscribed_va: float) -> Rule:
    none = np.full_like(figures.measured, np.nan)
    return Rule(
        "over_power",
        1,
        _decide(figures.peak_w > subscribed_va, figures.peak_w),
        figures.peak_w,
        subscribed_va,
        "VA",
        none,
    )
