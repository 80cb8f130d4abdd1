"""Rules of one's own in a year: against brute force, their prices, their clashes."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from synergie.errors import BadInput, Infeasible
from synergie.maintenance.plan.year import proof, solve
from synergie.maintenance.plan.year import _verify
from synergie.maintenance.records.maintenance import MaintenancePlan, MaintenanceProblem
from synergie.maintenance.records.rule import RULES, MaintenanceRule
from tests.plan.maintenance_cases import problems, small
from tests.plan.maintenance_rules_force import best_year, list_smallest_clashes

KINDS = (
    "before", "apart", "spacing", "pinned", "keep", "not_in", "never", "at_most", "budget",
)  # fmt: skip
DRAWS = settings(max_examples=100)


def read_rules(rules: list[dict[str, Any]]) -> tuple[MaintenanceRule, ...]:
    """Rules as a file gives them."""
    return RULES.validate_json(json.dumps(rules))


@st.composite
def selectors(draw: st.DrawFn, problem: MaintenanceProblem) -> dict[str, str]:
    visits = problem.visits
    names = {
        "visit": sorted({v.id or v.cabinet for v in visits}),
        "cabinet": sorted({v.cabinet for v in visits}),
        "zone": sorted(zone.id for zone in problem.zones),
        "organisation": sorted({v.organisation for v in visits}),
    }
    which = draw(st.sampled_from([(), (), ("visit",), ("cabinet",), ("zone",), ("organisation",)]))
    return {name: draw(st.sampled_from(names[name])) for name in which}


@st.composite
def drawn_rule(
    draw: st.DrawFn,
    problem: MaintenanceProblem,
    kind: str,
    *,
    name: str = "r",
    hard: bool | None,
) -> dict[str, Any]:
    """One rule of *kind* about anything of *problem*."""
    own: dict[str, Any] = {"id": name, "kind": kind}
    if kind != "never":
        own["of"] = draw(selectors(problem))
    if not (draw(st.booleans()) if hard is None else hard):
        own |= {"hard": False, "eur": draw(st.sampled_from(["1.00", "7.50", "30.00", "500.00"]))}
    weeks = st.integers(1, problem.weeks)
    some = st.lists(weeks, min_size=1, max_size=2)
    match kind:
        case "before":
            own |= {"then": draw(selectors(problem)), "weeks": draw(st.integers(0, 2))}
        case "apart":
            other = draw(st.one_of(st.none(), selectors(problem)))
            own |= {"weeks": draw(st.integers(1, 2)), "other": other}
        case "spacing":
            least = draw(st.integers(0, 2))
            most = draw(st.sampled_from([None, least, least + 1]))
            own |= {"least_weeks": least, "most_weeks": most}
        case "pinned":
            own["week"] = draw(weeks)
        case "not_in":
            own["weeks"] = draw(some)
        case "never":
            own["depot"] = draw(st.sampled_from([d.id for d in problem.depots]))
            own["zone"] = draw(st.sampled_from([z.id for z in problem.zones]))
        case "at_most":
            own |= {"visits": draw(st.integers(0, 2)), "weeks": draw(st.one_of(st.just([]), some))}
        case "budget":
            own |= {
                "max_eur": str(draw(st.integers(0, 400))),
                "rate_eur": draw(st.sampled_from(["0", "10", "33.33"])),
                "weeks": draw(st.one_of(st.just([]), some)),
            }
    return own


def _solve(problem: MaintenanceProblem) -> MaintenancePlan | None:
    try:
        return solve(problem)
    except Infeasible as error:
        told = error.conflicts
    assert told
    return None


def _free(problem: MaintenanceProblem) -> MaintenanceProblem:
    """Brute force knows nothing of plans alone."""
    return problem.model_copy(update={"never_later_than_alone": False})


def _weigh(problem: MaintenanceProblem, plan: MaintenancePlan) -> Decimal:
    """What was minimised: cost, moves, weights of soft rules."""
    weights = sum((one.penalty_eur for one in plan.rules), Decimal(0))
    return plan.objective_eur + problem.move_eur * len(plan.moved) + weights


@pytest.mark.parametrize("hard", [True, False])
@pytest.mark.parametrize("kind", KINDS)
@DRAWS
@given(data=st.data())
def test_a_year_under_a_rule_is_that_of_brute_force_and_its_price_holds(
    data: Any, kind: str, *, hard: bool
) -> None:
    problem = _free(data.draw(problems()))
    rules = read_rules([data.draw(drawn_rule(problem, kind, hard=hard))])
    ruled = problem.model_copy(update={"rules": rules})
    plan, best, without = _solve(ruled), best_year(problem, rules), best_year(problem, ())
    if plan is None:
        assert best is None
        assert hard or without is None  # a soft rule never leaves without a plan
        return
    assert best is not None and without is not None
    assert plan.status == "proved" and plan.gap == 0
    assert _weigh(problem, plan) == best
    assert _verify.faults(ruled, plan) == ()
    (outcome,) = plan.rules
    assert hard <= (not outcome.missed)
    if outcome.selects:
        assert outcome.price is not None
        assert outcome.price.at_least_eur == best - without == outcome.price.at_most_eur


@DRAWS
@given(data=st.data())
def test_several_rules_together_are_those_of_brute_force(data: Any) -> None:
    problem = _free(data.draw(problems()))
    kinds = data.draw(st.lists(st.sampled_from(KINDS), min_size=2, max_size=4))
    drawn = [
        data.draw(drawn_rule(problem, kind, name=f"r{n}", hard=None))
        for n, kind in enumerate(kinds)
    ]
    rules = read_rules(drawn)
    ruled = problem.model_copy(update={"rules": rules})
    plan, best = _solve(ruled), best_year(problem, rules)
    assert (plan is None) == (best is None)
    if plan is None or best is None:
        return
    assert _weigh(problem, plan) == best
    assert _verify.faults(ruled, plan) == ()
    for number, outcome in enumerate(plan.rules):
        if outcome.price is not None:
            rest = best_year(problem, rules[:number] + rules[number + 1 :])
            assert rest is not None and outcome.price.at_most_eur is not None
            assert outcome.price.at_least_eur <= best - rest <= outcome.price.at_most_eur


@DRAWS
@given(data=st.data())
def test_the_clash_that_is_named_is_as_small_as_any(data: Any) -> None:
    problem = _free(data.draw(problems()))
    kinds = data.draw(st.lists(st.sampled_from(KINDS), min_size=2, max_size=4))
    drawn = [
        data.draw(drawn_rule(problem, kind, name=f"r{n}", hard=True))
        for n, kind in enumerate(kinds)
    ]
    rules = read_rules(drawn)
    assume(best_year(problem, ()) is not None)
    fewest = list_smallest_clashes(problem, rules)
    try:
        solve(problem.model_copy(update={"rules": rules}), explain=False)
    except Infeasible as error:
        head: Any = error.conflicts[0]
        assert head.text == "the fewest rules that no plan keeps together: {}"
        assert frozenset(head.values[0].split(", ")) in fewest
    else:
        assert not fewest
