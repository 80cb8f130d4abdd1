"""Titles and names of files that say of the figures what no column says; twins that do not."""

from collections.abc import Iterator
from itertools import accumulate, batched
from random import Random

from tests.tables_corpus.columns import columns, table
from tests.tables_corpus.labels import lines, long, wide
from tests.tables_corpus.mistakes import plain
from tests.tables_corpus.ordinary import case
from tests.tables_corpus.sheets import FRENCH, XLSX, Row, Sheet
from tests.tables_corpus.traps import trap
from tests.tables_corpus.truth import Case, Truth
from tests.tables_corpus.world import MONTHS, bills, truth

COSTS = (
    "Coûts TTC (€)", "Coût électricité 2025", "Dépenses énergie 2025", "Montants factures TTC",
    "couts_2025_euros", "Dépenses électricité en €",
)  # fmt: skip
SUMS = (
    "Consommation cumulée (kWh)", "Consommations cumulées depuis le 1er janvier (kWh)",
    "Cumul des consommations (kWh)", "Conso cumulée 2025 kWh", "Consommation glissante (kWh)",
    "Consommations depuis le début de l'année (kWh)",
)  # fmt: skip
OF_2024 = (
    "Année 2024", "Année 2024 - consommations électriques", "Consommations 2024 (kWh)",
    "Exercice 2024", "Bilan énergétique 2024", "Suivi 2024 des consommations",
    "Consommations du 01/01/2024 au 31/12/2024",
)  # fmt: skip
OTHER_YEARS = (
    "Groupement d'achat 2024", "Marché 2024-2026", "Édité le 12/01/2026", "Année 2025",
    "Années 2024 et 2025", "Tarifs au 1er août 2024", "Loi du 9 mars 2024", "Contrat 2022",
    "Factures reçues en janvier 2026", "École construite en 1998",
)  # fmt: skip


def costs(draw: Random) -> Iterator[Case]:
    """Money by the file's name or the title alone; beside a column of money it is that column's."""
    kind, about = "a cost by its name alone", frozenset({"amounts"})
    for variant, text in enumerate(COSTS):
        made = bills(draw, 2, 6)
        paid = [*columns("point site from to"), ("kWh", lambda b: b.ttc)]
        yield trap(kind, text, table(made, paid), Truth(), stops=True, about=about)
        rows = wide(lines(made, 6), made)[1:]
        yield trap(kind, f"{text} {variant}", rows, Truth(), stops=True, about=about)
        rows = [[text], *table(made, paid)]
        yield trap(kind, f"Suivi {variant}", rows, Truth(), FRENCH[variant], stops=True,
                   about=about)  # fmt: skip
        told = truth(made)
        told.parts = {}
        rows = table(made, columns("point site from to kwh ttc"))
        yield case("a cost and its column", f"{text} (b)", rows, told)
    for name in ("Coûts et consommations 2025", "Consommations (kWh) et dépenses"):
        made = bills(draw, 2, 6)
        rows = table(made, columns("point site from to kwh"))
        yield case("energies under a name of both", name, rows, plain(made))


def sums(draw: Random) -> Iterator[Case]:
    """Running sums by their title, of which some fall: a meter that was changed, a credit."""
    for variant, title in enumerate(SUMS):
        made = bills(draw, 3, 12)
        told = []
        for some in batched(made, 12):
            grown = list(accumulate(b.kwh for b in some))
            grown[7 + variant % 3] = grown[6 + variant % 3] - 40
            told.append((some[0].site, grown))
        for rows in (wide(told, made)[1:], long(told, made)):
            name = f"Suivi {variant}{len(rows)}"
            yield trap("a running sum that falls", name, [[title], *rows], Truth(), stops=True,
                       about=frozenset({"summed"}))  # fmt: skip


def years(draw: Random) -> Iterator[Case]:
    """A year in the title that no row is of; years of contracts, papers and buildings."""
    kind = "a title of another year than its rows"
    for variant, title in enumerate(OF_2024):
        made = bills(draw, 2, 12)
        months: list[Row] = [[b.point, f"{MONTHS[b.start.month - 1]} 2025", b.kwh] for b in made]
        forms: tuple[list[Row], ...] = (
            table(made, columns("point site from to kwh")),
            [["PRM", "Mois", "Consommation (kWh)"], *months],
            wide(lines(made, 12), made)[1:],
        )
        for at, rows in enumerate(forms):
            name = f"Suivi {variant}{at}"
            yield trap(kind, name, [[title], *rows], Truth(), stops=True, answers={"unit": "kWh"},
                       about=frozenset({"dated"}))  # fmt: skip
    for variant, title in enumerate(OTHER_YEARS):
        made = bills(draw, 2, 12)
        rows = [[title], *table(made, columns("point site from to kwh"))]
        yield case("a title of a year", f"Suivi {variant}", rows, plain(made))


def of_sheets(draw: Random) -> Iterator[Case]:
    """The name of the one sheet claims it, the unit of a file is another; sheets of no claim."""
    for name, about in (("Budget 2026", "measured"), ("Prévisionnel", "measured"),
                        ("Coûts", "amounts"), ("Cumul", "summed"), ("2024", "dated")):  # fmt: skip
        made = bills(draw, 2, 12)
        pages = (Sheet(table(made, columns("point site from to kwh")), name),)
        yield trap("the name of a sheet", f"Suivi {about[0]}{name[0]}", [], Truth(), XLSX,
                   sheets=pages, stops=True, about=frozenset({about}))  # fmt: skip
    for name in ("Feuil1", "Historique", "2025", "Suivi", "Base"):
        made = bills(draw, 2, 12)
        pages = (Sheet(table(made, columns("point site from to kwh")), name),)
        yield case("a sheet of any name", f"Suivi {name}", [], plain(made), XLSX, sheets=pages)
    made = bills(draw, 2, 12)
    rows = table(made, columns("point site from to kwh"))
    yield trap("a file of another unit", "Consommations en MWh", rows, Truth(), stops=True)
    twin = bills(draw, 2, 12)
    same = table(twin, columns("point site from to kwh"))
    yield case("a file of its unit", "Consommations en kWh", same, plain(twin))
    yield trap("a title of emissions", "Suivi", [["Émissions de CO2"], *rows], Truth(), stops=True,
               about=frozenset({"measured"}))  # fmt: skip


def postes(draw: Random) -> Iterator[Case]:
    """A row a class and one of all: their sum, or another number."""
    for variant, (word, by) in enumerate((("Total", 1), ("HP+HC", 1), ("Total", 2), ("HP+HC", 2))):
        made = bills(draw, 2, 6)
        told = truth(made)
        told.costs = {}
        rows: list[Row] = [["PRM", "Mois", "Poste", "Consommation (kWh)"]]
        for b in made:
            parts = (("HP", b.kwh - b.off_peak), ("HC", b.off_peak), (word, b.kwh * by))
            rows += [[b.point, f"{b.start:%m/%Y}", name, kwh] for name, kwh in parts]
        yield trap("a row of all classes", f"Suivi {variant}", rows, Truth() if by > 1 else told,
                   stops=by > 1)  # fmt: skip


def claims(draw: Random) -> Iterator[Case]:
    """Every one."""
    for family in (costs, sums, years, of_sheets, postes):
        yield from family(draw)
