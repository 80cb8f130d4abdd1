"""Points that are called after another energy, a plant or a sale, and places that only sound so."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle
from random import Random

from tests.tables_corpus.rules import ruled
from tests.tables_corpus.shapes import energies
from tests.tables_corpus.sheets import CSV, XLSX, Row
from tests.tables_corpus.traps import trap
from tests.tables_corpus.truth import Case, Truth
from tests.tables_corpus.unlike import TITLE
from tests.tables_corpus.world import bills

RULE = "a point called after another energy"
OF_ANY = (
    "Mairie - gaz", "École (gaz naturel)", "Chaufferie gaz", "Compteur gaz stade", "Toiture PV",
    "Centrale solaire gymnase", "Ombrière parking", "Cogénération", "Micro-centrale hydraulique",
)  # fmt: skip
"""Names that say so whatever the number of the point."""
OF_NAMES = (
    "Sous-station chaleur RCU", "Chaufferie bois", "Piscine - réseau de chaleur", "Mairie 1 (RCU)",
    "Compteur eau stade", "École - fioul", "Chauffage urbain collège",
)  # fmt: skip
"""Names that say so where no PRM does not."""
BEHIND = (
    "Mairie - gaz", "École (gaz naturel)", "École - fioul", "Sous-station chaleur RCU",
    "Compteur eau stade",
)  # fmt: skip
"""Names of rows that are of another fuel where no number is: each row is refused."""
QUIET = (
    "Rue du Gaz", "Château d'eau", "Bois l'Abbé", "Allée des Éoliennes", "EP rue de la Chaleur",
    "Chaufferie", "Piscine", "Station pompage", "Salle solaire",
)  # fmt: skip
"""Places."""
TELL = (
    ("Type", "Gaz", "Elec"), ("Type d'énergie", "G", "E"), ("Type de point", "PCE", "PDL"),
    ("Distributeur", "GRDF", "Enedis"), ("Tarif", "T2", "BT<36"), ("Profil", "P012", "PRO1"),
)  # fmt: skip
"""A column, what it says of a point of gas, and of one of electricity."""


def names(draw: Random) -> Iterator[Case]:
    """One point of several is called so, with and without its number."""
    head: Row = ["PRM", "Site", "Du", "Au", "Consommation (kWh)"]
    for label, told in (
        *((one, "block") for one in (*OF_ANY, *OF_NAMES)), *((one, "quiet") for one in QUIET)
    ):  # fmt: skip
        made = bills(draw, 3, 4)
        some = [replace(b, site=label) if n < 4 else b for n, b in enumerate(made)]
        rows: list[Row] = [[TITLE], head]
        rows += [[b.point, b.site, b.start, b.last, b.kwh] for b in some]
        if label not in OF_NAMES:
            yield ruled(RULE, told, rows, energies(some), name=f"Suivi {label}")
        if label in BEHIND:
            continue
        bare = [row[1:] if len(row) > 1 else row for row in rows]
        known = energies([replace(b, point=b.site) for b in some])
        yield ruled(RULE, told, bare, known, XLSX, name=f"Suivi nu {label}")


def columns(draw: Random) -> Iterator[Case]:
    """A column says of each point whether it is of electricity or gas: gas is not kept as such."""
    dialects = cycle((CSV, XLSX))
    for name, gas, electricity in TELL:
        made = bills(draw, 3, 4)
        other = made[-1].point
        head: Row = ["PRM", name, "Du", "Au", "Consommation (kWh)"]
        rows: list[Row] = [[TITLE], head]
        rows += [
            [b.point, gas if b.point == other else electricity, b.start, b.last, b.kwh]
            for b in made
        ]
        known = energies([b for b in made if b.point != other])
        yield trap("gas by a column", f"Suivi {name}", rows, known, next(dialects))


def sales(draw: Random) -> Iterator[Case]:
    """A column of contracts calls one point a sale."""
    for head, cell in (("Contrat", "Vente"), ("Type de contrat", "Obligation d'achat")):
        made = bills(draw, 3, 4)
        rows: list[Row] = [[TITLE], ["PRM", head, "Du", "Au", "Consommation (kWh)"]]
        rows += [
            [b.point, cell if b.point == made[-1].point else "EDF", b.start, b.last, b.kwh]
            for b in made
        ]
        yield trap("a sale by a column", f"Suivi {cell}", rows, Truth(), stops=True)


def other_energies(draw: Random) -> Iterator[Case]:
    """Every one."""
    for family in (names, columns, sales):
        yield from family(draw)
