"""Which luminaire gives a road the light it needs: class of EN 13201-2, else the light of today.

Formulas: docs/plan/lighting-effects.md, E6.
"""

from synergie.lighting.plan.design._factors import RoadFactors, factors_of, load_factors
from synergie.lighting.plan.design._fit import Fitting, fit_entries, select_led_family
from synergie.lighting.plan.design._norm import LUX, compute_needed_lumens
from synergie.lighting.plan.design._ratio import tally_sizing
from synergie.lighting.plan.design._roads import Roads, roads_of

__all__ = [
    "LUX",
    "Fitting",
    "RoadFactors",
    "Roads",
    "compute_needed_lumens",
    "factors_of",
    "fit_entries",
    "load_factors",
    "roads_of",
    "select_led_family",
    "tally_sizing",
]
