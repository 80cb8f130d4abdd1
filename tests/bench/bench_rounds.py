"""Rounds: an urgent fault into a running day, and a week against OR-Tools."""

from datetime import timedelta
from functools import cache
from time import perf_counter

from synergie.maintenance.plan import rounds
from synergie.maintenance.plan.rounds import _given
from synergie.maintenance.records.rounds import RoundsPlan, RoundsProblem, TimeWindow
from tests.bench.harness import Bench, Goal, Measured
from tests.bench.rounds_peers import ortools_eur
from tests.plan.rounds_cases import MONDAY, at, stop, territory

_LIMIT_S = 30


@cache
def day() -> tuple[RoundsProblem, RoundsPlan]:
    """A day of 200 stops of three bodies in 13 communes, 18 crews."""
    case = territory(200, 18, 1, must=0.4)
    return case, rounds.solve(case, limit_s=_LIMIT_S)


def insertion() -> Measured:
    """The slowest of eight urgent faults that come one after the other, s."""
    problem, plan = day()
    slowest, reached = 0.0, 0
    for number in range(8):
        now = at(MONDAY, f"{8 + number // 2:02d}:{30 * (number % 2):02d}")
        within = TimeWindow(opens_at=now, closes_at=now + timedelta(hours=2))
        fault = stop(f"u{number}", f"p{number * 7}", "b", severity="danger", windows=(within,))
        begun = perf_counter()
        new = rounds.insert(problem, plan, fault, now=now)
        slowest = max(slowest, perf_counter() - begun)
        starts = {p.stop: p.starts_at for one in new.rounds for p in one.stops}
        reached += fault.id in starts and starts[fault.id] <= within.closes_at
        problem, plan = rounds.running(problem, plan, now=now, stop=fault), new
    return Measured(slowest, f"{reached} of 8 begin within two hours")


def week() -> Measured:
    """A week of 200 stops, five crews: our cost over that of OR-Tools in the same time."""
    problem = territory(200, 5, 5, must=0.3)
    begun = perf_counter()
    plan = rounds.solve(problem, limit_s=_LIMIT_S)
    ours = perf_counter() - begun
    theirs = ortools_eur(_given.build_rounds_case(problem), _LIMIT_S)
    notes = (
        f"ours {plan.objective_eur} EUR in {ours:.0f} s with each alone, "
        f"{plan.baseline_eur} EUR alone; OR-Tools {theirs:.2f} EUR in {_LIMIT_S} s"
    )
    return Measured(float(plan.objective_eur) / theirs, notes)


BENCHES = [
    Bench(
        name="rounds-insertion",
        title="an urgent fault into a running day of 200 stops, the slowest of eight",
        goal=Goal("<", 0.5),
        unit="s",
        peer="none",
        run=insertion,
    ),
    Bench(
        name="rounds-week",
        title="a week of 200 stops, 5 crews, 13 communes: cost over that of the peer",
        goal=Goal("<=", 1.0),
        unit="of its cost",
        peer="OR-Tools routing, guided local search, same time",
        run=week,
    ),
]
