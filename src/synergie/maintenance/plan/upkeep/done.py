"""What was done comes back: rounds as they were carried out, what was last done, decisions."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from unicodedata import combining, normalize

from synergie.calendar import load_time_zone
from synergie.maintenance.plan.upkeep import _text
from synergie.maintenance.plan.upkeep.works import Asset, Decided
from synergie.maintenance.records.rounds import RoundPlace, RoundsPlan, RoundsProblem, RoundStop
from synergie.park.plan.owned import Owned
from synergie.park.records.crew import Task
from synergie.park.records.park import SetAside
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.work_order import WorkOrder

type Orders = Sequence[Owned[WorkOrder]]

_PART = re.compile(r"(.+)-(\d{1,3})of(\d{1,3})", re.ASCII)
_WORDS: tuple[tuple[str, Task], ...] = (
    ("led", "led_conversion"),
    ("relantern", "led_conversion"),
    ("relamp", "group_relamping"),
    ("nettoy", "cleaning"),
    ("clean", "cleaning"),
    ("verif", "inspection"),
    ("control", "inspection"),
    ("inspection", "inspection"),
)
"""How a word of a work order begins → the task it means."""
_PLANNED = ("preventive", "inspection", "other")


def tasks_of(order: WorkOrder) -> tuple[Task, ...]:
    """The tasks that a work order is of, by its kind and its words; a report or repair is none."""
    if order.kind not in _PLANNED:
        return ()
    words = re.findall(r"[a-z]+", plain_words(f"{order.fault_type or ''} {order.cause or ''}"))
    found = {task for word in words for start, task in _WORDS if word.startswith(start)}
    if order.kind == "inspection" and not found:
        found = {"inspection"}
    return tuple(sorted(found))


def plain_words(text: str) -> str:
    """Lower case without accents."""
    parted = normalize("NFKD", text.lower())
    return "".join(letter for letter in parted if not combining(letter))


def part_of(name: str) -> tuple[str, int, int]:
    """`A-1.led_conversion-2of5` → the whole, 2, 5; a whole is part 1 of 1."""
    told = _PART.fullmatch(name)
    return (told[1], int(told[2]), int(told[3])) if told else (name, 1, 1)


def find_last_done_days(orders: Orders, tz: str = "Europe/Paris") -> dict[tuple[Asset, Task], date]:
    """The last day on which each task was done at a cabinet.

    A work that was split over several stops is done when all its parts are.
    """
    found: dict[tuple[Asset, Task], date] = {}
    parts: dict[tuple[Asset, str], set[int]] = defaultdict(set)
    for one in sorted(
        orders, key=lambda o: str(_convert_to_civil_day(o.record.done_at, load_time_zone(tz)))
    ):
        order = one.record
        day = _convert_to_civil_day(order.done_at, load_time_zone(tz))
        if day is None or order.asset is None or order.asset_kind not in ("cabinet", "unknown"):
            continue
        asset = one.organisation, order.asset
        whole, number, count = part_of(order.external_id)
        parts[asset, whole].add(number)
        if len(parts[asset, whole]) < count:
            continue
        for task in tasks_of(order):
            found[asset, task] = max(day, found.get((asset, task), day))
    return found


def list_decided_works(orders: Orders, tz: str = "Europe/Paris") -> dict[Asset, list[Decided]]:
    """Works that owners have decided and not done: preventive orders on a cabinet."""
    found: dict[Asset, list[Decided]] = defaultdict(list)
    for one in orders:
        order = one.record
        if order.kind != "preventive" or order.done_at is not None or order.asset is None:
            continue
        if order.asset_kind not in ("cabinet", "unknown"):
            continue
        by = _convert_to_civil_day(order.planned_at, load_time_zone(tz))
        for task in tasks_of(order) or ("other",):
            found[one.organisation, order.asset].append(
                Decided(task=task, by=by, ticket=order.external_id)
            )
    return dict(found)


def _convert_to_civil_day(moment: datetime | date | None, tz: tzinfo) -> date | None:
    return moment.astimezone(tz).date() if isinstance(moment, datetime) else moment


@dataclass(frozen=True, slots=True)
class Failed:
    """A stop that was tried and not done."""

    stop: str
    reason: str
    """As the crew told it."""


@dataclass(frozen=True, slots=True)
class Executed:
    """How the rounds of some days were carried out."""

    done: tuple[str, ...]
    """Stops that are done."""
    late: tuple[str, ...]
    """Stops that are not done, or not told, though their day is over."""
    failed: tuple[Failed, ...]
    """Stops that were tried and could not be done."""
    unknown: tuple[SetAside, ...]
    """Rows that fit no stop and no asset, or whose dates cannot be."""
    behind: Mapping[str, int] = field(default_factory=dict)
    """Days between the planned day and the end of each stop that was done later."""


@dataclass(frozen=True, slots=True)
class Carried:
    """A stop that the next week takes over, and where it is."""

    stop: RoundStop
    place: RoundPlace
    reason: str | None = None
    """Why it failed. None: it was not done, or left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What earlier weeks left: stops to take over, stops that are done."""

    carried: Sequence[Carried] = ()
    done: frozenset[str] = frozenset()
    """Stops that are done and must not come again."""


def match_executed_stops(
    plan: RoundsPlan,
    problem: RoundsProblem,
    work_orders: Orders,
    *,
    until: datetime,
    assets: Iterable[str] = (),
    installed: Iterable[Owned[LightPointRecord]] = (),
) -> Executed:
    """What became of each planned stop until a moment, as work orders tell.

    An order answers a stop by the number of the stop or of its ticket, else by the asset and a day
    of the plan or later. *assets*: identifiers of the inventories, so that work beside the plan is
    no fault. Without a row, a stop whose day is over is late.
    """
    reading = _Reading(plan, problem, until, assets=set(assets), installed=tuple(installed))
    return reading.read(work_orders)


class _Reading:
    """The rounds of some days and the orders that answer them."""

    def __init__(
        self,
        plan: RoundsPlan,
        problem: RoundsProblem,
        until: datetime,
        *,
        assets: set[str],
        installed: Sequence[Owned[LightPointRecord]],
    ) -> None:
        self.until, self.tz = until, load_time_zone(problem.time_zone)
        self.stops = {stop.id: stop for stop in problem.stops}
        self.days = {planned.stop: each.day for each in plan.rounds for planned in each.stops}
        self.assets = assets | {stop.asset for stop in problem.stops}
        self.installed = {
            (one.organisation, one.record.external_id): one.record.installed_on for one in installed
        }
        self.names: dict[tuple[str, str], str] = {}
        for stop in problem.stops:
            for name in {stop.id, stop.ticket or stop.id}:
                self.names[stop.organisation, name] = stop.id
        self.unknown: list[SetAside] = []

    def read(self, orders: Orders) -> Executed:
        """What became of each stop."""
        held: dict[str, WorkOrder] = {}
        seen: set[tuple[str, str]] = set()
        for one in orders:
            name = one.organisation, one.record.external_id
            fault = _text.DONE_TWICE if name in seen else self._fault(one)
            seen.add(name)
            stop = None if fault else self._stop(one)
            if fault or (stop is None and one.record.asset not in self.assets):
                self._tell(one, fault or _text.DONE_UNKNOWN)
            elif stop is not None and (stop not in held or held[stop].done_at is None):
                held[stop] = one.record
        return self._sorted(held)

    def _fault(self, one: Owned[WorkOrder]) -> str | None:
        order = one.record
        done, told = (
            _convert_to_civil_day(order.done_at, self.tz),
            _convert_to_civil_day(order.reported_at, self.tz),
        )
        if done is None:
            return None
        if done > self.until.astimezone(self.tz).date():
            return _text.DONE_FUTURE
        if told is not None and done < told:
            return _text.DONE_EARLY
        set_up = self.installed.get((one.organisation, order.asset or ""))
        return _text.DONE_BEFORE_INSTALLED if set_up is not None and done < set_up else None

    def _stop(self, one: Owned[WorkOrder]) -> str | None:
        """The stop that an order answers. None: none does."""
        order = one.record
        named = self.names.get((one.organisation, order.external_id))
        if named is not None:
            return named
        done = _convert_to_civil_day(order.done_at, self.tz)
        if done is None or order.asset is None or order.kind == "report":
            return None
        tasks = tasks_of(order) or ("repair",)
        fits = (
            stop.id
            for stop in self.stops.values()
            if (stop.organisation, stop.asset) == (one.organisation, order.asset)
            and stop.task in tasks
            and self.days.get(stop.id, done) <= done
        )
        return min(fits, default=None)

    def _tell(self, one: Owned[WorkOrder], expected: str) -> None:
        order = one.record
        found = f"{order.external_id}: {order.asset or '–'}, {order.done_at or '–'}"
        where = one.where or f"{one.organisation} {order.external_id}"
        self.unknown.append(SetAside(where=where[:200], found=found, expected=expected))

    def _sorted(self, held: Mapping[str, WorkOrder]) -> Executed:
        done = {name for name, order in held.items() if order.done_at is not None}
        failed = [
            Failed(name, order.cause)
            for name, order in sorted(held.items())
            if name not in done and order.cause is not None
        ]
        tried = {one.stop for one in failed}
        today = self.until.astimezone(self.tz).date()
        over = {name for name, day in self.days.items() if day <= today}
        behind = {
            name: days
            for name in sorted(done & self.days.keys())
            if (days := _count_days_late(self.days[name], held[name], self.tz)) > 0
        }
        late = tuple(sorted(over - done - tried))
        return Executed(tuple(sorted(done)), late, tuple(failed), tuple(self.unknown), behind)


def _count_days_late(planned: date, order: WorkOrder, tz: tzinfo) -> int:
    ended = _convert_to_civil_day(order.done_at, tz)
    return 0 if ended is None else (ended - planned).days


def list_carried_stops(
    found: Executed, plan: RoundsPlan, problem: RoundsProblem
) -> tuple[Carried, ...]:
    """What the next days must take over: every stop of the problem that is not done, once.

    Those planned for a day that is still to come are left to the rounds that hold them.
    """
    places = {place.id: place for place in problem.places}
    reasons = {one.stop: one.reason for one in found.failed}
    left = {one.stop for one in plan.left_out}
    wanted = (left | set(found.late) | reasons.keys()) - set(found.done)
    return tuple(
        Carried(stop, places[stop.place], reasons.get(stop.id))
        for stop in problem.stops
        if stop.id in wanted
    )
