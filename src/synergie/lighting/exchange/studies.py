"""What a coordinator does with a joint lighting study, and what its bodies see of it."""

from dataclasses import dataclass, replace
from datetime import datetime
from secrets import token_hex

from synergie.errors import BadInput
from synergie.exchange import cursor as _cursor
from synergie.exchange.readings.once import Once, claim_or_replay, store_answer
from synergie.exchange.shared_plan import authorize_side, in_directory, record
from synergie.lighting.exchange import _adoption as _lighting_adoption
from synergie.lighting.exchange import _side as _lighting_side
from synergie.lighting.exchange._side import SIDES, is_not_over
from synergie.lighting.policy.lighting import advance_study_state
from synergie.lighting.records.exchange import (
    JointStudy,
    JointStudyAct,
    JointStudyActRequest,
    JointStudyRecord,
    JointStudyStep,
)
from synergie.lighting.storage.studies import STUDIES, StudySnapshot
from synergie.policy import Permit, Principal, permit_own_data
from synergie.schemas.page import Page
from synergie.storage.store import Session, Store

_PAST: dict[JointStudyAct, str] = {
    "propose": "proposed",
    "withdraw": "withdrawn",
    "collect": "collected",
    "adopt": "adopted",
    "close": "closed",
}


@dataclass(frozen=True, slots=True)
class JointStudies:
    """Joint studies that the caller coordinates, or was invited to."""

    store: Store

    def create(
        self, caller: Principal, body: JointStudyRecord, *, once: Once | None = None, now: datetime
    ) -> JointStudy:
        """A new joint study of the caller's, without bodies yet."""
        permit = permit_own_data(caller, action="write", now=now)
        with self.store.write() as session:
            before = claim_or_replay(session, once, JointStudy, now=now)
            if before is not None:
                return before
            made = StudySnapshot(
                id=f"lst_{token_hex(10)}",
                owner=permit.owner,
                version=1,
                state="open",
                comparison=None,
                scenario=None,
                proposed=None,
                record=body,
                history=(JointStudyStep(act="create", at=now, state="open"),),
                n_invited=0,
            )
            STUDIES.save(permit, session, made, now=now)
            record(permit, session, "lighting_study.created", made, caller=caller)
            SIDES.tell(session, made, [], "created", now=now)
            told = _lighting_side.build_joint_study(session, caller, made, now=now)
            store_answer(session, once, told)
        return told

    def change(
        self, caller: Principal, study_id: str, body: JointStudyRecord, *, now: datetime
    ) -> JointStudy:
        """The study with another record; the same again changes nothing. Conflict: closed."""
        with self.store.write() as session:
            permit, found = SIDES.coordinated(session, caller, study_id, now=now, writing=True)
            is_not_over(found)
            if found.record != body:
                found = replace(found, record=body, version=found.version + 1)
                STUDIES.save(permit, session, found, now=now)
                record(permit, session, "lighting_study.changed", found, caller=caller)
                bodies = STUDIES.list_invitations(permit, session, found.id)
                SIDES.tell(session, found, bodies, "changed", now=now)
            return _lighting_side.build_joint_study(session, caller, found, now=now)

    def invite(
        self, caller: Principal, study_id: str, bodies: tuple[str, ...], *, now: datetime
    ) -> JointStudy:
        """Invite organisations; those already there stay as they are.

        BadInput for one that is not in the directory; Conflict once it is closed.
        """
        with self.store.write() as session:
            permit, found = SIDES.coordinated(session, caller, study_id, now=now, writing=True)
            is_not_over(found)
            in_directory(permit, session, bodies, where="/bodies")
            new = STUDIES.invite(permit, session, study_id, bodies, now=now)
            for one in new:
                record(permit, session, "lighting_study.invited", found, one, caller=caller)
            if new:
                SIDES.tell(session, found, new, "invited", now=now)
            found = replace(found, n_invited=found.n_invited + len(new))
            return _lighting_side.build_joint_study(session, caller, found, now=now)

    def act(
        self,
        caller: Principal,
        study_id: str,
        act: JointStudyAct,
        body: JointStudyActRequest,
        *,
        now: datetime,
    ) -> JointStudy:
        """The study after one step of its coordinator; the same step again changes nothing.

        Conflict when its state, a comparison whose assets are not open any more, or an answer that
        is missing does not admit it.
        """
        _is_named(act, body)
        with self.store.write(essential=act == "close") as session:
            permit, found = SIDES.coordinated(session, caller, study_id, now=now, writing=True)
            last = found.history[-1]
            if (last.act, last.comparison, last.scenario) != (act, body.comparison, body.scenario):
                found = _apply_study_step(permit, session, caller, found, act=act, body=body)
            return _lighting_side.build_joint_study(session, caller, found, now=now)

    def page(
        self, caller: Principal, *, after: str | None = None, limit: int = 200, now: datetime
    ) -> Page[JointStudy]:
        """A page of joint studies that the caller coordinates or was invited to, by id."""
        permit = authorize_side(caller, action="read", now=now)
        bound = f"lighting-studies\x1f{permit.fingerprint}"
        with self.store.read() as session:
            place = _cursor.opened(session, bound, after)
            found = STUDIES.list_page(permit, session, after=place, limit=limit + 1)
            more = len(found) > limit
            following = (
                _cursor.encrypt_cursor(session, bound, found[limit - 1].id) if more else None
            )
        return Page(
            items=tuple(map(_lighting_side.build_study_list_entry, found[:limit])), next=following
        )

    def read(self, caller: Principal, study_id: str, *, now: datetime) -> JointStudy:
        """One joint study. NotFound when it is absent, or of others."""
        with self.store.read() as session:
            found = SIDES.read_visible(session, caller, study_id, now=now)
            return _lighting_side.build_joint_study(session, caller, found, now=now)


def _is_named(act: JointStudyAct, body: JointStudyActRequest) -> None:
    """BadInput when *act* wants a comparison or a scenario and none is named, or the opposite."""
    if (act in {"propose", "adopt"}) != (body.comparison is not None):
        raise BadInput(
            "/comparison",
            body.comparison or "null",
            "the comparison, with `propose` and `adopt`; none with other acts",
        )
    if (act == "adopt") != (body.scenario is not None):
        raise BadInput(
            "/scenario",
            body.scenario or "null",
            "the scenario, with `adopt`; none with other acts",
        )


def _apply_study_step(
    permit: Permit,
    session: Session,
    caller: Principal,
    found: StudySnapshot,
    *,
    act: JointStudyAct,
    body: JointStudyActRequest,
) -> StudySnapshot:
    now = permit.decided_at
    state = advance_study_state(found.state, act, retained=found.scenario is not None)
    _lighting_adoption.perform_study_act(permit, session, caller, found, act=act, body=body)
    adopted = act == "adopt"
    keeps = act == "collect"
    done = JointStudyStep(
        act=act, at=now, state=state, comparison=body.comparison, scenario=body.scenario
    )
    moved = replace(
        found,
        state=state,
        comparison=body.comparison if adopted else found.comparison,
        scenario=body.scenario if adopted else found.scenario,
        proposed=found.proposed if keeps else body.comparison if act == "propose" else None,
        history=(*found.history, done),
    )
    STUDIES.save(permit, session, moved, now=now)
    subjects = () if body.comparison is None else (body.comparison,)
    record(permit, session, "lighting_study.moved", moved, *subjects, caller=caller, reason=act)
    bodies = STUDIES.list_invitations(permit, session, moved.id)
    SIDES.tell(session, moved, bodies, _PAST[act], now=now)
    return moved
