"""Each rule of arithmetic: a file that trips it, and its twin that keeps just short of it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from random import Random
from typing import cast

from tests.tables_corpus.columns import Column, columns, of, table
from tests.tables_corpus.sheets import CSV, Dialect, Row, Sheet
from tests.tables_corpus.truth import Case, Told, Truth
from tests.tables_corpus.world import Bill, bills, months, prm, truth

POWERED = "point site power from to kwh"


def ruled(
    rule: str, told: str, rows: Sequence[Row], known: Truth, dialect: Dialect = CSV, **more: object
) -> Case:
    """A file that trips *rule* (or its twin, `quiet`)."""
    made = Case(
        kind=f"rule: {rule}",
        group="ordinary" if told == "quiet" else "trap",
        name="Factures électricité",
        sheets=(Sheet(rows),),
        truth=Truth() if told == "block" else known,
        answers={"stamp": "start"},
        dialect=dialect,
        stops=told == "block",
        rule=rule,
        told=cast("Told", told),
    )
    return replace(made, **more)  # type: ignore[arg-type]  # fields of the case


def _of(made: Sequence[Bill], names: str = "point site from to kwh") -> tuple[list[Row], Truth]:
    known = truth(made)
    known.parts = {}
    return table(made, columns(names)), known


def _scaled(made: Sequence[Bill], by: Decimal | int) -> list[Bill]:
    return [replace(b, kwh=b.kwh * by) for b in made]


def magnitudes(draw: Random) -> Iterator[Case]:
    """Energy against power, against the year before, against what is thinkable."""
    rule, made = "energy above the power", bills(draw)
    yield ruled(rule, "block", *_of(_scaled(made, 1000), POWERED))
    yield ruled(
        rule,
        "quiet",
        *_of([replace(b, kwh=Decimal(int(b.power * b.days * 24 * 0.9))) for b in made], POWERED),
    )
    one = replace(made[20], kwh=Decimal(int(made[20].power * made[20].days * 24 * 2)))
    yield ruled("one row above the power", "suspect", *_of([*made[:20], one, *made[21:]], POWERED))
    rule = "a building above 250 MWh a month"
    yield ruled(
        rule, "block", *_of([replace(b, kwh=Decimal(draw.randrange(10**6, 10**7))) for b in made])
    )
    yield ruled(
        rule, "quiet", *_of([replace(b, kwh=Decimal(draw.randrange(10_000, 24_000))) for b in made])
    )
    rule, two = "a year 1/20 of the year before", bills(draw, 2, 24, 2024)
    yield ruled(
        rule,
        "block",
        *_of([replace(b, kwh=b.kwh / 1000) if b.start.year == 2025 else b for b in two]),
    )
    yield ruled(
        rule, "quiet", *_of([replace(b, kwh=b.kwh * 3) if b.start.year == 2025 else b for b in two])
    )
    rule = "far below the power, three decimals"
    yield ruled(rule, "block", *_of(_scaled(made, Decimal("0.001")), POWERED))
    yield ruled(rule, "quiet", *_of(_scaled(made, Decimal("0.4")), POWERED))


def courses(draw: Random) -> Iterator[Case]:
    """Values that only rise, registers that fall."""
    rule, made = "never falls", bills(draw, 1, 8)
    rising = [
        replace(b, kwh=Decimal(52_000 + 400 * n + draw.randrange(90))) for n, b in enumerate(made)
    ]
    yield ruled(rule, "block", *_of(rising))
    yield ruled(
        rule, "quiet", *_of([*rising[:-3], *(replace(b, kwh=Decimal(51_000)) for b in rising[-3:])])
    )
    for rule, told, levels in (
        ("a register falls", "block", (41_000, 42_100, 43_300, 120, 900, 1_700)),
        ("a register rolls over", "note", (997_100, 998_300, 999_600, 700, 1_900, 3_000)),
        ("a register rises", "quiet", (41_000, 42_100, 43_300, 44_120, 44_900, 45_700)),
    ):
        point, known = prm(draw), Truth()
        rows: list[Row] = [["PRM", "Date de relevé", "Index (kWh)"]]
        for (day, end), level in zip(months(2025, 6), levels, strict=True):
            rows.append([point, day, level])
            known.indexes[point, day] = [Decimal(level)]
            known.allowed[point, "import", day, end] = [
                Decimal(b - a if b > a else b - a + 1_000_000) for a, b in pairwise(levels)
            ]
        yield ruled(rule, told, rows, known)


def repeats(draw: Random) -> Iterator[Case]:
    """Periods that meet, contain, repeat each other; totals that hold or not."""
    made = bills(draw, 2, 6)
    rows, known = _of(made)
    yield ruled("an equal twin", "note", [*rows, rows[3]], known)
    yield ruled(
        "periods that overlap",
        "block",
        [
            *rows,
            [made[0].point, made[0].site, made[0].start + timedelta(9), made[1].last, Decimal(777)],
        ],
        known,
    )
    yield ruled("periods that overlap", "quiet", rows, known)
    whole = sum(b.kwh for b in made[:6])
    yield ruled(
        "a period that sums its parts",
        "note",
        [*rows, [made[0].point, made[0].site, made[0].start, made[5].last, whole]],
        known,
    )
    rule = "a total that is another sum"
    total = sum(b.kwh for b in made)
    yield ruled(rule, "block", [*rows, ["TOTAL", None, None, None, Decimal(total) * 2 // 1]], known)
    yield ruled(
        "a total that is the sum", "note", [*rows, ["TOTAL", None, None, None, total]], known
    )
    yield ruled("a sum without a label", "note", [*rows, [None, None, None, None, total]], known)
    named = [replace(b, site="Totalgaz, dépôt communal") for b in made[:6]]
    yield ruled(rule, "quiet", *_of([*named, *made[6:]]))
    mean = (Decimal(total) / 12).quantize(Decimal("0.1"))
    yield ruled("a mean at the foot", "note", [*rows, ["Moyenne", None, None, None, mean]], known)
    yield ruled("heads repeated", "note", [*rows[:7], rows[0], *rows[7:]], known)
    for told, by in (("block", Decimal("1.06")), ("quiet", Decimal("1.002"))):
        some = [replace(b, kwh=b.kwh * 10) for b in made]
        cols: list[Column] = [
            *columns("point from to hp hc"),
            of("Total (kWh)", {b: (b.kwh * by).quantize(Decimal(1)) for b in some}),
        ]
        known = truth(some)
        known.energy = {b.key: (b.kwh * by).quantize(Decimal(1)) for b in some}
        known.costs = {}
        yield ruled("a total column that is another sum", told, table(some, cols), known)


def cells(draw: Random) -> Iterator[Case]:
    """Cells that cannot be read, dates of two orders, signs of two meanings."""
    made = bills(draw)
    for told, every in (("block", 4), ("quiet", 100)):
        spoiled = [("voir note" if n % every == 3 else b.kwh) for n, b in enumerate(made)]
        shown = dict(zip(made, spoiled, strict=True))
        cols: list[Column] = [
            *columns("point site from to"),
            of("Consommation (kWh)", shown),
        ]
        kept = truth([b for b in made if not isinstance(shown[b], str)])
        kept.parts, kept.costs = {}, {}
        yield ruled("cells that cannot be read", told, table(made, cols), kept)


def orders(draw: Random) -> Iterator[Case]:
    """Dates of two orders in one column."""
    for told, form in (("block", ("%d/%m/%Y", "%m/%d/%Y")), ("quiet", ("%d/%m/%Y", "%d/%m/%Y"))):
        point, known = prm(draw), Truth()
        rows: list[Row] = [["PRM", "Jour", "Consommation (kWh)"]]
        for n in range(40):
            day = date(2025, 1, 1) + timedelta(n)
            rows.append([point, day.strftime(form[n % 2]), draw.randrange(10, 90)])
            known.energy[point, "import", day, day + timedelta(1)] = Decimal(str(rows[-1][2]))
        yield ruled(
            "two orders of dates in a column",
            told,
            rows,
            known,
            name="Journées électricité",
            about=frozenset({"dates"}),
        )


def signs(draw: Random) -> Iterator[Case]:
    """Signs of two meanings, negatives, zeros, identifiers a digit short."""
    made = bills(draw)
    dotted = [replace(b, kwh=Decimal(draw.randrange(1000, 9999)) / 1000) for b in made]
    rule, dot = "one sign, three digits everywhere", replace(CSV, decimal=".")
    yield ruled(rule, "block", *_of(dotted), dot, about=frozenset({"decimal"}))
    exact = [replace(b, kwh=Decimal(draw.randrange(300_001, 999_999)) / 1000) for b in made]
    yield ruled(rule, "quiet", *_of([replace(exact[0], kwh=Decimal("312.5")), *exact[1:]]), dot)
    rows, known = _of(made)
    minus = [*rows[:9], [*rows[9][:4], Decimal(-210)], *rows[10:]]
    known.energy[made[8].key] = Decimal(-210)
    yield ruled("a negative energy", "suspect", minus, known)
    cols: list[Column] = [
        *columns("point site from to kwh"),
        ("Type", lambda b: "Avoir" if b is made[8] else "Facture"),
    ]
    credit = table(made, cols)
    credit[9] = [*credit[9][:4], Decimal(-210), "Avoir"]
    yield ruled("a negative energy", "quiet", credit, known)
    for told, n in (("suspect", 5), ("quiet", 1)):
        zero = [replace(b, kwh=Decimal(0)) if 4 <= at < 4 + n else b for at, b in enumerate(made)]
        yield ruled("zeros that were none", told, *_of(zero))
    yield ruled(
        "a point a digit short", "block", *_of([replace(b, point=b.point[1:]) for b in made])
    )
    yield ruled("a point a digit short", "quiet", *_of(made))


def rules(draw: Random) -> Iterator[Case]:
    """Every rule with its twin."""
    for family in (magnitudes, courses, repeats, cells, orders, signs):
        yield from family(draw)
