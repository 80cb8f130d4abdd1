"""A strategy problem, checked, with what every part of it looks up."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Literal

import numpy as np

from synergie.errors import BadInput
from synergie.maintenance.records.strategy import LampGroup, Response, StrategyProblem
from synergie.park.plan.targets import target_of
from synergie.park.records.park import FailureModel

type Floats = np.ndarray[Any, np.dtype[np.float64]]
type Kind = Literal["street", "point"]

WEEKS = 52
"""Steps of a year."""
DAYS = 365.25
HOURS = 8766.0
"""Days and hours of a year."""
_WHOLE = 1e-6


@dataclass(frozen=True)
class StrategyInputs:
    """The problem and what follows from it."""

    problem: StrategyProblem

    @classmethod
    def of(cls, problem: StrategyProblem) -> "StrategyInputs":
        """Raises BadInput: an identifier twice, a lamp without a model, delays that sum to less."""
        _check_unique_names("groups", [group.id for group in problem.groups])
        _check_unique_names("models", [model.technology for model in problem.models])
        _check_unique_names("responses", [response.severity for response in problem.responses])
        ground = cls(problem)
        for number, group in enumerate(problem.groups):
            ground.refuse(number, group)
        for number, response in enumerate(problem.responses):
            if abs(sum(one.share for one in response.delays) - 1) > _WHOLE:
                where = f"/responses/{number}/delays"
                raise BadInput(where, sum(d.share for d in response.delays), "shares that sum to 1")
        if problem.led_budgets_eur and len(problem.led_budgets_eur) != problem.years:
            found = len(problem.led_budgets_eur)
            raise BadInput("/led_budgets_eur", found, "one amount a year")
        return ground

    def refuse(self, number: int, group: LampGroup) -> None:
        """A group whose lamps have no model, or whose cabinets or faults have none."""
        wanted: list[str] = [group.technology]
        wanted += ["LED"] if group.led_power_w is not None else []
        wanted += ["cabinet"] if group.cabinets and "cabinet" in self.models else []
        for technology in wanted:
            if technology not in self.models:
                where = f"/groups/{number}/technology"
                raise BadInput(where, technology, "a lamp that has a failure model")
        if group.led_power_w is None and self.sold_until(group) == 0:
            where = f"/groups/{number}/led_power_w"
            raise BadInput(where, None, "the power of a LED: the lamp is sold no more")
        if "point" not in self.responses or (group.cabinets and "street" not in self.responses):
            raise BadInput(
                "/responses", ", ".join(self.responses), "delays of `point` and `street`"
            )

    @cached_property
    def models(self) -> dict[str, FailureModel]:
        """By technology."""
        return {model.technology: model for model in self.problem.models}

    @cached_property
    def responses(self) -> dict[str, Response]:
        """By severity."""
        return {response.severity: response for response in self.problem.responses}

    @property
    def steps(self) -> int:
        """Weeks of the whole."""
        return self.problem.years * WEEKS

    def delay_days(self, kind: Kind) -> float:
        """Mean days from the fault to its repair."""
        response = self.responses[kind]
        return response.unseen_days + sum(one.days * one.share for one in response.delays)

    def delay_squared(self, kind: Kind) -> float:
        """Mean square of those days."""
        response = self.responses[kind]
        unseen, mean = response.unseen_days, self.delay_days(kind) - response.unseen_days
        square = sum(one.days**2 * one.share for one in response.delays)
        return 2 * unseen**2 + 2 * unseen * mean + square

    def beyond(self, kind: Kind, contract: str | None) -> float:
        """Share of faults mended beyond their target, crews being free."""
        limit = self.target_days(kind, contract)
        delays = self.responses[kind].delays
        return sum(one.share for one in delays if one.days > limit + _WHOLE)

    def target_days(self, kind: Kind, contract: str | None) -> float:
        """The target of a severity and contract, days: its own, else assumed."""
        found = target_of(self.problem.targets, kind, contract)
        return float(found.max_delay_hours) / 24

    def sold_until(self, group: LampGroup) -> float | None:
        """Years from the start until its lamps are sold no more. None: no end in these years."""
        last: date | None = group.purchasable_until
        if last is None:
            return None
        years = max((last - self.problem.starts_on).days / DAYS, 0.0)
        return years if years < self.problem.years else None

    def organisations(self) -> list[str]:
        """Whose lamps there are."""
        return sorted({group.organisation for group in self.problem.groups})


def count_light_points(group: LampGroup) -> int:
    """Light points of a group."""
    return sum(one.count for one in group.lamps)


def compute_weekly_discounts(ground: StrategyInputs) -> Floats:
    """What a euro in the middle of each week is worth on the first day."""
    found: Floats = (1 + ground.problem.discount) ** (-(np.arange(ground.steps) + 0.5) / WEEKS)
    return found


def out_share(ground: StrategyInputs, out: float) -> float:
    """Light-point-days out as a mean share of light points out."""
    lamps = sum(count_light_points(group) for group in ground.problem.groups)
    return min(out / (lamps * ground.problem.years * DAYS), 1.0)


def compute_failure_probability(
    model: FailureModel, burn_hours_year: float, years: Floats
) -> Floats:
    """Probability that a new lamp fails within *years*; 0 before it is there."""
    hours = np.maximum(years, 0.0) * burn_hours_year / model.scale_hours
    found: Floats = -np.expm1(-(hours**model.shape))
    return found


def fails_from(model: FailureModel, burned: float, hours: Floats) -> Floats:
    """Probability that a lamp that has burned so long fails within *hours*."""
    age = burned / model.scale_hours
    found: Floats = -np.expm1(age**model.shape - (age + hours / model.scale_hours) ** model.shape)
    return found


def _check_unique_names(field: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for number, name in enumerate(names):
        if name in seen:
            raise BadInput(f"/{field}/{number}", name, "an identifier that comes once")
        seen.add(name)
