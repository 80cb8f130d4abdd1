"""What is weighed when lighting is chosen: thirteen stakes, one file each (domain.md §12.1).

Each file says, for each of its indicators, unit, direction, purpose and source, and finds it from
what is measured. A further criterion is a further file, its name in `LightingCriterion` and its
place below.
"""

from collections.abc import Mapping

from synergie.scenarios.criteria import (
    biodiversity,
    carbon,
    cost,
    energy,
    equity,
    felt_safety,
    jobs,
    legality,
    maintainability,
    night_sky,
    privacy,
    service,
    work,
)
from synergie.scenarios.criteria._criterion import Criterion
from synergie.scenarios.criteria._view import First, Ground, View, Whole, ground_of
from synergie.schemas.lighting_effects import LightingCriterion

__all__ = ["CRITERIA", "Criterion", "First", "Ground", "View", "Whole", "ground_of"]

CRITERIA: Mapping[LightingCriterion, Criterion] = {
    one.told.criterion: one
    for stake in (
        energy, cost, carbon, night_sky, biodiversity, legality, service, felt_safety, equity,
        work, privacy, maintainability, jobs,
    )
    for one in stake.CRITERIA
}  # fmt: skip
"""Every indicator, in the order of every table."""
