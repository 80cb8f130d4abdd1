"""Titles, names of sheets and of files that call figures another thing, and those that do not."""

from collections.abc import Iterator
from random import Random

from tests.tables_corpus.rules import ruled
from tests.tables_corpus.shapes import energies
from tests.tables_corpus.sheets import CSV, XLSX, Row, Sheet
from tests.tables_corpus.truth import Case
from tests.tables_corpus.world import bills

OTHERS = (
    "Chauffage urbain", "Eau froide", "Eau", "Propane", "Carburant", "Avoirs", "Notes de crédit",
    "Production photovoltaïque", "Vente", "kWhEP", "Ratio", "HC uniquement",
    "Part HP", "Sous-compteurs", "Hors EP", "Coefficient 10", "TC 100/5", "x10", "Brouillon",
    "Ne pas utiliser", "ANNULE ET REMPLACE", "Extrapolé", "Données en MWh", "Gaz naturel",
)  # fmt: skip
USUAL = (
    "Consommations électriques", "Relevés mensuels", "Suivi des énergies", "Mairie et écoles",
    "Service des eaux de Pompey", "Compteurs", "Électricité des bâtiments", "Ville de Pompey",
)  # fmt: skip


def titles(draw: Random) -> Iterator[Case]:
    """Each above the head, as the name of the sheet, and as that of the file."""
    for name, told in (*((one, "block") for one in OTHERS), *((one, "quiet") for one in USUAL)):
        made = bills(draw, 2, 6)
        head: Row = ["PRM", "Mois", "Consommation (kWh)"]
        rows: list[Row] = [head]
        rows += [[b.point, f"{b.start:%m/%Y}", b.kwh] for b in made]
        known = energies(made)
        kind, about = "a title of another thing", frozenset({"measured", "scheme", "amounts"})
        yield ruled(kind, told, [[name], *rows], known, name="Suivi", about=about)
        sheet = name[:31].replace("/", " ")
        yield ruled(
            kind, told, rows, known, XLSX, name="Suivi", about=about, sheets=(Sheet(rows, sheet),)
        )
        if name not in {"x10", "TC 100/5"}:
            yield ruled(kind, told, rows, known, CSV, name=name, about=about)
