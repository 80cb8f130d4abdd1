"""Joint maintenance years: published instances, peers at equal time, a whole département."""

import resource
import time
from collections.abc import Callable
from functools import cache
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from synergie.maintenance.plan import year as maintenance
from tests.bench import maintenance_peers as peers
from tests.bench.harness import Bench, Goal, Measured, NotMeasured
from tests.plan import instances
from tests.plan.maintenance_cases import departement

SHARED = Path(__file__).resolve().parents[3] / "shared"
LARGE = ("plan_20000_s0", "plan_20000_s1")
_LIMIT = 60.0
_EQUAL = {"plan_2000_s0": 30.0, "plan_20000_s0": 60.0}
_WHOLE = 240.0  # seconds that the year of a département is given; the goal is ten minutes

type Peer = Callable[[peers.Compact, float], peers.Stand]


def _known(name: str) -> dict[str, Any]:
    if not (SHARED / "benchmarks" / "synergie-maintenance").is_dir():
        raise NotMeasured("needs the instances of synergie-maintenance")
    return instances.known(SHARED, "synergie-maintenance")[name]


@cache
def _ours(name: str) -> tuple[float, float, float]:
    """Cost, certified bound, seconds of the whole call on one core."""
    _known(name)
    problem = instances.maintenance(SHARED, name)
    began = time.perf_counter()
    plan = maintenance.solve(problem, limit_s=_EQUAL.get(name, _LIMIT))
    seconds = time.perf_counter() - began
    return float(plan.objective_eur), float(plan.bound_eur or 0), seconds


def gap(name: str) -> Callable[[], Measured]:
    """The certified gap of one instance, %."""

    def run() -> Measured:
        best = _known(name)
        cost, bound, seconds = _ours(name)
        above, over = (cost / best["best_ub"] - 1) * 100, (bound / best["best_lb"] - 1) * 100
        notes = f"plan {above:+.3f} %, bound {over:+.3f} % from the best known; {seconds:.0f} s"
        return Measured((cost - bound) / cost * 100, notes)

    return run


def plan_above(name: str) -> Callable[[], Measured]:
    """The plan above the best plan known, %."""

    def run() -> Measured:
        best, (cost, _, _) = _known(name), _ours(name)
        return Measured((cost / best["best_ub"] - 1) * 100, f"{cost:.2f} EUR")

    return run


def bound_above(name: str) -> Callable[[], Measured]:
    """The certified bound above the best bound known, %."""

    def run() -> Measured:
        best, (_, bound, _) = _known(name), _ours(name)
        return Measured((bound / best["best_lb"] - 1) * 100, f"{bound:.2f} EUR")

    return run


def ahead(name: str, peer: Peer, module: str) -> Callable[[], Measured]:
    """By how much ours is ahead of a peer at equal time, %: the lesser of plan and bound."""

    def run() -> Measured:
        try:
            import_module(module)
        except ImportError as error:
            raise NotMeasured(f"needs the Python package {module}") from error
        cost, bound, _ = _ours(name)
        theirs, lower = peer(peers.compact(SHARED, name), _EQUAL[name])
        plan = 100.0 if theirs is None else (theirs / cost - 1) * 100
        proof = 100.0 if not lower or lower <= 0 else (bound / lower - 1) * 100
        notes = f"plan {_say(theirs)} against {cost:.1f}, bound {_say(lower)} against {bound:.1f}"
        return Measured(min(plan, proof), f"peer first: {notes}; {_EQUAL[name]:g} s each")

    return run


def _say(value: float | None) -> str:
    return "none" if value is None else f"{value:.1f}"


@cache
def _departement() -> tuple[float, float, float]:
    """Seconds, gap and GB of the year of 100,000 lights, measured in a process of its own."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_planned, args=(theirs,))
    process.start()
    found: tuple[float, float, float] = ours.recv()
    process.join()
    return found


def _planned(answer: Any) -> None:
    """In a process of its own: its memory and that of its two workers are all there is."""
    problem = departement(0)
    began = time.perf_counter()
    plan = maintenance.solve(problem, limit_s=_WHOLE, workers=2)
    seconds = time.perf_counter() - began
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    worker = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    answer.send((seconds, 100 * (plan.gap or 1.0), (own + 2 * worker) / 1e6))


def departement_s() -> Measured:
    """100,000 lights in 65 zones, three depots, two processes."""
    seconds, distance, memory = _departement()
    return Measured(seconds, f"certified gap {distance:.2f} %, {memory:.2f} GB")


def departement_gap() -> Measured:
    """The certified gap of that year, %."""
    seconds, distance, _ = _departement()
    return Measured(distance, f"{seconds:.0f} s")


def departement_memory() -> Measured:
    """Most memory of it and its two workers, GB."""
    return Measured(_departement()[2])


BENCHES = [
    *(
        Bench(
            name=f"maintenance-{name.replace('_', '-')}",
            title=f"joint maintenance, {name}: certified gap in {_EQUAL.get(name, _LIMIT):g} s",
            goal=Goal("<=", bound),
            unit="%",
            peer="best plan and bound known",
            run=gap(name),
        )
        for name, bound in (
            ("plan_200_s0", 0.001),
            ("plan_200_s1", 0.001),
            ("plan_2000_s0", 0.2),
            ("plan_2000_s1", 0.02),
            ("plan_20000_s0", 0.5),
            ("plan_20000_s1", 0.5),
        )
    ),
    *(
        Bench(
            name=f"maintenance-{name.replace('_', '-')}-plan",
            title=f"joint maintenance, {name}: plan above the best known",
            goal=Goal("<=", 0.1),
            unit="%",
            peer="best plan known",
            run=plan_above(name),
        )
        for name in LARGE
    ),
    *(
        Bench(
            name=f"maintenance-{name.replace('_', '-')}-bound",
            title=f"joint maintenance, {name}: certified bound above the best known",
            goal=Goal(">", 0),
            unit="%",
            peer="best bound known",
            run=bound_above(name),
        )
        for name in LARGE
    ),
    *(
        Bench(
            name=f"maintenance-{name.replace('_', '-')}-{short}",
            title=f"joint maintenance, {name}: ahead of {title} on plan and bound, the lesser",
            goal=Goal(">=", 0),
            unit="%",
            peer=f"{title}, {_EQUAL[name]:g} s each",
            run=ahead(name, peer, module),
        )
        for name in _EQUAL
        for short, title, peer, module in (
            ("plain", "plain HiGHS", peers.plain, "highspy"),
            ("cbc", "PuLP and CBC", peers.cbc, "pulp"),
            ("cp-sat", "OR-Tools CP-SAT", peers.cp_sat, "ortools"),
        )
    ),
    Bench(
        name="maintenance-departement",
        title="a year of 100,000 lights in 65 zones and three depots, two processes",
        goal=Goal("<", 600),
        unit="s",
        peer="none",
        run=departement_s,
    ),
    Bench(
        name="maintenance-departement-gap",
        title="a year of 100,000 lights: certified gap",
        goal=Goal("<=", 1),
        unit="%",
        peer="none",
        run=departement_gap,
    ),
    Bench(
        name="maintenance-departement-memory",
        title="a year of 100,000 lights: most memory of three processes",
        goal=Goal("<", 4),
        unit="GB",
        peer="none",
        run=departement_memory,
    ),
]
