"""The inputs of a plan: needs that agreements open now, and the offers, as one problem."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from synergie.errors import NotAllowed, NotFound
from synergie.exchange import door as _door
from synergie.exchange.trust.seen import AccessRecord
from synergie.policy import Ask, Permit, Principal, permit_own_data
from synergie.purchase.exchange import side as _purchase_side
from synergie.purchase.plan.offers.criteria import apply_criteria
from synergie.purchase.policy.purchase import find_member_standing
from synergie.purchase.records.criteria import Scoring
from synergie.purchase.records.group import PurchaseRecord
from synergie.purchase.records.needs import Needs, NeedsRecord, Offers, OffersRecord
from synergie.purchase.records.purchase import PurchaseMember, PurchaseProblem
from synergie.purchase.records.run import NeedsMissing, NeedsUsed, PurchaseInputs
from synergie.purchase.storage.needs import (
    Stamp,
    find_opening,
    load_offers,
    needs_of,
    stamps_at,
    stamps_of,
)
from synergie.purchase.storage.purchases import PURCHASES, PurchaseSnapshot
from synergie.schemas.plan_bytes import digest
from synergie.schemas.trust.agreement import Agreement
from synergie.storage import head
from synergie.storage.store import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a plan would stand on now, without what is in it: the same, the same problem."""

    used: tuple[NeedsUsed, ...]
    missing: tuple[NeedsMissing, ...]
    offers_version: int
    offers_sha256: str
    frame: PurchaseProblem
    permits: tuple[Permit, ...]
    """The permit that opens the needs of each of `used`."""
    stamps: tuple[Stamp, ...]

    @property
    def same(self) -> tuple[object, ...]:
        """What two of them are compared by."""
        told = [(one.member, one.sha256) for one in self.used]
        return told, self.missing, self.frame


def ask_of(purchase_id: str) -> Ask:
    """What is asked of an agreement to read the needs for one purchase."""
    return Ask(dataset="needs", ids=frozenset({purchase_id}))


def standing_now(
    session: Session, caller: Principal, found: PurchaseSnapshot, *, now: datetime
) -> Standing:
    """What a plan of *found*, which the caller coordinates, would stand on at *now*."""
    side = _purchase_side.authorize_side(caller, action="read", now=now)
    mine = permit_own_data(caller, action="read", now=now)
    agreements = _purchase_side.find_purchase_agreements(side, session, found)
    frozen = find_perimeter_moment(mine, session, found)
    used: list[tuple[NeedsUsed, Permit, Stamp]] = []
    missing: list[NeedsMissing] = []
    each = {
        member: _find_needs_permit(
            session, caller, found, member, agreements=agreements.get(member, []), now=now
        )
        for member in PURCHASES.list_invitations(side, session, found.id)
    }
    permits = [one for one in each.values() if isinstance(one, Permit)]
    stamps = stamps_of(side, session, found.id, permits)
    for member, opened in each.items():
        stamp = stamps.get(member)
        if isinstance(opened, str):
            missing.append(NeedsMissing(member=member, reason=opened))
        elif frozen is not None and _joined_after(agreements.get(member, []), frozen):
            missing.append(NeedsMissing(member=member, reason="late"))
        elif stamp is None or stamp.sha256 is None:
            missing.append(NeedsMissing(member=member, reason="no_needs"))
        else:
            used.append((_build_needs_use(member, opened, stamp), opened, stamp))
    kept = load_offers(mine, session, found.id)
    return Standing(
        used=tuple(one for one, _, _ in used),
        missing=tuple(missing),
        offers_version=kept.version,
        offers_sha256=kept.sha256,
        frame=frame_of(found.record, kept, nonce=_read_purchase_nonce(session, found)),
        permits=tuple(permit for _, permit, _ in used),
        stamps=tuple(stamp for _, _, stamp in used),
    )


def find_perimeter_moment(
    permit: Permit, session: Session, found: PurchaseSnapshot
) -> datetime | None:
    """From when on nobody comes in and nobody leaves: needs are firm, and offers were opened.

    The first offers or the end of the survey, whichever is later. None: the survey is open, no
    offer is there, or members may leave.
    """
    closings = [step.at for step in found.history if step.act == "close_survey"]
    if found.record.may_leave or found.state == "survey_open" or not closings:
        return None
    opening = find_opening(permit, session, found.id)
    return None if opening is None else max(opening, closings[-1])


def _joined_after(agreements: Sequence[Agreement], moment: datetime) -> bool:
    """Whether the first agreement of a member was signed after *moment*; one's own needs none."""
    signed = [step.at for one in agreements for step in one.history if step.act == "accept"]
    return bool(signed) and min(signed) > moment


def inputs(session: Session, found: PurchaseSnapshot, stands: Standing) -> PurchaseInputs:
    """The whole problem that *stands* for, read in the same transaction."""
    read = _read_needs_versions(session, found, stands.used, stands.permits)
    return build_purchase_inputs(found.id, stands.frame, read, stands)


def reopen_needs(
    session: Session,
    caller: Principal,
    found: PurchaseSnapshot,
    used: Sequence[NeedsUsed],
    *,
    now: datetime,
) -> tuple[list[Needs], list[Permit]]:
    """The needs in the versions that an earlier plan stands on, opened anew.

    NotAllowed, with the agreement, when one of them is not open any more.
    """
    permits = _reopen_permits(session, caller, found, used, now=now)
    return _read_needs_versions(session, found, used, permits), permits


