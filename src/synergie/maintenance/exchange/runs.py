"""Plans of a campaign: what they may be made from, a plan kept and verified, told again."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from secrets import token_hex

import rfc8785

from synergie.errors import BadInput, Conflict, NotAllowed, NotFound
from synergie.exchange import cursor as _cursor
from synergie.exchange.readings.once import Once, claim_or_replay, find_earlier_answer, store_answer
from synergie.exchange.shared_plan import is_not, record
from synergie.exchange.trust import seen as _seen
from synergie.maintenance.exchange import _inputs as _campaign_inputs
from synergie.maintenance.exchange import side as _campaign_side
from synergie.maintenance.exchange._inputs import Standing
from synergie.maintenance.plan.year.proof import faults
from synergie.maintenance.plan.year.view import Before, Views
from synergie.maintenance.records.maintenance import MaintenanceProblem
from synergie.maintenance.records.run import (
    CampaignInputs,
    CampaignPlanRequest,
    CampaignProblem,
    CampaignRun,
)
from synergie.maintenance.storage import runs as kept
from synergie.maintenance.storage.campaigns import StoredCampaign
from synergie.maintenance.storage.runs import Part, Written
from synergie.policy import Permit, Principal
from synergie.schemas.page import Page
from synergie.schemas.plan_bytes import digest, drop_solve_seconds
from synergie.storage.store import Session, Store

_MONDAY = 1
_LAST = date.max - timedelta(weeks=54)
"""The last Monday whose year has days."""


@dataclass(frozen=True, slots=True)
class CampaignRuns:
    """Plans of campaigns that the caller coordinates; nobody else sees a whole one."""

    store: Store

    def inputs(self, caller: Principal, campaign_id: str, *, now: datetime) -> CampaignInputs:
        """Whose assets are open now, how many and in which state; and whose are not, and why.

        The assets themselves are read by their own routes. Recorded as read, body by body.
        """
        ask = _campaign_inputs.ASSETS
        with _seen.open_recorded_session(
            self.store, caller, ask, subject=campaign_id, now=now
        ) as session:
            _, found = _campaign_side.coordinated(session, caller, campaign_id, now=now)
            stands = _campaign_inputs.standing_now(session, caller, found, now=now)
        _seen.record_all(self.store, caller, stands.list_accesses(campaign_id), now=now)
        return _campaign_inputs.inputs(campaign_id, stands)

    def keep(
        self,
        caller: Principal,
        campaign_id: str,
        body: CampaignPlanRequest,
        *,
        once: Once | None = None,
        now: datetime,
    ) -> CampaignRun:
        """A plan that the caller computed, verified and kept with the digests of what it is of.

        BadInput when it names what is not open, or does not hold. The checks run before the store
        is held, and what is open is looked at again in the act's transaction.
        """
        _campaign_side.authorize_side(caller, action="write", now=now)
        with self.store.read() as session:
            before = find_earlier_answer(session, once, CampaignRun)
            if before is not None:
                return before
            permit, found = _campaign_side.coordinated(session, caller, campaign_id, now=now)
            _may_plan(found)
            stands = _campaign_inputs.standing_now(session, caller, found, now=now)
            base = _load_base_views(permit, session, found)
        starts_on = _check_plan_request(body, stands)
        run = _build_campaign_run(found, body, now=now)
        written = _build_stored_plan(body.problem, run, base, starts_on)
        with self.store.write() as session:
            known = claim_or_replay(session, once, CampaignRun, now=now)
            if known is not None:
                return known
            run = _save_run(session, caller, found, run, problem=body.problem, written=written)
            store_answer(session, once, run)
        return run

    def page(
        self,
        caller: Principal,
        campaign_id: str,
        *,
        after: str | None = None,
        limit: int = 200,
        now: datetime,
    ) -> Page[CampaignRun]:
        """A page of the plans of a campaign, by id, without what they say."""
        with self.store.read() as session:
            permit, found = _campaign_side.coordinated(session, caller, campaign_id, now=now)
            bound = f"campaign-plans\x1f{found.id}\x1f{permit.fingerprint}"
            place = _cursor.opened(session, bound, after)
            some = kept.RUNS.list_page(permit, session, found.id, after=place, limit=limit + 1)
            some, following = _cursor.split_cursor_page(session, bound, some, limit)
        return Page(items=tuple(some), next=following)

    def read(self, caller: Principal, campaign_id: str, plan: str, *, now: datetime) -> CampaignRun:
        """One plan with what it says: it names cabinets, so each agreement is asked again.

        NotAllowed with the first that does not open them any more. Recorded as any other read.
        """
        return self._opened(caller, campaign_id, plan, now=now)[0]

    def problem_of(
        self, caller: Principal, campaign_id: str, plan: str, *, now: datetime
    ) -> CampaignProblem:
        """The problem that a plan solves, to the byte: solved again it gives the plan again.

        NotAllowed as for the plan. Recorded as any other read.
        """
        run, problem = self._opened(caller, campaign_id, plan, now=now)
        return CampaignProblem(
            campaign=campaign_id, plan=plan, problem=problem, problem_sha256=run.problem_sha256
        )

    def _opened(
        self, caller: Principal, campaign_id: str, plan: str, *, now: datetime
    ) -> tuple[CampaignRun, MaintenanceProblem]:
        ask = _campaign_inputs.ASSETS
        with _seen.open_recorded_session(
            self.store, caller, ask, subject=campaign_id, now=now
        ) as session:
            permit, found = _campaign_side.coordinated(session, caller, campaign_id, now=now)
            run = kept.RUNS.load(permit, session, found.id, plan)
            problem = kept.find_run_problem(permit, session, found.id, plan)
            if run is None or problem is None:
                raise NotFound
            stands = _campaign_inputs.standing_now(session, caller, found, now=now)
            _still_open(run, problem, stands)
        bodies = {visit.organisation for visit in problem.visits}
        seen = _campaign_inputs.list_repeated_accesses(campaign_id, stands, sorted(bodies))
        _seen.record_all(self.store, caller, seen, now=now)
        return run, problem


def _save_run(
    session: Session,
    caller: Principal,
    found: StoredCampaign,
    run: CampaignRun,
    *,
    problem: MaintenanceProblem,
    written: Written,
) -> CampaignRun:
    """*run* as it is kept, without what it says, when all is still as it was found."""
    now = run.kept_at
    permit, again = _campaign_side.coordinated(session, caller, found.id, now=now, writing=True)
    _may_plan(again)
    if again.plan != found.plan:
        raise Conflict("stale", "a plan in the place of the one in force now")
    later = _campaign_inputs.standing_now(session, caller, again, now=now)
    _campaign_inputs.still_within(problem, later)
    told = _campaign_inputs.inputs(found.id, later)
    run = run.model_copy(update={"opened": told.opened, "missing": told.missing})
    kept.save_run(permit, session, run, written)
    rows = len(run.opened)
    record(permit, session, "plan.kept", found, run.id, caller=caller, rows=rows)
    return run.model_copy(update={"plan": None})


def _may_plan(found: StoredCampaign) -> None:
    is_not(found, {"closed"}, expected="a campaign that is not closed yet")


def _check_plan_request(body: CampaignPlanRequest, stands: Standing) -> date:
    """The Monday of week 1 of a plan that is of what is open, and right to the cent."""
    starts_on = body.problem.starts_on
    if starts_on is None or starts_on.isoweekday() != _MONDAY or starts_on > _LAST:
        raise BadInput("/problem/starts_on", str(starts_on), "the Monday of week 1")
    _campaign_inputs.check_problem_open(body.problem, stands)
    wrong = faults(body.problem, body.plan)
    if wrong:
        raise BadInput("/plan", wrong[0], "a plan that keeps every requirement, to the cent")
    return starts_on


def _build_campaign_run(
    found: StoredCampaign, body: CampaignPlanRequest, *, now: datetime
) -> CampaignRun:
    plan = drop_solve_seconds(body.plan)
    nonce, told = token_hex(16), digest(plan)
    names = {"nonce": nonce, "plan_sha256": told, "problem_sha256": body.plan.inputs_digest}
    return CampaignRun(
        id=f"plan_{token_hex(10)}",
        campaign=found.id,
        kept_at=now,
        solver=plan.run.solver,
        problem_sha256=body.plan.inputs_digest,
        plan_sha256=told,
        nonce=nonce,
        seal=sha256(rfc8785.dumps(names)).hexdigest(),
        replaces=found.plan,
        opened=(),
        missing=(),
        plan=plan,
    )


@dataclass(frozen=True, slots=True)
class _Base:
    """The plan in force, by body."""

    seal: str | None
    before: Before


def _load_base_views(permit: Permit, session: Session, found: StoredCampaign) -> _Base:
    if found.plan is None:
        return _Base(None, {})
    before = {one.body: one.view for one in kept.PARTS.iterate(permit, session, found.plan)}
    seal = next((view.seal for view in before.values()), None)
    return _Base(seal, {body: view.visits for body, view in before.items() if view.visits})


def _build_stored_plan(
    problem: MaintenanceProblem, run: CampaignRun, base: _Base, starts_on: date
) -> Written:
    """What is to be stored of a plan, with the part of each body: the longest work of a keep."""
    if run.plan is None:
        raise TypeError("a plan says what it decides")
    views = Views(
        problem=problem,
        plan=run.plan,
        starts_on=starts_on,
        seal=run.seal,
        replaces=base.seal,
        before=base.before,
    )
    paid = {one.member: one.cost_eur for one in run.plan.members}
    parts = (
        Part(
            plan=run.id,
            campaign=run.campaign,
            body=body,
            view=view,
            sha256=digest(view),
            exact_eur=paid.get(body, view.cost_eur),
        )
        for body, view in views.all().items()
    )
    return Written.of(problem, run.plan, parts)


def _still_open(run: CampaignRun, problem: MaintenanceProblem, stands: Standing) -> None:
    """NotAllowed, with the agreement, when a cabinet of the problem is not open any more."""
    under = {one.body: one.agreements for one in run.opened}
    why = {one.body: one.reason for one in stands.missing}
    for visit in problem.visits:
        opened = stands.opened.get(visit.organisation)
        if opened is not None and visit.cabinet in opened.assets.cabinets:
            continue
        told = next(iter(under.get(visit.organisation, ())), "").partition("/")[0]
        raise NotAllowed(why.get(visit.organisation, "selector"), told or None)
