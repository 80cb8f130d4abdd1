"""Rules of one's own in a purchase: against brute force, their prices, their clashes."""

import io
import json
from decimal import Decimal
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from synergie.errors import BadInputs, Infeasible
from synergie.plan.rules.clash import find_smallest_clash
from synergie.purchase.plan import award as purchase
from synergie.purchase.plan.award import _verify, check, proof
from synergie.purchase.plan.offers.rules import parse_rules, read_rule_file
from synergie.purchase.plan.sharing import purchase_game
from synergie.purchase.records.plan import PurchasePlan
from synergie.purchase.records.purchase import PurchaseProblem
from synergie.purchase.records.rule import RULES, PurchaseRule
from tests.depth import times
from tests.plan.purchase_rules_force import RuleForce, smallest_clashes
from tests.plan.test_purchase_features import problems

EXAMPLES = Path(__file__).parents[2] / "examples"
KINDS = ("not_with", "min_suppliers", "max_share", "green", "budget", "pinned")
DRAWS = settings(max_examples=times(50, deep=200))
"""For a hard rule and for a soft one: a hundred a kind."""
_EXACT = 5_000_000
"""Up to so many euros, weights counted, a bound is proved to the cent: a solver gives 1e-9."""


def read_rules(rules: list[dict[str, Any]]) -> tuple[PurchaseRule, ...]:
    """Rules as a file gives them."""
    return RULES.validate_json(json.dumps(rules))


@st.composite
def drawn_rule(
    draw: st.DrawFn, problem: PurchaseProblem, kind: str, *, name: str = "r", hard: bool | None
) -> dict[str, Any]:
    """One rule of *kind* about anything of *problem*."""
    own: dict[str, Any] = {"id": name, "kind": kind, "of": draw(_selector(problem))}
    if not (draw(st.booleans()) if hard is None else hard):
        weights = ["0.01", "0.50", "3.00", "40.00", "2000.00"]
        own |= {"hard": False, "eur": draw(st.sampled_from(weights))}
    suppliers = sorted({offer.supplier for offer in problem.offers})
    offers = sorted(offer.id for offer in problem.offers)
    shares = st.sampled_from([0, 0.3, 0.5, 0.8, 1])
    match kind:
        case "not_with":
            own["supplier"] = draw(st.sampled_from(suppliers))
        case "min_suppliers":
            own["suppliers"] = draw(st.integers(1, 3))
        case "max_share":
            own["share"] = draw(shares)
            own["supplier"] = draw(st.sampled_from([None, *suppliers]))
        case "green":
            own["share"] = draw(shares)
        case "budget":
            own["max_eur"] = str(draw(st.integers(0, 12_000)))
        case _:
            choice = draw(st.sampled_from(["offer", "supplier", "alone"]))
            names = {"offer": offers, "supplier": suppliers}.get(choice)
            if names:
                own[choice] = draw(st.sampled_from(names))
    return own


@st.composite
def _selector(draw: st.DrawFn, problem: PurchaseProblem) -> dict[str, str]:
    members = sorted({point.member for point in problem.points})
    names = {
        "member": members,
        "lot": [lot.id for lot in problem.lots],
        "point": [point.id for point in problem.points],
    }
    which = draw(st.sampled_from([(), (), ("member",), ("lot",), ("point",), ("member", "lot")]))
    return {name: draw(st.sampled_from(names[name])) for name in which}


def _is_whole(force: RuleForce) -> bool:
    """Whether every lot that is needed has an offer left: else it is not bought at all."""
    needed = {need.lot.id for need in force.needs}
    return needed <= {offer.lot for offer in force.offers}


def _solve(problem: PurchaseProblem) -> PurchasePlan | None:
    try:
        return purchase.solve(problem)
    except Infeasible as error:
        told = error.conflicts
    assert told
    return None


def _has_blocking_fault(problem: PurchaseProblem) -> bool:
    return any(one.severity == "blocking" for one in check.faults(problem))


