"""What a file lets one see of its numbers by what stands around: remarks, shares, feeders, feet."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from random import Random

from tests.tables_corpus.columns import columns, of, table
from tests.tables_corpus.lights import inventory, lights, rows_of
from tests.tables_corpus.mistakes import plain
from tests.tables_corpus.sheets import FRENCH, XLSX, Cell, Row, Sheet
from tests.tables_corpus.traps import trap
from tests.tables_corpus.truth import Case, Truth
from tests.tables_corpus.world import Bill, bills

REMARKS = (
    "à soustraire du total", "figure aussi dans la facture groupée, comptée avec le mois de mai",
    "cumul de deux relevés", "la moitié revient au club", "montant et kWh faux",
    "erreur de relevé", "quantité en centaines de kWh", "comprend le logement du gardien",
    "à la charge du locataire", "facture rectifiée depuis", "doublé par erreur", "valeur x100 ?",
)  # fmt: skip
PLAIN_REMARKS = (
    "hiver froid", "grand froid", "fermé en août", "payé le 12/03", "vu avec le technicien",
    "facture reçue le 04/02", "occupé par le club", "nouvelle chaudière", "RAS",
    "relève à distance",
)  # fmt: skip
SHARES = (("Part agglo", "100 % 80 % 100 %"), ("% syndicat", "100 70 100"),
          ("Part collège", "1/1 1/3 1/1"), ("Répartition bâtiment", "100% 100% 50%"))  # fmt: skip
FEET = (
    "Avril : double comptage", "* doublon de mai", "NB : logements compris", "Relevés partiels",
    "Années 2025 : de janvier à août",
)  # fmt: skip
PLAIN_FEET = (
    "Toutes les valeurs sont en kWh.", "Les consommations sont exprimées en kWh.",
    "Données publiques, licence ouverte.", "Aucune erreur n'a été signalée.",
    "Ces données sont actualisées chaque trimestre.", "Tableau transmis par le service des eaux.",
    "Ce fichier ne contient aucune donnée personnelle.", "Puissances souscrites inchangées.",
    "Source : portail du fournisseur.", "Compteur changé en juin.", "Merci de votre attention.",
)  # fmt: skip
DATES = (
    ("30/11/2023", True), ("Mars 2023", True), ("sept-23", True), ("T3 2023", True),
    ("2022-2023", True), ("Situation au 30/06/2024", True), ("10/02/2026", False),
    ("Exercice 2025", False), ("2025", False), ("Du 01/01/2025 au 31/12/2025", False),
)  # fmt: skip
PLANTS = (
    "Panneaux gymnase", "Toit de la crèche", "Crèche PV", "Stade (solaire)", "Surplus stade",
    "Onduleur 2", "Production piscine", "Ferme solaire",
)  # fmt: skip
PLAIN_SITES = (
    "Panneaux d'affichage", "Panneau lumineux", "Cuisine centrale", "Cuisine de production",
    "Salle modulaire", "Rue du Surplus", "Atelier des toitures", "Place du Soleil",
)  # fmt: skip
METERS = (
    ("TGBT", ("Départ atelier", "Départ bureaux", "Départ éclairage")),
    ("Groupe scolaire", ("Maternelle", "Élémentaire", "Restaurant")),
    ("Médiathèque", ("Médiathèque rez-de-chaussée", "Médiathèque étage")),
    ("Contrôle interne", ("Crèche", "Stade", "Gymnase")),
)  # fmt: skip
GONE = (
    ("Fonctionnement", "Enlevé"), ("Suivi", "Démonté"), ("Constat", "N'existe plus"),
    ("Programme", "Futur projet"), ("Rue", "Rue Neuve (12 lampes)"), ("Lampe", "Guirlande"),
)  # fmt: skip
USUAL = columns("point site from to kwh")


def _case(kind: str, rows: list[Row], made: list[Bill], *, stops: bool, **more: object) -> Case:
    """A file that is ordinary where it must not stop."""
    about = frozenset({"measured", "energy", "dated", "direction"} if stops else ())
    known = Truth() if stops else plain(made)
    case = trap(kind, "Suivi électricité", rows, known, stops=stops, about=about)
    own = replace(case, group="trap" if stops else "ordinary")
    return replace(own, **more)  # type: ignore[arg-type]  # fields of the case


def remarks(draw: Random) -> Iterator[Case]:
    """A remark of one row: of what its figure counts too, or of the site."""
    for texts, stops in ((REMARKS, True), (PLAIN_REMARKS, False)):
        for at, text in enumerate(texts):
            made = bills(draw, 3, 8)
            told = of("Remarque", {b: text if b is made[9] else "" for b in made})
            rows = table(made, [*USUAL, told])
            yield _case("a remark of what it counts", rows, made, stops=stops,
                        dialect=FRENCH[at % len(FRENCH)])  # fmt: skip


def beside(draw: Random) -> Iterator[Case]:
    """Shares under heads of places; numbers and names of the points above."""
    for head, told in SHARES:
        made, kinds = bills(draw, 3, 8), told.replace(" %", "%").split()
        points = list(dict.fromkeys(b.point for b in made))
        cells = of(head, {b: kinds[points.index(b.point)] for b in made})
        yield _case("a share of a place", table(made, [*USUAL, cells]), made, stops=True)
    for head in ("Point amont", "Derrière", "Compteur parent"):
        made = bills(draw, 3, 8)
        first = made[0].site if head == "Derrière" else made[0].point
        cells = of(head, {b: first if b.point == made[-1].point else "" for b in made})
        yield _case("the point above", table(made, [*USUAL, cells]), made, stops=True)


def around(draw: Random) -> Iterator[Case]:
    """Sentences at the foot, notes of taxes, dates alone above the head."""
    for texts, stops in ((FEET, True), (PLAIN_FEET, False)):
        for at, text in enumerate(texts):
            made = bills(draw, 2, 7)
            rows: list[Row] = [*table(made, USUAL), [], [text]]
            if text.startswith("Années"):
                rows = [["Consommations (kWh)"], ["PRM", "Site", 2024, 2025], [text]]
                rows[2:2] = [[b.point, b.site, b.kwh * 12, b.kwh * 8] for b in made[::7]]
            yield _case("what the foot says", rows, made, stops=stops,
                        dialect=FRENCH[at % len(FRENCH)])  # fmt: skip
    for name, note, stops in (
        ("ttc", "* hors taxes", True), ("ht", "(1) TTC", True), ("ht", "* en k€", True),
        ("ht", "* HT", False), ("ttc", "* TTC", False),
    ):  # fmt: skip
        made = bills(draw, 2, 7)
        case = _case("a note of taxes", [*table(made, columns(f"point site from to kwh {name}")),
                                         [], [note]], made, stops=stops)  # fmt: skip
        case.truth.costs = {} if stops else {b.key: [getattr(b, name)] for b in made}
        yield case
    for at, (text, stops) in enumerate(DATES):
        made = bills(draw, 2)
        rows = [[text], *table(made, USUAL)]
        yield _case("a date as title", rows, made, stops=stops, dialect=FRENCH[at % len(FRENCH)])


def names(draw: Random) -> Iterator[Case]:
    """Plants by their names; a meter beside those behind it, which are not all."""
    for texts, stops in ((PLANTS, True), (PLAIN_SITES, False)):
        for text in texts:
            made = bills(draw, 3, 7)
            some = [replace(b, site=text) if b.point == made[-1].point else b for b in made]
            yield _case("the name of a plant", table(some, USUAL), some, stops=stops)
    for whole, parts in METERS:
        made = bills(draw, len(parts), 9)
        each = [made[at : at + 9] for at in range(0, len(made), 9)]
        rows: list[Row] = [["Site", "Du", "Au", "Consommation (kWh)"]]
        for name, some in zip(parts, each, strict=True):
            rows += [[name, b.start, b.last, b.kwh] for b in some]
        for same in zip(*each, strict=True):
            total = sum(b.kwh for b in same) * draw.randrange(1020, 1050) / 1000
            rows.append([whole, same[0].start, same[0].last, total.quantize(Decimal(1))])
        yield _case("a meter and those behind it", rows, made, stops=True)


def scales(draw: Random) -> Iterator[Case]:
    """Periods of another unit: of all points, or a year of one; a month in which one was closed."""
    for months, who, stops in (((6,), 3, True), ((1, 2, 3, 4, 5), 3, True), ((8,), 1, False)):
        made = bills(draw, 3, 12)
        points = list(dict.fromkeys(b.point for b in made))[:who]
        some = [
            replace(b, kwh=(b.kwh / 1000).quantize(Decimal(1)) + 1)
            if b.start.month in months and b.point in points
            else b
            for b in made
        ]
        yield _case("periods of another unit", table(some, USUAL), some, stops=stops)
    for last in (Decimal("21.5"), Decimal(19)):
        rows: list[Row] = [["Consommations annuelles d'électricité (kWh)"],
                           ["PRM", "Site", 2022, 2023, 2024, 2025]]  # fmt: skip
        made = bills(draw, 3, 4)
        for at in range(0, 12, 4):
            years: list[Cell] = [20_000 + b.kwh for b in made[at : at + 4]]
            rows.append([made[at].point, made[at].site, *years[:3], last if at else years[3]])
        yield _case("a year of another unit", rows, made, stops=True)


def gone(draw: Random) -> Iterator[Case]:
    """Lights that are gone by a word under any head, rows of several, what is no lamp."""
    for head, text in GONE:
        made = lights(draw)
        out = [n for n in range(len(made)) if n % 9 == 4]
        rows = rows_of(made, "Puissance (W)", () if head in rows_of(made, "W", ())[0] else (head,))
        at = rows[0].index(head)
        rows[1:] = [[text if i == at and n in out else cell
                     for i, cell in enumerate([*row, *([""] * (len(rows[0]) - len(row)))])]
                    for n, row in enumerate(rows[1:])]  # fmt: skip
        left = {o.id: Decimal(o.watts) for n, o in enumerate(made) if n not in out}
        removed = head in {"Fonctionnement", "Lampe"}
        yield inventory("lights gone by any word", made, rows, stops=not removed,
                        truth=Truth(lights=left if removed else {}))  # fmt: skip


def formats(draw: Random) -> Iterator[Case]:
    """Number formats that show nothing else."""
    for form in ("#,##0", "# ##0", "#,##0;[Red]-#,##0", '#,##0" kWh"', "0.0", '0" "'):
        made = bills(draw, 3, 7)
        page = Sheet(table(made, USUAL), formats={4: form})
        yield _case("a plain number format", [], made, stops=False, dialect=XLSX, sheets=(page,))
    for variant in range(12):
        made = bills(draw, 4, 7)
        rows = table(made, columns("point site commune from to kwh ttc", variant))
        case = _case("plain bills", rows, made, stops=False, dialect=FRENCH[variant % 9])
        case.truth.costs = {b.key: [b.ttc] for b in made}
        yield case


def hints(draw: Random) -> Iterator[Case]:
    """Every one."""
    for family in (remarks, beside, around, names, scales, gone, formats):
        yield from family(draw)
