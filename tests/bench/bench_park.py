"""The state of a large park, and the models that its tickets tell."""

import resource
import subprocess
import sys
from statistics import median

from synergie.park.plan import learn, state
from tests.bench.harness import Bench, Goal, Measured, seconds
from tests.plan.park_cases import AS_OF, large, lived

LAMPS = 100_000


def large_state() -> Measured:
    """The state of 100,000 light points with 10,000 tickets, in a process of its own."""
    run = [sys.executable, "-m", "tests.bench.bench_park"]
    told = subprocess.run(run, capture_output=True, text=True, check=True).stdout
    spent, memory = told.split()
    return Measured(float(spent), f"one process, peak {memory} MB with the records read")


def learned() -> Measured:
    """From lamps and tickets to the model with its intervals."""
    points, orders = lived(1_500, 3.0, 20_000, seed=1)
    spent = median(seconds(lambda: learn(points, orders, until=AS_OF)) for _ in range(3))
    return Measured(spent, f"{len(points)} light points, {len(orders)} tickets")


BENCHES = [
    Bench(
        name="park-state",
        title="the state of 100,000 light points with 10,000 tickets",
        goal=Goal("<", 20),
        unit="s",
        peer="none",
        run=large_state,
    ),
    Bench(
        name="park-learning",
        title="a failure model with its intervals, from about 2,000 failures",
        goal=Goal("<", 2),
        unit="s",
        peer="none",
        run=learned,
    ),
]


def _measure() -> None:
    boxes, points, orders = large(LAMPS)
    spent = seconds(lambda: state(boxes, points, orders, as_of=AS_OF))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"{spent:.2f} {memory:.0f}\n")


if __name__ == "__main__":
    _measure()
