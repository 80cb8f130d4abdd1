"""The part of one side in a shared plan: what it answers, and when everyone has accepted."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar, Protocol

from pydantic import BaseModel

from synergie.errors import Conflict, NotFound
from synergie.exchange import cursor as _cursor
from synergie.exchange.shared_plan import Sides, authorize_side, record, was_proposed
from synergie.policy import Permit, Principal
from synergie.schemas.page import Page
from synergie.schemas.shared_plan import PartAnswer, PartRequest
from synergie.storage.shared_rows import PartRows, RunRows, StoredPlan
from synergie.storage.store import Session, Store


class Part(Protocol):
    """A part as it is stored, as far as every kind is alike."""

    @property
    def sha256(self) -> str:
        """Digest of what is told, which an answer names."""

    @property
    def answer(self) -> PartAnswer | None:
        """What was answered. None: nothing yet, or withdrawn."""


def is_same_answer(part: Part, body: PartRequest) -> bool:
    """Whether *body* says again what was answered; Conflict after the other answer."""
    if part.answer is not None and part.answer.answer != body.answer:
        raise Conflict(part.answer.answer, "no answer: withdraw the one you gave, first")
    return part.answer is not None


def build_part_answer(
    part: Part, body: PartRequest, caller: Principal, now: datetime
) -> PartAnswer:
    """The caller's answer to *part*; Conflict when *body* names another than it is told now."""
    if body.part_sha256 != part.sha256:
        raise Conflict("another part", "the digest of the part as it is told now")
    return PartAnswer(answer=body.answer, at=now, client=caller.client_id, reason=body.reason)


def all_accepted(parts: Iterable[Part], *, expected: str) -> None:
    """Conflict when one of *parts*, each asked for an answer, is declined or not answered."""
    waiting = [one for one in parts if not _is_part_accepted(one)]
    if waiting:
        declined = any(one.answer is not None for one in waiting)
        raise Conflict("declined" if declined else "not answered", expected)


def _is_part_accepted(part: Part) -> bool:
    return part.answer is not None and part.answer.answer == "accept"


class BuildPart[PlanT, PartT, ToldT](Protocol):
    """How the caller's own part is told to it."""

    def __call__(
        self, session: Session, caller: Principal, found: PlanT, part: PartT, /, *, now: datetime
    ) -> ToldT:
        """The part, with what the caller itself has said or published since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartKind[PlanT: StoredPlan[Any, Any, Any], PartT, AnswerT: BaseModel, RequestT, ToldT]:
    """The parts of one kind of shared plan: where they are kept, and how they are told."""

    sides: Sides[PlanT]
    runs: RunRows[Any]
    rows: PartRows[PartT, AnswerT]
    noun: str
    """What pages of them are bound to. Example: `campaign-parts`."""
    check_answerable: Callable[[PlanT, str], None]
    """Conflict when it is not that run that waits for answers."""
    is_same: Callable[[PartT, RequestT], bool]
    """Whether it was answered so already; Conflict after another answer."""
    answer: Callable[[PartT, RequestT, Principal, datetime], AnswerT]
    """The answer of the caller; Conflict when its part is another than it says."""
    build: BuildPart[PlanT, PartT, ToldT]
    """The caller's own part as it is told."""
    build_page: Callable[[Permit, Session, PlanT, list[PartT]], tuple[ToldT, ...]]
    """Parts as they are told to the coordinator, without what is read under an agreement."""


