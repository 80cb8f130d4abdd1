"""Words that nobody listed before: rows, titles, names of sheets and files, states of bills.

Each with places, papers and states that say nothing against an energy.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import batched, cycle
from random import Random

from tests.tables_corpus.columns import columns, of, table
from tests.tables_corpus.labels import Line, added, known, lines, long, wide
from tests.tables_corpus.mistakes import plain
from tests.tables_corpus.ordinary import case
from tests.tables_corpus.sheets import CSV, FRENCH, ODS, XLSX, Sheet
from tests.tables_corpus.traps import trap
from tests.tables_corpus.truth import Case, Truth
from tests.tables_corpus.world import bills

ROWS = (
    "Fuel domestique", "Budget primitif", "BP 2025", "Estimation", "Rigueur climatique",
    "Surface chauffée", "Montant payé", "Abonnement", "Cos phi", "Économies réalisées",
    "Gains LED", "Jours ouvrés", "Taux d'occupation", "Tendance", "Moyenne glissante",
    "Objectif décret tertiaire 2030", "Trajectoire", "Scénario sobriété", "Précipitations", "TVA",
    "Atterrissage", "Année 2024", "Exercice précédent", "Total 2024", "Hydrocarbures",
    "Prix moyen", "Conso réf.", "Degrés jours unifiés", "Revente surplus", "Évol.",
    "Tx réalisation",
    "Temp. ext.", "Estim. 2025", "Moyenne 3 ans", "tan phi", "Eaux usées", "Acompte", "Remarques",
    "Intéressement", "Base 100", "Tarif", "Coefficient", "Pmax", "Pénalités", "Part fixe",
    "Acheminement",
)  # fmt: skip
USES = ("ECS", "Climatisation", "Chauffage électrique", "Véhicules")
PLACES = (
    "Service des Eaux", "Rue du Bois", "Espace Climat", "Maison de l'Énergie", "Tour Vapeur",
    "Halle des Sports", "Serres municipales", "Chaufferie", "Bornes quai Nord", "Poste HTA",
    "Cuisine centrale", "Résidence du Soleil", "Garage Véhicules", "Objectif Emploi",
)  # fmt: skip
TITLES = (
    "Scénario LED", "Hypothèses", "Trajectoire tertiaire", "Reprévision", "Simulation conso",
    "Variante B", "Test import", "Exemple de fichier", "Étude thermique", "Gains relamping",
    "Profil type", "Part chauffage", "Hors chauffage", "Refacturation locataires", "Pmax",
    "BEGES", "Bois granulés", "Conso réf 2019", "Budget énergie 2025", "Projet conso", "ROB conso",
    "Conso eau potable", "Estimatif", "Démo", "Conso garantie CPE", "Profil journalier",
    "Conso hiver",
    "Répartition locataires", "Prod solaire",
)  # fmt: skip
PAPERS = (
    "Suivi des consommations", "Bordereau factures lot 2", "Export portail", "Données fournisseur",
    "Liste factures", "Tableau de bord énergie", "Feuille de calcul",
)  # fmt: skip
STATES = (
    ("Avoir en cours", False), ("En attente d'avoir", False), ("Contestée", False),
    ("Suspendue", False), ("Bloquée", False), ("Litige", False), ("À refacturer", False),
    ("Payée", True), ("Réglée", True), ("Transmise au comptable", True),
)  # fmt: skip
CLASSES = (
    ("{} HP", "{} HC"), ("{} (HP)", "{} (HC)"), ("HP {}", "HC {}"), ("{} pleines", "{} creuses"),
    ("{} - heures pleines", "{} - heures creuses"), ("{}_HPH", "{}_HCH"), ("{} jour", "{} nuit"),
    ("{} / H.P.", "{} / H.C."),
)  # fmt: skip
ABOUT = frozenset({"measured", "amounts"})
BOOKS = (CSV, XLSX, FRENCH[1], ODS)


def rows(draw: Random) -> Iterator[Case]:
    """One row among sites is of another quantity; of a use it is asked about; of a place it is."""
    dialects = cycle(BOOKS)
    for variant, word in enumerate((*ROWS, *USES, *PLACES)):
        made = bills(draw, 4, 6)
        sites = lines(made, 6)
        one = (word, [kwh * 7 // 10 for kwh in sites[1][1]])
        some = [*sites[:2], one, *sites[2:]]
        place = word in PLACES
        told = known(some if place else sites, made)
        cells = (long if variant % 2 else wide)(some, made)
        if place:
            yield case("a row of a place", f"Suivi {variant}", cells, told, next(dialects))
        else:
            yield trap("a row of another quantity", f"Suivi {variant}", cells,
                       Truth() if word in USES else told, next(dialects),
                       stops=word in USES)  # fmt: skip


def titles(draw: Random) -> Iterator[Case]:
    """A word in a title, the name of the sheet or of the file; words of the paper alone."""
    for variant, text in enumerate((*TITLES, *PAPERS)):
        made = bills(draw, 3, 6)
        cells = table(made, columns("point site from to kwh", 3 * (variant % 2)))
        paper = text in PAPERS
        where = variant % 3
        above = [[text], [], *cells] if where == 1 else cells
        pages = (Sheet(above, name=text if where == 2 else "Feuil1"),)
        name = text if where == 0 else f"Suivi {variant}"
        dialect = XLSX if where == 2 else BOOKS[variant % 4]
        if paper:
            yield case("a word of the paper", name, above, plain(made), dialect, sheets=pages)
        else:
            yield trap("a word that changes the meaning", name, above, Truth(), dialect,
                       sheets=pages, stops=True, about=ABOUT)  # fmt: skip


def states(draw: Random) -> Iterator[Case]:
    """One bill is in doubt by its state; one that is paid is not, one that was replaced is gone."""
    for variant, (word, sure) in enumerate((*STATES, ("Remplacée par F2025", True))):
        made = bills(draw, 3, 6)
        gone = made[7:8] if word.startswith("Remplacée") else []
        state = of("Statut", {b: word if b is made[7] else "Validée" for b in made})
        cells = table(made, [*columns("invoice point site from to kwh"), state])
        told = plain([b for b in made if b not in gone]) if sure else Truth()
        yield trap("a state of a bill", f"Factures {variant}", cells, told, BOOKS[variant % 4],
                   stops=not sure)  # fmt: skip


def classes(draw: Random) -> Iterator[Case]:
    """A row for each time class of a site, with a row of all of them or not; one that differs."""
    for variant, names in enumerate((*CLASSES, CLASSES[0], CLASSES[0])):
        made = bills(draw, 3, 6)
        out, told = list[Line](), Truth()
        for some in batched(made, 6):
            parts = [b.kwh - b.off_peak for b in some], [b.off_peak for b in some]
            out += [(one.format(some[0].site), kwh)
                    for one, kwh in zip(names, parts, strict=True)]  # fmt: skip
            if variant in {1, 8, 9}:
                out.append((some[0].site, added(out[-2:])))
            for b in some:
                told.energy[b.site, "import", b.start, b.end] = b.kwh
                told.parts[b.site, "import", b.start, b.end] = [b.kwh - b.off_peak, b.off_peak]
        differs = variant == 9
        if differs:
            out[2] = (out[2][0], [kwh * 2 for kwh in out[2][1]])
        cells = (long if variant % 2 else wide)(out, made)
        yield trap("rows of time classes", f"Suivi {variant}", cells,
                   Truth() if differs else told, BOOKS[variant % 4], stops=differs)  # fmt: skip
    made = [replace(b, site=f"{b.site} HP") for b in bills(draw, 1, 6)] + bills(draw, 2, 6)
    cells = wide(lines(made, 6), made)
    yield case("a name that ends as a class", "Suivi", cells, known(lines(made, 6), made))


def quantities(draw: Random) -> Iterator[Case]:
    """Every one."""
    for family in (rows, titles, states, classes):
        yield from family(draw)
