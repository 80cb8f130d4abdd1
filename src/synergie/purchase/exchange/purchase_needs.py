"""What comes into a purchase: needs of its members, offers that its coordinator opened."""

from dataclasses import dataclass
from datetime import datetime

from synergie.errors import BadInput, BadInputs, Conflict, NotFound
from synergie.exchange import door as _door
from synergie.exchange.trust import seen as _seen
from synergie.policy import Principal, permit_own_data
from synergie.purchase.exchange import side as _purchase_side
from synergie.purchase.exchange._inputs import ask_of, frame_of, problem_of
from synergie.purchase.plan.award.check import faults
from synergie.purchase.policy.purchase import find_member_standing
from synergie.purchase.policy.rounding import MOST_VERSIONS
from synergie.purchase.records.fault import FaultKind
from synergie.purchase.records.needs import Needs, NeedsRecord, Offers, OffersRecord
from synergie.purchase.storage.needs import load_offers, needs, save_needs, save_offers
from synergie.purchase.storage.purchases import PurchaseSnapshot
from synergie.purchase.storage.runs import versions_told
from synergie.storage.store import Session, Store
from synergie.storage.trust.journal.journal import Entry, append
from synergie.storage.trust.organisations import alone

_OF_MEMBERS: frozenset[FaultKind] = frozenset(
    {"twice", "volume_missing", "volume_unit", "period", "mandate_expired"}
)
"""What is wrong with needs whatever the lots and the offers."""


@dataclass(frozen=True, slots=True)
class PurchaseNeeds:
    """Needs of the caller's own, or those that an agreement opens; and its own offers."""

    store: Store

    def publish(
        self, caller: Principal, purchase_id: str, body: NeedsRecord, *, now: datetime
    ) -> Needs:
        """The caller's needs, in the place of those before; the same again changes nothing.

        BadInput for a point of another member or told twice; Conflict when the survey is over, or
        when the caller was told parts of two other versions already: who varies its needs and reads
        what it would pay works out those of others.
        """
        with self.store.write() as session:
            found = _purchase_side.joined(session, caller, purchase_id, now=now, writing=True)
            _own_points(caller.organisation, body)
            if found.state != "survey_open":
                raise Conflict(found.state, "a survey that is open")
            if body.may_leave and not found.record.may_leave:
                raise BadInput("/may_leave", True, "null or false: needs of this purchase are firm")
            _check_needs_plausibility(found, caller.organisation, body)
            if found.record.needs_until is not None and found.record.needs_until <= now:
                raise Conflict("late", "needs before the end of the survey")
            _may_vary(session, caller, found, body, now=now)
            return _save_member_needs(session, caller, found, body, now=now)

    def withdraw(self, caller: Principal, purchase_id: str, *, now: datetime) -> Needs:
        """The caller's needs, withdrawn: no later plan has them. Again changes nothing.

        NotFound when it never published any; Conflict once the purchase is awarded or closed, or,
        when needs are firm, once the survey is.
        """
        with self.store.write(essential=True) as session:
            found = _purchase_side.joined(session, caller, purchase_id, now=now)
            if found.state in {"awarded", "closed"}:
                raise Conflict(found.state, "a purchase that is not awarded or closed yet")
            if found.state != "survey_open" and not found.record.may_leave:
                raise Conflict("firm", "needs that are withdrawn while the survey is open")
            if needs(permit_own_data(caller, action="read", now=now), session, purchase_id) is None:
                raise NotFound
            return _save_member_needs(session, caller, found, None, now=now)

    def read(
        self, caller: Principal, purchase_id: str, *, agreement: str | None = None, now: datetime
    ) -> Needs:
        """The caller's needs; or, under an agreement that names the purchase, those of its owner.

        NotFound when there are none; NotAllowed with its reason when the agreement does not open
        them. What an agreement opens is recorded before it is told.
        """
        ask = ask_of(purchase_id)
        with _seen.open_recorded_session(
            self.store, caller, ask, subject=purchase_id, now=now
        ) as session:
            if agreement is None:
                _purchase_side.joined(session, caller, purchase_id, now=now)
            permit = _door.authorize_list(session, caller, ask, agreement=agreement, now=now)
            found = needs(permit, session, purchase_id)
        if found is None:
            raise NotFound
        rows = 0 if found.record is None else len(found.record.points)
        seen = _seen.AccessRecord("needs", (purchase_id,), rows=rows)
        _seen.record(self.store, caller, permit, seen, now=now)
        return found

    def save_offers(
        self, caller: Principal, purchase_id: str, body: OffersRecord, *, now: datetime
    ) -> Offers:
        """The offers of a purchase of the caller's, in the place of the list before.

        BadInput for an offer told twice or of no lot; Conflict for one that comes after the
        deadline (CCP R2151-5), or once the purchase is awarded or closed.
        """
        with self.store.write() as session:
            permit, found = _purchase_side.coordinated(
                session, caller, purchase_id, now=now, writing=True
            )
            _check_offer_lots(found, body)
            if found.state in {"awarded", "closed"}:
                raise Conflict(found.state, "a purchase that is not awarded or closed yet")
            _in_time(found, body, load_offers(permit, session, purchase_id), now)
            kept, new = save_offers(permit, session, purchase_id, body, now=now)
            if new:
                entry = Entry(
                    "offers.saved",
                    by=permit.bearer,
                    client=caller.client_id,
                    owner=found.owner,
                    subjects=(found.id,),
                    rows=len(body.offers),
                )
                append(permit, session, entry, now=now)
        return kept

    def offers(self, caller: Principal, purchase_id: str, *, now: datetime) -> Offers:
        """The offers of a purchase that the caller coordinates; nobody else sees one."""
        with self.store.read() as session:
            permit, found = _purchase_side.coordinated(session, caller, purchase_id, now=now)
            return load_offers(permit, session, found.id)


