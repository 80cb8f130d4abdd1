"""A campaign as one side of it sees it: found by whom it is told, told with its bodies."""

from collections.abc import Iterable
from datetime import datetime

from synergie.exchange.shared_plan import Sides, side
from synergie.maintenance.policy.campaign import PURPOSE, standing
from synergie.maintenance.records.campaign import Campaign, CampaignBody
from synergie.maintenance.storage.campaigns import Held, campaign, taking_part
from synergie.policy import Permit, Principal
from synergie.schemas.trust.agreement import Agreement
from synergie.storage.store import Session
from synergie.storage.trust.agreements.agreements import for_purpose

__all__ = [
    "coordinated",
    "joined",
    "known",
    "listed",
    "side",
    "signed",
    "tell",
    "tell_body",
    "told",
]


_SIDES = Sides("campaign", campaign, taking_part)
known, coordinated, joined = _SIDES.known, _SIDES.coordinated, _SIDES.joined
tell, tell_body = _SIDES.tell, _SIDES.tell_own


def told(session: Session, caller: Principal, found: Held, *, now: datetime) -> Campaign:
    """*found* with the bodies that the caller may see, each with where it stands now."""
    bodies = _SIDES.told_of(session, caller, found, now=now)
    by_owner = signed(side(caller, action="read", now=now), session, found, bodies)
    standings = (
        _standing(found, body, at, by_owner.get(body, []), now=now) for body, at in bodies.items()
    )
    return listed(found).model_copy(update={"bodies": tuple(standings)})


def listed(found: Held) -> Campaign:
    """*found* without its bodies, as in a list."""
    return Campaign(
        id=found.id,
        owner=found.owner,
        version=found.version,
        record=found.record,
        state=found.state,
        plan=found.plan,
        proposed=found.proposed,
        n_bodies=found.n_bodies,
        history=found.history,
    )


def signed(
    permit: Permit, session: Session, found: Held, bodies: Iterable[str]
) -> dict[str, list[Agreement]]:
    """Agreements of *bodies* with the coordinator for joint maintenance, signed twice, by owner."""
    return for_purpose(permit, session, PURPOSE, recipient=found.owner, owners=bodies)


def _standing(
    found: Held, body: str, at: datetime, agreements: list[Agreement], *, now: datetime
) -> CampaignBody:
    """Where *body* stands; the coordinator's own assets need no agreement."""
    if body == found.owner:
        return CampaignBody(body=body, standing="joined", invited_at=at)
    stands, reason, some = standing(agreements, now)
    return CampaignBody(
        body=body,
        standing=stands,
        reason=reason,
        agreements=tuple(one.id for one in some),
        invited_at=at,
    )
