"""Hard rules of one's own, asked of one visit at a time: a plan that is fitted keeps them."""

from collections import defaultdict
from decimal import Decimal

from synergie.maintenance.plan.year._fit import Allowed, Weeks
from synergie.maintenance.plan.year._rules import RuleScope, count_work_eur, is_pair_kept
from synergie.maintenance.plan.year._year import format_visit_key
from synergie.maintenance.records.maintenance import Visit
from synergie.maintenance.records.rule import VisitCount, WorkBudget


def build_week_filter(scopes: tuple[RuleScope, ...]) -> Allowed:
    """Whether a visit may be in a week beside the weeks that others have already."""
    hard = [scope for scope in scopes if scope.rule.hard]
    pairs: dict[str, list[tuple[RuleScope, str, bool]]] = defaultdict(list)
    for scope, (first, second) in ((one, pair) for one in hard for pair in one.pairs):
        a, b = format_visit_key(first), format_visit_key(second)
        pairs[a].append((scope, b, True))
        pairs[b].append((scope, a, False))
    sums: dict[str, list[tuple[VisitCount | WorkBudget, list[Visit]]]] = defaultdict(list)
    for scope in hard:
        if isinstance(scope.rule, VisitCount | WorkBudget):
            for visit in scope.visits:
                sums[format_visit_key(visit)].append((scope.rule, list(scope.visits)))

    def allow(name: str, week: int, weeks: Weeks) -> bool:
        for scope, other, comes_first in pairs[name]:
            at = weeks.get(other, None)
            first, second = (week, at) if comes_first else (at, week)
            if (
                first is not None
                and second is not None
                and not is_pair_kept(scope.rule, first, second)
            ):
                return False
        return all(_has_room(*one, {**weeks, name: week}, week) for one in sums[name])

    return allow


def _has_room(rule: VisitCount | WorkBudget, visits: list[Visit], weeks: Weeks, week: int) -> bool:
    """Whether a sum of the rule over the *visits* that have a week holds in *week*."""
    span = rule.weeks or ((week,) if isinstance(rule, VisitCount) else None)
    if span is not None and week not in span:
        return True
    at = [(visit, weeks.get(format_visit_key(visit), None)) for visit in visits]
    inside = [(visit, w) for visit, w in at if w is not None and (span is None or w in span)]
    if isinstance(rule, VisitCount):
        return len(inside) <= rule.visits
    spent = sum((count_work_eur(rule, visit, w) for visit, w in inside), Decimal(0))
    return spent <= rule.max_eur
