"""What a plan must be when it is proposed to bodies, and when it is adopted."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from synergie.errors import Conflict, NotFound
from synergie.exchange import _campaign_inputs
from synergie.exchange._shared_parts import all_accepted
from synergie.policy import Permit, Principal
from synergie.policy.group_sums import Amounts, readers, sums_of
from synergie.schemas.campaign_run import CampaignRun
from synergie.schemas.campaign_view import CampaignTotals
from synergie.storage import campaign_runs as kept
from synergie.storage.campaign_runs import Part
from synergie.storage.campaigns import Held
from synergie.storage.store import Session


def propose(permit: Permit, session: Session, caller: Principal, found: Held, *, plan: str) -> None:
    """Let every body of *plan* read its part. NotFound for a plan of another campaign.

    Conflict when an asset in it is not open any more, or another plan is in force since.
    """
    _current(session, caller, found, plan, permit=permit)
    kept.tell_parts(permit, session, plan, now=permit.decided_at)


def adopt(permit: Permit, session: Session, caller: Principal, found: Held, *, plan: str) -> None:
    """Put *plan* in force: each body with a part in it has accepted, and all is still open.

    From a first adoption on a body may see the sums of all, where they tell of nobody. A later
    plan tells none, nor one of another campaign of the coordinator's for the same weeks: the
    difference of two sums would tell of the body that made it.
    """
    if found.proposed != plan:
        raise Conflict("another plan", "the plan that is proposed")
    _current(session, caller, found, plan, permit=permit)
    parts = list(kept.every_part(permit, session, plan))
    asked = [one for one in parts if _acts(one)]
    all_accepted(asked, expected="an acceptance of each body that the plan is for")
    if found.plan is None and not _told_before(permit, session, parts):
        kept.tell_totals(permit, session, plan, _totals(parts))


def _current(
    session: Session, caller: Principal, found: Held, plan: str, *, permit: Permit
) -> CampaignRun:
    run = kept.run(permit, session, found.id, plan)
    problem = kept.problem(permit, session, found.id, plan)
    if run is None or problem is None:
        raise NotFound
    if run.replaces != found.plan:
        raise Conflict("stale", "a plan in the place of the one in force now")
    stands = _campaign_inputs.standing_now(session, caller, found, now=permit.decided_at)
    _campaign_inputs.still_within(problem, stands)
    return run


def _told_before(permit: Permit, session: Session, parts: Sequence[Part]) -> bool:
    """Whether another plan of the coordinator's told sums of some week of this one."""
    spans = {(part.view.starts_on, part.view.weeks) for part in parts}
    told = kept.weeks_told(permit, session)
    return any(
        start < other + timedelta(weeks=n) and other < start + timedelta(weeks=weeks)
        for start, weeks in spans
        for other, n in told
    )


def _acts(part: Part) -> bool:
    """Whether the plan asks anything of the body; one that it leaves out is only told."""
    return bool(part.view.visits or part.view.given)


def _totals(parts: Sequence[Part]) -> dict[str, CampaignTotals]:
    """By body, the sums over all; none for whom they would tell of another, nor in part."""
    rows = {one.body: _amounts(one) for one in parts if one.view.visits}
    told = readers(rows)
    if not told:
        return {}
    visits, cost, alone, gain = sums_of(row for row in rows.values() if row is not None)
    sums = CampaignTotals(visits=int(visits), cost_eur=cost, alone_eur=alone, gain_eur=gain)
    return dict.fromkeys(told, sums)


def _amounts(part: Part) -> Amounts | None:
    """Visits, cost, cost alone and gain of one body."""
    view = part.view
    if view.alone_eur is None or view.gain_eur is None:
        return None
    return Decimal(len(view.visits)), view.cost_eur, view.alone_eur, view.gain_eur
