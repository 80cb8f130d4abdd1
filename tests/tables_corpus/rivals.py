"""Inventories with two powers, counts in other words, rows of cabinets or streets, and sums."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from random import Random

from tests.tables_corpus.lights import STREETS, Light, inventory, lights
from tests.tables_corpus.sheets import CSV, FRENCH, ISO, Cell, Dialect, Row
from tests.tables_corpus.truth import Case, Truth
from tests.tables_corpus.world import prm

HEAD = ("Identifiant", "Rue", "Armoire")


def _rows(made: Sequence[Light], *beside: tuple[str, Sequence[Cell]]) -> list[Row]:
    """A row a light, and further columns."""
    rows: list[Row] = [[*HEAD, *(head for head, _ in beside)]]
    cells = zip(*(column for _, column in beside), strict=True)
    rows += [[o.id, o.street, o.cabinet, *more] for o, more in zip(made, cells, strict=True)]
    return rows


def _watts(made: Sequence[Light]) -> list[Cell]:
    return [o.watts for o in made]


def _open(rule: str, made: Sequence[Light], rows: list[Row], dialect: Dialect = CSV) -> Case:
    return inventory(
        rule, list(made), rows, rule=rule, told="block", truth=Truth(), stops=True, dialect=dialect
    )


def two_powers(draw: Random) -> Iterator[Case]:
    """Two columns of watts: the whole light's holds, else it is asked about."""
    rule = "two columns of watts"
    made = lights(draw)
    fifth = [Decimal(o.watts) * Decimal("1.5") for o in made]
    for one, other in (("Puissance nominale (W)", "Puissance réelle (W)"),
                       ("Puissance installée (W)", "Puissance consommée (W)")):  # fmt: skip
        more = [int(watts) for watts in fifth]
        known = Truth(lights={o.id: Decimal(w) for o, w in zip(made, more, strict=True)})
        rows = _rows(made, (one, _watts(made)), (other, more))
        yield inventory(rule, made, rows, truth=known, rule=rule, told="quiet")
    less = [o.watts // 2 for o in made]
    yield _open(rule, made, _rows(made, ("Puissance (W)", _watts(made)), ("P (W)", less)))
    yield _open(rule, made, _rows(made, ("Puissance lampe (W)", _watts(made)),
                                  ("Puissance réelle (W)", less)))  # fmt: skip
    split = [[o.watts if (n % 3 > 0) == first else None for n, o in enumerate(made)]
             for first in (True, False)]  # fmt: skip
    rows = _rows(made, ("Puissance LED (W)", split[0]), ("Puissance SHP (W)", split[1]))
    yield _open(rule, made, rows)
    for head in ("Puissance abaissée (W)", "Puissance (%)"):
        rows = _rows(made, (head, less), ("Puissance (W)", _watts(made)))
        yield inventory(rule, made, rows, rule=rule, told="quiet")
    rows = _rows(made, ("Puissance (%)", [50 for _ in made]), ("Lampe", ["LED" for _ in made]))
    yield inventory("a share of the power", made, rows, truth=Truth(), stops=True)


def other_counts(draw: Random) -> Iterator[Case]:
    """Numbers of lamps in other words and languages."""
    for n, (power, head) in enumerate((
        ("Puissance (W)", "nblampes"),
        ("PUISLAMPE", "NBLAMPE"),
        ("Lamp wattage", "No. of lamps"),
        ("Wattage", "Number of lanterns"),
        ("Lampenleistung (W)", "Anzahl Lampen"),
        ("Potencia lámpara (W)", "Nº lámparas"),
        ("Potenza (W)", "Numero lampade"),
        ("Vermogen (W)", "Aantal armaturen"),
        ("Potência (W)", "Número de lâmpadas"),
    )):  # fmt: skip
        made = lights(draw)
        rows = _rows(made, (power, _watts(made)), (head, [o.lamps for o in made]))
        known = Truth(lights={o.id: Decimal(o.watts * o.lamps) for o in made})
        yield inventory("a count in other words", made, rows, FRENCH[n % 9], "foreign", truth=known)
    rule = "a count that may be another, in words of lamps"
    for head in ("Lampes par point", "Multiplicité"):
        made = lights(draw)
        rows = _rows(made, ("Puissance (W)", _watts(made)), (head, [o.lamps for o in made]))
        yield _open(rule, made, rows)
        ones = _rows(made, ("Puissance (W)", _watts(made)), (head, [1 for _ in made]))
        yield inventory(rule, made, ones, rule=rule, told="quiet")


def aggregates(draw: Random) -> Iterator[Case]:
    """A row a cabinet with its delivery point, a row a street or a kind of lamp."""
    rule = "a row a cabinet, with its point"
    made = lights(draw, 12)
    points = [prm(draw) for _ in made]
    names = [f"ARM{n:02d}" for n in range(12)]
    for head, watts in (("Puissance (W)", [870 + 10 * n for n in range(12)]),
                        ("Puissance installée (W)", [1200 + n for n in range(12)])):  # fmt: skip
        own = [replace(o, cabinet=name) for o, name in zip(made, names, strict=True)]
        yield _open(rule, made, _rows(own, (head, watts), ("PRM", points)))
    own = [replace(o, cabinet=name) for o, name in zip(made, names, strict=True)]
    yield _open(
        rule, made, _rows(own, ("Puissance (W)", [1200 + n for n in range(12)])), dialect=ISO
    )
    known = {o.cabinet: point for o, point in zip(made, points, strict=True)}
    rows = _rows(made, ("Puissance (W)", _watts(made)), ("PRM", [known[o.cabinet] for o in made]))
    yield inventory(rule, made, rows, rule=rule, told="quiet")
    rule = "a row a street, with a number of lights"
    for most, told in ((30, "block"), (6, "quiet")):
        counts = [1 + n * (most - 1) // 11 for n in range(12)]
        rows = _rows(made, ("Type de lampe", ["SHP" for _ in made]), ("Qté", counts),
                     ("Puissance lampe (W)", _watts(made)))  # fmt: skip
        if told == "block":
            yield _open(rule, made, rows)
        else:
            many = {o.id: Decimal(o.watts * n) for o, n in zip(made, counts, strict=True)}
            yield inventory(rule, made, rows, truth=Truth(lights=many), rule=rule, told="quiet")


def sums(draw: Random) -> Iterator[Case]:
    """Sums of streets, above or below their lights; a part of all; lights that are to come."""
    rule = "a row that sums a street"
    for above in (True, False):
        made = lights(draw, 30)
        rows = _rows(made, ("Puissance (W)", _watts(made)))
        found = rows[:1]
        for n, street in enumerate(STREETS):
            some = [row for row, o in zip(rows[1:], made, strict=True) if o.street == street]
            whole: Row = [f"S{n}", street, None, sum(int(str(row[3])) for row in some)]
            found += [whole, *some] if above else [*some, whole]
        yield inventory(rule, made, found, rule=rule, told="note")
    made = lights(draw, 30)
    rows = _rows(made, ("Puissance (W)", _watts(made)))
    half = sum(o.watts for o in made) // 2
    yield inventory(rule, made, [*rows, ["dont LED", None, None, half]], rule=rule, told="note")
    sorted_ = sorted(made, key=lambda o: o.street)
    rows = _rows(sorted_, ("Puissance (W)", _watts(sorted_)))
    yield inventory(rule, sorted_, rows, rule=rule, told="quiet")
    rule = "lights that are to come"
    states = ["En projet" if n % 7 == 3 else "En service" for n in range(len(made))]
    there = [o for o, state in zip(made, states, strict=True) if state == "En service"]
    rows = _rows(made, ("Puissance (W)", _watts(made)), ("État", states))
    yield inventory(rule, there, rows, rule=rule, told="note")
    rows = _rows(made, ("Puissance (W)", _watts(made)), ("État", ["Projecteur HS" for _ in made]))
    yield inventory(rule, made, rows, rule=rule, told="quiet")


def grids(draw: Random) -> Iterator[Case]:
    """Coordinates in UTM without a word, which Mercator would put elsewhere in France."""
    rule = "coordinates in UTM without a word"
    made = lights(draw)
    east = [730_000 + 10 * n for n in range(len(made))]
    north = [5_404_000 + 10 * n for n in range(len(made))]
    rows = _rows(made, ("Puissance (W)", _watts(made)), ("X", east), ("Y", north))
    yield _open(rule, made, rows)
    rows = _rows(made, ("Puissance (W)", _watts(made)), ("Longitude", [o.east for o in made]),
                 ("Latitude", [o.north for o in made]))  # fmt: skip
    yield inventory(rule, made, rows, rule=rule, told="quiet")


def rivals(draw: Random) -> Iterator[Case]:
    """Every such inventory."""
    for family in (two_powers, other_counts, aggregates, sums, grids):
        yield from family(draw)
