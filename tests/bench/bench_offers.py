"""The check of a purchase at the size of the largest real group, beside its reading."""

from functools import cache

from synergie.purchase.plan.award import check
from synergie.purchase.records.purchase import PurchaseProblem
from tests.bench.harness import Bench, Goal, Measured, side_by_side
from tests.bench.purchase_cases import group


@cache
def _problem() -> tuple[PurchaseProblem, bytes]:
    problem = group(21_247, 1_500, max_awards=1)
    return problem, problem.model_dump_json().encode()


def checking() -> Measured:
    """Every fault of 21,247 points, against reading them from JSON."""
    problem, document = _problem()
    return side_by_side(
        lambda: check.faults(problem),
        lambda: PurchaseProblem.model_validate_json(document),
        rounds=3,
    )


BENCHES = [
    Bench(
        name="purchase-check",
        title="every fault of a purchase of 21,247 points",
        goal=Goal(">=", 5),
        unit="×",
        peer="reading the same problem from JSON",
        run=checking,
    ),
]