@pytest.mark.parametrize("hard", [True, False])
@pytest.mark.parametrize("kind", KINDS)
@DRAWS
@given(data=st.data())
def test_a_plan_under_a_rule_is_that_of_brute_force_and_its_price_holds(
    data: Any, kind: str, *, hard: bool
) -> None:
    problem = data.draw(problems())
    rules = read_rules([data.draw(drawn_rule(problem, kind, hard=hard))])
    ruled = problem.model_copy(update={"rules": rules})
    assume(not _has_blocking_fault(ruled))
    force, free = RuleForce(problem, rules), RuleForce(problem, ())
    assume(_is_whole(force))
    plan, best, without = _solve(ruled), force.best(), free.best()
    if plan is None:
        assert best is None
        assert hard or without is None  # a soft rule never leaves without a plan
        return
    assert best is not None and without is not None
    (outcome,) = plan.rules
    assert Fraction(plan.objective_eur + outcome.penalty_eur) == best
    near = Decimal("0.02") + Decimal(int(best)).scaleb(-8) if best > _EXACT else 0
    assert plan.status == "proved" and plan.bound_eur is not None
    assert 0 <= plan.objective_eur - plan.bound_eur <= near
    assert proof.faults(ruled, plan) == ()
    if outcome.selects:
        price = outcome.price
        assert price is not None and price.at_most_eur is not None
        assert price.at_least_eur <= best - without <= price.at_most_eur
        assert price.at_most_eur - price.at_least_eur <= 2 * near
    assert hard <= (not outcome.missed)


@DRAWS
@given(data=st.data())
def test_several_rules_together_are_those_of_brute_force(data: Any) -> None:
    problem = data.draw(problems())
    kinds = data.draw(st.lists(st.sampled_from(KINDS), min_size=2, max_size=4))
    drawn = [
        data.draw(drawn_rule(problem, kind, name=f"r{n}", hard=None))
        for n, kind in enumerate(kinds)
    ]
    rules = read_rules(drawn)
    ruled = problem.model_copy(update={"rules": rules})
    assume(not _has_blocking_fault(ruled))
    force = RuleForce(problem, rules)
    assume(_is_whole(force))
    plan, best = _solve(ruled), force.best()
    assert (plan is None) == (best is None)
    if plan is None or best is None:
        return
    whole = plan.objective_eur + sum((one.penalty_eur for one in plan.rules), Decimal(0))
    assert Fraction(whole) == best
    assert _verify.faults(ruled, plan) == ()
    for number, outcome in enumerate(plan.rules):
        if outcome.price is not None and outcome.price.at_most_eur is not None:
            rest = RuleForce(problem, rules[:number] + rules[number + 1 :]).best()
            assert rest is not None
            assert outcome.price.at_least_eur <= best - rest <= outcome.price.at_most_eur
    without = RuleForce(problem, ()).best()
    assert plan.rules_price is not None and without is not None
    assert plan.rules_price.at_most_eur is not None
    assert plan.rules_price.at_least_eur <= best - without <= plan.rules_price.at_most_eur


@DRAWS
@given(data=st.data())
def test_the_clash_that_is_named_is_as_small_as_any(data: Any) -> None:
    problem = data.draw(problems())
    assume(not _has_blocking_fault(problem))
    kinds = data.draw(st.lists(st.sampled_from(KINDS), min_size=2, max_size=5))
    rules = read_rules(
        [
            data.draw(drawn_rule(problem, kind, name=f"r{n}", hard=True))
            for n, kind in enumerate(kinds)
        ]
    )
    assume(_is_whole(RuleForce(problem, rules)) and RuleForce(problem, ()).best() is not None)
    fewest = smallest_clashes(problem, rules)
    try:
        purchase.solve(problem.model_copy(update={"rules": rules}), explain=False)
    except Infeasible as error:
        head: Any = error.conflicts[0]
        assert head.text == "the fewest rules that no plan keeps together: {}"
        assert frozenset(head.values[0].split(", ")) in fewest
    else:
        assert not fewest


@given(
    st.integers(1, 9),
    st.lists(st.sets(st.integers(0, 8), min_size=1, max_size=5), min_size=1, max_size=8),
)
def test_the_fewest_rules_that_clash_are_found(count: int, clashes: list[set[int]]) -> None:
    clashes = [clash for some in clashes if (clash := {one % count for one in some})]

    def holds(kept: frozenset[int]) -> bool:
        return not any(clash <= kept for clash in clashes)

    found = find_smallest_clash(range(count), holds)
    assert found.proved
    assert set(found.rules) in clashes
    assert len(found.rules) == min(map(len, clashes))


@given(
    st.lists(st.sets(st.integers(0, 5), min_size=1, max_size=4), min_size=1, max_size=5),
    st.integers(0, 12),
)
def test_without_time_the_rules_told_clash_all_the_same(
    clashes: list[set[int]], answers: int
) -> None:
    left = iter(range(answers))

    def holds(kept: frozenset[int]) -> bool | None:
        if next(left, None) is None:
            return None
        return not any(clash <= kept for clash in clashes)

    found = find_smallest_clash(range(6), holds)
    assert any(clash <= set(found.rules) for clash in clashes)
    if found.proved:
        assert len(found.rules) == min(map(len, clashes))


