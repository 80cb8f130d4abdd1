"""What is to be done at a cabinet in a year: checks, relamping, cleaning, faults, decisions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from math import inf
from zlib import crc32

from synergie.maintenance.plan.upkeep.assumed import Costs
from synergie.maintenance.plan.upkeep.relamp import (
    Models,
    Relamping,
    due_week,
    list_aged_lamps,
    week_costs,
)
from synergie.park.records.crew import PartCount, Task, TaskRule
from synergie.park.records.park import CabinetState, FaultReport, LampState

EARLY, LATE = 6, 3
"""Weeks before and after the one it is due in which a planned work may be done."""
MINOR = 8
"""Weeks in which a small fault is mended at least, with other works there."""

type Asset = tuple[str, str]
"""Owner and cabinet."""
type Costed = tuple[Decimal, ...]
"""An amount for each week of the year."""

_EURO = Decimal(1)
_DAYS_A_MONTH = 30.4375
_JUST_DONE = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A work that its owner has decided: a conversion, a relamping, a cleaning."""

    task: Task
    """What."""
    by: date | None = None
    """By when. None: in the year."""
    ticket: str | None = None
    """The owner's number of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One work at a cabinet, with the weeks it may be done in and what each costs."""

    task: Task
    minutes: int
    """Crew minutes on site."""
    skills: tuple[str, ...]
    first: int
    last: int
    due: int | None
    """The week from which it is late. None: it is never late."""
    costs: Costed
    """EUR of every week of the year, those outside the window too."""
    points: int = 0
    """Light points that it serves."""
    parts: tuple[PartCount, ...] = ()
    backlog: bool = False
    """Whether it is due already: its window is set by what crews can do."""
    undated: bool = False
    """Whether nobody knows when it was done last: it is spread over the year."""
    ticket: str | None = None
    light_point: str | None = None
    fault: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """What the works of all cabinets share."""

    monday: date
    weeks: int
    rules: Mapping[Task, TaskRule]
    models: Models
    costs: Costs
    relamping: Relamping
    done: Mapping[tuple[Asset, Task], date] = field(default_factory=dict)
    """The last day each task was done at a cabinet, where that is known."""
    decided: Mapping[Asset, Sequence[Decided]] = field(default_factory=dict)

    def week(self, day: date) -> int:
        """The week of *day*; below 1: before the year."""
        return (day - self.monday).days // 7 + 1

    def window(self, due: int) -> tuple[int, int]:
        """Weeks around the one in which a work is due."""
        return max(1, due - EARLY), min(self.weeks, due + LATE)

    def late(self, due: int, period: int | None, work_eur: Decimal) -> Costed:
        """A week early loses its share of the period; a week late costs what is assumed."""
        early = work_eur / period if period else Decimal(0)
        weeks = range(1, self.weeks + 1)
        amounts = (
            (w - due) * self.costs.late_eur_week if w >= due else (due - w) * early for w in weeks
        )
        return tuple(Decimal(a).quantize(_EURO, ROUND_HALF_UP) for a in amounts)


def works_of(cabinet: CabinetState, tickets: Sequence[FaultReport], year: Year) -> list[Work]:
    """What is to be done at *cabinet* in the year, in the order in which it is due."""
    asset = cabinet.organisation, cabinet.cabinet
    found = [
        *_iterate_inspection_works(cabinet, asset, year),
        *_iterate_decided_works(cabinet, asset, year),
    ]
    found += _iterate_relamping_works(cabinet, asset, year, found)
    found += _iterate_cleaning_works(cabinet, asset, year, found)
    found += (
        _build_repair_work(ticket, cabinet, year)
        for ticket in tickets
        if ticket.severity == "minor"
    )
    return sorted(found, key=lambda work: (not work.backlog, work.due or work.last, work.task))


def _build_work(
    task: Task,
    cabinet: CabinetState,
    year: Year,
    *,
    points: int | None = None,
    due: int,
    period: int | None = None,
    backlog: bool = False,
) -> Work:
    rule = year.rules[task]
    count = len(cabinet.lamps) if points is None else points
    minutes = max(1, rule.minutes_cabinet + rule.minutes_light_point * count)
    eur = Decimal(str(year.relamping.hour)) * minutes / 60
    first, last = (1, year.weeks) if backlog else year.window(due)
    return Work(
        task=task,
        minutes=minutes,
        skills=rule.skills,
        first=first,
        last=last,
        due=due,
        costs=year.late(due, period, eur),
        points=count,
        backlog=backlog,
    )


def _iterate_inspection_works(cabinet: CabinetState, asset: Asset, year: Year) -> Iterator[Work]:
    months = year.rules["inspection"].every_months
    if months is None:
        return
    told = [d for d in (cabinet.inspected_on, year.done.get((asset, "inspection"))) if d]
    if not told:
        yield replace(_build_work("inspection", cabinet, year, due=1, backlog=True), undated=True)
        return
    due = year.week(max(told) + timedelta(days=months * _DAYS_A_MONTH))
    if due - EARLY <= year.weeks:
        period = round(months * _DAYS_A_MONTH / 7)
        late = due < 1
        yield _build_work("inspection", cabinet, year, due=max(1, due), period=period, backlog=late)