def still_open(
    session: Session,
    caller: Principal,
    found: PurchaseSnapshot,
    used: Sequence[NeedsUsed],
    *,
    now: datetime,
) -> list[tuple[Permit, AccessRecord]]:
    """`again` for who holds already what those needs gave: nothing of them is read once more.

    What is to be recorded before that is told again, member by member.
    """
    permits = _reopen_permits(session, caller, found, used, now=now)
    if not permits:
        return []
    versions = {one.member: one.version for one in used}
    there = stamps_at(permits[0], session, found.id, permits, versions=versions)
    if any(one.member not in there or there[one.member].sha256 != one.sha256 for one in used):
        raise NotFound
    return list_needs_accesses(found.id, permits, (there[one.member].n_points for one in used))


def _reopen_permits(
    session: Session,
    caller: Principal,
    found: PurchaseSnapshot,
    used: Sequence[NeedsUsed],
    *,
    now: datetime,
) -> list[Permit]:
    """The permit that opens the needs of each of *used* now. NotAllowed: one is closed."""
    side = _purchase_side.authorize_side(caller, action="read", now=now)
    agreements = _purchase_side.find_purchase_agreements(side, session, found)
    permits = []
    for one in used:
        opened = _find_needs_permit(
            session, caller, found, one.member, agreements=agreements.get(one.member, []), now=now
        )
        if isinstance(opened, str):
            told = (one.agreement or "").partition("/")[0]
            raise NotAllowed(opened, told or None)
        permits.append(opened)
    return permits


def build_purchase_inputs(
    purchase_id: str, frame: PurchaseProblem, read: Iterable[Needs], stands: "Standing | Used"
) -> PurchaseInputs:
    """*frame* with the needs that were read, as one problem with its digest."""
    known = [(one.member, one.record) for one in read if one.record is not None]
    problem = apply_criteria(problem_of(frame, known))
    return PurchaseInputs(
        purchase=purchase_id,
        problem=problem,
        problem_sha256=digest(problem),
        needs=stands.used,
        missing=stands.missing,
        offers_version=stands.offers_version,
        offers_sha256=stands.offers_sha256,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """What an earlier plan stood on."""

    used: tuple[NeedsUsed, ...]
    missing: tuple[NeedsMissing, ...]
    offers_version: int
    offers_sha256: str


def list_needs_accesses(
    purchase_id: str, permits: Iterable[Permit], points: Iterable[int]
) -> list[tuple[Permit, AccessRecord]]:
    """What is to be recorded before needs leave: for each member, how many points."""
    return [
        (permit, AccessRecord("needs", (purchase_id,), rows=rows))
        for permit, rows in zip(permits, points, strict=True)
    ]


def frame_of(
    record: PurchaseRecord, came_in: Offers | None = None, *, nonce: str | None = None
) -> PurchaseProblem:
    """The problem without points, members and known costs: what the coordinator says of it."""
    return PurchaseProblem(
        points=(),
        lots=record.lots,
        offers=() if came_in is None else came_in.offers,
        limits=record.limits,
        may_leave=record.may_leave,
        nobody_pays_more=record.nobody_pays_more,
        alone_tier=record.alone_tier,
        fees=record.fees,
        delivery=record.delivery,
        award_at=record.award_at,
        green_share=record.green_share,
        rules=record.rules,
        scoring=build_scoring(record, came_in),
        nonce=nonce,
    )


def build_scoring(record: PurchaseRecord, came_in: Offers | OffersRecord | None) -> Scoring | None:
    """The published criteria with what the jury said of these offers. None: none are published."""
    if record.criteria is None:
        return None
    said = {} if came_in is None else {"notes": came_in.notes, "drawn": came_in.drawn}
    return Scoring.model_validate({**dict(record.criteria), **said})


def problem_of(frame: PurchaseProblem, read: Iterable[tuple[str, NeedsRecord]]) -> PurchaseProblem:
    """The problem of *frame* with the needs of each member, by member and as it gave them."""
    known = sorted(read, key=lambda pair: pair[0])
    members = tuple(
        PurchaseMember(
            id=member,
            mandate=record.mandate,
            mandate_until=record.mandate_until,
            may_leave=record.may_leave,
        )
        for member, record in known
    )
    return frame.model_copy(
        update={
            "points": tuple(point for _, record in known for point in record.points),
            "members": members,
            "alone": tuple(cost for _, record in known for cost in record.alone),
        }
    )


def _find_needs_permit(
    session: Session,
    caller: Principal,
    found: PurchaseSnapshot,
    member: str,
    *,
    agreements: list[Agreement],
    now: datetime,
) -> Permit | str:
    """The permit that opens a member's needs now; or the code of why none does."""
    if member == caller.organisation:
        return permit_own_data(caller, action="read", now=now)
    _, lack, one = find_member_standing(agreements, now)
    if one is None or lack is not None:
        return lack or "no_agreement"
    try:
        return _door.decide_with_consents(session, caller, one, ask_of(found.id), now=now)
    except NotAllowed as refusal:
        return refusal.reason


def _build_needs_use(member: str, permit: Permit, stamp: Stamp) -> NeedsUsed:
    under = permit.agreement and f"{permit.agreement}/{permit.version}"
    return NeedsUsed(
        member=member, version=stamp.version, sha256=stamp.sha256 or "", agreement=under
    )


def _read_needs_versions(
    session: Session, found: PurchaseSnapshot, used: Sequence[NeedsUsed], permits: Sequence[Permit]
) -> list[Needs]:
    if not permits:
        return []
    versions = {one.member: one.version for one in used}
    read = needs_of(permits[0], session, found.id, permits, versions=versions)
    if any(one.member not in read or read[one.member].sha256 != one.sha256 for one in used):
        raise NotFound
    return [read[one.member] for one in used]


def _read_purchase_nonce(session: Session, found: PurchaseSnapshot) -> str:
    """The same for every plan of a purchase, and known to who may read its inputs alone."""
    return head.opaque_id(head.head(session).secret, "nonce", found.owner, found.id)
