"""How scenarios of lighting are told in French: criteria, units, stakes, groups, figures."""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from synergie.reports.purchase_words import listed
from synergie.reports.written import FIXED, euros, number, percent
from synergie.schemas.lighting_effects import CriterionTold, Indicator, LightingCriterion, Stake
from synergie.schemas.lighting_weighing import GroupKind
from synergie.schemas.plan import Phrase

UNKNOWN = "inconnu"
"""What stands where nothing is known: never 0, never blank."""
_LEAST_DECIMALS = 6
_MOST_TIMES = 1_000
"""A change of more than so many times what is today says nothing as a percentage."""
_HOUR = re.compile(r"\d (?:h(?: \d\d)?\b|%)")
_EUR = "€"


class Name(NamedTuple):
    """What people call an indicator, and with how many decimals it is told."""

    name: str
    decimals: int
    short: str
    """Two or three words for sentences."""


NAMES: dict[LightingCriterion, Name] = {
    "energy": Name("Énergie consommée", 1, "l'énergie"),
    "energy_inhabitant": Name("Énergie par habitant", 1, "l'énergie par habitant"),
    "investment": Name("Travaux à payer", 0, "les travaux"),
    "net_present_cost": Name("Coût complet sur la durée", 0, "le coût complet"),
    "bill": Name("Facture d'une année", 0, "la facture"),
    "bill_stress": Name("Facture si les prix montent", 0, "la facture au pire des prix"),
    "carbon": Name("Émissions de l'électricité", 1, "les émissions"),
    "carbon_embodied": Name("Émissions avec la fabrication", 1, "les émissions avec fabrication"),
    "upward_flux": Name("Lumière perdue vers le ciel", 2, "la lumière vers le ciel"),
    "corridor_light": Name(
        "Lumière dans la trame noire", 2, "la lumière dans la trame noire"
    ),
    "corridor_warm": Name("Points de teinte chaude (≤ 2400 K) dans la trame noire", 1,
                          "la teinte chaude dans la trame noire"),
    "dark_hours": Name("Heures noires, de 23 h à 5 h", 0, "les heures noires"),
    "legal": Name("Points conformes à l'arrêté du 27/12/2018", 1, "la conformité"),
    "priority_hours": Name("Éclairage des lieux prioritaires", 0, "les lieux prioritaires"),
    "priority_light": Name("Force de la lumière aux lieux prioritaires (100 : pleine)", 0,
                           "la force de la lumière aux lieux prioritaires"),
    "points_out": Name("Points en panne × jours", 0, "les pannes"),
    "repair_delay": Name("Délai de dépannage le plus long", 0, "le délai de dépannage"),
    "felt_safety": Name("Sentiment de sécurité (enquête)", 1, "le sentiment de sécurité"),
    "least_service": Name("Éclairage de la commune la moins éclairée", 0,
                          "la commune la moins éclairée"),
    "gain_spread": Name("Partage du gain entre communes (1 : égal)", 2, "le partage du gain"),
    "worse_off": Name("Communes qui perdent par rapport à aujourd'hui", 0,
                      "les communes perdantes"),
    "agent_minutes": Name("Temps des agents", 0, "le temps des agents"),
    "personal_fields": Name("Données personnelles gardées", 0, "les données personnelles"),
    "retention": Name("Durée de conservation", 0, "la durée de conservation"),
    "finest_step": Name("Pas le plus fin publié", 0, "le pas publié"),
    "references": Name("Références de matériel différentes", 0, "le nombre de références"),
    "closed_protocols": Name("Commandes propres à un fabricant", 0, "les commandes fermées"),
    "spares": Name("Points dont les pièces se vendront encore", 0, "les pièces"),
    "insertion_hours": Name("Heures d'insertion", 0, "les heures d'insertion"),
}  # fmt: skip
"""Each indicator."""

STAKES: dict[Stake, str] = {
    "energy": "Énergie", "cost": "Argent public", "carbon": "Climat", "night_sky": "Ciel nocturne",
    "biodiversity": "Faune et flore", "legality": "Légalité", "service": "Service",
    "felt_safety": "Sentiment de sécurité", "equity": "Égalité entre communes",
    "work": "Travail des agents", "privacy": "Vie privée", "maintainability": "Entretien durable",
    "jobs": "Emploi local",
}  # fmt: skip
"""Each of the thirteen criteria of domain.md §12.1."""

GROUPS: dict[GroupKind, str] = {
    "council": "élus", "agents": "agents", "citizens": "habitants", "companies": "entreprises",
    "naturalists": "naturalistes", "other": "autre groupe",
}  # fmt: skip
"""Who a group is."""

