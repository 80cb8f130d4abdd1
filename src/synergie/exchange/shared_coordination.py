"""What a coordinator does with a shared plan, and what both sides read of it, of every kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar, cast

from pydantic import BaseModel

from synergie.exchange import cursor as _cursor
from synergie.exchange.readings.once import Once, claim_or_replay, store_answer
from synergie.exchange.shared_plan import Sides, authorize_side, in_directory, record
from synergie.policy import Permit, Principal, permit_own_data
from synergie.schemas.page import Page
from synergie.schemas.trust.journal import JournalEvent
from synergie.storage.shared_rows import PlanRows, StoredPlan
from synergie.storage.store import Session, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedKind[PlanT: StoredPlan[Any, Any, Any], RecordT: BaseModel, ToldT: BaseModel]:
    """One kind of shared plan: where it is kept, and how it is told."""

    rows: PlanRows[PlanT]
    sides: Sides[PlanT]
    told: type[ToldT]
    """As it travels."""
    event: str
    """What its events in the journal begin with. Example: `purchase`."""
    noun: str
    """As addresses write it, which pages of it are bound to. Example: `purchases`."""
    invited: str
    """Where a request names those to invite. Example: `/members`."""
    past: Mapping[str, str]
    """What each act is called once it is done, for who follows changes."""
    start: Callable[[str, RecordT, datetime], PlanT]
    """A new one of an owner, without anybody invited yet."""
    check_open: Callable[[PlanT], None]
    """Conflict when nothing of it may be changed any more."""
    build: Callable[[Session, Principal, PlanT, datetime], ToldT]
    """As the caller may see it, with those invited."""
    build_entry: Callable[[PlanT, Principal], ToldT]
    """The same without those invited, as in a list."""
    check_change: Callable[[Permit, Session, PlanT, RecordT], None] = lambda *_: None
    """Conflict when its record may not become the other any more."""
    check_invite: Callable[[Permit, Session, PlanT], None] = lambda *_: None
    """Conflict when nobody new may be invited any more."""


@dataclass(frozen=True, slots=True)
class SharedPlans[PlanT: StoredPlan[Any, Any, Any], RecordT: BaseModel, ToldT: BaseModel]:
    """Those of one kind that the caller coordinates, or was invited to."""

    store: Store
    kind: ClassVar[SharedKind[Any, Any, Any]]

    def create(
        self, caller: Principal, body: RecordT, *, once: Once | None = None, now: datetime
    ) -> ToldT:
        """A new one of the caller's, without anybody invited yet."""
        kind, permit = self.kind, permit_own_data(caller, action="write", now=now)
        with self.store.write() as session:
            before: ToldT | None = claim_or_replay(session, once, kind.told, now=now)
            if before is not None:
                return before
            made = kind.start(permit.owner, body, now)
            kind.rows.save(permit, session, made, now=now)
            self._record(permit, session, made, "created", caller=caller)
            kind.sides.tell(session, made, [], "created", now=now)
            told: ToldT = kind.build(session, caller, made, now)
            store_answer(session, once, told)
        return told

    def change(self, caller: Principal, item_id: str, body: RecordT, *, now: datetime) -> ToldT:
        """The one of that id with another record; the same again changes nothing.

        Conflict once it is over, or when its record may not become the other any more.
        """
        kind = self.kind
        with self.store.write() as session:
            permit, found = self._open(session, caller, item_id, now=now)
            kind.check_change(permit, session, found, body)
            if found.record != body:
                found = replace(found, record=body, version=found.version + 1)
                kind.rows.save(permit, session, found, now=now)
                self._record(permit, session, found, "changed", caller=caller)
                others = list(kind.rows.list_invitations(permit, session, found.id))
                kind.sides.tell(session, found, others, "changed", now=now)
            told: ToldT = kind.build(session, caller, found, now)
            return told

    def invite(
        self, caller: Principal, item_id: str, names: tuple[str, ...], *, now: datetime
    ) -> ToldT:
        """Invite organisations; those already there stay as they are.

        BadInput for one that is not in the directory; Conflict once it is over.
        """
        kind = self.kind
        with self.store.write() as session:
            permit, found = self._open(session, caller, item_id, now=now)
            in_directory(permit, session, names, where=kind.invited)
            new = kind.rows.invite(permit, session, item_id, names, now=now)
            if new:
                kind.check_invite(permit, session, found)
            for one in new:
                self._record(permit, session, found, "invited", one, caller=caller)
            if new:
                kind.sides.tell(session, found, new, "invited", now=now)
            found = replace(found, n_invited=found.n_invited + len(new))
            told: ToldT = kind.build(session, caller, found, now)
            return told

    def page(
        self, caller: Principal, *, after: str | None = None, limit: int = 200, now: datetime
    ) -> Page[ToldT]:
        """A page of those that the caller coordinates or was invited to, by id."""
        kind, permit = self.kind, authorize_side(caller, action="read", now=now)
        bound = f"{kind.noun}\x1f{permit.fingerprint}"
        with self.store.read() as session:
            place = _cursor.opened(session, bound, after)
            some = kind.rows.list_page(permit, session, after=place, limit=limit + 1)
            found, following = _cursor.split_cursor_page(session, bound, some, limit)
        items: tuple[ToldT, ...] = tuple(kind.build_entry(one, caller) for one in found)
        return Page(items=items, next=following)

    def read(self, caller: Principal, item_id: str, *, now: datetime) -> ToldT:
        """One of them. NotFound when it is absent, or of others."""
        with self.store.read() as session:
            found = self.kind.sides.read_visible(session, caller, item_id, now=now)
            told: ToldT = self.kind.build(session, caller, found, now)
            return told

    def save_step(
        self, permit: Permit, session: Session, caller: Principal, moved: PlanT, *names: str
    ) -> PlanT:
        """Keep what the last step of its history made of one, with the *names* it was done to."""
        kind, now, act = self.kind, permit.decided_at, moved.history[-1].act
        kind.rows.save(permit, session, moved, now=now)
        self._record(permit, session, moved, "moved", *names, caller=caller, reason=act)
        others = list(kind.rows.list_invitations(permit, session, moved.id))
        kind.sides.tell(session, moved, others, kind.past[act], now=now)
        return moved

    def _open(
        self, session: Session, caller: Principal, item_id: str, *, now: datetime
    ) -> tuple[Permit, Any]:
        """One of the caller's own that is not over; others wait to change it."""
        kind = self.kind
        permit, found = kind.sides.coordinated(session, caller, item_id, now=now, writing=True)
        kind.check_open(found)
        return permit, found

    def _record(
        self,
        permit: Permit,
        session: Session,
        found: Any,
        what: str,
        *subjects: str,
        caller: Principal,
        reason: str | None = None,
    ) -> None:
        event = cast(JournalEvent, f"{self.kind.event}.{what}")
        record(permit, session, event, found, *subjects, caller=caller, reason=reason)
