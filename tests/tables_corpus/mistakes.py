"""Mistakes of makers and readers, each with a twin that must not trip."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

from tests.tables_corpus.columns import Column, columns, of, table
from tests.tables_corpus.sheets import FRENCH, Row
from tests.tables_corpus.traps import trap
from tests.tables_corpus.truth import Case, Truth
from tests.tables_corpus.world import Bill, bills, prm, truth


def plain(made: list[Bill]) -> Truth:
    """Their energies."""
    told = truth(made)
    told.parts, told.costs = {}, {}
    return told


def grids(draw: Random) -> Iterator[Case]:
    """The supplier's classes beside those of the network: in columns, with a peak and a total."""
    for variant in range(3):
        made = bills(draw)
        low = {b: (b.kwh - b.off_peak) // 3 for b in made}
        night = {b: b.off_peak // 2 for b in made}
        cols: list[Column] = [
            *columns("point from to", variant),
            of("HP (kWh)", {b: b.kwh - b.off_peak for b in made}),
            of("HC (kWh)", {b: b.off_peak for b in made}),
            of("HPH (kWh)", {b: b.kwh - b.off_peak - low[b] for b in made}),
            of("HPB (kWh)", low),
            of("HCH (kWh)", {b: b.off_peak - night[b] for b in made}),
            of("HCB (kWh)", night),
        ]
        if variant == 1:
            cols.append(of("Total (kWh)", {b: b.kwh for b in made}))
        told = truth(made)
        told.costs = {}
        told.parts = {
            b.key: [b.kwh - b.off_peak - low[b], low[b], b.off_peak - night[b], night[b]]
            for b in made
        }
        yield trap(
            "two grids of classes", f"Factures {variant}", table(made, cols), told, FRENCH[variant]
        )
    for variant, peak in enumerate(("Pointe", "P", "PTE", "Pte")):
        made = bills(draw)
        cols = [
            *columns("point from to", variant),
            of(peak, {b: b.off_peak for b in made}),
            of("HPH", {b: b.kwh - b.off_peak - b.off_peak // 7 for b in made}),
            of("HCH", {b: b.off_peak // 7 for b in made}),
        ]
        if variant % 2:
            cols.append(of("Total", {b: b.kwh for b in made}))
        told = truth(made)
        told.costs = {}
        told.parts = {
            b.key: [b.off_peak, b.kwh - b.off_peak - b.off_peak // 7, b.off_peak // 7] for b in made
        }
        rows: list[Row] = [["Énergie active soutirée (kWh)"], *table(made, cols)]
        yield trap("a peak among classes", f"Factures {variant}", rows, told, FRENCH[variant])


def corrections(draw: Random) -> Iterator[Case]:
    """Credits, cancelled bills, twins with another number, a measure over its estimates."""
    made = bills(draw, 1)
    kinds = dict.fromkeys(made, "Facture")
    cols: list[Column] = [*columns("invoice"), of("Type", kinds), *columns("point from to kwh ttc")]
    rows = table(made, cols)
    credit = ["A1", "Avoir", *rows[6][2:]]
    told = truth([b for n, b in enumerate(made) if n != 5])
    told.parts = {}
    yield trap("a credit in positive figures", "Factures électricité", [*rows, credit], told)
    twin = ["F990", "Facture", *rows[6][2:]]
    yield trap(
        "a bill under two numbers", "Factures électricité", [*rows, twin], Truth(), stops=True
    )
    copy = trap("a bill that comes twice", "Factures électricité", [*rows, rows[6]], truth(made))
    copy.truth.parts = {}
    yield copy
    made = bills(draw, 1)
    kinds = {b: "Estimée" if n < 3 else "Réelle" for n, b in enumerate(made)}
    cols = [of("Type", kinds), *columns("point from to kwh")]
    rows = table(made, cols)
    first = sum((b.kwh for b in made[:3]), Decimal(40))
    rows.insert(4, ["Réelle", made[0].point, made[0].start, made[2].last, first])
    told = plain(made[3:])
    told.energy[made[0].point, "import", made[0].start, made[2].end] = first
    yield trap("a measure over its estimates", "Factures électricité", rows, told)


def scales(draw: Random) -> Iterator[Case]:
    """A part of the numbers a thousand times smaller than they should be."""
    made = bills(draw, 3)
    for variant, (some, unit) in enumerate(
        ((made[:12], "0.01"), (made[14:15], "0.001"), (made[:36:2], "0.001"))
    ):
        odd = {b: (b.kwh / 1000).quantize(Decimal(unit)) if b in some else b.kwh for b in made}
        cols = [*columns("point from to", variant), of("Consommation (kWh)", odd)]
        rows = table(made, cols)
        yield trap("a part in another unit", f"Factures électricité {variant}", rows, Truth(),
                   stops=True, answers={"decimal": ","})  # fmt: skip
    made = bills(draw, 3)
    cols = [*columns("point from to"), of("kWh", {b: b.ttc for b in made}),
            of("Montant TTC (€)", {b: b.kwh for b in made})]  # fmt: skip
    yield trap(
        "amount and energy exchanged",
        "Factures électricité",
        table(made, cols),
        Truth(),
        stops=True,
    )


def titles(draw: Random) -> Iterator[Case]:
    """Titles, notes and heads between the rows that say something else than the head."""
    for title in ("Prévision 2026", "Consommations N-1", "Données théoriques", "Autoconsommation"):
        made = bills(draw, 2)
        rows: list[Row] = [[title], *table(made, columns("point from to kwh"))]
        yield trap("a title that is not measured", f"Suivi {title}", rows, Truth(), stops=True,
                   about=frozenset({"measured"}))  # fmt: skip
    made = bills(draw, 2)
    head = columns("point from to kwh")
    for stops, title in ((True, "Prévisionnel 2026"), (True, "Gaz"), (False, "École")):
        rows = [["Mairie"], *table(made[:12], head), [], [title], *table(made[12:], head)]
        yield trap("a title between two heads", f"Suivi électricité {title}", rows,
                   Truth() if stops else plain(made), stops=stops)  # fmt: skip
    for stops, note in (
        (True, "* consommations en MWh"),
        (False, "* consommations en kWh, hors taxes"),
    ):
        rows = [
            *table(made, head),
            [],
            [note],
            ["Données fournies à titre indicatif"],
            ["Source : GRD"],
        ]
        yield trap("a note at the foot", f"Suivi électricité {len(note)}", rows,
                   Truth() if stops else plain(made), stops=stops)  # fmt: skip


def numbers(draw: Random) -> Iterator[Case]:
    """Numbers of points: rounded, two in a row, an old one beside."""
    made = [replace(b, point=f"30{b.point[4:11]}00000") for b in bills(draw, 2)]
    yield trap("points that were rounded as text", "Factures électricité",
               table(made, columns("point from to kwh")), Truth(), stops=True)  # fmt: skip
    made = bills(draw, 1)
    other, *rest = columns("point from to kwh")
    for stops, head in ((True, "PRM "), (False, "Ancien PRM")):
        cols: list[Column] = [(head, lambda _: "99123412341234"), other, *rest]
        yield trap("two points in a row", f"Factures électricité {len(head)}", table(made, cols ),
                   Truth() if stops else plain(made), stops=stops)  # fmt: skip


def clocks(draw: Random) -> Iterator[Case]:
    """Times of winter all the year, told by the head or by 02:00 of the last Sunday of March."""
    for variant, head in enumerate(
        ("Début (UTC+1)", "Début (heure d'hiver)", "Début (UTC)", "Début")
    ):
        point, told = prm(draw), Truth()
        rows: list[Row] = [["PRM", head, "Énergie soutirée (kWh)"]]
        begin = datetime(2025, 7 if variant != 3 else 3, 7 if variant != 3 else 29, tzinfo=UTC)
        for n in range(72):
            when, value = begin + timedelta(hours=n), Decimal(draw.randrange(100, 900)) / 100
            rows.append([point, f"{when:%d/%m/%Y %H:%M}", value])
            shift = timedelta(hours=0 if variant == 2 else 1)
            told.steps[point, "import", when - shift] = value
        stops = variant == 3
        yield trap(
            "a curve on another clock",
            f"Courbe {variant}",
            rows,
            Truth() if stops else told,
            stops=stops,
        )


def months_over(draw: Random) -> Iterator[Case]:
    """Months of a school year as columns; a title that tells its years, or one year only."""
    made = bills(draw, 1, 12, 2024)
    names = (
        "sept",
        "oct",
        "nov",
        "déc",
        "janv",
        "févr",
        "mars",
        "avr",
        "mai",
        "juin",
        "juil",
        "août",
    )
    for stops, title in (
        (False, "Année scolaire 2024-2025, consommations (kWh)"),
        (True, "Consommations 2025 (kWh)"),
    ):
        rows: list[Row] = [[title], ["PRM", *names], [made[0].point, *(b.kwh for b in made)]]
        told = Truth()
        for n, b in enumerate(made):
            year, month = 2024 + (n + 8) // 12, (n + 8) % 12 + 1
            end = date(year + month // 12, month % 12 + 1, 1)
            told.energy[b.point, "import", date(year, month, 1), end] = b.kwh
        yield trap(
            "months over New Year",
            f"Suivi {len(title)}",
            rows,
            Truth() if stops else told,
            stops=stops,
            about=frozenset({"year"} if stops else ()),
        )


def mistakes(draw: Random) -> Iterator[Case]:
    """Every one."""
    for family in (grids, corrections, scales, titles, numbers, clocks, months_over):
        yield from family(draw)
