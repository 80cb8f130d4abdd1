"""Option and subscribed powers of a whole portfolio, each point at its proven best."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

from synergie.energy.plan.power import _text
from synergie.energy.plan.power._candidates import OPTIONS, AcciseReading, Market, are_prices_valid
from synergie.energy.plan.power._choose import iterate_choices
from synergie.energy.plan.power._group import Group, class_energy
from synergie.energy.plan.power._outcome import ChoiceContext, build_power_outcome, not_compared
from synergie.energy.plan.power._text import phrase
from synergie.energy.plan.power.curves import year_before
from synergie.energy.plan.tariff.tables import Tables, shipped
from synergie.energy.records.power import (
    PowerLoad,
    PowerPoint,
    PowerPrices,
    PowerProblem,
    PowerRules,
)
from synergie.energy.records.power_plan import OptionCost, PowerOutcome, PowerPlan, PowerTotals
from synergie.energy.records.tariff import Activity, PriceSchedule
from synergie.errors import BadInput
from synergie.plan import record as _record
from synergie.schemas.plan import MemberOutcome, Phrase, PlanLine

_SELF_CONSUMPTION = ("ACCAUTO", "ACCALLO")


def refit(problem: PowerProblem, tables: Tables | None = None) -> PowerPlan:
    """The cheapest option and powers of every point, on the whole bill; never dearer than today.

    *tables*: network tariff and taxes; those that come with synergie by default. Points of which
    too little is known are named, with what is missing. BadInput: a point told twice, a day without
    accise or CTA, energies of two kinds of classes.
    """
    known = tables or shipped()
    points = _sort_points(problem.points)
    _check_tables_cover_day(known, problem.on, points)
    found = {
        point.id: not_compared(point, fault)
        for point, fault in _iterate_point_faults(points, problem)
    }
    for at, group in _group_points([p for p in points if p.id not in found], problem).items():
        for one in _iterate_group_outcomes(problem, known, at, group):
            found[one.point] = one
    return plan_of(problem, [found[point.id] for point in points])


def _sort_points(points: Sequence[PowerPoint]) -> list[PowerPoint]:
    """By member and id: the order of the input changes nothing. BadInput: one told twice."""
    seen: set[str] = set()
    for n, point in enumerate(points):
        if point.id in seen:
            raise BadInput(f"/points/{n}/id", point.id, "each point once")
        seen.add(point.id)
        if point.load is not None:
            try:
                class_energy(point.load)
            except BadInput as fault:
                raise fault.at(f"/points/{n}") from fault
    return sorted(points, key=lambda point: (point.member, point.id))


def _check_tables_cover_day(tables: Tables, day: date, points: Sequence[PowerPoint]) -> None:
    """BadInput when *day* has no tax, or no option of the segments of *points* a network tariff."""
    tables.cta(day)
    tables.accise(36, day)
    segments = {one.market_segment for one in points}
    codes = [code for name, some in OPTIONS.items() if name in segments for code in some]
    if codes and not {*codes} & {*tables.tariff_codes(day)}:
        tables.turpe(codes[0], day)


def _iterate_point_faults(
    points: Sequence[PowerPoint], problem: PowerProblem
) -> Iterator[tuple[PowerPoint, Phrase]]:
    for point in points:
        fault = _find_point_fault(point, problem.rules)
        if fault is not None:
            yield point, fault


def _find_point_fault(point: PowerPoint, rules: PowerRules) -> Phrase | None:
    """Why nothing can be priced for *point*; None: it can."""
    if point.market_segment not in OPTIONS:
        return phrase(_text.NO_SEGMENT, point.market_segment)
    if (point.tariff_code or "").endswith(_SELF_CONSUMPTION):
        return phrase(_text.SELF_CONSUMPTION, point.tariff_code)
    return phrase(_text.NO_LOAD) if point.load is None else _not_a_year(point.load, rules)


def _not_a_year(load: PowerLoad, rules: PowerRules) -> Phrase | None:
    if load.starts is not None and load.ends is not None:
        days = (load.ends - load.starts).days
        if load.starts > year_before(load.ends):
            if load.schedule_changed is not None:
                return phrase(_text.CHANGED_SCHEDULE, load.schedule_changed.isoformat(), days)
            return phrase(_text.SHORT, days, load.starts.isoformat(), load.ends.isoformat())
        if load.starts < year_before(load.ends):
            return phrase(_text.TOO_LONG, days)
    if load.missing_steps > rules.most_missing * load.steps:
        most = _text.format_plain_number(rules.most_missing * 100)
        return phrase(_text.HOLES, load.missing_steps, load.steps, most)
    return None


type _Place = tuple[str, Activity, int | None, int | None]
"""Segment, activity, and the schedule of its options and of those across 36 kVA."""


def _group_points(
    points: Sequence[PowerPoint], problem: PowerProblem
) -> dict[_Place, list[PowerPoint]]:
    groups: dict[_Place, list[PowerPoint]] = defaultdict(list)
    for point in points:
        across = "C4" if point.market_segment == "C5" else "C5"
        own = _find_point_schedule(point, point.market_segment, problem)
        other = _find_point_schedule(point, across, problem)
        groups[point.market_segment, _find_activity(point), own, other].append(point)
    return dict(sorted(groups.items(), key=lambda one: str(one[0])))


def _find_activity(point: PowerPoint) -> Activity:
    lighting = point.usage == "public_lighting" and point.activity == "unknown"
    return "non_economic" if lighting else point.activity


def _find_point_schedule(point: PowerPoint, segment: str, problem: PowerProblem) -> int | None:
    """The first schedule that takes the usage and the segment, and holds on the day."""
    return next(
        (
            n
            for n, one in enumerate(problem.prices)
            if _accepts_point(one, point, segment, problem.on)
        ),
        None,
    )


def _accepts_point(one: PowerPrices, point: PowerPoint, segment: str, on: date) -> bool:
    usage = not one.usages or point.usage in one.usages
    return (
        usage
        and (not one.market_segments or segment in one.market_segments)
        and are_prices_valid(one.schedule, on)
    )


def _iterate_group_outcomes(
    problem: PowerProblem, tables: Tables, at: _Place, points: Sequence[PowerPoint]
) -> Iterator[PowerOutcome]:
    segment, activity, own, across = at
    accise = AcciseReading(activity, is_highest=segment == "C5")
    market = Market(_find_numbered_schedule(problem, own), tables, problem.on, accise)
    other = Market(_find_numbered_schedule(problem, across), tables, problem.on, accise)
    group = Group(points, problem.rules)
    for choice, load in zip(
        iterate_choices(group, market, other, segment), group.loads, strict=True
    ):
        yield build_power_outcome(ChoiceContext(choice, load, problem.rules, problem.on))


def _find_numbered_schedule(problem: PowerProblem, number: int | None) -> PriceSchedule | None:
    return None if number is None else problem.prices[number].schedule


# The plan of a portfolio: every point's outcome, who pays what, totals, and what was assumed.

_CENT = Decimal("0.01")


def plan_of(problem: PowerProblem, outcomes: Sequence[PowerOutcome]) -> PowerPlan:
    """All outcomes as one plan; what could not be compared is in no sum."""
    compared = [one for one in outcomes if one.status != "not_compared"]
    members = _build_member_outcomes(compared)
    objective = sum((one.cost_eur for one in members), Decimal(0))
    baseline = sum((one.alone_eur or Decimal(0) for one in members), Decimal(0))
    return PowerPlan(
        status="proved",
        objective_eur=objective,
        bound_eur=objective,
        gap=0.0,
        tolerance=_record.TOLERANCE,
        baseline_eur=baseline,
        baseline=(phrase(_text.BASELINE),),
        members=members,
        least_gain=_record.find_least_gainer(members),
        lines=tuple(_build_plan_line(one) for one in compared),
        assumptions=tuple(_iterate_power_assumptions(problem, outcomes)),
        inputs_digest=digest(problem),
        run=_record.build_run_record((), "proved", solver=f"numpy {np.__version__}"),
        outcomes=tuple(outcomes),
        totals=_compute_plan_totals(problem, outcomes),
    )


def digest(problem: PowerProblem) -> str:
    """SHA-256 of the problem in the form of RFC 8785, point after point.

    There is no float in it: sorted keys and the least of white space are that form, and the
    encoder of the standard library is a hundred times as fast on twenty thousand points.
    """
    found = hashlib.sha256(
        f'{{"on":{_dump_canonical_json(problem.on.isoformat())},"points":['.encode()
    )
    for n, point in enumerate(problem.points):
        found.update(("," if n else "").encode())
        found.update(_dump_canonical_json(point.model_dump(mode="json")).encode())
    prices = [one.model_dump(mode="json") for one in problem.prices]
    rules = problem.rules.model_dump(mode="json")
    rest = f'],"prices":{_dump_canonical_json(prices)},"rules":{_dump_canonical_json(rules)}}}'
    found.update(rest.encode())
    return found.hexdigest()


def _dump_canonical_json(told: object) -> str:
    return json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _build_member_outcomes(compared: Sequence[PowerOutcome]) -> tuple[MemberOutcome, ...]:
    """What each member pays with its changes and their fees, and would pay without."""
    cost: dict[str, Decimal] = defaultdict(Decimal)
    today: dict[str, Decimal] = defaultdict(Decimal)
    for one in compared:
        cost[one.member] += _compute_option_total(one.best) + one.fee_eur
        today[one.member] += _compute_option_total(one.today)
    return tuple(_record.outcome_of(name, cost[name], today[name]) for name in sorted(cost))


def _compute_option_total(one: OptionCost | None) -> Decimal:
    return Decimal(0) if one is None else one.bill.total_eur


def _build_plan_line(one: PowerOutcome) -> PlanLine:
    best, second = one.best, one.second
    return PlanLine(
        subject=one.point,
        chosen=_describe_chosen_option(best),
        runner_up=None if second is None else _describe_chosen_option(second),
        difference_eur=None
        if second is None
        else _compute_option_total(second) - _compute_option_total(best),
        reason=one.reasons[0],
    )


def _describe_chosen_option(one: OptionCost | None) -> str:
    if one is None:
        return ""
    return (
        f"{one.tariff_code}, "
        f"{'/'.join(_text.format_plain_number(part.kva) for part in one.subscribed)} kVA"
    )


def _compute_plan_totals(problem: PowerProblem, outcomes: Sequence[PowerOutcome]) -> PowerTotals:
    compared = [one for one in outcomes if one.status != "not_compared"]
    changed = [one for one in compared if one.status == "change"]
    saving = sum((one.saving_eur or Decimal(0) for one in changed), Decimal(0))
    fees = sum((one.fee_eur for one in changed), Decimal(0))
    lighting = {point.id for point in problem.points if point.usage == "public_lighting"}
    count = sum(one.point in lighting for one in compared)
    yardstick = problem.rules.yardstick_eur
    return PowerTotals(
        points=len(outcomes),
        compared=len(compared),
        changed=len(changed),
        saving_eur=saving,
        fees_eur=fees,
        per_point_eur=_divide_per_point(saving - fees, len(compared)),
        per_change_eur=_divide_per_point(saving - fees, len(changed)),
        yardstick_eur=yardstick,
        yardstick=phrase(
            _text.YARDSTICK, _text.format_plain_number(yardstick), len(compared), count
        ),
    )


def _divide_per_point(amount: Decimal, count: int) -> Decimal | None:
    return (amount / count).quantize(_CENT, ROUND_HALF_UP) if count else None


def _list_power_factors(problem: PowerProblem) -> set[Decimal]:
    """Power factors by which overruns above 36 kVA were counted from curves."""
    loads = (point.load for point in problem.points if point.market_segment == "C4")
    counted = (one for one in loads if one is not None and one.source == "curve")
    return {one.power_factor for one in counted}


def _iterate_power_assumptions(
    problem: PowerProblem, outcomes: Sequence[PowerOutcome]
) -> Iterator[Phrase]:
    rules = problem.rules
    yield phrase(_text.ONE_DAY, problem.on.isoformat())
    yield phrase(_text.EXACT)
    yield phrase(_text.WITHOUT_VAT)
    yield phrase(_text.MARGIN, _text.format_plain_number(rules.margin * 100))
    yield phrase(_text.STEP_MEANS)
    for factor in sorted(_list_power_factors(problem)):
        yield phrase(_text.ACTIVE_ONLY, _text.format_plain_number(factor))
    yield phrase(_text.STAY)
    if rules.lu_kva_step != rules.kva_step:
        yield phrase(_text.LU_STEP, _text.format_plain_number(rules.lu_kva_step))
    left = sum(one.status == "not_compared" for one in outcomes)
    if left:
        yield phrase(_text.LEFT_OUT, left)
