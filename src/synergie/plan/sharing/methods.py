"""Each method on one game: its shares in cents and what has to be said of them."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from synergie.plan.sharing import rules, shapley
from synergie.plan.sharing import text as _text
from synergie.plan.sharing._cents import convert_cents_to_euros
from synergie.plan.sharing.equal_profit import equal_profit
from synergie.plan.sharing.game import Floats
from synergie.plan.sharing.ground import NotCertified, SharingGame
from synergie.plan.sharing.nucleolus import NoPoint
from synergie.schemas.plan import Phrase
from synergie.schemas.sharing import Method


class NotPossible(Exception):
    """A method does not apply; `reason` says why."""

    def __init__(self, text: str, *values: object) -> None:
        super().__init__(text, *values)
        self.reason = Phrase(text=text, values=tuple(str(value)[:200] for value in values))


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """Quantities by player; NaN where not known."""

    mwh: Floats
    points: Floats


@dataclass(frozen=True, slots=True, eq=False)
class ShareVector:
    """Shares in cents. `half_widths`: None when they are exact."""

    shares: Floats
    remarks: tuple[Phrase, ...] = ()
    half_widths: Floats | None = field(default=None)


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One game with what a method may need."""

    ground: SharingGame
    weights: Weights
    seed: int
    target: float
    """Widest half-width of a sampled share, cents."""


def by_energy(case: Case) -> ShareVector:
    """In proportion to energy."""
    return _share_by_weights(case, case.weights.mwh, _text.NO_ENERGY)


def by_points(case: Case) -> ShareVector:
    """In proportion to delivery points."""
    return _share_by_weights(case, case.weights.points, _text.NO_POINTS)


def by_alone(case: Case) -> ShareVector:
    """In proportion to the cost alone."""
    return _share_by_weights(case, case.ground.alone, _text.NOT_ALONE)


def _share_by_weights(case: Case, weights: Floats, text: str) -> ShareVector:
    _check_known_amounts(case.ground.players, np.isfinite(weights), text)
    return ShareVector(rules.share_proportionally(case.ground.total, weights))


def share_separable_costs(case: Case) -> ShareVector:
    """Separable cost, remaining benefit."""
    ground = case.ground
    _check_known_amounts(ground.players, np.isfinite(ground.alone), _text.NOT_ALONE)
    _check_known_amounts(ground.players, np.isfinite(ground.without), _text.NOT_WITHOUT)
    return ShareVector(rules.compute_scrb_shares(ground.total, ground.alone, ground.without))


def of_shapley(case: Case) -> ShareVector:
    """Shapley's value, exact or sampled."""
    ground = case.ground
    blocked = ground.without_cost()
    if blocked is not None:
        raise NotPossible(_text.NOT_EVERY, ", ".join(blocked))
    found = ground.shapley(seed=case.seed, target=case.target)
    if not isinstance(found, shapley.Sampled):
        return ShareVector(found)
    width = convert_cents_to_euros(float(found.half_widths.max()))
    said = (str(found.circles), f"{100 * found.confidence:g}", str(width))
    return ShareVector(found.shares, (Phrase(text=_text.SAMPLED, values=said),), found.half_widths)


def of_nucleolus(case: Case) -> ShareVector:
    """The nucleolus."""
    try:
        found = case.ground.nucleolus()
    except NoPoint as error:
        raise NotPossible(_text.NO_POINT) from error
    if found is None:
        raise NotPossible(_text.TOO_MANY, case.ground.most)
    return ShareVector(found.shares)


def of_equal_profit(case: Case) -> ShareVector:
    """The equal profit method, in the core or the least epsilon-core."""
    ground = case.ground
    _check_known_amounts(ground.players, np.isfinite(ground.alone), _text.NOT_ALONE)
    _check_known_amounts(ground.players, ground.alone > 0, _text.NOTHING_ALONE)
    try:
        least = ground.least_core()
    except NoPoint as error:
        raise NotPossible(_text.NO_POINT) from error
    except NotCertified as error:
        raise NotPossible(_text.NOT_CERTIFIED) from error
    empty = least.epsilon > 0.5  # noqa: PLR2004 (half a cent)
    room = max(least.epsilon, 0.0) + 1e-9 * abs(ground.total)
    found = equal_profit(ground.alone, ground.total, ground.separate, epsilon=room)
    points = f"{100 * found.spread:.2f}"
    if empty:
        said = Phrase(
            text=_text.WITHIN_EPSILON, values=(points, str(convert_cents_to_euros(least.epsilon)))
        )
    else:
        said = Phrase(text=_text.WITHIN_CORE, values=(points,))
    return ShareVector(found.shares, (said,))


def _check_known_amounts(players: tuple[str, ...], holds: object, text: str) -> None:
    without = [name for name, fine in zip(players, np.asarray(holds), strict=True) if not fine]
    if without:
        raise NotPossible(text, ", ".join(without))


METHODS: dict[Method, Callable[[Case], ShareVector]] = {
    "proportional_mwh": by_energy,
    "proportional_points": by_points,
    "proportional_alone": by_alone,
    "scrb": share_separable_costs,
    "equal_profit": of_equal_profit,
    "shapley": of_shapley,
    "nucleolus": of_nucleolus,
}
"""Every method, in the order it is shown."""
