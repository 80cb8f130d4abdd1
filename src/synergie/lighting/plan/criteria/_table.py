"""Every indicator, in the order of every table."""

from collections.abc import Mapping

from synergie.lighting.plan.criteria import (
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
from synergie.lighting.plan.criteria._criterion import Criterion
from synergie.lighting.records.effects import LightingCriterion

CRITERIA: Mapping[LightingCriterion, Criterion] = {
    one.told.criterion: one
    for stake in (
        energy, cost, carbon, night_sky, biodiversity, legality, service, felt_safety, equity,
        work, privacy, maintainability, jobs,
    )
    for one in stake.CRITERIA
}  # fmt: skip
"""Every indicator, in the order of every table."""
