"""The life of a purchase's contracts and its forward curve: kept by its coordinator, told in parts.

A draft until the purchase is awarded: then each member reads its own part.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from synergie.calendar import day_of
from synergie.errors import BadInput, Conflict, NotFound
from synergie.exchange.shared_plan import authorize_side, record
from synergie.policy import Permit, Principal
from synergie.purchase.exchange.side import SIDES
from synergie.purchase.plan.execution import follow_market
from synergie.purchase.plan.market import (
    build_forward_part,
    list_tunnel_days,
    narrow_market,
    value_forward,
)
from synergie.purchase.records.forward import ForwardStudy
from synergie.purchase.records.market import (
    Forward,
    ForwardPart,
    ForwardRecord,
    Market,
    MarketPart,
    MarketRecord,
)
from synergie.purchase.storage.markets import (
    MarketKind,
    StoredMarket,
    load_market,
    load_market_part,
    save_market,
)
from synergie.purchase.storage.purchases import PURCHASES, PurchaseSnapshot
from synergie.schemas.trust.journal import JournalEvent
from synergie.storage.store import Session, Store

PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True, slots=True)
class PurchaseMarkets:
    """What a coordinator keeps of the market after the plan, and what each member sees of it."""

    store: Store

    def save(
        self, caller: Principal, purchase_id: str, body: MarketRecord, *, now: datetime
    ) -> Market:
        """The contracts of a purchase of the caller's, in the place of those before.

        BadInput for a lot that the purchase has not, or who is no member of it; Conflict for a
        purchase that was closed without an award. The same again changes nothing.
        """
        with self.store.write() as session:
            permit, found = SIDES.coordinated(session, caller, purchase_id, now=now, writing=True)
            invited = PURCHASES.list_invitations(permit, session, found.id)
            _check_contracts(found, body, invited)
            days = list_tunnel_days(body)
            narrowed = {one: narrow_market(body, one) for one in invited}
            parts = {
                one: MarketPart(contracts=mine.contracts, tunnels=_select_lots(days, mine))
                for one, mine in narrowed.items()
                if mine.contracts
            }
            kept = _save(permit, session, caller, found, made=(body, parts), kind="market", now=now)
            return _build_market(found, kept, now)

    def read(self, caller: Principal, purchase_id: str, *, now: datetime) -> Market:
        """The contracts as they stand on the day of *now*: whole, or the caller's own part.

        NotFound for a member before the award, and for one that is in no contract. That a member
        has read its part is recorded before it is told.
        """
        found, kept = self._load(caller, purchase_id, "market", now=now)
        return _build_market(found, kept, now, is_part=found.owner != caller.organisation)

    def save_forward(
        self, caller: Principal, purchase_id: str, body: ForwardRecord, *, now: datetime
    ) -> Forward:
        """The forward curve of a purchase of the caller's, with its offers held against it.

        BadInput for an hour that the curve or the load has not, or offers that it does not price;
        Conflict as of `save`. The study is made before the store is held.
        """
        authorize_side(caller, action="write", now=now)
        study = value_forward(body)
        part = build_forward_part(body, study)
        with self.store.write() as session:
            permit, found = SIDES.coordinated(session, caller, purchase_id, now=now, writing=True)
            invited = PURCHASES.list_invitations(permit, session, found.id)
            parts = dict.fromkeys(invited, part)
            kept = _save(
                permit, session, caller, found, made=(body, parts), kind="forward", now=now
            )
            return _build_forward(found, kept, study)

    def read_forward(self, caller: Principal, purchase_id: str, *, now: datetime) -> Forward:
        """The forward curve: with the offers to its coordinator, the curve alone to a member."""
        found, kept = self._load(caller, purchase_id, "forward", now=now)
        if found.owner == caller.organisation:
            body = None if kept is None else ForwardRecord.model_validate_json(kept.body)
            return _build_forward(found, kept, None if body is None else value_forward(body))
        part = None if kept is None else ForwardPart.model_validate_json(kept.body)
        return Forward(**_build_head(found, kept), record=None, study=None, part=part)

    def _load(
        self, caller: Principal, purchase_id: str, kind: MarketKind, *, now: datetime
    ) -> tuple[PurchaseSnapshot, StoredMarket | None]:
        """The whole to the coordinator; to a member its part, once the purchase was awarded."""
        with self.store.write(essential=True) as session:
            found = SIDES.read_visible(session, caller, purchase_id, now=now)
            if found.owner == caller.organisation:
                permit, found = SIDES.coordinated(session, caller, purchase_id, now=now)
                return found, load_market(permit, session, found.id, kind)
            permit = authorize_side(caller, action="read", now=now)
            kept = load_market_part(permit, session, found.id, kind)
            if kept is None or not found.is_awarded:
                raise NotFound
            record(permit, session, "part.read", found, *filter(None, [found.plan]), caller=caller)
            return found, kept


def _check_contracts(
    found: PurchaseSnapshot, body: MarketRecord, invited: Mapping[str, datetime]
) -> None:
    lots, known = {lot.id for lot in found.record.lots}, {found.owner, *invited}
    for n, one in enumerate(body.contracts):
        if one.terms.lot not in lots:
            raise BadInput(f"/contracts/{n}/terms/lot", one.terms.lot, "a lot of the purchase")
        for m, each in enumerate(one.members):
            if each.member not in known:
                where = f"/contracts/{n}/members/{m}/member"
                raise BadInput(where, each.member, "a member of the purchase")


def _save(
    permit: Permit,
    session: Session,
    caller: Principal,
    found: PurchaseSnapshot,
    *,
    made: tuple[BaseModel, Mapping[str, BaseModel]],
    kind: MarketKind,
    now: datetime,
) -> StoredMarket:
    """Keep what is new, write it in the journal, and tell those who may read it."""
    if found.state == "closed" and not found.is_awarded:
        raise Conflict(found.state, "a purchase that is awarded, or not closed yet")
    body, parts = made
    kept, new = save_market(permit, session, found.id, kind=kind, record=body, parts=parts, now=now)
    if new:
        event: JournalEvent = "market.saved" if kind == "market" else "forward.saved"
        record(permit, session, event, found, caller=caller, rows=len(parts))
        SIDES.tell(session, found, list(parts) if found.is_awarded else [], kind, now=now)
    return kept


def _select_lots(days: tuple[Any, ...], mine: MarketRecord) -> tuple[Any, ...]:
    lots = {one.terms.lot for one in mine.contracts}
    return tuple(day for day in days if day.lot in lots)


def _build_head(found: PurchaseSnapshot, kept: StoredMarket | None) -> dict[str, Any]:
    return {
        "purchase": found.id,
        "version": 0 if kept is None else kept.version,
        "sha256": None if kept is None else kept.sha256,
        "at": None if kept is None else kept.at,
    }


def _build_market(
    found: PurchaseSnapshot, kept: StoredMarket | None, now: datetime, *, is_part: bool = False
) -> Market:
    on = day_of(now, PARIS)
    told = MarketPart(contracts=(), tunnels=())
    if kept is not None and is_part:
        told = MarketPart.model_validate_json(kept.body)
    elif kept is not None:
        whole = MarketRecord.model_validate_json(kept.body)
        told = MarketPart(contracts=whole.contracts, tunnels=list_tunnel_days(whole))
    return Market(
        **_build_head(found, kept),
        on=on,
        contracts=told.contracts,
        reports=tuple(follow_market(one, on) for one in told.contracts),
        tunnels=told.tunnels,
    )


def _build_forward(
    found: PurchaseSnapshot, kept: StoredMarket | None, study: ForwardStudy | None
) -> Forward:
    body = None if kept is None else ForwardRecord.model_validate_json(kept.body)
    part = None if body is None or study is None else build_forward_part(body, study)
    return Forward(**_build_head(found, kept), record=body, study=study, part=part)