def _group() -> PurchaseProblem:
    return check.parse_problem((EXAMPLES / "achat-groupe.json").read_bytes())


def _with_rules(*rules: dict[str, Any]) -> PurchaseProblem:
    return _group().model_copy(update={"rules": read_rules(list(rules))})


def test_a_rule_of_a_name_that_is_not_there_is_refused_with_its_place() -> None:
    problem = _with_rules(
        {"id": "a", "kind": "not_with", "supplier": "Nobody"},
        {"id": "a", "kind": "green", "share": 0.5, "of": {"member": "nancy"}},
        {"id": "c", "kind": "pinned", "offer": "offre-z", "of": {"lot": "lot-9", "point": "p"}},
    )
    with pytest.raises(BadInputs) as error:
        purchase.solve(problem)
    assert [fault.where for fault in error.value.faults] == [
        "/rules/1/id",
        "/rules/0/supplier",
        "/rules/1/of/member",
        "/rules/2/of/lot",
        "/rules/2/of/point",
        "/rules/2/offer",
    ]


def _two_lots() -> PurchaseProblem:
    """The group, and one of its points again as water works, in a lot of their own."""
    problem = _group()
    two = problem.points[0].model_copy(update={"id": "x", "usage": "water"})
    water = problem.lots[0].model_copy(update={"id": "lot-2", "usages": ("water",)})
    offers = [
        offer.model_copy(update={"id": f"{offer.id}-2", "lot": "lot-2"}) for offer in problem.offers
    ]
    changes = {
        "points": (*problem.points, two),
        "lots": (*problem.lots, water),
        "offers": (*problem.offers, *offers),
        "nobody_pays_more": False,
        "may_leave": False,
    }
    return problem.model_copy(update=changes)


def test_a_rule_that_selects_nothing_is_told_and_changes_nothing() -> None:
    problem = _two_lots()
    other = min({point.member for point in problem.points} - {problem.points[-1].member})
    rule = {"id": "none", "kind": "min_suppliers", "suppliers": 9}
    rules = read_rules([rule | {"of": {"member": other, "lot": "lot-2"}}])
    ruled = problem.model_copy(update={"rules": rules})
    assert check.faults(ruled)[-1].kind == "rule_empty"
    plan, free = purchase.solve(ruled), purchase.solve(problem)
    assert plan.objective_eur == free.objective_eur
    assert (plan.rules[0].selects, plan.rules[0].price) == (0, None)
    assert [phrase.text for phrase in plan.binding] == ["the rule {} selects nothing"]


def test_a_soft_rule_over_two_lots_ties_them() -> None:
    problem = _two_lots()
    assert len({award.supplier for award in purchase.solve(problem).awards}) == 1
    rule = {"id": "two", "kind": "min_suppliers", "suppliers": 2, "hard": False, "eur": "5000"}
    plan = purchase.solve(problem.model_copy(update={"rules": read_rules([rule])}))
    assert len({award.supplier for award in plan.awards}) == 2
    assert plan.rules[0].missed == 0


def test_a_rule_that_binds_is_told_with_its_price() -> None:
    plan = purchase.solve(
        _with_rules({"id": "pas-a", "kind": "not_with", "supplier": "Fournisseur A (fictif)"})
    )
    assert [phrase.tell(str) for phrase in plan.binding] == [
        "the rule pas-a: without it, the purchase costs 531.10 EUR less"
    ]


def test_a_soft_rule_weighs_beside_the_cost_and_never_in_it() -> None:
    soft = {"id": "b", "kind": "budget", "max_eur": "1000", "hard": False, "eur": "0.01"}
    plan, free = purchase.solve(_with_rules(soft)), purchase.solve(_group())
    assert plan.objective_eur == free.objective_eur == plan.bound_eur
    paid = sum((place.supply_eur for place in plan.places), Decimal(0))
    over = ceil(paid - 1000)
    assert (plan.rules[0].missed, plan.rules[0].penalty_eur) == (over, Decimal(over) / 100)
    assert plan.binding[-1].values == ("b", str(plan.rules[0].missed), str(Decimal(over) / 100))


def test_a_problem_without_rules_is_written_as_before_there_were_any() -> None:
    problem = _group()
    assert "rules" not in problem.model_dump(mode="json")
    assert "rules" not in json.loads(purchase.solve(problem).model_dump_json())


