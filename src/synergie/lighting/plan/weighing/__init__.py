"""Weights of groups over lighting scenarios: robust choices and disagreements, no single score.

The decided order (docs/plan/weighing.md, W1 to W7): constraints, Pareto, worth on fixed published
scales, samples of all weights compatible with what each group said, vetoes, groups side by side.
"""

from synergie.lighting.plan.weighing._weigh import weigh
from synergie.lighting.plan.weighing.scales import bounds_of

__all__ = ["bounds_of", "weigh"]
