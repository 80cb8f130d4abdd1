"""What stands beside the watts of lights: days of removal, gear, kinds, states, places, words."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from random import Random

from tests.tables_corpus.lights import Light, inventory, lights
from tests.tables_corpus.sheets import FRENCH, Cell, Row
from tests.tables_corpus.truth import Case, Truth

HEAD = ("Identifiant", "Rue", "Armoire", "Lampe", "Puissance (W)")
REMOVALS = ("Date de dépose", "Déposé le", "Date de suppression", "Date de retrait", "date_depose",
            "Date de mise hors service", "Removal date")  # fmt: skip
KINDS = ("Abribus", "Borne IRVE", "Illumination Noël", "Panneau lumineux", "Vidéoprotection",
         "Feu", "Fontaine", "Horloge", "Radar pédagogique", "Compteur", "Mât seul")  # fmt: skip
STATES = ("Réformé", "Non posé", "Inactif", "Archivé", "En stock", "Ausser Betrieb")
WORDS = ("SHP {}W", "Lanterne LED {} W", "IM {} watts", "1 x {} W")

ARMS = (
    ("Configuration", "simple", "double"), ("Montage", "1x", "2x"),
    ("Pose", "simple", "dos-à-dos"),
    ("Type de mât", "simple crosse", "double crosse"), ("Mât", "acier", "acier 2 crosses"),
    ("Modèle", "1 lanterne", "2 lanternes"),
)  # fmt: skip
"""How a column says that some supports carry two lamps."""


def _rows(made: list[Light], head: str, cells: list[Cell]) -> list[Row]:
    rows: list[Row] = [[o.id, o.street, o.cabinet, "SHP", o.watts] for o in made]
    return [[*HEAD, head], *([*row, cell] for row, cell in zip(rows, cells, strict=True))]


def gone(draw: Random) -> Iterator[Case]:
    """Lights that were taken down, by a day; kinds and states that are no lights in use."""
    rule = "lights that are not in use"
    cases: list[tuple[str, str, Cell]] = [(head, "", "12/03/2024") for head in REMOVALS]
    cases += [(("Nature", "Équipement", "Catégorie", "Désignation")[n % 4], "Luminaire", kind)
              for n, kind in enumerate(KINDS)]  # fmt: skip
    cases += [(("Situation", "État", "Observations")[n % 3], "En service", state)
              for n, state in enumerate(STATES)]  # fmt: skip
    cases += [("En service", "oui", "non"), ("En service", "O", "N")]
    for rank, (head, usual, other) in enumerate(cases):
        made = lights(draw)
        cells: list[Cell] = [other if n % 6 == 2 else usual for n in range(len(made))]
        kept = [one for one, cell in zip(made, cells, strict=True) if cell != other]
        rows = _rows(made, head, cells)
        yield inventory(
            rule, kept, rows, FRENCH[rank % 9], rule=rule, told="note", name=f"EP {rank}"
        )
    for rank, (head, cell) in enumerate((
        ("Date de pose", "12/03/2024"), ("Nature", "Candélabre"), ("État", "Moyen"),
        ("Date du dernier relamping", "12/03/2024"), ("Observations", "Poste à vérifier"),
        ("En service", "oui"),
    )):  # fmt: skip
        made = lights(draw)
        rows = _rows(made, head, [cell] * len(made))
        yield inventory(rule, made, rows, FRENCH[rank % 9], rule=rule, told="quiet",
                        name=f"EP en place {rank}")  # fmt: skip


def gear(draw: Random) -> Iterator[Case]:
    """Gear as a share or as losses; another power under a word that is not known; arms."""
    rule = "a column that changes the watts"
    more: tuple[tuple[str, Cell], ...] = (
        ("Ballast (%)", 12), ("Perte ballast", 12), ("Pertes (%)", "12 %"),
        ("Puissance alimentation (W)", 77),
    )  # fmt: skip
    for rank, (head, cell) in enumerate(more):
        made = lights(draw)
        rows = _rows(made, head, [cell] * len(made))
        yield inventory(rule, made, rows, truth=Truth(), stops=True, rule=rule, told="block",
                        name=f"EP {rank}")  # fmt: skip
    made = lights(draw)
    rows = _rows(made, "Ballast", ["électronique"] * len(made))
    yield inventory(rule, made, rows, rule=rule, told="quiet", name="EP ballast")
    others = ("Puissance abaissée (W)", "Puissance projet (W)", "Puissance max (W)")
    for rank, head in enumerate(others):
        rows = _rows(made, head, [o.watts // 2 for o in made])
        yield inventory(rule, made, rows, rule=rule, told="quiet", name=f"EP {rank}")
    rows = _rows(made, "Crosse", ["double" if n % 5 == 1 else "simple" for n in range(len(made))])
    rows = [["Num PL", *rows[0][1:]], *rows[1:]]
    yield inventory(rule, made, rows, rule=rule, told="quiet", name="EP crosses")
    for name in ("Num support", "Identifiant"):
        rows = [[name, *rows[0][1:]], *rows[1:]]
        yield inventory(rule, made, rows, truth=Truth(), stops=True, rule=rule, told="block",
                        name=f"EP crosses doubles {name}")  # fmt: skip
    for rank, (head, one, two) in enumerate(ARMS):
        cells: list[Cell] = [two if n % 5 == 1 else one for n in range(len(made))]
        for name, twin in (("Identifiant", False), ("Num PL", True)):
            rows = _rows(made, head, cells)
            rows = [[name, *rows[0][1:]], *rows[1:]]
            told = inventory(rule, made, rows, name=f"EP {rank}{name[:1]}", rule=rule, told="quiet")
            yield told if twin else replace(told, truth=Truth(), stops=True, told="block")


def ranges(draw: Random) -> Iterator[Case]:
    """Rows from one light to another, told by one name or by two; names with a dash."""
    rule = "rows of several lights"
    made = lights(draw)
    for rank, (form, told) in enumerate((("S{0} à S{1}", "block"), ("S{0}-S{1}", "block"),
                                         ("S{0}-12", "quiet"))):  # fmt: skip
        names = [form.format(10 * n, 10 * n + 4) for n in range(len(made))]
        rows: list[Row] = [["Num PL", "Rue", "Lampe", "Puissance (W)"]]
        rows += [[name, o.street, "LED", o.watts] for name, o in zip(names, made, strict=True)]
        some = [replace(o, id=name) for name, o in zip(names, made, strict=True)]
        case = inventory(rule, some, rows, name=f"EP {rank}", rule=rule, told="quiet")
        stopped = replace(case, truth=Truth(), stops=True, told="block")
        yield case if told == "quiet" else stopped
    rows = [["Du support", "Au support", "Armoire", "Lampe", "Puissance (W)"]]
    rows += [[f"S{10 * n}", f"S{10 * n + 9}", o.cabinet, "LED", o.watts]
             for n, o in enumerate(made)]  # fmt: skip
    yield inventory(rule, made, rows, truth=Truth(), stops=True, rule=rule, told="block",
                    name="EP 3")  # fmt: skip


def worded(draw: Random) -> Iterator[Case]:
    """Watts that the words for the lamp tell, and heads of watts and lamps of daily use."""
    for form in WORDS:
        made = lights(draw)
        rows: list[Row] = [["Num PL", "Lampe", "Armoire"]]
        rows += [[o.id, form.format(o.watts), o.cabinet] for o in made]
        yield inventory("watts in the words for a lamp", made, rows)
    for heads in (
        ("Num PL", "Lampe", "P nominale"), ("Num PL", "Lampe existante", "Puissance existante (W)"),
        ("Num support", "Lanterne", "Puissance"), ("Leuchten-Nr", "Leuchtmittel", "Leistung [W]"),
    ):  # fmt: skip
        made = lights(draw)
        rows = [heads]
        rows += [[o.id, "LED", o.watts] for o in made]
        yield inventory("daily heads of lights", made, rows, name=f"EP {heads[2]}")
    made = lights(draw)
    rows = [["Num support", "Nb luminaires", "Puissance unitaire", "Type"]]
    rows += [[o.id, o.lamps, o.watts, "LED"] for o in made]
    known = Truth(lights={o.id: Decimal(o.watts * o.lamps) for o in made})
    yield inventory("daily heads of lights", made, rows, truth=known, name="EP supports")


def spots(draw: Random) -> Iterator[Case]:
    """Places under heads that are not known, one far from all others, all at one place."""
    rule = "places that cannot be"
    for rank, (x, y) in enumerate((("Coord. E", "Coord. N"), ("X L93 (km)", "Y L93 (km)"),
                                   ("X_UTM31", "Y_UTM31"))):  # fmt: skip
        made = lights(draw)
        scale = (1, 150, 100_000)[rank]
        rows: list[Row] = [[*HEAD, x, y]]
        rows += [[o.id, o.street, o.cabinet, "SHP", o.watts, o.east * scale, o.north * scale]
                 for o in made]  # fmt: skip
        yield inventory(rule, made, rows, truth=Truth(), stops=True, rule=rule, told="block",
                        name=f"EP lieux {rank}")  # fmt: skip
    for rank, (name, told) in enumerate((("far", "block"), ("same", "block"), ("near", "quiet"))):
        made = lights(draw)
        rows = [[*HEAD, "Longitude", "Latitude"]]
        for n, o in enumerate(made):
            first = made[0] if name == "same" else o
            off = (5 if name == "far" else 1) if n == 7 and name != "same" else 0
            rows.append([o.id, o.street, o.cabinet, "SHP", o.watts, first.east, first.north - off])
        known = inventory(rule, made, rows).truth if told == "quiet" else Truth()
        yield inventory(rule, made, rows, truth=known, stops=told == "block", rule=rule, told=told,
                        name=f"EP {rank}")  # fmt: skip


def fittings(draw: Random) -> Iterator[Case]:
    """Every one."""
    for family in (gone, gear, ranges, worded, spots):
        yield from family(draw)
