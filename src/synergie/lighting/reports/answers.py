"""The first page: what must be decided, and what each option does beyond money, in sentences."""

from collections.abc import Iterator

from synergie.lighting.records.effects import LightingCriterion, ScenarioEffects
from synergie.lighting.reports.brief import LightingBrief
from synergie.lighting.reports.communes import changes
from synergie.lighting.reports.decide import what_to_decide
from synergie.lighting.reports.unknown import missing_words
from synergie.lighting.reports.weights import group_name, select_report_groups
from synergie.lighting.reports.words import (
    capitalize_text,
    describe_criterion_briefly,
    format_colon,
    format_criterion_amount,
    format_name_list,
    format_relative_change,
    format_semicolon,
    is_same,
)
from synergie.reports.document import Answer, Answers, Items
from synergie.reports.language import Pair, choose_text
from synergie.reports.questions import HOW_MUCH, IS_IT_ALLOWED, WHAT_TO_DECIDE, WHO_GAINS
from synergie.reports.written import format_count, short_date

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
        Answer(choose_text(*WHAT_TO_DECIDE), *what_to_decide(brief)),
        Answer(choose_text(*HOW_MUCH), *_how_much(brief)),
        Answer(choose_text(*WHO_GAINS), *_answer_who_loses(brief)),
        Answer(choose_text(*IS_IT_ALLOWED), *_answer_is_lawful(brief)),
        Answer(choose_text("Est-ce faisable ?", "Can it be done?"), *_answer_is_feasible(brief)),
        *_iterate_group_answers(brief),
        Answer(
            choose_text("Que ne sait-on pas ?", "What is not known?"),
            *_answer_what_is_unknown(brief),
        ),
        Answer(
            choose_text("Quelles données, de quand ?", "Which data, and how old?"),
            *_answer_data_age(brief),
        ),
    ]
    return Answers(tuple(told))


def options(brief: LightingBrief) -> Items:
    """What each option does beyond money, one sentence each."""
    told = tuple(
        f"{brief.full(one.scenario)}{format_colon()}{_describe_option_effects(brief, one)}"
        for one in brief.scenarios_in_play_first[1:]
    )
    title = choose_text(
        "Ce que chaque option change, contre aujourd'hui",
        "What each option changes compared with today",
    )
    none = choose_text(
        "Rien à comparer : un seul scénario.", "Nothing to compare: only one scenario."
    )
    return Items(title, told or (none,))


def _describe_option_effects(brief: LightingBrief, one: ScenarioEffects) -> str:
    told = [
        text for criterion in _BEYOND if (text := _describe_effect(brief, one.scenario, criterion))
    ]
    if not told:
        return choose_text(
            "aucun effet connu ne change, ou aucun n'est connu.",
            "no known effect changes, or none is known.",
        )
    return f"{', '.join(told[:_TOLD])}."


def _describe_effect(brief: LightingBrief, scenario: str, criterion: LightingCriterion) -> str:
    told = brief.criteria.get(criterion)
    before = brief.value(brief.today.scenario, criterion)
    after = brief.value(scenario, criterion)
    if told is None or before is None or after is None or is_same(before, after):
        return ""
    share = format_relative_change(after, before)
    if criterion in ("dark_hours", "priority_hours", "least_service") or not share:
        word = choose_text("de plus", "more") if after > before else choose_text("de moins", "less")
        return (
            f"{describe_criterion_briefly(criterion)} "
            f"{format_criterion_amount(told, abs(after - before))} {word}"
        )
    return f"{describe_criterion_briefly(criterion)} {share}"


def _how_much(brief: LightingBrief) -> tuple[str, str]:
    found = (_describe_amount_ends(brief, criterion) for criterion, _ in _MONEY)
    parts = [
        f"{choose_text(*word)} {ends}"
        for (_, word), ends in zip(_MONEY, found, strict=True)
        if ends
    ]
    if not parts:
        return (
            choose_text("Aucun montant n'est connu.", "No amount is known."),
            choose_text(
                "Il manque le prix de l'énergie ou celui des travaux.",
                "The price of the energy or that of the works is missing.",
            ),
        )
    more = format_semicolon().join(parts[1:])
    rules = brief.study.rules
    years = format_count(rules.horizon_years, choose_text("an", "year"))
    span = choose_text(
        f"Hors taxes, sur {years} à partir de {rules.starts}.",
        f"Excluding VAT, over {years} from {rules.starts} on.",
    )
    return f"{capitalize_text(parts[0])}.", f"{capitalize_text(more)}. {span}" if more else span


