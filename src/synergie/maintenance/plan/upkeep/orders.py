"""Traffic orders and works of others: where they hold, which weeks and hours they leave."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from synergie.maintenance.plan.upkeep.days import WorkDays, minute_of
from synergie.park.records.crew import CrewBook, OtherWorks, RoadOrder
from synergie.park.records.park import CabinetState

type Minutes = tuple[int, int]
"""A span of a day, minutes since midnight."""

WHOLE_DAY: Minutes = (0, 24 * 60)
_HOUR = 60


def does_order_apply(row: RoadOrder | OtherWorks, cabinet: CabinetState) -> bool:
    """Whether an order or works concern a cabinet: it is named, or its whole commune is."""
    if row.cabinets:
        return cabinet.cabinet in row.cabinets
    return row.insee_code == cabinet.insee_code


def select_cabinet_orders(book: CrewBook, cabinet: CabinetState) -> tuple[RoadOrder, ...]:
    """The traffic orders that hold for a cabinet."""
    return tuple(order for order in book.road_orders if does_order_apply(order, cabinet))


def list_work_spans(orders: Iterable[RoadOrder], day: date) -> tuple[Minutes, ...]:
    """When work is allowed on *day* under *orders*, minutes since midnight, in order.

    An order `only` shuts every hour of its days but its own: outside them it says nothing.
    """
    free: tuple[Minutes, ...] = (WHOLE_DAY,)
    for order in orders:
        if order.from_day <= day <= order.to_day:
            told = _split_order_hours(order)
            outside = tuple(_subtract_spans(WHOLE_DAY, told))
            free = _intersect_minutes(free, told if order.rule == "only" else outside)
    return free


def _split_order_hours(order: RoadOrder) -> tuple[Minutes, ...]:
    """The hours of an order; from 21:00 to 06:00 is the night, in two spans."""
    first = 0 if order.from_time is None else minute_of(order.from_time)
    last = WHOLE_DAY[1] if order.to_time is None else minute_of(order.to_time)
    return ((first, last),) if first < last else ((0, last), (first, WHOLE_DAY[1]))


def _subtract_spans(whole: Minutes, taken: Iterable[Minutes]) -> Iterable[Minutes]:
    start = whole[0]
    for first, last in sorted(taken):
        if start < first:
            yield start, first
        start = max(start, last)
    if start < whole[1]:
        yield start, whole[1]


def _intersect_minutes(some: Sequence[Minutes], others: Sequence[Minutes]) -> tuple[Minutes, ...]:
    cut = ((max(a, c), min(b, d)) for a, b in some for c, d in others)
    return tuple(sorted((first, last) for first, last in cut if first < last))


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours in which crews may stand at a place."""

    starts: int
    """Earliest departure of a crew, minutes since midnight."""
    ends: int
    """Latest return of a crew."""


def open_weeks(orders: Sequence[RoadOrder], days: WorkDays, hours: Hours) -> set[int]:
    """Weeks with at least one working day on which an hour is left under *orders*."""
    return {
        days.week_of(day)
        for day in days.days
        if any(
            min(last, hours.ends) - max(first, hours.starts) >= _HOUR
            for first, last in list_work_spans(orders, day)
        )
    }


def cheaper_weeks(book: CrewBook, cabinet: CabinetState, days: WorkDays) -> dict[int, OtherWorks]:
    """Weeks in which works of others stand at a cabinet, and which; the best saving of each."""
    found: dict[int, OtherWorks] = {}
    for works in book.other_works:
        if does_order_apply(works, cabinet):
            for day in days.days:
                week = days.week_of(day)
                held = found.get(week)
                if works.from_day <= day <= works.to_day and (
                    held is None or held.saves_eur < works.saves_eur
                ):
                    found[week] = works
    return found
