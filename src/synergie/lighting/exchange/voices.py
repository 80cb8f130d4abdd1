"""Voices on a comparison: given once, withdrawn while they are taken, told apart to nobody else."""

from dataclasses import dataclass
from datetime import datetime

from synergie.errors import BadInput, Conflict, NotFound
from synergie.exchange.shared_plan import authorize_side, record
from synergie.lighting.exchange._side import SIDES
from synergie.lighting.exchange.parts import StudyParts, build_study_part
from synergie.lighting.policy.people import voice_faults, weight_faults
from synergie.lighting.records.part import StudyPart, StudyView
from synergie.lighting.records.voice import StudyVoice, VoiceRequest
from synergie.lighting.records.weighing import GroupVoice
from synergie.lighting.storage.comparisons import Part
from synergie.lighting.storage.studies import StudySnapshot
from synergie.lighting.storage.voices import forget_voice, load_voice, save_voice
from synergie.policy import Principal
from synergie.storage.store import Session, Store

_LONGEST = 64
"""A name in a weighing: body, colon, group."""


@dataclass(frozen=True, slots=True)
class Voices:
    """What the caller itself says."""

    store: Store

    def give(
        self,
        caller: Principal,
        study_id: str,
        comparison: str,
        body: VoiceRequest,
        *,
        now: datetime,
    ) -> StudyVoice:
        """Say the weights of the caller's groups, once; the same again changes nothing.

        BadInput for a group that is too small or says what is not weighed; Conflict when voices
        are not taken, for another part than the one read, or after another voice.
        """
        with self.store.write() as session:
            found, part = self._speaking(session, caller, study_id, comparison, now=now)
            permit = authorize_side(caller, action="write", now=now)
            said = load_voice(permit, session, comparison, caller.organisation)
            if said is not None and said.groups == body.groups:
                return said
            if said is not None:
                raise Conflict("given", "no voice: withdraw the one you gave, first")
            if body.part_sha256 != part.sha256:
                raise Conflict("another part", "the digest of the part as it is told now")
            _may_be_said(caller.organisation, body, part.view)
            said = StudyVoice(
                study=found.id,
                comparison=comparison,
                body=caller.organisation,
                given_at=now,
                client=caller.client_id,
                groups=body.groups,
            )
            save_voice(permit, session, said, owner=found.owner)
            record(permit, session, "voice.given", found, comparison, caller=caller)
            SIDES.tell_own(session, found, caller.organisation, "spoke", now=now)
            return said

    def read(
        self, caller: Principal, study_id: str, comparison: str, *, now: datetime
    ) -> StudyVoice:
        """What the caller itself said. NotFound when it said nothing."""
        with self.store.read() as session:
            found = SIDES.joined(session, caller, study_id, now=now)
            StudyParts.load_own(session, caller, found, comparison, now=now)
            permit = authorize_side(caller, action="read", now=now)
            said = load_voice(permit, session, comparison, caller.organisation)
            if said is None:
                raise NotFound
            return said

    def withdraw(
        self, caller: Principal, study_id: str, comparison: str, *, now: datetime
    ) -> StudyPart:
        """Take the caller's voice back while voices are taken: nothing of it stays.

        The part that it was about; again changes nothing.
        """
        with self.store.write(essential=True) as session:
            found, part = self._speaking(session, caller, study_id, comparison, now=now)
            permit = authorize_side(caller, action="write", now=now)
            if load_voice(permit, session, comparison, caller.organisation) is not None:
                forget_voice(permit, session, comparison)
                record(permit, session, "voice.withdrawn", found, comparison, caller=caller)
                SIDES.tell_own(session, found, caller.organisation, "withdrew", now=now)
            return build_study_part(found, part, spoke=False)

    def _speaking(
        self, session: Session, caller: Principal, study_id: str, comparison: str, *, now: datetime
    ) -> tuple[StudySnapshot, Part]:
        found = SIDES.joined(session, caller, study_id, now=now, writing=True)
        part = StudyParts.load_own(session, caller, found, comparison, now=now)
        if found.proposed != comparison or found.state != "proposed":
            raise Conflict(found.state, "a comparison on which voices are taken")
        return found, part


def _may_be_said(organisation: str, body: VoiceRequest, view: StudyView) -> None:
    """BadInput, with its place, for what may not be weighed with what others say."""
    names = [one.group for one in body.groups]
    weighed = {one.criterion for one in view.bounds}
    known = {one.criterion for one in view.criteria}
    for n, one in enumerate(body.groups):
        where = f"/groups/{n}"
        if names.index(one.group) != n:
            raise BadInput(f"{where}/group", one.group, "each group once")
        if len(organisation) + 1 + len(one.group) > _LONGEST:
            raise BadInput(f"{where}/group", one.group, "a shorter name")
        wrong = voice_faults(one)
        if wrong:
            raise BadInput(
                where,
                wrong[0],
                "an order, weights or vetoes of a council, or of ten people at least",
            )
        if not _list_group_criteria(one) <= weighed:
            raise BadInput(f"{where}/order", one.group, "criteria with a scale, each once")
        impossible = weight_faults(one, weighed)
        if impossible:
            raise BadInput(f"{where}/weights", impossible[0], "weights that one can choose")
        if not {veto.criterion for veto in one.vetoes} <= known:
            raise BadInput(f"{where}/vetoes", one.group, "criteria of the comparison")
    _check_criterion_limits(organisation, body)


def _check_criterion_limits(organisation: str, body: VoiceRequest) -> None:
    """BadInput for limits of one criterion that differ: each would tell where its total lies."""
    limits = {(veto.criterion, veto.limit) for one in body.groups for veto in one.vetoes}
    if len({criterion for criterion, _ in limits}) < len(limits):
        raise BadInput(
            "/groups", organisation, "one limit for a criterion, the same for all groups"
        )


def _list_group_criteria(one: GroupVoice) -> set[str | None]:
    """The criteria that a group weighs; None among them when one is named twice."""
    order = [name for rank in one.order for name in rank]
    ranges = [some.criterion for some in one.weights]
    found: set[str | None] = {*order, *ranges}
    twice = len(set(order)) < len(order) or len(set(ranges)) < len(ranges)
    return found | {None} if twice else found