def _describe_amount_ends(brief: LightingBrief, criterion: LightingCriterion) -> str:
    """The least and the most of an amount, with the scenarios that reach them; "": not known."""
    told = brief.criteria.get(criterion)
    known = [
        (value, one.scenario)
        for one in brief.scenarios_in_play_first
        if (value := brief.value(one.scenario, criterion)) is not None
    ]
    if told is None or not known:
        return ""
    low, high = min(known)[0], max(known)[0]
    if is_same(low, high):
        return format_criterion_amount(told, low)
    ends = (
        f"{format_criterion_amount(told, end)} ({_describe_end_scenarios(brief, known, end)})"
        for end in (low, high)
    )
    return choose_text(" à ", " to ").join(ends)


def _describe_end_scenarios(
    brief: LightingBrief, known: list[tuple[float, str]], end: float
) -> str:
    """The scenarios that reach an end."""
    keys = [key for value, key in known if is_same(value, end)]
    marks = [brief.mark(key) for key in keys]
    order = [one.scenario for one in brief.scenarios_in_play_first]
    first, last = order.index(keys[0]), order.index(keys[-1])
    if len(marks) <= _ENDS or order[first : last + 1] != keys:
        return format_name_list(marks)
    return choose_text(f"{marks[0]} à {marks[-1]}", f"{marks[0]} to {marks[-1]}")


def _answer_who_loses(brief: LightingBrief) -> tuple[str, str]:
    if not brief.communes:
        return choose_text(
            "Inconnu : aucun fichier ne dit la commune des luminaires.",
            "Unknown: no file tells the commune of the luminaires.",
        ), ""
    losing, mixed = [], []
    for one in brief.scenarios_in_play_first[1:]:
        found = changes(brief, one.scenario)
        if any(each.loses for each in found):
            losing.append(brief.mark(one.scenario))
        elif any(each.does_both for each in found):
            mixed.append(brief.mark(one.scenario))
    more = choose_text(
        "Le détail est plus loin, commune par commune.", "The detail follows, commune by commune."
    )
    return _describe_losing_scenarios(format_name_list(losing), format_name_list(mixed)), more


def _describe_losing_scenarios(losing: str, mixed: str) -> str:
    """Under which scenarios communes lose; "" for none."""
    if losing:
        return choose_text(
            f"Des communes perdent sans rien gagner sous {losing}.",
            f"Some communes lose and gain nothing under {losing}.",
        )
    if mixed:
        return choose_text(
            f"Sous {mixed}, des communes gagnent sur des effets et perdent sur d'autres.",
            f"Under {mixed}, some communes gain on some effects and lose on others.",
        )
    return choose_text(
        "Aucune commune ne perd sur un effet connu.", "No commune loses on any known effect."
    )


def _answer_is_lawful(brief: LightingBrief) -> tuple[str, str]:
    new = [
        brief.mark(one.scenario)
        for one in brief.scenarios_in_play_first
        if any(b.is_new for b in one.breaches)
    ]
    old = sum(one.count for one in brief.today.breaches if not one.is_new)
    if new:
        return choose_text(
            f"Non sans correction pour {format_name_list(new)}"
            " : une règle au moins n'est pas tenue.",
            f"Not without changes for {format_name_list(new)}: at least one rule is not met.",
        ), _of_today(old)
    told = choose_text(
        "Aucun scénario n'apporte d'infraction qui se voie dans les fichiers.",
        "No scenario brings a breach that shows in the files.",
    )
    return f"{told}{_describe_unjudged(brief)}", _of_today(old)


def _describe_unjudged(brief: LightingBrief) -> str:
    """How many luminaires could not be judged, under the scenario with most of them."""
    many = max((t.unjudged for one in brief.scenarios_in_play_first for t in one.law), default=0)
    if not many:
        return ""
    count = format_count(
        many, choose_text("luminaire", "luminaire"), choose_text("luminaires", "luminaires")
    )
    return choose_text(
        f" Jusqu'à {count} ne peuvent être jugés, faute de données.",
        f" Up to {count} cannot be judged, for want of data.",
    )


def _of_today(old: int) -> str:
    """What the law says of the lights as they are."""
    if not old:
        return choose_text(
            "L'heure d'extinction des rues relève du maire, par arrêté.",
            "When street lights are switched off is for the mayor to decide, by order.",
        )
    many = format_count(
        old,
        choose_text("luminaire d'aujourd'hui ne suivrait", "luminaire in place today"),
        choose_text("luminaires d'aujourd'hui ne suivraient", "luminaires in place today"),
    )
    return choose_text(
        f"{many} pas les règles du neuf.", f"{many} would not meet the rules for new ones."
    )


