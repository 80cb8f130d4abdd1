"""When to change all lamps of a cabinet at once: what a week costs against the best moment.

With failures mended one by one, H(t) = (t / scale)^shape of them come by age t. A group costs
`g` a lamp, a failure `s`: the mean cost (g + s H(T)) / T is least at
T = scale (g / (s (shape - 1)))^(1 / shape), and is then r. Relamping at age b instead of T costs
s (H(b) - H(T)) - r (b - T), which is never negative: early, life is lost; late, failures come
(plans.md §6.1).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from math import inf

from synergie.park.records.park import FailureModel, LampState

type Models = Mapping[str, FailureModel]

_WEEKS_A_YEAR = 365.25 / 7
_EURO = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relamping:
    """What lamps cost, EUR each."""

    group: float
    """In a group."""
    spot: float
    """Alone, after it failed."""
    hour: float
    """An hour of a crew."""

    def best_age(self, model: FailureModel) -> float:
        """The age at which a group costs least, burn hours; infinite when it never pays."""
        if model.shape <= 1 or self.group >= self.spot:
            return inf
        ratio = self.group / (self.spot * (model.shape - 1))
        return float(model.scale_hours * ratio ** (1 / model.shape))

    def loss(self, model: FailureModel, age: float) -> float:
        """What relamping at *age* costs more than at the best one, EUR a lamp."""
        best = self.best_age(model)
        rate = (self.group + self.spot * _compute_failed_share(model, best)) / best
        return self.spot * (
            _compute_failed_share(model, age) - _compute_failed_share(model, best)
        ) - rate * (age - best)


def _compute_failed_share(model: FailureModel, age: float) -> float:
    return float((age / model.scale_hours) ** model.shape)


@dataclass(frozen=True, slots=True)
class Aged:
    """A lamp that may be changed in a group: its model, its age, what a week adds."""

    lamp: LampState
    model: FailureModel
    burned: float
    """Hours burned."""
    week: float
    """Hours burned in a week."""


def list_aged_lamps(lamps: Sequence[LampState], models: Models, costs: Relamping) -> list[Aged]:
    """The lamps for which a group pays at some age, of those whose age is known."""
    found = []
    for lamp in lamps:
        model = models.get(lamp.source_type or "")
        if (
            model is not None
            and lamp.burned_hours is not None
            and lamp.age_of_lamp
            and costs.best_age(model) < inf
        ):
            week = lamp.burn_hours_year / _WEEKS_A_YEAR
            found.append(Aged(lamp, model, lamp.burned_hours, week))
    return found


def due_week(lamps: Sequence[Aged], costs: Relamping) -> float:
    """The week, from 1 and perhaps far, in which the group of *lamps* costs least; 1: overdue.

    The week in which the mean lamp, by the failures it brings, reaches its best age.
    """
    left = [(costs.best_age(one.model) - one.burned) / one.week for one in lamps if one.week]
    return max(1.0, 1 + sum(left) / len(left)) if left else inf


def week_costs(lamps: Sequence[Aged], costs: Relamping, weeks: range) -> tuple[Decimal, ...]:
    """What each of *weeks* costs more than the best of them, whole euros."""
    amounts = [
        sum(costs.loss(one.model, one.burned + (week - 1) * one.week) for one in lamps)
        for week in weeks
    ]
    least = min(amounts)
    return tuple(Decimal(str(a - least)).quantize(_EURO, ROUND_HALF_UP) for a in amounts)
