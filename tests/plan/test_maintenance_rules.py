"""Rules of one's own in a year: against brute force, their prices, their clashes."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from synergie.errors import BadInput, Infeasible
from synergie.maintenance.plan.year import _verify, solve
from synergie.maintenance.records.maintenance import MaintenancePlan, MaintenanceProblem
from synergie.maintenance.records.rule import RULES, MaintenanceRule
from tests.depth import times
from tests.plan.maintenance_cases import depot, problems, small, visit
from tests.plan.maintenance_rules_force import best_year, list_smallest_clashes

KINDS = (
    "before", "apart", "spacing", "pinned", "keep", "not_in", "never", "at_most", "budget",
)  # fmt: skip
DRAWS = settings(max_examples=times(50, deep=200))
"""For a hard rule and for a soft one: a hundred a kind."""


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
    return own | draw(_own_terms(problem)[kind])


def _own_terms(problem: MaintenanceProblem) -> dict[str, st.SearchStrategy[dict[str, Any]]]:
    """What only rules of a kind have, by kind."""
    weeks = st.integers(1, problem.weeks)
    some = st.lists(weeks, min_size=1, max_size=2)
    perhaps: st.SearchStrategy[list[int]] = st.one_of(st.just([]), some)
    select = selectors(problem)
    few = st.integers(0, 2)
    spans = st.tuples(few, st.sampled_from([None, 0, 1]))
    depots = st.sampled_from([depot.id for depot in problem.depots])
    zones = st.sampled_from([zone.id for zone in problem.zones])
    amounts = st.integers(0, 400).map(str)
    rates = st.sampled_from(["0", "10", "33.33"])
    fixed = st.fixed_dictionaries
    return {
        "before": fixed({"then": select, "weeks": few}),
        "apart": fixed({"weeks": st.integers(1, 2), "other": st.one_of(st.none(), select)}),
        "spacing": spans.map(
            lambda one: {
                "least_weeks": one[0],
                "most_weeks": None if one[1] is None else one[0] + one[1],
            }
        ),
        "pinned": fixed({"week": weeks}),
        "keep": st.just({}),
        "not_in": fixed({"weeks": some}),
        "never": fixed({"depot": depots, "zone": zones}),
        "at_most": fixed({"visits": few, "weeks": perhaps}),
        "budget": fixed({"max_eur": amounts, "rate_eur": rates, "weeks": perhaps}),
    }


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


def _four_weeks(*rules: dict[str, Any]) -> MaintenanceProblem:
    """Two visits in two zones: the first is cheapest in week 1, the second in week 4."""
    return small(
        weeks=4,
        depots=(
            depot("org-a", [2] * 4, {"g1": 100, "g2": 120}),
            depot("org-b", [2] * 4, {"g1": 130, "g2": 110}),
        ),
        visits=(
            visit("c1", "3.5", [0, 50, 50, 50]),
            visit("c2", "3", [30, 20, 10, 0], zone="g2", organisation="org-b"),
        ),
        neighbours=(),
        rules=read_rules(list(rules)),
    )


def _weeks(plan: MaintenancePlan) -> dict[str, int]:
    return {one.cabinet: one.week for one in plan.visits}


def test_each_step_of_a_series_is_no_longer_than_it_may_be() -> None:
    assert _weeks(solve(_four_weeks())) == {"c1": 1, "c2": 4}
    rule = {"id": "r", "kind": "spacing", "most_weeks": 1}
    plan = solve(_four_weeks(rule))
    assert _weeks(plan) == {"c1": 1, "c2": 2}
    assert [phrase.tell(str) for phrase in plan.binding] == [
        "the rule r: without it, the year costs 20 EUR less"
    ]


def test_a_soft_rule_weighs_beside_the_cost_and_never_in_it() -> None:
    rule = {"id": "r", "kind": "spacing", "most_weeks": 1, "hard": False, "eur": "5.00"}
    plan, free = solve(_four_weeks(rule)), solve(_four_weeks())
    assert plan.objective_eur == free.objective_eur == plan.bound_eur
    assert (plan.rules[0].missed, plan.rules[0].penalty_eur) == (1, Decimal(5))
    assert plan.binding[-1].values == ("r", "1", "5.00")


def test_rules_that_contradict_each_other_are_named_with_what_one_fewer_costs() -> None:
    rules: list[dict[str, Any]] = [
        {"id": "late", "kind": "not_in", "weeks": [1, 2], "of": {"visit": "c1"}},
        {"id": "first", "kind": "before", "of": {"visit": "c1"}, "then": {"visit": "c2"}},
        {"id": "early", "kind": "pinned", "week": 3, "of": {"visit": "c2"}},
        {"id": "idle", "kind": "at_most", "visits": 5},
    ]
    with pytest.raises(Infeasible) as error:
        solve(_four_weeks(*rules))
    told = [str(reason) for reason in error.value.conflicts]
    assert told[0] == "the fewest rules that no plan keeps together: late, first, early"
    assert told[1].startswith("rule late (/rules/0)") and told[3].startswith(
        "rule early (/rules/2)"
    )
    assert len([one for one in told if one.startswith("without the rule")]) == 3


def test_a_rule_that_selects_nothing_is_told_and_changes_nothing() -> None:
    rule = {"id": "r", "kind": "keep"}
    plan = solve(_four_weeks(rule))
    assert plan.objective_eur == solve(_four_weeks()).objective_eur
    assert (plan.rules[0].selects, plan.rules[0].price) == (0, None)
    assert [phrase.tell(str) for phrase in plan.binding] == ["the rule r selects nothing"]


def test_a_plan_that_breaks_a_rule_or_hides_it_does_not_hold() -> None:
    soft = _four_weeks(
        {"id": "r", "kind": "before", "of": {"visit": "c2"}, "then": {"visit": "c1"},
         "hard": False, "eur": "1.00"}
    )  # fmt: skip
    hard = soft.model_copy(
        update={"rules": (soft.rules[0].model_copy(update={"hard": True, "eur": None}),)}
    )
    plan = solve(soft)
    assert plan.rules[0].missed == 1 and _verify.faults(soft, plan) == ()
    assert "the rule r is broken by 1" in _verify.faults(hard, plan)
    for change in ({"missed": 0}, {"penalty_eur": Decimal(0)}):
        other = plan.model_copy(update={"rules": (plan.rules[0].model_copy(update=change),)})
        assert _verify.faults(soft, other)
    assert _verify.faults(soft, plan.model_copy(update={"rules": ()}))


@pytest.mark.parametrize(
    ("rule", "where"),
    [
        ({"kind": "pinned", "week": 1, "of": {"visit": "nobody"}}, "/rules/0/of/visit"),
        ({"kind": "before", "then": {"zone": "g9"}}, "/rules/0/then/zone"),
        ({"kind": "never", "depot": "d-org-z", "zone": "g1"}, "/rules/0/depot"),
        ({"kind": "not_in", "weeks": [1, 5]}, "/rules/0/weeks"),
        ({"kind": "pinned", "week": 5}, "/rules/0/weeks"),
    ],
)
def test_a_name_or_a_week_that_is_not_there_is_refused(rule: dict[str, Any], where: str) -> None:
    with pytest.raises(BadInput) as error:
        solve(_four_weeks({"id": "r", **rule}))
    assert error.value.where == where


def test_a_year_without_rules_is_written_as_before_there_were_any() -> None:
    problem = small()
    assert "rules" not in problem.model_dump(mode="json")
    told = solve(problem).model_dump(mode="json")
    assert not {"rules", "rules_price", "binding"} & told.keys()
