"""The first page: what must be decided, and what each option does beyond money, in sentences."""

from collections.abc import Iterator

from synergie.reports.document import Answer, Answers, Items
from synergie.reports.lighting_brief import LightingBrief
from synergie.reports.lighting_communes import changes
from synergie.reports.lighting_decide import what_to_decide
from synergie.reports.lighting_unknown import missing_words
from synergie.reports.lighting_weights import group_name, shown_groups
from synergie.reports.lighting_words import amount, change, every, is_same, short
from synergie.reports.purchase_words import count
from synergie.reports.written import number, short_date
from synergie.schemas.lighting_effects import LightingCriterion, ScenarioEffects

_BEYOND: tuple[LightingCriterion, ...] = (
    "energy", "priority_hours", "priority_light", "dark_hours", "upward_flux", "corridor_light",
    "least_service", "points_out", "agent_minutes",
)  # fmt: skip
"""Effects of an option that are told in a sentence, the first that change."""
_TOLD = 4
_ENDS = 2
_MONEY: tuple[tuple[LightingCriterion, str], ...] = (
    ("net_present_cost", "coût complet"),
    ("investment", "travaux"),
    ("bill", "facture d'une année"),
)


def answers(brief: LightingBrief) -> Answers:
    """The questions of a council."""
    told = [
        Answer("Que décider ?", *what_to_decide(brief)),
        Answer("Combien ?", *_how_much(brief)),
        Answer("Qui gagne, qui perd ?", *_who(brief)),
        Answer("Est-ce permis ?", *_allowed(brief)),
        Answer("Est-ce faisable ?", *_feasible(brief)),
        *_groups(brief),
        Answer("Que ne sait-on pas ?", *_unknown(brief)),
        Answer("Quelles données, de quand ?", *_data(brief)),
    ]
    return Answers(tuple(told))


def options(brief: LightingBrief) -> Items:
    """What each option does beyond money, one sentence each."""
    told = tuple(f"{brief.full(one.scenario)} : {_does(brief, one)}" for one in brief.shown[1:])
    title = "Ce que chaque option change, contre aujourd'hui"
    return Items(title, told or ("Rien à comparer : un seul scénario.",))


def _does(brief: LightingBrief, one: ScenarioEffects) -> str:
    told = [text for criterion in _BEYOND if (text := _effect(brief, one.scenario, criterion))]
    if not told:
        return "aucun effet connu ne change, ou aucun n'est connu."
    return f"{', '.join(told[:_TOLD])}."


def _effect(brief: LightingBrief, scenario: str, criterion: LightingCriterion) -> str:
    told = brief.criteria.get(criterion)
    before = brief.value(brief.today.scenario, criterion)
    after = brief.value(scenario, criterion)
    if told is None or before is None or after is None or is_same(before, after):
        return ""
    share = change(after, before)
    if criterion in ("dark_hours", "priority_hours", "least_service") or not share:
        word = "de plus" if after > before else "de moins"
        return f"{short(criterion)} {amount(told, abs(after - before))} {word}"
    return f"{short(criterion)} {share}"


def _how_much(brief: LightingBrief) -> tuple[str, str]:
    parts = []
    for criterion, word in _MONEY:
        told = brief.criteria.get(criterion)
        known = [
            (value, one.scenario)
            for one in brief.shown
            if (value := brief.value(one.scenario, criterion)) is not None
        ]
        if told is None or not known:
            continue
        low, high = min(known)[0], max(known)[0]
        if is_same(low, high):
            parts.append(f"{word} de {amount(told, low)}")
        else:
            ends = (f"{amount(told, end)} ({_at(brief, known, end)})" for end in (low, high))
            parts.append(f"{word} de {' à '.join(ends)}")
    if not parts:
        return "Aucun montant n'est connu.", "Il manque le prix de l'énergie ou celui des travaux."
    more = "; ".join(parts[1:]).replace(";", " ;")
    rules = brief.study.rules
    span = f"Hors taxes, sur {number(rules.horizon_years)} ans à partir de {rules.starts}."
    first = f"{parts[0][:1].upper()}{parts[0][1:]}."
    return first, f"{more[:1].upper()}{more[1:]}. {span}" if more else span


def _at(brief: LightingBrief, known: list[tuple[float, str]], end: float) -> str:
    """The scenarios that reach an end."""
    marks = [brief.mark(key) for value, key in known if is_same(value, end)]
    return every(marks) if len(marks) <= _ENDS else f"{marks[0]} à {marks[-1]}"


