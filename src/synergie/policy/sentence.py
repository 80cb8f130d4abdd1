"""An agreement in one plain French sentence: what people read before they sign."""

from collections.abc import Iterable
from datetime import datetime

from synergie.calendar import zone
from synergie.schemas.agreement import Dataset, FieldRight, Grant, Purpose, Selector, Terms

GRAIN: dict[Grant, str] = {
    "raw": "au pas de mesure",
    "half_hour": "à la demi-heure",
    "hour": "à l'heure",
    "day": "au jour",
    "month": "au mois",
    "year": "à l'année",
    "aggregate": "en sommes par groupes de points seulement",
}
"""How fine, as it stands in a sentence."""

DATA: dict[Dataset, str] = {
    "consumption": "consommation",
    "assets": "patrimoine",
    "work_orders": "travaux",
    "contracts": "contrats et factures",
    "needs": "besoins d'achat",
}
"""Each kind of data, after "données de"."""

PURPOSE: dict[Purpose, str] = {
    "joint_purchase": "l'achat groupé",
    "joint_maintenance": "l'entretien en commun",
    "lighting_planning": "la planification de l'éclairage",
    "energy_monitoring": "le suivi de l'énergie",
    "tariff_optimisation": "l'ajustement des tarifs",
    "public_reporting": "l'information du public",
}
"""Each purpose, after "pour"."""

FIELD: dict[FieldRight, str] = {
    "supply_link": "le point de livraison qui alimente une armoire",
    "annual_energy": "l'énergie d'une année",
    "maximum_power": "la puissance maximale atteinte",
    "delivery_point_number": "le numéro du point de livraison",
}
"""What may be opened beyond the base of a record."""

_KINDS: tuple[tuple[str, str, str], ...] = (
    ("sites", "site", "sites"),
    ("supply_points", "point de livraison", "points de livraison"),
    ("cabinets", "armoire", "armoires"),
    ("series", "série", "séries"),
    ("light_points", "point lumineux", "points lumineux"),
    ("purchases", "achat groupé", "achats groupés"),
)


def sentence(terms: Terms) -> str:
    """Who opens what to whom, how fine, from when to when, what for, and how long it is kept."""
    grain = GRAIN[terms.granularity]
    finest = grain if terms.granularity == "aggregate" else f"{grain} au plus fin"
    beyond = f", avec {listed(FIELD[one] for one in terms.fields)}" if terms.fields else ""
    sends = ", peut aussi en envoyer en son nom" if terms.direction == "write" else ""
    onward = " et peut en publier les sommes" if terms.onward == "open_data" else ""
    return (
        f"« {terms.title} » : {terms.owner} ouvre à {terms.recipient} ses données de "
        f"{listed(DATA[name] for name in sorted(terms.datasets))} ({_designated(terms.selector)}), "
        f"{finest}{beyond}, du {day(terms.valid_from)} au {day(terms.valid_until)}, "
        f"pour {PURPOSE[terms.purpose]} et rien d'autre ; "
        f"{terms.recipient} les garde {terms.retention_days} jours au plus{sends}{onward}."
    )


def things(selector: Selector) -> str:
    """What a selector names, counted kind by kind: `3 sites et 1 armoire`."""
    counted = []
    for field, one, many in _KINDS:
        n = len(getattr(selector, field))
        if n:
            counted.append(f"{n} {one if n == 1 else many}")
    if selector.perimeter is not None:
        named = selector.perimeter
        counted.append(f"le périmètre nommé {named.id} dans sa version {named.version}")
    return listed(counted)


def listed(parts: Iterable[str]) -> str:
    """Parts of a sentence: `a, b et c`."""
    *firsts, last = parts
    return f"{', '.join(firsts)} et {last}" if firsts else last


def day(moment: datetime) -> str:
    """The civil day in Paris, as a table writes it."""
    return f"{moment.astimezone(zone('Europe/Paris')):%d/%m/%Y}"


def _designated(selector: Selector) -> str:
    n = len(selector.ids())
    parts = [] if n == 0 else ["1 objet désigné" if n == 1 else f"{n} objets désignés"]
    if selector.perimeter is not None:
        parts.append(f"périmètre {selector.perimeter.id}, version {selector.perimeter.version}")
    return listed(parts)
