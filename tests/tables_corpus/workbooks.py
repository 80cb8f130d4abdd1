"""Workbooks as people write them: notices, sheets, merged cells, heads on two rows, formulas."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import batched
from random import Random

from tests.tables_corpus.columns import Column, columns, of, table
from tests.tables_corpus.sheets import ODS, XLSX, Dialect, Formula, Row, Sheet
from tests.tables_corpus.truth import Case, Truth
from tests.tables_corpus.world import MONTHS, Bill, bills, months, truth

NOTICE = Sheet(
    [
        ["Notice"],
        [],
        ["Ce classeur présente les consommations des bâtiments."],
        ["Contact : service énergie"],
    ],
    "Notice",
)


def book(
    kind: str,
    name: str,
    sheets: Sequence[Sheet],
    told: Truth,
    dialect: Dialect = XLSX,
    **more: object,
) -> Case:
    """A workbook, a trap."""
    made = Case(
        kind=kind, group="trap", name=name, sheets=tuple(sheets), truth=told, dialect=dialect
    )
    return replace(made, **more)  # type: ignore[arg-type]  # fields of the case


def sheets(draw: Random) -> Iterator[Case]:
    """A notice first; a sheet a year, a month, a point; a hidden sheet."""
    for variant, dialect in enumerate((XLSX, ODS, XLSX)):
        made = bills(draw)
        page = Sheet(table(made, columns("point site from to kwh ttc", variant)), "Factures")
        yield book(
            "a notice first",
            f"Factures électricité {variant}",
            [NOTICE, page],
            truth(made),
            dialect,
        )
    for variant, dialect in enumerate((XLSX, ODS)):
        made = bills(draw, 2, 24, 2024)
        pages = [
            Sheet(
                table(
                    [b for b in made if b.start.year == year], columns("point from to kwh", variant)
                ),
                str(year),
            )
            for year in (2024, 2025)
        ]
        yield book("a sheet a year", f"Factures électricité {variant}", pages, truth(made), dialect)
    for variant in range(2):
        made = bills(draw, 3, 6)
        pages = [
            Sheet(table(list(some), columns("point site from to kwh", variant)), some[0].site)
            for some in batched(made, 6)
        ]
        yield book("a sheet a point", f"Factures électricité {variant}", pages, truth(made))
    for variant in range(2):
        made, old = bills(draw), bills(draw, year=2023)
        shown = Sheet(table(made, columns("point from to kwh", variant)), "2025")
        hidden = Sheet(table(old, columns("point from to kwh", variant)), "brouillon", shown=False)
        yield book(
            "a hidden sheet",
            f"Factures électricité {variant}",
            [shown, hidden] if variant else [hidden, shown],
            truth(made),
        )


def heads(draw: Random) -> Iterator[Case]:
    """Heads on two rows, units in a row of their own, groups above."""
    for variant in range(4):
        made = bills(draw)
        top: Row = ["PRM", "Site", "Période", None, "Consommation", None, "Montant"]
        low: Row = [None, None, "Du", "Au", "HP (kWh)", "HC (kWh)", "TTC (€)"]
        rows = [top, low, *table(made, columns("point site from to hp hc ttc"))[1:]]
        merges = [(0, 2, 0, 3), (0, 4, 0, 5)] if variant % 2 == 0 else []
        yield book(
            "two head rows",
            f"Factures électricité {variant}",
            [Sheet(rows, merges=merges)],
            truth(made),
            (XLSX, XLSX, ODS, ODS)[variant],
        )
    for variant, unit in enumerate(("kWh", "MWh", "kWh", "MWh")):
        made = bills(draw)
        rows = [["PRM", "Du", "Au", "Consommation", "Montant TTC"], [None, None, None, unit, "€"]]
        rows += table(made, columns(f"point from to {unit.lower()} ttc"))[1:]
        yield book(
            "units in a row",
            f"Factures électricité {variant}",
            [Sheet(rows)],
            truth(made),
            (XLSX, ODS)[variant // 2],
            answers={"unit": unit},
        )
    for variant in range(4):
        made = bills(draw, 3)
        labels = [MONTHS[a.month - 1] for a, _ in months(2025)]
        other = ("€", "N-1", "€", "N-1")[variant]
        top = ["PRM", *(x for m in labels for x in (f"{m} 2025", None))]
        low = [
            None,
            *(x for _ in labels for x in (("kWh", other) if variant < 2 else (other, "kWh"))),
        ]
        rows = [["Consommations d'électricité"], top, low]
        for some in batched(made, 12):
            pairs = [(b.kwh, b.ttc if other == "€" else b.kwh * 11 // 10) for b in some]
            rows.append(
                [
                    some[0].point,
                    *(x for pair in pairs for x in (pair if variant < 2 else pair[::-1])),
                ]
            )
        told = truth(made)
        told.parts = {}
        merges = [(1, 1 + 2 * n, 1, 2 + 2 * n) for n in range(12)]
        yield book(
            "two columns a month", f"Consommations {variant}", [Sheet(rows, merges=merges)], told
        )


def groups(draw: Random) -> Iterator[Case]:
    """A point once for its rows: merged, left blank, or a row of its own; a column a point."""
    for variant in range(3):
        made = bills(draw, 3, 6)
        rows = table(made, columns("point site from to kwh", variant))
        for at in range(1, 19):
            if (at - 1) % 6:
                rows[at] = [None, None, *rows[at][2:]]
        merges = [(at, c, at + 5, c) for at in (1, 7, 13) for c in (0, 1)]
        yield book(
            "merged down",
            f"Factures électricité {variant}",
            [Sheet(rows, merges=merges)],
            truth(made),
        )
    for variant in range(2):
        made = bills(draw, 3, 6)
        rows = table(made, columns("point site from to kwh", variant))
        for at in range(1, 19):
            if (at - 1) % 6:
                rows[at] = [None, None, *rows[at][2:]]
        yield book(
            "blank below the point", f"Factures électricité {variant}", [Sheet(rows)], truth(made)
        )


def sideways(draw: Random) -> Iterator[Case]:
    """A column a point, a column a year."""
    for variant, dialect in enumerate((XLSX, ODS)):
        made = bills(draw, 3)
        by = list(batched(made, 12))
        rows: list[Row] = [
            ["Consommations électriques (kWh)"],
            ["Mois", *(some[0].point for some in by)],
        ]
        rows += [[f"{MONTHS[n]} 2025", *(some[n].kwh for some in by)] for n in range(12)]
        if variant:
            rows.append(["Total", *(sum(b.kwh for b in some) for some in by)])
        told = truth(made)
        told.parts, told.costs = {}, {}
        yield book("a column a point", f"Consommations kWh {variant}", [Sheet(rows)], told, dialect)
    for variant, dialect in enumerate((XLSX, ODS)):
        made = bills(draw, 4, 36, 2023)
        rows = [
            ["Consommations électriques annuelles (kWh)"],
            ["PRM", "Site", "2023", "2024", "2025"],
        ]
        told = Truth()
        for some in batched(made, 36):
            years = [sum(b.kwh for b in some[at : at + 12]) for at in (0, 12, 24)]
            rows.append([some[0].point, some[0].site, *map(Decimal, years)])
            for at, value in zip((0, 12, 24), years, strict=True):
                told.energy[some[0].point, "import", some[at].start, some[at + 11].end] = Decimal(
                    value
                )
        yield book("a column a year", f"Consommations kWh {variant}", [Sheet(rows)], told, dialect)


def cells(draw: Random) -> Iterator[Case]:
    """Formulas, hidden rows, formats that scale, points and dates as numbers."""
    for variant in range(4):
        made = bills(draw)
        state = ("kept", "zero", "empty", "kept")[variant]
        value: dict[Bill, Decimal | None] = {
            b: {"kept": b.kwh, "zero": Decimal(0), "empty": None}[state] for b in made
        }
        cols: list[Column] = [
            *columns("point from to"),
            of("Consommation (kWh)", {b: Formula("=1+1", value[b]) for b in made}),
        ]
        yield book(
            f"formulas, {state}",
            f"Factures électricité {variant}",
            [Sheet(table(made, cols))],
            truth(made) if state == "kept" else Truth(),
            stops=state != "kept",
        )
    for variant in range(2):
        made = bills(draw)
        rows = table(made, columns("point site from to kwh", variant))
        yield book(
            "hidden rows",
            f"Factures électricité {variant}",
            [Sheet(rows, hidden_rows=range(5, 9))],
            truth(made),
        )
    for variant, form in enumerate(('0.0,"k"', '#,##0" kWh"', '0" MWh"', "0,")):
        made = bills(draw)
        scaled = variant in {0, 3}
        unit = "mwh" if variant == 2 else "kwh"
        rows = table(made, columns(f"point from to {unit}"))
        rows[0] = [*rows[0][:3], "Consommation (kWh)" if scaled else "Consommation"]
        yield book(
            "a unit or a scale in the format",
            f"Factures électricité {variant}",
            [Sheet(rows, formats={3: form})],
            Truth() if scaled else truth(made),
            answers={"unit": "MWh" if variant == 2 else "kWh"},
            stops=scaled,
        )
    for variant in range(2):
        made = bills(draw)
        cols = [
            *columns("point site"),
            ("Du", lambda b: b.start.toordinal() - 693594),
            ("Au", lambda b: b.last.toordinal() - 693594),
            *columns("kwh"),
        ]
        yield book(
            "dates as numbers",
            f"Factures électricité {variant}",
            [Sheet(table(made, cols))],
            truth(made),
            (XLSX, ODS)[variant],
        )
    for variant in range(3):
        made = bills(draw)
        rows = [
            ["Syndicat d'énergie"],
            ["Édité le", made[0].end],
            [],
            [],
            *table(made, columns("point site from to kwh ttc", variant)),
            [],
            ["TOTAL", None, None, None, sum(b.kwh for b in made), sum(b.ttc for b in made)],
            ["Source : portail fournisseur"],
        ]
        yield book(
            "titles and a foot",
            f"Factures électricité {variant}",
            [Sheet(rows)],
            truth(made),
            (XLSX, ODS, XLSX)[variant],
        )
    made = bills(draw, 2)
    one, two = made[:12], made[12:]
    rows = [
        ["Mairie"],
        *table(one, columns("point from to kwh")),
        [],
        ["École"],
        *table(two, columns("point from to kwh")),
    ]
    yield book("two tables of a sheet", "Factures électricité", [Sheet(rows)], truth(made))


def workbooks(draw: Random) -> Iterator[Case]:
    """Every trap of a workbook."""
    for family in (sheets, heads, groups, sideways, cells):
        yield from family(draw)
