"""An agreement in one plain sentence, French or English: what people read before they sign.

What is signed are the terms themselves (`schemas.trust.agreement_bytes`): both languages tell the
same.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from synergie.calendar import load_time_zone
from synergie.schemas.trust.agreement import Dataset, FieldRight, Grant, Purpose, Selector, Terms

type Lang = Literal["fr", "en"]
type Pair = tuple[str, str]
"""The same words in French and in English."""

GRAIN: dict[Grant, Pair] = {
    "raw": ("au pas de mesure", "at the step of measurement"),
    "half_hour": ("à la demi-heure", "by the half-hour"),
    "hour": ("à l'heure", "by the hour"),
    "day": ("au jour", "by the day"),
    "month": ("au mois", "by the month"),
    "year": ("à l'année", "by the year"),
    "aggregate": (
        "en sommes par groupes de points seulement",
        "in sums over groups of points only",
    ),
}
"""How fine, as it stands in a sentence."""

DATA: dict[Dataset, Pair] = {
    "consumption": ("consommation", "consumption"),
    "assets": ("patrimoine", "assets"),
    "work_orders": ("travaux", "works"),
    "contracts": ("contrats et factures", "contracts and bills"),
    "needs": ("besoins d'achat", "needs for a pooled purchase"),
}
"""Each kind of data, after "données de", "data on"."""

PURPOSE: dict[Purpose, Pair] = {
    "joint_purchase": ("l'achat groupé", "buying together"),
    "joint_maintenance": ("l'entretien en commun", "maintaining together"),
    "lighting_planning": ("la planification de l'éclairage", "planning the lighting"),
    "energy_monitoring": ("le suivi de l'énergie", "following energy"),
    "tariff_optimisation": ("l'ajustement des tarifs", "adjusting tariffs"),
    "public_reporting": ("l'information du public", "informing the public"),
}
"""Each purpose, after "pour", "for"."""

FIELD: dict[FieldRight, Pair] = {
    "supply_link": (
        "le point de livraison qui alimente une armoire",
        "the delivery point that feeds a cabinet",
    ),
    "annual_energy": ("l'énergie d'une année", "the energy of a year"),
    "maximum_power": ("la puissance maximale atteinte", "the highest power reached"),
    "delivery_point_number": (
        "le numéro du point de livraison",
        "the number of the delivery point",
    ),
}
"""What may be opened beyond the base of a record."""

KINDS: tuple[tuple[str, Pair, Pair], ...] = (
    ("sites", ("site", "site"), ("sites", "sites")),
    (
        "supply_points",
        ("point de livraison", "delivery point"),
        ("points de livraison", "delivery points"),
    ),
    ("cabinets", ("armoire", "cabinet"), ("armoires", "cabinets")),
    ("series", ("série", "series"), ("séries", "series")),
    ("light_points", ("point lumineux", "light point"), ("points lumineux", "light points")),
    ("purchases", ("achat groupé", "pooled purchase"), ("achats groupés", "pooled purchases")),
)
"""Each list of a selector, with the words for one and for many of it."""

_MONTHS = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip


def choose_language_words(pair: Pair, lang: Lang) -> str:
    """The words of *lang*."""
    return pair[0] if lang == "fr" else pair[1]


def describe_terms(terms: Terms, *, lang: Lang = "fr") -> str:
    """Who opens what to whom, how fine, from when to when, what for, and how long it is kept."""
    return _describe_in_french(terms) if lang == "fr" else _describe_in_english(terms)


def describe_selector(selector: Selector, *, lang: Lang = "fr") -> str:
    """What a selector names, counted kind by kind: `3 sites et 1 armoire`."""
    counted = []
    for field, one, many in KINDS:
        n = len(getattr(selector, field))
        if n:
            counted.append(f"{n} {choose_language_words(one if n == 1 else many, lang)}")
    if selector.perimeter is not None:
        named = selector.perimeter
        told = (
            f"le périmètre nommé {named.id} dans sa version {named.version}",
            f"the named perimeter {named.id} in its version {named.version}",
        )
        counted.append(choose_language_words(told, lang))
    return format_list(counted, lang=lang)


def format_list(parts: Iterable[str], *, lang: Lang = "fr") -> str:
    """Parts of a sentence: `a, b et c`, `a, b and c`."""
    *firsts, last = parts
    joined = choose_language_words(("et", "and"), lang)
    return f"{', '.join(firsts)} {joined} {last}" if firsts else last


def format_paris_day(moment: datetime, *, lang: Lang = "fr") -> str:
    """The civil day in Paris, as a table writes it: 24/11/2026, 24 Nov 2026."""
    local = moment.astimezone(load_time_zone("Europe/Paris"))
    if lang == "fr":
        return f"{local:%d/%m/%Y}"
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}"


def _describe_in_french(terms: Terms) -> str:
    grain = choose_language_words(GRAIN[terms.granularity], "fr")
    finest = grain if terms.granularity == "aggregate" else f"{grain} au plus fin"
    beyond = f", avec {_describe_fields(terms, 'fr')}" if terms.fields else ""
    sends = ", peut aussi en envoyer en son nom" if terms.direction == "write" else ""
    onward = " et peut en publier les sommes" if terms.onward == "open_data" else ""
    days = "1 jour" if terms.retention_days == 1 else f"{terms.retention_days} jours"
    return (
        f"« {terms.title} » : {terms.owner} ouvre à {terms.recipient} ses données de "
        f"{_describe_data(terms, 'fr')} ({_describe_designated(terms.selector, 'fr')}), "
        f"{finest}{beyond}, du {format_paris_day(terms.valid_from)}"
        f" au {format_paris_day(terms.valid_until)}, "
        f"pour {choose_language_words(PURPOSE[terms.purpose], 'fr')} et rien d'autre ; "
        f"{terms.recipient} les garde {days} au plus{sends}{onward}."
    )


def _describe_in_english(terms: Terms) -> str:
    grain = choose_language_words(GRAIN[terms.granularity], "en")
    finest = grain if terms.granularity == "aggregate" else f"{grain} and no finer"
    beyond = f", with {_describe_fields(terms, 'en')}" if terms.fields else ""
    sends = ", may also send some in the owner's name" if terms.direction == "write" else ""
    onward = " and may publish the sums of them" if terms.onward == "open_data" else ""
    start, end = (
        format_paris_day(terms.valid_from, lang="en"),
        format_paris_day(terms.valid_until, lang="en"),
    )
    days = "1 day" if terms.retention_days == 1 else f"{terms.retention_days} days"
    return (
        f"“{terms.title}”: {terms.owner} opens to {terms.recipient} its data on "
        f"{_describe_data(terms, 'en')} ({_describe_designated(terms.selector, 'en')}), "
        f"{finest}{beyond}, from {start} to {end}, "
        f"for {choose_language_words(PURPOSE[terms.purpose], 'en')} and nothing else; "
        f"{terms.recipient} keeps them {days} at most{sends}{onward}."
    )


def _describe_data(terms: Terms, lang: Lang) -> str:
    return format_list(
        (choose_language_words(DATA[name], lang) for name in sorted(terms.datasets)), lang=lang
    )


def _describe_fields(terms: Terms, lang: Lang) -> str:
    return format_list((choose_language_words(FIELD[one], lang) for one in terms.fields), lang=lang)


def _describe_designated(selector: Selector, lang: Lang) -> str:
    n, parts = len(selector.ids()), []
    if n:
        several = (f"{n} objets désignés", f"{n} named things")
        parts.append(
            choose_language_words(("1 objet désigné", "1 named thing") if n == 1 else several, lang)
        )
    if selector.perimeter is not None:
        named = selector.perimeter
        told = (
            f"périmètre {named.id}, version {named.version}",
            f"perimeter {named.id}, version {named.version}",
        )
        parts.append(choose_language_words(told, lang))
    return format_list(parts, lang=lang)
