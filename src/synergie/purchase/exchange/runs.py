"""Plans of a purchase: inputs read, a plan kept and verified, computed again."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Protocol

from synergie.errors import BadInput, Conflict, NotFound
from synergie.exchange import cursor as _cursor
from synergie.exchange.readings.once import Once, claim_or_replay, find_earlier_answer, store_answer
from synergie.exchange.shared_plan import is_not, record
from synergie.exchange.trust import seen as _seen
from synergie.policy import Permit, Principal
from synergie.purchase.exchange import _inputs as _purchase_inputs
from synergie.purchase.exchange import side as _purchase_side
from synergie.purchase.exchange._inputs import Used, ask_of
from synergie.purchase.plan.award.check import require
from synergie.purchase.plan.award.proof import faults
from synergie.purchase.plan.award.view import member_view
from synergie.purchase.policy.rounding import Rates, rates_of, round_view
from synergie.purchase.records.run import NeedsUsed, PlanRequest, PurchaseInputs, PurchaseRun
from synergie.purchase.storage import runs as kept
from synergie.purchase.storage.purchases import PurchaseSnapshot
from synergie.purchase.storage.runs import Part
from synergie.schemas.page import Page
from synergie.schemas.plan_bytes import digest, drop_solve_seconds
from synergie.storage.store import Session, Store


@dataclass(frozen=True, slots=True)
class PurchaseRuns:
    """Plans of purchases that the caller coordinates; nobody else sees a whole one."""

    store: Store

    def inputs(self, caller: Principal, purchase_id: str, *, now: datetime) -> PurchaseInputs:
        """What a plan is computed from now: the needs that agreements open, and the offers.

        Each member whose needs are in it is recorded as read before it is told; each that is not
        is told with the reason.
        """
        ask = ask_of(purchase_id)
        with _seen.open_recorded_session(
            self.store, caller, ask, subject=purchase_id, now=now
        ) as session:
            _, found = _purchase_side.coordinated(session, caller, purchase_id, now=now)
            stands = _purchase_inputs.standing_now(session, caller, found, now=now)
            told = _purchase_inputs.inputs(session, found, stands)
        rows = [stamp.n_points for stamp in stands.stamps]
        seen = _purchase_inputs.list_needs_accesses(purchase_id, stands.permits, rows)
        _seen.record_all(self.store, caller, seen, now=now)
        return told

    def keep(
        self,
        caller: Principal,
        purchase_id: str,
        body: PlanRequest,
        *,
        once: Once | None = None,
        now: datetime,
    ) -> PurchaseRun:
        """A plan that the caller computed, verified and kept with the digests of its inputs.

        Conflict when the inputs are others now; BadInput when the plan does not hold. The checks
        run before the store is held, and the inputs are compared again in the act's transaction.
        """
        _purchase_side.authorize_side(caller, action="write", now=now)
        with self.store.read() as session:
            before = find_earlier_answer(session, once, PurchaseRun)
            if before is not None:
                return before
            permit, found = _purchase_side.coordinated(session, caller, purchase_id, now=now)
            _may_plan(found)
            stands = _purchase_inputs.standing_now(session, caller, found, now=now)
            told = _purchase_inputs.inputs(session, found, stands)
        _check_plan_inputs(told, body)
        run = _build_purchase_run(told, body, now=now)
        rates = rates_of(body.plan.places, {})
        parts = _build_member_parts(told, run, permit, rates=rates)
        with self.store.write() as session:
            known = claim_or_replay(session, once, PurchaseRun, now=now)
            if known is not None:
                return known
            permit, found = _purchase_side.coordinated(
                session, caller, purchase_id, now=now, writing=True
            )
            _may_plan(found)
            later = _purchase_inputs.standing_now(session, caller, found, now=now)
            if later.same != stands.same:
                raise _build_stale_conflict()
            kept.save_run(permit, session, run, frame=stands.frame, parts=parts, rates=rates)
            rows = len(run.needs)
            record(permit, session, "plan.kept", found, run.id, caller=caller, rows=rows)
            store_answer(session, once, run.model_copy(update={"plan": None}))
        return run.model_copy(update={"plan": None})

    def page(
        self,
        caller: Principal,
        purchase_id: str,
        *,
        after: str | None = None,
        limit: int = 200,
        now: datetime,
    ) -> Page[PurchaseRun]:
        """A page of the plans of a purchase, by id, without what they say."""
        with self.store.read() as session:
            permit, found = _purchase_side.coordinated(session, caller, purchase_id, now=now)
            bound = f"plans\x1f{found.id}\x1f{permit.fingerprint}"
            place = _cursor.opened(session, bound, after)
            some = kept.RUNS.list_page(permit, session, found.id, after=place, limit=limit + 1)
            some, following = _cursor.split_cursor_page(session, bound, some, limit)
        return Page(items=tuple(some), next=following)

    def read(self, caller: Principal, purchase_id: str, plan: str, *, now: datetime) -> PurchaseRun:
        """One plan of a purchase that the caller coordinates. NotFound when it is absent."""
        with self.store.read() as session:
            permit, found = _purchase_side.coordinated(session, caller, purchase_id, now=now)
            return _load_plan_run(permit, session, found, plan)

    def inputs_of(
        self, caller: Principal, purchase_id: str, plan: str, *, now: datetime
    ) -> PurchaseInputs:
        """The inputs that a plan was computed from, to the byte: solved again they give it again.

        Each agreement is asked again: NotAllowed, with the first that does not open its needs any
        more. Recorded like any other read.
        """
        ask = ask_of(purchase_id)
        with _seen.open_recorded_session(
            self.store, caller, ask, subject=purchase_id, now=now
        ) as session:
            permit, found = _purchase_side.coordinated(session, caller, purchase_id, now=now)
            run = _load_plan_run(permit, session, found, plan)
            frame = kept.load_problem_frame(permit, session, found.id, plan)
            if frame is None:
                raise NotFound
            read, permits = _purchase_inputs.reopen_needs(
                session, caller, found, run.needs, now=now
            )
        told = _purchase_inputs.build_purchase_inputs(
            found.id, frame, read, _build_used_inputs(run)
        )
        rows = [0 if one.record is None else len(one.record.points) for one in read]
        seen = _purchase_inputs.list_needs_accesses(purchase_id, permits, rows)
        _seen.record_all(self.store, caller, seen, now=now)
        return told

    def record_access_again(
        self,
        caller: Principal,
        purchase_id: str,
        plan: str,
        used: Sequence[NeedsUsed],
        *,
        now: datetime,
    ) -> None:
        """Record that the caller is told once more what the inputs of a plan gave.

        *used*: the needs that the plan stands on, which never change. The same questions as
        `inputs_of`, to each agreement: NotAllowed when one does not open its needs any more.
        """
        ask = ask_of(purchase_id)
        with _seen.open_recorded_session(
            self.store, caller, ask, subject=purchase_id, now=now
        ) as session:
            permit, found = _purchase_side.coordinated(session, caller, purchase_id, now=now)
            if not kept.RUNS.is_kept(permit, session, found.id, plan):
                raise NotFound
            seen = _purchase_inputs.still_open(session, caller, found, used, now=now)
        _seen.record_all(self.store, caller, seen, now=now)


def _may_plan(found: PurchaseSnapshot) -> None:
    is_not(found, {"awarded", "closed"}, expected="a purchase that is not awarded or closed yet")


def _build_stale_conflict() -> Conflict:
    return Conflict("stale", "a plan of the needs, agreements and offers as they are now")


def _check_plan_inputs(told: PurchaseInputs, body: PlanRequest) -> None:
    """Whether the plan is one of these inputs, and each of its amounts is right."""
    if body.problem_sha256 != told.problem_sha256:
        raise _build_stale_conflict()
    if body.plan.inputs_digest != told.problem_sha256:
        raise BadInput(
            "/plan/inputs_digest", body.plan.inputs_digest, "the digest of the plan's own inputs"
        )
    require(told.problem)
    wrong = faults(told.problem, body.plan)
    if wrong:
        raise BadInput("/plan", wrong[0], "a plan that keeps every requirement, to the cent")


def _build_purchase_run(told: PurchaseInputs, body: PlanRequest, *, now: datetime) -> PurchaseRun:
    plan = drop_solve_seconds(body.plan)
    return PurchaseRun(
        id=f"plan_{token_hex(10)}",
        purchase=told.purchase,
        kept_at=now,
        solver=plan.run.solver,
        problem_sha256=told.problem_sha256,
        plan_sha256=digest(plan),
        needs=told.needs,
        missing=told.missing,
        offers_version=told.offers_version,
        offers_sha256=told.offers_sha256,
        plan=plan,
    )


def _build_member_parts(
    told: PurchaseInputs, run: PurchaseRun, permit: Permit, *, rates: Rates
) -> list[Part]:
    """What each member is told, rounded by *rates*, from its own points and places alone."""
    plan = run.plan
    if plan is None:
        raise TypeError("a plan says what it decides")
    points, places = _by_member(told.problem.points), _by_member(plan.places)
    outcomes, made = _by_member(plan.members), []
    for one in told.needs:
        narrowed = told.problem.model_copy(update={"points": tuple(points[one.member])})
        mine = {"members": tuple(outcomes[one.member]), "places": tuple(places[one.member])}
        part = plan.model_copy(update=mine)
        view = member_view(narrowed, part, one.member, permit)
        exact = view.model_copy(update={"group": None, "group_members": len(plan.members)})
        view = round_view(exact, rates)
        made.append(
            Part(
                plan=run.id,
                purchase=run.purchase,
                member=one.member,
                view=view,
                sha256=digest(view),
                needs_version=one.version,
                exact=exact,
            )
        )
    return made


class _OfMember(Protocol):
    @property
    def member(self) -> str: ...


def _by_member[T: _OfMember](some: Iterable[T]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = defaultdict(list)
    for one in some:
        found[one.member].append(one)
    return found


def _build_used_inputs(run: PurchaseRun) -> Used:
    return Used(
        used=run.needs,
        missing=run.missing,
        offers_version=run.offers_version,
        offers_sha256=run.offers_sha256,
    )


def _load_plan_run(
    permit: Permit, session: Session, found: PurchaseSnapshot, plan: str
) -> PurchaseRun:
    run = kept.RUNS.load(permit, session, found.id, plan)
    if run is None:
        raise NotFound
    return run
