"""How a joint maintenance is told in French: tasks, faults, networks, parts, lamps, weeks."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from synergie.reports.french import FIXED, interval, number, quantity, short_date
from synergie.schemas.cabinet import NetworkMix
from synergie.schemas.crew import PartCount, Task
from synergie.schemas.location import Location
from synergie.schemas.park import Severity

TASKS: dict[Task, str] = {
    "repair": "Dépannage",
    "inspection": "Vérification électrique",
    "group_relamping": "Remplacement de toutes les lampes",
    "cleaning": "Nettoyage",
    "led_conversion": "Passage en LED",
    "cabinet_visit": "Visite de l'armoire",
    "other": "Intervention",
}
"""Each task, as a title."""

TO_DO: dict[Task, str] = {
    "repair": "Trouver la panne et la réparer ; sinon, mettre en sécurité et noter ce qui manque.",
    "inspection": "Contrôler les protections, la terre, les serrages et la fermeture ; noter "
    "chaque écart.",
    "group_relamping": "Remplacer toutes les lampes que l'armoire alimente.",
    "cleaning": "Nettoyer les vasques et les lanternes.",
    "led_conversion": "Remplacer les luminaires par des LED.",
    "cabinet_visit": "Visiter l'armoire et les points lumineux qu'elle alimente ; remplacer ce qui "
    "est éteint.",
    "other": "Voir la consigne.",
}
"""What the crew does, in a sentence."""

SEVERITIES: dict[Severity, str] = {
    "danger": "Danger : mettre en sécurité tout de suite",
    "street": "Armoire ou rue éteinte",
    "point": "Point lumineux éteint",
    "minor": "Défaut mineur",
}
"""How bad a fault is."""

NETWORKS: dict[NetworkMix, str] = {
    "separate": "séparé du réseau public",
    "shared_supports": "sur supports communs avec le réseau public",
    "shared_neutral": "à neutre commun avec le réseau public",
}
"""How the lighting network lies to the public grid; ends « éclairage … »."""

UNKNOWN_NETWORK = (
    "Nature inconnue : la constater avant tout travail ; habilitation électrique du cas le plus "
    "exigeant, le neutre commun (NF C\u00a018-510)."
)

LAMPS: dict[str, str] = {
    "LED": "LED", "SHP": "sodium haute pression", "SBP": "sodium basse pression",
    "IM": "iodures métalliques", "VM": "vapeur de mercure", "FLUO": "fluorescence",
    "HAL": "halogène", "INC": "incandescence", "IND": "induction", "XEN": "xénon",
    "AU": "autre lampe", "XX": "lampe inconnue", "cabinet": "armoire",
}  # fmt: skip
"""Kinds of lamps (EclExt typeSource)."""

_SKILLS = {
    "platform": "nacelle (CACES R486)",
    "nacelle": "nacelle (CACES R486)",
    "every-network": "habilitation pour les trois natures de réseau",
}
_LAMP = re.compile(r"(?:lamp|lampe)-([A-Z]{2,4})(?:-(\d+))?", re.ASCII)
_KM = 1000


def lamp(kind: str | None) -> str:
    """A kind of lamp in words."""
    return LAMPS.get(kind or "XX", kind or "")


def skill(key: str) -> str:
    """A skill in words; one that is not known by its key."""
    return _SKILLS.get(key, key)


def authorisation(mix: NetworkMix | None) -> str:
    """The network of a stop, and what a crew must be authorised for."""
    if mix is None:
        return UNKNOWN_NETWORK
    return f"Éclairage {NETWORKS[mix]} ; habilitation électrique pour ce cas (NF C{FIXED}18-510)."


def part(key: str) -> str:
    """A part in words where its key tells a lamp, else by its key."""
    found = _LAMP.fullmatch(key)
    if found is None:
        return key
    watts = f" {found[2]}{FIXED}W" if found[2] else ""
    return f"lampe {lamp(found[1])}{watts} ({key})"


def parts(counted: Iterable[PartCount]) -> str:
    """Parts in a sentence; "" for none."""
    return ", ".join(f"{number(one.count)}{FIXED}×{FIXED}{part(one.part)}" for one in counted)


def minutes(count: int) -> str:
    """A length of time: 45 min, 1 h, 1 h 30."""
    if count < 60:  # noqa: PLR2004 (minutes of an hour)
        return quantity(count, "min")
    whole, rest = divmod(count, 60)
    return f"{whole}{FIXED}h" + (f"{FIXED}{rest:02d}" if rest else "")


def hours(count: Decimal) -> str:
    """Crew-hours: 7 h, 5,25 h."""
    places = max(0, -int(count.normalize().as_tuple().exponent))
    return quantity(count, "h", min(places, 2))


def distance(metres: int) -> str:
    """A way: 850 m, 12,4 km."""
    return quantity(metres, "m") if metres < _KM else quantity(metres / _KM, "km", 1)


def week_name(week: int, starts_on: date | None) -> str:
    """A week of the plan: « 3 (du 18 au 24 janvier 2027) », or its number alone."""
    if starts_on is None:
        return str(week)
    monday = starts_on + timedelta(weeks=week - 1)
    return f"{week} ({interval(monday, monday + timedelta(weeks=1))})"


def short_week(week: int, starts_on: date | None) -> str:
    """A week of the plan for tables: « 3 (18/01/2027) », its Monday, or its number alone."""
    if starts_on is None:
        return str(week)
    return f"{week} ({short_date(starts_on + timedelta(weeks=week - 1))})"


def geo(place: Location) -> str:
    """The place as a `geo:` address (RFC 5870), to a metre: five decimals."""
    return f"geo:{place.latitude:.5f},{place.longitude:.5f}"
