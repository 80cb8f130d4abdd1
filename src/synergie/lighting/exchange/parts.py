"""What a body sees of a comparison, its own part, and what it answers once voices are collected."""

from dataclasses import dataclass, replace
from datetime import datetime

from synergie.errors import BadInput, Conflict, NotFound
from synergie.exchange import cursor as _cursor
from synergie.exchange.shared_plan import authorize_side, record, was_proposed
from synergie.lighting.exchange._side import SIDES
from synergie.lighting.policy.view import without_assets
from synergie.lighting.records.part import StudyAnswer, StudyAnswerRequest, StudyPart
from synergie.lighting.storage import comparisons as kept
from synergie.lighting.storage.comparisons import Part
from synergie.lighting.storage.studies import StudySnapshot
from synergie.lighting.storage.voices import load_voice, voices
from synergie.policy import Principal
from synergie.schemas.page import Page
from synergie.storage.store import Session, Store


@dataclass(frozen=True, slots=True)
class StudyParts:
    """The caller's own part; every part, for the coordinator."""

    store: Store

    def read(
        self, caller: Principal, study_id: str, comparison: str, *, now: datetime
    ) -> StudyPart:
        """The caller's part of what was proposed. NotFound before, and for any other's.

        That a body has read its part is recorded before it is told.
        """
        with self.store.write(essential=True) as session:
            found = SIDES.joined(session, caller, study_id, now=now)
            part = load_own_part(session, caller, found, comparison, now=now)
            if found.owner != caller.organisation:
                permit = authorize_side(caller, action="read", now=now)
                record(permit, session, "part.read", found, comparison, caller=caller)
            return _build_wire_part(session, caller, found, part, now=now)

    def page(
        self,
        caller: Principal,
        study_id: str,
        comparison: str,
        *,
        after: str | None = None,
        limit: int = 200,
        now: datetime,
    ) -> Page[StudyPart]:
        """A page of the parts with their answers, by body; for the coordinator.

        Without cabinets, communes and amounts: they are of assets, read under an agreement and
        recorded.
        """
        with self.store.read() as session:
            permit, found = SIDES.coordinated(session, caller, study_id, now=now)
            if not kept.COMPARISONS.is_kept(permit, session, found.id, comparison):
                raise NotFound
            bound = f"lighting-parts\x1f{comparison}\x1f{permit.fingerprint}"
            place = _cursor.opened(session, bound, after)
            some = kept.PARTS.list_page(permit, session, comparison, after=place, limit=limit + 1)
            more = len(some) > limit
            following = (
                _cursor.encrypt_cursor(session, bound, some[limit - 1].body) if more else None
            )
            spoke = {one.body for one in voices(permit, session, comparison)}
        items = (build_study_part(found, one, spoke=one.body in spoke) for one in some[:limit])
        bare = (one.model_copy(update={"view": without_assets(one.view)}) for one in items)
        return Page(items=tuple(bare), next=following)

    def answer(
        self,
        caller: Principal,
        study_id: str,
        comparison: str,
        body: StudyAnswerRequest,
        *,
        now: datetime,
    ) -> StudyPart:
        """Take a scenario or decline it, once; the same answer again changes nothing.

        Conflict before voices are collected, when the part is not the one that was read, for a
        scenario that is excluded, or after another answer.
        """
        with self.store.write() as session:
            found, part = self._answering(session, caller, study_id, comparison, now=now)
            last = part.answer
            if last is not None and (last.answer, last.scenario) == (body.answer, body.scenario):
                return _build_wire_part(session, caller, found, part, now=now)
            if last is not None:
                raise Conflict(last.answer, "no answer: withdraw the one you gave, first")
            _may_be_named(part, body)
            given = StudyAnswer(
                answer=body.answer,
                scenario=body.scenario,
                at=now,
                client=caller.client_id,
                reason=body.reason,
            )
            _save_part_answer(session, caller, found, part, given=given, now=now)
            return _build_wire_part(session, caller, found, replace(part, answer=given), now=now)

    def withdraw(
        self, caller: Principal, study_id: str, comparison: str, *, now: datetime
    ) -> StudyPart:
        """Take the caller's answer back while nothing is adopted; again changes nothing."""
        with self.store.write(essential=True) as session:
            found, part = self._answering(session, caller, study_id, comparison, now=now)
            if part.answer is not None:
                _save_part_answer(session, caller, found, part, given=None, now=now)
            return _build_wire_part(session, caller, found, replace(part, answer=None), now=now)

    def _answering(
        self, session: Session, caller: Principal, study_id: str, comparison: str, *, now: datetime
    ) -> tuple[StudySnapshot, Part]:
        """The study, which waits for nobody else meanwhile, and the caller's part."""
        found = SIDES.joined(session, caller, study_id, now=now, writing=True)
        part = load_own_part(session, caller, found, comparison, now=now)
        if found.proposed != comparison or found.state != "collected":
            raise Conflict(found.state, "a comparison whose voices are collected")
        return found, part


def load_own_part(
    session: Session, caller: Principal, found: StudySnapshot, comparison: str, *, now: datetime
) -> Part:
    """The caller's own part of a comparison that was proposed. NotFound for any other."""
    permit = authorize_side(caller, action="read", now=now)
    part = kept.PARTS.load(permit, session, comparison, caller.organisation)
    if part is None or part.study != found.id or not was_proposed(found, comparison):
        raise NotFound
    return part


def _may_be_named(part: Part, body: StudyAnswerRequest) -> None:
    if body.part_sha256 != part.sha256:
        raise Conflict("another part", "the digest of the part as it is told now")
    known = {one.scenario: one for one in part.view.scenarios}
    if body.scenario not in known:
        raise BadInput("/scenario", body.scenario, "a scenario of the part")
    if known[body.scenario].excluded and body.answer == "accept":
        raise Conflict("excluded", "a scenario that breaks no hard constraint")


def _save_part_answer(
    session: Session,
    caller: Principal,
    found: StudySnapshot,
    part: Part,
    *,
    given: StudyAnswer | None,
    now: datetime,
) -> None:
    permit = authorize_side(caller, action="write", now=now)
    kept.PARTS.save_answer(permit, session, part, given)
    reason = "withdrawn" if given is None else given.answer
    record(permit, session, "part.answered", found, part.comparison, caller=caller, reason=reason)
    SIDES.tell_own(session, found, caller.organisation, "answered", now=now)


def _build_wire_part(
    session: Session, caller: Principal, found: StudySnapshot, part: Part, *, now: datetime
) -> StudyPart:
    permit = authorize_side(caller, action="read", now=now)
    spoke = load_voice(permit, session, part.comparison, part.body) is not None
    return build_study_part(found, part, spoke=spoke)


def build_study_part(found: StudySnapshot, part: Part, *, spoke: bool) -> StudyPart:
    """A part as it is told to its body; *spoke*: whether it has said its weights."""
    return StudyPart(
        study=found.id,
        comparison=part.comparison,
        body=part.body,
        state=found.state,
        retained=found.scenario if found.comparison == part.comparison else None,
        view=part.view,
        sha256=part.sha256,
        spoke=spoke,
        answer=part.answer,
    )
