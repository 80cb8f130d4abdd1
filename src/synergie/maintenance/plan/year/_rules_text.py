"""Rules of one's own of a year, in sentences a catalogue can translate."""

from collections.abc import Mapping

from synergie.errors import Reason
from synergie.maintenance.records.rule import (
    BarredWeeks,
    CrewExclusion,
    FixedWeek,
    MaintenanceRule,
    VisitCount,
    VisitOrder,
    VisitSelector,
    VisitSpacing,
    WeekPromise,
    WeeksApart,
    WorkBudget,
)
from synergie.plan.rules.price import RuleTexts

BEFORE = "rule {} (/rules/{}): {} comes before {}, weeks between at least: {}"
APART = "rule {} (/rules/{}): {} and {} are so many weeks apart: {}"
SPACING = "rule {} (/rules/{}): {}: weeks from one to the next at least {}, at most {}"
PINNED = "rule {} (/rules/{}): {} is in week {}"
KEEP = "rule {} (/rules/{}): {} stays in the week that was promised"
NOT_IN = "rule {} (/rules/{}): {} is in none of the weeks {}"
NEVER = "rule {} (/rules/{}): no crew from {} in {}"
AT_MOST = "rule {} (/rules/{}): {}: at most {} visits in each week"
AT_MOST_IN = "rule {} (/rules/{}): {}: at most {} visits in the weeks {}"
BUDGET = "rule {} (/rules/{}): {}: at most {} EUR in the weeks {}, a crew-hour at {} EUR"

CLASH = "the fewest rules that no plan keeps together: {}"
CLASH_FOUND = "rules that no plan keeps together: {} (not proved to be the fewest)"
WAY_OUT = "without the rule {} the year costs {} EUR"
COSTS = "the rule {}: without it, the year costs {} EUR less"
COSTS_BETWEEN = "the rule {}: without it, the year costs between {} and {} EUR less"
COSTS_AT_LEAST = "the rule {}: without it, the year costs at least {} EUR less"
COSTS_WEIGHED = (
    "the rule {}: without it, the year costs {} EUR less, and what else is weighed {} EUR less"
)
ALL_COST = "all rules together: without them, the year costs {} EUR less"
ALL_COST_BETWEEN = "all rules together: without them, the year costs between {} and {} EUR less"
ALL_COST_AT_LEAST = "all rules together: without them, the year costs at least {} EUR less"
SELECTS_NOTHING = "the rule {} selects nothing"
_PAIRS = "the rule {} is not kept: pairs of visits: {}; weight {} EUR, no part of the cost"
_VISITS = "the rule {} is not kept: visits: {}; weight {} EUR, no part of the cost"
_DAYS = "the rule {} is not kept: crew-days: {}; weight {} EUR, no part of the cost"
_EUROS = "the rule {} is not kept: euros above the budget: {}; weight {} EUR, no part of the cost"
MISSED: Mapping[str, str] = {
    "before": _PAIRS,
    "apart": _PAIRS,
    "spacing": _PAIRS,
    "pinned": _VISITS,
    "keep": _VISITS,
    "not_in": _VISITS,
    "never": _DAYS,
    "at_most": _VISITS,
    "budget": _EUROS,
}
"""A soft rule that the plan breaks, by kind: by how many units, and what they weigh."""

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


def describe_rule(rule: MaintenanceRule, number: int) -> Reason:
    """What *rule*, the one at *number* of the list, asks."""
    if isinstance(rule, CrewExclusion):
        return Reason(NEVER, rule.id, number, rule.depot, rule.zone)
    text, values = (
        _list_pair_values(rule)
        if isinstance(rule, VisitOrder | WeeksApart | VisitSpacing)
        else _list_values(rule)
    )
    return Reason(text, rule.id, number, _name(rule.of), *values)


def _list_pair_values(
    rule: VisitOrder | WeeksApart | VisitSpacing,
) -> tuple[str, tuple[object, ...]]:
    """The sentence of a rule about two visits, and what fills it after the visits."""
    match rule:
        case VisitOrder():
            return BEFORE, (_name(rule.then), rule.weeks)
        case WeeksApart():
            return APART, (_name(rule.of if rule.other is None else rule.other), rule.weeks)
        case VisitSpacing():
            most = "–" if rule.most_weeks is None else rule.most_weeks
            return SPACING, (rule.least_weeks, most)


def _list_values(
    rule: FixedWeek | WeekPromise | BarredWeeks | VisitCount | WorkBudget,
) -> tuple[str, tuple[object, ...]]:
    """The same of the others."""
    match rule:
        case FixedWeek():
            return PINNED, (rule.week,)
        case WeekPromise():
            return KEEP, ()
        case BarredWeeks():
            return NOT_IN, (_list_weeks(rule.weeks),)
        case VisitCount(weeks=()):
            return AT_MOST, (rule.visits,)
        case VisitCount():
            return AT_MOST_IN, (rule.visits, _list_weeks(rule.weeks))
        case WorkBudget():
            return BUDGET, (rule.max_eur, _list_weeks(rule.weeks), rule.rate_eur)


def _name(selector: VisitSelector) -> str:
    names = (selector.visit, selector.cabinet, selector.task, selector.zone, selector.organisation)
    return ", ".join(name for name in names if name)[:200] or "*"


def _list_weeks(weeks: tuple[int, ...]) -> str:
    return ", ".join(map(str, sorted(set(weeks)))) or "*"
