"""Tables in parts: below, beside and on other sheets; each with a twin that is one table."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import batched
from random import Random

from tests.tables_corpus.columns import columns, table
from tests.tables_corpus.shapes import energies
from tests.tables_corpus.sheets import CSV, XLSX, Row, Sheet
from tests.tables_corpus.traps import trap
from tests.tables_corpus.truth import Case, Truth
from tests.tables_corpus.world import MONTHS, bills, truth


def below(draw: Random) -> Iterator[Case]:
    """The head again between the rows: in its order, and with two columns exchanged."""
    kind = "a second table below"
    for variant, dialect in enumerate((CSV, XLSX)):
        made = bills(draw, 4, 6)
        known = truth(made)
        known.parts = {}
        for order in ("kwh ttc", "ttc kwh"):
            rows = [
                *table(made[:12], columns(f"point site from to {order}", variant)),
                *([[]] * variant),
                *table(made[12:], columns("point site from to kwh ttc", variant)),
            ]
            stops = order == "ttc kwh"
            told = Truth() if stops else known
            name = f"Factures électricité {variant}"
            yield trap(kind, name, rows, told, dialect, stops=stops)


def below_wide(draw: Random) -> Iterator[Case]:
    """Months and years as columns, told again below: in their order and from the last one."""
    for variant, dialect in enumerate((CSV, XLSX)):
        made = bills(draw, 4, 6)
        by = list(batched(made, 6))
        names = (
            [f"{MONTHS[n]} 2025" for n in range(6)]
            if variant
            else [f"{n:02}/2025" for n in range(1, 7)]
        )
        for back in (False, True):
            rows: list[Row] = [["Consommations électriques (kWh)"], ["PRM", *names]]
            rows += [[some[0].point, *(b.kwh for b in some)] for some in by[:2]]
            rows.append(["PRM", *(names[::-1] if back else names)])
            rows += [
                [some[0].point, *(b.kwh for b in some[:: -1 if back else 1])] for some in by[2:]
            ]
            told = Truth() if back else energies(made)
            yield trap("months again below", f"Suivi {variant}", rows, told, dialect, stops=back)


def years_below(draw: Random) -> Iterator[Case]:
    """Years as columns with numbers like hours, and the same head again below."""
    for variant in range(3):
        rows: list[Row] = [["Consommations électriques (MWh)"], ["PRM", "2023", "2024", "2025"]]
        told = Truth()
        for n, bill in enumerate(bills(draw, 4, 1)):
            if n == 2 and variant:
                rows.append(["PRM", "2025", "2024", "2023"] if variant == 2 else rows[1])
            mwh = [draw.randrange(5, 24) for _ in range(3)]
            rows.append([bill.point, *mwh])
            for year, value in enumerate(mwh, 2023):
                first, after = (bill.start.replace(year=y) for y in (year, year + 1))
                told.energy[bill.point, "import", first, after] = Decimal(value * 1000)
        known = Truth() if variant == 2 else told
        yield trap("years of small numbers", f"Suivi {variant}", rows, known, stops=variant == 2)


def sections(draw: Random) -> Iterator[Case]:
    """Months under rows that name a fluid each."""
    for dialect in (CSV, XLSX):
        by = list(batched(bills(draw, 3, 12), 12))
        rows: list[Row] = [["Suivi des fluides"], ["Site", *(f"{one} 2025" for one in MONTHS)]]
        for fluid, some in zip(("ÉLECTRICITÉ (kWh)", "EAU (m3)", "GAZ (kWh)"), by, strict=True):
            rows += [[fluid], [some[0].site, *(b.kwh for b in some)]]
        yield trap("fluids as sections", "Fluides", rows, Truth(), dialect, stops=True)


def beside(draw: Random) -> Iterator[Case]:
    """A second block of the same months to the right, and months that go on behind a total."""
    for dialect in (CSV, XLSX):
        by = list(batched(bills(draw, 3), 12))
        rows: list[Row] = [["2025 - Consommations (kWh)"]]
        rows.append(["PRM", "Site", *MONTHS, None, "PRM", "Site", *MONTHS])
        for some in by:
            who = [some[0].point, some[0].site]
            rows.append([*who, *(b.kwh for b in some), None, *who, *(b.ttc for b in some)])
        yield trap("costs of the months beside", "Suivi", rows, Truth(), dialect, stops=True)
    for dialect in (CSV, XLSX):
        made = bills(draw, 3)
        rows = [["Consommations électriques (kWh)"]]
        rows.append(["PRM", *(f"{one} 2025" for one in MONTHS[:6]), "S1", None,
                     *(f"{one} 2025" for one in MONTHS[6:]), "S2"])  # fmt: skip
        for some in batched(made, 12):
            half = [[b.kwh for b in some[:6]], [b.kwh for b in some[6:]]]
            rows.append([some[0].point, *half[0], sum(half[0]), None, *half[1], sum(half[1])])
        yield trap("two halves of a year beside", "Suivi", rows, energies(made), dialect)


def merged(draw: Random) -> Iterator[Case]:
    """Bills of two months merged over their columns; a year merged down is that of its rows."""
    for stops in (True, False):
        made = bills(draw, 1, 8)
        rows: list[Row] = [["PRM", *(f"{MONTHS[n]} 2025 (kWh)" for n in range(8))]]
        rows.append([made[0].point, *((b.kwh if n % 2 == 0 or not stops else None)
                                      for n, b in enumerate(made))])  # fmt: skip
        merges = [(1, 1 + n, 1, 2 + n) for n in range(0, 8, 2)] if stops else []
        told = Truth() if stops else energies(made)
        page = (Sheet(rows, merges=merges),)
        name = "Suivi électricité"
        yield trap("a bill over two months", name, rows, told, XLSX, stops=stops, sheets=page)
    made = bills(draw, 2, 12)
    rows = [["PRM", "Année", "Mois", "Consommation (kWh)"]]
    rows += [[b.point, None if n % 12 else 2025, b.start.month, b.kwh] for n, b in enumerate(made)]
    pages = (Sheet(rows, merges=[(1, 1, 12, 1), (13, 1, 24, 1)]),)
    yield trap("a year merged down", "Suivi", rows, energies(made), XLSX, sheets=pages)


def sheets(draw: Random) -> Iterator[Case]:
    """Sheets of one head that a title or a name calls of another unit, fuel, flow or a draft."""
    kind = "sheets of one head"
    pairs = (
        ("Bâtiments", "Éclairage", "Unité : kWh", "Unité : MWh"),
        ("Bâtiments", "Éclairage", "Unité : kWh", "Unité : kWh"),
        ("A", "B", "Unité : kWh", "Gaz naturel - PCE - kWh"),
        ("A", "B", "Unité : kWh", "Prévisions (kWh)"),
        ("Mairie", "Archives", "Unité : kWh", "Unité : kWh"),
        ("Mairie", "Maison de l'eau", "Unité : kWh", "Unité : kWh"),
    )
    for *names, first, second in pairs:
        made = bills(draw, 2, 6)
        pages = []
        for name, title, some in zip(names, (first, second), batched(made, 6), strict=True):
            rows = table(list(some), columns("point from to kwh"))
            pages.append(Sheet([[title], ["PRM", "Du", "Au", "Consommation"], *rows[1:]], name))
        stops = first != second or "Archives" in names
        told = Truth() if stops else energies(made)
        case = trap(kind, "Factures électricité", [], told, XLSX, stops=stops)
        yield replace(case, sheets=tuple(pages))


def parts(draw: Random) -> Iterator[Case]:
    """All of them."""
    for family in (below, below_wide, years_below, sections, beside, merged, sheets):
        yield from family(draw)
