"""Rows by their labels: groups that sum their members, and what else than an energy a row holds.

Each with its twin: names of places that look so, and a sum by chance.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import batched, product
from random import Random

from tests.tables_corpus.rules import ruled
from tests.tables_corpus.sheets import FRENCH, Cell, Row
from tests.tables_corpus.traps import trap
from tests.tables_corpus.truth import Case, Truth
from tests.tables_corpus.world import Bill, bills

type Line = tuple[str, list[Decimal]]
"""The label of a row, and its months."""
GROUPS = ("Écoles", "Sports", "Administration")
PLACES = (
    ("Rue Haute", "Rue Moyenne", "Rue Basse"), ("Station eau", "Station pompage", "Mairie"),
    ("Centre", "Centre historique", "Gymnase"), ("École A", "École B", "École N"),
    ("Gymnase nord", "Gymnase sud", "Mairie"), ("Stade 1", "Stade 2", "Stade"),
)  # fmt: skip
"""Names of which the last words are no quantities."""
_BOOKS = [one for one in FRENCH if one.kind != "csv"]
DIALECTS = (*FRENCH[:2], *(_BOOKS * 6)[:6])
"""Most of them workbooks."""
ENDINGS = (
    ("{} kWh", "{} €"), ("{} réalisé", "{} prévu"), ("{} N", "{} N-1"), ("{}", "{} eau"),
    ("Conso {}", "Coût {}"), ("{} (kWh)", "{} (DJU)"), ("{} consommation", "{} puissance max"),
    ("{} - élec", "{} - fioul"), ("{} kWh", "{} kg CO2"),
)  # fmt: skip


def wide(told: Sequence[Line], made: Sequence[Bill], title: str = "kWh") -> list[Row]:
    """A row a label, a column a month."""
    head: Row = ["Site", *(f"{b.start:%m/%Y}" for b in made[: len(told[0][1])])]
    rows: list[Row] = [[name, *some] for name, some in told]
    return [[f"Consommations électriques ({title})"], head, *rows]


def long(told: Sequence[Line], made: Sequence[Bill]) -> list[Row]:
    """A row a label and month."""
    rows: list[Row] = [["Site", "Du", "Au", "Consommation (kWh)"]]
    return rows + [[name, b.start, b.last, kwh] for name, some in told
                   for b, kwh in zip(made[: len(some)], some, strict=True)]  # fmt: skip


def known(told: Sequence[Line], made: Sequence[Bill], way: str = "import") -> Truth:
    """Their energies, by their labels."""
    return Truth(energy={
        (name.strip(), way, b.start, b.end): kwh
        for name, some in told for b, kwh in zip(made[: len(some)], some, strict=True)
    })  # fmt: skip


def lines(made: Sequence[Bill], count: int) -> list[Line]:
    """The months of each site."""
    return [(some[0].site, [b.kwh for b in some]) for some in batched(made, count)]


def added(some: Sequence[Line]) -> list[Decimal]:
    """Month by month."""
    return [sum(each, Decimal()) for each in zip(*(kwh for _, kwh in some), strict=True)]


def groups(draw: Random) -> Iterator[Case]:
    """A group under its own name above or below its members, of one member too, in two levels."""
    for variant in range(8):
        count = (12, 4, 3, 12)[variant % 4]
        made = bills(draw, 6, count)
        sites = lines(made, count)
        sizes = ((2, 2, 2), (3, 2, 1))[variant % 2]
        out: list[Line] = []
        for name, first, size in zip(GROUPS, (0, sizes[0], sum(sizes[:2])), sizes, strict=True):
            some = sites[first : first + size]
            shown = [("   " + one, kwh) for one, kwh in some] if variant == 2 else some
            whole = (name, added(some))
            out += [whole, *shown] if variant < 4 else [*shown, whole]
        if variant == 3:
            out.insert(0, ("Patrimoine communal", added(sites)))
        rows = long(out, made) if variant % 3 == 1 else wide(out, made)
        name = f"Suivi électrique {variant}"
        yield trap("a group over its members", name, rows, known(sites, made), FRENCH[variant])


def chances(draw: Random) -> Iterator[Case]:
    """A site that is the sum of two in one month only, lights of one calendar: no groups."""
    rule = "a group is the sum of its members"
    made = bills(draw, 5, 12)
    sites = lines(made, 12)
    total = ("Écoles", added(sites[1:3]))
    yield ruled(rule, "note", wide([total, *sites[1:]], made), known(sites[1:], made))
    once = replace_month(sites, 0, sites[1][1][0] + sites[2][1][0])
    yield ruled(rule, "quiet", wide(once, made), known(once, made), group="ordinary")
    near = [("Écoles", [kwh + 40 for kwh in total[1]]), *sites[1:]]
    yield ruled(rule, "quiet", wide(near, made), known(near, made), group="ordinary")
    hours = (400, 350, 330, 270, 240, 210, 220, 250, 300, 350, 390, 420)
    lights: list[Line] = [(f"Armoire {n}", [Decimal(kw * hour) for hour in hours])
                          for n, kw in enumerate((3, 1, 2, 7, 5))]  # fmt: skip
    yield ruled(rule, "quiet", wide(lights, made), known(lights, made), group="ordinary")
    by_year = [(name, [sum(kwh, Decimal())]) for name, kwh in sites]
    small = [("Abri", [Decimal(83)]), ("Kiosque", [Decimal(35)]), ("Lavoir", [Decimal(48)])]
    one = [*small, *by_year]
    yield ruled(rule, "quiet", long(one, made), known(one, made), group="ordinary")


def replace_month(told: Sequence[Line], at: int, kwh: Decimal) -> list[Line]:
    """The first month of one site is another."""
    return [(name, [kwh, *some[1:]] if n == at else some) for n, (name, some) in enumerate(told)]


def endings(draw: Random) -> Iterator[Case]:
    """What a row holds stands at an end of its label; in names of places the same words do."""
    for variant, (energy, other) in enumerate(ENDINGS):
        count = (12, 6)[variant % 2]
        made = bills(draw, 3, count)
        out: list[Line] = []
        true: list[Line] = []
        for site, kwh in lines(made, count):
            true.append((energy.format(site), kwh))
            out += [true[-1], (other.format(site), [one // 7 + 1 for one in kwh])]
        rows = long(out, made) if variant % 2 else wide(out, made)
        name = f"Suivi électrique {variant}"
        yield trap("a row of another quantity by its label", name, rows, known(true, made))
    for variant, (names, dialect) in enumerate(product(PLACES, DIALECTS)):
        made = bills(draw, 3, 6)
        made = [replace(b, site=names[n // 6]) for n, b in enumerate(made)]
        sites = lines(made, 6)
        rows = long(sites, made) if variant % 2 else wide(sites, made)
        told, name = known(sites, made), f"Suivi {variant}"
        yield ruled("a label is a place", "quiet", rows, told, dialect, name=name, group="ordinary")
    made = bills(draw, 2, 6)
    sites = lines(made, 6)
    twice = [(f"{site} {word}", kwh) for site, kwh in sites for word in ("facturé", "mesuré")]
    yield ruled("a label is a place", "block", wide(twice, made), Truth())


def behind(draw: Random) -> Iterator[Case]:
    """A meter behind the meter of a site; alone it is asked about."""
    for variant, word in enumerate(("- sous-compteur cuisine", "(divisionnaire)", "décompteur")):
        made = bills(draw, 3, 6)
        sites = lines(made, 6)
        part = (f"{sites[0][0]} {word}", [kwh // 3 for kwh in sites[0][1]])
        rows = wide([sites[0], part, *sites[1:]], made)
        yield trap("a meter behind another", f"Suivi {variant}", rows, known(sites, made))
    made = bills(draw, 3, 6)
    alone = [*lines(made, 6), ("Sous-compteur cuisine", [b.kwh // 3 for b in made[:6]])]
    yield trap("a meter behind another", "Suivi", wide(alone, made), Truth(), stops=True)


def flows(draw: Random) -> Iterator[Case]:
    """Rows drawn and rows fed in: by a column, or by the end of the label."""
    for variant, words in enumerate((("Soutirage", "Injection"), ("soutirage", "surplus"))):
        made = bills(draw, 2, 6)
        told, rows = Truth(), wide([("", [Decimal(0)] * 6)], made)[:2]
        rows[1] = [rows[1][0], *([] if variant else ["Indicateur"]), *rows[1][1:]]
        for site, kwh in lines(made, 6):
            for way, word in zip(("import", "export"), words, strict=True):
                some = kwh if way == "import" else [one // 3 for one in kwh]
                name = f"{site} {word}" if variant else site
                label: list[Cell] = [name] if variant else [name, word]
                rows.append([*label, *some])
                told.energy |= known([(name, some)], made, way).energy
        name = ("Suivi", "Soutirage et surplus")[variant]
        yield trap("rows drawn and fed in", name, rows, told)


def sections(draw: Random) -> Iterator[Case]:
    """A row of one text above others: of another quantity it stops, of a district it does not."""
    rule = "a row of one text above others"
    for words in ("Eau (m3)", "Budget", "Gaz naturel", "Prévisionnel 2026", "Année 2024",
                  "Production photovoltaïque", "DÉPENSES (€)"):  # fmt: skip
        made = bills(draw, 4, 6)
        rows = wide(lines(made, 6), made)
        rows[4:4] = [[words, *[None] * 6]]
        yield ruled(rule, "block", rows, Truth(), name=f"Suivi électrique {words[:6]}")
    for words in ("Quartier nord", "Année 2025", "Électricité", "Équipements sportifs"):
        made = bills(draw, 4, 6)
        rows = wide(lines(made, 6), made)
        rows[4:4] = [[words, *[None] * 6]]
        name = f"Suivi électrique {words}"
        yield ruled(rule, "quiet", rows, known(lines(made, 6), made), name=name, group="ordinary")
    made = bills(draw, 3, 6)
    foot: Row = ["DJU", *(Decimal(300 - n) for n in range(6))]
    rows = [*wide(lines(made, 6), made), foot]
    told = known(lines(made, 6), made)
    yield trap("a row of another quantity by its label", "Suivi pied", rows, told)


def names(draw: Random) -> Iterator[Case]:
    """A word in the file's name or a title that is a place, the paper or a tariff: no flow."""
    for name, title in (("Suivi conso_2025_export_2026", "kWh"), ("Maison du Gaz", "kWh"),
                        ("Centre de vente", "kWh"), ("Tarif réglementé de vente", "en kWh"),
                        ("Usine de production", "kWh")):  # fmt: skip
        made = bills(draw, 3, 6)
        rows = wide(lines(made, 6), made, title)
        told = known(lines(made, 6), made)
        yield trap("a word in the name of the file", name, rows, told, group="ordinary")


def labels(draw: Random) -> Iterator[Case]:
    """Every class of labels."""
    for family in (groups, chances, endings, behind, flows, sections, names):
        yield from family(draw)
