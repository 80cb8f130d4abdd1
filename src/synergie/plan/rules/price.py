"""What a rule costs: the best plan with it less the best plan without it, as an interval."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from synergie.schemas.plan import Phrase
from synergie.schemas.rule import RuleOutcome, RulePrice

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class PlanValue:
    """What a plan costs, what the soft rules it misses weigh, and a bound on both together."""

    cost: Decimal
    penalty: Decimal
    bound: Decimal | None

    @property
    def total(self) -> Decimal:
        """Cost and weights: what was minimised."""
        return self.cost + self.penalty


@dataclass(frozen=True, slots=True)
class RuleTexts:
    """The sentences of one kind of plan about what its rules cost."""

    costs: str
    costs_between: str
    costs_at_least: str
    costs_weighed: str
    all_cost: str
    all_cost_between: str
    all_cost_at_least: str
    selects_nothing: str
    missed: Mapping[str, str]
    """By kind of rule."""


@dataclass(frozen=True, slots=True)
class RulePrices:
    """The outcomes with their prices, that of all rules together, and what is to be said."""

    outcomes: tuple[RuleOutcome, ...]
    together: RulePrice | None
    said: tuple[Phrase, ...]


def compute_rule_price(before: PlanValue, after: PlanValue, own: Decimal) -> RulePrice:
    """The price of what *before* was solved with and *after* without.

    *own*: what *before* weighs for it by itself. The plan of *before* is one of the problem
    without it, too, and stands in for *after* where it is the better one.
    """
    kept = PlanValue(before.cost, before.penalty - own, after.bound)
    best = min(after, kept, key=lambda value: value.total)
    low = _ZERO if before.bound is None else max(_ZERO, before.bound - best.total)
    high = None if best.bound is None else max(low, before.total - best.bound)
    return RulePrice(
        at_least_eur=low,
        at_most_eur=high,
        cost_eur=before.cost - best.cost,
        penalty_eur=kept.penalty - best.penalty,
    )


def price_rules(
    kinds: Sequence[str],
    outcomes: Sequence[RuleOutcome],
    before: PlanValue,
    *,
    solve_without: Callable[[frozenset[int]], PlanValue | None],
    texts: RuleTexts,
) -> RulePrices:
    """The price of each rule and of all; those that bind are told, dearest first.

    *kinds*: of the rules, in their order. *solve_without* gives the value of the plan without the
    rules of those numbers. None: time was short.
    """
    priced = []
    for number, one in enumerate(outcomes):
        after = solve_without(frozenset({number})) if one.selects else None
        price = None if after is None else compute_rule_price(before, after, one.penalty_eur)
        priced.append(one.model_copy(update={"price": price}))
    weights = sum((one.penalty_eur for one in priced), _ZERO)
    together = priced[0].price
    if len(priced) > 1:
        after = solve_without(frozenset(range(len(priced))))
        together = None if after is None else compute_rule_price(before, after, weights)
    costs = (_describe_price(one, texts) for one in priced)
    dearest = sorted((pair for pair in costs if pair is not None), key=lambda pair: -pair[0])
    said = [phrase for _, phrase in dearest]
    if len(priced) > 1 and together is not None:
        said.append(_describe_together(together, weights, texts))
    for kind, one in zip(kinds, priced, strict=True):
        said += _describe_exceptions(kind, one, texts)
    return RulePrices(tuple(priced), together, tuple(said))


def _describe_price(outcome: RuleOutcome, texts: RuleTexts) -> tuple[Decimal, Phrase] | None:
    """What the rule costs beside its own weight, to sort by, and in a sentence. None: nothing."""
    price, own = outcome.price, outcome.penalty_eur
    if price is None or price.at_most_eur == own:
        return None
    low = max(_ZERO, price.at_least_eur - own)
    if price.at_most_eur is None:
        return low, Phrase(text=texts.costs_at_least, values=(outcome.rule, str(low)))
    high = price.at_most_eur - own
    if low != high:
        values = (outcome.rule, str(low), str(high))
        return high, Phrase(text=texts.costs_between, values=values)
    if price.penalty_eur:
        values = (outcome.rule, str(price.cost_eur), str(price.penalty_eur))
        return high, Phrase(text=texts.costs_weighed, values=values)
    return high, Phrase(text=texts.costs, values=(outcome.rule, str(price.cost_eur)))


def _describe_together(price: RulePrice, own: Decimal, texts: RuleTexts) -> Phrase:
    """What all rules cost, their weights left out."""
    low = max(_ZERO, price.at_least_eur - own)
    if price.at_most_eur is None:
        return Phrase(text=texts.all_cost_at_least, values=(str(low),))
    high = price.at_most_eur - own
    if low == high:
        return Phrase(text=texts.all_cost, values=(str(low),))
    return Phrase(text=texts.all_cost_between, values=(str(low), str(high)))


def _describe_exceptions(kind: str, outcome: RuleOutcome, texts: RuleTexts) -> Iterator[Phrase]:
    """A rule that is not kept, or selects nothing."""
    if not outcome.selects:
        yield Phrase(text=texts.selects_nothing, values=(outcome.rule,))
    if outcome.missed:
        values = (outcome.rule, str(outcome.missed), str(outcome.penalty_eur))
        yield Phrase(text=texts.missed[kind], values=values)