def _answer_is_feasible(brief: LightingBrief) -> tuple[str, str]:
    parts = [
        f"{brief.mark(one.scenario)}{format_colon()}{_describe_unchanged_lights(brief, one)}"
        for one in brief.scenarios_in_play_first
        if one.not_done
    ]
    over = [brief.mark(one.scenario) for one in brief.scenarios_in_play_first if one.over_budget]
    marks = format_name_list(over)
    more = (
        choose_text(f"Budget dépassé sous {marks}.", f"Over budget under {marks}.") if over else ""
    )
    if not parts:
        yes = choose_text(
            "Oui, tout ce que les scénarios demandent.", "Yes, all that the scenarios ask for."
        )
        return yes, more
    told = format_semicolon().join(parts)
    start = choose_text(
        f"Pas partout. Restent comme aujourd'hui : {told}.",
        f"Not everywhere. These stay as they are today: {told}.",
    )
    why = choose_text("Les raisons sont plus loin.", "The reasons follow.")
    return start, f"{why} {more}".strip()


def _describe_unchanged_lights(brief: LightingBrief, one: ScenarioEffects) -> str:
    """How many luminaires stay as they are."""
    whole = sum(light.count for light in brief.study.lights)
    many = sum(change.count for change in one.not_done)
    return (
        choose_text("presque tous", "nearly all")
        if many >= whole
        else format_count(many, "luminaire")
    )


def _iterate_group_answers(brief: LightingBrief) -> Iterator[Answer]:
    found = brief.weighing
    if found is None:
        return
    told = [
        f"{group_name(brief, one.group)}{format_colon()}{brief.mark(one.first)}"
        for one in select_report_groups(brief)[:6]
        if one.first is not None
    ]
    robust = format_name_list([brief.mark(one) for one in found.robust])
    more = choose_text("Aucun scénario ne tient pour tous.", "No scenario holds for all.")
    if robust:
        more = choose_text(f"Tient pour tous : {robust}.", f"Holds for all: {robust}.")
    none = choose_text("Pas de préférence", "No preference")
    question = choose_text("Qui préfère quoi ?", "Who prefers what?")
    yield Answer(question, f"{format_semicolon().join(told) or none}.", more)


def _answer_what_is_unknown(brief: LightingBrief) -> tuple[str, str]:
    missing = missing_words(brief)
    if not missing:
        return choose_text("Tous les effets sont connus.", "All effects are known."), ""
    most = 6
    first = capitalize_text(", ".join(missing[:most]))
    left = len(missing) - most
    if left > 0:
        more = format_count(
            left,
            choose_text("autre effet", "more effect"),
            choose_text("autres effets", "more effects"),
        )
        first += choose_text(f" et {more}", f" and {more}")
    ask = choose_text(
        "Le faire dire avant de voter, si cela compte.",
        "Ask for it before the vote, if it matters.",
    )
    return f"{first}.", ask


def _answer_data_age(brief: LightingBrief) -> tuple[str, str]:
    """How old the inventory is, how much counts, how much was set aside on the way."""
    study = brief.study
    counts = (
        format_count(sum(one.count for one in study.lights), "luminaire"),
        format_count(len(study.cabinets), choose_text("armoire", "cabinet")),
        format_count(len(study.communes), "commune"),
    )
    aside = len(brief.asides())
    day = short_date(study.rules.on)
    more = choose_text(
        f"Tarif de réseau et taxes du {day}.", f"Network tariff and taxes as of {day}."
    )
    if aside:
        more = f"{_set_aside(aside)} {more}"
    return f"{_describe_inventory_age(brief)}{format_colon()}{', '.join(counts)}.", more


def _set_aside(many: int) -> str:
    rows = format_count(
        many,
        choose_text("ligne ou valeur mise", "row or value"),
        choose_text("lignes ou valeurs mises", "rows or values"),
    )
    return choose_text(
        f"{rows} de côté, avec leur raison plus loin.",
        f"{rows} set aside, with the reason further on.",
    )


def _describe_inventory_age(brief: LightingBrief) -> str:
    if brief.inventory is None:
        return choose_text("Inventaire de date inconnue", "Inventory of unknown date")
    oldest, newest = map(short_date, brief.inventory)
    if oldest == newest:
        return choose_text(f"Inventaire modifié le {oldest}", f"Inventory changed on {oldest}")
    return choose_text(
        f"Inventaire modifié du {oldest} au {newest}, selon les fichiers",
        f"Inventory changed from {oldest} to {newest}, depending on the file",
    )
