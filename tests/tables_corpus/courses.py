"""Numbers that rise, years in part, dates in another order: what stops, and twins that do not."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import accumulate, batched
from random import Random

from tests.tables_corpus.columns import Column, columns, of, table
from tests.tables_corpus.mistakes import plain
from tests.tables_corpus.ordinary import case
from tests.tables_corpus.sheets import FRENCH, Row
from tests.tables_corpus.traps import trap
from tests.tables_corpus.truth import Case, Truth
from tests.tables_corpus.world import MONTHS, bills, prm


def short_sums(draw: Random) -> Iterator[Case]:
    """Few months of a running sum or a dial, by the title or by their numbers; of consumption."""
    titles = ("Consommations cumulées (kWh)", "Cumul 2025, énergie active soutirée (kWh)",
              "Index des compteurs (kWh)", "Consommations (kWh)")  # fmt: skip
    for count in (3, 4, 5):
        for variant, title in enumerate(titles):
            dial = 40_000 if variant == 2 else 0
            made = bills(draw, 3, count)
            head: Row = ["Site", *(f"{MONTHS[n]} 2025" for n in range(count))]
            rows: list[Row] = [[title], head]
            for some in batched(made, count):
                sums = accumulate(b.kwh for b in some)
                rows.append([some[0].site, *(dial + one for one in sums)])
            yield trap("a few running sums", f"Suivi {count}{variant}", rows, Truth(),
                       FRENCH[variant], stops=True, answers={"direction": "import"})  # fmt: skip
            told = plain(made)
            told.energy = {(b.site, "import", b.start, b.end): b.kwh for b in made}
            rows = [[title], head]
            rows += [[some[0].site, *(b.kwh for b in some)] for some in batched(made, count)]
            if variant in {0, 3}:
                yield case("months under such a title", f"Suivi {count}{variant}", rows, told,
                           FRENCH[variant])  # fmt: skip
    for count in (4, 5):
        point = prm(draw)
        rows = [["PRM", "Date", "Valeur (kWh)"]]
        levels = accumulate([40_000, *(draw.randrange(7_000, 9_000) for _ in range(count - 1))])
        rows += [[point, f"01/{n:02d}/2025", level] for n, level in enumerate(levels, start=1)]
        yield trap("a few readings of no name", f"Compteur {count}", rows, Truth(), stops=True,
                   answers={"direction": "import"})  # fmt: skip


def parts_of_years(draw: Random) -> Iterator[Case]:
    """A column of a part of a year beside whole ones, a mark whose note stands at the foot."""
    for variant, last in enumerate(
        ("2025 (janv-juin)", "2025 (janv.-juin)", "2025*", "2025 (6 mois)", "2025")
    ):
        made = bills(draw, 3, 48, 2022)
        rows: list[Row] = [["Consommations annuelles (kWh)"], ["PRM", "2022", "2023", "2024", last]]
        told = Truth()
        for some in batched(made, 48):
            years = [sum((b.kwh for b in some[at : at + 12]), Decimal()) for at in range(0, 48, 12)]
            rows.append([some[0].point, *years])
            for at, value in enumerate(years):
                key = some[0].point, "import", date(2022 + at, 1, 1), date(2023 + at, 1, 1)
                told.energy[key] = value
        if "*" in last:
            rows.append(["* jusqu'à fin juin"])
        whole = last == "2025"
        made_ = case if whole else trap
        yield made_("a part of a year as a column", f"Suivi {variant}", rows,
                    told if whole else Truth(), stops=not whole)  # fmt: skip


def last_years_total(draw: Random) -> Iterator[Case]:
    """A total of another year beside columns of sites: it is no site."""
    for variant, head in enumerate(("Total 2024", "Total 2024 (kWh)", "Total")):
        made = bills(draw, 3)
        by = list(batched(made, 12))
        rows: list[Row] = [["Consommations (kWh)"], ["Mois", *(s[0].site for s in by), head]]
        for n in range(12):
            row = [some[n].kwh for some in by]
            total = sum(row) if head == "Total" else sum(row) - 77
            rows.append([f"{MONTHS[n]} 2025", *row, total])
        told = plain(made)
        told.energy = {(b.site, "import", b.start, b.end): b.kwh for b in made}
        yield trap("a total of another year among sites", f"Suivi {variant}", rows, told)


def thousands_of_kwh(draw: Random) -> Iterator[Case]:
    """A unit by a power of ten: asked about, or refused."""
    for variant, head in enumerate(("Consommation (10³ kWh)", "Conso 10^3 kWh", "Conso 1e3 kWh")):
        made = bills(draw, 2)
        rows = table(made, [*columns("point from to"), (head, lambda b: b.kwh / 1000)])
        yield trap("a unit by a power of ten", f"Factures électricité {variant}", rows, Truth(),
                   stops=True, about=frozenset({"unit"}))  # fmt: skip


def orders(draw: Random) -> Iterator[Case]:
    """First days of months as m/d/y, a curve as m/d/y."""
    for stops, form in ((True, "%m/%d/%Y"), (False, "%d/%m/%Y")):
        made = bills(draw, 2)
        when = of("Date", {b: f"{b.start:{form}}" for b in made})
        rows = table(made, [*columns("point"), when, *columns("kwh")])
        kind, name = "first days of months", f"Suivi {form[1]}"
        if stops:
            yield trap(kind, name, rows, Truth(), stops=True, about=frozenset({"dates"}))
        else:
            yield case(kind, name, rows, plain(made))
    for form in ("%m/%d/%Y", "%d/%m/%Y"):
        point, told = prm(draw), Truth()
        rows = [["PRM", "Début", "Énergie soutirée (kWh)"]]
        begin = datetime(2025, 3, 2, 23, tzinfo=UTC)
        for n in range(144):
            when_, value = (
                begin + timedelta(minutes=30 * n),
                Decimal(draw.randrange(100, 900)) / 100,
            )
            rows.append([point, f"{when_ + timedelta(hours=1):{form} %H:%M}", value])
            told.steps[point, "import", when_] = value
        yield case("a curve of three days of March", f"Courbe {form[1]}", rows, told)


def bills_of_two_months(draw: Random) -> Iterator[Case]:
    """Every second month of every point; the same with one point that tells all."""
    for whole in (False, True):
        made = bills(draw, 3)
        some = [b for n, b in enumerate(made) if not n % 2 or (whole and n < 12)]
        month: Column = ("Mois", lambda b: f"{b.start:%m/%Y}")
        rows = table(some, [*columns("point"), month, *columns("kwh")])
        kind, name = "every second month", f"Factures {whole}"
        if whole:
            yield case(kind, name, rows, plain(some))
        else:
            yield trap(kind, name, rows, Truth(), stops=True)


def told_in_comments(draw: Random) -> Iterator[Case]:
    """A comment that calls a row no measure; one that says nothing."""
    for variant, word in enumerate(("Pro forma", "Prévision", "Facture annulée", "RAS")):
        made = bills(draw, 1)
        note = of("Commentaire", {b: word if b is made[4] else "" for b in made})
        rows = table(made, [*columns("point from to kwh"), note])
        kept = made if word == "RAS" else [b for b in made if b is not made[4]]
        yield trap("a comment on a row", f"Factures électricité {variant}", rows, plain(kept))


def winter_clocks(draw: Random) -> Iterator[Case]:
    """Hours of winter over the end of October: 02:00 comes once, where French clocks have two."""
    for winter in (True, False):
        point, told = prm(draw), Truth()
        rows: list[Row] = [["PRM", "Début", "Énergie soutirée (kWh)"]]
        begin = datetime(2025, 10, 25, tzinfo=UTC) - timedelta(hours=1 if winter else 2)
        for n in range(72 if winter else 73):
            when, value = begin + timedelta(hours=n), Decimal(draw.randrange(100, 900)) / 100
            summer = not winter and when < datetime(2025, 10, 26, 1, tzinfo=UTC)
            local = when + timedelta(hours=2 if summer else 1)
            rows.append([point, f"{local:%d/%m/%Y %H:%M}", value])
            told.steps[point, "import", when] = value
        made = trap if winter else case
        yield made("a curve over the end of October", f"Courbe {winter}", rows,
                   Truth() if winter else told, stops=winter)  # fmt: skip


def produced(draw: Random) -> Iterator[Case]:
    """A curve of what panels produce, of which nothing says that it was fed in."""
    rows: list[Row] = [["PRM", "Horodate", "Production PV (kW)"]]
    point, begin = prm(draw), datetime(2025, 6, 1, tzinfo=UTC)
    rows += [[point, begin + timedelta(hours=n), Decimal(n % 24)] for n in range(48)]
    yield trap("a curve of production", "Courbe", rows, Truth(), stops=True,
               answers={"energy": "Production PV (kW)"},
               about=frozenset({"production", "direction"}))  # fmt: skip


def courses(draw: Random) -> Iterator[Case]:
    """Every one."""
    for family in (
        short_sums,
        parts_of_years,
        last_years_total,
        thousands_of_kwh,
        orders,
        bills_of_two_months,
        told_in_comments,
        winter_clocks,
        produced,
    ):
        yield from family(draw)
