"""What a row, a point or the paper says in few signs: codes, estimates, dates, prices, remarks."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from random import Random

from tests.tables_corpus.columns import columns, of, table
from tests.tables_corpus.lights import inventory, lights, rows_of
from tests.tables_corpus.mistakes import plain
from tests.tables_corpus.sheets import XLSX, Cell, Row, Sheet
from tests.tables_corpus.traps import trap
from tests.tables_corpus.truth import Case, Told, Truth
from tests.tables_corpus.world import Bill, bills

OF_POINTS: tuple[tuple[str, str, bool], ...] = (
    ("Code", "E G W", True), ("Fl.", "E G E", True), ("Vecteur", "EL GN EL", True),
    ("Actif", "O O N", True), ("En service", "Oui Non Oui", True), ("Ouvert", "1 1 0", True),
    ("Niveau", "Tête Départ Départ", True), ("Position", "Amont Aval Aval", True),
    ("Lien", "Père Fils Fils", True), ("Cpt", "P D D", True), ("État", "A A R", True),
    ("Statut du point", "ACT RES ACT", True), ("Situation", "1 1 0", True),
    ("Nrj", "EL GZ EL", True), ("Cpt", "GEN DIV DIV", True), ("Clos", "N O N", True),
    ("Ligne", "Total Détail Détail", True), ("Typ.", "ENS SPO ADM", False),
    ("Actif", "O O O", False), ("Propriétaire", "O O N", False), ("ERP", "O O N", False),
    ("ERP", "Oui Oui Oui", False), ("ERP", "5 4 5", False), ("DPE", "C D E", False),
    ("DPE", "D D D", False), ("Zone", "A B A", False), ("Groupe", "A B A", False),
    ("Lot", "1 1 2", False), ("État", "B TB M", False), ("Loué", "N N O", False),
    ("Linky", "O N O", False), ("Catégorie", "École Sport Mairie", False),
)  # fmt: skip
OF_ROWS: tuple[tuple[str, str, str, Told], ...] = (
    ("Dont estimé (kWh)", "120", "0", "suspect"), ("Part estimée (%)", "30", "0", "suspect"),
    ("Jours estimés", "12", "", "suspect"), ("Est.", "x", "", "suspect"),
    ("Estimé", "Oui", "Non", "suspect"), ("M/E", "E", "M", "suspect"), ("Q", "E", "R", "suspect"),
    ("Relève", "EST", "REE", "suspect"), ("% reconstitué", "40", "0", "suspect"),
    ("Valeur estimée ?", "oui", "non", "suspect"), ("Qual.", "e", "m", "suspect"),
    ("Dont estimé (kWh)", "0", "0", "quiet"), ("Estimé", "Non", "Non", "quiet"),
)  # fmt: skip
PAPERS = (
    "Édité le 03/12/2024", "Établi en septembre 2024", "Document du 15 juin 2023",
    "Mise à jour : 01/2024", "Version du 2024-01-09", "Date : 30/09/2024",
    "Reçu le 04/11/2024", "Présenté au conseil du 14 octobre 2024",
)  # fmt: skip
LATER = (
    "Édité le 03/02/2026", "Marché 2024, édité le 03/02/2026",
    "Délibération du 12/11/2024 – Ville de Toul",
)  # fmt: skip
NOTES = (
    "x 40", "(x2)", "/ 12", "coef. 0,9", "1 unité = 10 kWh", "* base 2019", "(1) année 2018",
    "** réf. 2018", "unité : 10 kWh", "en milliers",
)  # fmt: skip
PLAIN_NOTES = (
    "Gaz et eau sont suivis dans un autre classeur.", "Bois fourni par la commune.",
    "Eau chaude produite par la chaufferie du lycée.", "Ne pas jeter sur la voie publique.",
    "Fioul remplacé en 2022 par une pompe à chaleur.",
)  # fmt: skip
REMARKS = (
    "idem 2024", "2 mois", "janvier à mars", "cf. 2023", "repris de 2023", "comme avril",
    "trimestre", "sur 3 mois", "mai + juin", "régul. février", "facture sur 61 jours", "avril",
    "moyenne des 3 mois", "oubli : janvier inclus",
)  # fmt: skip
PLAIN_REMARKS = (
    "travaux 2024", "fermé 2 semaines", "hausse vs 2024", "vu en mai", "voir facture",
    "fuite réparée", "vide depuis 2 mois",
    "mai", "facture de mai", "moyenne tension",
)  # fmt: skip


def _rank(made: list[Bill]) -> Callable[[Bill], int]:
    points = list(dict.fromkeys(b.point for b in made))
    return lambda b: points.index(b.point)


def _case(kind: str, rows: list[Row], made: list[Bill], *, stops: bool, **more: object) -> Case:
    about = frozenset({"measured", "energy"} if stops else ())
    truth = Truth() if stops else plain(made)
    case = trap(kind, "Suivi électricité", rows, truth, stops=stops, about=about)
    return replace(case, **more)  # type: ignore[arg-type]  # fields of the case


def points(draw: Random) -> Iterator[Case]:
    """Codes by which points may be of other fluids, no more in use, or behind a meter."""
    for head, told, stops in OF_POINTS:
        made = bills(draw, 3, 6)
        rank, kinds = _rank(made), told.split()
        cells = of(head, {b: kinds[rank(b)] for b in made})
        rows = table(made, [*columns("point site from to kwh"), cells])
        yield _case("codes of points", rows, made, stops=stops)


def estimates(draw: Random) -> Iterator[Case]:
    """Rows of which a part is estimated are marked so."""
    rule = "rows that are estimated in part"
    for head, some, others, told in OF_ROWS:
        made = bills(draw, 2, 8)
        cells = of(head, {b: some if b.start.month % 3 == 0 else others for b in made})
        rows = table(made, [*columns("point site from to kwh"), cells])
        yield _case(rule, rows, made, stops=False, rule=rule, told=told)


def around(draw: Random) -> Iterator[Case]:
    """Papers older than their rows, factors and years in short notes, plain sentences."""
    for above, stops in ((PAPERS, True), (LATER, False)):
        for text in above:
            made = bills(draw, 2, 6)
            rows: list[Row] = [[text], [], *table(made, columns("point site from to kwh"))]
            yield _case("a paper older than its rows", rows, made, stops=stops)
    below = [*((one, True) for one in (*NOTES, PAPERS[0])), *((one, False) for one in PLAIN_NOTES)]
    for text, stops in below:
        made = bills(draw, 2, 6)
        rows = [*table(made, columns("point site from to kwh")), [], [text]]
        yield _case("a short note, a sentence", rows, made, stops=stops)


def remarks(draw: Random) -> Iterator[Case]:
    """A remark of one row that tells another period."""
    for texts, stops in ((REMARKS, True), (PLAIN_REMARKS, False)):
        for text in texts:
            made = bills(draw, 2, 6)
            told = of("Observations", {b: text if b is made[4] else "" for b in made})
            rows = table(made, [*columns("point site from to kwh"), told])
            yield _case("a remark of one row", rows, made, stops=stops)
    made = bills(draw, 2, 6)
    empty = of("x 40", dict.fromkeys(made, ""))
    rows = table(made, [*columns("point site from to kwh"), empty])
    yield _case("a remark of one row", rows, made, stops=True)


def prices(draw: Random) -> Iterator[Case]:
    """A point whose kWh costs many times, or a part of, what those of the others do."""
    rule = "a price far from the others"
    for times, told in ((40, "suspect"), (Decimal("0.025"), "suspect"), (3, "quiet")):
        made = bills(draw, 4, 6)
        told_costs = {b.key: [b.ttc] for b in made}
        rank = _rank(made)
        less = {b: (b.kwh / times).quantize(Decimal(1)) for b in made}
        some = [replace(b, kwh=less[b]) if rank(b) == 1 else b for b in made]
        rows = table(some, columns("point site from to kwh"))
        costs: list[Cell] = ["Montant TTC (€)", *(b.ttc for b in made)]
        rows = [[*row, cell] for row, cell in zip(rows, costs, strict=True)]
        case = _case(rule, rows, some, stops=False, rule=rule, told=told)
        case.truth.costs = told_costs
        yield case


def products(draw: Random) -> Iterator[Case]:
    """Energies that hours times a constant give; a ratio of another energy."""
    for heads, stops in ((("Puissance (kW)", "Heures"), True), (("kWh/jour", "Nb jours"), True)):
        made = bills(draw, 3, 6)
        rank = _rank(made)
        each = {b: (3 + 4 * rank(b), b.days if stops and "Nb" in heads[1] else 300 - b.start.month)
                for b in made}  # fmt: skip
        some = [replace(b, kwh=Decimal(each[b][0] * each[b][1])) for b in made]
        rows = table(some, columns("point site from to kwh"))
        rows = [[*rows[0], *heads],
                *([*row, *each[b]] for row, b in zip(rows[1:], made, strict=True))]  # fmt: skip
        yield _case("energies that were computed", rows, some, stops=stops)
    for times in (1, 2):
        made = bills(draw, 3, 6)
        ratio = {b: (b.kwh * times / b.surface).quantize(Decimal("0.01")) for b in made}
        more = [of("Surface (m²)", {b: b.surface for b in made}), of("kWh/m²", ratio)]
        rows = table(made, [*columns("point site from to kwh"), *more])
        yield _case("a ratio of another energy", rows, made, stops=times > 1)


def sheets(draw: Random) -> Iterator[Case]:
    """The name of the one sheet, or of a file, that says what all of it is."""
    for name, stops in (("Tampon", True), ("Rénové", True), ("Rénovation école", False)):
        made = bills(draw, 2, 6)
        page = Sheet(table(made, columns("point site from to kwh")), name)
        yield replace(_case("the name of one sheet", [], made, stops=stops),
                      name="Suivi", dialect=XLSX, sheets=(page,))  # fmt: skip
    made = bills(draw, 2, 6)
    rows = table(made, columns("point site from to kwh"))
    rows = [["Consommations"], [], [*rows[0][:4], "kWh"], *rows[1:]]
    yield replace(_case("a file of the sun", rows, made, stops=True), name="Solaire")


def states(draw: Random) -> Iterator[Case]:
    """Lights whose state is a code, or whose cells repeat those above."""
    for head, some, others, stops in (
        ("État", "0", "1", True), ("Statut", "S", "A", True), ("Coupé", "x", "", True),
        ("État", "M", "B", False), ("Phase", "1", "2", False), ("État", "2", "1", True),
        ("Code état", "3", "1", True), ("En service", "2", "1", True), ("Vétusté", "2", "1", False),
    ):  # fmt: skip
        made = lights(draw)
        cells: list[Cell] = [some if n % 7 == 3 else others for n in range(len(made))]
        rows = rows_of(made, "Puissance (W)", (head,))
        rows[1:] = [[*row, cell] for row, cell in zip(rows[1:], cells, strict=True)]
        truth = Truth(lights={} if stops else {o.id: Decimal(o.watts) for o in made})
        yield inventory("states by codes", made, rows, truth=truth, stops=stops)
    made = lights(draw)
    yield inventory("watts under `Total W`", made, rows_of(made, "Total W"))
    rule = "a remark that names another light"
    for text, told in (("Voir PL0021", "suspect"), ("Voir plan 4", "quiet")):
        rows = rows_of(made, "Puissance (W)", ("Note",))
        rows[1:] = [[*row, text if n == 3 else ""] for n, row in enumerate(rows[1:])]
        yield inventory(rule, made, rows, rule=rule, told=told)


def told_apart(draw: Random) -> Iterator[Case]:
    """Every one."""
    for family in (points, estimates, around, remarks, prices, products, sheets, states):
        yield from family(draw)
