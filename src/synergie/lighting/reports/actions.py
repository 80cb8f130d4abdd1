"""What a scenario does, in sentences: which lamps, which hours, where, when."""

from collections.abc import Iterator

from synergie.lighting.records.study import LightingAction, LightingScenario
from synergie.lighting.reports.brief import LightingBrief
from synergie.lighting.reports.words import format_semicolon, quote_name
from synergie.reports.assets.lamps import describe_lamp
from synergie.reports.language import Pair, choose_text
from synergie.reports.written import format_count, format_euros, format_short_name_list

_MOST = 5
_NAMES = 6
_FIXED: tuple[Pair, Pair] = (
    ("armoires réglables", "programmable cabinets"),
    ("armoires non réglables", "non-programmable cabinets"),
)
_CORRIDOR: tuple[Pair, Pair] = (
    ("dans la trame noire", "in the dark corridor"),
    ("hors de la trame noire", "outside the dark corridor"),
)
_PRIORITY: tuple[Pair, Pair] = (
    ("lieux prioritaires", "priority places"),
    ("hors des lieux prioritaires", "outside priority places"),
)
_COMMUNES: Pair = ("communes", "communes")
_CABINETS: Pair = ("armoires", "cabinets")
_LAMPS: Pair = ("types de lampe", "kinds of lamp")


def describe_actions(brief: LightingBrief, scenario: LightingScenario) -> str:
    """The actions in their order; the later ones go before."""
    if not scenario.actions:
        return choose_text("Rien ne change.", "Nothing changes.")
    told = [_describe_measure(brief, one) for one in scenario.actions[:_MOST]]
    if len(scenario.actions) > _MOST:
        left = format_count(
            len(scenario.actions) - _MOST,
            choose_text("autre mesure", "more measure"),
            choose_text("autres mesures", "more measures"),
        )
        told.append(choose_text(f"et {left}", f"and {left}"))
    return f"{format_semicolon().join(told)}."


def _describe_measure(brief: LightingBrief, one: LightingAction) -> str:
    does = list(_iterate_measure_effects(brief, one)) or [
        choose_text("rien ne change", "nothing changes")
    ]
    where = list(_iterate_measure_places(brief, one))
    told = ", ".join(does)
    return f"{told} ({', '.join(where)})" if where else told


def _iterate_measure_effects(brief: LightingBrief, one: LightingAction) -> Iterator[str]:
    if one.retrofit is not None:
        name = quote_name(brief.entry(one.retrofit))
        yield choose_text(f"pose de {name}", f"fit {name}")
    if one.retrofit_among:
        many = len(one.retrofit_among)
        yield choose_text(
            f"LED à la taille de chaque rue, parmi {many} du catalogue",
            f"LED sized for each road, among {many} of the catalogue",
        )
    if one.schedule is not None:
        yield schedule_name(brief, one.schedule)
    if one.make_programmable:
        yield _describe_clock_work(one)


def _describe_clock_work(one: LightingAction) -> str:
    told = choose_text(
        "horloge dans les armoires qui ne se règlent pas",
        "a clock in cabinets that cannot be programmed",
    )
    if one.clock_eur is None:
        return told
    price = format_euros(one.clock_eur, 0)
    return told + choose_text(f" à {price} l'une", f" at {price} each")


def schedule_name(brief: LightingBrief, key: str) -> str:
    """What people call a schedule, within a sentence."""
    name = brief.schedule(key)
    return f"{name[:1].lower()}{name[1:]}"


def _iterate_measure_places(brief: LightingBrief, one: LightingAction) -> Iterator[str]:
    if one.communes:
        yield _format_name_sample(
            [brief.communes.get(code, code) for code in one.communes], _COMMUNES
        )
    if one.cabinets:
        yield f"{choose_text(*_CABINETS)} {_format_name_sample(list(one.cabinets), _CABINETS)}"
    if one.source_types:
        yield _format_name_sample([describe_lamp(kind) for kind in one.source_types], _LAMPS)
    if one.usages:
        yield choose_text("usages ", "uses ") + ", ".join(one.usages)
    told = ((one.programmable, _FIXED), (one.in_corridor, _CORRIDOR), (one.is_priority, _PRIORITY))
    yield from (choose_text(*words[not holds]) for holds, words in told if holds is not None)
    if one.year is not None:
        yield choose_text(f"en {one.year}", f"in {one.year}")


def _format_name_sample(names: list[str], what: Pair) -> str:
    if len(names) <= _NAMES:
        return format_short_name_list(names)
    left = len(names) - 3
    more = choose_text(f"et {left} autres {what[0]}", f"and {left} more {what[1]}")
    return f"{', '.join(names[:3])} {more}"
