"""Lists of points whose energies are of no whole year, and years that names of files tell."""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import batched, cycle
from random import Random

from tests.tables_corpus.columns import columns, table
from tests.tables_corpus.mistakes import plain
from tests.tables_corpus.rules import ruled
from tests.tables_corpus.shapes import energies
from tests.tables_corpus.sheets import CSV, FRENCH, ODS, XLSX, Cell, Dialect, Row, Sheet
from tests.tables_corpus.traps import trap
from tests.tables_corpus.truth import Case, Truth
from tests.tables_corpus.world import MONTHS, Bill, bills

LESS = (
    "Conso 2025 (9 mois) (kWh)", "Consommation annuelle de référence (kWh) - partielle",
    "Conso annuelle kWh (janv-sept)", "Conso 2025 provisoire (kWh)",
    "Consommation annuelle prévisionnelle (kWh)", "Conso annuelle objectif kWh",
    "Conso 2025 au 30/09 (kWh)", "Consommation 1er semestre 2025 (kWh)",
    "Consommation annuelle gaz (kWh)", "Consommation hiver (kWh)",
)  # fmt: skip
WHOLE = (
    "Consommation annuelle (kWh)", "Conso annuelle 2025 (12 mois) (kWh)",
    "Consommation de référence (kWh)", "CAR estimée (kWh)",
)  # fmt: skip
ABOVE = (
    ("Période de référence : du 01/01/2025 au 30/09/2025", False),
    ("Consommations annuelles (10 mois)", False), ("Année de référence 2025 (partielle)", False),
    ("Consommations annuelles provisoires à fin octobre", False),
    ("Période de référence : du 01/01/2025 au 31/12/2025", True),
    ("Liste des PRM au 01/01/2026", True),
)  # fmt: skip
NAMES = (
    ("Conso 2024", False), ("Factures_2023", False), ("conso-2024-v2", False), ("2024", False),
    ("Suivi 2025", True), ("Conso 2024-2025", True), ("Extraction du 12-01-2026", True),
    ("Export 2026", True), ("Marché 2022", True),
)  # fmt: skip
PAGES = ("2025", "Année 2025", "Conso 2025")
ABOUT = frozenset({"annual", "dated"})


def _rows(
    made: list[Bill], head: str, more: dict[str, Callable[[int], Cell]] | None = None
) -> tuple[list[Row], Truth]:
    beside, told = more or {}, Truth()
    rows: list[Row] = [["PRM", "Site", "Segment", "Puissance souscrite (kVA)", *beside, head]]
    for rank, some in enumerate(batched(made, 12)):
        one, year = some[0], sum((b.kwh for b in some), Decimal())
        cells = (cell(rank) for cell in beside.values())
        rows.append([one.point, one.site, "C5", one.power, *cells, year])
        told.points[one.point] = year, Decimal(one.power)
    return rows, told


def lists(draw: Random) -> Iterator[Case]:
    """The head, the title above, or a cell says that it is less than a year; a twin each."""
    dialects = cycle((CSV, XLSX, FRENCH[1], ODS))
    rule = "an energy of less than a year"
    for head in (*LESS, *WHOLE):
        rows, told = _rows(bills(draw, 4), head)
        whole = head in WHOLE
        yield ruled(rule, "quiet" if whole else "block", rows, told, next(dialects),
                    name="Périmètre", about=ABOUT if not whole else frozenset())  # fmt: skip
    for title, whole in ABOVE:
        rows, told = _rows(bills(draw, 4), "Consommation annuelle (kWh)")
        yield ruled(rule, "quiet" if whole else "block", [[title], *rows], told, next(dialects),
                    name="Périmètre", about=ABOUT if not whole else frozenset())  # fmt: skip
    for whole in (True, False):
        less_ = 8 if not whole else 12
        ends: dict[str, Callable[[int], Cell]] = {
            "Début période de référence": partial(_of_one, date(2025, 1, 1), date(2025, 1, 1)),
            "Fin période de référence": partial(_of_one, date(2025, 12, 31), date(2025, less_, 31)),
        }
        rows, told = _rows(bills(draw, 4), "Consommation de référence (kWh)", ends)
        yield ruled(rule, "quiet" if whole else "block", rows, told, next(dialects))
        count: dict[str, Callable[[int], Cell]] = {"Nb mois": partial(_of_one, 12, less_)}
        rows, told = _rows(bills(draw, 4), "Consommation annuelle (kWh)", count)
        yield ruled(rule, "quiet" if whole else "block", rows, told, next(dialects))


def _of_one(usual: Cell, other: Cell, rank: int) -> Cell:
    """*other* in the third row, *usual* in all else."""
    return other if rank == 2 else usual


def powers(draw: Random) -> Iterator[Case]:
    """Powers of four classes, each no less than that before; one that is."""
    for falls in (False, True):
        rows: list[Row] = [
            ["PRM", *(f"PS {one} (kVA)" for one in ("HPH", "HCH", "HPB", "HCB")), "CAR (kWh)"]
        ]
        told = Truth()
        for rank, some in enumerate(batched(bills(draw, 4), 12)):
            low = some[0].power + 40
            four = (low, low, low + 6, low - 6 if falls and rank == 1 else low + 6)
            year = sum((b.kwh for b in some), Decimal())
            rows.append([some[0].point, *four, year])
            told.points[some[0].point] = year, Decimal(max(four))
        yield ruled("powers of classes that fall", "block" if falls else "quiet", rows, told)


def names(draw: Random) -> Iterator[Case]:
    """The year of the name of a file against that of the rows; of a sheet over bare months."""
    dialects: Iterator[Dialect] = cycle((CSV, XLSX, FRENCH[1], ODS))
    for name, same in NAMES:
        made = bills(draw, 3)
        rows = table(made, columns("point site from to kwh"))
        yield ruled("the year of a file's name", "quiet" if same else "block", rows, plain(made),
                    next(dialects), name=name, about=frozenset() if same else ABOUT)  # fmt: skip
    for name in PAGES:
        made = bills(draw, 3)
        rows = [["Consommations électriques (kWh)"], ["PRM", "Site", *MONTHS]]
        rows += [
            [some[0].point, some[0].site, *(b.kwh for b in some)] for some in batched(made, 12)
        ]
        yield trap("bare months of a sheet's year", "Suivi", rows, energies(made), XLSX,
                   group="ordinary", sheets=(Sheet(rows, name=name),),
                   about=frozenset({"year"}))  # fmt: skip


def less(draw: Random) -> Iterator[Case]:
    """Every one."""
    for family in (lists, powers, names):
        yield from family(draw)
