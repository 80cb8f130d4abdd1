"""What is not known of a study and what was assumed, in sentences."""

from collections.abc import Iterator
from dataclasses import dataclass

from synergie.lighting.plan.house_names import french_clock
from synergie.lighting.plan.inputs import _text
from synergie.lighting.plan.inputs.cabinets import Cabinets
from synergie.lighting.plan.inputs.lights import Lights, unknown
from synergie.lighting.plan.inputs.schedules import OFF
from synergie.lighting.records.study import LightingStudy
from synergie.schemas.plan import Phrase

_FIELDS = {
    "power_w": _text.NO_POWER, "flux_lm": _text.NO_FLUX, "ulr": _text.NO_ULR,
    "cct_k": _text.NO_CCT, "cie3": _text.NO_CIE3, "installed_on": _text.NO_DAY,
    "article_5": _text.ARTICLE_5, "source_type": _text.NO_SOURCE, "cabinet": _text.NO_CABINET,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class StudyObservations:
    """The study, and what was seen on the way to it."""

    study: LightingStudy
    lights: Lights
    cabinets: Cabinets
    off_today: tuple[str, str] | None
    others: int
    is_assumed: bool
    """Whether the catalogue is the one of the house."""
    tariff: str | None


def list_study_remarks(seen: StudyObservations) -> tuple[Phrase, ...]:
    """Every sentence, what is not known first."""
    return tuple(
        Phrase(text=text, values=tuple(str(value) for value in values))
        for text, *values in (*_of_lights(seen), *_of_cabinets(seen), *_iterate_assumptions(seen))
    )


def _of_lights(seen: StudyObservations) -> Iterator[tuple[str, *tuple[object, ...]]]:
    study = seen.study
    counts = unknown(study.lights)
    left = sum(one.expected == _text.KNOWN for one in seen.lights.aside)
    if left:
        yield _text.ONLY_KNOWN, left
    yield _text.LIGHTS, counts["all"], len(study.cabinets), len(study.communes)
    for name, text in _FIELDS.items():
        if counts[name]:
            yield text, counts[name], counts["all"]
    cabinets = seen.cabinets.found
    nowhere = homeless = 0
    for one in study.lights:
        cabinet = cabinets.get(one.cabinet or "")
        nowhere += one.location is None and (cabinet is None or cabinet.location is None)
        homeless += one.insee_code is None and (cabinet is None or cabinet.insee_code is None)
    bare = sum(one.count for one in study.lights if one.cabinet in seen.cabinets.bare)
    if bare:
        yield _text.UNKNOWN_CABINET, bare
    if nowhere:
        yield _text.NO_PLACE, nowhere, counts["all"]
    if homeless:
        yield _text.NO_COMMUNE, homeless, counts["all"]


def _of_cabinets(seen: StudyObservations) -> Iterator[tuple[str, *tuple[object, ...]]]:
    study, told = seen.study, seen.cabinets
    all_ = len(study.cabinets)
    fixed = sum(one.programmable is None for one in study.cabinets)
    bare = sum(one.terms is None for one in study.cabinets)
    if fixed:
        yield _text.FIXED, fixed, all_
    if bare:
        yield _text.NO_TERMS, bare, all_
    if told.tariff_asked:
        yield _text.TARIFF, told.tariff_asked, seen.tariff or ""
    if told.several:
        yield _text.HIGHEST, told.several
    if not study.prices:
        yield (_text.NO_PRICES,)
    untold = sum(one.population is None for one in study.communes)
    if untold:
        yield _text.NO_POPULATION, untold, len(study.communes)
    if told.unpaid and len({one.body for one in study.cabinets}) == 1:
        yield _text.ONE_BODY, study.cabinets[0].body


def _of_areas(study: LightingStudy) -> Iterator[tuple[str, *tuple[object, ...]]]:
    bare = sum(one.count for one in study.lights if one.area is None)
    if not study.areas:
        yield (_text.NO_AREAS,)
    elif bare:
        yield _text.NO_AREA_FOR, bare, sum(one.count for one in study.lights)


def _iterate_assumptions(seen: StudyObservations) -> Iterator[tuple[str, *tuple[object, ...]]]:
    study = seen.study
    if seen.off_today is not None:
        yield _text.TODAY, *map(french_clock, seen.off_today)
    else:
        yield (_text.ALL_NIGHT,)
    if seen.lights.off_untold:
        yield _text.OFF_TODAY, seen.lights.off_untold, "–".join(OFF)
    if study.places is None:
        yield (_text.NO_PLACES,)
    yield from _of_areas(study)
    if study.corridors is None:
        yield (_text.NO_CORRIDORS,)
    if seen.is_assumed:
        yield (_text.CATALOGUE,)
    if seen.others:
        yield _text.OTHERS, seen.others
