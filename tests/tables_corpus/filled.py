"""Our own template of monthly energies as people fill it: the rules of any table hold in it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate, groupby
from random import Random

from tests.tables_corpus.rules import ruled
from tests.tables_corpus.sheets import CSV, FRENCH, Cell, Dialect, Row
from tests.tables_corpus.truth import Case, Told, Truth
from tests.tables_corpus.world import Bill, bills, truth

HEADS = (
    "Type de point", "PRM ou PCE", "Nom du point", "Commune", "Premier jour de la période",
    "Dernier jour de la période (compris)", "Classe temporelle", "Énergie de la période (kWh)",
    "Montant de la période (€)", "TVA comprise", "Relevée ou estimée", "Provenance",
)  # fmt: skip
SOME = (1, 2, 4, 5, 7, 8, 10)
"""The columns that a person keeps in a CSV."""
BOOKS = [one for one in FRENCH if one.kind == "xlsx"]
DAY = timedelta(days=1)


def line(
    one: Bill, kwh: Decimal, last: date | None = None, how: str = "relevée", *, named: bool = False
) -> Row:
    """One row; *named*: the point by its name alone."""
    cost: Cell = None if named else one.ht
    point = None if named else one.point
    return [None if named else "PRM", point, one.site, "Villeneuve", one.start, last or one.last,
            None, kwh, cost, "non", how, None]  # fmt: skip


def sheet(rows: Sequence[Row], dialect: Dialect) -> list[Row]:
    """Head and rows: whole in a workbook, some columns in a CSV."""
    whole: list[Row] = [HEADS, *rows]
    return whole if dialect.kind == "xlsx" else [[row[at] for at in SOME] for row in whole]


def known(made: Sequence[Bill], *, named: bool = False) -> Truth:
    """What the template says of *made*."""
    told = truth(made)
    told.parts = {}
    if named:
        told.energy = {(b.site, *b.key[1:]): b.kwh for b in made}
        told.costs = {}
    return told


def faults(made: Sequence[Bill]) -> Iterator[tuple[str, Told, list[Row], Truth]]:
    """A rule, what it asks of the file, the rows, and the truth: faults, and twins of them."""
    tiny, rows = Decimal("0.001"), [line(b, b.kwh) for b in made]
    yield "MWh in a template", "block", [line(b, b.kwh * tiny) for b in made], Truth()
    part = [replace(b, kwh=b.kwh * Decimal("0.457"), price=b.price / 2) for b in made]
    yield "MWh in a template", "quiet", [line(b, b.kwh) for b in part], known(part)
    yield "a thousand times in a template", "block", [line(b, b.kwh * 1000) for b in made], Truth()
    more = [replace(b, kwh=b.kwh * 3) for b in made]
    yield "a thousand times in a template", "quiet", [line(b, b.kwh) for b in more], known(more)
    sums = [row for _, some in groupby(made, key=lambda b: b.point) for row in grown([*some])]
    yield "running sums in a template", "block", sums, Truth()
    yield "running sums in a template", "quiet", rows, known(made)
    for days in (1, 9):
        over = [line(b, b.kwh, b.last + days * DAY) for b in made]
        yield "periods that overlap in a template", "block", over, Truth()
    twice = [*rows, line(made[3], made[3].kwh + 100)]
    yield "two energies of a period in a template", "block", twice, Truth()
    first = [line(made[3], made[3].kwh + 100, how="estimée"), *rows]
    yield "two energies of a period in a template", "quiet", first, known(made)
    back = [replace(b, kwh=-b.kwh) if b.start.month in {3, 5} else b for b in made]
    yield (
        "energies below zero in a template",
        "suspect",
        [line(b, b.kwh) for b in back],
        known(back),
    )


def grown(some: Sequence[Bill]) -> Iterator[Row]:
    """What a point has taken since the first of its months."""
    return (line(b, kwh) for b, kwh in zip(some, accumulate(b.kwh for b in some), strict=True))


def wholes(made: Sequence[Bill]) -> Iterator[tuple[str, Told, list[Row], Truth]]:
    """A point that is the sum of the others, one that is near it; a year beside its months."""
    rule, count = "a sum of all points in a template", len({b.start for b in made})
    rows = [line(b, b.kwh, named=True) for b in made]
    ways: tuple[tuple[Told, int], ...] = (("note", 0), ("quiet", 9_000))
    for told, off in ways:
        total = [
            replace(one, site="Commune", kwh=sum(b.kwh for b in made[n::count]) + Decimal(off))
            for n, one in enumerate(made[:count])
        ]
        true = known([*made, *total] if off else made, named=True)
        lines = [*rows, *(line(b, b.kwh, named=True) for b in total)]
        yield rule, told, lines, true
    years: list[Row] = []
    for _, group in groupby(made, key=lambda b: b.point):
        some = [*group]
        years.append(line(some[0], sum((b.kwh for b in some), Decimal()), some[-1].last))
    both = [*(line(b, b.kwh) for b in made), *years]
    yield "a period and its parts in a template", "note", both, known(made)


def filled(draw: Random) -> Iterator[Case]:
    """Each in a CSV and in a workbook."""
    for dialect in (CSV, BOOKS[0]):
        for family in (faults, wholes):
            for at, (rule, told, rows, true) in enumerate(family(bills(draw, 2, 8))):
                group = "ordinary" if told == "quiet" else "trap"
                name = f"Énergies {family.__name__[0]}{at}"
                yield ruled(rule, told, sheet(rows, dialect), true, dialect, name=name, group=group)
