"""Comparisons of a joint lighting study: what they may be of, one kept and verified, told again."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from secrets import token_hex

import rfc8785

from synergie.errors import BadInput, Conflict, NotFound
from synergie.exchange import cursor as _cursor
from synergie.exchange.readings.once import Once, claim_or_replay, find_earlier_answer, store_answer
from synergie.exchange.shared_plan import authorize_side, record
from synergie.exchange.trust import seen as _seen
from synergie.lighting.exchange import _inputs as _lighting_inputs
from synergie.lighting.exchange._inputs import Standing
from synergie.lighting.exchange._side import SIDES, is_not_over
from synergie.lighting.policy.bounds import faults as bound_faults
from synergie.lighting.policy.holdings import Holdings, build_holdings
from synergie.lighting.policy.proof import faults
from synergie.lighting.policy.sums import compute_body_totals
from synergie.lighting.policy.view import Views
from synergie.lighting.records.exchange import JointStudyInputs
from synergie.lighting.records.kept import ComparisonRequest, KeptComparison, KeptProblem
from synergie.lighting.records.options import StudyOptions
from synergie.lighting.records.study import LightingStudy
from synergie.lighting.storage import comparisons as kept
from synergie.lighting.storage.comparisons import Part
from synergie.lighting.storage.studies import StudySnapshot, last_options
from synergie.policy import Principal
from synergie.schemas.page import Page
from synergie.schemas.plan_bytes import digest
from synergie.storage.store import Session, Store


@dataclass(frozen=True, slots=True)
class Comparisons:
    """Comparisons of studies that the caller coordinates; nobody else sees a whole one."""

    store: Store

    def inputs(self, caller: Principal, study_id: str, *, now: datetime) -> JointStudyInputs:
        """Whose assets are open now, how many and in which state; and whose are not, and why.

        The assets themselves are read by their own routes. Recorded as read, body by body.
        """
        ask = _lighting_inputs.ASSETS
        with _seen.open_recorded_session(
            self.store, caller, ask, subject=study_id, now=now
        ) as session:
            _, found = SIDES.coordinated(session, caller, study_id, now=now)
            stands = _lighting_inputs.standing_now(session, caller, found, now=now)
        _seen.record_all(self.store, caller, stands.list_accesses(study_id), now=now)
        return _lighting_inputs.inputs(study_id, stands)

    def keep(
        self,
        caller: Principal,
        study_id: str,
        body: ComparisonRequest,
        *,
        once: Once | None = None,
        now: datetime,
    ) -> KeptComparison:
        """A comparison that the caller computed, verified and kept with the digests of its study.

        BadInput when it names what is not open, or does not hold. The checks run before the store
        is held, and what is open is looked at again in the act's transaction.
        """
        authorize_side(caller, action="write", now=now)
        with self.store.read() as session:
            before = find_earlier_answer(session, once, KeptComparison)
            if before is not None:
                return before
            permit, found = SIDES.coordinated(session, caller, study_id, now=now)
            is_not_over(found)
            stands = _lighting_inputs.standing_now(session, caller, found, now=now)
            options = last_options(permit, session, found.id)
        held = _check_comparison_request(body, stands, options)
        made = _build_comparison_record(found, body, options, now=now)
        parts = _build_comparison_parts(body, made, held)
        with self.store.write() as session:
            known = claim_or_replay(session, once, KeptComparison, now=now)
            if known is not None:
                return known
            made = _save_comparison_record(session, caller, made, problem=body.problem, parts=parts)
            store_answer(session, once, made)
        return made

    def page(
        self,
        caller: Principal,
        study_id: str,
        *,
        after: str | None = None,
        limit: int = 200,
        now: datetime,
    ) -> Page[KeptComparison]:
        """A page of the comparisons of a study, by id, without what they say."""
        with self.store.read() as session:
            permit, found = SIDES.coordinated(session, caller, study_id, now=now)
            bound = f"lighting-comparisons\x1f{found.id}\x1f{permit.fingerprint}"
            place = _cursor.opened(session, bound, after)
            read = kept.COMPARISONS.list_page
            some = read(permit, session, found.id, after=place, limit=limit + 1)
            more = len(some) > limit
            following = _cursor.encrypt_cursor(session, bound, some[limit - 1].id) if more else None
        return Page(items=tuple(some[:limit]), next=following)

    def read(
        self, caller: Principal, study_id: str, comparison: str, *, now: datetime
    ) -> KeptComparison:
        """One comparison with what it says: it names cabinets, so agreements are asked again.

        NotAllowed with the first that does not open them any more. Recorded as any other read.
        """
        return self._opened(caller, study_id, comparison, now=now)[0]

    def problem_of(
        self, caller: Principal, study_id: str, comparison: str, *, now: datetime
    ) -> KeptProblem:
        """The study that a comparison is of, to the byte: compared again it gives it again.

        NotAllowed as for the comparison. Recorded as any other read.
        """
        made, problem = self._opened(caller, study_id, comparison, now=now)
        return KeptProblem(
            study=study_id,
            comparison=comparison,
            problem=problem,
            problem_sha256=made.problem_sha256,
        )

    def _opened(
        self, caller: Principal, study_id: str, comparison: str, *, now: datetime
    ) -> tuple[KeptComparison, LightingStudy]:
        ask = _lighting_inputs.ASSETS
        with _seen.open_recorded_session(
            self.store, caller, ask, subject=study_id, now=now
        ) as session:
            permit, found = SIDES.coordinated(session, caller, study_id, now=now)
            made = kept.COMPARISONS.load(permit, session, found.id, comparison)
            problem = kept.load_comparison_problem(permit, session, found.id, comparison)
            if made is None or problem is None:
                raise NotFound
            stands = _lighting_inputs.standing_now(session, caller, found, now=now)
            bodies = _lighting_inputs.still_open(problem, stands, made.opened)
        _seen.record_all(self.store, caller, stands.list_accesses(study_id, bodies), now=now)
        return made, problem


def _check_comparison_request(
    body: ComparisonRequest, stands: Standing, options: StudyOptions | None
) -> Holdings:
    """Whose the study is, once it is of what is open and the comparison adds up."""
    loose = _lighting_inputs.find_light_owners(body.problem, stands)
    _lighting_inputs.of_options(body.problem, options.record if options else None)
    held = build_holdings(body.problem, loose)
    wrong = faults(body.problem, body.comparison, held)
    if wrong:
        raise BadInput("/comparison", wrong[0], "a comparison of the study, whose sums add up")
    unfit = bound_faults(body.comparison, body.bounds)
    if unfit:
        raise BadInput("/bounds", unfit[0], "one scale for each criterion that is weighed")
    return held


def _build_comparison_record(
    found: StudySnapshot, body: ComparisonRequest, options: StudyOptions | None, *, now: datetime
) -> KeptComparison:
    nonce, told = token_hex(16), digest(body.comparison)
    names = {
        "comparison_sha256": told,
        "nonce": nonce,
        "problem_sha256": body.comparison.study_digest,
    }
    return KeptComparison(
        id=f"lcp_{token_hex(10)}",
        study=found.id,
        kept_at=now,
        synergie=body.comparison.synergie,
        problem_sha256=body.comparison.study_digest,
        comparison_sha256=told,
        nonce=nonce,
        seal=sha256(rfc8785.dumps(names)).hexdigest(),
        options=None if options is None else options.id,
        opened=(),
        missing=(),
        bounds=body.bounds,
        comparison=body.comparison,
    )


def _build_comparison_parts(
    body: ComparisonRequest, made: KeptComparison, held: Holdings
) -> list[Part]:
    views = Views(
        problem=body.problem,
        comparison=body.comparison,
        held=held,
        bounds=body.bounds,
        options=made.options,
        seal=made.seal,
    )
    sums = compute_body_totals(body.comparison, held)
    return [
        Part(
            comparison=made.id,
            study=made.study,
            body=name,
            view=view,
            sha256=digest(view),
            totals=sums.get(name, ()),
        )
        for name, view in views.all().items()
    ]


def _save_comparison_record(
    session: Session,
    caller: Principal,
    made: KeptComparison,
    *,
    problem: LightingStudy,
    parts: list[Part],
) -> KeptComparison:
    """*made* as it is kept, without what it says, when all is still as it was found."""
    now = made.kept_at
    permit, found = SIDES.coordinated(session, caller, made.study, now=now, writing=True)
    is_not_over(found)
    later = _lighting_inputs.standing_now(session, caller, found, now=now)
    _lighting_inputs.still_within(problem, later)
    _is_of_last(made, last_options(permit, session, found.id))
    told = _lighting_inputs.inputs(found.id, later)
    made = made.model_copy(update={"opened": told.opened, "missing": told.missing})
    kept.save_comparison(permit, session, made, problem=problem, parts=parts)
    record(permit, session, "comparison.kept", found, made.id, caller=caller, rows=len(made.opened))
    return made.model_copy(update={"comparison": None})


def _is_of_last(made: KeptComparison, options: StudyOptions | None) -> None:
    """Conflict when options were published while the comparison was verified."""
    if made.options != (None if options is None else options.id):
        raise Conflict("stale", "a study of the options as you published them last")