_UNITS = {
    "MWh/y": "MWh/an", "kWh/inh./y": "kWh/hab. et an", "EUR": "€", "EUR/y": "€/an",
    "tCO2e/y": "tCO2e/an", "Mlm.h/y": "Mlm.h/an", "h/y": "h/an",
    "point-days/y": "points × jours/an", "min/month": "min/mois", "1": "rapport",
    "0-10": "sur 10", "d": "jours", "references": "références", "entries": "modèles",
    "fields": "champs",
}  # fmt: skip
_FAULTS = frozenset({"worse_off"})
"""Constraints that count what is wrong."""
_COUNTED = frozenset({"jours", "références", "modèles", "champs", "communes"})
_SIGNS = {"min": "↓ moins, c'est mieux", "max": "↑ plus, c'est mieux", "constraint": "à respecter"}
_KINDS = {"min": "à réduire", "max": "à augmenter", "constraint": "obligation"}


def unit(told: CriterionTold) -> str:
    """The unit of an indicator."""
    return _UNITS.get(told.unit, told.unit)


def sign(told: CriterionTold) -> str:
    """What is better, with its arrow: never the arrow alone."""
    return _SIGNS[told.direction]


def direction(told: CriterionTold) -> str:
    """What is better, in one word."""
    return _KINDS[told.direction]


def named(criterion: LightingCriterion) -> str:
    """What people call an indicator."""
    return NAMES[criterion].name


def short(criterion: LightingCriterion) -> str:
    """The same within a sentence."""
    return NAMES[criterion].short


def bound(text: str) -> str:
    """*text* with its hours and shares kept on one line: 5 h 30, 50 %."""
    return _HOUR.sub(lambda found: found[0].replace(" ", FIXED), text)


def every(names: Sequence[str]) -> str:
    """All names in a sentence: S1, S2 et S3."""
    return listed(names, max(len(names), 1))


def figure(value: float, decimals: int) -> str:
    """A figure; a small one that is not nought keeps enough decimals to be seen."""
    while value and decimals < _LEAST_DECIMALS and abs(value) < 0.5 * 10**-decimals:
        decimals += 1
    return number(value, decimals)


def bare(criterion: LightingCriterion, value: float | None) -> str:
    """A value without its unit, for tables."""
    return UNKNOWN if value is None else figure(value, NAMES[criterion].decimals)


def amount(told: CriterionTold, value: float) -> str:
    """A value with its unit, for sentences."""
    if unit(told) == _EUR:
        return euros(value, 0)
    if told.unit == "1":
        return figure(value, NAMES[told.criterion].decimals)
    word = unit(told)
    if word in _COUNTED and abs(value) < 2:  # noqa: PLR2004 (a French plural begins at two)
        word = word.removesuffix("s")
    return f"{figure(value, NAMES[told.criterion].decimals)}{FIXED}{word}"


def spread(one: Indicator) -> str:
    """The range of an indicator: « 2 100 à 2 300 »; "": none is known."""
    if one.low is None and one.high is None:
        return ""
    if one.low is None or one.high is None:
        word, bound = ("au plus", one.high) if one.low is None else ("au moins", one.low)
        return f"{word} {bare(one.criterion, bound)}"
    if one.low == one.high:
        return ""
    return f"{bare(one.criterion, one.low)} à {bare(one.criterion, one.high)}"


def cell(one: Indicator | None, note: Callable[[Phrase], int]) -> str:
    """An indicator in a table: value, range, or unknown with the number of the note that says why.

    A value of a part of the luminaires says which part.
    """
    if one is None:
        return "sans objet"
    told = bare(one.criterion, one.value)
    if one.value is None and one.unknown is not None:
        told += f" (note{FIXED}{note(one.unknown)})"
    between = spread(one)
    if between:
        told += f" [{between}]"
    if one.value is not None and one.known < 1:
        told += f" (connu pour {percent(one.known, 0)})"
    return told


def change(value: float, today: float) -> str:
    """A change in %: −84 %, +3 %; "" where today is nought, or nearly so beside it."""
    if not today or abs(value - today) > _MOST_TIMES * abs(today):
        return ""
    share = (value - today) / abs(today)
    told = percent(share, 0 if abs(share) >= 0.1 else 1)  # noqa: PLR2004 (a tenth)
    return f"+{told}" if share > 0 else told


def is_better(told: CriterionTold, one: float, other: float) -> bool:
    """Whether *one* is better than *other*; a constraint by what it counts: faults or good ones."""
    return one < other if is_less_better(told) else one > other


def is_less_better(told: CriterionTold) -> bool:
    """Whether less of it is better."""
    return told.direction == "min" or told.criterion in _FAULTS


def is_same(one: float, other: float) -> bool:
    """Whether two values are told apart by nobody: within a thousandth."""
    return abs(one - other) <= 0.001 * max(abs(one), abs(other))
