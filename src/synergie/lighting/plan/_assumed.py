"""What hours and energy of a study take for granted."""

from collections.abc import Iterator

from synergie.lighting.plan import _effects_text as text
from synergie.lighting.plan._suns import Suns, build_light_suns
from synergie.lighting.plan.measured import Park
from synergie.lighting.records.study import LightingStudy
from synergie.schemas.plan import Phrase


def list_energy_assumptions(study: LightingStudy, park: Park) -> tuple[Phrase, ...]:
    """What hours and energy take for granted, for every page that shows them."""
    told = (*_of_cabinets(study), *_of_suns(build_light_suns(study, park), park), *_of_gear(study))
    return tuple(Phrase(text=one, values=tuple(map(str, values))) for one, *values in told)


def _of_cabinets(study: LightingStudy) -> Iterator[tuple[str, *tuple[object, ...]]]:
    lacks = sum(1 for one in study.cabinets if one.terms is None or not one.terms.windows)
    if lacks:
        yield text.WINDOWS_ASSUMED, lacks
    first = next((one.id for one in study.schedules if one.executor == "none"), None)
    lacks = sum(1 for one in study.cabinets if one.schedule is None)
    if lacks and first is not None:
        yield text.SCHEDULE_ASSUMED, first, lacks


def _of_suns(here: Suns, park: Park) -> Iterator[tuple[str, *tuple[object, ...]]]:
    if here.of_lights:
        yield text.SUN_OF_LIGHTS, here.of_lights
    if here.of_commune.any():
        yield text.SUN_OF_COMMUNE, round(park.count[here.of_commune].sum())
    if (here.cell < 0).any():
        yield text.SUN_UNKNOWN, round(park.count[here.cell < 0].sum())


def _of_gear(study: LightingStudy) -> Iterator[tuple[str, *tuple[object, ...]]]:
    for one in study.schedules:
        if any(0 < span.light_share < 1 and span.power_share is None for span in one.spans):
            yield text.POWER_PROPORTIONAL, one.id
