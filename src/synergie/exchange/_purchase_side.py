"""A purchase as one side of it sees it: found by whom it is told, told with its members."""

from collections import defaultdict
from datetime import datetime
from typing import Literal

from synergie.errors import NotAllowed, NotFound
from synergie.policy import Permit, Principal, own, party
from synergie.policy.purchase import standing
from synergie.schemas.agreement import Agreement
from synergie.schemas.purchase_group import Purchase, PurchaseMembership
from synergie.storage import head
from synergie.storage.agreements import naming_purchase
from synergie.storage.purchases import Held, invited, purchase
from synergie.storage.store import Session


def side(caller: Principal, *, action: Literal["read", "write"], now: datetime) -> Permit:
    """What a member or a coordinator may do: NotAllowed for a token narrowed to agreements."""
    if caller.agreements is not None:
        raise NotAllowed("token_narrower")
    return party(caller, action=action, now=now)


def known(
    session: Session, caller: Principal, purchase_id: str, *, now: datetime, writing: bool = False
) -> Held:
    """A purchase that the caller coordinates or was invited to. NotFound for any other.

    *writing*: others wait to change it until this transaction ends.
    """
    permit = side(caller, action="write" if writing else "read", now=now)
    found = purchase(permit, session, purchase_id, for_update=writing)
    if found is None:
        raise NotFound
    return found


def coordinated(
    session: Session, caller: Principal, purchase_id: str, *, now: datetime, writing: bool = False
) -> tuple[Permit, Held]:
    """A purchase of the caller's own, and its permit. NotAllowed for a member of it."""
    found = known(session, caller, purchase_id, now=now, writing=writing)
    if found.owner != caller.organisation:
        raise NotAllowed("other_party")
    return own(caller, action="write" if writing else "read", now=now), found


def joined(
    session: Session, caller: Principal, purchase_id: str, *, now: datetime, writing: bool = False
) -> Held:
    """A purchase that the caller is a member of. NotAllowed for a coordinator that is none."""
    found = known(session, caller, purchase_id, now=now, writing=writing)
    members = invited(side(caller, action="read", now=now), session, purchase_id)
    if caller.organisation not in members:
        raise NotAllowed("other_party")
    return found


def told(session: Session, caller: Principal, found: Held, *, now: datetime) -> Purchase:
    """*found* with the members that the caller may see, each with where it stands now."""
    permit = side(caller, action="read", now=now)
    members = invited(permit, session, found.id)
    if caller.organisation != found.owner:
        members = {one: at for one, at in members.items() if one == caller.organisation}
    by_owner = signed(permit, session, found)
    return listed(found, caller).model_copy(
        update={
            "members": tuple(
                membership(found, member, at, by_owner.get(member, []), now=now)
                for member, at in members.items()
            )
        }
    )


def listed(found: Held, caller: Principal) -> Purchase:
    """*found* without its members, as in a list; to a member without limits: they name who bids."""
    record = found.record
    if caller.organisation != found.owner:
        record = record.model_copy(update={"limits": ()})
    return Purchase(
        id=found.id,
        owner=found.owner,
        version=found.version,
        record=record,
        state=found.state,
        plan=found.plan,
        n_members=found.n_members,
        history=found.history,
    )


def signed(permit: Permit, session: Session, found: Held) -> dict[str, list[Agreement]]:
    """Agreements with the coordinator that name the purchase and that both signed, by owner."""
    by_owner: dict[str, list[Agreement]] = defaultdict(list)
    for one in naming_purchase(permit, session, found.id):
        if one.terms.recipient == found.owner:
            by_owner[one.terms.owner].append(one)
    return by_owner


def membership(
    found: Held, member: str, at: datetime, agreements: list[Agreement], *, now: datetime
) -> PurchaseMembership:
    """Where *member* stands; the coordinator's own needs need no agreement."""
    if member == found.owner:
        return PurchaseMembership(member=member, standing="joined", invited_at=at)
    stands, reason, one = standing(agreements, now)
    return PurchaseMembership(
        member=member,
        standing=stands,
        reason=reason,
        agreement=None if one is None else one.id,
        invited_at=at,
    )


def tell(session: Session, found: Held, members: list[str], act: str, *, now: datetime) -> None:
    """Tell the coordinator and each of *members* what happened, one change each."""
    others: list[str | None] = [one for one in members if one != found.owner]
    others = others or [None]
    first = head.take(session, len(others))
    for n, other in enumerate(others):
        news = head.News(owner=found.owner, other=other, kind="purchase", subject=found.id, act=act)
        head.tell(session, first + n, news, now=now)


def tell_member(
    session: Session,
    found: Held,
    member: str,
    act: str,
    *,
    coordinator: bool = True,
    now: datetime,
) -> None:
    """Tell *member* what it did, and the coordinator when it may know."""
    other = found.owner if coordinator and found.owner != member else None
    news = head.News(owner=member, other=other, kind="purchase", subject=found.id, act=act)
    head.tell(session, head.take(session), news, now=now)
