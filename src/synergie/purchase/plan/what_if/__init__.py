"""What would become of a purchase plan, and what its requirements cost.

Formulations and what the answers mean: docs/plan/what-if.md.
"""

from synergie.purchase.plan.what_if._answers import answer, stability
from synergie.purchase.plan.what_if._cases import apply_case, describe_case, expiries, usual
from synergie.purchase.plan.what_if._certainty import certainty
from synergie.purchase.plan.what_if._departures import departure
from synergie.purchase.plan.what_if._flips import flips
from synergie.purchase.plan.what_if._floor import gain_floor
from synergie.purchase.plan.what_if._frontier import frontier
from synergie.purchase.plan.what_if._study import HERE, Where, answers, departures, study
from synergie.purchase.plan.what_if._ways_out import ways_out

__all__ = [
    "HERE",
    "Where",
    "answer",
    "answers",
    "apply_case",
    "certainty",
    "departure",
    "departures",
    "describe_case",
    "expiries",
    "flips",
    "frontier",
    "gain_floor",
    "stability",
    "study",
    "usual",
    "ways_out",
]
