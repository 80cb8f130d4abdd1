"""Words that say what numbers are by where they stand, and are on no list; units in cells; sums."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import batched, cycle
from random import Random

from tests.tables_corpus.columns import Column, columns, table
from tests.tables_corpus.ordinary import case
from tests.tables_corpus.sheets import CSV, ODS, XLSX, Cell, Row, Sheet
from tests.tables_corpus.traps import trap
from tests.tables_corpus.truth import Case, Truth
from tests.tables_corpus.world import Bill, bills, truth

_ASKED = frozenset({"measured", "amounts", "summed"})
_WORDS: tuple[tuple[str, str, str], ...] = (
    ("Scénario", "Tendanciel", ""), ("Statistique", "P90", ""), ("Hypothèse", "H2 haute", ""),
    ("Jeu", "fictif", ""), ("Info", "repris du bail", ""), ("Basis", "weather normalised", ""),
    ("Osservazioni", "stimato dal modello", ""), ("Art der Daten", "Hochrechnung", ""),
    ("Série", "Vague 1", "Vague 2"), ("Qualité", "Constaté", "Bouché"), ("Ligne", "Conso", "Gain"),
    ("Étape", "Facturé", "Attendu"),
)  # fmt: skip
"""A column, the text of its rows, and another in every second one."""
_QUIET = (
    ("Service", "Patrimoine"), ("Commune", "Vaubrun"), ("Origine", "Télérelève"),
    ("Commentaire", "RAS"), ("Imputation", "60612"), ("Compétence", "Scolaire"),
    ("Responsable", "Mme le maire"), ("Statut", "Validé"), ("Pôle", "DST"),
    ("Canal", "Chorus"), ("Domaine de tension", "BT"), ("Exploitant", "Sogetherm"),
)  # fmt: skip
_TITLES = ("Perspectives", "Pour un logement type", "Trajectoire à tenir", "Besoins", "Gisements")
_PLAIN = (
    "Commune de Vaubrun", "Édité par le service bâtiments", "Document à usage interne",
    "Suivi des fluides", "Source : portail du fournisseur", "Bâtiments et éclairage public",
)  # fmt: skip
_QUARTERS = ("{}T25", "T{} 25", "Q{}-25", "{}e trim. 25", "T{}/25", "2025-T{}")


def beside(draw: Random) -> Iterator[Case]:
    """A column of words, above bills and months; places, people and papers beside it."""
    for (head, one, other), dialect in zip(_WORDS, cycle((CSV, XLSX, ODS)), strict=False):
        made = bills(draw, 3, 6)
        second = {id(bill) for bill in made[1::2]} if other else set()
        told: Column = (head, lambda b, at=second, a=one, z=other: z if id(b) in at else a)  # type: ignore[misc]
        rows = table(made, [*columns("point site from to kwh"), told])
        yield trap("a column of words of no list", f"Suivi {head}", rows, Truth(), dialect,
                   stops=True, about=_ASKED)  # fmt: skip
    for (head, one), dialect in zip(_QUIET, cycle((CSV, XLSX, ODS)), strict=False):
        made = bills(draw, 3, 6)
        rows = table(made, [*columns("point site from to kwh"), (head, lambda _, one=one: one)])  # type: ignore[misc]
        yield case("a column that says nothing", f"Suivi {head}", rows, truth(made), dialect)


def above(draw: Random) -> Iterator[Case]:
    """Titles and names of sheets without a word of energy."""
    for n, title in enumerate(_TITLES):
        made = bills(draw, 3, 6)
        rows = table(made, columns("point site from to kwh"))
        yield trap("a title of no list", f"Suivi {n}", [[title], [], *rows], Truth(), CSV,
                   stops=True, about=_ASKED)  # fmt: skip
        yield replace(
            trap("a sheet of no list", f"Classeur {n}", rows, Truth(), XLSX, stops=True),
            sheets=(Sheet(rows, title),),
            about=_ASKED,
        )
    for n, title in enumerate(_PLAIN):
        made = bills(draw, 3, 6)
        rows = table(made, columns("point site from to kwh"))
        yield case(
            "a plain title", f"Suivi {n}", [[title], [], *rows], truth(made), (CSV, ODS)[n % 2]
        )


def units(draw: Random) -> Iterator[Case]:
    """Each cell with its unit, of two; quarters of short years."""
    for n, dialect in enumerate((CSV, XLSX, ODS)):
        made = bills(draw, 3, 12)
        mixed: Column = ("Consommation", lambda b: _in_its_unit(b, Decimal(900)))
        rows = table(made, [*columns("point site from to"), mixed])
        yield trap("a unit in each cell", f"Consos {n}", rows, truth(made), dialect)
    for form, dialect in zip(_QUARTERS, cycle((XLSX, CSV)), strict=False):
        made = [
            replace(a, end=c.end, kwh=a.kwh + b.kwh + c.kwh)
            for a, b, c in batched(bills(draw, 3, 12), 3)
        ]
        told: Column = ("Période", lambda b, form=form: form.format((b.start.month + 2) // 3))  # type: ignore[misc]
        rows = table(made, [*columns("point site"), told, *columns("kwh")])
        known = Truth(energy={one.key: one.kwh for one in made})
        yield trap("a quarter of a short year", "Trimestres", rows, known, dialect)


def _in_its_unit(one: Bill, most: Decimal) -> Cell:
    if one.kwh < most:
        return f"{one.kwh} kWh"
    return f"{one.kwh / 1000:.3f} MWh".replace(".", ",")


def _add(some: Sequence[Decimal]) -> Decimal:
    return sum(some, Decimal(0))


def sums(draw: Random) -> Iterator[Case]:
    """Sums that restart each quarter, sums of twelve months, and instalments."""
    for n in range(3):
        told: dict[int, list[Decimal]] = {n: [] for n in range(3)}
        made = bills(draw, 2, 24, 2024)
        for point in dict.fromkeys(one.point for one in made):
            own = [one.kwh for one in made if one.point == point]
            told[0] += [_add(own[k // 3 * 3 : k + 1]) for k in range(24)]
            told[1] += [_add(own[k - 11 : k + 1]) if k > 10 else Decimal(0) for k in range(24)]
            told[2] += [
                (_add(own[k // 12 * 12 :][:12]) / 12).quantize(Decimal(1)) + k % 2
                for k in range(24)
            ]
        later = [replace(b, kwh=kwh) for b, kwh in zip(made, told[n], strict=True) if kwh]
        rows: list[Row] = table(later, [*columns("point"), ("Mois", lambda b: f"{b.start:%m/%Y}"),
                                        *columns("kwh")])  # fmt: skip
        yield trap("sums of several months", f"Consos {n}", rows, Truth(), CSV, stops=True)


def standing(draw: Random) -> Iterator[Case]:
    """Every one of them."""
    yield from beside(draw)
    yield from above(draw)
    yield from units(draw)
    yield from sums(draw)
