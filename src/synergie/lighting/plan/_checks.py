"""What a study must hold before it is compared: names that it has, figures told once."""

from collections.abc import Iterator

from synergie.errors import BadInput
from synergie.lighting.plan.criteria import CRITERIA, Criterion
from synergie.lighting.records.study import LightingStudy, Stated

_KNOWN = "a name that the study has"
_ONCE = "each commune once"
_STATED = "a criterion that no file holds: the others are found from the park"
_TOLD_ONCE = "each figure once for a scenario and a place"
_BOUNDS = "a figure within the bounds of its criterion"
_ORDER = "the least, then the value, then the most"


def check(study: LightingStudy) -> None:
    """BadInput with a JSON pointer for the first thing that does not hold.

    Cabinets, communes and schedules of luminaires, and what actions name, are checked where they
    are used (`lights.park_of`, `applied`).
    """
    fault = next(_iterate_study_faults(study), None)
    if fault is not None:
        raise fault


def _iterate_study_faults(study: LightingStudy) -> Iterator[BadInput]:
    yield from _iterate_commune_faults(study)
    prices = {one.name for one in study.prices}
    for n, cabinet in enumerate(study.cabinets):
        name = None if cabinet.terms is None else cabinet.terms.prices
        if name is not None and name not in prices:
            yield BadInput(f"/cabinets/{n}/terms/prices", name, _KNOWN)
    bodies = {one.body for one in study.cabinets}
    for n, budget in enumerate(study.budgets):
        if budget.body is not None and budget.body not in bodies:
            yield BadInput(f"/budgets/{n}/body", budget.body, _KNOWN)
    for n, scenario in enumerate(study.scenarios):
        yield from _iterate_statement_faults(study, scenario.stated, f"/scenarios/{n}/stated")


def _iterate_commune_faults(study: LightingStudy) -> Iterator[BadInput]:
    schedules = {one.id for one in study.schedules}
    seen: set[str] = set()
    for n, one in enumerate(study.communes):
        if one.insee_code in seen:
            yield BadInput(f"/communes/{n}/insee_code", one.insee_code, _ONCE)
        seen.add(one.insee_code)
        for m, name in enumerate(one.allowed_schedules or ()):
            if name not in schedules:
                yield BadInput(f"/communes/{n}/allowed_schedules/{m}", name, _KNOWN)


def _iterate_statement_faults(
    study: LightingStudy, told: tuple[Stated, ...], where: str
) -> Iterator[BadInput]:
    communes = {one.insee_code for one in study.communes}
    seen: set[tuple[str, str | None]] = set()
    for n, one in enumerate(told):
        here, criterion = f"{where}/{n}", CRITERIA[one.criterion]
        if criterion.stated is None:
            yield BadInput(f"{here}/criterion", one.criterion, _STATED)
        if one.insee_code is not None and one.insee_code not in communes:
            yield BadInput(f"{here}/insee_code", one.insee_code, _KNOWN)
        if (one.criterion, one.insee_code) in seen:
            yield BadInput(f"{here}/criterion", one.criterion, _TOLD_ONCE)
        seen.add((one.criterion, one.insee_code))
        yield from _iterate_figure_faults(one, criterion, here)


def _iterate_figure_faults(one: Stated, criterion: Criterion, here: str) -> Iterator[BadInput]:
    figures = {"low": one.low, "value": one.value, "high": one.high}
    for name, figure in figures.items():
        if figure is not None and not _is_within_limits(figure, criterion):
            yield BadInput(f"{here}/{name}", figure, _BOUNDS)
    known = [figure for figure in figures.values() if figure is not None]
    if known != sorted(known):
        yield BadInput(f"{here}/value", one.value, _ORDER)


def _is_within_limits(figure: float, criterion: Criterion) -> bool:
    least, most = criterion.least, criterion.most
    return (least is None or figure >= least) and (most is None or figure <= most)
