"""Years over months, a year of each sheet, years to come; sums of all sites that were rounded."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import batched
from random import Random

from tests.tables_corpus.columns import columns, table
from tests.tables_corpus.labels import added, known, lines, wide
from tests.tables_corpus.rules import ruled
from tests.tables_corpus.shapes import energies
from tests.tables_corpus.sheets import CSV, ODS, XLSX, Row, Sheet
from tests.tables_corpus.traps import trap
from tests.tables_corpus.truth import Case, Truth
from tests.tables_corpus.world import MONTHS, Bill, bills

NAMES = (
    "{}", "Conso {}", "{} (kWh)", "Consommations {}", "Année {}", "Exercice {}", "kWh {}",
    "Réalisé {}",
)  # fmt: skip


def grouped(
    made: Sequence[Bill], first: str, second: str, low: Sequence[int | str] = MONTHS
) -> list[Row]:
    """Two years of each point, a group of months each."""
    rows: list[Row] = [["Consommations électriques (kWh)"]]
    rows.append(["PRM", "Site", first, *[None] * 11, second, *[None] * 11])
    rows.append([None, None, *low, *low])
    rows += [
        [some[0].point, some[0].site, *(b.kwh for b in some[12:]), *(b.kwh for b in some[:12])]
        for some in batched(made, 24)
    ]
    return rows


def over_months(draw: Random) -> Iterator[Case]:
    """Groups of months under their years, as a CSV is saved of merged heads, and merged."""
    for variant, name in enumerate(NAMES):
        made = bills(draw, 3, 24, 2024)
        rows = grouped(made, name.format(2025), name.format(2024))
        merges = [(1, 2, 1, 13), (1, 14, 1, 25)]
        dialect = (CSV, CSV, XLSX, CSV)[variant % 4]
        pages = (Sheet(rows, merges=merges if variant % 4 == 2 else []),)
        yield trap(
            "years over months",
            f"Suivi {variant}",
            rows,
            energies(made),
            dialect,
            group="ordinary",
            sheets=pages,
        )
    made = bills(draw, 3, 24, 2025)
    rows = grouped(made, "Prévision 2026", "Réalisé 2025")
    yield trap("a forecast over months", "Suivi", rows, Truth(), stops=True)
    made = bills(draw, 3, 24, 2024)
    rows = grouped(made, "2025", "2024", range(1, 13))
    yield trap("years over numbers of months", "Suivi", rows, Truth(), stops=True)
    days = [f"{n:02}/{n:02}" for n in range(1, 13)]
    rows = grouped(made, "2025", "2024", days)
    yield trap("years over numbers of months", "Suivi 2", rows, Truth(), stops=True)


def of_sheets(draw: Random) -> Iterator[Case]:
    """Sheets of bare months of which each title, or each name, tells its year."""
    for variant, dialect in enumerate((XLSX, ODS, XLSX, XLSX, XLSX)):
        made = bills(draw, 4, 12)
        old = [
            replace(b, start=b.start.replace(year=2024), end=b.end.replace(year=b.end.year - 1))
            for b in made[24:]
        ]
        pages = []
        titles = (("Année 2025", "Année 2024"), ("Année 2025", "Année 2025"))[variant == 2]
        for at, (title, some) in enumerate(zip(titles, (made[:24], old), strict=True)):
            rows: list[Row] = [[f"{title} - Consommations électriques (kWh)"]]
            if variant == 1:
                rows = [["Consommations électriques (kWh)"]]
            rows.append(["PRM", "Site", *MONTHS] if variant != 3 else ["Commune", *MONTHS])
            for each in batched(some, 12):
                who = [each[0].point, each[0].site] if variant != 3 else ["Nancy"]
                rows.append([*who, *(b.kwh for b in each)])
            name = title if variant == 1 else ("Nord", "Sud")[at]
            pages.append(Sheet(rows, name))
        if variant == 4:
            pages[1] = Sheet([["Consommations électriques (kWh)"], *pages[1].rows[1:]], "Sud")
        told = energies(made if variant == 2 else [*made[:24], *old])
        stops = variant > 2
        case = trap(
            "a year in the title of each sheet",
            f"Suivi {variant}",
            [],
            Truth() if stops else told,
            dialect,
            stops=stops,
        )
        yield replace(case, sheets=tuple(pages))


def to_come(draw: Random) -> Iterator[Case]:
    """Months and bills of years that nobody has measured yet; the last ones that are over."""
    rule = "an energy of days to come"
    for told, year, count in (("block", 2028, 12), ("quiet", 2026, 10), ("quiet", 2026, 11)):
        made = bills(draw, 3, count, year)
        sites = lines(made, count)
        yield ruled(rule, told, wide(sites, made), known(sites, made))
    for told, year, count in (("block", 2031, 6), ("block", 2026, 12), ("quiet", 2026, 11)):
        made = bills(draw, 3, count, year)
        rows = table(made, columns("point site from to kwh"))
        yield ruled(rule, told, rows, energies(made))


def rounded(draw: Random) -> Iterator[Case]:
    """A row that is the sum of all others but for their rounding, and one that is another site."""
    rule = "a sum of all, rounded"
    for told, by, at in (
        ("block", Decimal("1.0006"), 0),
        ("block", Decimal("0.9995"), 4),
        ("quiet", Decimal("1.3"), 4),
        ("quiet", Decimal("0.8"), 0),
    ):
        made = [replace(b, kwh=b.kwh * 10) for b in bills(draw, 4, 12)]
        sites = lines(made, 12)
        whole = ("Commune", [(kwh * by).quantize(Decimal(1)) for kwh in added(sites)])
        some = [*sites[:at], whole, *sites[at:]]
        yield ruled(rule, told, wide(some, made), known(some, made))


def years(draw: Random) -> Iterator[Case]:
    """All of them."""
    for family in (over_months, of_sheets, to_come, rounded):
        yield from family(draw)
