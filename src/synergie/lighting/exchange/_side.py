"""A joint lighting study as one side of it sees it: found by whom it is told, with its bodies."""

from collections.abc import Iterable
from datetime import datetime

from synergie.errors import Conflict
from synergie.exchange.shared_plan import Sides, authorize_side
from synergie.lighting.policy.lighting import PURPOSE, find_body_standing
from synergie.lighting.records.exchange import JointStudy, JointStudyBody
from synergie.lighting.storage.studies import STUDIES, StudySnapshot
from synergie.policy import Permit, Principal
from synergie.schemas.trust.agreement import Agreement
from synergie.storage.store import Session
from synergie.storage.trust.agreements.agreements import for_purpose

SIDES = Sides[StudySnapshot]("lighting_study", STUDIES.load, STUDIES.list_invitations)
"""How a joint study is found, and whom news of it are told."""


def build_joint_study(
    session: Session, caller: Principal, found: StudySnapshot, now: datetime
) -> JointStudy:
    """*found* with the bodies that the caller may see, each with where it stands now."""
    bodies = SIDES.list_invitations(session, caller, found, now=now)
    by_owner = find_study_agreements(
        authorize_side(caller, action="read", now=now), session, found, bodies
    )
    standings = (
        _build_study_body(found, body, at, by_owner.get(body, []), now=now)
        for body, at in bodies.items()
    )
    return build_study_list_entry(found).model_copy(update={"bodies": tuple(standings)})


def build_study_list_entry(found: StudySnapshot, _: Principal | None = None) -> JointStudy:
    """*found* without its bodies, as in a list."""
    return JointStudy(
        id=found.id,
        owner=found.owner,
        version=found.version,
        record=found.record,
        state=found.state,
        comparison=found.comparison,
        scenario=found.scenario,
        proposed=found.proposed,
        n_bodies=found.n_invited,
        history=found.history,
    )


def find_study_agreements(
    permit: Permit, session: Session, found: StudySnapshot, bodies: Iterable[str]
) -> dict[str, list[Agreement]]:
    """Agreements of *bodies* with the coordinator for lighting planning, signed twice, by owner."""
    return for_purpose(permit, session, PURPOSE, recipient=found.owner, owners=bodies)


def is_not_over(found: StudySnapshot) -> None:
    """Conflict when *found* is closed."""
    if found.state == "closed":
        raise Conflict(found.state, "a joint study that is not closed yet")


def _build_study_body(
    found: StudySnapshot, body: str, at: datetime, agreements: list[Agreement], *, now: datetime
) -> JointStudyBody:
    """Where *body* stands; the coordinator's own assets need no agreement."""
    if body == found.owner:
        return JointStudyBody(body=body, standing="joined", invited_at=at)
    stands, reason, some = find_body_standing(agreements, now)
    return JointStudyBody(
        body=body,
        standing=stands,
        reason=reason,
        agreements=tuple(one.id for one in some),
        invited_at=at,
    )
