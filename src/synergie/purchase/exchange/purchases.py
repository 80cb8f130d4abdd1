"""What a coordinator does with a purchase, and what its members see of it."""

from dataclasses import dataclass, replace
from datetime import datetime
from secrets import token_hex

from synergie.errors import Conflict
from synergie.exchange import cursor as _cursor
from synergie.exchange.readings.once import Once, claim_or_replay, store_answer
from synergie.exchange.shared_plan import in_directory, is_last, is_not, plan_is_named, record
from synergie.policy import Permit, Principal, permit_own_data
from synergie.purchase.exchange import _award as _purchase_award
from synergie.purchase.exchange import side as _purchase_side
from synergie.purchase.policy.purchase import advance_purchase_state
from synergie.purchase.records.group import Purchase, PurchaseAct, PurchaseRecord, PurchaseStep
from synergie.purchase.storage.purchases import PURCHASES, PurchaseSnapshot
from synergie.schemas.page import Page
from synergie.storage.store import Session, Store

_PAST: dict[PurchaseAct, str] = {
    "open_survey": "survey_opened",
    "close_survey": "survey_closed",
    "propose": "proposed",
    "award": "awarded",
    "close": "closed",
}
_OVER = frozenset({"awarded", "closed"})


@dataclass(frozen=True, slots=True)
class Purchases:
    """Purchases that the caller coordinates, or was invited to."""

    store: Store

    def create(
        self, caller: Principal, body: PurchaseRecord, *, once: Once | None = None, now: datetime
    ) -> Purchase:
        """A new purchase of the caller's, its survey open, without members yet."""
        permit = permit_own_data(caller, action="write", now=now)
        with self.store.write() as session:
            before = claim_or_replay(session, once, Purchase, now=now)
            if before is not None:
                return before
            made = PurchaseSnapshot(
                id=f"pur_{token_hex(10)}",
                owner=permit.owner,
                version=1,
                state="survey_open",
                plan=None,
                record=body,
                history=(PurchaseStep(act="create", at=now, state="survey_open"),),
                n_invited=0,
            )
            PURCHASES.save(permit, session, made, now=now)
            record(permit, session, "purchase.created", made, caller=caller)
            _purchase_side.tell(session, made, [], "created", now=now)
            told = _purchase_side.build_purchase(session, caller, made, now=now)
            store_answer(session, once, told)
        return told

    def change(
        self, caller: Principal, purchase_id: str, body: PurchaseRecord, *, now: datetime
    ) -> Purchase:
        """The purchase with another record: lots are often drawn once the needs are known.

        The same again changes nothing. Conflict once it is awarded or closed, and for another
        deadline of offers when the one before has passed.
        """
        with self.store.write() as session:
            permit, found = _purchase_side.coordinated(
                session, caller, purchase_id, now=now, writing=True
            )
            _not_over(found)
            _check_deadline_change(found.record, body, now)
            if found.record != body:
                found = replace(found, record=body, version=found.version + 1)
                PURCHASES.save(permit, session, found, now=now)
                record(permit, session, "purchase.changed", found, caller=caller)
                members = list(PURCHASES.list_invitations(permit, session, found.id))
                _purchase_side.tell(session, found, members, "changed", now=now)
            return _purchase_side.build_purchase(session, caller, found, now=now)

    def invite(
        self, caller: Principal, purchase_id: str, members: tuple[str, ...], *, now: datetime
    ) -> Purchase:
        """Invite organisations; those already there stay as they are.

        BadInput for one that is not in the directory; Conflict once it is awarded or closed.
        """
        with self.store.write() as session:
            permit, found = _purchase_side.coordinated(
                session, caller, purchase_id, now=now, writing=True
            )
            _not_over(found)
            in_directory(permit, session, members, where="/members")
            new = PURCHASES.invite(permit, session, purchase_id, members, now=now)
            if new:
                for one in new:
                    record(permit, session, "purchase.invited", found, one, caller=caller)
                _purchase_side.tell(session, found, new, "invited", now=now)
            found = replace(found, n_invited=found.n_invited + len(new))
            return _purchase_side.build_purchase(session, caller, found, now=now)

    def act(
        self,
        caller: Principal,
        purchase_id: str,
        act: PurchaseAct,
        *,
        plan: str | None = None,
        now: datetime,
    ) -> Purchase:
        """The purchase after one step of its coordinator; the same step again changes nothing.

        Conflict when its state, a plan that is no longer of the inputs as they are, or an answer
        that is missing does not admit it.
        """
        plan_is_named(
            act,
            plan,
            with_acts={"propose", "award"},
            expected="the plan, with `propose` and `award`; none with other acts",
        )
        with self.store.write(essential=act == "close") as session:
            permit, found = _purchase_side.coordinated(
                session, caller, purchase_id, now=now, writing=True
            )
            if not is_last(found, act, plan):
                step = _Step(act, plan, now)
                found = self._step(permit, session, caller, found=found, step=step)
            return _purchase_side.build_purchase(session, caller, found, now=now)

    def page(
        self, caller: Principal, *, after: str | None = None, limit: int = 200, now: datetime
    ) -> Page[Purchase]:
        """A page of purchases that the caller coordinates or was invited to, by id."""
        permit = _purchase_side.authorize_side(caller, action="read", now=now)
        bound = f"purchases\x1f{permit.fingerprint}"
        with self.store.read() as session:
            place = _cursor.opened(session, bound, after)
            some = PURCHASES.list_page(permit, session, after=place, limit=limit + 1)
            found, following = _cursor.split_cursor_page(session, bound, some, limit)
        items = tuple(_purchase_side.build_purchase_list_entry(one, caller) for one in found)
        return Page(items=items, next=following)

    def read(self, caller: Principal, purchase_id: str, *, now: datetime) -> Purchase:
        """One purchase. NotFound when it is absent, or of others."""
        with self.store.read() as session:
            found = _purchase_side.known(session, caller, purchase_id, now=now)
            return _purchase_side.build_purchase(session, caller, found, now=now)

    def _step(
        self,
        permit: Permit,
        session: Session,
        caller: Principal,
        *,
        found: PurchaseSnapshot,
        step: "_Step",
    ) -> PurchaseSnapshot:
        after = advance_purchase_state(found.state, step.act)
        if step.act == "propose":
            _purchase_award.propose(permit, session, caller, found, plan=step.named)
        if step.act == "award":
            if found.plan != step.plan:
                raise Conflict("another plan", "the plan that is proposed")
            _purchase_award.award(permit, session, caller, found, plan=step.named)
        kept = step.plan if step.plan is not None else found.plan if step.act == "close" else None
        done = PurchaseStep(act=step.act, at=step.now, state=after, plan=step.plan)
        moved = replace(found, state=after, plan=kept, history=(*found.history, done))
        PURCHASES.save(permit, session, moved, now=step.now)
        subjects = () if step.plan is None else (step.plan,)
        record(permit, session, "purchase.moved", moved, *subjects, caller=caller, reason=step.act)
        members = list(PURCHASES.list_invitations(permit, session, moved.id))
        _purchase_side.tell(session, moved, members, _PAST[step.act], now=step.now)
        return moved


@dataclass(frozen=True, slots=True)
class _Step:
    act: PurchaseAct
    plan: str | None
    now: datetime

    @property
    def named(self) -> str:
        """The plan, for the acts that name one."""
        if self.plan is None:
            raise TypeError("an act on a plan names it")
        return self.plan


def _not_over(found: PurchaseSnapshot) -> None:
    is_not(found, _OVER, expected="a purchase that is not awarded or closed yet")


def _check_deadline_change(before: PurchaseRecord, body: PurchaseRecord, now: datetime) -> None:
    """Once it has passed a deadline stands: else a late offer comes in by moving it."""
    until = before.offers_until
    if until is not None and until <= now and body.offers_until != until:
        raise Conflict("late", "the deadline of offers as it was when it passed")
