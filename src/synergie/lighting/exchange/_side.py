"""A joint lighting study as one side of it sees it: found by whom it is told, with its bodies."""

from collections.abc import Iterable
from datetime import datetime

from synergie.errors import Conflict
from synergie.exchange.shared_plan import Sides, side
from synergie.lighting.policy.lighting import PURPOSE, standing
from synergie.lighting.records.exchange import JointStudy, JointStudyBody
from synergie.lighting.storage.studies import Held, study, taking_part
from synergie.policy import Permit, Principal
from synergie.schemas.trust.agreement import Agreement
from synergie.storage.store import Session
from synergie.storage.trust.agreements.agreements import for_purpose

SIDES = Sides[Held]("lighting_study", study, taking_part)
"""How a joint study is found, and whom news of it are told."""


def told(session: Session, caller: Principal, found: Held, *, now: datetime) -> JointStudy:
    """*found* with the bodies that the caller may see, each with where it stands now."""
    bodies = SIDES.told_of(session, caller, found, now=now)
    by_owner = signed(side(caller, action="read", now=now), session, found, bodies)
    standings = (
        _standing(found, body, at, by_owner.get(body, []), now=now) for body, at in bodies.items()
    )
    return listed(found).model_copy(update={"bodies": tuple(standings)})


def listed(found: Held) -> JointStudy:
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
        n_bodies=found.n_bodies,
        history=found.history,
    )


def signed(
    permit: Permit, session: Session, found: Held, bodies: Iterable[str]
) -> dict[str, list[Agreement]]:
    """Agreements of *bodies* with the coordinator for lighting planning, signed twice, by owner."""
    return for_purpose(permit, session, PURPOSE, recipient=found.owner, owners=bodies)


def is_not_over(found: Held) -> None:
    """Conflict when *found* is closed."""
    if found.state == "closed":
        raise Conflict(found.state, "a joint study that is not closed yet")


def _standing(
    found: Held, body: str, at: datetime, agreements: list[Agreement], *, now: datetime
) -> JointStudyBody:
    """Where *body* stands; the coordinator's own assets need no agreement."""
    if body == found.owner:
        return JointStudyBody(body=body, standing="joined", invited_at=at)
    stands, reason, some = standing(agreements, now)
    return JointStudyBody(
        body=body,
        standing=stands,
        reason=reason,
        agreements=tuple(one.id for one in some),
        invited_at=at,
    )
