"""Routes against the best values known, plain PyVRP, OR-Tools routing and VROOM.

The searches are heuristic and give no bound: a row tells how far above the best known value they
stay in the seconds given, on one thread.
"""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean, median

import numpy as np

from synergie.maintenance.plan.routing import (
    Network,
    Periodic,
    Stop,
    Task,
    Vehicle,
    best_insertion,
    check,
    check_days,
    plan_days,
    route,
)
from tests.bench import routing_peers as peers
from tests.bench.harness import Bench, Goal, Measured, NotMeasured, seconds
from tests.plan import routing_instances as instances

SHARED = Path(__file__).resolve().parents[3] / "shared"
DEPOTS = "cordeau-mdvrp"
DAYS = "cordeau-pvrp"
WASTE = "udine-pvrpif"
CREWS = "pillac-trsp"
MOST = 249  # clients: the goals stop there
QUICK = ("p01", "p02", "p04", "p06", "p07", "p08", "p10", "p11", "p12", "pr01", "pr04", "pr07")
LONG = ("p04", "p07", "p08", "p10", "p11", "pr04", "pr09")
PEERS = ("p01", "p04", "p07", "p10", "p12", "pr04")
TWENTY = "_020_"


def _known(family: str) -> None:
    if not (SHARED / "benchmarks" / family).is_dir():
        raise NotMeasured(f"needs the instances of {family}")


def _above(cost: int, best: float) -> float:
    """Gap to the best value known, %."""
    return (cost / instances.SCALE / best - 1) * 100


def _told(gaps: dict[str, float]) -> str:
    return ", ".join(f"{name} {gap:+.2f} %" for name, gap in gaps.items())


def _routed(task: Task, limit_s: float) -> int:
    found = route(task, seconds=limit_s)
    assert not check(task, found)
    return found.cost


def depots(names: Sequence[str], limit_s: float) -> Callable[[], Measured]:
    """Mean gap of multi-depot routes, %."""

    def run() -> Measured:
        _known(DEPOTS)
        best = instances.known(SHARED, DEPOTS)
        gaps = {
            name: _above(_routed(instances.mdvrp(SHARED, name), limit_s), best[name]["bks"])
            for name in names
            if best[name]["clients"] <= MOST
        }
        return Measured(fmean(gaps.values()), _told(gaps))

    return run


def against(peer: Callable[[Task], int]) -> Callable[[], Measured]:
    """How far we are above the peer on the instance where we are worst, 10 s each, %."""

    def run() -> Measured:
        _known(DEPOTS)
        gaps = {}
        for name in PEERS:
            task = instances.mdvrp(SHARED, name)
            gaps[name] = (_routed(task, 10) / peer(task) - 1) * 100
        return Measured(max(gaps.values()), f"mean {fmean(gaps.values()):.2f} %; {_told(gaps)}")

    return run


def plain_search() -> Measured:
    """Mean distance to plain PyVRP at equal seconds of the processor, three seeds, % points."""
    _known(DEPOTS)
    behind: dict[str, float] = {}
    for seed in range(3):
        for name in PEERS:
            task = instances.mdvrp(SHARED, name)
            began = time.thread_time()
            found = route(task, seconds=10, seed=seed)
            spent = time.thread_time() - began
            behind[f"{name}/{seed}"] = (found.cost / peers.pyvrp(task, spent, seed) - 1) * 100
    gaps = list(behind.values())
    won, lost = sum(gap < 0 for gap in gaps), sum(gap > 0 for gap in gaps)
    notes = f"median {median(gaps):+.2f} %, worst {max(gaps):+.2f} %; ahead {won}, behind {lost}"
    return Measured(fmean(gaps), f"{notes} of {len(gaps)}; {_told(behind)}")


def week() -> Measured:
    """One visit each in a week, on one clock: the worst of three, 15 s each, %."""
    _known(DAYS)
    best = instances.known(SHARED, DAYS)
    gaps = {}
    for name in ("PVRP/p03", "PVRP/p06", "PVRP/p09"):
        task = instances.week(instances.periodic(SHARED, name))
        gaps[name] = _above(_routed(task, 15), best[name]["bks"])
    return Measured(max(gaps.values()), _told(gaps))


def _planned(task: Periodic, limit_s: float) -> int:
    found = plan_days(task, seconds=limit_s)
    assert not check_days(task, found)
    return found.cost


def days(*names: str) -> Callable[[], Measured]:
    """Mean gap with day combinations, 60 s each, %."""

    def run() -> Measured:
        _known(DAYS)
        best = instances.known(SHARED, DAYS)
        gaps = {
            name: _above(
                _planned(instances.periodic(SHARED, f"PVRP/{name}"), 60),
                best[f"PVRP/{name}"]["bks"],
            )
            for name in names
        }
        return Measured(fmean(gaps.values()), _told(gaps))

    return run


