"""Interventions that came back, put in place of what was planned: for the next state and week."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from synergie.maintenance.plan.upkeep.done import (
    Before,
    Carried,
    Orders,
    list_carried_stops,
    match_executed_stops,
    part_of,
)
from synergie.maintenance.plan.upkeep.given import MaintenanceFiles
from synergie.maintenance.plan.upkeep.works import Asset
from synergie.maintenance.records.rounds import RoundsPlan, RoundsProblem, RoundStop
from synergie.park.plan.owned import Owned
from synergie.park.records.crew import Task
from synergie.park.records.park import SetAside
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.work_order import WorkOrder

type Weeks = Sequence[tuple[RoundsProblem, RoundsPlan]]


@dataclass(frozen=True, slots=True)
class Returned:
    """All work orders as they stand now, and what earlier weeks left."""

    orders: tuple[Owned[WorkOrder], ...]
    before: Before
    unknown: tuple[SetAside, ...]
    """Rows that came back and fit nothing."""


def match_returned_orders(
    weeks: Weeks, back: Orders, given: MaintenanceFiles, *, until: datetime
) -> Returned:
    """What the rows *back* tell of the rounds of *weeks*, and of the tickets of *given*.

    A row that came back without its owner gets that of the stop, ticket or asset which it names.
    It takes the place of the open ticket of its number, so that the fault is told once.
    """
    rows = _assign_row_owners(weeks, back, given)
    assets = {one.record.external_id for one in given.cabinets}
    assets |= {one.record.external_id for one in given.light_points}
    found = [
        match_executed_stops(
            plan, problem, rows, until=until, assets=assets, installed=given.light_points
        )
        for problem, plan in weeks
    ]
    done = frozenset(stop for one in found for stop in one.done)
    left: dict[str, Carried] = {}
    for (problem, plan), one in zip(weeks, found, strict=True):
        left |= {each.stop.id: each for each in list_carried_stops(one, plan, problem)}
    kept = tuple(one for name, one in left.items() if name not in done)
    unknown = _select_common_rejects([one.unknown for one in found])
    wrong = {one.where for one in unknown}
    stops = {stop.id for problem, _plan in weeks for stop in problem.stops}
    fit = [one for one in rows if (one.where or _format_order_name(one)) not in wrong]
    good = _drop_unfinished_splits(
        [one for one in fit if one.record.done_at or one.record.external_id not in stops]
    )
    return Returned(
        _merge_order_rows(given.work_orders, good), Before(carried=kept, done=done), unknown
    )


def update_inspected_cabinets(
    cabinets: Sequence[Owned[CabinetRecord]], done: Mapping[tuple[Asset, Task], date]
) -> list[Owned[CabinetRecord]]:
    """The cabinets with the inspections that came back, where they are newer than those told."""
    found = []
    for one in cabinets:
        last = done.get(((one.organisation, one.record.external_id), "inspection"))
        told = one.record.inspected_on
        if last is not None and (told is None or told < last):
            record = one.record.model_copy(update={"inspected_on": last})
            found.append(replace(one, record=record))
        else:
            found.append(one)
    return found


def _drop_unfinished_splits(rows: Orders) -> list[Owned[WorkOrder]]:
    """The rows without those of split works whose other parts are not done yet."""
    parts: dict[tuple[str, str], set[int]] = defaultdict(set)
    for one in rows:
        whole, number, _count = part_of(one.record.external_id)
        parts[one.organisation, whole].add(number)
    kept = []
    for one in rows:
        whole, _number, count = part_of(one.record.external_id)
        if len(parts[one.organisation, whole]) >= count:
            kept.append(one)
    return kept


def _format_order_name(one: Owned[WorkOrder]) -> str:
    return f"{one.organisation} {one.record.external_id}"


def _select_common_rejects(told: Sequence[tuple[SetAside, ...]]) -> tuple[SetAside, ...]:
    """Rows that fit the rounds of no week."""
    if not told:
        return ()
    common = set(told[0]).intersection(*told[1:])
    return tuple(one for one in told[0] if one in common)


def _assign_row_owners(
    weeks: Weeks, back: Orders, given: MaintenanceFiles
) -> list[Owned[WorkOrder]]:
    """The rows with their owners, and with the asset of the stop that they name."""
    named: dict[str, RoundStop] = {}
    for problem, _plan in weeks:
        for stop in problem.stops:
            named |= {stop.id: stop, stop.ticket or stop.id: stop}
    owners = {one.record.external_id: one.organisation for one in given.light_points}
    owners |= {one.record.external_id: one.organisation for one in given.cabinets}
    tickets = {one.record.external_id: one.organisation for one in given.work_orders}
    found = []
    for one in back:
        order = one.record
        held = named.get(order.external_id)
        if held is not None:
            owner = held.organisation
            asset = order.asset or held.asset
            order = order.model_copy(update={"asset": asset})
        else:
            told = tickets.get(order.external_id) or owners.get(order.asset or "")
            owner = told or one.organisation
        found.append(replace(one, organisation=owner, record=order))
    return found


def _merge_order_rows(known: Orders, back: Orders) -> tuple[Owned[WorkOrder], ...]:
    """The orders of the files, each row that came back in place of the one of its number."""
    new = {(one.organisation, one.record.external_id): one for one in back}
    found = []
    for one in known:
        other = new.pop((one.organisation, one.record.external_id), None)
        found.append(one if other is None else _complete_order_row(one, other))
    return (*found, *new.values())


def _complete_order_row(one: Owned[WorkOrder], other: Owned[WorkOrder]) -> Owned[WorkOrder]:
    """The row that came back, with what only the first told.

    What was reported stays: its words say how bad the fault is until it is mended.
    """
    first, told = one.record, other.record
    kept = {
        name: getattr(first, name)
        for name in ("asset", "insee_code", "location", "contract")
        if getattr(told, name) is None
    }
    reported = ("reported_at", "fault_type")
    kept |= {name: getattr(first, name) for name in reported if getattr(first, name) is not None}
    if told.asset_kind == "unknown":
        kept["asset_kind"] = first.asset_kind
    return replace(other, record=told.model_copy(update=kept))
