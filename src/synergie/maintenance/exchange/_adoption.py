"""What a plan must be when it is proposed to bodies, and when it is adopted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from synergie.errors import Conflict, NotFound
from synergie.exchange.shared_parts import all_accepted
from synergie.exchange.shared_plan import was_proposed
from synergie.maintenance.exchange import _inputs as _campaign_inputs
from synergie.maintenance.exchange import side as _campaign_side
from synergie.maintenance.records.maintenance import MaintenanceProblem
from synergie.maintenance.records.view import CampaignTotals
from synergie.maintenance.storage import runs as kept
from synergie.maintenance.storage.campaigns import StoredCampaign
from synergie.maintenance.storage.runs import Part
from synergie.policy import Permit, Principal
from synergie.policy.publication.group_sums import Amounts, select_readers, sums_of
from synergie.storage.store import Session, Store


@dataclass(frozen=True, slots=True)
class Read:
    """What never changes of a kept plan, read before the store is held."""

    problem: MaintenanceProblem
    parts: tuple[Part, ...]


def read(
    store: Store, caller: Principal, campaign_id: str, plan: str, *, now: datetime
) -> Read | None:
    """A plan of a campaign that the caller coordinates, or None: to propose or adopt it."""
    with store.read() as session:
        permit, found = _campaign_side.coordinated(session, caller, campaign_id, now=now)
        problem = kept.find_run_problem(permit, session, found.id, plan)
        if problem is None:
            return None
        return Read(problem, tuple(kept.PARTS.iterate(permit, session, plan)))


def propose(
    permit: Permit,
    session: Session,
    caller: Principal,
    *,
    found: StoredCampaign,
    plan: str,
    known: Read,
) -> None:
    """Let every body of *plan* read its part.

    Conflict when an asset in it is not open any more, or another plan is in force since; or when it
    was kept with exact costs in its parts, before those were rounded up.
    """
    _check_plan_current(permit, session, caller, found=found, plan=plan, known=known)
    if not was_proposed(found, plan) and any(one.exact_eur is None for one in known.parts):
        raise Conflict("stale", "a plan that was kept by this version of the server: keep it again")
    kept.PARTS.tell(permit, session, plan, now=permit.decided_at)


def adopt(
    permit: Permit,
    session: Session,
    caller: Principal,
    *,
    found: StoredCampaign,
    plan: str,
    known: Read,
) -> None:
    """Put *plan* in force: each body with a part in it has accepted, and all is still open.

    From a first adoption on a body may see the sums of all, where they tell of nobody. A later
    plan tells none, nor one of another campaign of the coordinator's for the same weeks: the
    difference of two sums would tell of the body that made it.
    """
    if found.proposed != plan:
        raise Conflict("another plan", "the plan that is proposed")
    _check_plan_current(permit, session, caller, found=found, plan=plan, known=known)
    answers = kept.PARTS.list_answers(permit, session, plan)
    parts = [replace(one, answer=answers[one.body]) for one in known.parts]
    asked = [one for one in parts if _has_work_for_body(one)]
    all_accepted(asked, expected="an acceptance of each body that the plan is for")
    if found.plan is None and not _has_overlapping_sums(permit, session, parts):
        kept.PARTS.tell_totals(permit, session, plan, _sum_body_totals(parts))


def _check_plan_current(
    permit: Permit,
    session: Session,
    caller: Principal,
    *,
    found: StoredCampaign,
    plan: str,
    known: Read,
) -> None:
    run = kept.RUNS.load_summary(permit, session, found.id, plan)
    if run is None:
        raise NotFound
    if run.replaces != found.plan:
        raise Conflict("stale", "a plan in the place of the one in force now")
    stands = _campaign_inputs.standing_now(session, caller, found, now=permit.decided_at)
    _campaign_inputs.still_within(known.problem, stands)


def _has_overlapping_sums(permit: Permit, session: Session, parts: Sequence[Part]) -> bool:
    """Whether another plan of the coordinator's told sums of some week of this one."""
    spans = {(part.view.starts_on, part.view.weeks) for part in parts}
    told = kept.weeks_told(permit, session)
    return any(
        start < other + timedelta(weeks=n) and other < start + timedelta(weeks=weeks)
        for start, weeks in spans
        for other, n in told
    )


def _has_work_for_body(part: Part) -> bool:
    """Whether the plan asks anything of the body; one that it leaves out is only told."""
    return bool(part.view.visits or part.view.given)


def _sum_body_totals(parts: Sequence[Part]) -> dict[str, CampaignTotals]:
    """By body, the sums over all; none for whom they would tell of another, nor in part."""
    rows = {one.body: _compute_body_amounts(one) for one in parts if one.view.visits}
    told = select_readers(rows)
    if not told:
        return {}
    visits, cost, alone, gain = sums_of(row for row in rows.values() if row is not None)
    sums = CampaignTotals(visits=int(visits), cost_eur=cost, alone_eur=alone, gain_eur=gain)
    return dict.fromkeys(told, sums)


def _compute_body_amounts(part: Part) -> Amounts | None:
    """Visits, cost, cost alone and gain of one body."""
    view = part.exact
    if view.alone_eur is None or view.gain_eur is None:
        return None
    return Decimal(len(view.visits)), view.cost_eur, view.alone_eur, view.gain_eur
