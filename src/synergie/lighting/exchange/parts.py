"""What a body sees of a comparison, its own part, and what it answers once voices are collected."""

from dataclasses import dataclass
from datetime import datetime

from synergie.errors import BadInput, Conflict
from synergie.exchange.shared_parts import PartKind, SharedParts
from synergie.exchange.shared_plan import authorize_side
from synergie.lighting.exchange._side import SIDES
from synergie.lighting.policy.view import without_assets
from synergie.lighting.records.part import StudyAnswer, StudyAnswerRequest, StudyPart
from synergie.lighting.storage.comparisons import COMPARISONS, PARTS, Part
from synergie.lighting.storage.studies import StudySnapshot
from synergie.lighting.storage.voices import load_voice, voices
from synergie.policy import Permit, Principal
from synergie.storage.store import Session


def _check_answerable(found: StudySnapshot, comparison: str) -> None:
    if found.proposed != comparison or found.state != "collected":
        raise Conflict(found.state, "a comparison whose voices are collected")


def _is_same_answer(part: Part, body: StudyAnswerRequest) -> bool:
    last = part.answer
    if last is None:
        return False
    if (last.answer, last.scenario) != (body.answer, body.scenario):
        raise Conflict(last.answer, "no answer: withdraw the one you gave, first")
    return True


def _build_answer(
    part: Part, body: StudyAnswerRequest, caller: Principal, now: datetime
) -> StudyAnswer:
    """To a scenario that is not excluded."""
    _may_be_named(part, body)
    return StudyAnswer(
        answer=body.answer,
        scenario=body.scenario,
        at=now,
        client=caller.client_id,
        reason=body.reason,
    )


def _may_be_named(part: Part, body: StudyAnswerRequest) -> None:
    if body.part_sha256 != part.sha256:
        raise Conflict("another part", "the digest of the part as it is told now")
    known = {one.scenario: one for one in part.view.scenarios}
    if body.scenario not in known:
        raise BadInput("/scenario", body.scenario, "a scenario of the part")
    if known[body.scenario].excluded and body.answer == "accept":
        raise Conflict("excluded", "a scenario that breaks no hard constraint")


def _build_wire_part(
    session: Session, caller: Principal, found: StudySnapshot, part: Part, *, now: datetime
) -> StudyPart:
    permit = authorize_side(caller, action="read", now=now)
    spoke = load_voice(permit, session, part.comparison, part.body) is not None
    return build_study_part(found, part, spoke=spoke)


def _build_page(
    permit: Permit, session: Session, found: StudySnapshot, some: list[Part]
) -> tuple[StudyPart, ...]:
    """Without cabinets, communes and amounts: they are of assets."""
    spoke = {one.body for one in voices(permit, session, some[0].comparison)} if some else set()
    items = (build_study_part(found, one, spoke=one.body in spoke) for one in some)
    return tuple(one.model_copy(update={"view": without_assets(one.view)}) for one in items)


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


@dataclass(frozen=True, slots=True)
class StudyParts(SharedParts[StudySnapshot, Part, StudyAnswerRequest, StudyPart]):
    """The caller's own part; every part, for the coordinator."""

    kind = PartKind(
        sides=SIDES,
        runs=COMPARISONS,
        rows=PARTS,
        noun="lighting-parts",
        check_answerable=_check_answerable,
        is_same=_is_same_answer,
        answer=_build_answer,
        build=_build_wire_part,
        build_page=_build_page,
    )
