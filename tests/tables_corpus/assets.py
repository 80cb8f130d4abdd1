"""Our templates of lights, points, cabinets and sites, and our own CSV of lights, as filled."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from random import Random

from synergie.formats.lighting.light_points_csv import COLUMNS
from synergie.formats.templates.catalogue import TEMPLATES
from tests.tables_corpus.ordinary import case
from tests.tables_corpus.rules import ruled
from tests.tables_corpus.sheets import CSV, ISO, XLSX, Cell, Row
from tests.tables_corpus.truth import Case, Told, Truth
from tests.tables_corpus.world import prm

type Filled = Mapping[str, Cell]

ID, CABINET, WATTS = "Identifiant du point lumineux", "Armoire", "Puissance (W)"
POINT, KVA = "Point de livraison (PRM ou PCE)", "Puissance souscrite (kVA)"
YEAR = "Consommation des douze derniers mois (kWh)"
AREA = "Surface de plancher (m²)"
CABINET_KVA = "Puissance souscrite de l'armoire (kVA)"
LM = "Flux du luminaire (lm)"


def table(name: str, rows: Sequence[Filled]) -> list[Row]:
    """*rows* under the head of the template *name*."""
    heads = [column.title for column in TEMPLATES[name].columns]
    return [heads, *([row.get(head) for head in heads] for row in rows)]


def _parks(draw: Random) -> list[dict[str, Cell]]:
    return [
        {ID: f"PL{n:03d}", CABINET: f"ARM{n // 10 + 1:02d}", WATTS: draw.choice((36, 70, 100, 150))}
        for n in range(30)
    ]


def _watts(rows: Sequence[Filled]) -> Truth:
    return Truth(lights={str(row[ID]): Decimal(str(row[WATTS])) for row in rows})


def _own(rows: Sequence[Filled]) -> list[Row]:
    """The same lights in our own CSV."""
    known = {"external_id": ID, "cabinet": CABINET, "power_w": WATTS}
    made = [[row.get(known.get(name, "")) for name in COLUMNS] for row in rows]
    return [list(COLUMNS), *([*row[:-1], "partner"] for row in made)]


def lights(draw: Random) -> Iterator[Case]:
    """A thousand times the watts, once or everywhere; rows of totals that are right, or are not."""
    for name, dialect in (("light-points", CSV), ("light-points", XLSX), ("", ISO)):
        made, tell = _parks(draw), partial(table, name) if name else _own
        all_ = sum(int(str(row[WATTS])) for row in made)
        first = sum(int(str(row[WATTS])) for row in made[:10])
        kilo = [{**row, WATTS: int(str(row[WATTS])) * 1000} for row in made]
        once = [*made[:5], kilo[5], *made[6:]]
        file = f"Points {name or 'lumineux'}"
        yield case("a template of assets", file, tell(made), _watts(made), dialect)
        rule = "a thousand times the watts"
        yield ruled(rule, "block", tell(kilo), Truth(), dialect, name=file)
        yield ruled(rule, "block", tell(once), Truth(), dialect, name=f"{file} 1")
        ten = [{**row, WATTS: int(str(row[WATTS])) * 10} for row in made]
        yield ruled(rule, "block", tell(ten), Truth(), dialect, name=f"{file} 6")
        bright: list[dict[str, Cell]]
        bright = [{**row, WATTS: 1800} if n % 4 == 2 else row for n, row in enumerate(made)]
        yield ruled(rule, "quiet", tell(bright), _watts(bright), dialect, name=f"{file} 2")
        rule = "a total in a template of assets"
        for rank, (label, sum_) in enumerate((
            ("Total ARM01", first), ("TOTAL", all_), ("Sous-total", all_), ("30 PL", all_),
        )):  # fmt: skip
            rows = tell([*made, {ID: label, WATTS: sum_}])
            yield ruled(rule, "note", rows, _watts(made), dialect, name=f"{file} 3{rank}")
        rows = tell([*made, {ID: "Total général", WATTS: all_ + 70}])
        yield ruled(rule, "block", rows, Truth(), dialect, name=f"{file} 4")
        more: list[Filled] = [*made, {ID: "PL030", CABINET: "ARM03", WATTS: all_ // 10}]
        yield ruled(rule, "quiet", tell(more), _watts(more), dialect, name=f"{file} 5")


def lumens(draw: Random) -> Iterator[Case]:
    """A flux under the watts, and a flux that its watts can give."""
    rule = "a flux against its watts"
    for dialect in (CSV, XLSX):
        made = [{**row, LM: int(str(row[WATTS])) * 130} for row in _parks(draw)]
        yield ruled(rule, "quiet", table("light-points", made), _watts(made), dialect)
        swapped = [{**row, WATTS: row[LM], LM: row[WATTS]} for row in made]
        yield ruled(rule, "block", table("light-points", swapped), Truth(), dialect)


def points(draw: Random) -> Iterator[Case]:
    """Powers in VA, years in MWh, a segment that cannot have such a power."""
    for dialect in (CSV, XLSX):
        for segment, kvas in (("C5", (6, 12, 36)), ("C4", (60, 120, 250)), (None, (6, 36, 120))):
            made: list[dict[str, Cell]] = []
            for _ in range(12):
                kva = draw.choice(kvas)
                made.append({POINT: prm(draw), "Segment": segment, KVA: kva,
                             YEAR: kva * draw.randrange(600, 2500)})  # fmt: skip
            name, rule = f"Points {segment}", "a point and its power"
            wrong: dict[str, list[dict[str, Cell]]] = {
                "VA": [{**row, KVA: int(str(row[KVA])) * 1000} for row in made],
                "MWh": [{**row, YEAR: Decimal(str(row[YEAR])) / 1000} for row in made],
                "Wh": [{**row, YEAR: int(str(row[YEAR])) * 1000} for row in made],
                "VA seul": [{**row, KVA: int(str(row[KVA])) * 1000, YEAR: None} for row in made],
            }
            if segment:
                option = "BTSUPCU4" if segment == "C5" else "BTINFCU4"
                wrong["FTA"] = [{**row, "FTA": option} for row in made]
                wrong["segment"] = [{**row, KVA: int(str(row[KVA])) * 8} for row in made]
            known: dict[str, tuple[Decimal | None, Decimal | None]]
            known = {str(row[POINT]): (Decimal(str(row[YEAR])), Decimal(str(row[KVA])))
                     for row in made}  # fmt: skip
            rows = table("supply-points", made)
            yield ruled(rule, "quiet", rows, Truth(points=known), dialect, name=name)
            for what, some in wrong.items():
                rows = table("supply-points", some)
                yield ruled(rule, "block", rows, Truth(), dialect, name=f"{name} {what}")


def works(draw: Random) -> Iterator[Case]:
    """Works that were done before they were reported, or in a year to come; places exchanged."""
    rule = "works that cannot be"
    for rank, (reported, done, place) in enumerate((
        ("03/10/2026", "05/10/2026", (48.77, 6.12)), ("03/10/2026", "01/09/2026", (48.77, 6.12)),
        ("03/10/2026", "05/10/2027", (48.77, 6.12)), ("03/10/2026", "05/10/2026", (6.12, 48.77)),
    )):  # fmt: skip
        rows: list[Filled] = [
            {"Numéro de l'intervention": f"W{n}", "Nature de l'intervention": "réparation",
             "Signalé le": reported, "Fait le": done if n == 4 else None,
             "Latitude": Decimal(str(place[0])), "Longitude": Decimal(str(place[1]))}
            for n in range(6)
        ]  # fmt: skip
        yield ruled(rule, "quiet" if rank == 0 else "block", table("work-orders", rows), Truth(),
                    CSV, name=f"Interventions {rank} {draw.randrange(9)}")  # fmt: skip


def others(draw: Random) -> Iterator[Case]:
    """Cabinets in VA, floors a thousand times too large, and their twins."""
    for name, head, usual in (("cabinets", CABINET_KVA, (3, 12, 36)), ("sites", AREA, (300, 4000))):
        for told in ("block", "quiet"):
            rows: list[Filled] = [
                {"Identifiant de l'armoire": f"A{n}", "Identifiant du site": f"S{n}",
                 "Nom du site": f"École {n}", "Nature du site": "bâtiment",
                 head: draw.choice(usual) * (1000 if told == "block" else 1)}
                for n in range(9)
            ]  # fmt: skip
            yield ruled("a thousand times a figure of assets", _told(told), table(name, rows),
                        Truth(), CSV, name=name)  # fmt: skip


RENAMED: tuple[tuple[str, str, Cell], ...] = (
    (WATTS, "Puissance (kW)", Decimal("0.07")), (WATTS, "Puissance lampe seule (W)", 70),
    (WATTS, "P (W)", 70), (LM, "Flux du luminaire (klm)", Decimal("5.4")),
    ("", "Nb lampes", 2), ("", "Puissance ballast (W)", 12), ("", "Ballast (%)", 12),
    ("", "Quantité", 3), ("", "Déposé le", "12/03/2024"),
    ("Hauteur de feu (m)", "Hauteur (cm)", 800),
    ("Latitude", "Latitude (degrés)", Decimal("48.77")),
)  # fmt: skip
"""A column of lights that is renamed (empty: one more), under what head, a cell."""
FREE: tuple[tuple[str, Cell], ...] = (
    ("Commentaire", "vu"), ("N° de plan", 12), ("Nb lampes", 1), ("Date de visite", "12/01/2026"),
    ("Réf. chantier", "2024-17"),
)  # fmt: skip
"""Columns that may stand beside the lights and change nothing of them."""


def columns(draw: Random) -> Iterator[Case]:
    """Columns of a template under another name or unit, and columns beside it."""
    rule = "a column of a template under another name"
    for dialect in (CSV, XLSX):
        for rank, (head, other, cell) in enumerate(RENAMED):
            rows = table("light-points", _parks(draw))
            at = rows[0].index(head) if head else len(rows[0])
            rows = [[*row[:at], other if n == 0 else cell, *row[at + 1 :]]
                    for n, row in enumerate(rows)]  # fmt: skip
            yield ruled(rule, "block", rows, Truth(), dialect, name=f"Points {rank}")
        for rank, (other, cell) in enumerate(FREE):
            made = _parks(draw)
            rows = [[*row, other if n == 0 else cell]
                    for n, row in enumerate(table("light-points", made))]  # fmt: skip
            yield ruled(rule, "quiet", rows, _watts(made), dialect, name=f"Points {rank}")
    for name, head, other in (
        ("supply-points", KVA, "Puissance souscrite (kW)"),
        ("supply-points", YEAR, "Consommation annuelle (MWh)"),
        ("cabinets", CABINET_KVA, "Puissance (VA)"), ("sites", AREA, "Surface (ha)"),
    ):  # fmt: skip
        rows = table(name, [
            {POINT: prm(draw), "Identifiant de l'armoire": f"A{n}", "Identifiant du site": f"S{n}",
             "Nom du site": f"École {n}", "Nature du site": "bâtiment", head: 9 + n}
            for n in range(9)
        ])  # fmt: skip
        renamed = [[other if cell == head else cell for cell in rows[0]], *rows[1:]]
        yield ruled(rule, "block", renamed, Truth(), CSV, name=f"{name} {other}")


def _told(word: str) -> Told:
    return "block" if word == "block" else "quiet"


def assets(draw: Random) -> Iterator[Case]:
    """Every one."""
    for family in (lights, lumens, points, works, others, columns):
        yield from family(draw)
