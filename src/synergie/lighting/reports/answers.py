"""The first page: what must be decided, and what each option does beyond money, in sentences."""

from collections.abc import Iterator

from synergie.lighting.records.effects import LightingCriterion, ScenarioEffects
from synergie.lighting.reports.brief import LightingBrief
from synergie.lighting.reports.communes import changes
from synergie.lighting.reports.decide import what_to_decide
from synergie.lighting.reports.unknown import missing_words
from synergie.lighting.reports.weights import group_name, shown_groups
from synergie.lighting.reports.words import (
    amount,
    capital,
    change,
    colon,
    every,
    is_same,
    semicolon,
    short,
)
from synergie.reports.document import Answer, Answers, Items
from synergie.reports.language import Pair, say
from synergie.reports.questions import HOW_MUCH, IS_IT_ALLOWED, WHAT_TO_DECIDE, WHO_GAINS
from synergie.reports.written import count, short_date

_BEYOND: tuple[LightingCriterion, ...] = (
    "energy", "priority_hours", "priority_light", "dark_hours", "upward_flux", "corridor_light",
    "least_service", "points_out", "agent_minutes",
)  # fmt: skip
"""Effects of an option that are told in a sentence, the first that change."""
_TOLD = 4
_ENDS = 2
_MONEY: tuple[tuple[LightingCriterion, Pair], ...] = (
    ("net_present_cost", ("coût complet de", "whole-life cost of")),
    ("investment", ("travaux de", "works costing")),
    ("bill", ("facture d'une année de", "annual bill of")),
)


def answers(brief: LightingBrief) -> Answers:
    """The questions of a council."""
    told = [
        Answer(say(*WHAT_TO_DECIDE), *what_to_decide(brief)),
        Answer(say(*HOW_MUCH), *_how_much(brief)),
        Answer(say(*WHO_GAINS), *_who(brief)),
        Answer(say(*IS_IT_ALLOWED), *_allowed(brief)),
        Answer(say("Est-ce faisable ?", "Can it be done?"), *_feasible(brief)),
        *_groups(brief),
        Answer(say("Que ne sait-on pas ?", "What is not known?"), *_unknown(brief)),
        Answer(say("Quelles données, de quand ?", "Which data, and how old?"), *_data(brief)),
    ]
    return Answers(tuple(told))


def options(brief: LightingBrief) -> Items:
    """What each option does beyond money, one sentence each."""
    told = tuple(
        f"{brief.full(one.scenario)}{colon()}{_does(brief, one)}" for one in brief.shown[1:]
    )
    title = say(
        "Ce que chaque option change, contre aujourd'hui",
        "What each option changes compared with today",
    )
    none = say("Rien à comparer : un seul scénario.", "Nothing to compare: only one scenario.")
    return Items(title, told or (none,))


def _does(brief: LightingBrief, one: ScenarioEffects) -> str:
    told = [text for criterion in _BEYOND if (text := _effect(brief, one.scenario, criterion))]
    if not told:
        return say(
            "aucun effet connu ne change, ou aucun n'est connu.",
            "no known effect changes, or none is known.",
        )
    return f"{', '.join(told[:_TOLD])}."


def _effect(brief: LightingBrief, scenario: str, criterion: LightingCriterion) -> str:
    told = brief.criteria.get(criterion)
    before = brief.value(brief.today.scenario, criterion)
    after = brief.value(scenario, criterion)
    if told is None or before is None or after is None or is_same(before, after):
        return ""
    share = change(after, before)
    if criterion in ("dark_hours", "priority_hours", "least_service") or not share:
        word = say("de plus", "more") if after > before else say("de moins", "less")
        return f"{short(criterion)} {amount(told, abs(after - before))} {word}"
    return f"{short(criterion)} {share}"


