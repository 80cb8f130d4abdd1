"""The whole study of a plan: departures, cases and flips, on as many processes as are given."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from synergie.plan.seconds import check_seconds
from synergie.plan.sweep import sweep
from synergie.purchase.plan.what_if._answers import answer, stability
from synergie.purchase.plan.what_if._cases import usual
from synergie.purchase.plan.what_if._departures import departure
from synergie.purchase.plan.what_if._flips import flips
from synergie.purchase.records.plan import PurchasePlan
from synergie.purchase.records.purchase import PurchaseProblem
from synergie.purchase.records.study import CaseAnswer, MemberLeaving, PurchaseCase, PurchaseStudy


@dataclass(frozen=True, slots=True)
class Where:
    """Where the solves of a study run, and who watches."""

    processes: int = 1
    cluster: str | None = None
    progress: Callable[[int, int], None] | None = None
    cancel: Callable[[], bool] | None = None


HERE = Where()
"""In this process, one after the other."""


@dataclass(frozen=True, slots=True)
class _Departs:
    """`departure` of one problem, fit to travel."""

    problem: PurchaseProblem
    plan: PurchasePlan
    limit_s: float

    def __call__(self, member: str) -> MemberLeaving:
        return departure(self.problem, self.plan, member, limit_s=self.limit_s)


@dataclass(frozen=True, slots=True)
class _Answers:
    """`answer` of one problem, fit to travel."""

    problem: PurchaseProblem
    plan: PurchasePlan
    limit_s: float

    def __call__(self, case: PurchaseCase) -> CaseAnswer:
        return answer(self.problem, self.plan, case, limit_s=self.limit_s)


def _compute_case_results[C, A](
    function: Callable[[C], A], cases: Sequence[C], where: Where
) -> tuple[A, ...]:
    """Every answer. Raises the error of the first case that failed."""
    found = sweep(
        function,
        cases,
        processes=where.processes,
        cluster=where.cluster,
        progress=where.progress,
        cancel=where.cancel,
    )
    return tuple(one.expect() for one in found)


@check_seconds
def departures(
    problem: PurchaseProblem,
    plan: PurchasePlan,
    members: Sequence[str] | None = None,
    *,
    limit_s: float = 60,
    where: Where = HERE,
) -> tuple[MemberLeaving, ...]:
    """Each of *members* (everyone, by id) leaving alone."""
    names = members if members is not None else [one.member for one in plan.members]
    return _compute_case_results(_Departs(problem, plan, limit_s), names, where)


@check_seconds
def answers(
    problem: PurchaseProblem,
    plan: PurchasePlan,
    cases: Sequence[PurchaseCase],
    *,
    limit_s: float = 60,
    where: Where = HERE,
) -> tuple[CaseAnswer, ...]:
    """*plan* under each of *cases*."""
    return _compute_case_results(_Answers(problem, plan, limit_s), cases, where)


@check_seconds
def study(
    problem: PurchaseProblem,
    plan: PurchasePlan,
    cases: Sequence[PurchaseCase] | None = None,
    *,
    limit_s: float = 60,
    where: Where = HERE,
) -> PurchaseStudy:
    """What would become of *plan*: every departure, *cases* (the usual ones) and every flip."""
    looked = answers(
        problem, plan, cases if cases is not None else usual(problem), limit_s=limit_s, where=where
    )
    return PurchaseStudy(
        inputs_digest=plan.inputs_digest,
        objective_eur=plan.objective_eur,
        departures=departures(problem, plan, limit_s=limit_s, where=where),
        cases=looked,
        flips=flips(problem, plan, limit_s=limit_s),
        stability=stability(looked),
    )
