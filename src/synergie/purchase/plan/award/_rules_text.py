"""Rules of one's own of a purchase, in sentences a catalogue can translate."""

from collections.abc import Mapping

from synergie.errors import Reason
from synergie.plan.rules.price import RuleTexts
from synergie.purchase.records.rule import (
    FixedChoice,
    GreenShare,
    PurchaseRule,
    SupplierCount,
    SupplierExclusion,
    SupplierShare,
    SupplyBudget,
)

NOT_WITH = "rule {} (/rules/{}): {}: nothing from {}"
MIN_SUPPLIERS = "rule {} (/rules/{}): {}: at least {} suppliers"
MAX_SHARE = "rule {} (/rules/{}): {}: {} delivers at most {} % of the energy"
MAX_SHARE_EACH = "rule {} (/rules/{}): {}: no supplier delivers more than {} % of the energy"
GREEN = "rule {} (/rules/{}): {}: at least {} % of the energy is green"
BUDGET = "rule {} (/rules/{}): {}: supply for at most {} EUR"
PINNED = "rule {} (/rules/{}): {}: buys from {}"
PINNED_ALONE = "rule {} (/rules/{}): {}: buys alone"

LACKS: Mapping[str, str] = {
    "not_with": "{} places fewer in the rule {}",
    "min_suppliers": "{} suppliers fewer in the rule {}",
    "max_share": "{} MWh a year more in the rule {}",
    "green": "{} MWh a year less in the rule {}",
    "budget": "{} EUR more in the rule {}",
    "pinned": "{} places fewer in the rule {}",
}
"""What would lift each kind; the amount first, then the rule."""

CLASH = "the fewest rules that no plan keeps together: {}"
CLASH_FOUND = "rules that no plan keeps together: {} (not proved to be the fewest)"
WAY_OUT = "without the rule {} the purchase costs {} EUR"

COSTS = "the rule {}: without it, the purchase costs {} EUR less"
COSTS_BETWEEN = "the rule {}: without it, the purchase costs between {} and {} EUR less"
COSTS_AT_LEAST = "the rule {}: without it, the purchase costs at least {} EUR less"
COSTS_WEIGHED = (
    "the rule {}: without it, the purchase costs {} EUR less, and the weights of other soft rules "
    "{} EUR less"
)
ALL_COST = "all rules together: without them, the purchase costs {} EUR less"
ALL_COST_BETWEEN = "all rules together: without them, the purchase costs between {} and {} EUR less"
ALL_COST_AT_LEAST = "all rules together: without them, the purchase costs at least {} EUR less"

MISSED: Mapping[str, str] = {
    "not_with": "the rule {} is not kept: places that buy from the supplier: {}; weight {} EUR, "
    "no part of the cost",
    "min_suppliers": "the rule {} is not kept: suppliers that are missing: {}; weight {} EUR, "
    "no part of the cost",
    "max_share": "the rule {} is not kept: MWh a year above the share: {}; weight {} EUR, "
    "no part of the cost",
    "green": "the rule {} is not kept: MWh a year of green energy that are missing: {}; "
    "weight {} EUR, no part of the cost",
    "budget": "the rule {} is not kept: euros above the budget: {}; weight {} EUR, "
    "no part of the cost",
    "pinned": "the rule {} is not kept: places that do otherwise: {}; weight {} EUR, "
    "no part of the cost",
}
"""A soft rule that the plan breaks, by kind: by how many units, and what they weigh."""
SELECTS_NOTHING = "the rule {} selects nothing"


TEXTS = RuleTexts(
    costs=COSTS,
    costs_between=COSTS_BETWEEN,
    costs_at_least=COSTS_AT_LEAST,
    costs_weighed=COSTS_WEIGHED,
    all_cost=ALL_COST,
    all_cost_between=ALL_COST_BETWEEN,
    all_cost_at_least=ALL_COST_AT_LEAST,
    selects_nothing=SELECTS_NOTHING,
    missed=MISSED,
)


def describe_rule(rule: PurchaseRule, number: int) -> Reason:
    """What *rule*, the one at *number* of the list, asks."""
    names = (rule.of.member, rule.of.lot, rule.of.point)
    text: str
    values: tuple[object, ...]
    match rule:
        case SupplierExclusion():
            text, values = NOT_WITH, (rule.supplier,)
        case SupplierCount():
            text, values = MIN_SUPPLIERS, (rule.suppliers,)
        case SupplierShare(supplier=None):
            text, values = MAX_SHARE_EACH, (format_share(rule.share),)
        case SupplierShare():
            text, values = MAX_SHARE, (rule.supplier, format_share(rule.share))
        case GreenShare():
            text, values = GREEN, (format_share(rule.share),)
        case SupplyBudget():
            text, values = BUDGET, (rule.max_eur,)
        case FixedChoice(offer=None, supplier=None):
            text, values = PINNED_ALONE, ()
        case _:
            text, values = PINNED, (rule.offer or rule.supplier,)
    where = ", ".join(name for name in names if name) or "*"
    return Reason(text, rule.id, number, where[:200], *values)


def format_share(share: float) -> str:
    """A share in per cent, without idle zeros: `62.5`."""
    return f"{share * 100:.10g}"
