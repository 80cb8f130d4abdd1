"""What a group said of its weights, as places of criteria: orders, ballots and ranges (W4)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from synergie.errors import BadInput
from synergie.lighting.plan.measured import Floats
from synergie.lighting.plan.weighing import _text as text
from synergie.lighting.records.effects import LightingCriterion
from synergie.lighting.records.weighing import GroupVoice

type Tiers = tuple[tuple[int, ...], ...]
"""Places of criteria from the most important on; those in one tier are equal, those in none come
after all."""


@dataclass(frozen=True, slots=True, eq=False)
class WeightPreferences:
    """Every weight is compatible that keeps one of the orders, drawn at random, and the ranges."""

    n_criteria: int
    orders: tuple[Tiers, ...]
    """One for the group, or one a person."""
    low: Floats
    high: Floats
    dropped: tuple[LightingCriterion, ...]
    """Criteria that were named and are not weighed."""

    @property
    def has_ranges(self) -> bool:
        """Whether a weight is kept within less than 0 to 1."""
        return bool((self.low > 0).any() or (self.high < 1).any())


def build_weight_preferences(
    voice: GroupVoice,
    criteria: Sequence[LightingCriterion],
    scaled: frozenset[LightingCriterion],
    where: str,
) -> WeightPreferences:
    """What *voice* said of *criteria*; *scaled* also has those that are left out for all.

    BadInput: a criterion without a scale, or twice in an order, or a range upside down.
    """
    places = {name: place for place, name in enumerate(criteria)}
    orders = _list_voice_orders(voice, scaled, where)
    low, high = np.zeros(len(criteria)), np.ones(len(criteria))
    seen: set[LightingCriterion] = set()
    for row, one in enumerate(voice.weights):
        at = f"{where}/weights/{row}"
        _check_order_criterion(one.criterion, scaled, seen, at)
        if one.low > one.high:
            raise BadInput(at, f"{one.low:g} … {one.high:g}", text.IN_ORDER)
        if one.criterion in places:
            low[places[one.criterion]], high[places[one.criterion]] = one.low, one.high
    named = {name for order in orders for tier in order for name in tier} | seen
    dropped = tuple(sorted(name for name in named if name not in places))
    return WeightPreferences(
        len(criteria),
        tuple(_build_order_tiers(order, places) for order in orders),
        low,
        high,
        dropped,
    )


def _list_voice_orders(
    voice: GroupVoice, scaled: frozenset[LightingCriterion], where: str
) -> list[list[tuple[LightingCriterion, ...]]]:
    """The orders by name; each is checked, also the one that ballots take the place of."""
    orders = [[tuple(tier) for tier in voice.order]]
    _check_order_criteria(orders[0], scaled, f"{where}/order")
    if not voice.ballots:
        return orders
    orders = [[(name,) for name in ballot] for ballot in voice.ballots]
    for place, order in enumerate(orders):
        _check_order_criteria(order, scaled, f"{where}/ballots/{place}")
    return orders


def _check_order_criteria(
    order: Sequence[Sequence[LightingCriterion]], scaled: frozenset[LightingCriterion], where: str
) -> None:
    seen: set[LightingCriterion] = set()
    for tier in order:
        for name in tier:
            _check_order_criterion(name, scaled, seen, where)


def _check_order_criterion(
    name: LightingCriterion, scaled: frozenset[LightingCriterion], seen: set[LightingCriterion],
    where: str,
) -> None:  # fmt: skip
    if name not in scaled:
        raise BadInput(where, name, text.A_SCALE)
    if name in seen:
        raise BadInput(where, name, text.EACH_ONCE)
    seen.add(name)


def _build_order_tiers(
    order: Sequence[Sequence[LightingCriterion]], places: dict[LightingCriterion, int]
) -> Tiers:
    tiers = (tuple(places[name] for name in tier if name in places) for tier in order)
    return tuple(tier for tier in tiers if tier)
