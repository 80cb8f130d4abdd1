"""Energies of a part of the point or of the year, times a factor, or of a plant among others."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import batched
from random import Random

from tests.tables_corpus.columns import columns, table
from tests.tables_corpus.ordinary import case
from tests.tables_corpus.rules import ruled
from tests.tables_corpus.shapes import energies
from tests.tables_corpus.sheets import FRENCH, XLSX, Row, Sheet
from tests.tables_corpus.traps import trap
from tests.tables_corpus.truth import Case, Truth
from tests.tables_corpus.world import Bill, bills

PARTS = (
    "Conso nuit (kWh)", "Conso week-end kWh", "Conso VE (kWh)", "Conso 12M (kWh)", "Conso PAC kWh",
    "Consommation climat normal (kWh)", "Conso heures ouvrées (kWh)", "Conso 1er étage (kWh)",
    "Conso inoccupation (kWh)", "Énergie clim (kWh)", "Conso IRVE (kWh)", "Conso soir (kWh)",
    "Consommation cuisine (kWh)", "Conso A12M (kWh)", "Conso hiver (kWh)",
)  # fmt: skip
WHOLES = (
    "Consommation (kWh)", "Conso du mois (kWh)", "Énergie active (kWh)", "Conso électricité kWh",
    "Consommation facturée (kWh)", "Consommation réelle (kWh)", "Quantité facturée (kWh)",
    "Conso totale (kWh)", "Consommation du site (kWh)", "Conso relevée (kWh)",
    "Énergie livrée (kWh)",
)  # fmt: skip
"""Heads of all of it."""
CUT = (
    "Consommations annuelles en kWh (2025 : à fin septembre)", "kWh par an - 2025 : 9 mois",
    "Consommations électriques (kWh), 2025 provisoire", "Consommations en kWh au 30/09/2025",
    "Consommations en kWh, 2025 arrêtée à fin septembre", "kWh, 2025 jusqu'en septembre",
)  # fmt: skip
WHOLE = (
    "Consommations annuelles en kWh (2023 à 2025)", "Consommations en kWh au 31/12/2025",
    "kWh par an, édité le 30/09/2026", "Mise à jour au 30/09/2026 - consommations en kWh",
)  # fmt: skip
FACTORS = (
    "Coefficient de lecture : 10", "TC 100/5", "Facteur multiplicateur : 20", "Rapport TC : 40",
    "Valeurs à multiplier par 10",
)  # fmt: skip
PLANTS = ("Centrale solaire gymnase", "Ombrière parking", "Toiture PV école", "Éolienne du port")


def heads(draw: Random) -> Iterator[Case]:
    """The one energy is that of a part: whoever has it is asked."""
    for variant, head in enumerate(PARTS):
        made = bills(draw, 2, 12)
        rows = table(made, [*columns("point site from to"), (head, lambda b: b.kwh)])
        yield trap("a head of a part", f"Suivi {variant}", rows, Truth(), stops=True,
                   about=frozenset({"energy"}))  # fmt: skip
    for variant, head in enumerate(WHOLES * 5):
        made = bills(draw, 2, 12)
        rows = table(made, [*columns("point site from to"), (head, lambda b: b.kwh)])
        yield case("a head of all of it", f"Suivi {variant}", rows, energies(made),
                   FRENCH[variant % len(FRENCH)])  # fmt: skip


def _yearly(made: Sequence[Bill]) -> tuple[list[Row], Truth]:
    """A row a point, a column a year."""
    rows: list[Row] = [["PRM", "Site", "2023", "2024", "2025"]]
    known = Truth()
    for some in batched(made, 36):
        sums = [sum((b.kwh for b in some[at : at + 12]), Decimal()) for at in (0, 12, 24)]
        rows.append([some[0].point, some[0].site, *sums])
        for at, kwh in zip((0, 12, 24), sums, strict=True):
            known.energy[some[0].point, "import", some[at].start, some[at + 11].end] = kwh
    return rows, known


def years(draw: Random) -> Iterator[Case]:
    """A title or a note of a year that is cut short, over columns of years; of whole ones."""
    kind = "a year cut short by the title"
    for variant, text in enumerate(CUT):
        rows, _ = _yearly(bills(draw, 3, 36, 2023))
        yield trap(kind, f"Suivi {variant}", [[text], *rows], Truth(), stops=True)
        foot: list[Row] = [["Consommations électriques (kWh)"], *rows, [f"* {text}"]]
        yield trap(kind, f"Suivi bas {variant}", foot, Truth(), FRENCH[variant], stops=True)
    for variant, text in enumerate(WHOLE):
        rows, known = _yearly(bills(draw, 3, 36, 2023))
        yield case("a title of whole years", f"Suivi électrique {variant}", [[text], *rows], known)


def factors(draw: Random) -> Iterator[Case]:
    """A factor of the numbers in a title or a note: nobody knows whether it was applied."""
    for variant, text in enumerate(FACTORS):
        made = bills(draw, 2, 12)
        rows = table(made, columns("point site from to kwh"))
        some = [[text], *rows] if variant % 2 else [*rows, [text, *[None] * 4]]
        yield trap("a factor in a title", f"Suivi {variant}", some, Truth(), stops=True)
    for variant, text in enumerate(("Facteur d'émission : 52", "Coefficient gaz : 11")):
        made = bills(draw, 2, 12)
        rows = [[text], *table(made, columns("point site from to kwh"))]
        yield case("a factor of something else", f"Suivi électrique {variant}", rows,
                   energies(made), answers={"scheme": "prm"})  # fmt: skip


def plants(draw: Random) -> Iterator[Case]:
    """A plant among sites that draw, by its name or by who buys it."""
    for variant, name in enumerate(PLANTS):
        made = [*bills(draw, 2, 12), *(replace(b, site=name) for b in bills(draw, 1, 12))]
        rows = table(made, columns("point site from to kwh"))
        yield trap("a plant among sites", f"Suivi {variant}", rows, Truth(), stops=True)
    made, sold = bills(draw, 2, 12), bills(draw, 1, 12)
    buyer = ("Fournisseur", lambda b: "EDF OA" if b in sold else "EDF")
    rows = table([*made, *sold], [*columns("point from to kwh"), buyer])
    yield trap("a plant among sites", "Suivi OA", rows, energies(made))


def classes(draw: Random) -> Iterator[Case]:
    """Rows of HP and HC and one of BASE that is their sum, or that of a tariff of its own."""
    for variant in range(2):
        made = bills(draw, 2, 6)
        rows: list[Row] = [["PRM", "Mois", "Poste", "Consommation (kWh)"]]
        known = energies(made)
        known.parts = {b.key: [b.kwh - b.off_peak, b.off_peak] for b in made}
        for b in made:
            parts = [("HP", b.kwh - b.off_peak), ("HC", b.off_peak), ("Base", b.kwh)]
            rows += [[b.point, f"{b.start:%m/%Y}", name, kwh]
                     for name, kwh in (parts if variant else parts[::-1])]  # fmt: skip
        known.energy = {}
        yield trap("a row of BASE beside its classes", f"Suivi {variant}", rows, known)


def thousandths(draw: Random) -> Iterator[Case]:
    """MWh under kWh in two decimals, or in one of two sheets."""
    made = bills(draw, 3, 12)
    small = [replace(b, kwh=(b.kwh / 1000).quantize(Decimal("0.01"))) for b in made]
    rows = table(small, columns("point site from to kwh"))
    yield trap("a thousandth of some", "Suivi", rows, Truth(), stops=True)
    for n, (count, places) in enumerate(((2, "0.001"), (3, "0.01"), (3, "0.1"), (5, "0.1"))):
        made = [b for _ in range(2) for b in bills(draw, 5, 12)]
        told = [replace(b, kwh=(b.kwh / 1000).quantize(Decimal(places))) if at < 12 * count else b
                for at, b in enumerate(made)]  # fmt: skip
        rows = table(told, columns("point from to kwh"))
        yield trap("a thousandth of some", f"Suivi {n}", rows, Truth(), stops=True)
    exact = [replace(b, kwh=b.kwh / 1000) for b in made[24:]]
    cols = [*columns("point site from to"), ("Conso", lambda b: b.kwh)]
    pages = tuple(Sheet([["Conso"], *table(some, cols)], name)
                  for some, name in ((made[:24], "Nord"), (exact, "Sud")))  # fmt: skip
    yield replace(trap("a thousandth of some", "Conso", [], Truth(), XLSX, stops=True),
                  sheets=pages)  # fmt: skip


def copies(draw: Random) -> Iterator[Case]:
    """A row that was copied, shares of a year for all, a month of ten years before; twins."""
    made = bills(draw, 3, 12)
    twin = [replace(b, kwh=made[at].kwh) if at < 12 else b
            for at, b in enumerate([*made[12:24], *made[12:]])]  # fmt: skip
    twin = [replace(b, point=made[24 + at % 12].point) if at < 12 else b
            for at, b in enumerate(twin[:24])]  # fmt: skip
    cols = columns("point site from to kwh")
    told = [*made[:24], *twin[:12]]
    yield ruled("a copied row", "suspect", table(told, cols), energies(told))
    yield ruled("a copied row", "quiet", table(made, cols), energies(made))
    flat = [replace(b, kwh=made[at - at % 12].kwh) for at, b in enumerate(made)]
    yield ruled("the same in every month", "suspect", table(flat, cols), energies(flat))
    one = [*flat[:12], *made[12:]]
    yield ruled("the same in every month", "quiet", table(one, cols), energies(one))
    old = replace(made[3], start=made[3].start.replace(year=2015),
                  end=made[3].end.replace(year=2015))  # fmt: skip
    lone = [*made[:3], old, *made[4:]]
    yield ruled("a month of years before", "suspect", table(lone, cols), energies(lone))
    some = [*made[:3], *made[4:]]
    yield ruled("a month of years before", "quiet", table(some, cols), energies(some))


def partly(draw: Random) -> Iterator[Case]:
    """Every one."""
    for family in (heads, years, factors, plants, classes, thousandths, copies):
        yield from family(draw)