def _how_much(brief: LightingBrief) -> tuple[str, str]:
    found = (_ends(brief, criterion) for criterion, _ in _MONEY)
    parts = [f"{say(*word)} {ends}" for (_, word), ends in zip(_MONEY, found, strict=True) if ends]
    if not parts:
        return (
            say("Aucun montant n'est connu.", "No amount is known."),
            say(
                "Il manque le prix de l'énergie ou celui des travaux.",
                "The price of the energy or that of the works is missing.",
            ),
        )
    more = semicolon().join(parts[1:])
    rules = brief.study.rules
    years = count(rules.horizon_years, say("an", "year"))
    span = say(
        f"Hors taxes, sur {years} à partir de {rules.starts}.",
        f"Excluding VAT, over {years} from {rules.starts} on.",
    )
    return f"{capital(parts[0])}.", f"{capital(more)}. {span}" if more else span


def _ends(brief: LightingBrief, criterion: LightingCriterion) -> str:
    """The least and the most of an amount, with the scenarios that reach them; "": not known."""
    told = brief.criteria.get(criterion)
    known = [
        (value, one.scenario)
        for one in brief.shown
        if (value := brief.value(one.scenario, criterion)) is not None
    ]
    if told is None or not known:
        return ""
    low, high = min(known)[0], max(known)[0]
    if is_same(low, high):
        return amount(told, low)
    ends = (f"{amount(told, end)} ({_at(brief, known, end)})" for end in (low, high))
    return say(" à ", " to ").join(ends)


def _at(brief: LightingBrief, known: list[tuple[float, str]], end: float) -> str:
    """The scenarios that reach an end."""
    keys = [key for value, key in known if is_same(value, end)]
    marks = [brief.mark(key) for key in keys]
    order = [one.scenario for one in brief.shown]
    first, last = order.index(keys[0]), order.index(keys[-1])
    if len(marks) <= _ENDS or order[first : last + 1] != keys:
        return every(marks)
    return say(f"{marks[0]} à {marks[-1]}", f"{marks[0]} to {marks[-1]}")


def _who(brief: LightingBrief) -> tuple[str, str]:
    if not brief.communes:
        return say(
            "Inconnu : aucun fichier ne dit la commune des luminaires.",
            "Unknown: no file tells the commune of the luminaires.",
        ), ""
    losing, mixed = [], []
    for one in brief.shown[1:]:
        found = changes(brief, one.scenario)
        if any(each.loses for each in found):
            losing.append(brief.mark(one.scenario))
        elif any(each.does_both for each in found):
            mixed.append(brief.mark(one.scenario))
    more = say(
        "Le détail est plus loin, commune par commune.", "The detail follows, commune by commune."
    )
    return _losers(every(losing), every(mixed)), more


def _losers(losing: str, mixed: str) -> str:
    """Under which scenarios communes lose; "" for none."""
    if losing:
        return say(
            f"Des communes perdent sans rien gagner sous {losing}.",
            f"Some communes lose and gain nothing under {losing}.",
        )
    if mixed:
        return say(
            f"Sous {mixed}, des communes gagnent sur des effets et perdent sur d'autres.",
            f"Under {mixed}, some communes gain on some effects and lose on others.",
        )
    return say(
        "Aucune commune ne perd sur un effet connu.",
        "No commune loses on any known effect.",
    )


def _allowed(brief: LightingBrief) -> tuple[str, str]:
    new = [brief.mark(one.scenario) for one in brief.shown if any(b.is_new for b in one.breaches)]
    old = sum(one.count for one in brief.today.breaches if not one.is_new)
    if new:
        return say(
            f"Non sans correction pour {every(new)} : une règle au moins n'est pas tenue.",
            f"Not without changes for {every(new)}: at least one rule is not met.",
        ), _of_today(old)
    return say(
        "Aucun scénario n'apporte d'infraction qui se voie dans les fichiers.",
        "No scenario brings a breach that shows in the files.",
    ), _of_today(old)


def _of_today(old: int) -> str:
    """What the law says of the lights as they are."""
    if not old:
        return say(
            "L'heure d'extinction des rues relève du maire, par arrêté.",
            "When street lights are switched off is for the mayor to decide, by order.",
        )
    many = count(
        old,
        say("luminaire d'aujourd'hui ne suivrait", "luminaire in place today"),
        say("luminaires d'aujourd'hui ne suivraient", "luminaires in place today"),
    )
    return say(f"{many} pas les règles du neuf.", f"{many} would not meet the rules for new ones.")


