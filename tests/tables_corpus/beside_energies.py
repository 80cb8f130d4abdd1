"""Columns beside an energy that say another thing of some rows, and those that say nothing."""

from collections.abc import Iterator
from itertools import cycle
from random import Random

from tests.tables_corpus.rules import ruled
from tests.tables_corpus.shapes import energies
from tests.tables_corpus.sheets import CSV, XLSX, Row
from tests.tables_corpus.truth import Case
from tests.tables_corpus.world import bills

CLAIMS = (
    ("Coefficient", "1", "10"), ("Coeff. lecture", "1", "20"), ("Facteur", "1", "1000"),
    ("Rapport TC", "", "100/5"), ("K", "1", "5"), ("Part commune (%)", "100", "50"),
    ("Quote-part", "1", "0,5"), ("Prorata", "", "12/31"), ("U.", "kWh", "MWh"),
    ("Commentaire", "", "en MWh"), ("Remarque", "", "valeur x1000"), ("Observation", "", "chaleur"),
    ("Flux", "IN", "OUT"), ("+/-", "+", "-"), ("Signe", "+", "-"),
    ("Usage", "Mairie", "Chauffage urbain"), ("Famille", "Électricité", "Chaleur"),
    ("Type de compteur", "Électronique", "Calories"), ("Compteur", "Principal", "Décompteur"),
    ("Compteur", "Principal", "Sous-compteur CTA"), ("Périmètre", "Mairie", "Hors"),
    ("Année", "2025", "2024"), ("Exercice", "2025", "2024"), ("Pas", "mensuel", "trimestriel"),
    ("Périodicité", "mensuelle", "annuelle"), ("Scénario", "Réel", "Cible"),
    ("Type de donnée", "Mesure", "Cumul"), ("Grandeur", "EA", "ER"),
)  # fmt: skip
"""The name of the column, its cell in most rows, and in those of one point."""
QUIET = (
    ("Coefficient", "1", "1"), ("Commentaire", "", "RAS"), ("Usage", "Mairie", "École"),
    ("Famille", "Bâtiment", "Éclairage"), ("Compteur", "Linky", "Électronique"),
    ("Année", "2025", "2025"), ("Remarque", "", "chauffage en panne"),
    ("Pas", "mensuel", "mensuel"), ("Observation", "", "fermé en août"),
    ("Propriétaire", "Commune", "Bailleur"),
)  # fmt: skip


def beside_energies(draw: Random) -> Iterator[Case]:
    """Every column, behind the energies and among them."""
    dialects = cycle((CSV, XLSX))
    told = (*((one, "block") for one in CLAIMS), *((one, "quiet") for one in QUIET))
    for n, ((name, usual, odd), way) in enumerate(told):
        made = bills(draw, 3, 6)
        point = made[-1].point
        head: Row = ["PRM", "Mois", "Consommation (kWh)", name]
        rows: list[Row] = [head]
        for b in made:
            cell = odd if b.point == point else usual
            rows.append([b.point, f"{b.start:%m/%Y}", b.kwh, cell])
        if n % 2:
            rows = [[*row[:2], row[3], row[2]] for row in rows]
        yield ruled("a column beside", way, rows, energies(made), next(dialects), name=f"Suivi {n}")
