"""What the house calls the scenarios, schedules and entries that it makes itself.

Records hold the French name. An English reader is told the other where the identifier and the name
both are those of the house: what a person called something stays as it was written.
"""

from collections.abc import Mapping

type Pair = tuple[str, str]
"""The same words in French and in English."""

STUDY: Pair = ("Éclairage public", "Street lighting")
"""A study that nobody named."""
OWNER: Pair = ("collectivité", "local authority")
"""Who pays for cabinets of which no row tells it."""

COUNCIL: Pair = ("Conseil", "Council")
"""A council that spoke by the form of the pages, and called itself as the form does."""

SIX: Mapping[str, Pair] = {
    "s0": ("Aujourd'hui", "Today"),
    "s1": ("Extinction de 0 h à 5 h 30", "Off from 00:00 to 05:30"),
    "s2": ("LED toute la nuit", "LED all night"),
    "s3": ("LED, lumière à 50 % de 22 h à 6 h", "LED, light at 50% from 22:00 to 06:00"),
    "s4": ("LED, lumière à 30 % de 22 h à 6 h", "LED, light at 30% from 22:00 to 06:00"),
    "s5": ("LED, extinction de 0 h à 5 h 30 partout", "LED, off from 00:00 to 05:30 everywhere"),
}
"""The scenarios made by rule (`inputs.six`), by identifier."""
SHOWN: Mapping[str, Pair] = {
    "s0": ("S0 Toute la nuit, lampes de 2021", "S0 All night, lamps of 2021"),
    "s1": ("S1 Extinction de 0 h à 5 h 30", "S1 Off from 00:00 to 05:30"),
    "s2": ("S2 LED toute la nuit", "S2 LED all night"),
    "s3": ("S3 LED, 50 % de 22 h à 6 h", "S3 LED, 50% from 22:00 to 06:00"),
    "s4": ("S4 LED, 30 % de 22 h à 6 h", "S4 LED, 30% from 22:00 to 06:00"),
    "s5": ("S5 LED, extinction de 0 h à 5 h 30", "S5 LED, off from 00:00 to 05:30"),
}
"""Those of the demonstration (`samples.lighting_study`), by identifier."""
SCHEDULES: Mapping[str, Pair] = {
    "full-night": ("Toute la nuit", "All night"),
    "off-0000-0530": ("Extinction de 0 h à 5 h 30", "Off from 00:00 to 05:30"),
    "led-off-0000-0530": (
        "Extinction de 0 h à 5 h 30, par le luminaire",
        "Off from 00:00 to 05:30, by the luminaire",
    ),
    "off-2300-0500": ("Extinction de 23 h à 5 h", "Off from 23:00 to 05:00"),
    "dim-50-2200-0600": (
        "Abaissement à 50\u00a0% de 22 h à 6 h",
        "Dimmed to 50% from 22:00 to 06:00",
    ),
    "dim-30-2200-0600": (
        "Abaissement à 30\u00a0% de 22 h à 6 h",
        "Dimmed to 30% from 22:00 to 06:00",
    ),
    "presence-2300-0500": (
        "Détection de présence de 23 h à 5 h",
        "Presence detection from 23:00 to 05:00",
    ),
    "dim-50": ("Abaissement à 50 % de 22 h à 6 h", "Dimmed to 50% from 22:00 to 06:00"),
    "dim-30": ("Abaissement à 30 % de 22 h à 6 h", "Dimmed to 30% from 22:00 to 06:00"),
}
"""Schedules of the catalogue and of the demonstration, by identifier."""
TODAY_OFF, UNTOLD_OFF = "today-off", "off-untold"
"""Schedules of today that are made out of two clock times: as it was told, as it is assumed."""
ENTRIES: Mapping[str, Pair] = {
    "led-40-3000": ("Luminaire LED 40 W, 3000 K", "LED luminaire 40 W, 3000 K"),
    "led-30-3000": (
        "Luminaire LED 30 W, 3000 K, rue calme",
        "LED luminaire 30 W, 3000 K, quiet street",
    ),
    "led-12-3000": ("Luminaire LED 12 W, 3000 K, sentier", "LED luminaire 12 W, 3000 K, path"),
    "led-16-3000": ("Luminaire LED 16 W, 3000 K, allée", "LED luminaire 16 W, 3000 K, lane"),
    "led-22-3000": (
        "Luminaire LED 22 W, 3000 K, rue étroite",
        "LED luminaire 22 W, 3000 K, narrow street",
    ),
    "led-50-3000": ("Luminaire LED 50 W, 3000 K, voie", "LED luminaire 50 W, 3000 K, road"),
    "led-80-3000": ("Luminaire LED 80 W, 3000 K, avenue", "LED luminaire 80 W, 3000 K, avenue"),
    "led-105-3000": (
        "Luminaire LED 105 W, 3000 K, boulevard",
        "LED luminaire 105 W, 3000 K, boulevard",
    ),
    "led-140-3000": (
        "Luminaire LED 140 W, 3000 K, carrefour",
        "LED luminaire 140 W, 3000 K, junction",
    ),
    "led-60-3000": (
        "Luminaire LED 60 W, 3000 K, grande voie",
        "LED luminaire 60 W, 3000 K, main road",
    ),
    "led-40-2400": (
        "Luminaire LED 40 W, 2400 K, corridor écologique",
        "LED luminaire 40 W, 2400 K, ecological corridor",
    ),
    "led-40-2200": (
        "Luminaire LED 40 W, 2200 K, corridor écologique",
        "LED luminaire 40 W, 2200 K, ecological corridor",
    ),
    "led-40-presence": (
        "Luminaire LED 40 W, 3000 K, détection de présence",
        "LED luminaire 40 W, 3000 K, presence detection",
    ),
    "led-40-remote": (
        "Luminaire LED 40 W, 3000 K, télégestion au point",
        "LED luminaire 40 W, 3000 K, remote control of each light point",
    ),
    "shp-ballast-dim": (
        "Ballast électronique gradable, lampe SHP gardée",
        "Dimmable electronic ballast, high-pressure sodium lamp kept",
    ),
}
"""Entries of the catalogue (`catalogue/assumed.csv`), by identifier."""
FACTORS: Mapping[Pair, tuple[Pair, Pair]] = {
    ("mix moyen", "Base Empreinte V23.6, by a public repository; not re-read at its source"): (
        ("mix moyen", "average mix"),
        (
            "Base Empreinte V23.6, d'après un dépôt public ; non relue à sa source",
            "Base Empreinte V23.6, by a public repository; not re-read at its source",
        ),
    ),
    ("RTE 2023", "RTE, bilan électrique 2023"): (
        ("RTE 2023", "RTE 2023"),
        ("RTE, bilan électrique 2023", "RTE, electricity report 2023"),
    ),
    ("mix moyen", "Base Empreinte V23.6, 0.052 kg/kWh"): (
        ("mix moyen", "average mix"),
        ("Base Empreinte V23.6, 0,052 kg/kWh", "Base Empreinte V23.6, 0.052 kg/kWh"),
    ),
    ("production 2023", "RTE, 32 g/kWh"): (
        ("production 2023", "generation 2023"),
        ("RTE, 32 g/kWh", "RTE, 32 g/kWh"),
    ),
}
"""Emission factors of the house, by their name and source as records hold them: both, told."""


def off_name(starts: str, ends: str) -> Pair:
    """What a schedule is called that is off between two clock times: `00:00`, `05:30`."""
    return (
        f"Extinction de {french_clock(starts)} à {french_clock(ends)}",
        f"Off from {starts} to {ends}",
    )


def french_clock(clock: str) -> str:
    """A clock time as French people write it: 5 h 30, 0 h."""
    hour, minute = clock.split(":")
    return f"{int(hour)}\u00a0h" + (f"\u00a0{minute}" if minute != "00" else "")
