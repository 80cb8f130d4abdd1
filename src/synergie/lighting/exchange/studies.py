"""What a coordinator does with a joint lighting study, and what its bodies see of it."""

from dataclasses import dataclass, replace
from datetime import datetime
from secrets import token_hex

from synergie.errors import BadInput
from synergie.exchange.shared_coordination import SharedKind, SharedPlans
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
from synergie.policy import Permit, Principal
from synergie.storage.store import Session


def _start_study(owner: str, body: JointStudyRecord, now: datetime) -> StudySnapshot:
    return StudySnapshot(
        id=f"lst_{token_hex(10)}",
        owner=owner,
        version=1,
        state="open",
        comparison=None,
        scenario=None,
        proposed=None,
        record=body,
        history=(JointStudyStep(act="create", at=now, state="open"),),
        n_invited=0,
    )


_KIND = SharedKind(
    rows=STUDIES,
    sides=SIDES,
    told=JointStudy,
    event="lighting_study",
    noun="lighting-studies",
    invited="/bodies",
    past={
        "propose": "proposed",
        "withdraw": "withdrawn",
        "collect": "collected",
        "adopt": "adopted",
        "close": "closed",
    },
    start=_start_study,
    check_open=is_not_over,
    build=_lighting_side.build_joint_study,
    build_entry=_lighting_side.build_study_list_entry,
)


@dataclass(frozen=True, slots=True)
class JointStudies(SharedPlans[StudySnapshot, JointStudyRecord, JointStudy]):
    """Joint studies that the caller coordinates, or was invited to. Closed, nothing changes."""

    kind = _KIND

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
                found = self._step(permit, session, caller, found, act=act, body=body)
            return _lighting_side.build_joint_study(session, caller, found, now)

    def _step(
        self,
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
        return self.save_step(permit, session, caller, moved, *filter(None, [body.comparison]))


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
            "/scenario", body.scenario or "null", "the scenario, with `adopt`; none with other acts"
        )
