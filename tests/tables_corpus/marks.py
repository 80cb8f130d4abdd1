"""Names that several sheets share but for a mark, names of files that are one word or a unit."""

from collections.abc import Iterator
from datetime import date
from random import Random

from tests.tables_corpus.columns import Column, columns, of, table
from tests.tables_corpus.mistakes import plain
from tests.tables_corpus.ordinary import case
from tests.tables_corpus.sheets import FRENCH, XLSX, Row, Sheet
from tests.tables_corpus.traps import trap
from tests.tables_corpus.truth import Case, Truth
from tests.tables_corpus.world import Bill, bills

OF_ANOTHER = (
    ("Eau nord", "Eau sud"), ("kW 1", "kW 2"), ("Sc. A", "Sc. B"), ("Avant", "Après"),
    ("Été", "Hiver"), ("Gaz nord", "Gaz sud"), ("1 - Température", "2 - Température"),
    ("CEP A", "CEP B"), ("Lot A ajusté", "Lot B ajusté"),
)  # fmt: skip
OF_PLACES = (
    ("Nord", "Sud"), ("École Nord", "École Sud"), ("Mairie A", "Mairie B"), ("Lot 1", "Lot 2"),
    ("Commune1", "Commune2"), ("Feuil1", "Feuil2"), ("Pompey", "Frouard"),
    ("Conso nord", "Conso sud"), ("Ville de Toul 1", "Ville de Toul 2"),
)  # fmt: skip
FILES = (
    "conso_kW", "conso_kVA", "releves_m3", "ecs_solaire", "chauffage_pv", "CEP", "Top", "Top 10",
    "Benchmark", "Audits",
)  # fmt: skip
FILES_OF_PLACES = (
    "conso_kWh", "Suivi", "Mairie", "Pompey", "EDF", "Sites de plus de 36 kVA", "conso_toul",
    "Villers 2", "export", "Liverdun", "conso_custines",
)  # fmt: skip
DIFFERENCES = ("Différence kWh", "Écart (kWh)", "Delta", "Conso calculée (kWh)")


def sheets(draw: Random) -> Iterator[Case]:
    """What all names have in common says what is below; what differs says whose it is."""
    for names in (*OF_ANOTHER, *OF_PLACES):
        made = bills(draw, 4, 6)
        pages = tuple(
            Sheet(table(some, columns("point site from to kwh")), name)
            for name, some in zip(names, (made[:12], made[12:]), strict=True)
        )
        stops = names in OF_ANOTHER
        yield trap("names of sheets but for a mark", f"Suivi {names[0]}" * (not stops) or "Suivi",
                   [], Truth() if stops else plain(made), XLSX, sheets=pages, stops=stops,
                   about=frozenset({"measured"} if stops else ()))  # fmt: skip


def files(draw: Random) -> Iterator[Case]:
    """Files called by one word, or by a unit that no column has."""
    for variant, name in enumerate((*FILES, *FILES_OF_PLACES)):
        made = bills(draw, 2, 6)
        rows = table(made, columns("point site from to kwh"))
        if name in FILES:
            yield trap("a file called by a word or a unit", name, rows, Truth(),
                       FRENCH[variant % 9], stops=True, about=frozenset({"measured"}))  # fmt: skip
        else:
            yield case("a file called after a place", name, rows, plain(made))
    made = bills(draw, 2, 6)
    rows = table(made, columns("point from to kwh power"))
    yield case("a file called after a place", "conso_kVA", rows, plain(made))


