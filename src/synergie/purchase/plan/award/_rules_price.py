"""What each rule of a purchase costs: solved again without it, and without them all."""

from collections.abc import Callable, Iterator
from decimal import Decimal

from synergie.errors import Cancelled, Infeasible, OutOfTime
from synergie.plan.rules.price import PlanValue, compute_rule_price
from synergie.purchase.plan.award import _rules_text as text
from synergie.purchase.records.plan import PurchasePlan
from synergie.purchase.records.purchase import PurchaseProblem
from synergie.purchase.records.rule import PurchaseRule
from synergie.schemas.plan import Phrase
from synergie.schemas.rule import RuleOutcome, RulePrice

_ZERO = Decimal(0)

type Solve = Callable[[PurchaseProblem], PurchasePlan]


def price_rules(problem: PurchaseProblem, plan: PurchasePlan, solve: Solve) -> PurchasePlan:
    """*plan* with the price of each rule, and of all; those that bind are told, dearest first."""
    before = measure_plan(plan)
    outcomes: list[RuleOutcome] = []
    for number, outcome in enumerate(plan.rules):
        price = None
        if outcome.selects:
            rest = problem.rules[:number] + problem.rules[number + 1 :]
            price = _find_price(problem, rest, before, solve=solve, own=outcome.penalty_eur)
        outcomes.append(outcome.model_copy(update={"price": price}))
    whole = outcomes[0].price
    if len(outcomes) > 1:
        whole = _find_price(problem, (), before, solve=solve, own=before.penalty)
    costs = [_describe_price(one) for one in outcomes]
    dearest = sorted((pair for pair in costs if pair is not None), key=lambda pair: -pair[0])
    changes = {
        "rules": tuple(outcomes),
        "rules_price": whole,
        "binding": (
            *plan.binding,
            *(phrase for _, phrase in dearest),
            *(_describe_whole_price(whole, before.penalty) if len(outcomes) > 1 else ()),
            *(
                phrase
                for rule, one in zip(problem.rules, outcomes, strict=True)
                for phrase in _describe_exceptions(rule, one)
            ),
        ),
    }
    return plan.model_copy(update=changes)


def measure_plan(plan: PurchasePlan) -> PlanValue:
    """Cost, weight of soft rules, and the bound on both."""
    penalty = sum((one.penalty_eur for one in plan.rules), _ZERO)
    bound = None if plan.bound_eur is None else plan.bound_eur + penalty
    return PlanValue(plan.objective_eur, penalty, bound)


def _find_price(
    problem: PurchaseProblem,
    rest: tuple[PurchaseRule, ...],
    before: PlanValue,
    *,
    solve: Solve,
    own: Decimal,
) -> RulePrice | None:
    """Against the problem with only the rules *rest*. None: time was short."""
    try:
        other = solve(problem.model_copy(update={"rules": rest}))
    except (OutOfTime, Cancelled, Infeasible):
        return None
    return compute_rule_price(before, measure_plan(other), own)


def _describe_price(outcome: RuleOutcome) -> tuple[Decimal, Phrase] | None:
    """What the rule costs beside its own weight, to sort by, and in a sentence. None: nothing."""
    price, own = outcome.price, outcome.penalty_eur
    if price is None or price.at_most_eur == own:
        return None
    low = max(_ZERO, price.at_least_eur - own)
    if price.at_most_eur is None:
        return low, Phrase(text=text.COSTS_AT_LEAST, values=(outcome.rule, str(low)))
    high = price.at_most_eur - own
    if low != high:
        values = (outcome.rule, str(low), str(high))
        return high, Phrase(text=text.COSTS_BETWEEN, values=values)
    if price.penalty_eur:
        values = (outcome.rule, str(price.cost_eur), str(price.penalty_eur))
        return high, Phrase(text=text.COSTS_WEIGHED, values=values)
    return high, Phrase(text=text.COSTS, values=(outcome.rule, str(price.cost_eur)))


def _describe_whole_price(price: RulePrice | None, own: Decimal) -> Iterator[Phrase]:
    """What all rules cost, their weights left out."""
    if price is None:
        return
    low = max(_ZERO, price.at_least_eur - own)
    if price.at_most_eur is None:
        yield Phrase(text=text.ALL_COST_AT_LEAST, values=(str(low),))
    elif low == price.at_most_eur - own:
        yield Phrase(text=text.ALL_COST, values=(str(low),))
    else:
        values = (str(low), str(price.at_most_eur - own))
        yield Phrase(text=text.ALL_COST_BETWEEN, values=values)


def _describe_exceptions(rule: PurchaseRule, outcome: RuleOutcome) -> Iterator[Phrase]:
    """A rule that is not kept, or selects nothing."""
    if not outcome.selects:
        yield Phrase(text=text.SELECTS_NOTHING, values=(rule.id,))
    if outcome.missed:
        values = (rule.id, str(outcome.missed), str(outcome.penalty_eur))
        yield Phrase(text=text.MISSED[rule.kind], values=values)