@dataclass(frozen=True, slots=True)
class SharedParts[PlanT: StoredPlan[Any, Any, Any], PartT: Any, RequestT, ToldT: BaseModel]:
    """The caller's own part; every part, for the coordinator."""

    store: Store
    kind: ClassVar[PartKind[Any, Any, Any, Any, Any]]

    def read(self, caller: Principal, item_id: str, run: str, *, now: datetime) -> ToldT:
        """The caller's part of what was proposed. NotFound before, and for any other's.

        That it has read its part is recorded before it is told.
        """
        with self.store.write(essential=True) as session:
            found = self.kind.sides.joined(session, caller, item_id, now=now)
            part = self.load_own(session, caller, found, run, now=now)
            if found.owner != caller.organisation:
                permit = authorize_side(caller, action="read", now=now)
                record(permit, session, "part.read", found, run, caller=caller)
            told: ToldT = self.kind.build(session, caller, found, part, now=now)
            return told

    def page(
        self,
        caller: Principal,
        item_id: str,
        run: str,
        *,
        after: str | None = None,
        limit: int = 200,
        now: datetime,
    ) -> Page[ToldT]:
        """A page of the parts with their answers, by name; for the coordinator.

        Without what only needs or assets say: those are read under an agreement, and recorded.
        """
        kind = self.kind
        with self.store.read() as session:
            permit, found = kind.sides.coordinated(session, caller, item_id, now=now)
            if not kind.runs.is_kept(permit, session, found.id, run):
                raise NotFound
            bound = f"{kind.noun}\x1f{run}\x1f{permit.fingerprint}"
            place = _cursor.opened(session, bound, after)
            some = kind.rows.list_page(permit, session, run, after=place, limit=limit + 1)
            some, following = _cursor.split_cursor_page(
                session, bound, some, limit, by=kind.rows.get_name
            )
            items: tuple[ToldT, ...] = kind.build_page(permit, session, found, some)
        return Page(items=items, next=following)

    def answer(
        self, caller: Principal, item_id: str, run: str, body: RequestT, *, now: datetime
    ) -> ToldT:
        """Accept or decline the caller's part, once; the same answer again changes nothing.

        Conflict when it is not what waits for answers, when the part is not the one that was read,
        or after another answer.
        """
        kind = self.kind
        with self.store.write() as session:
            found, part = self._answering(session, caller, item_id, run, now=now)
            if not kind.is_same(part, body):
                given = kind.answer(part, body, caller, now)
                self._keep_answer(session, caller, found, part, given=given, now=now)
                part = replace(part, answer=given)
            told: ToldT = kind.build(session, caller, found, part, now=now)
            return told

    def withdraw(self, caller: Principal, item_id: str, run: str, *, now: datetime) -> ToldT:
        """Take the caller's answer back, while nothing is decided; again changes nothing."""
        with self.store.write(essential=True) as session:
            found, part = self._answering(session, caller, item_id, run, now=now)
            if part.answer is not None:
                self._keep_answer(session, caller, found, part, given=None, now=now)
            bare = replace(part, answer=None)
            told: ToldT = self.kind.build(session, caller, found, bare, now=now)
            return told

    @classmethod
    def load_own(
        cls, session: Session, caller: Principal, found: PlanT, run: str, *, now: datetime
    ) -> PartT:
        """The caller's own part of a run that was proposed. NotFound for any other."""
        permit = authorize_side(caller, action="read", now=now)
        part: PartT | None = cls.kind.rows.load(permit, session, run, caller.organisation)
        if part is None or cls.kind.rows.get_item(part) != found.id or not was_proposed(found, run):
            raise NotFound
        return part

    def _answering(
        self, session: Session, caller: Principal, item_id: str, run: str, *, now: datetime
    ) -> tuple[PlanT, PartT]:
        """The plan, which waits for nobody else meanwhile, and the caller's part in it."""
        found = self.kind.sides.joined(session, caller, item_id, now=now, writing=True)
        part = self.load_own(session, caller, found, run, now=now)
        self.kind.check_answerable(found, run)
        return found, part

    def _keep_answer(
        self,
        session: Session,
        caller: Principal,
        found: PlanT,
        part: PartT,
        *,
        given: Any,
        now: datetime,
    ) -> None:
        permit = authorize_side(caller, action="write", now=now)
        self.kind.rows.save_answer(permit, session, part, given)
        reason, run = "withdrawn" if given is None else given.answer, self.kind.rows.get_run(part)
        record(permit, session, "part.answered", found, run, caller=caller, reason=reason)
        self.kind.sides.tell_own(session, found, caller.organisation, "answered", now=now)