def dials(draw: Random) -> Iterator[Case]:
    """What two dials differ by is the energy, under whatever head; a part of it is asked about."""
    for variant, head in enumerate(DIFFERENCES):
        for part in (False, True):
            made = bills(draw, 2, 6)
            rows: list[Row] = [["PRM", "Du", "Au", "Ancien index", "Nouvel index", head]]
            for n, b in enumerate(made):
                at = 4000 + 900 * n
                told = (b.kwh * 7 // 10) if part else b.kwh
                rows.append([b.point, b.start, b.last, at, at + b.kwh, told])
            yield trap("dials and what they differ by", f"Relevés {variant}{part}", rows,
                       Truth() if part else plain(made), FRENCH[variant], stops=part,
                       answers={"unit": "kWh"} if not part else {})  # fmt: skip


def courses_of_sums(draw: Random) -> Iterator[Case]:
    """Sums that begin anew in one month of the year, what is left of it; a season that falls."""
    kind = "sums of another year than the calendar's"
    for variant, first in enumerate((4, 7, 9, 10)):
        made = bills(draw, 2, 24, 2024)
        told = {b: sum(o.kwh for o in made if o.point == b.point and since <= o.start <= b.start)
                for b in made
                for since in [date(b.start.year - (b.start.month < first), first, 1)]}  # fmt: skip
        some = [b for b in made if b.start.year == 2025]
        rows = table(some, [*columns("point site from to"), of("Consommation (kWh)", told)])
        yield trap(kind, f"Suivi {variant}", rows, Truth(), FRENCH[variant], stops=True)
    made = bills(draw, 2, 12)
    left = {b: sum(o.kwh for o in made if o.point == b.point and o.start >= b.start) for b in made}
    rows = table(made, [*columns("point site from to"), of("Consommation (kWh)", left)])
    yield trap("what is left of a year", "Suivi", rows, Truth(), stops=True)
    made = bills(draw, 3, 7)
    yield case("a season that falls", "Suivi", table(made, columns("point site from to kwh")),
               plain(made))  # fmt: skip


def beside(draw: Random) -> Iterator[Case]:
    """Words of a part under heads of meters and people; words that are none."""
    for head, word in (("Compteur", "Divisionnaire"), ("Service", "Au prorata"),
                       ("Compteur", "Linky"), ("Service", "Sports")):  # fmt: skip
        made = bills(draw, 2, 6)
        cells = of(head, {b: word if b.point == made[0].point else "Général" for b in made})
        yield _beside("a part under a head of whose", head, made, cells,
                      stops=word in {"Divisionnaire", "Au prorata"})  # fmt: skip


def codes(draw: Random) -> Iterator[Case]:
    """Codes and years that change within a point, factors of one point; codes that say nothing."""
    more: tuple[tuple[str, str, str, bool], ...] = (
        ("St", "V", "S", True), ("Jeu", "1", "2", True), ("Réf.", "2025", "2019", True),
        ("Q", "M", "E", False), ("Semestre", "1", "2", False), ("Payé", "O", "N", False),
    )  # fmt: skip
    for head, first, then, stops in more:
        made = bills(draw, 2, 12)
        cells = of(head, {b: first if b.start.month < 7 else then for b in made})
        yield _beside("codes within a point", head, made, cells, stops=stops)
    factors = (("×", "1", "20", True), ("Poids", "1", "10", True), ("%", "100", "60", True),
               ("Nb compteurs", "1", "2", False), ("Zone", "1", "2", False),
               ("Étages", "1", "3", False), ("Construit", "2004", "2012", False))  # fmt: skip
    for head, usual, other, stops in factors:
        made = bills(draw, 3, 6)
        cells = of(head, {b: other if b.point == made[0].point else usual for b in made})
        yield _beside("a factor of one point", head, made, cells, stops=stops)
    made = bills(draw, 2, 6)
    cells = of("Sens", {b: "S" if b.point == made[0].point else "I" for b in made})
    yield _beside("codes within a point", "Sens", made, cells, stops=True)


def _beside(kind: str, head: str, made: list[Bill], cells: Column, *, stops: bool) -> Case:
    rows = table(made, [*columns("point site from to kwh"), cells])
    name = "Suivi" if stops else f"Suivi {head}"
    return trap(kind, name, rows, Truth() if stops else plain(made), stops=stops,
                about=frozenset({"measured"} if stops else ()))  # fmt: skip


def marks(draw: Random) -> Iterator[Case]:
    """Every one."""
    for family in (sheets, files, dials, courses_of_sums, beside, codes):
        yield from family(draw)
