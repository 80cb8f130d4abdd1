"""What a scenario does, in sentences: which lamps, which hours, where, when."""

from collections.abc import Iterator

from synergie.lighting.records.study import LightingAction, LightingScenario
from synergie.lighting.reports.brief import LightingBrief
from synergie.lighting.reports.words import quoted, semicolon
from synergie.maintenance.reports.words import lamp
from synergie.purchase.reports.words import listed
from synergie.reports.language import Pair, say
from synergie.reports.written import count, euros

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


def actions(brief: LightingBrief, scenario: LightingScenario) -> str:
    """The actions in their order; the later ones go before."""
    if not scenario.actions:
        return say("Rien ne change.", "Nothing changes.")
    told = [_measure(brief, one) for one in scenario.actions[:_MOST]]
    if len(scenario.actions) > _MOST:
        left = count(
            len(scenario.actions) - _MOST,
            say("autre mesure", "more measure"),
            say("autres mesures", "more measures"),
        )
        told.append(say(f"et {left}", f"and {left}"))
    return f"{semicolon().join(told)}."


def _measure(brief: LightingBrief, one: LightingAction) -> str:
    does = list(_does(brief, one)) or [say("rien ne change", "nothing changes")]
    where = list(_where(brief, one))
    told = ", ".join(does)
    return f"{told} ({', '.join(where)})" if where else told


def _does(brief: LightingBrief, one: LightingAction) -> Iterator[str]:
    if one.retrofit is not None:
        name = quoted(brief.entry(one.retrofit))
        yield say(f"pose de {name}", f"fit {name}")
    if one.schedule is not None:
        yield schedule_name(brief, one.schedule)
    if one.make_programmable:
        yield _clock(one)


def _clock(one: LightingAction) -> str:
    told = say(
        "horloge dans les armoires qui ne se règlent pas",
        "a clock in cabinets that cannot be programmed",
    )
    if one.clock_eur is None:
        return told
    price = euros(one.clock_eur, 0)
    return told + say(f" à {price} l'une", f" at {price} each")


def schedule_name(brief: LightingBrief, key: str) -> str:
    """What people call a schedule, within a sentence."""
    name = brief.schedule(key)
    return f"{name[:1].lower()}{name[1:]}"


def _where(brief: LightingBrief, one: LightingAction) -> Iterator[str]:
    if one.communes:
        yield _some([brief.communes.get(code, code) for code in one.communes], _COMMUNES)
    if one.cabinets:
        yield f"{say(*_CABINETS)} {_some(list(one.cabinets), _CABINETS)}"
    if one.source_types:
        yield _some([lamp(kind) for kind in one.source_types], _LAMPS)
    if one.usages:
        yield say("usages ", "uses ") + ", ".join(one.usages)
    told = ((one.programmable, _FIXED), (one.in_corridor, _CORRIDOR), (one.is_priority, _PRIORITY))
    yield from (say(*words[not holds]) for holds, words in told if holds is not None)
    if one.year is not None:
        yield say(f"en {one.year}", f"in {one.year}")


def _some(names: list[str], what: Pair) -> str:
    if len(names) <= _NAMES:
        return listed(names)
    left = len(names) - 3
    more = say(f"et {left} autres {what[0]}", f"and {left} more {what[1]}")
    return f"{', '.join(names[:3])} {more}"
