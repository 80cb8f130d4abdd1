"""Sheets and rows unlike the others: their months, their years, their number, their quantity."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import batched
from random import Random

from tests.tables_corpus.rules import ruled
from tests.tables_corpus.shapes import energies
from tests.tables_corpus.sheets import CSV, ODS, XLSX, Dialect, Row, Sheet
from tests.tables_corpus.traps import trap
from tests.tables_corpus.truth import Case, Truth
from tests.tables_corpus.world import MONTHS, SHORT, Bill, bills

TITLE = "Consommations électriques (kWh)"
QUANTITIES = (
    "Température moyenne", "T° ext.", "Nb jours", "Nombre d'élèves", "Surface m²", "Prix €/MWh",
    "Puissance (kW)", "CO2 (kg)", "kWh/m²", "kWh/hab", "Réseau chaleur", "Index", "Relevé compteur",
    "Hors périmètre", "Avoir", "Rappel an dernier", "Degrés-jours", "Heures de fonctionnement",
)  # fmt: skip
"""Labels of rows that are no site, wherever they stand."""
SITES = ("Autres bâtiments", "Divers", "Locataire", "Kiosque")
"""Labels that may be a site; without a number among numbers they are told."""
HEAT = ("Chauffage urbain", "RCU", "Réseau de chaleur", "Sous-stations", "Granulés", "Eau chaude")


def wide(some: Sequence[Bill], count: int, names: Sequence[str | date]) -> list[Row]:
    """A row a point, a column a month."""
    rows: list[Row] = [["PRM", "Site", *names]]
    return rows + [
        [each[0].point, each[0].site, *(b.kwh for b in each)] for each in batched(some, count)
    ]


def _book(kind: str, name: str, sheets: Sequence[Sheet], told: Truth, **more: object) -> Case:
    return replace(trap(kind, name, [], told, XLSX, **more), sheets=tuple(sheets))


def sheets(draw: Random) -> Iterator[Case]:
    """Sheets of one head but for their months: other years, another order, the other half-year."""
    kind = "sheets of their own months"
    for variant in range(8):
        old, new = bills(draw, 2, 12, 2024), bills(draw, 2, 12, 2025)
        if variant > 4:
            new = [replace(b, point=old[n].point, site=old[n].site) for n, b in enumerate(new)]
        heads = [
            [b.start if variant == 2 else f"{SHORT[b.start.month - 1]}-{b.start:%y}"
             for b in made[:12]]
            for made in (old, new)
        ]  # fmt: skip
        names = [("Pompey", "Frouard"), ("2024", "2025"), ("Nord", "Sud")][variant % 3]
        pages = [Sheet([[TITLE], *wide(made, 12, head)], name)
                 for made, head, name in zip((old, new), heads, names, strict=True)]  # fmt: skip
        case = _book(kind, f"Suivi {variant}", pages, energies([*old, *new]))
        yield replace(case, dialect=ODS) if variant % 4 == 3 else case
    made = bills(draw, 4, 12)
    turned = [b for each in batched(made[24:], 12) for b in (*each[6:], *each[:6])]
    labels = [f"{MONTHS[n]} 2025" for n in range(12)]
    pages = [Sheet([[TITLE], *wide(made[:24], 12, labels)], "Nord"),
             Sheet([[TITLE], *wide(turned, 12, labels[6:] + labels[:6])], "Sud")]  # fmt: skip
    yield _book(kind, "Suivi tourné", pages, energies(made))
    for variant, shown in enumerate((MONTHS, [f"{n:02}/2025" for n in range(1, 13)])):
        made = bills(draw, 2, 12)
        first = [b for each in batched(made, 12) for b in each[:6]]
        last = [b for each in batched(made, 12) for b in each[6:]]
        pages = [Sheet([[TITLE], *wide(first, 6, shown[:6])], "Jan-juin"),
                 Sheet([[TITLE], *wide(last, 6, shown[6:])], "Juil-déc")]  # fmt: skip
        yield _book(kind, f"Suivi demi {variant}", pages, energies(made))


def apart(draw: Random) -> Iterator[Case]:
    """A sheet that is called another year than its months, and one of a row without a head."""
    made = bills(draw, 4, 12, 2024)
    days = [b.start for b in made[:12]]
    more = Sheet([list(wide(made[24:36], 12, days)[1])], "Feuil3")
    pages = [Sheet([[TITLE], *wide(made[:24], 12, days)], "Suivi"), more]
    yield _book("a sheet of one row without a head", "Suivi", pages, Truth(), stops=True)
    pages = [Sheet([[TITLE], *wide(made[:24], 12, days)], "2024"),
             Sheet([[TITLE], *wide(made[24:], 12, days)], "2025")]  # fmt: skip
    yield _book("a sheet of another year than its months", "Suivi", pages, Truth(), stops=True)


def recaps(draw: Random) -> Iterator[Case]:
    """A sheet of the year beside those of its months: the same, another figure, or other points."""
    for variant, form in enumerate(("months", "year", "long", "same", "others")):
        for differs in (False, True):
            made = bills(draw, 3, 12)
            pages = [
                Sheet([[TITLE], *_rows("Consommation (kWh)", [[b] for b in made[month::12]])], name)
                for month, name in enumerate(MONTHS)
            ]
            shown = bills(draw, 3, 12) if form == "others" else made
            if differs:
                shown = [replace(b, kwh=b.kwh * 2) if n == 15 else b for n, b in enumerate(shown)]
            recap = Sheet([["Récapitulatif 2025"], *_recap(shown, form)], "Récap")
            stops = differs or form == "others"
            yield _book("a sheet of the year beside its months", f"Suivi {form} {differs}",
                        [recap, *pages] if variant % 2 else [*pages, recap],
                        Truth() if stops else energies(made), stops=stops)  # fmt: skip


def _recap(made: Sequence[Bill], form: str) -> list[Row]:
    if form == "long":
        rows: list[Row] = [["Site", "Mois", "Consommation (kWh)"]]
        return rows + [[b.site, f"{b.start:%m/%Y}", b.kwh] for b in made]
    if form in {"months", "others"}:
        return wide(made, 12, [f"{name} 2025" for name in MONTHS])
    head = "Total (kWh)" if form == "year" else "Consommation (kWh)"
    return _rows(head, [[*each] for each in batched(made, 12)])


def _rows(head: str, points: Sequence[Sequence[Bill]]) -> list[Row]:
    rows: list[Row] = [["PRM", "Site", head]]
    return rows + [
        [some[0].point, some[0].site, sum((b.kwh for b in some), Decimal())] for some in points
    ]


def again(draw: Random) -> Iterator[Case]:
    """A year in a row of its own above months without one, and another above the head again."""
    for variant, dialect in enumerate((CSV, XLSX)):
        made = bills(draw, 4, 12)
        rows = [[TITLE], ["2024"], *wide(made[:24], 12, MONTHS), ["2025"],
                *wide(made[24:], 12, MONTHS)]  # fmt: skip
        yield trap("a year above the head again", f"Suivi {variant}", rows, Truth(), dialect,
                   stops=True)  # fmt: skip


def rows(draw: Random) -> Iterator[Case]:
    """A last row of another quantity, with and without numbers of points in the others."""
    kind = "a last row of another quantity"
    labels = [f"{n:02}/2025" for n in range(1, 13)]
    for variant, label in enumerate(QUANTITIES):
        made = bills(draw, 3, 12)
        foot: Row = [None, label, *(Decimal(3 + n % 7) for n in range(12))]
        own = [[TITLE], *wide(made, 12, labels), foot]
        dialect: Dialect = (CSV, XLSX)[variant % 2]
        yield trap(kind, f"Suivi {variant}", own, energies(made), dialect)
        bare = [row[1:] if len(row) > 1 else row for row in own]
        known = energies([replace(b, point=b.site) for b in made])
        yield trap(kind, f"Suivi nu {variant}", bare, known, dialect)
    for label in SITES:
        made = bills(draw, 3, 12)
        more = [replace(b, point=label, kwh=Decimal(300 + 17 * n % 70))
                for n, b in enumerate(made[:12])]  # fmt: skip
        own = [[TITLE], *wide(made, 12, labels), [None, label, *(b.kwh for b in more)]]
        known = energies([*made, *more])
        yield ruled("a row without a number", "suspect", own, known, name=f"Suivi {label}")
        some = [[TITLE], *wide(made, 12, labels)]
        yield ruled("a row without a number", "quiet", some, energies(made), name=f"Suivi {label}")
    for label in HEAT:
        made = bills(draw, 4, 12)
        own = [[TITLE], *wide(made, 12, labels)]
        own[4:4] = [[None, label, *[None] * 12]]
        yield trap("a row of heat above others", f"Suivi {label}", own, Truth(), XLSX, stops=True)


def zeros(draw: Random) -> Iterator[Case]:
    """Months for which every point has zero: not yet filled; zeros of one point are its own."""
    labels = [f"{n:02}/2025" for n in range(1, 13)]
    for told in ("block", "quiet"):
        made = bills(draw, 3, 12)
        points = {b.point for b in made} if told == "block" else {made[0].point}
        some = [
            replace(b, kwh=Decimal(0)) if b.point in points and b.start.month > 10 else b
            for b in made
        ]
        rows = [[TITLE], *wide(some, 12, labels)]
        yield ruled("months of zero for all", told, rows, energies(some), name=f"Suivi {told}")


def years_as_months(draw: Random) -> Iterator[Case]:
    """The same month of successive years, of every point: totals of years dated 1 January."""
    made = bills(draw, 2, 48, 2022)
    some = [replace(b, kwh=b.kwh * 12) for b in made if b.start.month == 1]
    rows: list[Row] = [["PRM", "Mois", "Consommation (kWh)"]]
    rows += [[b.point, f"{b.start:%m/%Y}", b.kwh] for b in some]
    yield ruled("one month of each year", "block", rows, energies(some), name="Suivi annuel")


def unlike(draw: Random) -> Iterator[Case]:
    """Every one."""
    for family in (sheets, apart, recaps, again, rows, zeros, years_as_months):
        yield from family(draw)
