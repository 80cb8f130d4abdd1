"""A campaign as one side of it sees it: found by whom it is told, told with its bodies."""

from collections.abc import Iterable
from datetime import datetime

from synergie.exchange.shared_plan import Sides, authorize_side
from synergie.maintenance.policy.campaign import PURPOSE
from synergie.maintenance.records.campaign import Campaign, CampaignBody
from synergie.maintenance.storage.campaigns import CAMPAIGNS, StoredCampaign
from synergie.policy import Permit, Principal
from synergie.policy.shared_plan import find_body_standing
from synergie.schemas.trust.agreement import Agreement
from synergie.storage.store import Session
from synergie.storage.trust.agreements.agreements import for_purpose

__all__ = [
    "authorize_side",
    "build_campaign_summary",
    "build_visible_campaign",
    "coordinated",
    "joined",
    "known",
    "list_signed_agreements",
    "tell",
    "tell_body",
]


SIDES = Sides("campaign", CAMPAIGNS.load, CAMPAIGNS.list_invitations)
known, coordinated, joined = SIDES.read_visible, SIDES.coordinated, SIDES.joined
tell, tell_body = SIDES.tell, SIDES.tell_own


def build_visible_campaign(
    session: Session, caller: Principal, found: StoredCampaign, now: datetime
) -> Campaign:
    """*found* with the bodies that the caller may see, each with where it stands now."""
    bodies = SIDES.list_invitations(session, caller, found, now=now)
    by_owner = list_signed_agreements(
        authorize_side(caller, action="read", now=now), session, found, bodies
    )
    standings = (
        _find_body_standing(found, body, at, by_owner.get(body, []), now=now)
        for body, at in bodies.items()
    )
    return build_campaign_summary(found).model_copy(update={"bodies": tuple(standings)})


def build_campaign_summary(found: StoredCampaign, _: Principal | None = None) -> Campaign:
    """*found* without its bodies, as in a list."""
    return Campaign(
        id=found.id,
        owner=found.owner,
        version=found.version,
        record=found.record,
        state=found.state,
        plan=found.plan,
        proposed=found.proposed,
        n_bodies=found.n_invited,
        history=found.history,
    )


def list_signed_agreements(
    permit: Permit, session: Session, found: StoredCampaign, bodies: Iterable[str]
) -> dict[str, list[Agreement]]:
    """Agreements of *bodies* with the coordinator for joint maintenance, signed twice, by owner."""
    return for_purpose(permit, session, PURPOSE, recipient=found.owner, owners=bodies)


def _find_body_standing(
    found: StoredCampaign, body: str, at: datetime, agreements: list[Agreement], *, now: datetime
) -> CampaignBody:
    """Where *body* stands; the coordinator's own assets need no agreement."""
    if body == found.owner:
        return CampaignBody(body=body, standing="joined", invited_at=at)
    stands, reason, some = find_body_standing(agreements, now)
    return CampaignBody(
        body=body,
        standing=stands,
        reason=reason,
        agreements=tuple(one.id for one in some),
        invited_at=at,
    )
