"""What becomes of scenarios when prices, growth, rate or horizon turn out otherwise.

Each answer is a comparison of the whole study with that one thing changed.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial

from synergie.energy.records.tariff import PriceSchedule
from synergie.errors import BadInput
from synergie.lighting.plan._what_if_text import CASES
from synergie.lighting.plan.compare import compare
from synergie.lighting.records.effects import LightingComparison
from synergie.lighting.records.study import LightingAction, LightingStudy
from synergie.lighting.records.what_if import LightingCase, LightingCaseAnswer, ScenarioCost
from synergie.plan.sweep import sweep
from synergie.schemas.plan import Phrase

_FINE = Decimal("0.000001")
_BOUNDS: Mapping[str, tuple[int, int]] = {
    "growth": (-20, 50),
    "discount": (-5, 20),
    "horizon": (1, 40),
}
"""Least and most of what a study takes, where it is not a change in per cent."""


def list_usual_cases() -> tuple[LightingCase, ...]:
    """Energy half as dear again and a quarter cheaper, works a fifth dearer, growth, rate."""
    told = (
        ("energy", 50), ("energy", -25), ("works", 20), ("growth", 3), ("discount", 0),
        ("discount", 6),
    )  # fmt: skip
    return tuple(
        LightingCase.model_validate({"kind": kind, "value": Decimal(value)}) for kind, value in told
    )


def apply_case(study: LightingStudy, case: LightingCase) -> LightingStudy:
    """*study* as it would be. BadInput for a value that a study does not take."""
    low, high = _BOUNDS.get(case.kind, (-100, 1000))
    if not low <= case.value <= high or (case.kind == "horizon" and case.value % 1):
        raise BadInput("/value", case.value, "a value that a study takes")
    factor = 1 + case.value / 100
    if case.kind == "energy":
        prices = tuple(_scale_prices(one, factor) for one in study.prices)
        return study.model_copy(update={"prices": prices})
    if case.kind == "works":
        retrofits = tuple(
            one if one.price_eur is None else one.model_copy(
                update={"price_eur": (one.price_eur * factor).quantize(Decimal("0.01"))}
            )
            for one in study.retrofits
        )  # fmt: skip
        scenarios = tuple(
            one.model_copy(
                update={"actions": tuple(_scale_clock(act, factor) for act in one.actions)}
            )
            for one in study.scenarios
        )
        return study.model_copy(update={"retrofits": retrofits, "scenarios": scenarios})
    share = float(case.value / 100)
    changes: dict[str, float] = {"horizon_years": int(case.value)}
    if case.kind != "horizon":
        changes = {"energy_growth" if case.kind == "growth" else "discount_rate": share}
    return study.model_copy(update={"rules": study.rules.model_copy(update=changes)})


def _scale_prices(schedule: PriceSchedule, factor: Decimal) -> PriceSchedule:
    prices = tuple(
        one.model_copy(update={"eur_per_mwh": (one.eur_per_mwh * factor).quantize(_FINE)})
        for one in schedule.prices
    )
    return schedule.model_copy(update={"prices": prices})


def _scale_clock(action: LightingAction, factor: Decimal) -> LightingAction:
    if action.clock_eur is None:
        return action
    price = (action.clock_eur * factor).quantize(Decimal("0.01"))
    return action.model_copy(update={"clock_eur": price})


def answer_cases(
    study: LightingStudy,
    cases: Sequence[LightingCase],
    *,
    processes: int = 1,
    cluster: str | None = None,
) -> tuple[LightingCaseAnswer, ...]:
    """The scenarios of *study* in each case, on *processes* or the Dask cluster at *cluster*.

    BadInput for a value that a study does not take, before anything is compared.
    """
    for case in cases:
        apply_case(study, case)
    before = find_cheapest_scenario(list_costs(compare(study)))
    found = sweep(partial(answer_case, study, before), cases, processes=processes, cluster=cluster)
    return tuple(one.expect() for one in found)


def answer_case(study: LightingStudy, before: str | None, case: LightingCase) -> LightingCaseAnswer:
    """One of them; *before*: the cheapest scenario of the study as it is."""
    costs = list_costs(compare(apply_case(study, case)))
    cheapest = find_cheapest_scenario(costs)
    return LightingCaseAnswer(
        case=case,
        said=Phrase(text=CASES[case.kind], values=(f"{case.value.normalize():f}",)),
        costs=costs,
        cheapest=cheapest,
        changes=cheapest != before,
    )


def list_costs(comparison: LightingComparison) -> tuple[ScenarioCost, ...]:
    """The net present cost of each scenario."""
    return tuple(
        ScenarioCost(
            scenario=one.scenario,
            cost_eur=next(
                (each.value for each in one.indicators if each.criterion == "net_present_cost"),
                None,
            ),
        )
        for one in comparison.scenarios
    )


def find_cheapest_scenario(costs: Sequence[ScenarioCost]) -> str | None:
    """The one that costs least, the first of equals. None: no cost is known."""
    known = [(one.cost_eur, n) for n, one in enumerate(costs) if one.cost_eur is not None]
    return costs[min(known)[1]].scenario if known else None
