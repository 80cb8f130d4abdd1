"""Traps of writing: decimals, dates, identifiers, encodings, rows that repeat."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

from tests.tables_corpus.columns import Column, columns, of, table
from tests.tables_corpus.ordinary import PARIS
from tests.tables_corpus.sheets import CSV, FRENCH, ISO, XLSX, Row
from tests.tables_corpus.traps import trap
from tests.tables_corpus.truth import Case, Truth
from tests.tables_corpus.world import bills, prm, truth

DOT = replace(CSV, decimal=".")


def decimals(draw: Random) -> Iterator[Case]:
    """Numbers of one sign and three digits: thousands, or decimals?"""
    for variant, dialect in enumerate(
        (DOT, CSV, replace(CSV, separator="\t", decimal="."), ISO, replace(ISO, decimal=","))
    ):
        made = [replace(b, kwh=Decimal(draw.randrange(1000, 9999)) / 1000) for b in bills(draw)]
        rows = table(made, columns("point from to kwh", variant))
        yield trap(
            "one sign, three digits",
            f"Factures électricité {variant}",
            rows,
            Truth(),
            dialect,
            stops=True,
            about=frozenset({"decimal"}),
        )
    for variant in range(6):
        made = [replace(b, kwh=Decimal(draw.randrange(1000, 9999)) / 1000) for b in bills(draw)]
        if variant % 2:
            made = [replace(b, kwh=b.kwh * 1000) for b in made]
        cols: list[Column] = [
            *columns("point from to", variant),
            (
                "Consommation (kWh)",
                lambda b: b.kwh if b.kwh < 1000 else f"{b.kwh:,.0f}".replace(",", "."),
            ),
            ("Prix (€/kWh)", lambda b: "0,1523" if b.kwh > 1000 else "0.1523"),
            ("Montant HT (€)", lambda b: (b.kwh * Decimal("0.1523")).quantize(Decimal("0.01"))),
        ]
        dialect = CSV if variant % 2 else DOT
        told = truth(made)
        told.parts, told.costs = (
            {},
            {b.key: [(b.kwh * Decimal("0.1523")).quantize(Decimal("0.01"))] for b in made},
        )
        yield trap(
            "three digits, proved by the amount",
            f"Factures électricité {variant}",
            table(made, cols),
            told,
            dialect,
        )


def dates(draw: Random) -> Iterator[Case]:
    """Days and months that can be exchanged, months without a year."""
    for variant in range(3):
        point = prm(draw)
        rows: list[Row] = [["PRM", "Date", "Consommation (kWh)"]]
        days = draw.sample([(a, b) for a in range(1, 13) for b in range(1, 13)], 9)
        rows += [[point, f"{a:02d}/{b:02d}/2025", draw.randrange(10, 90)] for a, b in days]
        yield trap(
            "dates of two readings",
            f"Journées électricité {variant}",
            rows,
            Truth(),
            stops=True,
            about=frozenset({"dates"}),
        )
    for variant in range(3):
        made = bills(draw, 2)
        names = [
            ("janvier", "janv.", "Janvier")[variant],
            "février",
            "mars",
            "avril",
            "mai",
            "juin",
            "juillet",
            "août",
            "septembre",
            "octobre",
            "novembre",
            "décembre",
        ]
        rows = [["PRM", *names]]
        for at in (0, 12):
            rows.append([made[at].point, *(b.kwh for b in made[at : at + 12])])
        told = truth(made)
        told.parts, told.costs = {}, {}
        known = variant == 2
        if known:
            rows.insert(0, ["Consommations d'électricité 2025 (kWh)"])
        yield trap(
            "months without a year",
            f"Consommations kWh {'ABC'[variant]}",
            rows,
            told,
            answers={"unit": "kWh"},
            stops=not known,
            about=frozenset() if known else frozenset({"year"}),
        )
    for variant, form in enumerate(("%d.%m.%Y", "%d-%m-%Y", "%d/%m/%y", "%Y/%m/%d", "%Y%m%d")):
        made = bills(draw)
        rows = table(made, columns("point site from to kwh", variant))
        yield trap(
            "another way of dates",
            f"Factures électricité {variant}",
            rows,
            truth(made),
            replace(CSV, dates=form),
        )


def points(draw: Random) -> Iterator[Case]:
    """Identifiers that a spreadsheet spoiled, or shows in its own way."""
    spoil: dict[str, Callable[[str], str]] = {
        "a point of 13 digits": lambda p: p[1:],
        "a point in exponent": lambda p: f"{p[0]},{p[1:4]}E+13",
        "a point of two in a cell": lambda p: f"{p} / 99000000000017",
    }
    for kind, act in spoil.items():
        for variant in (0, 1):
            made = bills(draw, 2, 4)
            cols = [of("PRM", {b: act(b.point) for b in made}), *columns("from to kwh", variant)]
            yield trap(
                kind,
                f"Factures électricité {variant}",
                table(made, cols),
                Truth(),
                FRENCH[variant],
                stops=True,
            )
    shows: tuple[Callable[[str], str], ...] = (
        lambda p: f"'{p}",
        lambda p: f'="{p}"',
        lambda p: f"{p[:2]} {p[2:5]} {p[5:8]} {p[8:11]} {p[11:]}",
        lambda p: f"\N{NO-BREAK SPACE}{p} ",
    )
    for variant, show in enumerate(shows):
        made = bills(draw, 2, 6)
        cols = [of("PRM", {b: show(b.point) for b in made}), *columns("from to kwh", variant)]
        told = truth(made)
        yield trap(
            "a point in another way", f"Factures électricité {variant}", table(made, cols), told
        )
    made = bills(draw, 2, 6)
    cols = [("PRM", lambda b: Decimal(b.point)), *columns("from to kwh ttc")]
    yield trap("a point as a number", "Factures électricité", table(made, cols), truth(made), XLSX)
    made = bills(draw, 2, 6)
    cols = [("PRM", lambda b: Decimal(b.point[:-2] + "00")), *columns("from to kwh ttc")]
    yield trap(
        "a point that was rounded",
        "Factures électricité",
        table(made, cols),
        Truth(),
        XLSX,
        stops=True,
    )


def rows_of(draw: Random) -> Iterator[Case]:
    """Units row by row, notes at the foot, heads again, dates that a curve leaves open."""
    for variant in range(4):
        made = bills(draw)
        odd = {b: n % 2 for n, b in enumerate(made)}
        cols: list[Column] = [
            *columns("point from to", variant),
            of("Quantité", {b: b.kwh / 1000 if odd[b] else b.kwh for b in made}),
            of("Unité", {b: "MWh" if odd[b] else "kWh" for b in made}),
        ]
        yield trap(
            "a unit a row",
            f"Factures électricité {variant}",
            table(made, cols),
            truth(made),
            FRENCH[variant],
        )
    for variant in range(4):
        made = bills(draw, 2)
        rows = table(made, columns("point site from to kwh", variant))
        if variant % 2:
            rows.insert(13, rows[0])
        rows += [
            [],
            ["(1) Données estimées en l'absence de relevé"],
            ["Édité le 12/01/2026 - page 1/1"],
        ]
        yield trap(
            "notes and heads again",
            f"Factures électricité {variant}",
            rows,
            truth(made),
            FRENCH[variant],
        )


def curves(draw: Random) -> Iterator[Case]:
    """Curves: a side that nothing tells, the hours of a day across."""
    for variant, head in enumerate(("Horodate", "Date et heure", "Heure")):
        point = prm(draw)
        rows: list[Row] = [["PRM", head, "kW"]]
        begin = datetime(2025, 6, 2, 0, 15, tzinfo=PARIS)
        moments = [(begin + timedelta(minutes=30 * n)).replace(tzinfo=None) for n in range(96)]
        rows += [[point, when, Decimal(draw.randrange(100, 900)) / 100] for when in moments]
        yield trap(
            "a side that nothing tells",
            f"Courbe soutirage {variant}",
            rows,
            Truth(),
            stops=True,
            about=frozenset({"stamp"}),
        )
    for variant in range(3):
        point, told = prm(draw), Truth()
        rows = [
            ["Énergie soutirée (kWh), pas horaire"],
            ["PRM", "Date", *(f"{h:02d}:00" for h in range(24))],
        ]
        for n in range(10):
            day = date(2025, 6, 2) + timedelta(days=n)
            values = [Decimal(draw.randrange(100, 9000)) / 1000 for _ in range(24)]
            rows.append([point, day, *values])
            for h, value in enumerate(values):
                begin = datetime(day.year, day.month, day.day, h, tzinfo=PARIS)
                told.steps[point, "import", begin.astimezone(UTC)] = value
        yield trap(
            "a row a day, a column an hour",
            f"Courbe {variant}",
            rows,
            told,
            FRENCH[variant],
            answers={"unit": "kWh", "stamp": "start"},
        )


def gas_only(draw: Random) -> Iterator[Case]:
    """Gas: a volume is no energy; PCI beside PCS; a coefficient before the energy."""
    for variant in range(2):
        made = bills(draw, 2)
        told = Truth(volumes={b.key: b.volume for b in made}, gas=True)
        yield trap(
            "a volume without energy",
            f"Gaz {variant}",
            table(made, columns("pce from to m3", variant)),
            told,
            answers={"scheme": "pce"},
        )
    for variant in range(6):
        made = bills(draw, 2)
        made = [replace(b, kwh=(b.volume * b.coefficient).quantize(Decimal(1))) for b in made]
        told = truth(made, gas=True)
        told.parts = {}
        other: list[Column] = columns("coefficient m3", variant)
        if variant % 2:
            other = [
                ("Énergie PCI (kWh)", lambda b: (b.kwh * Decimal("0.901")).quantize(Decimal(1)))
            ]
        energy: list[Column] = (
            [("Énergie PCS (kWh)", lambda b: b.kwh)] if variant % 2 else columns("kwh", variant)
        )
        cols = [*columns("pce from to", variant), *other, *energy]
        yield trap(
            "gas, its coefficient or PCI first",
            f"Factures gaz {variant}",
            table(made, cols),
            told,
            FRENCH[variant],
            answers={"scheme": "pce"},
        )


def no_energy(draw: Random) -> Iterator[Case]:
    """Units that are never energy in kilowatt-hours."""
    for variant, head in enumerate(
        ("Chaleur (GJ)", "Fioul (litres)", "Dépense (€)", "Énergie réactive (kVArh)")
    ):
        cols: list[Column] = [*columns("point site from to", variant), (head, lambda b: b.kwh)]
        rows = table(bills(draw, 2), cols)
        yield trap("a unit that is no energy", f"Suivi {variant}", rows, Truth(), stops=True)


def writings(draw: Random) -> Iterator[Case]:
    """Every trap of writing."""
    for family in (decimals, dates, points, rows_of, curves, gas_only, no_energy):
        yield from family(draw)
