"""Traps: what stands beside, above or below the energy and is not the energy of the row."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import batched, cycle
from random import Random

from tests.tables_corpus.columns import BESIDE, LATER, Column, columns, of, table
from tests.tables_corpus.sheets import CSV, FRENCH, Dialect, Row, Sheet
from tests.tables_corpus.truth import Case, Truth
from tests.tables_corpus.world import MONTHS, Bill, bills, months, truth

HEADS_OF_ENERGY = (
    ("kwh", 0), ("kwh", 2), ("mwh", 1), ("kwh", 3), ("mwh", 0), ("kwh", 1),
)  # fmt: skip


def trap(
    kind: str, name: str, rows: Sequence[Row], told: Truth, dialect: Dialect = CSV, **more: object
) -> Case:
    """A trap of one sheet."""
    made = Case(
        kind=kind, group="trap", name=name, sheets=(Sheet(rows),), truth=told, dialect=dialect
    )
    return replace(made, **more)  # type: ignore[arg-type]  # fields of the case


def beside(draw: Random) -> Iterator[Case]:
    """Another column with a unit, before or after the energy."""
    dialects = cycle(FRENCH)
    for kind, others in ((k, BESIDE[k] + LATER[k]) for k in BESIDE):
        for variant, other in enumerate(others):
            made = bills(draw, count=8)
            name, head = HEADS_OF_ENERGY[variant % 6]
            energy = columns(name, head)
            pair = [other, *energy] if variant % 3 else [*energy, other]
            cols = [*columns("point site from to", variant), *pair, *columns("ttc")]
            told = truth(made)
            told.parts = {}
            flows = {"Injection (kWh)": "export"}
            if other[0] in flows:
                for one in made:
                    value = other[1](one)
                    assert isinstance(value, Decimal)
                    told.energy[one.point, "export", one.start, one.end] = value
            yield trap(
                kind, f"Suivi électricité {variant}", table(made, cols), told, next(dialects)
            )


def flows(draw: Random) -> Iterator[Case]:
    """Production, self-consumed, fed in, drawn: four flows of a roof."""
    for variant in range(4):
        made = bills(draw, 1)
        cols: list[Column] = [
            *columns("point from to", variant),
            ("Production (kWh)", lambda b: b.kwh * 2),
            ("Autoconsommation (kWh)", lambda b: b.off_peak),
            ("Injection (kWh)", lambda b: b.kwh * 2 - b.off_peak),
        ]
        told = Truth()
        for b in made:
            told.energy[b.point, "export", b.start, b.end] = b.kwh * 2 - b.off_peak
            if variant % 2:
                told.energy[b.key] = b.kwh
        if variant % 2:
            cols.append(("Soutirage (kWh)", lambda b: b.kwh))
        answers = {"direction": "export"} if variant % 2 == 0 else {}
        yield trap(
            "four flows", f"Suivi solaire {variant}", table(made, cols), told, answers=answers
        )
    for variant, head in enumerate(
        ("Production (kWh)", "Production PV kWh", "Énergie produite (kWh)")
    ):
        made = bills(draw, 1)
        cols = [*columns("point from to", variant), (head, lambda b: b.kwh)]
        yield trap(
            "production alone",
            f"Centrale {variant}",
            table(made, cols),
            Truth(),
            stops=True,
            about=frozenset({"direction"}),
        )


def sums(draw: Random) -> Iterator[Case]:
    """Rows that sum others, named or not, and rows of means."""
    dialects = cycle(FRENCH)
    for variant in range(16):
        made = bills(draw, 3, 6)
        cols = columns("site point from to kwh ttc", variant)
        rows = table(made, cols)
        total, paid = sum(b.kwh for b in made), sum(b.ttc for b in made)
        first = made[:6]
        label = (
            "TOTAL",
            "Total Mairie",
            "Sous-total",
            "Total général",
            "S/T",
            "Ensemble",
            "Cumul 2025",
            "Moyenne",
        )[variant % 8]
        value = (
            total if label != "Moyenne" else (Decimal(total) / len(made)).quantize(Decimal("0.01"))
        )
        money = (
            paid if label != "Moyenne" else (Decimal(paid) / len(made)).quantize(Decimal("0.01"))
        )
        match variant // 8 if label not in {"Total Mairie", "Sous-total", "S/T"} else 2:
            case 0:
                rows.append([label, None, None, None, value, money])
            case 1:
                rows.append([label, None, made[0].start, made[5].last, value, money])
            case _:
                part, cost = sum(b.kwh for b in first), sum(b.ttc for b in first)
                point = first[0].point if variant // 8 else None
                rows.insert(7, [label, point, first[0].start, first[-1].last, part, cost])
        yield trap(
            "a row that sums", f"Factures électricité {variant}", rows, truth(made), next(dialects)
        )
    for variant in range(4):
        made = bills(draw, 2, 6)
        rows = table(made, columns("point from to kwh", variant))
        for end in (6, 3):
            some = made[end - 3 : end]
            rows.insert(
                end + 1, [some[0].point, some[0].start, some[-1].last, sum(b.kwh for b in some)]
            )
        yield trap(
            "a row a quarter among months",
            f"Factures électricité {variant}",
            rows,
            truth(made),
            next(dialects),
        )


def across(draw: Random) -> Iterator[Case]:
    """Columns that sum, average or repeat others."""
    for variant, (label, part) in enumerate(
        (
            ("Total", 1),
            ("Total 2025", 1),
            ("Moyenne", 12),
            ("2024", 0),
            ("Total N-1", 0),
            ("Cumul", 1),
        )
    ):
        made = bills(draw, 4)
        rows: list[Row] = [
            ["Consommations électriques (kWh)"],
            ["PRM", "Site", *(f"{MONTHS[a.month - 1]} 2025" for a, _ in months(2025)), label],
        ]
        for at in range(0, len(made), 12):
            some = made[at : at + 12]
            total = sum((one.kwh for one in some), Decimal())
            other = {1: total, 12: (total / 12).quantize(Decimal(1)), 0: total * 11 // 10}[part]
            rows.append([some[0].point, some[0].site, *(one.kwh for one in some), other])
        told = truth(made)
        told.parts, told.costs = {}, {}
        yield trap(
            "a column that sums months", f"Consommations kWh {variant}", rows, told, FRENCH[variant]
        )
    for variant in range(2):
        made = bills(draw, 3)
        labels = [f"{MONTHS[n]} 2025" for n in range(12)]
        labels[3 + variant * 5] = ("avri 2025", "setpembre 2025")[variant]
        rows = [["PRM", *labels]]
        rows += [[some[0].point, *(b.kwh for b in some)] for some in batched(made, 12)]
        told = truth(made)
        told.parts, told.costs = {}, {}
        known = {"unit": "kWh"}
        yield trap("a month misspelt", f"Consommations kWh {variant}", rows, told, answers=known)


def twice(draw: Random) -> Iterator[Case]:
    """One quantity in several columns: classes and their total, two units."""
    for variant in range(6):
        made = bills(draw)
        names = ("hp hc kwh", "kwh hp hc", "hp hc")[variant % 3]
        cols = columns(f"point from to {names} ttc", variant)
        yield trap(
            "classes beside a total",
            f"Factures électricité {variant}",
            table(made, cols),
            truth(made),
            FRENCH[variant],
        )
    for variant in range(3):
        made = bills(draw)
        cols = columns("point from to kwh mwh", variant)
        yield trap(
            "one quantity in two units",
            f"Factures électricité {variant}",
            table(made, cols),
            truth(made),
        )


def running(draw: Random) -> Iterator[Case]:
    """Registers and sums since January, said so or not."""
    for variant, (label, apart) in enumerate(
        (
            ("Cumul (kWh)", True),
            ("Cumul depuis janvier (kWh)", True),
            ("Total YTD kWh", True),
            ("Consommation (kWh)", False),
            ("kWh", False),
            ("Cumul annuel kWh", False),
        )
    ):
        made = bills(draw, 2)
        sum_of: dict[Bill, Decimal] = {}
        for one in made:
            sum_of[one] = one.kwh + sum(
                b.kwh for b in made if b.point == one.point and b.start < one.start
            )
        cols: list[Column] = [
            *columns("point from to", variant),
            of(label, sum_of),
        ]
        if apart:
            cols[3:3] = columns("kwh", variant) if variant % 2 else []
            cols += [] if variant % 2 else columns("kwh", variant)
        told = truth(made) if apart else Truth()
        told.parts = {}
        yield trap(
            "a running sum",
            f"Suivi électricité {variant}",
            table(made, cols),
            told,
            FRENCH[variant],
            stops=not apart,
        )


def registers(draw: Random) -> Iterator[Case]:
    """Registers, under a head of energy or beside the energy."""
    for variant, label in enumerate(
        ("Consommation (kWh)", "Relevé (kWh)", "Compteur kWh", "Valeur (kWh)")
    ):
        made, level = bills(draw, 1), Decimal(draw.randrange(30_000, 80_000))
        rows: list[Row] = [["PRM", "Mois", label]]
        told = Truth()
        for one in made:
            rows.append([one.point, f"{one.start:%m/%Y}", level])
            told.indexes[one.point, one.start] = [level]
            level += one.kwh
        yield trap("a register as energy", f"Électricité {variant}", rows, told, stops=True)
    for variant in range(6):
        made = bills(draw, 2)
        spans: dict[Bill, tuple[Decimal, Decimal]] = {}
        reached = {b.point: Decimal(41_000) for b in made}
        for one in made:
            spans[one] = (reached[one.point], reached[one.point] + one.kwh)
            reached[one.point] += one.kwh
        heads = (
            ("Ancien index", "Nouvel index"),
            ("Index début (kWh)", "Index fin (kWh)"),
            ("Relevé précédent kWh", "Relevé actuel kWh"),
        )[variant % 3]
        cols: list[Column] = [
            *columns("point from to", variant),
            of(heads[0], {b: low for b, (low, _) in spans.items()}),
            of(heads[1], {b: high for b, (_, high) in spans.items()}),
        ]
        cols[3 if variant > 2 else 5 : 3 if variant > 2 else 5] = columns("kwh", variant)
        told = truth(made)
        told.parts = {}
        for one, (low, high) in spans.items():
            for day in (one.start, one.last, one.end):
                told.indexes.setdefault((one.point, day), []).extend((low, high))
        yield trap(
            "indexes beside the energy",
            f"Factures électricité {variant}",
            table(made, cols),
            told,
            FRENCH[variant],
        )


def traps(draw: Random) -> Iterator[Case]:
    """Every trap of meaning."""
    for family in (beside, flows, sums, across, twice, running, registers):
        yield from family(draw)
