"""Inventories of street lights: watts and lamps under usual heads, totals, places, doubles."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random

from tests.tables_corpus.sheets import CSV, FRENCH, ISO, Cell, Dialect, Row, Sheet
from tests.tables_corpus.truth import Case, Group, Truth

WATTS = (
    "Puissance (W)", "Puissance lampe", "Puissance de la source (W)", "Puiss. lampe W",
    "P lampe (W)", "Pwr (W)", "Puissance nominale (W)", "Puissance unitaire", "W lampe", "Watts",
    "Puissance installée (W)", "Puissance foyer (W)", "Puissance lanterne", "Puiss lum (W)",
    "PUISSANCE_1", "Puissance luminaire (W)", "puissance_source", "Wattage", "Puissance (Watt)",
    "P (W)",
)  # fmt: skip
COUNTS = (
    "Nb lampes", "Nombre de lampes", "Nb sources", "Nombre de foyers", "Qté luminaires",
    "Nb foyers", "Quantité",
)  # fmt: skip
STREETS = ("rue Haute", "rue Basse", "place de l'Église")
IDS = ("Identifiant", "N° point lumineux", "ID_PL", "Code PL", "Numéro")


@dataclass(frozen=True, slots=True)
class Light:
    """One light."""

    id: str
    cabinet: str
    street: str
    watts: int
    lamps: int
    east: Decimal
    north: Decimal


def lights(draw: Random, count: int = 30) -> list[Light]:
    """Some lights of a commune."""
    return [
        Light(
            f"PL{n:04d}",
            f"ARM{n // 10 + 1:02d}",
            draw.choice(STREETS),
            draw.choice((24, 36, 52, 70, 100, 150)),
            draw.choice((1, 1, 1, 2)),
            Decimal(draw.randrange(6_100_000, 6_200_000)) / 1_000_000,
            Decimal(draw.randrange(48_700_000, 48_800_000)) / 1_000_000,
        )
        for n in range(1, count + 1)
    ]


def inventory(
    kind: str,
    made: list[Light],
    rows: list[Row],
    dialect: Dialect = CSV,
    group: Group = "trap",
    **more: object,
) -> Case:
    """An inventory; each light has its watts, one lamp."""
    told = Truth(lights={one.id: Decimal(one.watts) for one in made})
    case = Case(
        kind=kind,
        group=group,
        name="Inventaire éclairage public",
        sheets=(Sheet(rows),),
        truth=told,
        dialect=dialect,
    )
    return replace(case, **more)  # type: ignore[arg-type]  # fields of the case


def _cells(made: list[Light]) -> list[Row]:
    return [[o.id, o.cabinet, o.street, o.east, o.north, o.watts] for o in made]


def rows_of(made: list[Light], head: str, extra: tuple[str, ...] = (), rank: int = 0) -> list[Row]:
    """The head and a row a light."""
    return [
        [IDS[rank % 5], "Armoire", "Rue", "Longitude", "Latitude", head, *extra],
        *_cells(made),
    ]


def usual(draw: Random) -> Iterator[Case]:
    """Watts under each usual head."""
    for variant, head in enumerate(WATTS):
        made = lights(draw)
        group: Group = "ordinary" if variant < 10 else "trap"
        yield inventory(
            "watts under a usual head",
            made,
            rows_of(made, head, rank=variant),
            FRENCH[variant % 9],
            group,
        )


def counted(draw: Random) -> Iterator[Case]:
    """Lamps that multiply, once in the cell; their product beside."""
    for variant, head in enumerate(COUNTS):
        made = lights(draw)
        rows = rows_of(made, WATTS[variant], (head,))
        rows[1:] = [[*row, o.lamps] for row, o in zip(rows[1:], made, strict=True)]
        if variant % 2:
            rows[0] = [*rows[0], "Puissance totale (W)"]
            rows[1:] = [[*row, o.watts * o.lamps] for row, o in zip(rows[1:], made, strict=True)]
        told = Truth(lights={o.id: Decimal(o.watts * o.lamps) for o in made})
        yield inventory("lamps that multiply", made, rows, FRENCH[variant], truth=told)
    made = lights(draw)
    rows = rows_of(made, "Puissance")
    rows[1:] = [
        [*row[:5], f"{o.lamps} x {o.watts} W"] for row, o in zip(rows[1:], made, strict=True)
    ]
    told = Truth(lights={o.id: Decimal(o.watts * o.lamps) for o in made})
    yield inventory("lamps in the cell", made, rows, truth=told)


def others(draw: Random) -> Iterator[Case]:
    """Other columns with a power or a count; totals; places exchanged; doubles."""
    for variant, head in enumerate(
        (
            "Puissance réduite (W)",
            "Puissance (VA)",
            "Flux (lm)",
            "Consommation annuelle (kWh)",
            "Puissance totale armoire (W)",
            "Puissance souscrite (kVA)",
        )
    ):
        for first in (True, False):
            made = lights(draw)
            value: dict[Light, Cell] = {o: o.watts * (2 if variant else 1) // 2 + 3 for o in made}
            rows: list[Row] = [
                [
                    "Identifiant",
                    "Armoire",
                    *([head, "Puissance (W)"] if first else ["Puissance (W)", head]),
                ]
            ]
            rows += [
                [o.id, o.cabinet, *([value[o], o.watts] if first else [o.watts, value[o]])]
                for o in made
            ]
            yield inventory("another power beside", made, rows)
        made = lights(draw)
        if variant in {1, 2, 3}:
            rows = [["Identifiant", "Armoire", head]]
            rows += [[o.id, o.cabinet, o.watts * 4] for o in made]
            yield inventory("no watt at all", made, rows, truth=Truth(), stops=True)
    for variant in range(4):
        made = lights(draw)
        rows = rows_of(made, "Puissance (W)")
        total = sum(o.watts for o in made)
        label = ("TOTAL", "Total ARM01", "Sous-total rue Haute", "Total général")[variant]
        rows.append([label, None, None, None, None, total if variant % 3 == 0 else total // 3])
        yield inventory("totals among lights", made, rows, FRENCH[variant])


def placed(draw: Random) -> Iterator[Case]:
    """A row a street, places exchanged, doubles, kilowatts."""
    made = lights(draw)
    rows: list[Row] = [
        ["Rue", "Nombre de points", "Puissance totale (W)"],
        ["rue Haute", 12, 840],
        ["rue Basse", 7, 510],
        ["place", 4, 400],
    ]
    yield inventory("a row a street", made, rows, truth=Truth(), stops=True)
    made = lights(draw)
    rows = rows_of(made, "Puissance (W)")
    rows[1:] = [[*r[:3], r[4], r[3], *r[5:]] for r in rows[1:]]
    yield inventory(
        "places exchanged",
        made,
        rows,
        truth=Truth(),
        stops=True,
        rule="axes exchanged",
        told="block",
    )
    yield inventory(
        "places in order", made, rows_of(made, "Puissance (W)"), rule="axes exchanged", told="quiet"
    )
    made = lights(draw)
    twin = [*made, replace(made[4], watts=made[4].watts + 30)]
    once = [o for o in made if o.id != made[4].id]
    yield inventory(
        "one light of two powers",
        once,
        rows_of(twin, "Puissance (W)"),
        rule="one light of two powers",
        told="block",
    )
    made = lights(draw)
    rows = rows_of(made, "Puissance (kW)")
    rows[1:] = [[*r[:5], Decimal(o.watts) / 1000] for r, o in zip(rows[1:], made, strict=True)]
    yield inventory("kilowatts", made, rows)


def doubtful(draw: Random) -> Iterator[Case]:
    """Lamps counted twice or not at all, thousands, sums without a label."""
    made = lights(draw)
    told = Truth(lights={o.id: Decimal(o.watts * o.lamps) for o in made})
    head = ["Identifiant", "Armoire", "Lampe", "Nb lampes", "Puissance"]
    rows: list[Row] = [head]
    rows += [[o.id, o.cabinet, "LED", o.lamps, f"{o.lamps} x {o.watts} W"] for o in made]
    yield inventory("lamps in the cell and beside", made, rows, truth=told)
    rows = [[*head[:3], head[4]]]
    rows += [[o.id, o.cabinet, f"{o.lamps} x SHP", o.watts] for o in made]
    yield inventory("lamps named and not multiplied", made, rows, truth=Truth(), stops=True)
    rows = [["Identifiant", "Lampe", "Puissance (W)"]]
    rows += [[o.id, "Projecteur", f"{1 + n % 2}.000"] for n, o in enumerate(made)]
    yield inventory("thousands or decimals of watts", made, rows, truth=Truth(), stops=True)
    rows = [["Identifiant", "Armoire", "W"]]
    rows += [[o.id, o.cabinet, o.watts] for o in made]
    rows.append([f"{len(made)} PL", None, sum(o.watts for o in made)])
    yield inventory("a sum without a label", made, rows)


def located(draw: Random) -> Iterator[Case]:
    """A light off France in an inventory of France, and its twin."""
    made = lights(draw)
    rows = rows_of(made, "Puissance (W)")
    yield inventory("lights in France", made, rows, rule="off France", told="quiet")
    far = [replace(one, east=one.east + 30 * (n == 7)) for n, one in enumerate(made)]
    rows = rows_of(far, "Puissance (W)")
    yield inventory(
        "a light off France", made, rows, truth=Truth(), stops=True, rule="off France", told="block"
    )


def abroad(draw: Random) -> Iterator[Case]:
    """Heads of other countries."""
    for variant, heads in enumerate((
        ("Pole ID", "Cabinet", "Street", "Longitude", "Latitude", "Wattage"),
        ("OBJECTID", "CIRCUIT", "STREET", "X", "Y", "LAMP_WATTS"),
        ("Leuchten-Nr", "Schaltstelle", "Straße", "Länge", "Breite", "Leistung (W)"),
        ("ID luminaria", "Cuadro", "Calle", "Longitud", "Latitud", "Potencia (W)"),
        ("Codice", "Quadro", "Via", "Longitudine", "Latitudine", "Potenza (W)"),
        ("Asset number", "Feeder", "Road", "Longitude", "Latitude", "Total circuit watts"),
    )):  # fmt: skip
        made = lights(draw)
        rows: list[Row] = [heads, *rows_of(made, "")[1:]]
        yield inventory(
            "lights of another country",
            made,
            rows,
            ISO if variant in {0, 1, 5} else CSV,
            "foreign",
            name=f"lights {variant}",
        )


def inventories(draw: Random) -> Iterator[Case]:
    """Every inventory."""
    for family in (usual, counted, others, placed, doubtful, located, abroad):
        yield from family(draw)
