"""What a scenario does, in sentences: which lamps, which hours, where, when."""

from collections.abc import Iterator

from synergie.reports.lighting_brief import LightingBrief
from synergie.reports.maintenance_words import lamp
from synergie.reports.purchase_words import listed
from synergie.reports.written import euros
from synergie.schemas.lighting_study import LightingAction, LightingScenario

_MOST = 5
_NAMES = 6
_FIXED = ("armoires réglables", "armoires non réglables")
_CORRIDOR = ("dans la trame noire", "hors de la trame noire")
_PRIORITY = ("lieux prioritaires", "hors des lieux prioritaires")


def actions(brief: LightingBrief, scenario: LightingScenario) -> str:
    """The actions in their order; the later ones go before."""
    if not scenario.actions:
        return "Rien ne change."
    told = [_measure(brief, one) for one in scenario.actions[:_MOST]]
    if len(scenario.actions) > _MOST:
        told.append(f"et {len(scenario.actions) - _MOST} autres mesures")
    return f"{' ; '.join(told)}."


def _measure(brief: LightingBrief, one: LightingAction) -> str:
    does = list(_does(brief, one)) or ["rien ne change"]
    where = list(_where(brief, one))
    told = ", ".join(does)
    return f"{told} ({', '.join(where)})" if where else told


def _does(brief: LightingBrief, one: LightingAction) -> Iterator[str]:
    if one.retrofit is not None:
        names = {entry.id: entry.name for entry in brief.study.retrofits}
        yield f"pose de « {names.get(one.retrofit, one.retrofit)} »"
    if one.schedule is not None:
        yield schedule_name(brief, one.schedule)
    if one.make_programmable:
        price = "" if one.clock_eur is None else f" à {euros(one.clock_eur, 0)} l'une"
        yield f"horloge dans les armoires qui ne se règlent pas{price}"


def schedule_name(brief: LightingBrief, key: str) -> str:
    """What people call a schedule, within a sentence."""
    name = next((one.name for one in brief.study.schedules if one.id == key), key)
    return f"{name[:1].lower()}{name[1:]}"


def _where(brief: LightingBrief, one: LightingAction) -> Iterator[str]:
    if one.communes:
        yield _some([brief.communes.get(code, code) for code in one.communes], "communes")
    if one.cabinets:
        yield f"armoires {_some(list(one.cabinets), 'armoires')}"
    if one.source_types:
        yield _some([lamp(kind) for kind in one.source_types], "types de lampe")
    if one.usages:
        yield f"usages {', '.join(one.usages)}"
    told = ((one.programmable, _FIXED), (one.in_corridor, _CORRIDOR), (one.is_priority, _PRIORITY))
    yield from (words[not holds] for holds, words in told if holds is not None)
    if one.year is not None:
        yield f"en {one.year}"


def _some(names: list[str], what: str) -> str:
    if len(names) <= _NAMES:
        return listed(names)
    return f"{', '.join(names[:3])} et {len(names) - 3} autres {what}"
