"""Ordinary files: what a supplier, a syndicate or a town hall sends, nothing to trip over."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import batched, cycle
from random import Random
from zoneinfo import ZoneInfo

from tests.tables_corpus.columns import columns, of, table
from tests.tables_corpus.sheets import CSV, FRENCH, ODS, SWISS, XLSX, Dialect, Row, Sheet
from tests.tables_corpus.truth import Case, Truth
from tests.tables_corpus.world import MONTHS, SHORT, bills, months, prm, truth

PARIS = ZoneInfo("Europe/Paris")


def case(
    kind: str, name: str, rows: list[Row], told: Truth, dialect: Dialect = CSV, **more: object
) -> Case:
    """An ordinary file of one sheet."""
    made = Case(
        kind=kind, group="ordinary", name=name, sheets=(Sheet(rows),), truth=told, dialect=dialect
    )
    return replace(made, **more)  # type: ignore[arg-type]  # fields of the case


def by_period(draw: Random) -> Iterator[Case]:
    """A row a bill, from a day to its last."""
    layouts = (
        "point site from to kwh ht ttc",
        "site point from to kwh ttc",
        "point from to kwh",
        "point site power from to kwh hp hc ht ttc",
        "commune site point invoice from to kwh ht ttc",
        "invoice point segment fta power from to kwh ht",
        "site commune point from to kwh",
        "point meter from to days kwh ttc",
    )
    for variant, dialect in zip(range(90), cycle(FRENCH), strict=False):
        made = bills(draw, count=draw.choice((6, 12)), decimals=variant % 3)
        title = [["Factures d'électricité 2025"], []] if variant % 4 == 1 else []
        rows: list[Row] = [*title, *table(made, columns(layouts[variant % 8], variant))]
        yield case("a row a bill", f"Factures électricité {variant}", rows, truth(made), dialect)


def by_unit(draw: Random) -> Iterator[Case]:
    """The same in MWh and Wh, with Swiss thousands."""
    for variant, (unit, dialect) in enumerate(
        (("mwh", CSV), ("mwh", XLSX), ("wh", CSV), ("wh", ODS), ("mwh", FRENCH[1]), ("kwh", SWISS))
    ):
        made = bills(draw)
        rows = table(made, columns(f"point site from to {unit} ht", variant))
        yield case(
            "another unit", f"Consommations électricité {variant}", rows, truth(made), dialect
        )


def by_month(draw: Random) -> Iterator[Case]:
    """A row a point and month, written in several ways."""
    ways = (
        lambda d: f"{d:%m/%Y}",
        lambda d: f"{MONTHS[d.month - 1]} {d.year}",
        lambda d: d,
        lambda d: f"{d:%Y-%m}",
    )
    for variant, dialect in zip(range(48), cycle(FRENCH), strict=False):
        made = bills(draw)
        way = ways[variant % 4]
        cols = columns("point site", variant)
        cols.append(of("Mois", {b: way(b.start) for b in made}))
        cols += columns("kwh ttc", variant)
        rows = table(made, cols)
        yield case("a row a month", f"Suivi électricité {variant}", rows, truth(made), dialect)


def wide(draw: Random) -> Iterator[Case]:
    """A row a point, a column a month."""
    for variant, dialect in zip(range(48), cycle(FRENCH), strict=False):
        made = bills(draw, 4)
        spans = list(months(2025))
        labels = [
            (f"{MONTHS[a.month - 1]} {a.year}", f"{a:%m/%Y}", f"{SHORT[a.month - 1]}-25")[
                variant % 3
            ]
            for a, _ in spans
        ]
        rows: list[Row] = [["Consommations électriques 2025 (kWh)"], ["PRM", "Site", *labels]]
        for at in range(0, len(made), 12):
            some = made[at : at + 12]
            rows.append([some[0].point, some[0].site, *(one.kwh for one in some)])
        told = truth(made)
        told.parts, told.costs = {}, {}
        yield case("a column a month", f"Consommations kWh {variant}", rows, told, dialect)


def dated(draw: Random) -> Iterator[Case]:
    """A workbook whose months are days in the head; a row a point and year."""
    for variant in range(48):
        made = bills(draw, 3)
        rows: list[Row] = [["Consommations électriques 2025 (kWh)"]]
        rows.append(["Site", "PRM", *(a for a, _ in months(2025)), "Total 2025"])
        for some in batched(made, 12):
            kwh = [one.kwh for one in some]
            rows.append([some[0].site, some[0].point, *kwh, sum(kwh)])
        told = truth(made)
        told.parts, told.costs = {}, {}
        book = (XLSX, ODS)[variant % 2]
        yield case("days as heads of months", f"Suivi {variant}", rows, told, book)
    for variant, dialect in zip(range(6), cycle((XLSX, CSV, ODS)), strict=False):
        made = bills(draw, 3, 24, 2024)
        rows, told = [["PRM", "Site", "Année", "Consommation (kWh)"]], Truth()
        for some in batched(made, 12):
            value = sum((one.kwh for one in some), Decimal())
            rows.append([some[0].point, some[0].site, some[0].start.year, value])
            told.energy[some[0].point, "import", some[0].start, some[-1].end] = value
        yield case("a row a year", f"Consommations {variant}", rows, told, dialect)


def curves(draw: Random) -> Iterator[Case]:
    """A load curve; the head says which side of the step the times mark."""
    heads = (
        ("Début du pas", "Puissance moyenne (kW)"),
        ("Horodate début", "Valeur (W)"),
        ("Horodatage (début)", "Énergie (kWh)"),
    )
    for variant, dialect in zip(range(18), cycle(FRENCH), strict=False):
        when, what = heads[variant % 3]
        minutes = (60, 30, 10)[variant // 3 % 3]
        point, told = prm(draw), Truth()
        rows: list[Row] = [["PRM", when, what]]
        begin = datetime(2025, 6, 2, tzinfo=PARIS)
        for n in range(5 * 24 * 60 // minutes):
            moment = begin + timedelta(minutes=n * minutes)
            watts = draw.randrange(200, 9000)
            kwh = Decimal(watts) * minutes / 60 / 1000
            shown: Decimal | int = Decimal(watts) / 1000
            if variant % 3 == 1:
                shown = watts
            if variant % 3 == 2:
                shown = kwh = kwh.quantize(Decimal("0.001"))
            rows.append([point, moment.replace(tzinfo=None), shown])
            told.steps[point, "import", moment.astimezone(UTC)] = kwh
        yield case("a curve", f"Courbe de charge soutirage {variant}", rows, told, dialect)


def registers(draw: Random) -> Iterator[Case]:
    """Dated indexes of a meter, by class."""
    for variant, dialect in zip(range(6), cycle(FRENCH), strict=False):
        made, point = bills(draw, 1), prm(draw)
        high, low = draw.randrange(20_000, 60_000), draw.randrange(5_000, 15_000)
        told = Truth()
        rows: list[Row] = [["PRM", "Date de relevé", "Index HP (kWh)", "Index HC (kWh)"]]
        for one in made:
            rows.append([point, one.start, high, low])
            told.indexes[point, one.start] = [Decimal(high), Decimal(low)]
            told.allowed[point, "import", one.start, one.end] = [
                one.kwh,
                one.kwh - one.off_peak,
                one.off_peak,
            ]
            high, low = high + int(one.kwh - one.off_peak), low + int(one.off_peak)
        yield case(
            "registers", f"Relevés index {variant}", rows, told, dialect, answers={"stamp": "start"}
        )


def gas(draw: Random) -> Iterator[Case]:
    """Bills of gas: volume, coefficient, energy."""
    layouts = (
        "pce site from to m3 coefficient kwh ttc",
        "pce from to kwh m3",
        "site pce from to kwh ht",
    )
    for variant, dialect in zip(range(9), cycle(FRENCH), strict=False):
        made = bills(draw)
        exact = [replace(b, kwh=(b.volume * b.coefficient).quantize(Decimal(1))) for b in made]
        told = truth(exact, gas=True)
        told.parts = {}
        rows = table(exact, columns(layouts[variant % 3], variant))
        yield case("gas", f"Factures gaz {variant}", rows, told, dialect, answers={"scheme": "pce"})


def solar(draw: Random) -> Iterator[Case]:
    """Energy fed into the grid by a roof, as its buyer states it."""
    for variant, head in enumerate(
        (
            "Énergie injectée (kWh)",
            "Injection (kWh)",
            "Surplus injecté (kWh)",
            "Vente du surplus (kWh)",
        )
    ):
        made = bills(draw, 1)
        told = Truth()
        told.energy = {(b.point, "export", b.start, b.end): b.kwh for b in made}
        cols = [*columns("point site from to", variant), (head, lambda b: b.kwh)]
        yield case(
            "fed in",
            f"Injection photovoltaïque {variant}",
            table(made, cols),
            told,
            FRENCH[variant],
            answers={"direction": "export"},
        )


_OFFICES = (
    "Raison sociale : Commune de Laxou|evolution",
    "Client : Ville de Toul|Edition factures",
    "Titulaire du contrat : Commune de Foug|Bordereau_factures_2025",
    "Regroupement de facturation : Mairie et écoles|chorus_pro_factures",
    "TRÉSORERIE DE POMPEY|Historique factures 2025",
    "Extraction du 05/01/2026 08:12|Tableau comptable énergie",
    "Marché de fourniture d'électricité - lot 2|Analyse facturation",
    "Données issues des factures fournisseurs|export",
    "Tableau n° 3 : consommations d'électricité des bâtiments scolaires|export",
    "Conseil en énergie partagé - suivi 2025|facture unique regroupée",
    "Commune : Bouxières-aux-Dames|GRD consommations informatives",
    "Responsable : service technique|Saisie factures",
)
"""Titles and names of files as offices write them."""
_LEDGERS = (
    "Tiers=EDF|Mandat=1042|Article=60612",
    "Créancier=TOTALENERGIES ELECTRICITE|Bordereau=12|Statut=Mise en paiement",
    "Raison sociale=Commune de Maxéville|Groupe=Scolaire|Cat. tarifaire=C5",
    "Typologie=Bâtiment|Pièce=F-22",
)
"""Columns of ledgers beside the energies, and what they hold."""
_ENDS = (
    "Date relevé précédent|Date relevé actuel", "Date de relève précédente|Date de relève",
    "Conso. du|Conso. au", "1er jour|Dernier jour", "Relève précédente|Relève actuelle",
)  # fmt: skip


def of_offices(draw: Random) -> Iterator[Case]:
    """Bills with the words of town halls, treasuries and portals around them."""
    for variant, (around, dialect) in enumerate(zip(_OFFICES, cycle(FRENCH), strict=False)):
        title, _, file = around.partition("|")
        made = bills(draw)
        cols = columns("point site", variant * 2)
        first, _, last = _ENDS[variant % len(_ENDS)].partition("|")
        cols += [(first, lambda b: b.start), (last, lambda b: b.last)]
        cols += columns("kwh ttc", variant)
        for beside in _LEDGERS[variant % len(_LEDGERS)].split("|"):
            head, _, cell = beside.partition("=")
            cols.append(of(head, dict.fromkeys(made, cell)))
        told = truth(made)
        told.parts = {}
        yield case("words of offices", file, [[title], [], *table(made, cols)], told, dialect)


def of_years_beside(draw: Random) -> Iterator[Case]:
    """An annual energy of a point beside its year, as for the French decree on buildings."""
    for dialect in (CSV, XLSX):
        made = bills(draw, 3)
        rows: list[Row] = [["EFA", "Bâtiment", "Année", "PRM", "Consommation annuelle (kWh)"]]
        told = Truth()
        for n, some in enumerate(batched(made, 12)):
            value = sum((one.kwh for one in some), Decimal())
            rows.append([f"EFA-{n}", some[0].site, "2025", some[0].point, value])
            told.energy[some[0].point, "import", some[0].start, some[-1].end] = value
        yield case("a year beside", "Déclaration OPERAT", rows, told, dialect)


def ordinary(draw: Random) -> Iterator[Case]:
    """Every ordinary file."""
    first = (by_period, by_unit, by_month, wide, dated, curves, registers, gas, solar)
    for family in (*first, of_offices, of_years_beside):
        yield from family(draw)
