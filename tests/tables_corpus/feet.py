"""Inventories with rows at their foot, and under titles and names of lights that are not in use."""

from collections.abc import Iterator, Sequence
from random import Random

from tests.tables_corpus.lights import Light, inventory, lights
from tests.tables_corpus.parks import HEAD
from tests.tables_corpus.sheets import CSV, FRENCH, ODS, XLSX, Row, Sheet
from tests.tables_corpus.truth import Case, Truth

FEET = (
    "Nombre de points", "Nb PL", "Maximum", "Médiane", "Puissance moyenne", "Puissance installée",
    "Reste à rénover", "Objectif LED", "À remplacer", "Hors service", "Récapitulatif",
    "Parc complet", "Dont LED", "Moyenne par point", "Sous total rue Haute",
)  # fmt: skip
OTHERS = (
    "Parc cible", "Puissances ramenées à 50 %", "Puissances en dixièmes de W", "Devis",
    "Parc avant travaux 2015", "Commande 2025", "Prises guirlandes", "Puissance en VA",
    "Modèle à remplir", "Exemple", "Ancien parc", "Flux lumineux (lm)", "Catalogue luminaires",
    "Brouillon inventaire", "Illuminations de Noël", "Projection LED", "Lampes de rechange",
    "Scénario 2", "Prévision 2027",
    "Puissance, 2 lampes par mât",
)  # fmt: skip
USUAL = (
    "Inventaire EP 2025", "Parc d'éclairage public", "Base EP", "SIG éclairage", "Relevé terrain",
    "Recensement", "Éclairage public - Bonneau",
)  # fmt: skip


def _rows(made: Sequence[Light]) -> list[Row]:
    return [[o.id, o.street, o.cabinet, "SHP", o.watts] for o in made]


def feet(draw: Random) -> Iterator[Case]:
    """A row that names no light, with a number of lamps beside or not."""
    dialects = (CSV, XLSX, FRENCH[1], ODS)
    for variant, label in enumerate(FEET):
        made = lights(draw)
        rows: list[Row] = [HEAD, *_rows(made)]
        some = sum(o.watts for o in made[: 5 + variant])
        rows.append([label, None, None, "12 lampes" if variant % 4 == 3 else None, some])
        yield inventory("a row at the foot", made, rows, dialects[variant % 4])
    made = lights(draw)
    rows = [HEAD, *_rows(made[:-1])]
    rows.append([made[-1].id, None, None, None, made[-1].watts])
    yield inventory("a light with fewer cells", made, rows, group="ordinary")


def named(draw: Random) -> Iterator[Case]:
    """A title, the name of the sheet or of the file."""
    for variant, text in enumerate((*OTHERS, *USUAL)):
        made = lights(draw)
        rows: list[Row] = [HEAD, *_rows(made)]
        where, other = variant % 3, text in OTHERS
        above = [[text], *rows] if where == 1 else rows
        pages = (Sheet(above, name=text if where == 2 else "Feuil1"),)
        yield inventory("an inventory by its names", made, above, XLSX if where == 2 else CSV,
                        "trap" if other else "ordinary", stops=other, sheets=pages,
                        name=text if where == 0 else "Inventaire",
                        **({"truth": Truth()} if other else {}))  # fmt: skip


def feet_and_names(draw: Random) -> Iterator[Case]:
    """Every one."""
    for family in (feet, named):
        yield from family(draw)
