"""Criteria that are sums over cabinets, and the weight of each cabinet in them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from synergie.errors import BadInput
from synergie.lighting.plan.criteria import CRITERIA
from synergie.lighting.plan.measured import Floats, Park
from synergie.lighting.records.effects import LightingCriterion
from synergie.lighting.records.study import LightingStudy

_KILO = 1000
_FEWEST, _MOST = 2, 5


@dataclass(frozen=True, slots=True, eq=False)
class Traded:
    """A criterion that is traded."""

    criterion: LightingCriterion
    """Which one."""
    of: LightingCriterion
    """The one whose value of a cabinet is taken."""
    weight: Floats
    """Times this it is the cabinet's part of the whole."""
    sign: int
    """1: less is better; -1: more is."""


type _Weight = Callable[[LightingStudy, Park, Floats], Floats]


def _build_unit_weights(_: LightingStudy, __: Park, count: Floats) -> Floats:
    return np.ones(len(count))


def _build_mean_weights(_: LightingStudy, park: Park, count: Floats) -> Floats:
    found: Floats = count / max(float(park.count.sum()), 1.0)
    return found


def _build_priority_weights(_: LightingStudy, park: Park, count: Floats) -> Floats:
    return _compute_light_shares(park, np.where(park.priority == 1, park.count, 0.0), len(count))


def _build_corridor_weights(_: LightingStudy, park: Park, count: Floats) -> Floats:
    return _compute_light_shares(park, np.where(park.corridor == 1, park.count, 0.0), len(count))


def _compute_light_shares(park: Park, lights: Floats, size: int) -> Floats:
    return by_cabinet(park, lights, size) / max(float(lights.sum()), 1.0)


def _build_inhabitant_weights(study: LightingStudy, park: Park, count: Floats) -> Floats:
    """A MWh in kWh for each inhabitant of the communes that have luminaires."""
    places = {int(one) for one in np.unique(park.commune[park.commune >= 0])}
    told = [study.communes[n].population for n in sorted(places)]
    known = [one for one in told if one is not None]
    whole = sum(known) if len(known) == len(told) else 0
    return np.full(len(count), _KILO / whole if whole else np.nan)


_WEIGHTS: dict[LightingCriterion, tuple[LightingCriterion, _Weight]] = {
    "energy": ("energy", _build_unit_weights),
    "energy_inhabitant": ("energy", _build_inhabitant_weights),
    "investment": ("investment", _build_unit_weights),
    "net_present_cost": ("net_present_cost", _build_unit_weights),
    "bill": ("bill", _build_unit_weights),
    "bill_stress": ("bill_stress", _build_unit_weights),
    "carbon": ("carbon", _build_unit_weights),
    "carbon_embodied": ("carbon_embodied", _build_unit_weights),
    "upward_flux": ("upward_flux", _build_unit_weights),
    "corridor_light": ("corridor_light", _build_unit_weights),
    "corridor_warm": ("corridor_warm", _build_corridor_weights),
    "dark_hours": ("dark_hours", _build_mean_weights),
    "priority_hours": ("priority_hours", _build_priority_weights),
    "points_out": ("points_out", _build_unit_weights),
    "insertion_hours": ("insertion_hours", _build_unit_weights),
}


def select_traded_criteria(
    study: LightingStudy, park: Park, criteria: tuple[LightingCriterion, ...]
) -> tuple[Traded, ...]:
    """The criteria asked for. BadInput for one that is no sum over cabinets, or told twice."""
    if not _FEWEST <= len(criteria) <= _MOST or len(set(criteria)) != len(criteria):
        raise BadInput("/criteria", ", ".join(criteria), "two to five, each once")
    count = by_cabinet(park, park.count, len(study.cabinets))
    found = []
    for n, name in enumerate(criteria):
        if name not in _WEIGHTS:
            raise BadInput(f"/criteria/{n}", name, "a criterion that is a sum over cabinets")
        of, weight = _WEIGHTS[name]
        sign = -1 if CRITERIA[name].told.direction == "max" else 1
        found.append(Traded(name, of, weight(study, park, count), sign))
    return tuple(found)


def by_cabinet(park: Park, lights: Floats, size: int) -> Floats:
    """*lights* summed by cabinet; those without one are left out."""
    held = park.cabinet >= 0
    return np.bincount(park.cabinet[held], weights=lights[held], minlength=size)
