"""Which interventions answer which planned visits: by cabinet, by kind of work, by date. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from synergie.calendar import load_time_zone
from synergie.maintenance.records.progress import BodyProgress, VisitDone
from synergie.maintenance.records.view import CampaignView, PartVisit
from synergie.park.records.crew import Task
from synergie.schemas.assets.work_order import WorkKind, WorkOrder

PARIS = load_time_zone("Europe/Paris")

ANSWERS: Mapping[Task, frozenset[WorkKind]] = {
    "repair": frozenset({"repair", "other"}),
    "inspection": frozenset({"inspection", "other"}),
    "group_relamping": frozenset({"preventive", "other"}),
    "cleaning": frozenset({"preventive", "other"}),
    "led_conversion": frozenset({"preventive", "other"}),
    "cabinet_visit": frozenset({"preventive", "inspection", "other"}),
    "other": frozenset({"preventive", "inspection", "repair", "other"}),
}
"""Kinds of work that answer a task; a ticket that only reports answers none."""

type Finished = tuple[date, WorkOrder]


def progress(view: CampaignView, orders: Iterable[WorkOrder], *, as_of: date) -> BodyProgress:
    """How far the visits of one body are by the end of *as_of*, by its own work orders.

    An intervention answers one visit. Of a cabinet, visits that few kinds of work answer choose
    first, then earlier ones; each takes the earliest, of its own kind before `other`.
    """
    visits = _match_visits(view, _group_finished_work(orders, as_of), as_of)
    ends = {one.week: _compute_week_sunday(view, one.week) for one in visits}
    late = [one for one in visits if one.is_late]
    return BodyProgress(
        body=view.body,
        reason=None,
        planned=len(visits),
        due=sum(ends[one.week] < as_of for one in visits),
        done=sum(one.done_on is not None for one in visits),
        done_late=sum(one.done_on is not None for one in late),
        late=sum(one.done_on is None for one in late),
        visits=visits,
    )


def build_untold_progress(view: CampaignView, reason: str, *, as_of: date) -> BodyProgress:
    """What the plan alone says of a body whose work orders are not open."""
    return BodyProgress(
        body=view.body,
        reason=reason,
        planned=len(view.visits),
        due=sum(_compute_week_sunday(view, one.week) < as_of for one in view.visits),
        done=None,
        done_late=None,
        late=None,
        visits=(),
    )


def _match_visits(
    view: CampaignView, done: Mapping[str, list[Finished]], as_of: date
) -> tuple[VisitDone, ...]:
    made = {}
    for visit in sorted(view.visits, key=lambda one: (len(ANSWERS[one.task]), *_by_week(one))):
        some = done.get(visit.cabinet, [])
        opens = view.starts_on + timedelta(weeks=visit.first_week - 1)
        fits = [one for one in some if one[0] >= opens and one[1].kind in ANSWERS[visit.task]]
        found = min(fits, key=lambda one: (one[1].kind == "other", one[0]), default=None)
        if found is not None:
            some.remove(found)
        made[_by_week(visit)] = _build_visit_result(view, visit, found, as_of)
    return tuple(made[key] for key in sorted(made))


def _by_week(visit: PartVisit) -> tuple[int, str, str]:
    return visit.week, visit.cabinet, visit.id or ""


def _build_visit_result(
    view: CampaignView, visit: PartVisit, found: Finished | None, as_of: date
) -> VisitDone:
    end = _compute_week_sunday(view, visit.week)
    return VisitDone(
        visit=visit.id or visit.cabinet,
        cabinet=visit.cabinet,
        task=visit.task,
        week=visit.week,
        done_on=None if found is None else found[0],
        work_order=None if found is None else found[1].external_id,
        is_late=(as_of if found is None else found[0]) > end,
    )


def _group_finished_work(orders: Iterable[WorkOrder], as_of: date) -> dict[str, list[Finished]]:
    """Work that is done, by cabinet, oldest first."""
    made: dict[str, list[Finished]] = defaultdict(list)
    for order in orders:
        on = _convert_to_local_day(order.done_at)
        if order.asset is not None and order.asset_kind == "cabinet" and on and on <= as_of:
            made[order.asset].append((on, order))
    for some in made.values():
        some.sort(key=lambda one: (one[0], one[1].external_id))
    return made


def _convert_to_local_day(told: datetime | date | None) -> date | None:
    return told.astimezone(PARIS).date() if isinstance(told, datetime) else told


def _compute_week_sunday(view: CampaignView, week: int) -> date:
    return view.starts_on + timedelta(days=7 * week - 1)
