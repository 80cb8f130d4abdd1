"""Whether rounds that somebody else computed hold: no search, each time and amount anew."""

from synergie.plan import _record
from synergie.plan.rounds import _verify
from synergie.plan.rounds._refuse import refuse
from synergie.schemas.rounds import RoundsPlan, RoundsProblem


def faults(problem: RoundsProblem, plan: RoundsPlan) -> tuple[str, ...]:
    """What is wrong with *plan* as the rounds of *problem*; empty when it holds.

    BadInput for a problem of which nothing can be made.
    """
    refuse(problem)
    if plan.inputs_digest != _record.digest(problem):
        return ("its digest is not that of the problem",)
    return _verify.faults(problem, plan)
