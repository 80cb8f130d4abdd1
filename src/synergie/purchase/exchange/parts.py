"""What a member sees of a plan, its own part, and what it answers."""

from dataclasses import dataclass, replace
from datetime import datetime

from synergie.errors import Conflict, NotFound
from synergie.exchange import cursor as _cursor
from synergie.exchange.shared_parts import build_part_answer, is_same_answer
from synergie.exchange.shared_plan import record, was_proposed
from synergie.policy import Principal, permit_own_data
from synergie.purchase.exchange import side as _purchase_side
from synergie.purchase.records.run import PartAnswer, PartRequest, PurchasePart
from synergie.purchase.storage import runs as kept
from synergie.purchase.storage.needs import needs_stamp
from synergie.purchase.storage.purchases import PurchaseSnapshot
from synergie.purchase.storage.runs import Part
from synergie.schemas.page import Page
from synergie.storage.store import Session, Store


@dataclass(frozen=True, slots=True)
class PurchaseParts:
    """The caller's own part; every part, for the coordinator."""

    store: Store

    def read(
        self, caller: Principal, purchase_id: str, plan: str, *, now: datetime
    ) -> PurchasePart:
        """The caller's part of a plan that was proposed. NotFound before, and for any other's.

        That a member has read its part is recorded before it is told.
        """
        with self.store.write(essential=True) as session:
            found = _purchase_side.joined(session, caller, purchase_id, now=now)
            part = _load_own_part(session, caller, found, plan, now=now)
            if found.owner != caller.organisation:
                permit = _purchase_side.authorize_side(caller, action="read", now=now)
                record(permit, session, "part.read", found, plan, caller=caller)
            return _build_own_purchase_part(session, caller, found, part, now=now)

    def page(
        self,
        caller: Principal,
        purchase_id: str,
        plan: str,
        *,
        after: str | None = None,
        limit: int = 200,
        now: datetime,
    ) -> Page[PurchasePart]:
        """A page of the parts of a plan with their answers, by member; for the coordinator.

        Without points, prices and mandates: those are needs, read under an agreement and recorded.
        """
        with self.store.read() as session:
            permit, found = _purchase_side.coordinated(session, caller, purchase_id, now=now)
            if kept.RUNS.load(permit, session, found.id, plan) is None:
                raise NotFound
            bound = f"parts\x1f{plan}\x1f{permit.fingerprint}"
            place = _cursor.opened(session, bound, after)
            some = kept.PARTS.list_page(permit, session, plan, after=place, limit=limit + 1)
            some, following = _cursor.split_cursor_page(
                session, bound, some, limit, by=lambda one: one.member
            )
            items = tuple(
                _without_needs(_build_purchase_part(found, one, current=None)) for one in some
            )
        return Page(items=items, next=following)

    def answer(
        self, caller: Principal, purchase_id: str, plan: str, body: PartRequest, *, now: datetime
    ) -> PurchasePart:
        """Accept or decline the caller's part, once; the same answer again changes nothing.

        Conflict when the plan is not the one that is proposed, when it expired, when the part is
        not the one that was read, or after another answer.
        """
        with self.store.write() as session:
            found, part = self._answering(session, caller, purchase_id, plan, now=now)
            if is_same_answer(part, body):
                return _build_own_purchase_part(session, caller, found, part, now=now)
            given = build_part_answer(part, body, caller, now=now)
            _not_expired(part, now)
            _keep_answer(session, caller, found, part, given=given, now=now)
            return _build_own_purchase_part(
                session, caller, found, replace(part, answer=given), now=now
            )

    def withdraw(
        self, caller: Principal, purchase_id: str, plan: str, *, now: datetime
    ) -> PurchasePart:
        """Take the caller's answer back, while the plan is not awarded; again changes nothing."""
        with self.store.write(essential=True) as session:
            found, part = self._answering(session, caller, purchase_id, plan, now=now)
            if part.answer is not None:
                _keep_answer(session, caller, found, part, given=None, now=now)
            return _build_own_purchase_part(
                session, caller, found, replace(part, answer=None), now=now
            )

    def _answering(
        self, session: Session, caller: Principal, purchase_id: str, plan: str, *, now: datetime
    ) -> tuple[PurchaseSnapshot, Part]:
        """The purchase, which waits for nobody else meanwhile, and the caller's part in it."""
        found = _purchase_side.joined(session, caller, purchase_id, now=now, writing=True)
        part = _load_own_part(session, caller, found, plan, now=now)
        if found.state != "proposed" or found.plan != plan:
            raise Conflict(found.state, "the plan that is proposed")
        return found, part


def _load_own_part(
    session: Session, caller: Principal, found: PurchaseSnapshot, plan: str, *, now: datetime
) -> Part:
    permit = _purchase_side.authorize_side(caller, action="read", now=now)
    part = kept.PARTS.load(permit, session, plan, caller.organisation)
    if part is None or part.purchase != found.id or not was_proposed(found, plan):
        raise NotFound
    return part


def _not_expired(part: Part, now: datetime) -> None:
    if part.view.decide_before is not None and part.view.decide_before <= now:
        raise Conflict("expired", "an answer while the offers are still valid")


def _keep_answer(
    session: Session,
    caller: Principal,
    found: PurchaseSnapshot,
    part: Part,
    *,
    given: PartAnswer | None,
    now: datetime,
) -> None:
    permit = _purchase_side.authorize_side(caller, action="write", now=now)
    kept.PARTS.save_answer(permit, session, part, given)
    reason = "withdrawn" if given is None else given.answer
    record(permit, session, "part.answered", found, part.plan, caller=caller, reason=reason)
    _purchase_side.tell_member(session, found, caller.organisation, "answered", now=now)


def _build_own_purchase_part(
    session: Session, caller: Principal, found: PurchaseSnapshot, part: Part, *, now: datetime
) -> PurchasePart:
    stamp = needs_stamp(permit_own_data(caller, action="read", now=now), session, found.id)
    return _build_purchase_part(
        found, part, current=stamp is not None and stamp.version == part.needs_version
    )


def _without_needs(part: PurchasePart) -> PurchasePart:
    """*part* without what only its member's needs say; which cells they use is of them, too."""
    lots = tuple(
        lot.model_copy(update={"prices": (), "subscriptions": (), "points": 0})
        for lot in part.view.lots
    )
    left = {"points": (), "lots": lots, "mandate": None, "mandate_until": None, "green_share": 0}
    return part.model_copy(update={"view": part.view.model_copy(update=left)})


def _build_purchase_part(
    found: PurchaseSnapshot, part: Part, *, current: bool | None
) -> PurchasePart:
    return PurchasePart(
        purchase=found.id,
        plan=part.plan,
        member=part.member,
        state=found.state,
        view=part.view,
        sha256=part.sha256,
        needs_version=part.needs_version,
        needs_are_current=current,
        answer=part.answer,
    )
