"""What would turn a choice (W6): one weight changes, the others keep their proportions."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from synergie.energy.records.offer import Key
from synergie.lighting.plan.measured import Floats
from synergie.lighting.records.effects import LightingCriterion
from synergie.lighting.records.weighing import WeightFlip

_NOTHING = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """What leads, and by which weights."""

    worths: Floats
    """(scenario, criterion)."""
    weights: Floats
    first: int
    """Place of the scenario that leads under these weights."""


def flips(
    choice: Choice, names: Sequence[Key], criteria: Sequence[LightingCriterion]
) -> tuple[WeightFlip, ...]:
    """For each criterion the least change of its weight beyond which another scenario leads.

    The lead over each other is linear in the weight x: where it becomes nothing is found exactly.
    Nearest first; a criterion that cannot turn the choice is left out.
    """
    found = []
    for place, criterion in enumerate(criteria):
        turn = _find_nearest_flip(choice, place)
        if turn is not None:
            weight, rival = turn
            found.append(
                WeightFlip(
                    criterion=criterion,
                    from_weight=_round_share(float(choice.weights[place])),
                    to_weight=_round_share(weight),
                    scenario=names[rival],
                )
            )
    return tuple(sorted(found, key=lambda one: abs(one.to_weight - one.from_weight)))


def _find_nearest_flip(choice: Choice, place: int) -> tuple[float, int] | None:
    """The nearest weight beyond which another scenario leads, and which; None: there is none."""
    now = float(choice.weights[place])
    with_all, with_none = _compute_leads(choice, place)
    found = []
    for rival in range(len(choice.worths)):
        low, high = float(with_none[rival]), float(with_all[rival])
        if rival == choice.first or low == high or min(low, high) >= -_NOTHING:
            continue
        turn = min(max(low / (low - high), 0.0), 1.0)
        found.append((abs(turn - now), -abs(high - low), turn, rival))
    return min(found)[2:] if found else None


def _compute_leads(choice: Choice, place: int) -> tuple[Floats, Floats]:
    """The lead of the first over each when this weight is all, and when it is nothing."""
    worths, weights, first = choice.worths, choice.weights, choice.first
    others = np.delete(weights, place)
    rest = np.delete(worths, place, axis=1)
    whole = float(others.sum())
    part = others / whole if whole > 0 else np.full(len(others), 1 / max(len(others), 1))
    value = (rest * part).sum(axis=1)
    return worths[first, place] - worths[:, place], value[first] - value


def _round_share(value: float) -> float:
    return min(max(round(value, 9), 0.0), 1.0)
