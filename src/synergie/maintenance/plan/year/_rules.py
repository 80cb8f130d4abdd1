"""Rules of one's own in a year: M6 to M13, one function a kind.

Hard rules about one visit alone close weeks, and those about a crew take its day away, before any
model is written (`apply_plain_rules`). The others are rows of the whole model; a soft one has a
slack in whole units. What a plan misses is counted again in exact numbers.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, pairwise
from math import ceil

from synergie.errors import Reason
from synergie.maintenance.plan.year import _rules_text as text
from synergie.maintenance.plan.year._columns import Columns
from synergie.maintenance.plan.year._decisions import Decisions
from synergie.maintenance.plan.year._year import Year, format_visit_key
from synergie.maintenance.records.maintenance import Depot, MaintenanceProblem, Visit
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
from synergie.plan.solver import Model
from synergie.schemas.plan import Phrase
from synergie.schemas.rule import RuleOutcome

type Terms = list[tuple[int, float]]
type Pair = tuple[Visit, Visit]


@dataclass(frozen=True, slots=True)
class RuleScope:
    """A rule with the visits that it selects, in the order of their windows."""

    rule: MaintenanceRule
    number: int
    visits: tuple[Visit, ...]
    pairs: tuple[Pair, ...]
    """Of a rule about two visits."""
    weeks: Mapping[str, int]
    """Of `keep`: the week promised, by visit."""
    selects: int
    """How many decisions it is about."""

    @property
    def is_plain(self) -> bool:
        """Whether it closes weeks or takes crews away, without a row of its own."""
        kinds = (FixedWeek, WeekPromise, BarredWeeks, CrewExclusion)
        return self.rule.hard and isinstance(self.rule, kinds)

    @property
    def sentence(self) -> Reason:
        """What it asks."""
        return text.describe_rule(self.rule, self.number)


def list_rule_scopes(problem: MaintenanceProblem) -> tuple[RuleScope, ...]:
    """Every rule of *problem* with what it selects, perhaps nothing."""
    promised = {one.visit: one.week for one in problem.promised}
    visits = sorted(problem.visits, key=lambda v: (v.first_week, format_visit_key(v)))
    return tuple(
        _build_scope(problem, (number, rule), visits, promised)
        for number, rule in enumerate(problem.rules)
    )


def _build_scope(
    problem: MaintenanceProblem,
    place: tuple[int, MaintenanceRule],
    visits: list[Visit],
    promised: Mapping[str, int],
) -> RuleScope:
    number, rule = place
    if isinstance(rule, CrewExclusion):
        serves = any(
            cost.zone == rule.zone
            for depot in problem.depots
            if depot.id == rule.depot
            for cost in depot.day_costs
        )
        busy = serves and any(visit.zone == rule.zone for visit in problem.visits)
        return RuleScope(rule, number, (), (), {}, int(busy))
    mine = [visit for visit in visits if is_selected(rule.of, visit)]
    if isinstance(rule, WeekPromise):
        mine = [visit for visit in mine if format_visit_key(visit) in promised]
    pairs = tuple(_iterate_pairs(rule, mine, visits))
    paired = isinstance(rule, VisitOrder | WeeksApart | VisitSpacing)
    return RuleScope(
        rule, number, tuple(mine), pairs, promised, len(pairs) if paired else len(mine)
    )


def is_selected(selector: VisitSelector, visit: Visit) -> bool:
    """Whether all names of *selector* are those of *visit*."""
    return (
        selector.visit in (None, format_visit_key(visit))
        and selector.cabinet in (None, visit.cabinet)
        and selector.task in (None, visit.task)
        and selector.zone in (None, visit.zone)
        and selector.organisation in (None, visit.organisation)
    )


def _iterate_pairs(rule: MaintenanceRule, mine: list[Visit], visits: list[Visit]) -> Iterator[Pair]:
    match rule:
        case VisitOrder():
            others = [visit for visit in visits if is_selected(rule.then, visit)]
            yield from ((a, b) for a in mine for b in others if a is not b)
        case WeeksApart(other=None):
            yield from combinations(mine, 2)
        case WeeksApart():
            others = [v for v in visits if rule.other and is_selected(rule.other, v)]
            found = {frozenset((format_visit_key(a), format_visit_key(b))): (a, b)
                     for a in mine for b in others if a is not b}  # fmt: skip
            yield from found.values()
        case VisitSpacing():
            yield from pairwise(mine)
        case _:
            return


def apply_plain_rules(
    problem: MaintenanceProblem, scopes: tuple[RuleScope, ...]
) -> MaintenanceProblem | None:
    """*problem* with the weeks closed and the crews gone that hard rules ask. None: no week left.

    M9, M10 and M11 for hard rules.
    """
    closed: dict[str, set[int]] = {}
    gone: set[tuple[str, str]] = set()
    for scope in scopes:
        if not scope.is_plain:
            continue
        if isinstance(scope.rule, CrewExclusion):
            gone.add((scope.rule.depot, scope.rule.zone))
        for visit in scope.visits:
            key = format_visit_key(visit)
            closed.setdefault(key, set(visit.closed_weeks)).update(_list_closed_weeks(scope, visit))
    visits = tuple(_close_weeks(visit, closed.get(format_visit_key(visit))) for visit in
                   problem.visits)  # fmt: skip
    if any(set(range(v.first_week, v.last_week + 1)) <= set(v.closed_weeks) for v in visits):
        return None
    depots = tuple(_remove_zones(depot, gone) for depot in problem.depots)
    return problem.model_copy(update={"visits": visits, "depots": depots, "rules": ()})


def _list_closed_weeks(scope: RuleScope, visit: Visit) -> set[int]:
    """Weeks of its window that a hard rule closes."""
    window = set(range(visit.first_week, visit.last_week + 1))
    match scope.rule:
        case FixedWeek(week=week):
            return window - {week}
        case WeekPromise():
            return window - {scope.weeks[format_visit_key(visit)]}
        case BarredWeeks(weeks=weeks):
            return window & set(weeks)
        case _:
            return set()


def _close_weeks(visit: Visit, closed: set[int] | None) -> Visit:
    if closed is None:
        return visit
    return visit.model_copy(update={"closed_weeks": tuple(sorted(closed))})


def _remove_zones(depot: Depot, gone: set[tuple[str, str]]) -> Depot:
    kept = tuple(cost for cost in depot.day_costs if (depot.id, cost.zone) not in gone)
    return depot if len(kept) == len(depot.day_costs) else depot.model_copy(
        update={"day_costs": kept}
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class RuleRows:
    """Writes the rows of rules into the whole model of a year."""

    model: Model
    year: Year
    columns: Columns

    def add(self, scope: RuleScope) -> None:
        """The rows of one rule that is not plain."""
        rule = scope.rule
        if isinstance(rule, VisitOrder | WeeksApart | VisitSpacing):
            for first, second in scope.pairs:
                self._add_pair(rule, first, second, self._slack(scope, 1))
        elif isinstance(rule, VisitCount):
            for weeks in [rule.weeks] if rule.weeks else [(w,) for w in self._weeks()]:
                inside = [(c, 1.0) for v in scope.visits for w, c in self._of(v) if w in weeks]
                self._at_most(scope, inside, float(rule.visits))
        elif isinstance(rule, WorkBudget):
            self._at_most(scope, list(self._list_work(rule, scope)), float(rule.max_eur))
        else:
            self._at_most(scope, list(self._list_breaches(scope)), 0.0)

    def _add_pair(
        self,
        rule: VisitOrder | WeeksApart | VisitSpacing,
        first: Visit,
        second: Visit,
        slack: Terms,
    ) -> None:
        match rule:
            case VisitOrder():
                self._order(first, second, rule.weeks, slack)
            case WeeksApart():
                self._keep_apart(first, second, rule.weeks, slack)
            case VisitSpacing():
                self._order(first, second, rule.least_weeks, slack)
                if rule.most_weeks is not None:
                    self._follow(first, second, rule.most_weeks, slack)

    def _list_work(self, rule: WorkBudget, scope: RuleScope) -> Iterator[tuple[int, float]]:
        """M13: what each visit counts in each week of the budget."""
        for visit in scope.visits:
            for week, column in self._of(visit):
                if not rule.weeks or week in rule.weeks:
                    yield column, float(count_work_eur(rule, visit, week))

    def _list_breaches(self, scope: RuleScope) -> Iterator[tuple[int, float]]:
        """M9, M10, M11: each choice that breaks a rule."""
        if isinstance(scope.rule, CrewExclusion):
            yield from ((column, 1.0) for column in self._list_crew_days(scope.rule))
        for visit in scope.visits:
            closed = _list_closed_weeks(scope, visit)
            yield from ((column, 1.0) for week, column in self._of(visit) if week in closed)

    def _list_crew_days(self, rule: CrewExclusion) -> Iterator[int]:
        """The columns of days of the depot in the zone, whole or shared."""
        for (n, _), column in self.columns.days.items():
            way = self.year.ways[n]
            if way.depot == rule.depot and rule.zone in way.zones:
                yield column
        for (m, _), cut in self.columns.shared.items():
            day = self.year.shared[m]
            if day.depot == rule.depot and rule.zone in day.zones:
                yield cut.day

    def _weeks(self) -> list[int]:
        return sorted({week for _, week in self.columns.visits})

    def _of(self, visit: Visit) -> list[tuple[int, int]]:
        """Week and column of each open week of *visit*."""
        number = self._numbers()[format_visit_key(visit)]
        return [(week, c) for (i, week), c in self.columns.visits.items() if i == number]

    def _numbers(self) -> dict[str, int]:
        return {format_visit_key(visit): i for i, visit in enumerate(self.year.visits)}

    def _slack(self, scope: RuleScope, most: int) -> Terms:
        """The slack of a soft rule, to be taken off a row; nothing of a hard one."""
        if scope.rule.eur is None:
            return []
        name = f"slack_{scope.number}_{len(self.model.columns)}"
        column = self.model.column(name, float(scope.rule.eur), high=most, integer=True)
        return [(column, -1.0)]

    def _at_most(self, scope: RuleScope, terms: Terms, most: float) -> None:
        """M9 to M13: a sum that is *most* at most."""
        reach = ceil(sum(factor for _, factor in terms)) + 1
        self.model.require([*terms, *self._slack(scope, reach)], high=most)

    def _order(self, first: Visit, second: Visit, gap: int, slack: Terms) -> None:
        """M6: the second is by week t only when the first is by t - gap."""
        earlier, later = self._of(first), self._of(second)
        for t, _ in later:
            done = [(c, 1.0) for w, c in later if w <= t]
            before = [(c, -1.0) for w, c in earlier if w <= t - gap]
            self.model.require([*done, *before, *slack], high=0)

    def _follow(self, first: Visit, second: Visit, most: int, slack: Terms) -> None:
        """M8: the second is by week t + most when the first is by t."""
        earlier, later = self._of(first), self._of(second)
        for t, _ in earlier:
            begun = [(c, 1.0) for w, c in earlier if w <= t]
            after = [(c, -1.0) for w, c in later if w <= t + most]
            self.model.require([*begun, *after, *slack], high=0)

    def _keep_apart(self, first: Visit, second: Visit, weeks: int, slack: Terms) -> None:
        """M7: of the two at most one is in any span of so many weeks."""
        both = [*self._of(first), *self._of(second)]
        for t in sorted({week for week, _ in both}):
            terms = [(c, 1.0) for w, c in both if t <= w < t + weeks]
            self.model.require([*terms, *slack], high=1)


def count_work_eur(rule: WorkBudget, visit: Visit, week: int) -> Decimal:
    """What *visit* in *week* counts in a budget, EUR."""
    return visit.costs_eur[week - visit.first_week] + visit.hours * rule.rate_eur


def count_missed_units(scope: RuleScope, decisions: Decisions) -> int:
    """By how many units, begun ones counted, the plan does not keep the rule; exact."""
    rule, weeks = scope.rule, decisions.weeks
    at = {format_visit_key(visit): weeks[format_visit_key(visit)] for visit in scope.visits}
    match rule:
        case VisitOrder() | WeeksApart() | VisitSpacing():
            pairs = ((weeks[format_visit_key(a)], weeks[format_visit_key(b)]) for a, b in
                     scope.pairs)  # fmt: skip
            return sum(not is_pair_kept(rule, a, b) for a, b in pairs)
        case CrewExclusion():
            return sum(
                days
                for (way, _), days in decisions.days.items()
                if way.depot == rule.depot and rule.zone in way.zones
            )
        case VisitCount():
            spans = [rule.weeks] if rule.weeks else [(week,) for week in set(at.values())]
            counts = (sum(week in span for week in at.values()) for span in spans)
            return sum(max(0, count - rule.visits) for count in counts)
        case WorkBudget():
            spent = sum(
                (
                    count_work_eur(rule, visit, at[format_visit_key(visit)])
                    for visit in scope.visits
                    if not rule.weeks or at[format_visit_key(visit)] in rule.weeks
                ),
                Decimal(0),
            )
            return max(0, ceil(spent - rule.max_eur))
        case _:
            return sum(
                at[format_visit_key(visit)] in _list_closed_weeks(scope, visit)
                for visit in scope.visits
            )


def is_pair_kept(rule: MaintenanceRule, first: int, second: int) -> bool:
    """Whether two visits of a pair in these weeks keep the rule; a rule of no pairs is kept."""
    match rule:
        case VisitOrder():
            return second - first >= rule.weeks
        case WeeksApart():
            return abs(second - first) >= rule.weeks
        case VisitSpacing():
            most = rule.most_weeks
            return second - first >= rule.least_weeks and (most is None or second - first <= most)
        case _:
            return True


def compute_penalty(scopes: tuple[RuleScope, ...], decisions: Decisions) -> Decimal:
    """What the plan misses of the soft rules weighs in all, EUR."""
    return sum(
        (scope.rule.eur * count_missed_units(scope, decisions)
         for scope in scopes if scope.rule.eur is not None),
        Decimal(0),
    )  # fmt: skip


def is_kept(scopes: tuple[RuleScope, ...], decisions: Decisions) -> bool:
    """Whether the plan keeps every hard rule."""
    return not any(s.rule.hard and count_missed_units(s, decisions) for s in scopes)


def build_rule_outcomes(
    problem: MaintenanceProblem, decisions: Decisions
) -> tuple[RuleOutcome, ...]:
    """What became of each rule, prices not yet told."""
    found = []
    for scope in list_rule_scopes(problem):
        missed, said = count_missed_units(scope, decisions), scope.sentence
        found.append(
            RuleOutcome(
                rule=scope.rule.id,
                selects=scope.selects,
                missed=missed,
                penalty_eur=(scope.rule.eur or Decimal(0)) * missed,
                said=Phrase(text=said.text, values=tuple(map(str, said.values))),
            )
        )
    return tuple(found)
