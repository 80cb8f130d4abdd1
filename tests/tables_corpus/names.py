"""Names that tell another time than the figures beside them, each with a twin beside it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import batched, islice
from random import Random

from tests.tables_corpus.columns import Column, columns, of, table
from tests.tables_corpus.mistakes import plain
from tests.tables_corpus.ordinary import by_period, case
from tests.tables_corpus.sheets import FRENCH, XLSX, Row
from tests.tables_corpus.traps import trap
from tests.tables_corpus.truth import Case, Truth
from tests.tables_corpus.world import MONTHS, Bill, bills, truth


def months_of_bills(draw: Random) -> Iterator[Case]:
    """A month that is the bill's: asked about, or left where another tells the consumption's."""
    for variant, head in enumerate(
        ("Mois de facturation", "Mois facture", "Mois de la facture", "Mois comptable")
    ):
        made = bills(draw, 2)
        paper: Column = (head, lambda b: f"{b.end:%m/%Y}")
        rest = columns("kwh", variant)
        rows = table(made, [*columns("point"), paper, *rest])
        name = f"Factures électricité {variant}"
        yield trap("a month of a bill alone", name, rows, Truth(), FRENCH[variant],
                   stops=True, about=frozenset({"billed"}))  # fmt: skip
        month: Column = ("Mois de consommation", lambda b: f"{b.start:%m/%Y}")
        both = [paper, month] if variant % 2 else [month, paper]
        some = [*columns("point"), *both, *rest] if variant < 2 else [
            *columns("point"), paper, *columns("from to"), *rest
        ]  # fmt: skip
        yield case("a month of a bill beside that of its energy", name, table(made, some),
                   plain(made), FRENCH[variant])  # fmt: skip
    for head in ("Période de facturation", "Mois facturé", "Mois de consommation facturée"):
        made = bills(draw, 2)
        when: Column = (head, lambda b: f"{b.start:%m/%Y}")
        rows = table(made, [*columns("point"), when, *columns("kwh")])
        yield case("a month that was billed", f"Conso {head}", rows, plain(made))


def _rows_of(made: list[Bill], names: dict[str, str], title: str) -> list[Row]:
    head: Row = ["Site", *(f"{b.start:%m/%Y}" for b in made[:6])]
    rows: list[Row] = [[title], head]
    rows += [[names[some[0].site], *(b.kwh for b in some)] for some in batched(made, 6)]
    return rows


def rows_of_years(draw: Random) -> Iterator[Case]:
    """A row called after another year than its months; names that only look like it."""
    forms = (
        (True, "{0}", "{0} N-1"), (True, "{0}", "{0} n - 1"), (True, "{0}", "{0} (2023)"),
        (True, "{0}", "{0} 2024"), (True, "{0} 2025", "{0} 2024"), (True, "{0} - 2024", "{1}"),
        (False, "{0} 2000", "{1}"), (False, "Parking N-1", "Parking N-2"),
        (False, "{0} (1998)", "{1}"), (False, "{0} (2025)", "{1}"), (False, "{0} 2", "{0} 1"),
    )  # fmt: skip
    for variant, (stops, first, second) in enumerate(forms):
        made = bills(draw, 2, 6)
        sites = list(dict.fromkeys(b.site for b in made))
        names = {sites[0]: first.format(*sites), sites[1]: second.format(*sites)}
        told = Truth()
        told.energy = {(names[b.site], "import", b.start, b.end): b.kwh for b in made}
        rows = _rows_of(made, names, "Consommations électriques (kWh)")
        kind = "a row of another year" if stops else "a name with a number"
        yield trap(kind, f"Suivi {chr(97 + variant)}", rows, Truth() if stops else told,
                   FRENCH[variant % 9], stops=stops)  # fmt: skip


def one_year(draw: Random) -> Iterator[Case]:
    """A column that a year names beside a column of months."""
    for variant, head in enumerate(("2024", "Consommation 2024 (kWh)", "kWh 2024")):
        made = bills(draw, 2, 12, 2024)
        rows: list[Row] = [["Consommations (kWh)"], ["PRM", "Mois", head]]
        rows += [[b.point, MONTHS[b.start.month - 1], b.kwh] for b in made]
        yield case("a column of one year beside months", "Suivi", rows, plain(made),
                   FRENCH[variant])  # fmt: skip


def classes_by_day(draw: Random) -> Iterator[Case]:
    """Classes of each day, a total beside them or not; a total that is not their sum."""
    for variant in range(3):
        made = []
        for one in bills(draw, 2, 1):
            days = (date(2025, 1, 10) + timedelta(days=n) for n in range(14))
            made += [
                replace(
                    one, start=day, end=day + timedelta(days=1), kwh=one.kwh + draw.randrange(90)
                )
                for day in days
            ]
        off = 10 if variant == 2 else 0
        cols: list[Column] = [
            *columns("point"),
            ("Date", lambda b: b.start),
            *columns("hp hc"),
            *([of("Total (kWh)", {b: b.kwh * (1 + off) for b in made})] if variant else []),
        ]
        told = truth(made)
        told.costs = {}
        kind, rows = "classes of each day", table(made, cols)
        if off:
            yield trap(kind, "Relevés", rows, Truth(), stops=True)
        else:
            yield case(kind, f"Relevés {variant}", rows, told, FRENCH[variant])


def pairs_of_dates(draw: Random) -> Iterator[Case]:
    """Dates of the subscription beside; heads of our template; months that are counted."""
    for first in (True, False):
        made = bills(draw, 2)
        fees: list[Column] = [
            ("Début abonnement", lambda b: b.end),
            ("Fin abonnement", lambda b: b.end + timedelta(days=27)),
        ]
        own: list[Column] = [
            ("Début consommation", lambda b: b.start),
            ("Fin consommation", lambda b: b.last),
        ]
        both = [*fees, *own] if first else [*own, *fees]
        rows = table(made, [*columns("point"), *both, *columns("kwh")])
        yield case("dates of a subscription beside", f"Factures {first}", rows, plain(made))
    for head in ("Premier jour de la période;Dernier jour de la période (compris)", "De;À"):
        made = bills(draw, 2)
        begin, _, end = head.partition(";")
        span: list[Column] = [(begin, lambda b: b.start), (end, lambda b: b.last)]
        rows = table(made, [*columns("point"), *span, *columns("kwh")])
        yield case("other words of dates", f"Factures {begin}", rows, plain(made))
    for count in (1, 2):
        made = bills(draw, 2)
        some = [b for n, b in enumerate(made) if not n % count]
        month = of("Mois", {b: f"{b.start:%m/%Y}" for b in some})
        rows = table(some, [*columns("point"), month, of("Nb de mois", dict.fromkeys(some, count)),
                            *columns("kwh")])  # fmt: skip
        yield trap("months that are counted", f"Factures {count}", rows,
                   plain(some) if count == 1 else Truth(), stops=count > 1)  # fmt: skip


def costs_of_others(draw: Random) -> Iterator[Case]:
    """Costs of a part of the bill, of another year, of a year: none of the row; one that is."""
    for head in ("Fourniture (€ HT)", "Coût 2024 (€)", "Coût annuel (€)", "Coût 2025 (€)"):
        made = bills(draw, 2)
        cost = of(head, {b: b.ht for b in made})
        told = plain(made) if head != "Coût 2025 (€)" else truth(made)
        told.parts = {}
        rows = table(made, [*columns("point from to kwh"), cost])
        made_ = case if head == "Coût 2025 (€)" else trap
        yield made_("a cost that is another", f"Factures électricité {head[:9]}", rows, told, XLSX)


def bills_in_workbooks(draw: Random) -> Iterator[Case]:
    """Plain bills with none of this about them, in workbooks."""
    for one in islice(by_period(draw), 50):
        yield replace(one, kind="a row a bill, in a workbook", dialect=XLSX)


def names(draw: Random) -> Iterator[Case]:
    """Every one."""
    for family in (
        months_of_bills,
        rows_of_years,
        one_year,
        classes_by_day,
        pairs_of_dates,
        bills_in_workbooks,
        costs_of_others,
    ):
        yield from family(draw)
