"""An agreement in one plain French sentence: what people read before they sign."""

from datetime import datetime

from synergie.calendar import zone
from synergie.schemas.agreement import Dataset, Granularity, Purpose, Terms

_GRAIN: dict[Granularity, str] = {
    "raw": "au pas de mesure",
    "day": "au jour",
    "month": "au mois",
}
_DATA: dict[Dataset, str] = {
    "consumption": "consommation",
    "assets": "patrimoine",
}
_PURPOSE: dict[Purpose, str] = {
    "joint_purchase": "l'achat groupé",
    "joint_maintenance": "l'entretien en commun",
    "lighting_planning": "la planification de l'éclairage",
    "energy_monitoring": "le suivi de l'énergie",
    "tariff_optimisation": "l'ajustement des tarifs",
    "public_reporting": "l'information du public",
}


def sentence(terms: Terms) -> str:
    """Who opens what to whom, how fine, from when to when, what for, and how long it is kept."""
    data = " et ".join(_DATA[name] for name in sorted(terms.datasets))
    n = len(terms.selector.ids())
    things = "1 objet désigné" if n == 1 else f"{n} objets désignés"
    return (
        f"« {terms.title} » : {terms.owner} ouvre à {terms.recipient} ses données de {data} "
        f"({things}), {_GRAIN[terms.granularity]} au plus fin, du {_day(terms.valid_from)} au "
        f"{_day(terms.valid_until)}, pour {_PURPOSE[terms.purpose]} et rien d'autre ; "
        f"{terms.recipient} les garde {terms.retention_days} jours au plus."
    )


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(zone('Europe/Paris')):%d/%m/%Y}"
