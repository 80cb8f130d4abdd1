"""How far the plan in force is: its visits against the work orders that come back."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from synergie.calendar import load_time_zone
from synergie.exchange.trust import seen as _seen
from synergie.exchange.trust.seen import AccessRecord
from synergie.maintenance.exchange import _inputs as _campaign_inputs
from synergie.maintenance.exchange import side as _campaign_side
from synergie.maintenance.records.progress import BodyProgress, CampaignProgress, VisitDone
from synergie.maintenance.records.view import CampaignView, PartVisit
from synergie.maintenance.storage import runs as kept
from synergie.maintenance.storage.campaigns import StoredCampaign
from synergie.maintenance.storage.runs import Part
from synergie.park.records.crew import Task
from synergie.policy import Permit, Principal, permit_own_data
from synergie.schemas.assets.work_order import WorkKind, WorkOrder
from synergie.storage.assets.shared_assets import fetch_shared_assets as open_assets
from synergie.storage.readings.facts import FactQuery, keyed_facts
from synergie.storage.store import Session, Store

_PAGE = 1000

type _Told = tuple[BodyProgress, tuple[Permit, ...]]
"""Of a body, and the permits under which it is told."""


@dataclass(frozen=True, slots=True)
class CampaignProgresses:
    """Every body's, for the coordinator, under its agreement; one's own, for a body."""

    store: Store

    def read(self, caller: Principal, campaign_id: str, *, now: datetime) -> CampaignProgress:
        """How far the plan in force is at *now*.

        The coordinator is told of a body while agreements open its assets and its work orders, and
        of the cabinets that they open; that is recorded before it is told. Null plan, and nothing
        else, while none is in force.
        """
        as_of, ask = now.astimezone(PARIS).date(), _campaign_inputs.ORDERS
        with _seen.open_recorded_session(
            self.store, caller, ask, subject=campaign_id, now=now
        ) as session:
            found = _campaign_side.known(session, caller, campaign_id, now=now)
            told = list(_iterate_body_progress(session, caller, found, as_of, now=now))
        seen = [
            (permit, AccessRecord("work_orders", (campaign_id,), rows=len(one.visits)))
            for one, permits in told
            for permit in permits
        ]
        _seen.record_all(self.store, caller, seen, now=now)
        bodies = tuple(one for one, _ in told)
        return CampaignProgress(campaign=campaign_id, plan=found.plan, as_of=as_of, bodies=bodies)


def _iterate_body_progress(
    session: Session, caller: Principal, found: StoredCampaign, as_of: date, *, now: datetime
) -> Iterator[_Told]:
    if found.plan is None:
        return
    if caller.organisation != found.owner:
        side = _campaign_side.authorize_side(caller, action="read", now=now)
        mine = kept.PARTS.load(side, session, found.plan, caller.organisation)
        if mine is not None:
            orders = _iterate_permitted_orders(
                session, (permit_own_data(caller, action="read", now=now),)
            )
            yield progress(mine.view, orders, as_of=as_of), ()
        return
    permit = permit_own_data(caller, action="read", now=now)
    assets = _campaign_inputs.permits_now(session, caller, found, _campaign_inputs.ASSETS, now=now)
    orders_of = _campaign_inputs.permits_now(
        session, caller, found, _campaign_inputs.ORDERS, now=now
    )
    for part in kept.PARTS.iterate(permit, session, found.plan):
        yield _of_body(session, part, (assets.get(part.body), orders_of.get(part.body)), as_of)


def _of_body(
    session: Session,
    part: Part,
    opened: tuple[tuple[Permit, ...] | str | None, tuple[Permit, ...] | str | None],
    as_of: date,
) -> _Told:
    closed = next((one for one in opened if not isinstance(one, tuple)), None)
    assets, orders = opened
    if isinstance(assets, tuple) and isinstance(orders, tuple):
        view = _open_alone(session, part, assets)
        return progress(view, _iterate_permitted_orders(session, orders), as_of=as_of), orders
    return build_untold_progress(part.view, closed or "no_agreement", as_of=as_of), ()


def _open_alone(session: Session, part: Part, permits: tuple[Permit, ...]) -> CampaignView:
    """The part without visits to cabinets that *permits* open no more; one's own stay."""
    first, *more = permits
    if first.owner == first.bearer:
        return part.view
    known = open_assets(first, session, more).cabinets
    visits = tuple(one for one in part.view.visits if one.cabinet in known)
    return part.view.model_copy(update={"visits": visits})


def _iterate_permitted_orders(session: Session, permits: Iterable[Permit]) -> Iterator[WorkOrder]:
    """The work orders that *permits* open, each once."""
    seen: set[str] = set()
    for permit in permits:
        after, wanted = "", FactQuery(kind="work_order")
        while some := keyed_facts(permit, session, wanted, after=after, limit=_PAGE):
            after = some[-1].key
            for one in some:
                record = one.fact.record
                if isinstance(record, WorkOrder) and one.key not in seen:
                    seen.add(one.key)
                    yield record


# Which interventions answer which planned visits: by cabinet, by kind of work, by date. Pure.

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
