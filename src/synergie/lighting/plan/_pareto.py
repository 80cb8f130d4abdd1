"""Which scenario beats which, on the criteria that are known for all."""

from collections.abc import Mapping, Sequence

from synergie.lighting.plan.criteria import CRITERIA
from synergie.lighting.records.effects import Dominance, LightingCriterion, ScenarioEffects

type Values = Mapping[LightingCriterion, float | None]

WEIGHED = tuple(name for name, one in CRITERIA.items() if one.told.direction != "constraint")
"""Criteria that are traded against each other."""
LEAST_SHARE = 0.5
"""Share of the weighed criteria that must be known for all before anything is said to beat
anything: with a few left, what costs nothing would beat all that costs."""


def has_enough_criteria(criteria: Sequence[LightingCriterion]) -> bool:
    """Whether *criteria* are enough to say that one scenario beats another."""
    return len(criteria) >= LEAST_SHARE * len(WEIGHED)


def not_compared(scenarios: Sequence[ScenarioEffects]) -> tuple[LightingCriterion, ...]:
    """Criteria that are known for some of *scenarios* only."""
    told = [_read_indicator_values(one) for one in scenarios]
    return tuple(name for name in WEIGHED if 0 < sum(one[name] is None for one in told) < len(told))


def list_comparable_criteria(scenarios: Sequence[ScenarioEffects]) -> tuple[LightingCriterion, ...]:
    """Criteria that are known for all of *scenarios*."""
    told = [_read_indicator_values(one) for one in scenarios]
    return tuple(name for name in WEIGHED if all(one[name] is not None for one in told))


def find_dominated_scenarios(
    scenarios: Sequence[ScenarioEffects], criteria: Sequence[LightingCriterion]
) -> tuple[Dominance, ...]:
    """Scenarios that another one beats on *criteria*: as good on all, better on one.

    Each with the first, in their order, of those that nothing beats: a further scenario that is
    beaten itself changes nothing. None when too few criteria are known (`enough`). Cost: the square
    of their number.
    """
    if not has_enough_criteria(criteria):
        return ()
    worth = {one.scenario: _compute_criteria_worth(one, criteria) for one in scenarios}
    best = {
        name
        for name, own in worth.items()
        if not any(is_dominating(o, own) for o in worth.values())
    }
    return tuple(
        Dominance(
            scenario=name, by=next(o for o in worth if o in best and is_dominating(worth[o], own))
        )
        for name, own in worth.items()
        if name not in best
    )


def is_dominating(one: Sequence[float], other: Sequence[float]) -> bool:
    """Whether *one* is as good as *other* everywhere and better somewhere; more is better."""
    pairs = list(zip(one, other, strict=True))
    return all(a >= b for a, b in pairs) and any(a > b for a, b in pairs)


def _compute_criteria_worth(
    one: ScenarioEffects, criteria: Sequence[LightingCriterion]
) -> tuple[float, ...]:
    values = _read_indicator_values(one)
    return tuple(
        (values[name] or 0.0) * (1 if CRITERIA[name].told.direction == "max" else -1)
        for name in criteria
    )


def _read_indicator_values(one: ScenarioEffects) -> Values:
    return {told.criterion: told.value for told in one.indicators}