def _save_member_needs(
    session: Session,
    caller: Principal,
    found: PurchaseSnapshot,
    body: NeedsRecord | None,
    *,
    now: datetime,
) -> Needs:
    permit = permit_own_data(caller, action="write", now=now)
    alone(permit, session)
    kept, new = save_needs(permit, session, found.id, body, client=caller.client_id, now=now)
    if new:
        entry = Entry(
            "needs.withdrawn" if body is None else "needs.published",
            by=permit.bearer,
            client=caller.client_id,
            owner=permit.owner,
            subjects=(found.id,),
            dataset="needs",
            rows=0 if body is None else len(body.points),
        )
        append(permit, session, entry, now=now)
        _notify_needs_change(
            session, caller, found, "needs_withdrawn" if body is None else "needs", now=now
        )
    return kept


def _may_vary(
    session: Session,
    caller: Principal,
    found: PurchaseSnapshot,
    body: NeedsRecord,
    *,
    now: datetime,
) -> None:
    """Conflict for needs that are none of those of which the caller was told as many as it may."""
    side = _purchase_side.authorize_side(caller, action="read", now=now)
    mine, told = (
        permit_own_data(caller, action="read", now=now),
        versions_told(side, session, found.id),
    )
    if len(told) < MOST_VERSIONS:
        return
    before = (needs(mine, session, found.id, version=one) for one in told)
    if not any(one is not None and one.record == body for one in before):
        raise Conflict(
            "told", "needs of which a part was told: two versions are told in a purchase"
        )


def _notify_needs_change(
    session: Session, caller: Principal, found: PurchaseSnapshot, act: str, *, now: datetime
) -> None:
    """Tell the member itself; and the coordinator, when an agreement opens the needs to it."""
    side = _purchase_side.authorize_side(caller, action="read", now=now)
    agreements = _purchase_side.find_purchase_agreements(side, session, found).get(
        caller.organisation, []
    )
    opened = find_member_standing(agreements, now)[0] == "joined"
    _purchase_side.tell_member(
        session, found, caller.organisation, act, coordinator=opened, now=now
    )


def _own_points(organisation: str, body: NeedsRecord) -> None:
    seen: set[str] = set()
    for n, point in enumerate(body.points):
        if point.member != organisation:
            raise BadInput(f"/points/{n}/member", point.member, "your own organisation")
        if point.id in seen:
            raise BadInput(f"/points/{n}/id", point.id, "each delivery point once")
        seen.add(point.id)
    for n, cost in enumerate(body.alone):
        if cost.member != organisation:
            raise BadInput(f"/alone/{n}/member", cost.member, "your own organisation")


def _check_needs_plausibility(found: PurchaseSnapshot, member: str, body: NeedsRecord) -> None:
    """BadInputs, each with who can mend it, for what no lot and no offer could make a plan of.

    Lots are not looked at: they are often drawn once the needs are known.
    """
    problem = problem_of(frame_of(found.record), [(member, body)])
    wrong = tuple(
        fault.model_copy(update={"where": fault.where.removeprefix("/members/0")})
        for fault in faults(problem)
        if fault.severity == "blocking" and fault.kind in _OF_MEMBERS
    )
    if wrong:
        raise BadInputs(wrong)


def _check_offer_lots(found: PurchaseSnapshot, body: OffersRecord) -> None:
    lots, seen = {lot.id for lot in found.record.lots}, set[str]()
    for n, offer in enumerate(body.offers):
        if offer.lot not in lots:
            raise BadInput(f"/offers/{n}/lot", offer.lot, "a lot of the purchase")
        if offer.id in seen:
            raise BadInput(f"/offers/{n}/id", offer.id, "each offer once")
        seen.add(offer.id)
    _check_notes(found, body, seen)


def _check_notes(found: PurchaseSnapshot, body: OffersRecord, offers: set[str]) -> None:
    """BadInput for a note or a draw of no offer, or of no published criterion."""
    criteria = found.record.criteria
    names = {one.name for one in criteria.criteria} if criteria is not None else set[str]()
    pairs = set[tuple[str, str]]()
    for n, note in enumerate(body.notes):
        if note.offer not in offers:
            raise BadInput(f"/notes/{n}/offer", note.offer, "an offer of the list")
        if note.criterion not in names:
            raise BadInput(f"/notes/{n}/criterion", note.criterion, "a published criterion")
        if (note.offer, note.criterion) in pairs:
            raise BadInput(
                f"/notes/{n}", note.offer, "one note an offer and criterion of the tender"
            )
        pairs.add((note.offer, note.criterion))
    for n, offer in enumerate(body.drawn):
        if offer not in offers or offer in body.drawn[:n]:
            raise BadInput(f"/drawn/{n}", offer, "offers of the list, each once")


def _in_time(found: PurchaseSnapshot, body: OffersRecord, before: Offers, now: datetime) -> None:
    """After the deadline offers may be taken out; none may come, and none may change."""
    until = found.record.offers_until
    if until is None or now < until:
        return
    if any(offer not in before.offers for offer in body.offers):
        raise Conflict("late", "offers that came before the deadline")
