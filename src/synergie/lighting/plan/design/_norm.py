"""Levels of EN 13201-2, maintained, and the flux that a road needs of each luminaire."""

from collections.abc import Mapping

from synergie.lighting.records.lit_area import LitArea, RoadClass

_CD_M2_A_LUX = 0.07
"""cd/m2 that a lux gives on a usual road surface (class R3): an estimate, for classes M."""
_LUMINANCE: Mapping[RoadClass, float] = {
    "M1": 2.0, "M2": 1.5, "M3": 1.0, "M4": 0.75, "M5": 0.5, "M6": 0.3,
}  # fmt: skip
LUX: Mapping[RoadClass, float] = {
    **{name: luminance / _CD_M2_A_LUX for name, luminance in _LUMINANCE.items()},
    "C0": 50, "C1": 30, "C2": 20, "C3": 15, "C4": 10, "C5": 7.5,
    "P1": 15, "P2": 10, "P3": 7.5, "P4": 5, "P5": 3, "P6": 2,
}  # fmt: skip
"""Least mean illuminance of each class, maintained, lx."""


def compute_needed_lumens(area: LitArea) -> float | None:
    """Lumens that one luminaire has to bring onto the road at the end of its care, lm.

    The illuminance of the class times spacing times width. None: the class, or one of the two, is
    not known.
    """
    if area.road_class is None or area.width_m is None or area.spacing_m is None:
        return None
    return LUX[area.road_class] * area.width_m * area.spacing_m
