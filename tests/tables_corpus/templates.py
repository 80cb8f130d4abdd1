"""Our own template with what people add to it: titles above, columns beside, a total below."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from random import Random

from tests.tables_corpus.filled import known, line, sheet
from tests.tables_corpus.ordinary import case
from tests.tables_corpus.rules import ruled
from tests.tables_corpus.sheets import CSV, XLSX, Cell, Row
from tests.tables_corpus.traps import trap
from tests.tables_corpus.truth import Case, Truth
from tests.tables_corpus.world import Bill, bills

CLAIMS = (
    "Budget 2026", "Énergies en MWh", "Année 2024", "Prévisions 2025", "Consommations cumulées",
    "Consommations N-1", "Index des compteurs",
)  # fmt: skip
NOTHING = ("Commune de Villeneuve", "Consommations 2025 en kWh", "Édité le 12/01/2026", "SDE 54")
BESIDE: tuple[tuple[str, bool, Callable[[Bill], Cell]], ...] = (
    ("Coefficient", True, lambda b: 10), ("Coefficient de lecture", True, lambda b: Decimal(40)),
    ("Unité", True, lambda b: "MWh"), ("Nature", True, lambda b: "Prévision"),
    ("Commentaire", True, lambda b: "facture annulée"), ("Coefficient", False, lambda b: 1),
    ("Montant TTC (€)", False, lambda b: b.ttc), ("Unité", False, lambda b: "kWh"),
    ("Moyenne", False, lambda b: b.kwh // 12), ("Énergie (MWh)", False, lambda b: b.kwh / 1000),
    ("Coefficient de conversion (kWh/m3)", False, lambda b: b.coefficient),
    ("Commentaire", False, lambda b: "RAS"),
)  # fmt: skip
"""Name of a column that is not ours, whether it says that the energies are none, its cells."""
TOTALS = ("Total 2025", "Total général", "Cumul 2025", "Ensemble des sites", "S/T", "Somme")


def above(draw: Random) -> Iterator[Case]:
    """A title that says another thing than its rows; others."""
    for dialect in (CSV, XLSX):
        for told, titles in ((True, CLAIMS), (False, NOTHING)):
            for variant, title in enumerate(titles):
                made = bills(draw, 2, 8)
                rows = [[title], *sheet([line(b, b.kwh) for b in made], dialect)]
                name = f"Énergies {told} {variant}"
                kind = "a title above a template"
                yield (trap(kind, name, rows, Truth(), dialect, stops=True) if told
                       else case(kind, name, rows, known(made), dialect))  # fmt: skip


def beside(draw: Random) -> Iterator[Case]:
    """A column of coefficients, units or kinds; columns that say nothing of the energy."""
    for dialect in (CSV, XLSX):
        for variant, (head, stops, cell) in enumerate(BESIDE):
            made = bills(draw, 2, 8)
            whole = sheet([line(b, b.kwh) for b in made], dialect)
            rows: list[Row] = [[*whole[0], head]]
            rows += [[*row, cell(b)] for row, b in zip(whole[1:], made, strict=True)]
            name, kind = f"Énergies {variant}", "a column beside a template"
            yield (trap(kind, name, rows, Truth(), dialect, stops=True) if stops
                   else case(kind, name, rows, known(made), dialect))  # fmt: skip


def below(draw: Random) -> Iterator[Case]:
    """A row of the whole time that is called a total: it is the sum, or it is not."""
    rule = "a dated total in a template"
    for dialect in (CSV, XLSX):
        for variant, label in enumerate((*TOTALS, "Moyenne 2025", "Total 2025")):
            made = bills(draw, 2, 8)
            total = sum((b.kwh for b in made), Decimal())
            differs = variant > len(TOTALS)
            if label.startswith("Moyenne") or differs:
                total //= 2
            one = replace(made[0], site=label, kwh=total)
            rows = [line(b, b.kwh) for b in made]
            rows.append(line(one, total, made[7].last, named=True))
            told = "block" if differs else "note"
            name = f"Énergies {variant}"
            yield ruled(rule, told, sheet(rows, dialect), known(made), dialect, name=name)


def templates(draw: Random) -> Iterator[Case]:
    """Every one."""
    for family in (above, beside, below):
        yield from family(draw)