def waste() -> Measured:
    """Periodic routes with intermediate facilities, 20 clients, 18 s each: the worst gap, %."""
    _known(WASTE)
    gaps = {}
    for name, best in instances.known(SHARED, WASTE).items():
        if TWENTY in name and best["best_ub"].endswith("*"):
            found = _planned(instances.waste(SHARED, name), 18)
            gaps[name] = (found / float(best["best_ub"].rstrip("*")) - 1) * 100
    return Measured(max(gaps.values()), _told(gaps))


def crews() -> Measured:
    """Technicians with skills, tools and parts, 60 s each: mean gap to the values of 2012, %."""
    _known(CREWS)
    best = instances.known(SHARED, CREWS)
    gaps = {}
    for name in ("C202", "R108", "R206", "RC107"):
        full = f"{name}.100_25-5-5-5"
        cost = _routed(instances.technicians(SHARED, full), 60)
        gaps[name] = _above(cost, best[full]["value"])
    return Measured(fmean(gaps.values()), _told(gaps))


def urgent() -> Measured:
    """One urgent stop in a running day of 200 stops, s."""
    draws = np.random.default_rng(1)
    xy = draws.integers(0, 30_000, (202, 2)).astype(float)
    lengths = np.rint(np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))).astype(np.int64)
    stops = tuple(Stop(1 + n, 900, ((28_800, 61_200),)) for n in range(200))
    vehicles = (Vehicle(0, 0, 28_800, 61_200, count=20, per_m=1),)
    task = Task(stops, vehicles, Network(lengths // 10, lengths))
    planned = route(task, seconds=5)
    later = Task((*stops, Stop(201, 1_800, ((43_200, 57_600),))), vehicles, task.network)
    now = 43_200
    locked = [sum(begun <= now for begun in trip.starts) for trip in planned.trips]
    times = [
        seconds(lambda: best_insertion(later, planned, 200, now=now, locked=locked))
        for _ in range(9)
    ]
    found = best_insertion(later, planned, 200, now=now, locked=locked)
    assert found is not None
    assert not check(later, found.routes)
    return Measured(median(times), f"{len(planned.trips)} trips, {found.delay_s} s of delays")


BENCHES = [
    Bench(
        name="routing-depots-10",
        title=f"multi-depot routes up to 249 clients, 10 s each: mean gap of {', '.join(QUICK)}",
        goal=Goal("<=", 1.5),
        unit="%",
        peer="best values known",
        run=depots(QUICK, 10),
    ),
    Bench(
        name="routing-depots-30",
        title=f"multi-depot routes, 30 s each: mean gap of {', '.join(LONG)}",
        goal=Goal("<=", 1.0),
        unit="%",
        peer="best values known",
        run=depots(LONG, 30),
    ),
    Bench(
        name="routing-ortools",
        title=f"multi-depot routes, 10 s each: worst against the peer on {', '.join(PEERS)}",
        goal=Goal("<=", 0),
        unit="%",
        peer="OR-Tools routing, guided local search, matrices",
        run=against(lambda task: peers.ortools(task, 10)),
    ),
    Bench(
        name="routing-pyvrp",
        title=f"multi-depot routes, 10 s each, three seeds: mean against the peer on "
        f"{', '.join(PEERS)}",
        goal=Goal("<=", -0.1),
        unit="%",
        peer="PyVRP with its defaults, the same seconds of the processor",
        run=plain_search,
    ),
    Bench(
        name="routing-vroom",
        title=f"multi-depot routes, 10 s each: worst against the peer on {', '.join(PEERS)}",
        goal=Goal("<=", 0),
        unit="%",
        peer="VROOM, exploration level 5, its own stop",
        run=against(peers.vroom),
    ),
    Bench(
        name="routing-week",
        title="one visit a week on one clock, p03, p06, p09, 15 s each: worst gap",
        goal=Goal("<=", 2),
        unit="%",
        peer="best values known",
        run=week,
    ),
    Bench(
        name="routing-days",
        title="day combinations p02, p08, p11, 60 s each: mean gap",
        goal=Goal("<=", 3),
        unit="%",
        peer="best values known",
        run=days("p02", "p08", "p11"),
    ),
    Bench(
        name="routing-days-more",
        title="day combinations p14, p17, p20, p26, 60 s each: mean gap",
        goal=Goal("<=", 3),
        unit="%",
        peer="best values known",
        run=days("p14", "p17", "p20", "p26"),
    ),
    Bench(
        name="routing-waste",
        title="intermediate facilities, 20 clients, 18 s each: worst gap to the proved optimum",
        goal=Goal("<=", 0),
        unit="%",
        peer="optima proved by branch-cut-and-price",
        run=waste,
    ),
    Bench(
        name="routing-technicians",
        title="technicians C202, R108, R206, RC107, 60 s each: mean gap",
        goal=Goal("<=", 0),
        unit="%",
        peer="values of Pillac et al., 2012",
        run=crews,
    ),
    Bench(
        name="routing-urgent",
        title="one urgent stop in a running day of 200",
        goal=Goal("<", 0.5),
        unit="s",
        peer="none",
        run=urgent,
    ),
]
