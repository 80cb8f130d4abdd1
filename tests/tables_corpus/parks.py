"""Inventories and lists of points as towns keep them: counts, gear, rows that are no lights."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import cast

from tests.tables_corpus.lights import Light, inventory, lights
from tests.tables_corpus.sheets import CSV, FRENCH, Cell, Row, Sheet
from tests.tables_corpus.truth import Case, Told, Truth
from tests.tables_corpus.world import prm

CABINETS = ("ARM01", "ARM02", "ARM03")
UNREAD = "a place that is not read"
HEAD = ("Identifiant", "Rue", "Armoire", "Lampe", "Puissance (W)")


def _rows(made: Sequence[Light], *more: str, head: Sequence[str] = HEAD) -> list[Row]:
    rows: list[Row] = [[o.id, o.street, o.cabinet, "SHP", o.watts] for o in made]
    return [[*head, *more], *rows]


def _beside(rows: list[Row], cells: Sequence[Cell]) -> list[Row]:
    """*rows* with one cell more each, under their head."""
    return [rows[0], *([*row, cell] for row, cell in zip(rows[1:], cells, strict=True))]


def _truth(made: Sequence[Light]) -> Truth:
    return Truth(lights={o.id: Decimal(o.watts * o.lamps) for o in made})


def counts(draw: Random) -> Iterator[Case]:
    """Numbers of lamps under words of their own: multiplied, or asked about where another fits."""
    for n, head in enumerate(("Nb de points lumineux", "Foyers", "Lampes", "Têtes", "Nb PL")):
        made = lights(draw)
        rows = _beside(_rows(made, head), [o.lamps for o in made])
        yield inventory("a count under its own word", made, rows, FRENCH[n], truth=_truth(made))
    rule = "a count that may be another"
    for head in ("x", "N", "Nb de points", "Nombre par mât", "Nb crosses", "Bras", "Feux",
                 "Fixtures", "No of Items", "Nb lampe(s)/support"):  # fmt: skip
        made = lights(draw)
        rows = _beside(_rows(made, head), [o.lamps for o in made])
        yield inventory(rule, made, rows, truth=Truth(), stops=True, rule=rule, told="block")
        ones = _beside(_rows(made, head), [1 for _ in made])
        yield inventory(rule, made, ones, rule=rule, told="quiet")
    made = lights(draw)
    for head in ("N° d'ordre", "Étage"):
        rows = _beside(_rows(made, head), [o.lamps for o in made])
        yield inventory("a number of other things", made, rows, rule=rule, told="quiet")
    words = _beside(
        _rows(made, "Lampes", head=[*HEAD[:3], "Source", HEAD[4]]), ["SHP" for _ in made]
    )
    yield inventory("kinds under the word of a count", made, words, rule=rule, told="quiet")
    total = _beside(_rows(made, "Nb lampes", head=[*HEAD[:4], "Puissance totale (W)"]),
                    [o.lamps for o in made])  # fmt: skip
    yield inventory("a count beside a total", made, total, rule=rule, told="quiet")


def gears(draw: Random) -> Iterator[Case]:
    """The control gear in a column of its own."""
    for head, other in (
        ("Puissance lampe (W)", "Puissance ballast (W)"),
        ("P source (W)", "P auxiliaire (W)"),
        ("Puissance lampe (W)", "Pertes appareillage (W)"),
    ):
        made = lights(draw)
        rows = _beside(_rows(made, other, head=[*HEAD[:4], head]), [o.watts // 8 for o in made])
        known = Truth(lights={o.id: Decimal(o.watts + o.watts // 8) for o in made})
        yield inventory("gear beside its lamp", made, rows, truth=known)
        rows = _beside([[*rows[0], "Puissance totale (W)"], *rows[1:]],
                       [o.watts + o.watts // 8 for o in made])  # fmt: skip
        yield inventory("gear, lamp and their total", made, rows, truth=known)
    made = lights(draw)
    rows = _rows(made, "Puissance ballast (W)", head=[*HEAD[:4], "Puissance luminaire (W)"])
    whole = _beside(rows, [o.watts // 8 for o in made])
    yield inventory("gear within its luminaire", made, whole)
    both = _beside(_rows(made, "Puissance lampe + ballast (W)", head=[*HEAD[:4], "P lampe (W)"]),
                   [o.watts + o.watts // 8 for o in made])  # fmt: skip
    known = Truth(lights={o.id: Decimal(o.watts + o.watts // 8) for o in made})
    yield inventory("lamp and gear in one column", made, both, truth=known)
    rule = "gear that may be within"
    open_ = _beside(_rows(made, "Puissance ballast (W)"), [o.watts // 8 for o in made])
    yield inventory(rule, made, open_, truth=Truth(), stops=True, rule=rule, told="block")
    yield inventory(rule, made, whole[:20], rule=rule, told="quiet",
                    truth=Truth(lights={o.id: Decimal(o.watts) for o in made[:19]}))  # fmt: skip


def sums(draw: Random) -> Iterator[Case]:
    """A row a cabinet with the watts of its lights, above or below them; a light that is a sum."""
    rule = "a row that sums a cabinet"
    for above in (True, False):
        for name in ("ARM", "C"):
            made = lights(draw, 29)
            rows = _rows(made)
            found = [rows[0]]
            pairs = list(zip(rows[1:], made, strict=True))
            for cabinet, some in ((c, [p for p in pairs if p[1].cabinet == c]) for c in CABINETS):
                own = cabinet if name == "ARM" else f"C-{cabinet[-1]}"
                whole: Row = [own, None, cabinet, None, sum(o.watts for _, o in some)]
                parts = [row for row, _ in some]
                found += [whole, *parts] if above else [*parts, whole]
            yield inventory(rule, made, found, rule=rule, told="note")
    made = lights(draw)
    made[12] = replace(made[12], watts=sum(o.watts for o in made[10:12]))
    numbered = [replace(o, id=str(n + 1), cabinet=str(n // 10 + 1)) for n, o in enumerate(made)]
    rows = _rows(numbered)
    yield inventory("a light that is the sum of two", numbered, rows, rule=rule, told="quiet")


def others(draw: Random) -> Iterator[Case]:
    """Cabinets and sockets among lights, lights that were taken down, and twins."""
    rule = "rows that are no lights"
    made = lights(draw)
    states = ["Déposé" if n % 7 == 3 else "En service" for n in range(len(made))]
    kept = [o for o, state in zip(made, states, strict=True) if state != "Déposé"]
    yield inventory(rule, kept, _beside(_rows(made, "État"), states), rule=rule, told="note")
    states = ["HS" if n % 7 == 3 else "À déposer" for n in range(len(made))]
    yield inventory(rule, made, _beside(_rows(made, "État"), states), rule=rule, told="quiet")
    for head in ("Type d'objet", "Nature"):
        kinds = ["Luminaire"] * len(made)
        kinds[3], kinds[9], kinds[15] = "Armoire", "Prise illuminations", "Coffret"
        kept = [o for o, kind in zip(made, kinds, strict=True) if kind == "Luminaire"]
        yield inventory(rule, kept, _beside(_rows(made, head), kinds), rule=rule, told="note")
    kinds = ["Lanterne", "Projecteur", "Borne"] * 10
    yield inventory(rule, made, _beside(_rows(made, "Nature"), kinds), CSV, rule=rule, told="quiet")


def _sexagesimal(value: Decimal, hemisphere: str) -> str:
    minutes = value % 1 * 60
    return f"{int(value)}°{int(minutes):02d}'{minutes % 1 * 60:05.2f}\"{hemisphere}"


def _placed(made: Sequence[Light]) -> Truth:
    """The watts and the places of lights."""
    known = Truth(lights={o.id: Decimal(o.watts) for o in made})
    known.places = {o.id: (o.east, o.north) for o in made}
    return known


def _comma(value: Decimal) -> str:
    return f"{value}".replace(".", ",")


def places(draw: Random) -> Iterator[Case]:
    """One column of places as people write them; what gives none stops."""
    forms: tuple[tuple[str, Callable[[Light], str]], ...] = (
        ("Coordonnées", lambda o: f"{_comma(o.north)}, {_comma(o.east)}"),
        ("GPS", lambda o: f"{o.north} {o.east}"),
        ("Localisation", lambda o: f"{o.north};{o.east}"),
        ("Position", lambda o: f"{_sexagesimal(o.north, 'N')} {_sexagesimal(o.east, 'E')}"),
        ("GPS", lambda o: f"https://www.google.com/maps?q={o.north},{o.east}"),
        ("Lon, Lat", lambda o: f"{o.east}, {o.north}"),
        ("Situation exacte", lambda o: f"N {o.north} / E {o.east}"),
    )
    for head, form in forms:
        made = lights(draw)
        rows = _beside(_rows(made, head), [form(o) for o in made])
        if head == "Situation exacte":
            yield inventory(
                UNREAD, made, rows, truth=Truth(), stops=True, rule=UNREAD, told="block"
            )
        else:
            yield inventory("a place as people write it", made, rows, truth=_placed(made))
    made = lights(draw)
    rows = _beside(_rows(made, "Localisation"), [f"{n}, rue Haute" for n in range(len(made))])
    yield inventory("addresses", made, rows, rule=UNREAD, told="quiet")
    ends: tuple[Callable[[Light], tuple[Cell, Cell]], ...] = (
        lambda o: (_sexagesimal(o.north, "N"), _sexagesimal(o.east, "E")),
        lambda o: (int(o.north * 100_000), int(o.east * 100_000)),
        lambda o: ("", ""),
    )
    for told, both in zip((None, "block", "quiet"), ends, strict=True):
        made = lights(draw)
        north, east = zip(*map(both, made), strict=True)
        rows = _beside(_beside(_rows(made, "Latitude"), north), east)
        rows[0] = [*rows[0], "Longitude"]
        known = _placed(made) if told is None else Truth()
        if told == "quiet":
            known = _truth([replace(o, lamps=1) for o in made])
        yield inventory("two columns of places", made, rows, truth=known, stops=told == "block",
                        rule=UNREAD if told else None, told=told)  # fmt: skip
    made = lights(draw)
    rows = _beside(_beside(_rows(made, "X"), [6_849_438 + n for n in range(len(made))]),
                   [930_843 + n for n in range(len(made))])  # fmt: skip
    rows[0] = [*rows[0], "Y"]
    yield inventory(UNREAD, made, rows, truth=Truth(), stops=True, rule=UNREAD, told="block")


def names(draw: Random) -> Iterator[Case]:
    """Identifiers under other names, or under none that is known."""
    for n, head in enumerate(
        ("N° point", "N° support", "PL", "Plaque", "Point lumineux", "Nº punto", "Jeton EP")
    ):
        made = lights(draw)
        rows = _beside(_beside(_rows(made, "Longitude"), [o.east for o in made]),
                       [o.north for o in made])  # fmt: skip
        rows[0] = [head, *rows[0][1:], "Latitude"]
        yield inventory("an identifier under another name", made, rows, FRENCH[n],
                        truth=_placed(made))  # fmt: skip


def cabinets(draw: Random) -> Iterator[Case]:
    """A list of cabinets, which are no lights; lights that only their places tell apart."""
    rule = "a row a cabinet"
    for head, watts in (("Puissance (W)", 870), ("Puissance installée (kW)", Decimal("0.87"))):
        rows: list[Row] = [["Armoire", head, "Nb lampes", "Longitude", "Latitude"]]
        rows += [[o.id, watts, 12 + o.lamps, o.east, o.north] for o in lights(draw, 12)]
        yield inventory(rule, [], rows, truth=Truth(), stops=True, rule=rule, told="block")
    made = lights(draw)
    rows = [["Armoire", "Puissance (W)", "Longitude", "Latitude"]]
    rows += [[o.cabinet, o.watts, o.east, o.north] for o in made]
    places = {f"{o.east:.7f} {o.north:.7f}": Decimal(o.watts) for o in made}
    yield inventory(rule, made, rows, truth=Truth(lights=places), rule=rule, told="quiet")


def cells(draw: Random) -> Iterator[Case]:
    """Powers with words, or a number behind; powers of which nobody knows."""
    for form in ("SHP {} W", "LED {}", "{}(x2)", "{} x 2"):
        made = [
            replace(o, watts=150, lamps=1 + (" 2" in form or "x2" in form)) for o in lights(draw)
        ]
        rows = _rows(made)
        rows[1:] = [[*row[:4], form.format(o.watts)] for row, o in zip(rows[1:], made, strict=True)]
        yield inventory("a power with a word", made, rows, truth=_truth(made))
    rule = "most rows refused"
    for some, told in ((30, "block"), (2, "quiet")):
        made = lights(draw)
        rows = _rows(made)
        rows[1:] = [[*row[:4], f"{row[4]} W + driver" if n < some else row[4]]
                    for n, row in enumerate(rows[1:])]  # fmt: skip
        known = {o.id: Decimal(o.watts) for o in made[some:]}
        yield inventory(rule, made, rows, truth=Truth(lights=known), stops=told == "block",
                        rule=rule, told=told)  # fmt: skip


def _list(draw: Random, *more: str) -> tuple[list[Row], Truth]:
    """A list of points with their power and the energy of a year."""
    rows: list[Row] = [["PRM", "Site", "Segment", "Puissance souscrite (kVA)", *more]]
    known = Truth()
    for n in range(8):
        point, kva = prm(draw), draw.choice((6, 9, 12, 18, 36))
        kwh = Decimal(kva * draw.randrange(700, 1900))
        rows.append([point, f"Site {n}", "C5", kva, kwh])
        known.points[point] = kwh, Decimal(kva)
    return rows, known


def points(draw: Random) -> Iterator[Case]:
    """Lists whose year is another time, another unit, another power, two fuels."""
    head, quiet = "Conso annuelle (kWh)", "quiet"
    rule = "a list under a title of a part of a year"
    for title, told in (
        ("Consommations du 01/01/2025 au 30/06/2025", "block"),
        ("Consommations du 1er semestre 2025", "block"),
        ("Consommations sur 3 mois de 2025", "block"),
        ("Consommations du 01/01/2024 au 31/12/2024", quiet),
        ("Consommations 2024 (12 mois)", quiet),
    ):
        rows, known = _list(draw, "Conso (kWh)")
        yield listed(rule, [[title], *rows], known, told, about=frozenset({"annual"}))
    rule = "the year of a list against its power"
    for by, told in ((1000, "block"), (Decimal("0.001"), "block"), (1, quiet), (3, quiet)):
        rows, known = _list(draw, head)
        rows[1:] = [[*row[:4], Decimal(str(row[4])) * by] for row in rows[1:]]
        known.points = {
            one: ((kwh or 0) * Decimal(by), kva) for one, (kwh, kva) in known.points.items()
        }
        yield listed(rule, rows, known, told, answers={"decimal": ","})
    rows, known = _list(draw, head)
    rows[0] = [*rows[0][:3], "Puissance actuelle (kVA)", head, "Puissance préconisée (kVA)"]
    rows[1:] = [[*row, 3] for row in rows[1:]]
    yield listed("a power advised beside that of now", rows, known)
    rows, known = _list(draw, head, "Énergie")
    rows[0] = ["PRM / PCE", *rows[0][1:]]
    rows[1:] = [[*row, ("Électricité", "Gaz naturel")[n % 2]] for n, row in enumerate(rows[1:])]
    yield listed("points of two fuels", rows, known)


def listed(
    kind: str, rows: list[Row], known: Truth, told: str | None = None, **more: object
) -> Case:
    """A list of points; `block`: nobody can know, `quiet`: the twin."""
    stops = told == "block"
    made = Case(
        kind=kind, group="trap", name="Parc", sheets=(Sheet(rows),), stops=stops,
        truth=Truth() if stops else known, rule=kind if told else None,
        told=cast("Told | None", told),
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]  # fields of the case


def parks(draw: Random) -> Iterator[Case]:
    """Every such inventory, and lists of points."""
    for family in (counts, gears, sums, others, places, names, cabinets, cells, points):
        yield from family(draw)
