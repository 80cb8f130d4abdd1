"""How a joint maintenance is told: tasks, faults, networks, parts, lamps, weeks."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from synergie.park.records.crew import PartCount, Task
from synergie.park.records.park import Severity
from synergie.reports.assets.lamps import describe_lamp
from synergie.reports.language import Pair, choose_text
from synergie.reports.written import (
    FIXED,
    format_interval,
    format_number,
    format_quantity,
    short_date,
)
from synergie.schemas.assets.cabinet import NetworkMix
from synergie.schemas.assets.location import Location

_TASKS: dict[Task, Pair] = {
    "repair": ("Dépannage", "Repair"),
    "inspection": ("Vérification électrique", "Electrical inspection"),
    "group_relamping": ("Remplacement de toutes les lampes", "Group relamping"),
    "cleaning": ("Nettoyage", "Cleaning"),
    "led_conversion": ("Passage en LED", "LED conversion"),
    "cabinet_visit": ("Visite de l'armoire", "Cabinet visit"),
    "other": ("Intervention", "Other work"),
}

_TO_DO: dict[Task, Pair] = {
    "repair": (
        "Trouver la panne et la réparer ; sinon, mettre en sécurité et noter ce qui manque.",
        "Find the fault and repair it; otherwise make safe and note what is missing.",
    ),
    "inspection": (
        "Contrôler les protections, la terre, les serrages et la fermeture ; noter chaque écart.",
        "Check protective devices, earthing, connections and locking; note each deviation.",
    ),
    "group_relamping": (
        "Remplacer toutes les lampes que l'armoire alimente.",
        "Replace all lamps that the cabinet feeds.",
    ),
    "cleaning": ("Nettoyer les vasques et les lanternes.", "Clean the bowls and the lanterns."),
    "led_conversion": (
        "Remplacer les luminaires par des LED.", "Replace the luminaires with LED ones.",
    ),
    "cabinet_visit": (
        "Visiter l'armoire et les points lumineux qu'elle alimente ; remplacer ce qui est éteint.",
        "Visit the cabinet and the light points that it feeds; replace what is out.",
    ),
    "other": ("Voir la consigne.", "See the instruction."),
}  # fmt: skip

_SEVERITIES: dict[Severity, Pair] = {
    "danger": ("Danger : mettre en sécurité tout de suite", "Danger: make safe at once"),
    "street": ("Armoire ou rue éteinte", "Cabinet or street out"),
    "point": ("Point lumineux éteint", "Light point out"),
    "minor": ("Défaut mineur", "Minor defect"),
}

_NETWORKS: dict[NetworkMix, Pair] = {
    "separate": ("séparé du réseau public", "separate from the public grid"),
    "shared_supports": (
        "sur supports communs avec le réseau public", "on supports shared with the public grid",
    ),
    "shared_neutral": (
        "à neutre commun avec le réseau public", "with a neutral shared with the public grid",
    ),
}  # fmt: skip

_BY_MIX: dict[str, Pair] = {str(key): pair for key, pair in _NETWORKS.items()}

_UNKNOWN_NETWORK: Pair = (
    (
        "Nature inconnue : la constater avant tout travail ; habilitation électrique du cas le "
        "plus exigeant, le neutre commun (NF C\u00a018-510)."
    ),
    (
        "Kind of network not known: establish it before any work; electrical authorisation for "
        "the most demanding case, the shared neutral (NF C\u00a018-510)."
    ),
)

_PLATFORM: Pair = ("nacelle (CACES R486)", "aerial platform (CACES R486)")
_SKILLS: dict[str, Pair] = {
    "platform": _PLATFORM,
    "nacelle": _PLATFORM,
    "every-network": (
        "habilitation pour les trois natures de réseau",
        "authorisation for all three kinds of network",
    ),
}
_LAMP = re.compile(r"(?:lamp|lampe)-([A-Z]{2,4})(?:-(\d+))?", re.ASCII)
_KM = 1000


def describe_task(key: Task) -> str:
    """A task, as a title."""
    return choose_text(*_TASKS[key])


def to_do(key: Task) -> str:
    """What the crew does, in a sentence."""
    return choose_text(*_TO_DO[key])


def describe_severity(key: Severity) -> str:
    """How bad a fault is."""
    return choose_text(*_SEVERITIES[key])


def describe_network(mix: NetworkMix | None) -> str:
    """How the lighting network lies to the public grid; ends « éclairage … », "lighting …"."""
    return choose_text("pas connu", "not known") if mix is None else choose_text(*_NETWORKS[mix])


def describe_skill(key: str) -> str:
    """A skill in words; one that is not known by its key."""
    found = _SKILLS.get(key)
    return choose_text(*found) if found else key


def describe_means(key: str) -> str:
    """A skill, or a network that a crew is authorised for, in words."""
    found = _BY_MIX.get(key)
    return choose_text(*found) if found else describe_skill(key)


def describe_authorisation(mix: NetworkMix | None) -> str:
    """The network of a stop, and what a crew must be authorised for."""
    if mix is None:
        return choose_text(*_UNKNOWN_NETWORK)
    norm, kind = f"(NF C{FIXED}18-510)", describe_network(mix)
    return choose_text(
        f"Éclairage {kind} ; habilitation électrique pour ce cas {norm}.",
        f"Lighting {kind}; electrical authorisation for this case {norm}.",
    )


def part(key: str) -> str:
    """A part in words where its key tells a lamp, else by its key."""
    found = _LAMP.fullmatch(key)
    if found is None:
        return key
    watts = f" {found[2]}{FIXED}W" if found[2] else ""
    kind = describe_lamp(found[1])
    return choose_text(f"lampe {kind}{watts} ({key})", f"{kind} lamp{watts} ({key})")


def describe_parts(counted: Iterable[PartCount]) -> str:
    """Parts in a sentence; "" for none."""
    return ", ".join(
        f"{format_number(one.count)}{FIXED}×{FIXED}{part(one.part)}" for one in counted
    )


def format_minutes(count: int) -> str:
    """A length of time: 45 min, 1 h, 1 h 30; in English 1 h 30 min."""
    if count < 60:  # noqa: PLR2004 (minutes of an hour)
        return format_quantity(count, "min")
    whole, rest = divmod(count, 60)
    if not rest:
        return f"{whole}{FIXED}h"
    return f"{whole}{FIXED}h{FIXED}{rest:02d}" + choose_text("", f"{FIXED}min")


def format_crew_hours(count: Decimal) -> str:
    """Crew-hours: 7 h, 5,25 h."""
    places = max(0, -int(count.normalize().as_tuple().exponent))
    return format_quantity(count, "h", min(places, 2))


def format_distance(metres: int) -> str:
    """A way: 850 m, 12,4 km."""
    return format_quantity(metres, "m") if metres < _KM else format_quantity(metres / _KM, "km", 1)


def week_name(week: int, starts_on: date | None) -> str:
    """A week of the plan: « 3 (du 18 au 24 janvier 2027) », or its number alone."""
    if starts_on is None:
        return str(week)
    monday = starts_on + timedelta(weeks=week - 1)
    return f"{week} ({format_interval(monday, monday + timedelta(weeks=1))})"


def short_week(week: int, starts_on: date | None) -> str:
    """A week of the plan for tables: « 3 (18/01/2027) », its Monday, or its number alone."""
    if starts_on is None:
        return str(week)
    return f"{week} ({short_date(starts_on + timedelta(weeks=week - 1))})"


def format_geo_address(place: Location) -> str:
    """The place as a `geo:` address (RFC 5870), to a metre: five decimals."""
    return f"geo:{place.latitude:.5f},{place.longitude:.5f}"
