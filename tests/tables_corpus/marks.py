"""Names that several sheets share but for a mark, names of files that are one word or a unit."""

from collections.abc import Iterator
from random import Random

from tests.tables_corpus.columns import columns, table
from tests.tables_corpus.mistakes import plain
from tests.tables_corpus.ordinary import case
from tests.tables_corpus.sheets import FRENCH, XLSX, Sheet
from tests.tables_corpus.traps import trap
from tests.tables_corpus.truth import Case, Truth
from tests.tables_corpus.world import bills

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
    "Villers 2", "export",
)  # fmt: skip


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


def marks(draw: Random) -> Iterator[Case]:
    """Every one."""
    for family in (sheets, files):
        yield from family(draw)
