"""A campaign as one side of it sees it: found by whom it is told, told with its bodies."""

from collections.abc import Iterable
from datetime import datetime

from synergie.errors import NotAllowed, NotFound
from synergie.exchange._purchase_side import side
from synergie.policy import Permit, Principal, own
from synergie.policy.campaign import PURPOSE, standing
from synergie.schemas.agreement import Agreement
from synergie.schemas.campaign import Campaign, CampaignBody
from synergie.storage import head
from synergie.storage.agreements import for_purpose
from synergie.storage.campaigns import Held, campaign, taking_part
from synergie.storage.store import Session

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


def known(
    session: Session, caller: Principal, campaign_id: str, *, now: datetime, writing: bool = False
) -> Held:
    """A campaign that the caller coordinates or was invited to. NotFound for any other.

    *writing*: others wait to change it until this transaction ends.
    """
    permit = side(caller, action="write" if writing else "read", now=now)
    found = campaign(permit, session, campaign_id, for_update=writing)
    if found is None:
        raise NotFound
    return found


def coordinated(
    session: Session, caller: Principal, campaign_id: str, *, now: datetime, writing: bool = False
) -> tuple[Permit, Held]:
    """A campaign of the caller's own, and its permit. NotAllowed for a body of it."""
    found = known(session, caller, campaign_id, now=now, writing=writing)
    if found.owner != caller.organisation:
        raise NotAllowed("other_party")
    return own(caller, action="write" if writing else "read", now=now), found


def joined(
    session: Session, caller: Principal, campaign_id: str, *, now: datetime, writing: bool = False
) -> Held:
    """A campaign that the caller is a body of. NotAllowed for a coordinator that is none."""
    found = known(session, caller, campaign_id, now=now, writing=writing)
    bodies = taking_part(side(caller, action="read", now=now), session, campaign_id)
    if caller.organisation not in bodies:
        raise NotAllowed("other_party")
    return found


def told(session: Session, caller: Principal, found: Held, *, now: datetime) -> Campaign:
    """*found* with the bodies that the caller may see, each with where it stands now."""
    permit = side(caller, action="read", now=now)
    bodies = taking_part(permit, session, found.id)
    if caller.organisation != found.owner:
        bodies = {one: at for one, at in bodies.items() if one == caller.organisation}
    by_owner = signed(permit, session, found, bodies)
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


def tell(session: Session, found: Held, bodies: list[str], act: str, *, now: datetime) -> None:
    """Tell the coordinator and each of *bodies* what happened, one change each."""
    others: list[str | None] = [one for one in bodies if one != found.owner]
    others = others or [None]
    first = head.take(session, len(others))
    for n, other in enumerate(others):
        news = head.News(owner=found.owner, other=other, kind="campaign", subject=found.id, act=act)
        head.tell(session, first + n, news, now=now)


def tell_body(session: Session, found: Held, body: str, act: str, *, now: datetime) -> None:
    """Tell the coordinator, and *body* itself, what it did."""
    other = found.owner if found.owner != body else None
    news = head.News(owner=body, other=other, kind="campaign", subject=found.id, act=act)
    head.tell(session, head.take(session), news, now=now)


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
