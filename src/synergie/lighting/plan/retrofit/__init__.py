"""One option for each segment under several limits at once: the cheapest choice, and its proof.

The multiple-choice knapsack with several dimensions, as numbers. Formulation, numbered C1 to C5:
docs/plan/retrofit.md.
"""

from synergie.lighting.plan.retrofit._solve import Chosen, solve
from synergie.lighting.plan.retrofit._verify import faults
from synergie.lighting.plan.retrofit.problem import Problem

__all__ = ["Chosen", "Problem", "faults", "solve"]
