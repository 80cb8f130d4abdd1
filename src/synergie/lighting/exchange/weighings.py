"""Voices once they are collected, and their weighing: groups side by side, told to every body."""

from dataclasses import dataclass
from datetime import datetime

from synergie.errors import BadInput, Conflict, NotFound
from synergie.exchange.shared_plan import authorize_side, record
from synergie.lighting.exchange._side import SIDES
from synergie.lighting.exchange.parts import StudyParts
from synergie.lighting.policy.lighting import are_collected
from synergie.lighting.policy.weighed import faults
from synergie.lighting.policy.weighing_view import round_weighing
from synergie.lighting.records.kept import KeptComparison
from synergie.lighting.records.voice import (
    CollectedVoices,
    KeptWeighing,
    StudyVoice,
    VoiceTold,
    WeighingRequest,
)
from synergie.lighting.records.weighing import GroupVoice, LightingVoices
from synergie.lighting.storage import comparisons as kept
from synergie.lighting.storage.comparisons import Part
from synergie.lighting.storage.studies import StudySnapshot
from synergie.lighting.storage.voices import load_weighing, save_weighing, voices
from synergie.policy import Permit, Principal
from synergie.schemas.plan_bytes import digest
from synergie.storage.store import Session, Store
from synergie.storage.trust.journal.journal import Entry, append


@dataclass(frozen=True, slots=True)
class Weighings:
    """What is made of voices: the coordinator's, told to all once it is kept."""

    store: Store

    def voices(
        self, caller: Principal, study_id: str, comparison: str, *, now: datetime
    ) -> CollectedVoices:
        """All voices on a comparison, for the coordinator; Conflict while they are still taken.

        Recorded for each body that spoke, before it is told.
        """
        with self.store.write(essential=True) as session:
            permit, found = SIDES.coordinated(session, caller, study_id, now=now)
            made = _load_weighable_comparison(permit, session, found, comparison)
            told = _collect_study_voices(permit, session, made)
            bodies = dict.fromkeys(one.body for one in told.groups)
            for body in bodies:
                if body != caller.organisation:
                    append(
                        permit,
                        session,
                        _build_voice_read_entry(found, comparison, body, caller),
                        now=now,
                    )
            return told

    def keep(
        self,
        caller: Principal,
        study_id: str,
        comparison: str,
        body: WeighingRequest,
        *,
        now: datetime,
    ) -> KeptWeighing:
        """The weighing that the caller computed, verified and told to all; again changes nothing.

        BadInput when it is not of these voices or does not add up; Conflict while voices are taken.
        """
        with self.store.write() as session:
            permit, found = SIDES.coordinated(session, caller, study_id, now=now, writing=True)
            made = _load_weighable_comparison(permit, session, found, comparison)
            before = load_weighing(permit, session, found.id, comparison)
            if before is not None and before.weighing == body.weighing:
                return before
            told = _collect_study_voices(permit, session, made)
            _check_weighing_request(made, told.voices, body)
            done = KeptWeighing(
                study=found.id,
                comparison=comparison,
                kept_at=now,
                weighing=body.weighing,
                weighing_sha256=digest(body.weighing),
                groups=told.groups,
            )
            save_weighing(permit, session, done)
            record(permit, session, "weighing.kept", found, comparison, caller=caller)
            bodies = [one.body for one in kept.PARTS.iterate(permit, session, comparison)]
            SIDES.tell(session, found, bodies, "weighed", now=now)
            return done

    def read(
        self, caller: Principal, study_id: str, comparison: str, *, now: datetime
    ) -> KeptWeighing:
        """The weighing: whole for the coordinator, rounded for each body with a part.

        NotFound before it is kept.
        """
        with self.store.read() as session:
            found = SIDES.read_visible(session, caller, study_id, now=now)
            leads = found.owner == caller.organisation
            own = StudyParts.load_own
            part = None if leads else own(session, caller, found, comparison, now=now)
            permit = authorize_side(caller, action="read", now=now)
            done = load_weighing(permit, session, found.id, comparison)
            if done is None:
                raise NotFound
            return done if part is None else _round_weighing(done, part)


def _round_weighing(done: KeptWeighing, part: Part) -> KeptWeighing:
    told = round_weighing(done.weighing, seal=part.view.seal)
    return done.model_copy(update={"weighing": told, "weighing_sha256": digest(told)})


def _load_weighable_comparison(
    permit: Permit, session: Session, found: StudySnapshot, comparison: str
) -> KeptComparison:
    """The comparison, whose voices are not taken any more. NotFound for another study's."""
    made = kept.COMPARISONS.load(permit, session, found.id, comparison)
    if made is None:
        raise NotFound
    of_now = comparison in {found.proposed, found.comparison}
    if not of_now or not are_collected(found.history, comparison):
        raise Conflict(found.state, "a comparison whose voices are collected")
    return made


def _collect_study_voices(
    permit: Permit, session: Session, made: KeptComparison
) -> CollectedVoices:
    said = voices(permit, session, made.id)
    groups = [_rename_voice_group(one, group) for one in said for group in one.groups]
    told = [
        _describe_voice_origin(one, group, renamed)
        for (one, group), renamed in zip(
            ((one, group) for one in said for group in one.groups), groups, strict=True
        )
    ]
    spoke = {one.body for one in said}
    silent = [one.body for one in kept.PARTS.iterate(permit, session, made.id)]
    return CollectedVoices(
        study=made.study,
        comparison=made.id,
        voices=LightingVoices(bounds=made.bounds, groups=tuple(groups)) if groups else None,
        groups=tuple(told),
        silent=tuple(one for one in silent if one not in spoke),
    )


def _check_weighing_request(
    made: KeptComparison, said: LightingVoices | None, body: WeighingRequest
) -> None:
    if made.comparison is None:
        raise TypeError("a comparison is kept with what it says")
    if said is None:
        raise Conflict("nobody spoke", "a voice at least")
    wrong = faults(made.comparison, said, body.weighing)
    if wrong:
        raise BadInput("/weighing", wrong[0], "a weighing of the voices, whose shares add up")


def _rename_voice_group(one: StudyVoice, group: GroupVoice) -> GroupVoice:
    return group.model_copy(update={"group": f"{one.body}:{group.group}"})


def _describe_voice_origin(one: StudyVoice, group: GroupVoice, renamed: GroupVoice) -> VoiceTold:
    return VoiceTold(
        group=renamed.group,
        body=one.body,
        kind=group.kind,
        name=group.name,
        insee_code=group.insee_code,
        respondents=group.respondents,
    )


def _build_voice_read_entry(
    found: StudySnapshot, comparison: str, body: str, caller: Principal
) -> Entry:
    return Entry(
        "voice.read",
        by=caller.organisation,
        client=caller.client_id,
        owner=body,
        subjects=(found.id, comparison),
    )
