"""What the law looks at, light by light, under one scenario."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synergie.lighting.plan.law._rules import LawRules
from synergie.lighting.plan.measured import Floats, Marks, Measured, Places
from synergie.lighting.records.retrofit import Retrofit
from synergie.lighting.records.study import LightingStudy
from synergie.schemas.assets.light_point import LightUsage

USAGES: tuple[LightUsage, ...] = (
    "A", "B1", "B2", "B3", "B4", "C", "D", "E", "F", "G", "PU", "IN", "AU",
)  # fmt: skip
"""A column of categories holds places in this; -1: not known (`XX` says so, too)."""
_NEW_FROM = 2020.0 - 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Lights:
    """The columns; one row a light."""

    usage: Marks
    """Place in `USAGES`; -1: not known."""
    new: Marks
    """1: new in the sense of the arrêté; 0: older; -1: not known."""
    brought: NDArray[np.bool_]
    """Whether the scenario puts it there: another lamp or luminaire."""
    ulr: Floats
    """Upward light ratio as installed."""
    ulr_nominal: Floats
    """The same of the data sheet, for what the scenario buys."""
    cct_k: Floats
    """K."""
    cie3: Floats
    """CIE flux code 3, for what the scenario buys."""
    lm_m2: Floats
    """lm/m2; not known without surfaces."""
    corridor: Marks
    """1: in a corridor or reserve; 0: not; -1: not known."""


def usages_of(study: LightingStudy) -> Marks:
    """The category of each light of *study*, as places in `USAGES`."""
    place: dict[str | None, int] = {name: n for n, name in enumerate(USAGES)}
    return np.fromiter((place.get(one.usage, -1) for one in study.lights), np.int8)


def lights_of(found: Measured, law: LawRules, usage: Marks) -> Lights:
    """The columns of the law for one scenario; *usage* as `usages_of` gives it."""
    entries = found.study.retrofits
    brought = _of_entries(found.retrofit, [is_new_installation(one) for one in entries]) == 1
    new = np.where(found.park.installed >= _NEW_FROM, 1, 0).astype(np.int8)
    new[np.isnan(found.park.installed)] = -1
    new[brought] = 1
    if law.unknown_usage is not None:
        usage = np.where(usage < 0, USAGES.index(law.unknown_usage), usage).astype(np.int8)
    return Lights(
        usage=usage,
        new=new,
        brought=brought,
        ulr=found.ulr,
        ulr_nominal=_of_entries(found.retrofit, [one.ulr_nominal for one in entries]),
        cct_k=found.cct_k,
        cie3=_of_entries(found.retrofit, [one.cie3 for one in entries]),
        lm_m2=_compute_light_density(found, law),
        corridor=found.park.corridor,
    )


def is_new_installation(entry: Retrofit) -> bool:
    """Whether an entry makes a new installation of a light: another lamp or luminaire.

    A ballast or a driver that is added to a lamp that stays does not (notice of the ministry on
    article 8: a change of luminaire, of retrofit or of colour temperature does).
    """
    return entry.source_type is not None


def _of_entries(retrofit: Places, values: list[float | None] | list[bool]) -> Floats:
    """A figure of the entry of each light; NaN without entry or where it is not known."""
    told = [np.nan if one is None else float(one) for one in values]
    found: Floats = np.array([*told, np.nan])[retrofit]  # -1 is the last: none
    return found


def _compute_light_density(found: Measured, law: LawRules) -> Floats:
    if law.lm_m2 is None:
        return np.full(len(found.flux_lm), np.nan)
    surfaces = [law.surfaces_m2.get(one.id) or np.nan for one in found.study.lights]
    density: Floats = found.flux_lm / np.array(surfaces)
    return density
