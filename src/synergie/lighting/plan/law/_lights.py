"""What the law looks at, light by light: what the study tells, and what a scenario makes of it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synergie.lighting.plan.law._hours import list_possible_kinds
from synergie.lighting.plan.law._rules import LawRules
from synergie.lighting.plan.measured import Floats, Marks, Measured, Places
from synergie.lighting.records.lit_area import AreaKind, LitArea
from synergie.lighting.records.retrofit import Retrofit
from synergie.lighting.records.study import LightingStudy, StudyLight
from synergie.schemas.assets.light_point import LightUsage

USAGES: tuple[LightUsage, ...] = (
    "A", "B1", "B2", "B3", "B4", "C", "D", "E", "F", "G", "PU", "IN", "AU",
)  # fmt: skip
"""A column of categories holds places in this; -1: not known (`XX` says so, too)."""
_OF_KIND: dict[AreaKind, LightUsage] = {
    "street": "A", "closed-site": "A", "heritage": "B1", "garden": "B3", "closing-garden": "B3",
    "facade": "D", "office": "D", "window": "D", "car-park": "E", "works": "G",
}  # fmt: skip
"""Category of a luminaire that tells none, by what it lights."""
_GARDENS = frozenset[AreaKind](("garden", "closing-garden"))
_NEW_FROM = 2020.0 - 1e-9
_UNKNOWN, _NO, _YES = -1, 0, 1


@dataclass(frozen=True, slots=True, eq=False)
class LawFacts:
    """What the study tells of each luminaire, whatever the scenario; one row a light."""

    usage: Marks
    """Place in `USAGES`; -1: not known."""
    area: Places
    """Place among the areas of the study; -1: none told."""
    ulr_nominal: Floats
    """Upward light ratio of the data sheet, today."""
    cie3: Floats
    """CIE flux code 3, today."""
    surface_m2: Floats
    """Surface that one is to light, m2."""
    illuminance_lx: Floats
    """Mean illuminance, lx."""
    built_up: Marks
    """1: within a built-up area; 0: not; -1: not known, as of all that follow."""
    natural: Marks
    """Within a reserve or park of article 4, as its area tells."""
    accessible: Marks
    """On a path for people of reduced mobility."""
    garden: Marks
    """In a park or garden."""


@dataclass(frozen=True, slots=True, eq=False)
class Lights:
    """The columns under one scenario."""

    facts: LawFacts
    """What no scenario changes."""
    brought: NDArray[np.bool_]
    """Whether the scenario puts it there: another lamp or luminaire."""
    new: Marks
    """1: new in the sense of the arrêté; 0: older; -1: not known."""
    natural: Marks
    """As the area tells; else 0 outside all corridors and reserves of the study."""
    ulr: Floats
    """Upward light ratio as installed."""
    ulr_nominal: Floats
    """The same of the data sheet."""
    cct_k: Floats
    """K."""
    cie3: Floats
    """CIE flux code 3."""
    flux_lm: Floats
    """lm, one luminaire."""

    @property
    def may_be_old(self) -> Marks:
        """1: older than the rules of new luminaires, or of unknown age; 0: new."""
        told: Marks = np.where(self.new != _YES, np.int8(_YES), np.int8(_NO))
        return told

    @property
    def lm_m2(self) -> Floats:
        """Flux installed on each square metre to be lit."""
        return self.flux_lm / self.facts.surface_m2

    @property
    def illuminance_lx(self) -> Floats:
        """Mean illuminance of the luminaires that stay; that of others is to be computed."""
        return np.where(self.brought, np.nan, self.facts.illuminance_lx)


def facts_of(study: LightingStudy, law: LawRules | None = None) -> LawFacts:
    """What *study* tells of each luminaire; a category that is not known is that of *law*."""
    places = {one.id: n for n, one in enumerate(study.areas)}
    area = np.fromiter((places.get(one.area or "", -1) for one in study.lights), np.int32)
    whose = [study.areas[n] if n >= 0 else None for n in area]
    usages = [_find_usage(one, of, law) for one, of in zip(study.lights, whose, strict=True)]
    of_usage: dict[str | None, int] = {name: n for n, name in enumerate(USAGES)}
    gardens = (
        _judge_garden(list_possible_kinds(of, usage))
        for of, usage in zip(whose, usages, strict=True)
    )
    each = _AreaColumns(study.areas, area)
    return LawFacts(
        usage=np.fromiter((of_usage.get(one, -1) for one in usages), np.int8),
        area=area,
        ulr_nominal=_of_lights(study, lambda one: one.ulr_nominal),
        cie3=_of_lights(study, lambda one: one.cie3),
        surface_m2=each.figures(_compute_surface),
        illuminance_lx=each.figures(lambda one: one.illuminance_lx),
        built_up=each.marks(lambda one: one.is_built_up),
        natural=each.marks(lambda one: one.is_natural),
        accessible=each.marks(lambda one: one.is_accessible_path),
        garden=np.fromiter(gardens, np.int8),
    )


def _find_usage(light: StudyLight, area: LitArea | None, law: LawRules | None) -> LightUsage | None:
    if light.usage is not None:
        return light.usage
    told = None if area is None or area.kind is None else _OF_KIND.get(area.kind)
    return told if told is not None or law is None else law.unknown_usage


def _judge_garden(kinds: tuple[AreaKind, ...]) -> int:
    """1: every possible kind is a garden; 0: none is; -1: some are, or nothing is known."""
    found = {kind in _GARDENS for kind in kinds}
    return _UNKNOWN if len(found) != 1 else int(found.pop())


def _compute_surface(area: LitArea) -> float | None:
    if area.surface_m2 is not None:
        return area.surface_m2
    if area.width_m is None or area.spacing_m is None:
        return None
    return area.width_m * area.spacing_m


class _AreaColumns:
    """Facts of areas as columns of the luminaires that light them."""

    def __init__(self, areas: tuple[LitArea, ...], area: Places) -> None:
        self._areas, self._area = areas, area

    def figures(self, of: Callable[[LitArea], float | None]) -> Floats:
        """NaN where not known."""
        told = [np.nan if (value := of(one)) is None else float(value) for one in self._areas]
        found: Floats = np.array([*told, np.nan])[self._area]  # -1 is the last: none
        return found

    def marks(self, of: Callable[[LitArea], bool | None]) -> Marks:
        """-1 where not known."""
        told = [_UNKNOWN if (value := of(one)) is None else int(value) for one in self._areas]
        found: Marks = np.array([*told, _UNKNOWN], np.int8)[self._area]
        return found


def _of_lights(study: LightingStudy, of: Callable[[StudyLight], float | None]) -> Floats:
    return np.fromiter(
        (np.nan if (value := of(one)) is None else value for one in study.lights), np.float64
    )


def lights_of(found: Measured, facts: LawFacts) -> Lights:
    """The columns of the law for one scenario; *facts* as `facts_of` gives them."""
    entries = found.study.retrofits
    brought = _of_entries(found.retrofit, [is_new_installation(one) for one in entries]) == 1
    new = np.where(found.park.installed >= _NEW_FROM, _YES, _NO).astype(np.int8)
    new[np.isnan(found.park.installed)] = _UNKNOWN
    new[brought] = _YES
    outside = np.where(found.park.corridor == 0, np.int8(_NO), np.int8(_UNKNOWN))
    return Lights(
        facts=facts,
        brought=brought,
        new=new,
        natural=np.where(facts.natural >= 0, facts.natural, outside).astype(np.int8),
        ulr=found.ulr,
        ulr_nominal=_after(found, brought, facts.ulr_nominal, lambda one: one.ulr_nominal),
        cct_k=found.cct_k,
        cie3=_after(found, brought, facts.cie3, lambda one: one.cie3),
        flux_lm=found.flux_lm,
    )


def _after(
    found: Measured, brought: NDArray[np.bool_], today: Floats,
    of: Callable[[Retrofit], float | None],
) -> Floats:  # fmt: skip
    """A figure of the entry where it brings a luminaire, else that of today."""
    told = _of_entries(found.retrofit, [of(one) for one in found.study.retrofits])
    return np.where(brought, told, today)


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
