"""What becomes of a purchase: every member leaving, and 1,000 cases on one process and on two."""

from decimal import Decimal
from functools import partial
from pathlib import Path
from statistics import median

from synergie.plan.sweep import sweep
from synergie.purchase.plan import award as purchase
from synergie.purchase.plan import what_if
from synergie.purchase.records.purchase import PurchaseProblem
from synergie.purchase.records.study import CaseAnswer, MemberLeaving, PurchaseCase
from synergie.purchase.samples.needs import needs
from synergie.purchase.samples.purchase import purchase_problem
from synergie.samples import territory
from tests.bench.harness import Bench, Goal, Measured, NotMeasured, seconds
from tests.plan import instances

SHARED = Path(__file__).resolve().parents[3] / "shared"
_CASES = 1000


def _group(name: str) -> PurchaseProblem:
    if not (SHARED / "benchmarks" / "synergie-tqd").is_dir():
        raise NotMeasured("needs the instances of synergie-tqd")
    return instances.tqd(SHARED, name)


def departures_n40() -> Measured:
    """Each of 40 members leaving, all proved: how many single solves they take together."""
    problem = _group("tqd_n40_s0")
    plan = purchase.solve_near(problem)
    one = median(seconds(partial(purchase.solve_near, problem)) for _ in range(5))
    found: list[MemberLeaving] = []
    whole = seconds(lambda: found.extend(what_if.departures(problem, plan)))
    unproved = sum(not one.proved or one.others_then_eur is None for one in found)
    if len(found) != len(plan.members) or unproved:
        raise AssertionError(f"{unproved} of {len(found)} departures are not proved")
    names = [member.member for member in plan.members]
    cold = seconds(lambda: [purchase.solve_near(_without(problem, name)) for name in names])
    return Measured(
        whole / one, f"{whole:.3g} s warm, {cold:.3g} s from nothing, one solve {one:.3g} s"
    )


def _without(problem: PurchaseProblem, member: str) -> PurchaseProblem:
    return what_if.apply_case(problem, PurchaseCase(kind="member_out", member=member))


def _thousand(problem: PurchaseProblem) -> list[PurchaseCase]:
    """Volumes of each member and prices of each supplier, in as many steps as 1,000 cases take."""
    members = sorted({point.member for point in problem.points})
    steps = (Decimal(n) / 2 for n in range(-40, 41) if n)
    cases = [
        PurchaseCase(kind="volumes", percent=step, member=member)
        for step in steps
        for member in members
    ]
    return cases[:_CASES]


def one_to_two() -> Measured:
    """1,000 what-ifs of the demonstration's purchase: one process over two."""
    problem = purchase_problem(needs(territory()))
    plan = purchase.solve(problem)
    answers = partial(what_if.answer, problem, plan)
    cases = _thousand(problem)
    answers(cases[0])  # the solver is loaded
    kept: list[list[CaseAnswer]] = []

    def on(processes: int) -> float:
        return seconds(
            lambda: kept.append(
                [one.expect() for one in sweep(answers, cases, processes=processes)]
            )
        )

    alone, both = on(1), on(2)
    if kept[0] != kept[1] or len(kept[0]) != _CASES:
        raise AssertionError("two processes answer otherwise than one")
    return Measured(
        alone / both,
        f"{alone:.3g} s on one, {both:.3g} s on two, the start of both processes included",
    )


BENCHES = [
    Bench(
        name="what-if-departures",
        title="each of 40 members leaving, all proved, in single solves",
        goal=Goal("<=", 40),
        unit="solves",
        peer="40 solves, one a member",
        run=departures_n40,
    ),
    Bench(
        name="what-if-sweep",
        title="1,000 what-ifs of the demonstration's purchase on two processes",
        goal=Goal(">=", 1.6),
        unit="×",
        peer="the same on one process",
        run=one_to_two,
    ),
]
