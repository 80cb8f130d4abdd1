"""Groups whose members stand anywhere, and rows of a name that have no number of a point."""

from collections.abc import Iterator
from itertools import batched
from random import Random

from tests.tables_corpus.labels import added, known, lines, long, wide
from tests.tables_corpus.mistakes import plain
from tests.tables_corpus.ordinary import case
from tests.tables_corpus.rules import ruled
from tests.tables_corpus.sheets import FRENCH, Row
from tests.tables_corpus.traps import trap
from tests.tables_corpus.truth import Case, Truth
from tests.tables_corpus.world import Bill, bills


def groups(draw: Random) -> Iterator[Case]:
    """A group of sites that stand among others; near it, it is a site of its own."""
    for variant in range(6):
        count = (12, 6, 12, 4, 12, 12)[variant]
        made = bills(draw, 7, count)
        sites = lines(made, count)
        schools = ("Écoles", added([sites[1], sites[3], sites[5]]))
        sports = ("Sports", added([sites[0], sites[4]]))
        at = (0, 1, 7, 4, 0, 3)[variant]
        told = [*sites[:at], schools, *sites[at:], *([sports] if variant > 3 else [])]
        rows = long(told, made) if variant % 2 else wide(told, made)
        yield trap("a group of scattered members", f"Suivi {variant}", rows, known(sites, made),
                   FRENCH[variant])  # fmt: skip
    for variant, sizes in enumerate(((4,), (5,), (9, 8, 13), (12, 18), (15, 10, 5))):
        made = [b for _ in range(5) for b in bills(draw, 6, 12)]
        sites = [(f"{name} {n}", kwh) for n, (name, kwh) in enumerate(lines(made, 12))]
        mixed = draw.sample(sites, len(sites))
        wholes = []
        for n, size in enumerate(sizes):
            wholes.append((f"Groupe {n}", added(mixed[:size])))
            mixed = mixed[size:]
        told = [*wholes, *sites] if variant % 2 else [*sites, *wholes]
        yield trap("a group of many scattered members", f"Suivi grand {variant}",
                   wide(told, made), known(sites, made), FRENCH[variant])  # fmt: skip
    made = bills(draw, 7, 12)
    sites = lines(made, 12)
    near = [("Annexe", [kwh + 7 for kwh in added([sites[1], sites[4]])]), *sites]
    yield ruled("a group of scattered members", "quiet", wide(near, made), known(near, made),
                group="ordinary")  # fmt: skip


def _rows(made: list[Bill], blank: set[int], name: str = "") -> list[Row]:
    rows: list[Row] = [["PRM", "Site", "Du", "Au", "Consommation (kWh)"]]
    for n, b in enumerate(made):
        point = None if n in blank else b.point
        rows.append([point, name if name and n in blank else b.site, b.start, b.last, b.kwh])
    return rows


def unnumbered(draw: Random) -> Iterator[Case]:
    """A name beside a blank number: of that name alone, unless others number it."""
    for variant, blank in enumerate((set(range(1, 6)), {9}, set(range(1, 18, 2)), {17})):
        made = bills(draw, 3, 6)
        yield trap("a name that only some rows number", f"Factures {variant}", _rows(made, blank),
                   Truth(), FRENCH[variant], stops=True)  # fmt: skip
    for variant, name in enumerate(("Éclairage place", "Chalet", "")):
        made = bills(draw, 3, 6)
        first = 6 * variant
        told = plain(made)
        for b in made[first : first + 6]:
            told.energy[name or b.site, "import", b.start, b.end] = told.energy.pop(b.key)
        rows = _rows(made, set(range(first, first + 6)), name)
        yield case("a name without a number", f"Factures {variant}", rows, told, FRENCH[variant])
    for variant in range(3):
        made = bills(draw, 3, 6)
        told = plain(made)
        rows = [["Consommations électriques (kWh)"],
                ["PRM", "Site", *(f"{b.start:%m/%Y}" for b in made[:6])]]  # fmt: skip
        for at, some in enumerate(batched(made, 6)):
            point = None if at == variant else some[0].point
            rows.append([point, some[0].site, *(b.kwh for b in some)])
            for b in some if point is None else ():
                told.energy[b.site, "import", b.start, b.end] = told.energy.pop(b.key)
        yield case("a name without a number", f"Suivi {variant}", rows, told, FRENCH[variant])


def scattered(draw: Random) -> Iterator[Case]:
    """Every one."""
    for family in (groups, unnumbered):
        yield from family(draw)
