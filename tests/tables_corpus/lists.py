"""Lists of points, registers of several meters, years that begin in September, cancelled bills."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import batched
from random import Random

from tests.tables_corpus.columns import columns, table
from tests.tables_corpus.ordinary import case
from tests.tables_corpus.shapes import energies
from tests.tables_corpus.sheets import FRENCH, XLSX, Row, Sheet
from tests.tables_corpus.traps import trap
from tests.tables_corpus.truth import Case, Truth
from tests.tables_corpus.world import MONTHS, Bill, bills, months, prm, truth


def _rows(made: list[Bill], power: str, *energy: str) -> list[Row]:
    """A list of points: each with its power, and the energy of its year."""
    rows: list[Row] = [["PRM", "Site", "Segment", power, *energy]]
    for some in batched(made, 12):
        year = sum(one.kwh for one in some)
        rows.append([some[0].point, some[0].site, "C5", some[0].power, *(year for _ in energy)])
    return rows


def _known(made: list[Bill], *, energy: bool) -> Truth:
    told = Truth()
    for some in batched(made, 12):
        year = sum((one.kwh for one in some), Decimal()) if energy else None
        told.points[some[0].point] = year, Decimal(some[0].power)
    return told


def points(draw: Random) -> Iterator[Case]:
    """Points with the energy of a year; one that tells no time, and powers in kW, are asked."""
    heads = ("Consommation annuelle (kWh)", "CAR (kWh)", "Consommation 2024 (kWh)", "kWh/an")
    for head, dialect in zip(heads, (*FRENCH, *FRENCH), strict=False):
        made = bills(draw, 4)
        rows = _rows(made, "Puissance souscrite (kVA)", head)
        yield case("a list of points", "Points", rows, _known(made, energy=True), dialect)
    made = bills(draw, 4)
    titled: list[Row] = [["Consommations annuelles 2024"], *_rows(made, "PS (kVA)", "Conso (kWh)")]
    yield case("a list of points", "Parc", titled, _known(made, energy=True))
    rows = _rows(made, "PS (kVA)", "Consommation (kWh)")
    known = _known(made, energy=True)
    yield trap("an energy of no time", "Parc", rows, known, answers={"annual": "yes"})
    rows = [["Relevé de mars 2024"], *rows]
    yield trap("an energy of no time", "Parc", rows, Truth(), about=frozenset({"annual"}),
               stops=True)  # fmt: skip
    two = _rows(made, "PS (kVA)", "Conso site (kWh)", "Consommation (kWh)")
    yield trap("two energies of a list", "Parc", two, Truth(), stops=True)
    kilowatts = _rows(made, "Puissance souscrite (kW)")
    yield trap("a list of powers in kW", "Parc", kilowatts, Truth(), stops=True)


def school_years(draw: Random) -> Iterator[Case]:
    """Bare months from September to August: the year that the title tells, or one question."""
    heads = [MONTHS[(8 + n) % 12] for n in range(12)]
    titles = ("Année scolaire 2023-2024 – consommation kWh", "Consommation électrique (kWh)")
    for title in titles:
        made = []
        for some in batched(bills(draw, 2), 12):
            spans = months(2023, 12, 9)
            made += [replace(one, start=a, end=b) for one, (a, b) in zip(some, spans, strict=True)]
        rows: list[Row] = [[title], ["PRM", *heads]]
        rows += [[some[0].point, *(one.kwh for one in some)] for some in batched(made, 12)]
        yield trap("bare months over New Year", "Écoles", rows, energies(made),
                   answers={"year": "2023"})  # fmt: skip
    made = bills(draw, 2, 12, 2024)
    rows = [["Consommation kWh 2024"], ["PRM", *MONTHS, "Moyenne"]]
    rows += [
        [some[0].point, *(one.kwh for one in some), sum(one.kwh for one in some) // 12]
        for some in batched(made, 12)
    ]
    yield case("a year in the title", "Suivi", rows, energies(made), about=frozenset({"year"}))
    rows = [["Consommation kWh (édité en 2025)"], *rows[1:]]
    yield trap("a year of printing in the title", "Suivi", rows, energies(made),
               answers={"year": "2024"})  # fmt: skip
    slashes: list[Row] = [["PRM", "Mois", "Consommation (kWh)"]]
    slashes += [[one.point, f"{one.start:%m/%y}", one.kwh] for one in made]
    yield case("a row a month", "Suivi court", slashes, energies(made))


def registers(draw: Random) -> Iterator[Case]:
    """Registers with a coefficient, and two meters of one point at a time."""
    for factor, title in ((40, ""), (1, ""), (None, "Coefficient de lecture : 40")):
        rows, told = _registers(draw, prm(draw))
        if factor is not None:
            rows = [[*row, factor if n else "Coef TC"] for n, row in enumerate(rows)]
        whole: list[Row] = [[title], *rows] if title else rows
        if factor == 1:
            yield trap("a coefficient of 1 of registers", "Relevés", whole, told)
        else:
            yield trap("a coefficient of registers", "Relevés", whole, Truth(), stops=True,
                       answers={"stamp": "start"})  # fmt: skip
    point = prm(draw)
    rows, told = _registers(draw, point)
    others, _ = _registers(draw, point)
    heads: Row = ["Matricule", *rows[0]]
    both: list[Row] = [heads, *(["A1", *r] for r in rows[1:]), *(["B2", *r] for r in others[1:])]
    yield trap("two meters at a time", "Relevés", both, Truth(), stops=True,
               answers={"stamp": "start"})  # fmt: skip
    after: list[Row] = [heads, *([("A1" if n < 3 else "B2"), *r] for n, r in enumerate(rows[1:]))]
    change = date(2025, 4, 1)
    told.allowed = {key: v for key, v in told.allowed.items() if key[3] != change}
    yield trap("a meter after another", "Relevés", after, told)


def _registers(draw: Random, point: str) -> tuple[list[Row], Truth]:
    told, level = Truth(), 41_000
    rows: list[Row] = [["PRM", "Date de relevé", "Index (kWh)"]]
    for day, end in months(2025, 6):
        rows.append([point, day, level])
        told.indexes[point, day] = [Decimal(level)]
        more = draw.randrange(300, 900)
        told.allowed[point, "import", day, end] = [Decimal(more)]
        level += more
    return rows, told


def states(draw: Random) -> Iterator[Case]:
    """Bills that are cancelled by a word of their own; numbers of points called `N° point`."""
    made = bills(draw, 2)
    for head, good, bad in (("Statut", "Validée", "Annulée"), ("État", "Payée", "Facture annulée")):
        rows = table(made, columns("invoice point from to kwh"))
        rows = [[head if not n else bad if n == 7 else good, *row] for n, row in enumerate(rows)]
        yield trap("a cancelled bill", "Factures", rows, energies([*made[:6], *made[7:]]))
    rows = table(made, columns("point from to kwh"))
    rows = [["Relevé électricité"], ["N° point", *rows[0][1:]], *rows[1:]]
    yield case("a row a bill", "Factures", rows, energies(made))


def formats(draw: Random) -> Iterator[Case]:
    """A number format that shows a unit: that of the head, another's, or the only one."""
    for head, form, stops in (
        ("Consommation (kWh)", '#,##0" kWh"', False),
        ("Consommation", '#,##0" kWh"', False),
        ("Consommation (kWh)", '#,##0" lots"', True),
        ("Consommation", '0" dal"', True),
        ("Consommation (kWh)", "#,##0_)", False),
        ("Consommation (kWh)", '#,##0.000" MWh"', True),
        ("Consommation (kWh)", "#,##0.00 [$€-40C]", True),
        ("Consommation (kWh)", "0.0%", True),
        ("Consommation (kWh)", '0" kVArh"', True),
        ("Consommation (kWh)", "#,##0,", True),
        ("Consommation", '0.000," MWh"', True),
        ("Consommation (MWh)", "0.0,", True),
        ("Consommation (kWh)", '0" (estimé)"', True),
        ("Consommation (kWh)", '0" kWh prévus"', True),
        ("Consommation (kWh)", '"~"0', True),
        ("Consommation (kWh)", '0" x40"', True),
    ):
        made = bills(draw, 2)
        rows = table(made, [*columns("point from to"), (head, lambda b: b.kwh), *columns("ht")])
        sheet = Sheet(rows, formats={3: form, 4: '#,##0.00\\ "€"'})
        known = Truth() if stops else truth(made)
        known.parts = {}
        yield trap("a unit of the number format", "Factures", rows, known, XLSX, sheets=(sheet,),
                   stops=stops)  # fmt: skip


def lists(draw: Random) -> Iterator[Case]:
    """Every such table."""
    for family in (points, school_years, registers, states, formats):
        yield from family(draw)
