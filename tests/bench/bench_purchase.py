"""Pooled purchases against the textbook model in the same solver, CBC, CP-SAT, and their size.

A peer that is stopped by its time is slower than that: ratios are then "at least".
"""

import resource
import sys
import time
from collections.abc import Callable
from functools import cache
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from statistics import median

from synergie.purchase.plan import award as purchase
from synergie.purchase.records.purchase import PurchaseProblem
from tests.bench import purchase_cases as cases
from tests.bench import purchase_peers as peers
from tests.bench.harness import Bench, Goal, Measured, NotMeasured

SHARED = Path(__file__).resolve().parents[3] / "shared"
SIZES = ("n13_s0", "n13_s1", "n40_s0", "n40_s1", "n100_s0", "n100_s1", "n400_s0")
NAMES = tuple(f"tqd_{size}" for size in SIZES)
SEEDS = range(4)
_SMALL_CAP, _PLAIN_CAP, _CBC_CAP, _DIRECT_CAP = 10.0, 45.0, 60.0, 160.0

type Peer = Callable[[cases.Discounts, float], float]


def _needs(module: str) -> None:
    try:
        import_module(module)
    except ImportError as error:
        raise NotMeasured(f"needs the Python package {module}") from error


def _ours(problem: PurchaseProblem, limit_s: float = 60) -> float:
    """Seconds of the whole call: pricing, model, proof, exact check, reasons."""
    began = time.perf_counter()
    plan = purchase.solve(problem, limit_s=limit_s)
    seconds = time.perf_counter() - began
    assert plan.status == "proved", plan.gap
    return seconds


def published(name: str, peer: Peer, module: str) -> Callable[[], Measured]:
    """The slowest of the seven against a peer: how many times faster ours is."""

    def run() -> Measured:
        if not (SHARED / "benchmarks" / "synergie-tqd").is_dir():
            raise NotMeasured("needs the instances of synergie-tqd")
        _needs(module)
        ratios = []
        for one in NAMES:
            given = peers.published(SHARED, one)
            problem = cases.as_problem(given)
            rounds = 1 if "n400" in one else 3
            mine = median(_ours(problem) for _ in range(rounds))
            theirs = median(peer(given, _SMALL_CAP) for _ in range(rounds))
            ratios.append((theirs / mine, one, mine, theirs))
        worst, one, mine, theirs = min(ratios)
        told = ", ".join(f"{n[4:]} {r:.3g} ×" for r, n, _, _ in ratios)
        return Measured(worst, f"{one}: ours {mine:.2g} s, {name} {theirs:.2g} s; {told}")

    return run


@cache
def _thousand() -> tuple[tuple[cases.Discounts, float], ...]:
    """1,000 rows, 8 suppliers, 3 tiers: each seed with the seconds of ours."""
    purchase.solve(cases.as_problem(cases.discounts(9, 20)))  # loads the solver
    found = [cases.discounts(seed, 1000) for seed in SEEDS]
    return tuple((given, _ours(cases.as_problem(given), 120)) for given in found)


def thousand(peer: Peer, cap: float, module: str) -> Callable[[], Measured]:
    """1,000 rows against a peer, median of the seeds; ours to the cent, the peer to 1e-5."""

    def run() -> Measured:
        _needs(module)
        ratios = [(peer(given, cap), mine) for given, mine in _thousand()]
        capped = sum(theirs >= cap for theirs, _ in ratios)
        told = ", ".join(f"{theirs:.3g} / {mine:.2g} s" for theirs, mine in ratios)
        value = median(theirs / mine for theirs, mine in ratios)
        return Measured(value, f"{told}; {capped} of 4 stopped at {cap:g} s: at least")

    return run


