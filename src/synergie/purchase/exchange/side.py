"""A purchase as one side of it sees it: found by whom it is told, told with its members."""

from collections import defaultdict
from datetime import datetime

from synergie.exchange.shared_plan import Sides, authorize_side
from synergie.policy import Permit, Principal
from synergie.purchase.policy.purchase import find_member_standing
from synergie.purchase.records.group import Purchase, PurchaseMembership
from synergie.purchase.storage.purchases import PURCHASES, PurchaseSnapshot
from synergie.schemas.trust.agreement import Agreement
from synergie.storage.store import Session
from synergie.storage.trust.agreements.agreements import naming_purchase

__all__ = [
    "authorize_side",
    "build_membership",
    "build_purchase",
    "build_purchase_list_entry",
    "coordinated",
    "find_purchase_agreements",
    "joined",
    "known",
    "tell",
    "tell_member",
]

SIDES = Sides("purchase", PURCHASES.load, PURCHASES.list_invitations)
known, coordinated, joined = SIDES.read_visible, SIDES.coordinated, SIDES.joined
tell, tell_member = SIDES.tell, SIDES.tell_own


def build_purchase(
    session: Session, caller: Principal, found: PurchaseSnapshot, now: datetime
) -> Purchase:
    """*found* with the members that the caller may see, each with where it stands now."""
    members = SIDES.list_invitations(session, caller, found, now=now)
    by_owner = find_purchase_agreements(
        authorize_side(caller, action="read", now=now), session, found
    )
    return build_purchase_list_entry(found, caller).model_copy(
        update={
            "members": tuple(
                build_membership(found, member, at, by_owner.get(member, []), now=now)
                for member, at in members.items()
            )
        }
    )


def build_purchase_list_entry(found: PurchaseSnapshot, caller: Principal) -> Purchase:
    """*found* without its members; to a member without limits and rules: they name who bids."""
    record = found.record
    if caller.organisation != found.owner:
        record = record.model_copy(update={"limits": (), "rules": ()})
    return Purchase(
        id=found.id,
        owner=found.owner,
        version=found.version,
        record=record,
        state=found.state,
        plan=found.plan,
        n_members=found.n_invited,
        history=found.history,
    )


def find_purchase_agreements(
    permit: Permit, session: Session, found: PurchaseSnapshot
) -> dict[str, list[Agreement]]:
    """Agreements with the coordinator that name the purchase and that both signed, by owner."""
    by_owner: dict[str, list[Agreement]] = defaultdict(list)
    for one in naming_purchase(permit, session, found.id):
        if one.terms.recipient == found.owner:
            by_owner[one.terms.owner].append(one)
    return by_owner


def build_membership(
    found: PurchaseSnapshot,
    member: str,
    at: datetime,
    agreements: list[Agreement],
    *,
    now: datetime,
) -> PurchaseMembership:
    """Where *member* stands; the coordinator's own needs need no agreement."""
    if member == found.owner:
        return PurchaseMembership(member=member, standing="joined", invited_at=at)
    stands, reason, one = find_member_standing(agreements, now)
    return PurchaseMembership(
        member=member,
        standing=stands,
        reason=reason,
        agreement=None if one is None else one.id,
        invited_at=at,
    )