def _who(brief: LightingBrief) -> tuple[str, str]:
    if not brief.communes:
        return "Inconnu : aucun fichier ne dit la commune des luminaires.", ""
    losing, mixed = [], []
    for one in brief.shown[1:]:
        found = changes(brief, one.scenario)
        if any(each.verdict == "perd" for each in found):
            losing.append(brief.mark(one.scenario))
        elif any(each.verdict == "gagne et perd" for each in found):
            mixed.append(brief.mark(one.scenario))
    more = "Le détail est plus loin, commune par commune."
    if losing:
        return f"Des communes perdent sans rien gagner sous {every(losing)}.", more
    if mixed:
        told = f"Sous {every(mixed)}, des communes gagnent sur des effets et perdent sur d'autres."
        return told, more
    return "Aucune commune ne perd sur un effet connu.", more


def _allowed(brief: LightingBrief) -> tuple[str, str]:
    new = [brief.mark(one.scenario) for one in brief.shown if any(b.is_new for b in one.breaches)]
    old = sum(one.count for one in brief.today.breaches if not one.is_new)
    more = (
        f"{count(old, 'luminaire')} d'aujourd'hui ne suivraient pas les règles du neuf."
        if old
        else "L'heure d'extinction des rues relève du maire, par arrêté."
    )
    if new:
        return f"Non sans correction pour {every(new)} : une règle au moins n'est pas tenue.", more
    return "Aucun scénario n'apporte d'infraction qui se voie dans les fichiers.", more


def _feasible(brief: LightingBrief) -> tuple[str, str]:
    parts = [
        f"{brief.mark(one.scenario)} : {_left(brief, one)}" for one in brief.shown if one.not_done
    ]
    over = [brief.mark(one.scenario) for one in brief.shown if one.over_budget]
    more = f"Budget dépassé sous {every(over)}." if over else ""
    if not parts:
        return "Oui, tout ce que les scénarios demandent.", more
    return f"Pas partout. Restent comme aujourd'hui : {' ; '.join(parts)}.", (
        f"Les raisons sont plus loin. {more}".strip()
    )


def _left(brief: LightingBrief, one: ScenarioEffects) -> str:
    """How many luminaires stay as they are."""
    whole = sum(light.count for light in brief.study.lights)
    many = sum(change.count for change in one.not_done)
    return "presque tous" if many >= whole else count(many, "luminaire")


def _groups(brief: LightingBrief) -> Iterator[Answer]:
    found = brief.weighing
    if found is None:
        return
    told = [
        f"{group_name(brief, one.group)} : {brief.mark(one.first)}"
        for one in shown_groups(brief)[:6]
        if one.first is not None
    ]
    robust = [brief.mark(one) for one in found.robust]
    more = f"Tient pour tous : {every(robust)}." if robust else "Aucun scénario ne tient pour tous."
    yield Answer("Qui préfère quoi ?", f"{' ; '.join(told) or 'Pas de préférence'}.", more)


def _unknown(brief: LightingBrief) -> tuple[str, str]:
    missing = missing_words(brief)
    if not missing:
        return "Tous les effets sont connus.", ""
    most = 6
    told = ", ".join(missing[:most])
    first = f"{told[:1].upper()}{told[1:]}"
    if len(missing) > most:
        first += f" et {count(len(missing) - most, 'autre effet', 'autres effets')}"
    return f"{first}.", "Le faire dire avant de voter, si cela compte."


def _data(brief: LightingBrief) -> tuple[str, str]:
    """How old the inventory is, how much counts, how much was set aside on the way."""
    study = brief.study
    counts = (
        count(sum(one.count for one in study.lights), "luminaire"),
        count(len(study.cabinets), "armoire"),
        count(len(study.communes), "commune"),
    )
    aside = len(brief.asides())
    more = f"Tarif de réseau et taxes du {short_date(study.rules.on)}."
    if aside:
        rows = count(aside, "ligne ou valeur mise", "lignes ou valeurs mises")
        more = f"{rows} de côté, avec leur raison plus loin. {more}"
    return f"{_age(brief)} : {', '.join(counts)}.", more


def _age(brief: LightingBrief) -> str:
    if brief.inventory is None:
        return "Inventaire de date inconnue"
    oldest, newest = map(short_date, brief.inventory)
    if oldest == newest:
        return f"Inventaire modifié le {oldest}"
    return f"Inventaire modifié du {oldest} au {newest}, selon les fichiers"
