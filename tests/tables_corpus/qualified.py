"""Words that say what figures are, where no head does: in all labels, in names of files, in notes.

Each with its twin, which says nothing of them.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import accumulate, batched
from random import Random

from tests.tables_corpus.columns import Column, columns, of, table
from tests.tables_corpus.labels import known, lines, wide
from tests.tables_corpus.lights import inventory, lights, rows_of
from tests.tables_corpus.ordinary import case
from tests.tables_corpus.rules import ruled
from tests.tables_corpus.shapes import energies
from tests.tables_corpus.sheets import CSV, FRENCH, ISO, XLSX, Row, Sheet
from tests.tables_corpus.traps import trap
from tests.tables_corpus.truth import Case, Truth
from tests.tables_corpus.world import Bill, bills

_MEASURED = frozenset({"measured"})
_ASKED = frozenset({"measured", "amounts", "summed"})
OTHER_TEXTS = (
    "Estimation du syndicat", "Montants en euros", "Valeurs glissantes", "Simulation",
    "Après écrêtement", "Données provisoires", "Au prorata", "Sous-compteurs",
)  # fmt: skip
PLAIN_TEXTS = ("Relevés du distributeur", "Données Enedis", "Bâtiments communaux", "Suivi")
SHARED = (
    "{} CPE", "{} tantièmes", "{} (P1)", "{} lot 3", "{} – estimé", "{} nominé", "Tantièmes {}",
    "{} talon", "solde {}", "{} V2", "{} – part commune",
    "{} (au prorata)", "{} TTC",
)  # fmt: skip
"""What all labels of a table bear, and no place does."""
PLACES = ("{}", "{} kWh", "{} de Pompey", "Conso {}", "{} - total", "{} électricité")
FILES = (
    "conso_cadran_1", "moyenne_2025", "prévision 2025", "bilan_provisoire", "conso_lot_3",
    "conso_corrigee", "conso_part_ville", "conso proforma", "puissances 2025", "conso_tranche2",
)  # fmt: skip
QUIET = (
    "conso_frouard_2025", "export_conso", "conso_ecole_centre", "releve_2025_12",
    "groupement_lot_3", "factures_edf_2025", "conso 2025 12", "suivi_conso_v2",
)  # fmt: skip
UP_TO = ("à fin mars", "Situation à fin mars", "Données à ce jour", "Arrêté au 31/03/2025")
BESIDE = (("Écrêté", "oui"), ("Observations", "refacturé"), ("Statut", "provisoire"),
          ("Tantièmes", "350"), ("Part", "0,4"), ("Commentaire", "à valider"))  # fmt: skip
NOTHING = (("Observations", "RAS"), ("Statut", "validé"), ("Part", "1"), ("État", "payé"),
           ("Commentaire", "relevé"), ("Rénové", "non"))  # fmt: skip
WATTS_BESIDE = (
    ("Facteur", "2", True), ("Unité", "kW", True), ("Coefficient", "0,5", True),
    ("Déposé", "oui", True), ("Unité", "W", False), ("Déposé", "non", False),
    ("Coefficient", "1", False),
)  # fmt: skip


def labels(draw: Random) -> Iterator[Case]:
    """One word in the labels of all rows; names of sites."""
    kind = "a word that all labels bear"
    for variant, form in enumerate(SHARED):
        made = bills(draw, 4, 6)
        rows = wide([(form.format(name), kwh) for name, kwh in lines(made, 6)], made)
        yield ruled(kind, "block", rows, Truth(), FRENCH[variant % 9], name=f"Suivi {variant}",
                    about=_MEASURED)  # fmt: skip
    for variant, form in enumerate(PLACES):
        made = bills(draw, 4, 6)
        told = [(form.format(name), kwh) for name, kwh in lines(made, 6)]
        yield ruled(kind, "quiet", wide(told, made), known(told, made), FRENCH[variant % 9],
                    name=f"Suivi {variant}")  # fmt: skip


def files(draw: Random) -> Iterator[Case]:
    """The name of a file that says another quantity, above bills and months."""
    kind = "the name of a file of another quantity"
    for told, names in (("block", FILES), ("quiet", QUIET)):
        for n, name in enumerate(names):
            made = bills(draw, 3, 6)
            rows = (
                table(made, columns("point site from to kwh"))
                if n % 2
                else wide(lines(made, 6), made)
            )
            truth = energies(made) if n % 2 else known(lines(made, 6), made)
            yield ruled(kind, told, rows, truth, name=name, about=_MEASURED)
    for name, told in (("Conso lot 3", "block"), ("Consommation lot 2 (kWh)", "block"),
                       ("Marché lot 3 : consommations", "quiet")):  # fmt: skip
        made = bills(draw, 3, 6)
        rows = [[name], *table(made, columns("point site from to kwh"))]
        yield ruled("a part by its number", told, rows, energies(made), name="Suivi",
                    about=_MEASURED)  # fmt: skip


def around(draw: Random) -> Iterator[Case]:
    """The name of the one sheet, or a note, that says so; others."""
    kind = "a sheet or a note of another energy"
    for told, some in (("block", OTHER_TEXTS), ("quiet", PLAIN_TEXTS)):
        for variant, text in enumerate(some):
            made = bills(draw, 3, 6)
            rows = table(made, columns("point site from to kwh"))
            yield ruled(kind, told, [], energies(made), XLSX, name=f"Classeur {told} {variant}",
                        sheets=(Sheet(rows, text),), about=_ASKED)  # fmt: skip
            yield ruled(kind, told, [*rows, [text]], energies(made), name=f"Note {told} {variant}",
                        about=_ASKED)  # fmt: skip


def up_to(draw: Random) -> Iterator[Case]:
    """Sums up to a month, told by a title or a note; months that fall are none."""
    kind = "sums up to a month"
    month: Column = ("Mois", lambda b: f"{b.start:%m/%Y}")
    for variant, text in enumerate(UP_TO):
        for where in ("title", "note"):
            made = bills(draw, 6, 3)
            some = [each[2] for each in batched(made, 3)]
            grown = of(
                "Conso (kWh)", {each[2]: sum(b.kwh for b in each) for each in batched(made, 3)}
            )
            rows: list[Row] = table(some, [*columns("point"), month, grown])
            rows = [[text], *rows] if where == "title" else [*rows, [text]]
            yield ruled(kind, "block", rows, Truth(), (CSV, XLSX)[variant % 2],
                        name=f"Suivi {where} {variant}", about=frozenset({"summed"}))  # fmt: skip
            steps = [(name, [*accumulate(kwh)]) for name, kwh in lines(made, 3)]
            own = wide(steps, made)
            own = [[text], *own] if where == "title" else [*own, [text]]
            yield ruled(kind, "block", own, Truth(), name=f"Mois {where} {variant}",
                        about=frozenset({"summed"}))  # fmt: skip
            twin = bills(draw, 3, 12)
            rows = table(twin, columns("point site from to kwh"))
            rows = [[text], *rows] if where == "title" else [*rows, [text]]
            yield ruled(kind, "quiet", rows, energies(twin), name=f"Bilan {where} {variant}")


def beside(draw: Random) -> Iterator[Case]:
    """A column that says of the energy what its head does not, and columns that say nothing."""
    kind = "a column that qualifies the energy"
    for told, some in (("block", BESIDE), ("quiet", NOTHING)):
        for variant, (head, cell) in enumerate(some):
            made = bills(draw, 3, 6)
            more = of(head, dict.fromkeys(made, cell))
            rows = table(made, [*columns("point site from to kwh"), more])
            yield ruled(kind, told, rows, energies(made), name=f"Suivi {told} {variant}")
    for word, stops in (("à ce jour", True), ("HP écrêtée", True), ("Total", False)):
        made = bills(draw, 3, 6)
        poste = of("Poste", dict.fromkeys(made, word))
        rows = table(made, [*columns("point site from to"), poste, *columns("kwh")])
        make: Callable[..., Case] = trap if stops else case
        truth = Truth() if stops else energies(made)
        more_: dict[str, object] = {"stops": True} if stops else {}
        yield make("one class of all rows", f"Suivi {word}", rows, truth, **more_)


def own_form(draw: Random) -> Iterator[Case]:
    """Our CSV of energies with a column more."""
    kind = "a column beside our own"
    head: Row = ["name", "supply_point", "energy", "direction", "from_date", "to_date",
                 "energy_kwh", "quality", "provenance"]  # fmt: skip
    for name, cell, stops in (("Coefficient", "10", True), ("unit", "MWh", True),
                              ("type", "prévision", True), ("remarque", "", False)):  # fmt: skip
        made = bills(draw, 2, 6)
        rows: list[Row] = [[*head, name]]
        rows += [[*_own(b), cell] for b in made]
        yield (trap(kind, f"energies {name}", rows, Truth(), ISO, stops=True) if stops
               else case(kind, f"energies {name}", rows, energies(made), ISO))  # fmt: skip


def _own(one: Bill) -> Row:
    return [one.site, f"prm:{one.point}", "electricity", "import", f"{one.start}", f"{one.end}",
            str(one.kwh), "measured", "synthetic"]  # fmt: skip


def lighting(draw: Random) -> Iterator[Case]:
    """A factor or a unit beside the watts, a column that says gone, a file of what is to come."""
    kind = "a column that qualifies the watts"
    for rank, (head, cell, stops) in enumerate(WATTS_BESIDE):
        made = lights(draw)
        rows = rows_of(made, "Puissance (W)", (head,))
        rows = [rows[0], *([*row, cell] for row in rows[1:])]
        one = inventory(kind, made, rows, name=f"Inventaire {rank}")
        yield replace(one, stops=True, truth=Truth()) if stops else one
    for name in ("Inventaire projeté", "Éclairage public, état futur", "Inventaire après travaux"):
        made = lights(draw)
        yield inventory("a file of lights to come", made, rows_of(made, "Puissance (W)"), name=name,
                        truth=Truth(), stops=True)  # fmt: skip


def qualified(draw: Random) -> Iterator[Case]:
    """Every one."""
    for family in (labels, files, around, up_to, beside, own_form, lighting):
        yield from family(draw)
