"""Rounds of a week or a day: who goes where in which order, at what hour, with what.

Formulation and rules: docs/plan/rounds.md.
"""

from synergie.plan.rounds._insert import insert
from synergie.plan.rounds._replan import replan
from synergie.plan.rounds._running import running
from synergie.plan.rounds._solve import solve
from synergie.plan.rounds._verify import faults

__all__ = ["faults", "insert", "replan", "running", "solve"]
