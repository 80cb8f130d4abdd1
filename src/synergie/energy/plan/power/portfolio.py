"""Option and subscribed powers of a whole portfolio, each point at its proven best."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from synergie.energy.plan.power import _text
from synergie.energy.plan.power._candidates import OPTIONS, AcciseReading, Market, are_prices_valid
from synergie.energy.plan.power._choose import iterate_choices
from synergie.energy.plan.power._group import Group, class_energy
from synergie.energy.plan.power._outcome import ChoiceContext, build_power_outcome, not_compared
from synergie.energy.plan.power._plan import plan_of
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
from synergie.energy.records.power_plan import PowerOutcome, PowerPlan
from synergie.energy.records.tariff import Activity, PriceSchedule
from synergie.errors import BadInput
from synergie.schemas.plan import Phrase

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