def thousand_strong() -> Measured:
    """The same against HiGHS with the strong rows, in seconds of the processor, five seeds."""
    _needs("highspy")
    purchase.solve(cases.as_problem(cases.discounts(9, 20)))  # loads the solver
    ratios = []
    for seed in range(5):
        given = cases.discounts(seed, 1000)
        problem = cases.as_problem(given)
        began = time.process_time()
        assert purchase.solve(problem, limit_s=120).status == "proved"
        mine = time.process_time() - began
        ratios.append((peers.strong(given, _CBC_CAP) / mine, mine))
    told = ", ".join(f"{ratio:.3g} × ({mine:.2g} s)" for ratio, mine in ratios)
    worst = min(ratio for ratio, _ in ratios)
    return Measured(median(ratio for ratio, _ in ratios), f"worst {worst:.3g} ×; {told}")


def _measure(points: int, members: int, most: int | None, gas: int) -> tuple[float, float, float]:
    """In a process of its own: seconds (of a processor with gas), gap, most memory in GB."""
    clock = time.process_time if gas else time.perf_counter
    if gas:
        problem = cases.both_energies(points, gas, members)
    else:
        problem = cases.group(points, members, max_awards=most)
    began = clock()
    plan = purchase.solve(problem)
    seconds = clock() - began
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    gap = float("inf") if plan.gap is None else plan.gap
    return seconds, gap, kilobytes / (1e6 if sys.platform == "linux" else 1e9)


@cache
def _alone(points: int, members: int, most: int | None, gas: int = 0) -> tuple[float, float, float]:
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(_measure, (points, members, most, gas))


def largest() -> Measured:
    """The largest real group, one award a lot: seconds, when it is proved within 0.1 %."""
    seconds, gap, memory = _alone(21_247, 1_500, 1)
    if gap > 1e-3:
        raise NotMeasured(f"gap {gap:.2g} after {seconds:.0f} s")
    return Measured(seconds, f"gap {gap:.1g}, {memory:.2f} GB")


def largest_both() -> Measured:
    """The largest real group, 8,000 points of gas, limits over both: seconds of a processor."""
    seconds, gap, memory = _alone(21_247, 1_500, 1, 8_000)
    if gap > 1e-3:
        raise NotMeasured(f"gap {gap:.2g} after {seconds:.0f} s")
    return Measured(seconds, f"gap {gap:.1g}, {memory:.2f} GB")


def largest_memory() -> Measured:
    """The same: the most memory."""
    return Measured(_alone(21_247, 1_500, 1)[2], "problem, plan and check included")


def largest_divided() -> Measured:
    """The same, the members free to divide among the suppliers of a lot: the proved gap, %."""
    seconds, gap, memory = _alone(21_247, 1_500, None)
    return Measured(100 * gap, f"{seconds:.0f} s, {memory:.2f} GB")


def divided() -> Measured:
    """1,500 rows that divide among 8 candidate lots of 3 tiers, proved to the cent."""
    times = [_ours(cases.as_problem(cases.discounts(seed, 1500)), 120) for seed in (0, 1, 2)]
    return Measured(median(times), ", ".join(f"{t:.2g} s" for t in times))


def aggregated() -> Measured:
    """12,000 points of 300 members, summed, against each point in the model."""
    _needs("highspy")
    problem, given = _points(12_000, 300)
    mine = median(_ours(problem) for _ in range(3))
    theirs = peers.direct(given, _DIRECT_CAP)[0]
    return Measured(
        theirs / mine, f"ours {mine:.2g} s, direct {theirs:.3g} s (stopped at {_DIRECT_CAP:g} s)"
    )


def exact() -> Measured:
    """600 points of 30 members: summed against direct, relative difference of their costs."""
    _needs("highspy")
    problem, given = _points(600, 30)
    plan = purchase.solve(problem)
    _, direct = peers.direct(given, _DIRECT_CAP)
    return Measured(abs(float(plan.objective_eur) / direct - 1), "direct: members kept together")


def _points(points: int, members: int) -> tuple[PurchaseProblem, peers.Direct]:
    given = cases.discounts(7, members)
    problem, (owner, share) = cases.pointwise(given, points)
    return problem, peers.Direct(given, owner, share)


