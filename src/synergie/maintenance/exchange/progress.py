"""How far the plan in force is: its visits against the work orders that come back."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from synergie.exchange.trust import seen as _seen
from synergie.exchange.trust.seen import AccessRecord
from synergie.maintenance.exchange import _inputs as _campaign_inputs
from synergie.maintenance.exchange import side as _campaign_side
from synergie.maintenance.exchange._matching import PARIS, build_untold_progress, progress
from synergie.maintenance.records.progress import BodyProgress, CampaignProgress
from synergie.maintenance.records.view import CampaignView
from synergie.maintenance.storage import runs as kept
from synergie.maintenance.storage.campaigns import StoredCampaign
from synergie.maintenance.storage.runs import Part
from synergie.policy import Permit, Principal, permit_own_data
from synergie.schemas.assets.work_order import WorkOrder
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
