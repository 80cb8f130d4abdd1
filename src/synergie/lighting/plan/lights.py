"""The luminaires of a study as columns, what is not known told as such."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from synergie.errors import BadInput
from synergie.lighting.plan import corridors, nights, places
from synergie.lighting.plan._plausible import can_be, entries_can_be
from synergie.lighting.plan.measured import SOURCES, Floats, Marks, Park, Places
from synergie.lighting.records.study import LightingStudy, StudyCabinet, StudyLight
from synergie.schemas.assets.location import Location

UNKNOWN = -1

_NAN = float("nan")


def park_of(study: LightingStudy) -> Park:
    """The luminaires of *study*, one row each.

    BadInput with a JSON pointer: a cabinet, commune or schedule that the study does not have; a
    power or flux that no lamp has; a polygon whose coordinates are no degrees.
    """
    _check_study_options(study)
    cabinets = _number_names(one.id for one in study.cabinets)
    communes = _number_names(one.insee_code for one in study.communes)
    lights, of = study.lights, study.cabinets
    cabinet = _find_row_places(lights, "cabinet", cabinets)
    commune_of_cabinet = _find_row_places(of, "insee_code", communes)
    commune = _find_row_places(lights, "insee_code", communes)
    own = _places_of(lights)
    park = Park(
        count=_read_light_figures(lights, lambda one: one.count),
        cabinet=cabinet,
        commune=_else_of(commune, commune_of_cabinet, cabinet),
        source=_find_row_places(lights, "source_type", _number_names(SOURCES)),
        power_w=_read_light_figures(lights, lambda one: one.power_w),
        flux_lm=_read_light_figures(lights, lambda one: one.flux_lm),
        ulr=_read_light_figures(lights, lambda one: one.ulr),
        cct_k=_read_light_figures(lights, lambda one: one.cct_k),
        installed=_read_light_figures(lights, _compute_installation_year),
        schedule=_find_current_schedules(study, cabinet),
        priority=_mark_priority_lights(study, own),
        corridor=_mark_corridor_lights(study, own),
        longitude=_else_of(own[0], _places_of(of)[0], cabinet),
        latitude=_else_of(own[1], _places_of(of)[1], cabinet),
    )
    can_be(park.power_w, park.flux_lm, "lights")
    return park


def _number_names(names: Iterable[str]) -> dict[str, int]:
    return {name: place for place, name in enumerate(names)}


def _find_row_places(
    rows: Sequence[StudyLight | StudyCabinet], field: str, of: dict[str, int]
) -> Places:
    """Place of what each row names among *of*; -1 where it names nothing."""
    told = [getattr(row, field) for row in rows]
    found = np.fromiter((-1 if one is None else of.get(one, -2) for one in told), np.int32)
    if len(found) and found.min() < UNKNOWN:
        at = int(np.flatnonzero(found < UNKNOWN)[0])
        kind = "lights" if isinstance(rows[0], StudyLight) else "cabinets"
        raise BadInput(f"/{kind}/{at}/{field}", told[at], "a name that the study has")
    return found


def _read_light_figures(
    lights: tuple[StudyLight, ...], told: Callable[[StudyLight], float | None]
) -> Floats:
    each = (told(one) for one in lights)
    return np.fromiter((_NAN if one is None else one for one in each), np.float64, len(lights))


def _compute_installation_year(light: StudyLight) -> float | None:
    """The year with its fraction: 2020.0 is 1 January 2020."""
    day = light.installed_on
    return None if day is None else day.year + (day.timetuple().tm_yday - 1) / 366


def _else_of[A: (Floats, Places)](own: A, theirs: A, cabinet: Places) -> A:
    """*own*, else that of the cabinet."""
    is_known = own >= UNKNOWN + 1 if own.dtype == np.int32 else ~np.isnan(own)
    if not len(theirs):
        return own
    of_cabinet = np.where(cabinet >= 0, theirs[cabinet], own)
    found: A = np.where(is_known, own, of_cabinet).astype(own.dtype)
    return found


def _places_of(rows: Sequence[StudyLight | StudyCabinet]) -> tuple[Floats, Floats]:
    """Longitude and latitude of each row, NaN where it has no location."""
    both = np.full((len(rows), 2), _NAN)
    for n, row in enumerate(rows):
        location: Location | None = row.location
        if location is not None:
            both[n] = location.longitude, location.latitude
    return np.ascontiguousarray(both[:, 0]), np.ascontiguousarray(both[:, 1])


def _find_current_schedules(study: LightingStudy, cabinet: Places) -> Places:
    """The schedule that each follows today: its own, else its cabinet's, else not known."""
    names = _number_names(one.id for one in study.schedules)
    own = _find_row_places(study.lights, "schedule", names)
    theirs = _find_row_places(study.cabinets, "schedule", names)
    first = next((n for n, one in enumerate(study.schedules) if one.executor == "none"), UNKNOWN)
    return _else_of(own, np.where(theirs >= 0, theirs, first).astype(np.int32), cabinet)


def _mark_priority_lights(study: LightingStudy, own: tuple[Floats, Floats]) -> Marks:
    """Whether each lights a priority place: as told, else by the places, else not known."""
    told = _build_marks(one.is_priority for one in study.lights)
    if study.places is None:
        return told
    return _else_found(told, own, places.mark_points_near_places(study.places, *own))


def _mark_corridor_lights(study: LightingStudy, own: tuple[Floats, Floats]) -> Marks:
    """Whether each is within a corridor: as told, else by the polygons, else not known."""
    told = _build_marks(one.in_corridor for one in study.lights)
    if study.corridors is None:
        return told
    inside = corridors.mark_corridor_points(study.corridors, *own, margin_m=study.corridor_margin_m)
    corridors.are_here(study.corridors, *own)
    return _else_found(told, own, inside)


def _build_marks(told: Iterable[bool | None]) -> Marks:
    return np.array([UNKNOWN if one is None else int(one) for one in told], np.int8)


def _else_found(told: Marks, own: tuple[Floats, Floats], found: Marks) -> Marks:
    """*told*, else *found* where the place is known."""
    by_place = np.where(np.isnan(own[0]), np.int8(UNKNOWN), found)
    return np.where(told >= 0, told, by_place).astype(np.int8)


def _check_study_options(study: LightingStudy) -> None:
    """BadInput for a schedule that no night can follow, or an entry that no lamp can be."""
    for n, schedule in enumerate(study.schedules):
        try:
            nights.check_schedule_dates(schedule)
        except BadInput as fault:
            raise fault.at(f"/schedules/{n}") from fault
    entries_can_be(study.retrofits)
