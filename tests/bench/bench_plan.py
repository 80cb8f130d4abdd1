"""Plans against the optimum that is known, and the territory they are made for."""

from pathlib import Path
from statistics import median
from typing import Any

from synergie.purchase.plan import award as purchase
from synergie.samples import territory
from tests.bench.harness import Bench, Goal, Measured, NotMeasured, seconds
from tests.plan import instances

SHARED = Path(__file__).resolve().parents[3] / "shared"


def _known(family: str) -> dict[str, dict[str, Any]]:
    if not (SHARED / "benchmarks" / family).is_dir():
        raise NotMeasured(f"needs the instances of {family}")
    return instances.known(SHARED, family)


def purchases() -> Measured:
    """The seven purchase instances: worst distance to the proved optimum, EUR."""
    worst, times = 0.0, []
    for name, best in sorted(_known("synergie-tqd").items()):
        problem = instances.tqd(SHARED, name)
        plan = purchase.solve(problem, limit_s=120)
        worst = max(worst, abs(float(plan.objective_eur) - best["objective"]))
        times.append(plan.run.seconds)
    return Measured(worst, f"all seven proved; median {median(times):.2g} s of solver each")


def territory_s() -> Measured:
    """Drawing the whole demonstration territory."""
    return Measured(median(seconds(territory) for _ in range(5)))


BENCHES = [
    Bench(
        name="purchase-optimum",
        title="seven pooled purchases: distance to the proved optimum",
        goal=Goal("<=", 0.01),
        unit="EUR",
        peer="optima proved by HiGHS at gap 1e-8",
        run=purchases,
    ),
    Bench(
        name="territory",
        title="generating the demonstration territory",
        goal=Goal("<", 5),
        unit="s",
        peer="none",
        run=territory_s,
    ),
]
