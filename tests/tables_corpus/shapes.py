"""Points, sites, years and hours as columns, and rows that stand under their point."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import batched, cycle
from random import Random
from zoneinfo import ZoneInfo

from tests.tables_corpus.columns import columns, table
from tests.tables_corpus.sheets import FRENCH, Row
from tests.tables_corpus.traps import trap
from tests.tables_corpus.truth import Case, Truth
from tests.tables_corpus.world import MONTHS, Bill, bills, prm, truth

PARIS = ZoneInfo("Europe/Paris")


def energies(made: Sequence[Bill]) -> Truth:
    """The energies of *made*, without costs and classes."""
    told = truth(made)
    told.parts, told.costs = {}, {}
    return told


def point_columns(draw: Random) -> Iterator[Case]:
    """A column a point: with sites above, euros beside, a total at the side or the foot."""
    dialects = cycle(FRENCH)
    for variant in range(4):
        made = bills(draw, 3)
        by = list(batched(made, 12))
        ids = [some[0].point for some in by]
        rows: list[Row] = [["Consommations électriques (kWh)"]] if variant != 2 else []
        match variant:
            case 0:
                rows += [[None, *(some[0].site for some in by)], ["Mois", *ids]]
            case 1:
                rows += [["Mois", *ids, "Total"]]
            case 2:
                rows += [
                    ["Mois", *(f"{one} {unit}" for one in ids for unit in ("(kWh)", "(€ HT)"))]
                ]
            case _:
                rows += [["Mois", *(f"{some[0].site} - {some[0].point}" for some in by)]]
        for n in range(12):
            row = [one for some in by for one in (some[n].kwh, some[n].ht)[: 1 + (variant == 2)]]
            rows.append([f"{MONTHS[n]} 2025", *row, *([sum(row)] if variant == 1 else [])])
        told = truth(made) if variant == 2 else energies(made)
        told.parts = {}
        yield trap("points as columns", f"Suivi conso {variant}", rows, told, next(dialects))


def short_column(draw: Random) -> Iterator[Case]:
    """A column a point of which one has lost its last digit."""
    made = bills(draw, 2)
    rows: list[Row] = [["Consommations électriques (kWh)"]]
    rows += [["Mois", made[0].point, made[12].point[:-1]]]
    rows += [[f"{MONTHS[n]} 2025", made[n].kwh, made[12 + n].kwh] for n in range(12)]
    yield trap("a point a digit short as a column", "Suivi conso", rows, Truth(), stops=True)


def site_columns(draw: Random) -> Iterator[Case]:
    """A column a site, which only its words tell: asked about; meters of the weather are none."""
    for variant in range(2):
        made = bills(draw, 3)
        by = list(batched(made, 12))
        rows: list[Row] = [["Consommations électriques (kWh)"]]
        rows.append(["Mois", *(some[0].site for some in by), *(["Total"] if variant else [])])
        for n in range(12):
            row = [some[n].kwh for some in by]
            rows.append([f"{MONTHS[n]} 2025", *row, *([sum(row)] if variant else [])])
        told = energies(made)
        told.energy = {(b.site, "import", b.start, b.end): b.kwh for b in made}
        yield trap("sites as columns", f"Suivi {variant}", rows, told, FRENCH[variant])


def year_columns(draw: Random) -> Iterator[Case]:
    """A column a year: of whole years, of bare months; a part of a year stops."""
    for variant in range(3):
        made = bills(draw, 2, 24, 2024)
        rows: list[Row] = []
        told = Truth()
        if variant == 2:
            made = made[:24]
            rows = [["Mois", "Conso 2024 (kWh)", "Conso 2025 (kWh)"]]
            rows += [[MONTHS[n], made[n].kwh, made[12 + n].kwh] for n in range(12)]
            rows.insert(0, ["PRM", made[0].point])
            yield trap(
                "years as columns", "Suivi électrique 2", rows, energies(made),
            )  # fmt: skip
            continue
        heads = (("2024 (kWh)", "2025 (kWh)"), ("Conso 2024 kWh", "Conso 2025 kWh"))[variant]
        rows.append(["Site", "PRM", *heads, "Évolution"])
        for some in batched(made, 24):
            years = [sum((b.kwh for b in some[at : at + 12]), Decimal()) for at in (0, 12)]
            rows.append([some[0].site, some[0].point, *years, years[1] - years[0]])
            for at, value in zip((0, 12), years, strict=True):
                told.energy[some[0].point, "import", some[at].start, some[at + 11].end] = value
        sums = [sum(b.kwh for b in made if b.start.year == year) for year in (2024, 2025)]
        rows.append(["TOTAL", None, *sums, None])
        yield trap("years as columns", f"Suivi électrique {variant}", rows, told, FRENCH[variant])
    for head in ("2025 (à fin juin)", "2025 partiel"):
        made = bills(draw, 2, 24, 2024)
        rows = [["PRM", "2024", head]]
        for some in batched(made, 24):
            rows.append(
                [some[0].point, sum(b.kwh for b in some[:12]), sum(b.kwh for b in some[12:18])]
            )
        yield trap("a part of a year as a column", f"Suivi {head[5:]}", rows, Truth(), stops=True)


def like_years(draw: Random) -> Iterator[Case]:
    """Energies that look like years, below a head; years that are set beforehand, beside others."""
    for variant in range(3):
        made = bills(draw, 2, 12)
        made = [replace(b, kwh=Decimal(1944 + n)) if n % 5 == variant else b
                for n, b in enumerate(made)]  # fmt: skip
        rows: list[Row] = [["PRM", "Année", "Mois", "Consommation (kWh)"]]
        rows += [[b.point, b.start.year, b.start.month, b.kwh] for b in made]
        yield trap("an energy like a year", f"Suivi {variant}", rows, energies(made))
    heads = (
        (["2024", "2025", "2026 prév."], False), (["2024", "2025", "Budget 2026"], False),
        (["2024", "2025", "2030"], True), (["2024 (MWh)", "2025 (kWh)"], True),
    )  # fmt: skip
    for variant, (head, stops) in enumerate(heads):
        made, told = bills(draw, 3, 24, 2024), Truth()
        rows = [["Consommations électriques (kWh)"], ["PRM", *head]]
        for some in batched(made, 24):
            years = [sum((b.kwh for b in some[at : at + 12]), Decimal()) for at in (0, 12)]
            rows.append([some[0].point, *years, *([years[1] - 100] if len(head) > 2 else [])])
            for at, value in zip((0, 12), years, strict=True):
                told.energy[some[0].point, "import", some[at].start, some[at + 11].end] = value
        told = Truth() if stops else told
        name = f"Suivi électrique {variant}"
        yield trap("a year set beforehand as a column", name, rows, told, stops=stops)


def no_sites(draw: Random) -> Iterator[Case]:
    """Names of rows that are no site, and totals of classes that are not their sum."""
    names = ("Rappel 2024", "Autoconsommation", "Mairie (gaz)", "Économies attendues")
    for variant, name in enumerate(names):
        made = bills(draw, 3, 6)
        rows: list[Row] = [["Consommations électriques (kWh)"],
                           ["Site", *(f"{b.start:%m/%Y}" for b in made[:6])]]  # fmt: skip
        rows += [[some[0].site, *(b.kwh for b in some)] for some in batched(made, 6)]
        rows.append([name, *(b.kwh + 1 for b in made[:6])])
        told = energies(made)
        told.energy = {(b.site, "import", b.start, b.end): b.kwh for b in made}
        yield trap("a row that names no site", f"Suivi {variant}", rows, told)
    for variant, form in enumerate(("{} réel", "{} budget", "{} estimé", "{} (prov.)", "Est. {}")):
        made, count = bills(draw, 2, 6), (6, 4, 0, 0, 0)[variant]
        head = [f"{b.start:%m/%Y}" if n < 4 else form.format(f"{MONTHS[n]} 2025")
                for n, b in enumerate(made[:6])]  # fmt: skip
        rows = [["Consommations électriques (kWh)"], ["PRM", *head]]
        rows += [[some[0].point, *(b.kwh for b in some)] for some in batched(made, 6)]
        told = energies([b for b in made if b.start.month <= count])
        yield trap("a month with a word", f"Suivi {variant}", rows, told, stops=not count)
    made = bills(draw, 1, 12)
    rows = [["PRM", "Mois", "Nb jours", "Consommation (kWh)"]]
    rows += [[b.point, f"{b.start:%m/%Y}", 61, b.kwh] for b in made if not b.start.month % 2]
    yield trap("a month of 61 days", "Suivi électrique", rows, Truth(), stops=True)
    for name in ("Tot.", "Total", "TOTAL PÉRIODE"):
        made = bills(draw, 2, 6)
        rows = [["Énergie active (kWh)"], ["PRM", "Mois", "HP", "HC", name]]
        rows += [[b.point, f"{b.start:%m/%Y}", b.kwh - b.off_peak, b.off_peak,
                  (b.kwh * Decimal("1.13")).quantize(Decimal(1))] for b in made]  # fmt: skip
        yield trap("a total that lacks a class", f"Suivi {name}", rows, Truth(), stops=True)


def hour_columns(draw: Random) -> Iterator[Case]:
    """A row a day: hours by their rank, their begin and end, half-hours; 25 October."""
    heads = (
        [f"H{n}" for n in range(1, 25)],
        [f"{n}h-{n + 1}h" for n in range(24)],
        [f"{n:02d}:{m:02d}" for n in range(24) for m in (0, 30)],
        [f"{n // 2:02d}:{n % 2 * 30:02d}" for n in range(1, 49)],
    )
    for variant, names in enumerate(heads):
        point, told = prm(draw), Truth()
        step = timedelta(hours=24) / len(names)
        rows: list[Row] = [["Énergie soutirée (kWh)"], ["PRM", "Date", *names]]
        for n in range(6):
            day = date(2025, 6, 2) + timedelta(days=n)
            values = [Decimal(draw.randrange(100, 9000)) / 1000 for _ in names]
            rows.append([point, day, *values])
            start = datetime(day.year, day.month, day.day, tzinfo=PARIS).astimezone(UTC)
            for h, value in enumerate(values):
                told.steps[point, "import", start + h * step] = value
        yield trap("hours as columns", f"Courbe {variant}", rows, told, FRENCH[variant])


def rows_under(draw: Random) -> Iterator[Case]:
    """A point in a row of its own above its months, or once for months that differ."""
    for variant in range(3):
        made = bills(draw, 3, 6)
        if variant == 2:
            made = made[:-2]
        rows: list[Row] = [["PRM", "Site", "Du", "Au", "Consommation (kWh)"]]
        before = ""
        for b in made:
            first = b.point != before
            before = b.point
            if first and variant == 0:
                rows.append([b.point, b.site, None, None, None])
            own = [b.point, b.site] if first and variant else [None, None]
            rows.append([*own, b.start, b.last, b.kwh])
        yield trap(
            "rows under their point", f"Factures électricité {variant}", rows, energies(made),
            FRENCH[variant],
        )  # fmt: skip
    for variant in range(2):
        made = bills(draw, 1, 12)
        rows = table(made, columns("point mois kwh".replace("mois", "from to"), variant))
        rows.append(["Total", None, None, sum(b.kwh for b in made)])
        if variant:
            rows[-1] = [made[0].point, "Total", None, sum(b.kwh for b in made)]
        yield trap("a total in place of a time", f"Factures {variant}", rows, energies(made))


def shapes(draw: Random) -> Iterator[Case]:
    """Every layout that is read as another."""
    for family in (
        point_columns,
        short_column,
        site_columns,
        year_columns,
        like_years,
        no_sites,
        hour_columns,
        rows_under,
    ):
        yield from family(draw)