def test_a_plan_that_breaks_a_rule_or_hides_it_does_not_hold() -> None:
    problem = _with_rules({"id": "cap", "kind": "max_share", "share": 0.5})
    soft = _with_rules(
        {"id": "cap", "kind": "max_share", "share": 0.5, "hard": False, "eur": "0.01"}
    )
    plan = purchase.solve(soft)
    assert plan.rules[0].missed
    assert proof.faults(soft, plan) == ()
    broken = f"the rule cap is broken by {plan.rules[0].missed}"
    assert broken in _verify.faults(problem, plan)
    for change in ({"missed": 0}, {"penalty_eur": Decimal(0)}, {"selects": 1}):
        other = plan.model_copy(update={"rules": (plan.rules[0].model_copy(update=change),)})
        assert _verify.faults(soft, other)
    assert _verify.faults(soft, plan.model_copy(update={"rules": ()}))


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('[{"id": "a", "kind": "nope"}]', "/rules/0"),
        ('[{"id": "a"}]', "/rules/0"),
        ('[{"id": "a", "kind": "max_share", "share": 1.01}]', "/rules/0/share"),
        ('[{"id": "a", "kind": "max_share", "share": NaN}]', "/rules/0/share"),
        ('[{"id": "a", "kind": "green", "share": Infinity}]', "/rules/0/share"),
        ('[{"id": "a", "kind": "budget", "max_eur": "-1"}]', "/rules/0/max_eur"),
        ('[{"id": "a", "kind": "budget", "max_eur": "NaN"}]', "/rules/0/max_eur"),
        ('[{"id": "a", "kind": "min_suppliers", "suppliers": 0}]', "/rules/0/suppliers"),
        ('[{"id": "a", "kind": "green", "share": 1, "hard": false}]', "/rules/0"),
        ('[{"id": "a", "kind": "green", "share": 1, "eur": "1.00"}]', "/rules/0"),
        ('[{"id": "a", "kind": "pinned", "offer": "o", "supplier": "s"}]', "/rules/0"),
        ('[{"id": "a", "kind": "green", "share": 1, "of": {"lots": "l"}}]', "/rules/0/of/lots"),
    ],
)
def test_a_bad_rule_is_refused_with_its_place(text: str, where: str) -> None:
    with pytest.raises(BadInputs) as error:
        parse_rules(text, "r.json")
    assert error.value.faults[0].where == f"r.json {where}"


def test_the_template_of_rules_gives_the_rules_with_their_rows() -> None:
    text = (
        "Sorte;Règle;Membre;Lot (identifiant);Point de livraison;Fournisseur;Offre;Nombre;Part (%);"
        "Montant au plus (€);Poids (€ par unité);Motif\r\n"
        "pas chez;r1;pompey;;;Fournisseur A (fictif);;;;;;Délibération 12\r\n"
        "fournisseurs au moins;r2;;lot-1;;;;2;;;40;\r\n"
        "part au plus;r3;;;;;;;62,5;;;\r\n"
        "choix fixé;r4;;;p1;;offre-a;;;;0,50;\r\n"
        "budget au plus;r5;;;;;;;;1200,50;;\r\n"
        "part verte au moins;r6;;;;;;3;50;;;\r\n"
    )
    found = read_rule_file(io.BytesIO(text.encode()), "regles.csv")
    assert found.rules == read_rules(
        [
            {"id": "r1", "kind": "not_with", "of": {"member": "pompey"}, "why": "Délibération 12",
             "supplier": "Fournisseur A (fictif)"},
            {"id": "r2", "kind": "min_suppliers", "of": {"lot": "lot-1"}, "suppliers": 2,
             "hard": False, "eur": "40"},
            {"id": "r3", "kind": "max_share", "share": 0.625},
            {"id": "r4", "kind": "pinned", "of": {"point": "p1"}, "offer": "offre-a",
             "hard": False, "eur": "0.50"},
            {"id": "r5", "kind": "budget", "max_eur": "1200.50"},
        ]
    )  # fmt: skip
    assert [source.row for source in found.sources] == [2, 3, 4, 5, 6]
    assert found.report is not None and found.report.refusals == 1  # a green share has no number


def test_coalitions_keep_the_rules_that_name_nobody_else() -> None:
    problem = _with_rules(
        {"id": "a", "kind": "not_with", "of": {"member": "pompey"},
         "supplier": "Fournisseur A (fictif)"},
        {"id": "b", "kind": "max_share", "share": 0.9, "hard": False, "eur": "0.01"},
    )  # fmt: skip
    game = purchase_game(problem).game
    alone = game.players.index("custines")
    free = purchase_game(problem.model_copy(update={"rules": ()})).game
    assert game.values[1 << alone] == free.values[1 << alone]
    assert game.values[-1] > free.values[-1]
