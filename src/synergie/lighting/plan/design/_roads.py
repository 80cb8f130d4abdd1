"""What each road gets today and what its class asks for, luminaire by luminaire."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synergie.lighting.plan.design._factors import RoadFactors, load_factors
from synergie.lighting.plan.design._norm import compute_needed_lumens
from synergie.lighting.plan.measured import SOURCES, Floats, Park
from synergie.lighting.records.study import LightingStudy

_BEYOND = 1.2
"""How far beyond the usual models a power may lie, as a ratio, for its flux to be estimated."""


@dataclass(frozen=True, slots=True, eq=False)
class Roads:
    """One row a luminaire; NaN where not known."""

    today_lm: Floats
    """Maintained flux that reaches the road today: lm times LLMF times utilance."""
    is_estimated: NDArray[np.bool_]
    """Whether the flux of today is that of usual lamps of its kind and power."""
    needed_lm: Floats
    """What the class of the road asks for, after all maintenance factors."""


def roads_of(study: LightingStudy, park: Park) -> Roads:
    """The roads of *study*, as its inventory and its lit areas tell them."""
    needed = {one.id: compute_needed_lumens(one) for one in study.areas}
    told = (needed.get(one.area or "") for one in study.lights)
    flux, today = park.flux_lm.copy(), np.full(len(park.flux_lm), np.nan)
    for kind, factors in load_factors().items():
        rows = park.source == SOURCES.index(kind)
        lost = rows & np.isnan(flux)
        flux[lost] = _estimate_flux(park.power_w[lost], factors)
        today[rows] = flux[rows] * factors.llmf * factors.utilance
    return Roads(
        today_lm=today,
        is_estimated=np.isnan(park.flux_lm) & ~np.isnan(flux),
        needed_lm=np.fromiter((np.nan if one is None else one for one in told), np.float64),
    )


def _estimate_flux(power_w: Floats, factors: RoadFactors) -> Floats:
    """The flux of usual models by power; NaN for kinds without models and beyond them all."""
    if not factors.watts:
        return np.full(len(power_w), np.nan)
    least, most = factors.watts[0] / _BEYOND, factors.watts[-1] * _BEYOND
    found = np.interp(power_w, factors.watts, factors.lumens)
    told: Floats = np.where((power_w >= least) & (power_w <= most), found, np.nan)
    return told
