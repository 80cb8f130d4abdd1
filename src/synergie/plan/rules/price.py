"""What a rule costs: the best plan with it less the best plan without it, as an interval."""

from dataclasses import dataclass
from decimal import Decimal

from synergie.schemas.rule import RulePrice

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
