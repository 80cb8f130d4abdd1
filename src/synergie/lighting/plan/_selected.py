"""Which luminaires a measure holds for: yes, no, or not known (Kleene)."""

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from synergie.errors import BadInput
from synergie.lighting.plan.design import Roads, roads_of
from synergie.lighting.plan.measured import SOURCES, Park, Places
from synergie.lighting.records.study import LightingAction, LightingStudy
from synergie.schemas.assets.light_point import SourceType

type Bools = NDArray[np.bool_]
type Kleene = NDArray[np.int8]
"""2 yes, 1 not known, 0 no: `and` is the least."""

NO, UNSURE, YES = 0, 1, 2


class Names:
    """What actions name, as places; made once a study and park."""

    def __init__(self, study: LightingStudy, park: Park) -> None:
        self.study, self.park = study, park
        self.cabinets = {one.id: n for n, one in enumerate(study.cabinets)}
        self.communes = {one.insee_code: n for n, one in enumerate(study.communes)}
        self.schedules = {one.id: n for n, one in enumerate(study.schedules)}
        self.retrofits = {one.id: n for n, one in enumerate(study.retrofits)}
        told = (one.programmable for one in study.cabinets)
        self.programmable: Kleene = np.array(
            [UNSURE if one is None else YES * one for one in told], np.int8
        )
        self.is_own: Bools = np.array([one.schedule is not None for one in study.lights])

    @cached_property
    def roads(self) -> Roads:
        """What each road gets today and what its class asks for."""
        return roads_of(self.study, self.park)

    @cached_property
    def usages(self) -> dict[str, int]:
        """Categories of the order that lights have, as places in `usage`."""
        told = sorted({one.usage for one in self.study.lights if one.usage is not None})
        return {name: n for n, name in enumerate(told)}

    @cached_property
    def usage(self) -> Places:
        """Category of each light; -1: not known."""
        told = (one.usage for one in self.study.lights)
        return np.array([-1 if one is None else self.usages[one] for one in told], np.int32)


def mark_measure_lights(names: Names, measure: LightingAction, programmable: Kleene) -> Kleene:
    """Whether each luminaire fulfils all conditions of *measure*.

    *programmable*: whether each cabinet can be programmed by then. BadInput for a commune or a
    cabinet that the study does not have.
    """
    park = names.park
    found = np.full(len(park.count), YES, np.int8)
    conditions = (
        _mark_condition_matches(measure.communes, "communes", names.communes, park.commune),
        _mark_condition_matches(measure.cabinets, "cabinets", names.cabinets, park.cabinet),
        of_kinds(park, measure.source_types) if measure.source_types else None,
        _of_usages(names, measure),
        _of_cabinets(park, measure, programmable),
        _of_priority(park, measure),
        _of_corridor(park, measure),
    )
    for one in conditions:
        if one is not None:
            np.minimum(found, one, out=found)
    return found


def place_of(field: str, name: str, of: Mapping[str, int]) -> int:
    """The place of *name*. BadInput when the study does not have it."""
    if name not in of:
        raise BadInput(f"/{field}", name, "a name that the study has")
    return of[name]


def _mark_condition_matches(
    told: Sequence[str], field: str, of: Mapping[str, int], column: Places
) -> Kleene | None:
    if not told:
        return None
    places = [place_of(f"{field}/{n}", one, of) for n, one in enumerate(told)]
    return _mark_column_members(column, places, len(of))


def of_kinds(park: Park, kinds: Sequence[SourceType]) -> Kleene:
    """Whether each lamp today is of *kinds*."""
    return _mark_column_members(park.source, [SOURCES.index(one) for one in kinds], len(SOURCES))


def _of_usages(names: Names, measure: LightingAction) -> Kleene | None:
    if not measure.usages:
        return None
    known = [names.usages[one] for one in measure.usages if one in names.usages]
    return _mark_column_members(names.usage, known, len(names.usages))


def _of_cabinets(park: Park, measure: LightingAction, programmable: Kleene) -> Kleene | None:
    """Cabinets that can be programmed, or all others: those that are not known are others."""
    if measure.programmable is None:
        return None
    can = np.append(programmable, np.int8(NO))[park.cabinet] == YES
    return _convert_bools_to_kleene(can == measure.programmable)


def _of_priority(park: Park, measure: LightingAction) -> Kleene | None:
    """Priority places, or all others: those that are not known are others, or may be one."""
    if measure.is_priority is None:
        return None
    asked = _convert_bools_to_kleene((park.priority == 1) == measure.is_priority)
    if measure.is_priority:
        asked[park.priority < 0] = UNSURE
    return asked


def _of_corridor(park: Park, measure: LightingAction) -> Kleene | None:
    if measure.in_corridor is None:
        return None
    asked = _convert_bools_to_kleene(park.corridor == int(measure.in_corridor))
    asked[park.corridor < 0] = UNSURE
    return asked


def _mark_column_members(column: Places, places: Sequence[int], n: int) -> Kleene:
    """Whether each of *column* is among *places*; -1 is not known."""
    table = np.zeros(n + 1, np.int8)
    table[list(places)] = YES
    table[-1] = UNSURE
    found: Kleene = table[column]
    return found


def _convert_bools_to_kleene(told: Bools) -> Kleene:
    return np.where(told, np.int8(YES), np.int8(NO))
