"""Depots against the optima of the OR-Library, and against the textbook model in HiGHS."""

import time
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from synergie.maintenance.plan import depots
from synergie.maintenance.plan.depots._ground import DepotsModelInputs
from synergie.maintenance.records.depots import DepotsPlan
from tests.bench.harness import Bench, Goal, Measured, NotMeasured
from tests.plan import depots_cases as cases

SHARED = Path(__file__).resolve().parents[3] / "shared"
LARGE_S = 100.0
PLAIN = ("capa@8000", "capc@5750")


def _names(*, large: bool) -> list[str]:
    if not (SHARED / cases.ORLIB).is_dir():
        raise NotMeasured("needs the instances of orlib-cflp")
    return [name for name in sorted(cases.known(SHARED)) if ("@" in name) == large]


def _optimum(name: str) -> float:
    return float(str(cases.known(SHARED)[name]["optimum"]))


def small() -> Measured:
    """Worst distance to the known optimum, EUR; an instance that is not proved counts as 1e9."""
    worst, times = 0.0, []
    for name in _names(large=False):
        began = time.perf_counter()
        plan = depots.solve(cases.orlib(SHARED, name), limit_s=60)
        times.append(time.perf_counter() - began)
        far = abs(float(plan.objective_eur) - _optimum(name))
        worst = max(worst, far if plan.status == "proved" else 1e9)
    return Measured(worst, f"{len(times)} proved, median {median(times):.2g} s each")


@cache
def _solved(name: str) -> tuple[DepotsPlan, float]:
    problem = cases.orlib(SHARED, name)
    began = time.perf_counter()
    plan = depots.solve(problem, limit_s=LARGE_S)
    return plan, time.perf_counter() - began


def large_plan() -> Measured:
    """The plan farthest above the known optimum, %."""
    above = {
        n: (float(_solved(n)[0].objective_eur) / _optimum(n) - 1) * 100 for n in _names(large=True)
    }
    seconds = [_solved(name)[1] for name in above]
    proved = sum(_solved(name)[0].status == "proved" for name in above)
    worst = max(above, key=lambda name: above[name])
    notes = f"{worst}; {proved} of {len(above)} proved; median {median(seconds):.3g} s"
    return Measured(max(above[worst], 0.0), notes)


def large_bound() -> Measured:
    """The bound farthest below the known optimum, as a share of it, %."""
    shares = {
        n: float(_solved(n)[0].bound_eur or 0) / _optimum(n) * 100 for n in _names(large=True)
    }
    worst = min(shares, key=lambda name: shares[name])
    return Measured(shares[worst], worst)


def against_plain() -> Measured:
    """How many times smaller our certified gap is than that of the textbook model, the least."""
    ratios, notes = [], []
    for name in PLAIN:
        if name not in _names(large=True):
            raise NotMeasured(f"needs {name}")
        plan, _ = _solved(name)
        mine = max(float(plan.gap or 0), 1e-6)
        theirs = _plain_gap(name)
        ratios.append(theirs / mine)
        notes.append(f"{name}: ours {mine:.2g}, plain {theirs:.2g}")
    return Measured(min(ratios), "; ".join(notes))


def _plain_gap(name: str) -> float:
    """Gap of HiGHS on the model without the rows x <= y, from arrays, at equal time."""
    highspy: Any = import_module("highspy")
    ground = DepotsModelInputs.of(cases.orlib(SHARED, name))
    sites, zones = ground.cost.shape
    engine = highspy.Highs()
    engine.setOptionValue("output_flag", False)
    engine.setOptionValue("threads", 1)
    engine.setOptionValue("time_limit", LARGE_S)
    costs = np.concatenate([ground.fixed, ground.cost.ravel()])
    none = np.empty(0, dtype=np.int32)
    size = len(costs)
    engine.addCols(
        size, costs, np.zeros(size), np.ones(size), 0, np.zeros(size, np.int32), none, np.empty(0)
    )
    engine.changeColsIntegrality(sites, np.arange(sites, dtype=np.int32), np.ones(sites, np.uint8))
    columns = sites + np.arange(sites * zones).reshape(sites, zones)
    for j in range(zones):
        engine.addRow(1.0, 1.0, sites, columns[:, j].astype(np.int32), np.ones(sites))
    for i in range(sites):
        index = np.concatenate([columns[i], [i]]).astype(np.int32)
        factors = np.concatenate([ground.demand / ground.capacity[i], [-1.0]])
        engine.addRow(-highspy.kHighsInf, 0.0, zones + 1, index, factors)
    engine.run()
    info = engine.getInfo()
    best, bound = info.objective_function_value, info.mip_dual_bound
    return float((best - bound) / best) if best < highspy.kHighsInf else 1.0


def _row(name: str, title: str, goal: Goal, unit: str, run: Callable[[], Measured]) -> Bench:
    return Bench(
        name=name, title=title, goal=goal, unit=unit, peer="optima of the OR-Library", run=run
    )


BENCHES = [
    _row(
        "depots-small",
        "17 small facility locations proved: worst distance to the optimum",
        Goal("<=", 0.01),
        "EUR",
        small,
    ),
    _row(
        "depots-large-plan",
        "100 sites, 1,000 zones, 100 s: worst plan above the optimum",
        Goal("<=", 0.1),
        "%",
        large_plan,
    ),
    _row(
        "depots-large-bound",
        "100 sites, 1,000 zones, 100 s: worst bound as a share of the optimum",
        Goal(">=", 99),
        "%",
        large_bound,
    ),
    Bench(
        name="depots-against-plain",
        title="100 sites, 1,000 zones, 100 s: certified gap, the least lead of two",
        goal=Goal(">=", 10),
        unit="×",
        peer="HiGHS on the textbook model, one thread, same time",
        run=against_plain,
    ),
]