def reading() -> Measured:
    """100,000 points: the plan against reading the problem from its JSON."""
    document = cases.group(100_000, 300, max_awards=1).model_dump_json()
    began = time.perf_counter()
    problem = PurchaseProblem.model_validate_json(document)
    read = time.perf_counter() - began
    mine = _ours(problem)
    return Measured(mine / read, f"reading {read:.2g} s, planning {mine:.2g} s")


BENCHES = [
    *(
        Bench(
            name=f"purchase-tqd-{name}",
            title=f"seven pooled purchases against {title}: the least ratio",
            goal=Goal(">=", 1),
            unit="×",
            peer=f"{title}, stopped at {_SMALL_CAP:g} s",
            run=published(name, peer, module),
        )
        for name, title, peer, module in (
            ("plain", "the textbook model in HiGHS", peers.plain, "highspy"),
            ("cbc", "PuLP and CBC", peers.cbc, "pulp"),
            ("cp-sat", "OR-Tools CP-SAT in cents", peers.cp_sat, "ortools"),
        )
    ),
    Bench(
        name="purchase-thousand-plain",
        title="1,000 rows × 8 suppliers × 3 tiers, median of 4 seeds",
        goal=Goal(">=", 10),
        unit="×",
        peer="the textbook model in HiGHS",
        run=thousand(peers.plain, _PLAIN_CAP, "highspy"),
    ),
    Bench(
        name="purchase-thousand-strong",
        title="1,000 rows × 8 suppliers × 3 tiers, seconds of the processor, median of 5 seeds",
        goal=Goal(">=", 3),
        unit="×",
        peer="HiGHS with the strong rows",
        run=thousand_strong,
    ),
    Bench(
        name="purchase-thousand-cbc",
        title="1,000 rows × 8 suppliers × 3 tiers, median of 4 seeds",
        goal=Goal(">=", 20),
        unit="×",
        peer="PuLP and CBC, strong model",
        run=thousand(peers.cbc, _CBC_CAP, "pulp"),
    ),
    Bench(
        name="purchase-largest",
        title="21,247 points of 1,500 members in four lots, proved within 0.1 %",
        goal=Goal("<", 60),
        unit="s",
        peer="size of the largest real group",
        run=largest,
    ),
    Bench(
        name="purchase-largest-both",
        title="29,247 points of electricity and gas of 1,500 members, six lots, limits over both, "
        "their price told: seconds of a processor",
        goal=Goal("<", 60),
        unit="s",
        peer="size of the largest real group",
        run=largest_both,
    ),
    Bench(
        name="purchase-largest-memory",
        title="21,247 points of 1,500 members: most memory",
        goal=Goal("<", 2),
        unit="GB",
        peer="size of the largest real group",
        run=largest_memory,
    ),
    Bench(
        name="purchase-largest-divided",
        title="21,247 points of 1,500 members that divide among suppliers: proved gap in 60 s",
        goal=Goal("<=", 0.1),
        unit="%",
        peer="size of the largest real group",
        run=largest_divided,
    ),
    Bench(
        name="purchase-divided",
        title="1,500 members that divide among 8 candidate lots, proved to the cent",
        goal=Goal("<", 60),
        unit="s",
        peer="none",
        run=divided,
    ),
    Bench(
        name="purchase-aggregated",
        title="12,000 points of 300 members, summed exactly",
        goal=Goal(">=", 50),
        unit="×",
        peer="each point in the model, HiGHS, strong rows",
        run=aggregated,
    ),
    Bench(
        name="purchase-aggregated-exact",
        title="600 points of 30 members: summed against direct, relative difference",
        goal=Goal("<=", 1e-5),
        unit="1",
        peer="each point in the model, HiGHS, strong rows",
        run=exact,
    ),
    Bench(
        name="purchase-reading",
        title="100,000 points: planning against reading",
        goal=Goal("<=", 3),
        unit="×",
        peer="reading and checking the problem's JSON",
        run=reading,
    ),
]
