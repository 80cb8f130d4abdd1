"""Which lights keep which rule: broken, or not to be told."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synergie.lighting.plan.law._lights import USAGES, Lights
from synergie.lighting.plan.law._rules import Rule

type Chosen = NDArray[np.bool_]

_TINY = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """How lights stand to one rule."""

    rule: Rule
    """The rule."""
    broken: Chosen
    """Lights that break it."""
    unknown: Chosen
    """Lights that may break it: category, age or figure is not known."""
    values: NDArray[np.float64]
    """What was found of each."""


def assess_rules(lights: Lights, rules: tuple[Rule, ...]) -> tuple[Standing, ...]:
    """How *lights* stand to each rule about equipment."""
    return tuple(_assess_rule(lights, one) for one in rules if one.kind == "equipment")


def of_usages(lights: Lights, rule: Rule) -> tuple[Chosen, Chosen]:
    """Lights for which *rule* holds, and those for which it may."""
    if not rule.usages:
        every = np.ones(len(lights.usage), dtype=bool)
        return every, every
    places = [n for n, name in enumerate(USAGES) if name in rule.usages]
    sure: Chosen = np.isin(lights.usage, places)
    return sure, sure | (lights.usage < 0)


def _assess_rule(lights: Lights, rule: Rule) -> Standing:
    sure, maybe = of_usages(lights, rule)
    values, sure_here, maybe_here = _WHERE[rule.key](lights)
    beyond = values < rule.limit - _TINY if rule.key == "cie3" else values > rule.limit + _TINY
    broken = sure & sure_here & beyond
    unknown = maybe & maybe_here & (beyond | np.isnan(values)) & ~broken
    return Standing(rule, broken, unknown, values)


type _Where = tuple[NDArray[np.float64], Chosen, Chosen]
"""The figure of each light, where the rule looks at it, and where it may."""


def _select_new_lights(lights: Lights, values: NDArray[np.float64]) -> _Where:
    return values, lights.new == 1, lights.new != 0


def _select_retrofit_lights(lights: Lights, values: NDArray[np.float64]) -> _Where:
    return values, lights.brought, lights.brought


def _select_half_reserve_lights(lights: Lights) -> _Where:
    """Whatever the age; new ones have a stricter rule, and are told by it."""
    return lights.ulr, lights.new != 1, lights.new != 1


def _select_reserve_lights(lights: Lights) -> _Where:
    values, sure, maybe = _select_new_lights(lights, lights.cct_k)
    return values, sure & (lights.corridor == 1), maybe & (lights.corridor != 0)


_WHERE: dict[str, Callable[[Lights], _Where]] = {
    "cct-road": lambda lights: _select_new_lights(lights, lights.cct_k),
    "ulr-installed": lambda lights: _select_new_lights(lights, lights.ulr),
    "ulr-nominal": lambda lights: _select_retrofit_lights(lights, lights.ulr_nominal),
    "upward-half": _select_half_reserve_lights,
    "cie3": lambda lights: _select_retrofit_lights(lights, lights.cie3),
    "lm-m2": lambda lights: _select_new_lights(lights, lights.lm_m2),
    "cct-reserve": _select_reserve_lights,
}
