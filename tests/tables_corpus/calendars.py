"""Dates and hours as spreadsheets leave them: days taken for months, hours by number, sheets."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import batched
from random import Random

from tests.tables_corpus.columns import Column, columns, of, table
from tests.tables_corpus.mistakes import plain
from tests.tables_corpus.ordinary import PARIS, case
from tests.tables_corpus.shapes import energies
from tests.tables_corpus.sheets import CSV, ODS, XLSX, Cell, Row, Sheet
from tests.tables_corpus.traps import trap
from tests.tables_corpus.truth import Case, Truth
from tests.tables_corpus.world import MONTHS, SHORT, bills, prm

KIND = "days that were taken for months"


def exchanged(day: date, form: str = "%d/%m/%Y") -> date | str:
    """What a spreadsheet of m/d/y makes of a text of d/m/y: a date where it can."""
    return day.replace(month=day.day, day=day.month) if day.day <= 12 else f"{day:{form}}"


def taken_for_months(draw: Random) -> Iterator[Case]:
    """Days up to 12 that became months, in bills, days and curves; days that are dates."""
    for dialect in (XLSX, ODS):
        for count, what in ((12, "Consommation (kWh)"), (7, "Consommation (kWh)"), (12, "Index")):
            made = bills(draw, 1, count)
            rows: list[Row] = [["PRM", "Date", what]]
            rows += [[b.point, exchanged(b.start), 40_000 + n] for n, b in enumerate(made)]
            name = f"Suivi {count}{what[:3]}"
            yield trap(KIND, name, rows, Truth(), dialect, stops=True, answers={"unit": "kWh"})
    for first in (date(2025, 1, 1), date(2025, 3, 1)):
        point = prm(draw)
        rows = [["PRM", "Jour", "Consommation (kWh)"]]
        days = (first + timedelta(days=n) for n in range(31))
        rows += [[point, exchanged(day), draw.randrange(20, 90)] for day in days]
        yield trap(KIND, f"Jours {first.month}", rows, Truth(), XLSX, stops=True)
    for minutes in (60, 10):
        point = prm(draw)
        rows = [["PRM", "Horodate", "Énergie soutirée (kWh)"]]
        times = (datetime(2025, 1, 1) + timedelta(minutes=minutes * n) for n in range(900))  # noqa: DTZ001 (a cell)
        rows += [
            [point, exchanged(when, "%d/%m/%Y %H:%M"), draw.randrange(20, 90)] for when in times
        ]
        yield trap(KIND, f"Courbe {minutes}", rows, Truth(), XLSX, stops=True)


def days_of_a_month(draw: Random) -> Iterator[Case]:
    """A bill of which one end became a date; a few days that are dates."""
    made = bills(draw, 2, 1)
    pair: list[Column] = [("Du", lambda b: date(2025, 1, 2)), ("Au", lambda b: "28/02/2025")]
    rows = table(made, [*columns("point"), *pair, *columns("kwh")])
    yield trap(KIND, "Factures de février", rows, Truth(), XLSX, stops=True)
    point, told = prm(draw), Truth()
    rows = [["PRM", "Jour", "Consommation (kWh)"]]
    for n in range(10):
        day, kwh = date(2025, 2, 1) + timedelta(days=n), Decimal(draw.randrange(20, 90))
        rows.append([point, day, kwh])
        told.energy[point, "import", day, day + timedelta(days=1)] = kwh
    yield case("a few days of a month", "Jours", rows, told, XLSX)


def american(draw: Random) -> Iterator[Case]:
    """Twelve days of January with the month in front, which seem first days of months."""
    for head, title in (("Jour", ""), ("Date", "Consommations journalières"), ("Day", "")):
        point = prm(draw)
        days = (date(2025, 1, 1) + timedelta(days=n) for n in range(12))
        rows: list[Row] = [[title]] if title else []
        rows.append(["PRM", head, "Consommation (kWh)"])
        rows += [[point, f"{day:%m/%d/%Y}", Decimal(draw.randrange(20, 90))] for day in days]
        yield trap("days with the month in front", f"Suivi {head}", rows, Truth(), stops=True)
    made = bills(draw, 2, 12)
    rows = [["PRM", "Date", "Consommation (kWh)"]]
    rows += [[b.point, f"{b.start:%d/%m/%Y}", b.kwh] for b in made]
    yield case("first days of months", "Suivi", rows, energies(made))
    for variant in range(5):
        made = bills(draw, 2, 12)
        rows = [["PRM", "Mois", "Consommation (kWh)"]]
        for b in made:
            name, number = SHORT[b.start.month - 1], b.start.month
            told = (f"1-{name}-25", f"{number}/25", f"{b.last:%d/%m/%Y}", b.last,
                    f"01 {MONTHS[number - 1]} 2025")[variant]  # fmt: skip
            rows.append([b.point, told, b.kwh])
        dialect = XLSX if variant == 3 else CSV
        yield case("months by a day", f"Suivi {variant}", rows, energies(made), dialect)
    made = bills(draw, 2, 12)
    rows = [["PRM", "Mois", "Consommation (kWh)"]]
    rows += [[b.point, f"15{b.start:/%m/%Y}", b.kwh] for b in made]
    yield trap("months by a day", "Suivi du 15", rows, Truth(), stops=True)


def years_in_front(draw: Random) -> Iterator[Case]:
    """Dates such as 25/01/31: days up to 4 at the end are no years."""
    for variant, form in enumerate(("%y/%m/%d", "%y-%m-%d", "%y.%m.%d")):
        made = bills(draw, 2, 12)
        pair: list[Column] = [
            of("Du", {b: f"{b.start:{form}}" for b in made}),
            of("Au", {b: f"{b.last:{form}}" for b in made}),
        ]
        rows = table(made, [*columns("point"), *pair, *columns("kwh")])
        yield case("a year of two digits in front", f"Factures {variant}", rows, plain(made))


def hours_by_number(draw: Random) -> Iterator[Case]:
    """A date, and an hour 0 to 23 or 1 to 24; the hour of the peak of each day is none."""
    for variant, (first, side) in enumerate(((0, "start"), (1, "end"))):
        for dialect in (CSV, XLSX):
            point, told = prm(draw), Truth()
            rows: list[Row] = [["PRM", "Date", "Heure", "Énergie soutirée (kWh)"]]
            for n in range(48):
                when = datetime(2025, 6, 2, tzinfo=PARIS) + timedelta(hours=n)
                kwh = Decimal(draw.randrange(100, 900)) / 100
                rows.append([point, when.date(), when.hour + first, kwh])
                told.steps[point, "import", when.astimezone(UTC)] = kwh
            yield trap("hours by their number", f"Courbe {variant}", rows, told, dialect,
                       answers={"stamp": side})  # fmt: skip
    point, told = prm(draw), Truth()
    rows = [["PRM", "Date", "Heure", "Consommation (kWh)"]]
    for n in range(20):
        day, kwh = date(2025, 6, 2) + timedelta(days=n), Decimal(draw.randrange(20, 90))
        rows.append([point, day, draw.randrange(24), kwh])
        told.energy[point, "import", day, day + timedelta(days=1)] = kwh
    yield trap("the hour of a peak", "Jours", rows, told)


def sheets_of_months(draw: Random) -> Iterator[Case]:
    """A sheet a month, which only its name tells."""
    forms: tuple[Callable[[int], str], ...] = (
        lambda n: MONTHS[n].capitalize(), lambda n: f"{MONTHS[n]} 2025",
        lambda n: f"{n + 1:02}-2025", lambda n: SHORT[n],
    )  # fmt: skip
    for variant, form in enumerate(forms):
        made = bills(draw, 3, 6)
        by = list(batched(made, 6))
        title = "Consommations électriques 2025 (kWh)"
        pages = []
        for n in range(6):
            rows: list[Row] = [[title], ["PRM", "Site", "Consommation (kWh)"]]
            rows += [[some[n].point, some[n].site, some[n].kwh] for some in by]
            pages.append(Sheet(rows, form(n)))
        yield case("a sheet a month", f"Suivi {variant}", [], plain(made), (XLSX, ODS)[variant % 2],
                   sheets=tuple(pages))  # fmt: skip


def merged(draw: Random) -> Iterator[Case]:
    """Numbers that are merged over months or rows of an OpenDocument table; names that are."""
    for stops in (True, False):
        made = bills(draw, 1, 8)
        cells: list[Cell] = [b.kwh if not n % 2 or not stops else None for n, b in enumerate(made)]
        rows: list[Row] = [["PRM", *(f"{MONTHS[n]} 2025 (kWh)" for n in range(8))]]
        rows.append([made[0].point, *cells])
        merges = [(1, 1 + n, 1, 2 + n) for n in range(0, 8, 2)] if stops else []
        yield trap("a number merged over months", "Suivi", rows, Truth() if stops else plain(made),
                   ODS, stops=stops, sheets=(Sheet(rows, merges=merges),))  # fmt: skip
    made = bills(draw, 1, 6)
    rows = [["PRM", "Mois", "Consommation (kWh)"]]
    rows += [[b.point, f"{b.start:%m/%Y}", b.kwh if b.start.month % 2 else None] for b in made]
    merges = [(n, 2, n + 1, 2) for n in (1, 3, 5)]
    yield trap("a number merged over rows", "Suivi", rows, Truth(), ODS, stops=True,
               sheets=(Sheet(rows, merges=merges),))  # fmt: skip
    made = bills(draw, 3, 6)
    rows = [["PRM", "Site", "Mois", "Consommation (kWh)"]]
    for some in batched(made, 6):
        rows += [[b.point if b is some[0] else None, b.site if b is some[0] else None,
                  f"{b.start:%m/%Y}", b.kwh] for b in some]  # fmt: skip
    merges = [(first, at, first + 5, at) for first in (1, 7, 13) for at in (0, 1)]
    yield case("names merged down", "Suivi", rows, plain(made), ODS,
               sheets=(Sheet(rows, merges=merges),))  # fmt: skip


def calendars(draw: Random) -> Iterator[Case]:
    """Every one."""
    for family in (
        taken_for_months,
        american,
        days_of_a_month,
        years_in_front,
        hours_by_number,
        sheets_of_months,
        merged,
    ):
        yield from family(draw)