def _feasible(brief: LightingBrief) -> tuple[str, str]:
    parts = [
        f"{brief.mark(one.scenario)}{colon()}{_left(brief, one)}"
        for one in brief.shown
        if one.not_done
    ]
    over = [brief.mark(one.scenario) for one in brief.shown if one.over_budget]
    marks = every(over)
    more = say(f"Budget dépassé sous {marks}.", f"Over budget under {marks}.") if over else ""
    if not parts:
        yes = say(
            "Oui, tout ce que les scénarios demandent.", "Yes, all that the scenarios ask for."
        )
        return yes, more
    told = semicolon().join(parts)
    start = say(
        f"Pas partout. Restent comme aujourd'hui : {told}.",
        f"Not everywhere. These stay as they are today: {told}.",
    )
    why = say("Les raisons sont plus loin.", "The reasons follow.")
    return start, f"{why} {more}".strip()


def _left(brief: LightingBrief, one: ScenarioEffects) -> str:
    """How many luminaires stay as they are."""
    whole = sum(light.count for light in brief.study.lights)
    many = sum(change.count for change in one.not_done)
    return say("presque tous", "nearly all") if many >= whole else count(many, "luminaire")


def _groups(brief: LightingBrief) -> Iterator[Answer]:
    found = brief.weighing
    if found is None:
        return
    told = [
        f"{group_name(brief, one.group)}{colon()}{brief.mark(one.first)}"
        for one in shown_groups(brief)[:6]
        if one.first is not None
    ]
    robust = every([brief.mark(one) for one in found.robust])
    more = say("Aucun scénario ne tient pour tous.", "No scenario holds for all.")
    if robust:
        more = say(f"Tient pour tous : {robust}.", f"Holds for all: {robust}.")
    none = say("Pas de préférence", "No preference")
    question = say("Qui préfère quoi ?", "Who prefers what?")
    yield Answer(question, f"{semicolon().join(told) or none}.", more)


def _unknown(brief: LightingBrief) -> tuple[str, str]:
    missing = missing_words(brief)
    if not missing:
        return say("Tous les effets sont connus.", "All effects are known."), ""
    most = 6
    first = capital(", ".join(missing[:most]))
    left = len(missing) - most
    if left > 0:
        more = count(left, say("autre effet", "more effect"), say("autres effets", "more effects"))
        first += say(f" et {more}", f" and {more}")
    ask = say(
        "Le faire dire avant de voter, si cela compte.",
        "Ask for it before the vote, if it matters.",
    )
    return f"{first}.", ask


def _data(brief: LightingBrief) -> tuple[str, str]:
    """How old the inventory is, how much counts, how much was set aside on the way."""
    study = brief.study
    counts = (
        count(sum(one.count for one in study.lights), "luminaire"),
        count(len(study.cabinets), say("armoire", "cabinet")),
        count(len(study.communes), "commune"),
    )
    aside = len(brief.asides())
    day = short_date(study.rules.on)
    more = say(f"Tarif de réseau et taxes du {day}.", f"Network tariff and taxes as of {day}.")
    if aside:
        more = f"{_set_aside(aside)} {more}"
    return f"{_age(brief)}{colon()}{', '.join(counts)}.", more


def _set_aside(many: int) -> str:
    rows = count(
        many,
        say("ligne ou valeur mise", "row or value"),
        say("lignes ou valeurs mises", "rows or values"),
    )
    return say(
        f"{rows} de côté, avec leur raison plus loin.",
        f"{rows} set aside, with the reason further on.",
    )


def _age(brief: LightingBrief) -> str:
    if brief.inventory is None:
        return say("Inventaire de date inconnue", "Inventory of unknown date")
    oldest, newest = map(short_date, brief.inventory)
    if oldest == newest:
        return say(f"Inventaire modifié le {oldest}", f"Inventory changed on {oldest}")
    return say(
        f"Inventaire modifié du {oldest} au {newest}, selon les fichiers",
        f"Inventory changed from {oldest} to {newest}, depending on the file",
    )
