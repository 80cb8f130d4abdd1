"""What a plan must be when it is proposed to members, and when it is awarded."""

from synergie.errors import Conflict, NotFound
from synergie.exchange.shared_parts import all_accepted
from synergie.exchange.shared_plan import was_proposed
from synergie.policy import Permit, Principal
from synergie.policy.publication.group_sums import Amounts, select_readers, sums_of, tells_no_change
from synergie.purchase.exchange import _inputs as _purchase_inputs
from synergie.purchase.policy.rounding import list_not_covered, rates_of, round_view
from synergie.purchase.records.member_view import GroupTotals, MemberView
from synergie.purchase.records.run import PurchaseRun
from synergie.purchase.storage import runs as kept
from synergie.purchase.storage.purchases import PurchaseSnapshot
from synergie.purchase.storage.rates import rates_told, tell_rates
from synergie.purchase.storage.runs import Part
from synergie.schemas.plan_bytes import digest
from synergie.storage.store import Session

_COVERED = (
    "a plan of whose running costs no member pays more than was told in this purchase, or than it "
    "saves; or a purchase that is announced anew"
)


def propose(
    permit: Permit, session: Session, caller: Principal, found: PurchaseSnapshot, *, plan: str
) -> None:
    """Let every member of *plan* read its part. NotFound for a plan of another purchase.

    Conflict when needs, agreements, offers or the record have changed since it was computed.
    """
    run = _load_plan_run(permit, session, found, plan)
    _check_plan_is_current(session, caller, found, run, permit=permit)
    if not was_proposed(found, plan):
        _tell_rates(permit, session, found, run)
    kept.PARTS.tell(permit, session, plan, now=permit.decided_at)


def _tell_rates(
    permit: Permit, session: Session, found: PurchaseSnapshot, run: PurchaseRun
) -> None:
    """Round the parts of *run* by the rates that other plans told, or by its own when it is first.

    Conflict when it has exact parts: it was kept before they were rounded; and when a share would
    be above what may be told.
    """
    if run.plan is None or not kept.is_rounded(permit, session, run.id):
        raise Conflict("stale", "a plan that was kept by this version of the server: keep it again")
    told = rates_of(run.plan.places, rates_told(permit, session, found.id))
    above = list_not_covered(run.plan.places, told)
    if above:
        raise Conflict(f"{above[0]}: a running cost above what was told of it", _COVERED)

    def round_exact(exact: MemberView) -> tuple[MemberView, str]:
        view = round_view(exact, told)
        return view, digest(view)

    tell_rates(permit, session, run.id, rates=told, told=round_exact)


def award(
    permit: Permit, session: Session, caller: Principal, found: PurchaseSnapshot, *, plan: str
) -> None:
    """Decide *plan*, for good: each member that buys in it has accepted, and nothing has changed.

    From now on a member reads its exact share of running costs, and may see the sums of the group,
    where they tell of nobody, not by subtraction from those of another purchase either.
    """
    run = _load_plan_run(permit, session, found, plan)
    _check_plan_is_current(session, caller, found, run, permit=permit)
    parts = list(kept.PARTS.iterate(permit, session, plan))
    asked = [one for one in parts if _has_chosen_offer(one)]
    all_accepted(asked, expected="an acceptance of each member that buys in the plan")
    kept.tell_exact(permit, session, plan)
    exact = kept.PARTS.iterate(permit, session, plan)
    totals = _compute_group_totals(
        list(exact), told_before=_list_overlapping_parts(permit, session, parts)
    )
    kept.PARTS.tell_totals(permit, session, plan, totals)


def _load_plan_run(
    permit: Permit, session: Session, found: PurchaseSnapshot, plan: str
) -> PurchaseRun:
    run = kept.RUNS.load(permit, session, found.id, plan)
    if run is None:
        raise NotFound
    return run


def _check_plan_is_current(
    session: Session,
    caller: Principal,
    found: PurchaseSnapshot,
    run: PurchaseRun,
    *,
    permit: Permit,
) -> None:
    """Whether the plan is one of the inputs as they are, and its offers may still be taken."""
    stands = _purchase_inputs.standing_now(session, caller, found, now=permit.decided_at)
    frame = kept.load_problem_frame(permit, session, found.id, run.id)
    before = [(one.member, one.sha256) for one in run.needs], run.missing, frame
    if before != stands.same:
        raise Conflict("stale", "a plan of the needs, agreements and offers as they are now")
    taken = {award.offer for award in run.plan.awards} if run.plan else set()
    ends = [offer.valid_until for offer in stands.frame.offers if offer.id in taken]
    if any(end is not None and end <= permit.decided_at for end in ends):
        raise Conflict("expired", "a plan whose offers are still valid")


def _has_chosen_offer(part: Part) -> bool:
    return any(lot.offer is not None for lot in part.view.lots)


def _list_overlapping_parts(
    permit: Permit, session: Session, parts: list[Part]
) -> list[list[Part]]:
    """The parts of each other purchase of the coordinator's with sums of some of these points."""
    points = _list_part_points(parts)
    plans = kept.plans_with_sums(permit, session)
    others = (list(kept.PARTS.iterate(permit, session, plan)) for plan in plans)
    return [other for other in others if points & _list_part_points(other)]


def _list_part_points(parts: list[Part]) -> set[tuple[str, str]]:
    return {(part.member, point.id) for part in parts for point in part.view.points}


def _at_once(parts: list[Part], others: list[Part]) -> bool:
    """Whether both are for the same days; a purchase whose days are not told is for any."""
    one, other = (some[0].view.delivery for some in (parts, others))
    return one is None or other is None or (one.starts < other.ends and other.starts < one.ends)


def _compute_group_totals(
    parts: list[Part], *, told_before: list[list[Part]]
) -> dict[str, GroupTotals]:
    """By member, the sums over all; none for whom they would tell of another, nor in part."""
    rows = {one.member: _read_part_amounts(one) for one in parts}
    told = select_readers(rows)
    for others in told_before:
        before = {one.member: row for one in others if (row := _read_part_amounts(one)) is not None}
        if _at_once(parts, others) or not tells_no_change(rows, before):
            return {}
    if not told:
        return {}
    volume, cost, alone, gain = sums_of(row for row in rows.values() if row is not None)
    sums = GroupTotals(volume_mwh=volume, cost_eur=cost, alone_eur=alone, gain_eur=gain)
    return dict.fromkeys(told, sums)


def _read_part_amounts(part: Part) -> Amounts | None:
    """Volume, cost, cost alone and gain of one member."""
    view = part.view
    if view.alone_eur is None or view.gain_eur is None:
        return None
    return view.volume_mwh, view.cost_eur, view.alone_eur, view.gain_eur
