"""Scenarios of lighting side by side: effects, what is excluded, what another one beats.

No score: that takes weights, and weights are somebody's (domain.md §12.3).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from synergie import __version__
from synergie.errors import Cancelled
from synergie.lighting.plan import _compare_text as text
from synergie.lighting.plan._checks import check
from synergie.lighting.plan.criteria import (
    CRITERIA,
    First,
    ScenarioEvaluation,
    StudyContext,
    View,
    build_study_context,
)
from synergie.lighting.plan.criteria.carbon import by_factor
from synergie.lighting.plan.criteria.equity import unsure_communes
from synergie.lighting.plan.criteria.legality import judge_scenario
from synergie.lighting.plan.design import tally_sizing
from synergie.lighting.plan.effects import Setting, list_energy_assumptions
from synergie.lighting.plan.law import LawRules, breaches, tally_law
from synergie.lighting.plan.lights import park_of
from synergie.lighting.plan.measured import Floats, Park
from synergie.lighting.plan.money import Money, money_of
from synergie.lighting.records.effects import (
    Breach,
    CommuneEffects,
    Dominance,
    Indicator,
    LightingComparison,
    LightingCriterion,
    ScenarioEffects,
    WhoPays,
)
from synergie.lighting.records.study import LightingScenario, LightingStudy
from synergie.schemas.plan import Phrase
from synergie.schemas.plan_bytes import digest

# Which scenario beats which, on the criteria that are known for all.

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


_DIGITS = 12


def compare(
    study: LightingStudy,
    *,
    cabinets: bool = False,
    law: LawRules | None = None,
    cancel: Callable[[], bool] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> LightingComparison:
    """Every scenario of *study* with its effects; the same study gives the same bytes.

    *cabinets*: whether effects are told by cabinet, too. *law*: what of the law is checked.
    *progress* is told how many scenarios are done, of how many. BadInput with a JSON pointer for a
    name that the study does not have; Cancelled when *cancel* says so.
    """
    check(study)
    setting = Setting(study, park_of(study))
    ground = build_study_context(study, setting.park, law)
    done: list[_Done] = []
    first: First | None = None
    for n, scenario in enumerate(study.scenarios):
        if cancel is not None and cancel():
            raise Cancelled
        whole = _evaluate_scenario(setting, ground, scenario, first)
        first = whole.first
        done.append(_compute_scenario_effects(whole, cabinets=cabinets))
        if progress is not None:
            progress(n + 1, len(study.scenarios))
    return _build_comparison(study, setting, ground, done)


@dataclass(frozen=True, slots=True)
class _Done:
    """What is kept of one scenario."""

    effects: ScenarioEffects
    money: Money
    unsure: tuple[str, ...]
    """Communes of which it is not known whether they are worse off."""


def _evaluate_scenario(
    setting: Setting, ground: StudyContext, scenario: LightingScenario, first: First | None
) -> ScenarioEvaluation:
    found = setting.measured(scenario)
    money = money_of(found)
    return ScenarioEvaluation(found, money, ground, first or First(found, money))


def _compute_scenario_effects(whole: ScenarioEvaluation, *, cabinets: bool) -> _Done:
    found, money, view = whole.found, whole.money, View(whole, None)
    effects = ScenarioEffects(
        scenario=found.scenario.id,
        indicators=_compute_indicators(view),
        communes=tuple(
            CommuneEffects(
                insee_code=one.insee_code, indicators=_compute_indicators(View(whole, n))
            )
            for n, one in enumerate(found.study.communes)
        ),
        cabinets=money.cabinets if cabinets else (),
        profile_kw=_list_known_figures(found.profile_kw),
        months_kwh=_list_known_figures(found.months_kwh),
        carbon_t=tuple(_round_significant_digits(one) for one in by_factor(view)),
        years=money.years,
        law=tally_law(found.park.count, judge_scenario(whole)),
        sizing=tally_sizing(found, whole.ground.roads),
        breaches=breaches(found, facts=whole.ground.facts),
        not_done=found.not_done,
        over_budget=money.over_budget,
    )
    return _Done(effects, money, tuple(unsure_communes(view)))


def _compute_indicators(view: View) -> tuple[Indicator, ...]:
    return tuple(one.measure_view(view) for one in CRITERIA.values() if one.concerns(view))


def _list_known_figures(values: Floats) -> tuple[float, ...]:
    """The figures; none when one is not known."""
    return (
        ()
        if np.isnan(values).any()
        else tuple(_round_significant_digits(one) for one in values.tolist())
    )


def _round_significant_digits(value: float) -> float:
    """Twelve digits, so that the bytes do not hang on the order of sums."""
    return float(f"{value:.{_DIGITS}g}")


def _build_comparison(
    study: LightingStudy, setting: Setting, ground: StudyContext, done: Sequence[_Done]
) -> LightingComparison:
    excluded = tuple(one.effects.scenario for one in done if _is_excluded(one.effects))
    kept = [one.effects for one in done if one.effects.scenario not in excluded]
    left_out = not_compared(kept)
    told = (
        *list_energy_assumptions(study, setting.park),
        *_of_study(study, setting.park),
        *_of_money(done),
        *_of_sizing(done),
        *_of_law(ground.law, done),
        *_of_fairness(done),
        *_of_criteria(left_out, kept),
    )
    return LightingComparison(
        study=study.name,
        study_digest=digest(study),
        criteria=tuple(one.told for one in CRITERIA.values()),
        scenarios=tuple(one.effects for one in done),
        excluded=excluded,
        dominated=find_dominated_scenarios(kept, list_comparable_criteria(kept)),
        not_compared=left_out,
        bodies=tuple(_iterate_body_costs(done)),
        assumptions=tuple(dict.fromkeys(told)),
        synergie=__version__,
    )


def _is_excluded(one: ScenarioEffects) -> bool:
    """Whether it brings what the law forbids, or surely makes a commune worse off.

    A missing order of a mayor excludes nothing: it is one of the things to be decided.
    """
    worse = next(i for i in one.indicators if i.criterion == "worse_off")
    least = worse.low if worse.value is None else worse.value
    return bool(least) or any(_is_excluding_breach(breach) for breach in one.breaches)


def _is_excluding_breach(breach: Breach) -> bool:
    return breach.is_new and breach.rule != "mayor-order"


def _iterate_body_costs(done: Sequence[_Done]) -> Iterator[WhoPays]:
    for one in done:
        for body in one.money.bodies:
            yield WhoPays(
                scenario=one.effects.scenario, body=body.body,
                investment_eur=body.investment_eur, bill_eur=body.bill_eur,
            )  # fmt: skip


def _of_study(study: LightingStudy, park: Park) -> Iterator[Phrase]:
    loose = round(float(park.count[park.commune < 0].sum()))
    if loose:
        yield Phrase(text=text.NO_COMMUNE, values=(str(loose),))
    if not study.failures:
        yield Phrase(text=text.FAILURES_ASSUMED)
    if len(study.rules.co2) == 1:
        yield Phrase(text=text.ONE_FACTOR)


def _of_money(done: Sequence[_Done]) -> Iterator[Phrase]:
    for one in done:
        yield from one.money.assumptions


def _of_sizing(done: Sequence[_Done]) -> Iterator[Phrase]:
    """What stands behind the light on roads, where a scenario replaces luminaires."""
    if any(one.effects.sizing is not None for one in done):
        yield Phrase(text=text.FACTORS)


def _of_law(law: LawRules, done: Sequence[_Done]) -> Iterator[Phrase]:
    yield Phrase(text=text.LAW_AS_KNOWN)
    if law.unknown_usage is not None:
        yield Phrase(text=text.USAGE_ASSUMED, values=(law.unknown_usage,))
    for one in done:
        legal = next(i for i in one.effects.indicators if i.criterion == "legal")
        if legal.value is None:
            yield Phrase(text=text.LEGAL_UNKNOWN, values=(one.effects.scenario,))
        if any(breach.rule == "mayor-order" for breach in one.effects.breaches):
            yield Phrase(text=text.ORDER_MISSING, values=(one.effects.scenario,))


def _of_fairness(done: Sequence[_Done]) -> Iterator[Phrase]:
    yield Phrase(text=text.WORSE_OFF)
    for one in done:
        if one.unsure:
            values = (one.effects.scenario, str(len(one.unsure)))
            yield Phrase(text=text.WORSE_UNKNOWN, values=values)


def _of_criteria(
    left_out: tuple[LightingCriterion, ...], kept: Sequence[ScenarioEffects]
) -> Iterator[Phrase]:
    for criterion in left_out:
        unknown = sum(
            i.value is None for one in kept for i in one.indicators if i.criterion == criterion
        )
        values = (criterion, str(unknown), str(len(kept)))
        yield Phrase(text=text.NOT_COMPARED, values=values)
    known = list_comparable_criteria(kept)
    if not has_enough_criteria(known):
        yield Phrase(text=text.TOO_FEW, values=(str(len(known)), str(len(WEIGHED))))
