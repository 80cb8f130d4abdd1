"""The columns of the crew book, a sheet a kind of row."""

from dataclasses import replace

from synergie.formats.columns import Column
from synergie.formats.templates.columns import TABLES

TITLES = {
    "crew": "Équipes",
    "depot": "Dépôts",
    "road_order": "Arrêtés de circulation",
    "other_works": "Travaux d'autres",
    "target": "Délais",
    "rule": "Tâches",
    "settings": "Réglages",
}
"""The name of the sheet of each kind of row."""
ABOUT = {
    "crew": "Une équipe avec son véhicule par ligne : jamais le nom d'une personne.",
    "depot": "Un lieu de départ par ligne ; le stock n'est compté que s'il est écrit.",
    "road_order": "Un arrêté par ligne : quand les travaux sont permis, ou interdits.",
    "other_works": "Travaux d'un autre maître d'ouvrage au même endroit : s'y joindre économise.",
    "target": "Un délai de dépannage par ligne ; sans ligne, des délais supposés, qui sont dits.",
    "rule": "Une tâche par ligne : sa période, sa durée ; sans ligne, des valeurs supposées.",
    "settings": "Une seule ligne : calendrier, vitesse, temps gardé pour les urgences.",
}
SKILLS = {"platform": "nacelle"}
DAYS = {
    1: "lundi", 2: "mardi", 3: "mercredi", 4: "jeudi", 5: "vendredi", 6: "samedi", 7: "dimanche",
}  # fmt: skip

SHEETS: dict[str, tuple[Column, ...]] = {
    kind: TABLES[f"crews-{kind.replace('_', '-')}"] for kind in TITLES
}
"""The columns of each kind of row."""


def _list_all_columns() -> tuple[Column, ...]:
    """Every column once, provenance last; none is required, and a crew is the example."""
    found: dict[str, Column] = {}
    for columns in SHEETS.values():
        for column in columns:
            example = column.example if column in SHEETS["crew"] else ""
            found.setdefault(column.name, replace(column, required=False, example=example))
    last = found.pop("provenance")
    return *TABLES["crews"], *found.values(), last


COLUMNS: tuple[Column, ...] = _list_all_columns()
"""The columns of one table that holds every kind of row."""