def _iterate_decided_works(cabinet: CabinetState, asset: Asset, year: Year) -> Iterator[Work]:
    for one in year.decided.get(asset, ()):
        due = year.weeks if one.by is None else min(max(1, year.week(one.by)), year.weeks)
        made = _build_work(one.task, cabinet, year, due=due)
        kept = made.costs if one.by else (Decimal(0),) * year.weeks
        yield replace(made, first=1, due=due if one.by else None, costs=kept, ticket=one.ticket)


def _iterate_relamping_works(
    cabinet: CabinetState, asset: Asset, year: Year, others: Iterable[Work]
) -> Iterator[Work]:
    if any(work.task in ("led_conversion", "group_relamping") for work in others):
        return
    rule = year.rules["group_relamping"]
    last = year.done.get((asset, "group_relamping"))
    if rule.every_months is not None:
        yield from _in_turn(
            "group_relamping", cabinet, year, _select_discharge_lamps(cabinet, year)
        )
        return
    lamps = list_aged_lamps(_select_discharge_lamps(cabinet, year), year.models, year.relamping)
    due = due_week(lamps, year.relamping)
    if last is not None and (year.monday - last).days < _JUST_DONE:
        return  # the lamps told may still be those of before
    if not lamps or due == inf or due - EARLY > year.weeks:
        return
    costs = week_costs(lamps, year.relamping, range(1, year.weeks + 1))
    week = round(due)
    made = _build_work(
        "group_relamping", cabinet, year, points=len(lamps), due=week, backlog=week == 1
    )
    parts = parts_of(one.lamp for one in lamps)
    yield replace(made, costs=costs, due=week, parts=parts)


def _select_discharge_lamps(cabinet: CabinetState, year: Year) -> list[LampState]:
    """Lamps that are changed in groups: no LED, of a known kind, still sold in the year."""
    return [
        lamp
        for lamp in cabinet.lamps
        if lamp.source_type not in (None, "LED", "AU", "XX")
        and (lamp.purchasable_until is None or lamp.purchasable_until >= year.monday)
    ]


def _in_turn(
    task: Task, cabinet: CabinetState, year: Year, lamps: Sequence[LampState]
) -> Iterator[Work]:
    """A task with a period: after the last time it was done, else each cabinet in its turn."""
    months = year.rules[task].every_months or 0
    due = _compute_due_week((cabinet.organisation, cabinet.cabinet), task, months, year)
    if lamps and due <= year.weeks:
        period = round(months * _DAYS_A_MONTH / 7)
        made = _build_work(task, cabinet, year, points=len(lamps), due=due, period=period)
        yield replace(made, parts=parts_of(lamps) if task == "group_relamping" else ())


def _compute_due_week(asset: Asset, task: Task, months: int, year: Year) -> int:
    """The week in which a task is due; without a last time, one that its name spreads evenly."""
    last = year.done.get((asset, task))
    if last is not None:
        return max(1, year.week(last + timedelta(days=months * _DAYS_A_MONTH)))
    cycle = max(1, round(months * _DAYS_A_MONTH / 7))
    mark = crc32("/".join((task, *asset)).encode())
    return (mark - year.monday.toordinal() // 7) % cycle + 1


def _iterate_cleaning_works(
    cabinet: CabinetState, asset: Asset, year: Year, others: Sequence[Work]
) -> Iterator[Work]:
    """With the inspection of every so many years, in turn; alone where none is due."""
    months = year.rules["cleaning"].every_months
    if months is None or any(work.task == "led_conversion" for work in others):
        return
    beside = next((work for work in others if work.task == "inspection"), None)
    for made in _in_turn("cleaning", cabinet, year, cabinet.lamps):
        if beside is None or (asset, "cleaning") in year.done:
            yield made
        else:
            costs = year.late(beside.due or 1, None, Decimal(0))
            yield replace(
                made,
                first=beside.first,
                last=beside.last,
                due=beside.due,
                costs=costs,
                backlog=beside.backlog,
            )


def _build_repair_work(ticket: FaultReport, cabinet: CabinetState, year: Year) -> Work:
    rule = year.rules["repair"]
    due = min(max(1, year.week(ticket.due_at.date())), year.weeks)
    minutes = rule.minutes_light_point if ticket.light_point else rule.minutes_cabinet
    lamp = next((one for one in cabinet.lamps if one.light_point == ticket.light_point), None)
    return Work(
        task="repair",
        minutes=max(1, minutes),
        skills=rule.skills,
        first=1,
        last=min(year.weeks, max(MINOR, due + LATE)),
        due=due,
        costs=year.late(due, None, Decimal(0)),
        points=1,
        parts=parts_of([lamp] if lamp else []),
        ticket=ticket.ticket,
        light_point=ticket.light_point,
        fault=ticket.fault,
    )


def parts_of(lamps: Iterable[LampState]) -> tuple[PartCount, ...]:
    """The lamps to bring: kind and watts of those that are known; a driver for a LED."""
    counts: dict[str, int] = {}
    for lamp in lamps:
        if lamp.source_type is None or lamp.source_type in ("AU", "XX"):
            continue
        kind = "driver" if lamp.source_type == "LED" else "lamp"
        watts = f"-{lamp.power_w}" if lamp.power_w else ""
        name = f"{kind}-{lamp.source_type}{watts}"
        counts[name] = counts.get(name, 0) + 1
    return tuple(PartCount(part=name, count=n) for name, n in sorted(counts.items()))
