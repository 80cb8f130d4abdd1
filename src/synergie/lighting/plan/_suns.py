"""Whose sun and off-peak hours each luminaire lives under."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synergie.energy.records.power import OffPeakWindow
from synergie.lighting.plan.measured import Floats, Park, Places
from synergie.lighting.plan.nights import ASSUMED_WINDOWS, CELL, Cell
from synergie.lighting.records.study import LightingStudy


@dataclass(frozen=True, slots=True, eq=False)
class Suns:
    """Places among cells and window sets, luminaire by luminaire."""

    cells: tuple[Cell, ...]
    """The cells."""
    cell: Places
    """Cell of each luminaire; -1: its place is not known."""
    windows: tuple[tuple[OffPeakWindow, ...], ...]
    """Sets of off-peak hours; the first one is the assumed one."""
    window: Places
    """Set of each luminaire."""
    of_commune: NDArray[np.bool_]
    """Those that take the sun of the middle of their commune."""
    of_lights: int
    """Cabinets that take the sun of the middle of their luminaires."""


def build_light_suns(study: LightingStudy, park: Park) -> Suns:
    """The sun of each luminaire: that of its cabinet, for it switches.

    Its own where it follows a schedule by itself or its cabinet is not known; that of the middle of
    its commune where neither has a place.
    """
    by_cabinet = np.array([_read_row_position(one) for one in study.cabinets]).reshape(-1, 2)
    middle = _compute_mean_places(park, park.cabinet, len(study.cabinets))
    lacks = np.isnan(by_cabinet[:, 0])
    by_cabinet = np.where(lacks[:, None], middle, by_cabinet)
    own = np.stack([park.longitude, park.latitude], axis=1)
    found = own.copy()
    is_own = np.array([one.schedule is not None for one in study.lights]) & ~np.isnan(own[:, 0])
    switched = (park.cabinet >= 0) & ~is_own
    found[switched] = by_cabinet[park.cabinet[switched]]
    found = np.where(np.isnan(found), own, found)
    of_commune = np.isnan(found[:, 0]) & (park.commune >= 0)
    found[of_commune] = _compute_mean_places(park, park.commune, len(study.communes))[
        park.commune[of_commune]
    ]
    cells, cell = _group_places_by_cell(found)
    sets, window = _group_offpeak_windows(study, park)
    return Suns(
        cells, cell, sets, window, of_commune & (cell >= 0),
        int((lacks & ~np.isnan(by_cabinet[:, 0])).sum()),
    )  # fmt: skip


def _read_row_position(row: object) -> tuple[float, float]:
    location = getattr(row, "location", None)
    return (np.nan, np.nan) if location is None else (location.longitude, location.latitude)


def _compute_mean_places(park: Park, of: Places, n: int) -> Floats:
    """Mean place of the luminaires of each of *n*, by their count; NaN where none has a place."""
    known = (of >= 0) & ~np.isnan(park.longitude)
    place, count = of[known], park.count[known]
    total = np.bincount(place, weights=count, minlength=n)
    sums = [
        np.bincount(place, weights=count * one[known], minlength=n)
        for one in (park.longitude, park.latitude)
    ]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.stack([one / total for one in sums], axis=1)


def _group_places_by_cell(places: Floats) -> tuple[tuple[Cell, ...], Places]:
    """The distinct cells, and which one each place is in; -1 where it is not known."""
    known = ~np.isnan(places[:, 0])
    rounded = np.rint(places[known] * CELL).astype(np.int64)
    code = rounded[:, 0] * 100_000 + rounded[:, 1]
    _, firsts, inverse = np.unique(code, return_index=True, return_inverse=True)
    found = np.full(len(places), -1, np.int32)
    found[known] = inverse
    return tuple((int(east), int(north)) for east, north in rounded[firsts]), found


def _group_offpeak_windows(
    study: LightingStudy, park: Park
) -> tuple[tuple[tuple[OffPeakWindow, ...], ...], Places]:
    """The distinct sets of off-peak hours, and that of each luminaire."""
    sets = {ASSUMED_WINDOWS: 0}
    told = np.zeros(len(study.cabinets) + 1, np.int32)
    for n, one in enumerate(study.cabinets):
        if one.terms is not None and one.terms.windows:
            told[n] = sets.setdefault(one.terms.windows, len(sets))
    found: Places = told[park.cabinet]
    return tuple(sets), found
