"""What changed between two plans, row by row: each change has a sign and a word."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from synergie.reports.document import Block, Note, Paragraph, Table
from synergie.reports.french import (
    MINUS,
    euros,
    long_date,
    number,
    percent,
    quantity,
)
from synergie.reports.maintenance_words import short_week
from synergie.reports.purchase_words import PARIS, count
from synergie.schemas.campaign_run import CampaignRun
from synergie.schemas.purchase_run import PurchaseRun

type Row = tuple[str, str, str, str]
type _Run = PurchaseRun | CampaignRun

MOST_ROWS = 200
"""Most rows of a table of changes; what is left out is counted."""
SAME = "= pareil"
"""What stands where nothing changed."""
HEADS = ("Avant", "Après", "Écart")
"""Of every table of changes, after what is compared."""
_UNKNOWN = "pas dit"
SHORT = 12
"""Characters of a digest that are shown."""

WHY: dict[str, str] = {
    "no_needs": "n'a pas publié de besoins",
    "no_agreement": "aucun accord n'ouvre ses données",
    "not_started": "son accord n'a pas commencé",
    "suspended": "son accord est suspendu",
    "ended": "son accord a pris fin",
    "dataset": "son accord n'ouvre pas ces données",
    "unknown_client": "son accord ne nomme pas ce programme",
    "granularity_too_fine": "son accord n'ouvre que des sommes",
    "token_narrower": "le programme n'a pas tout demandé",
    "selector": "son accord n'ouvre plus ces ouvrages",
}
"""Why data of a body are not open, by code, in French."""


def money(before: Decimal | None, after: Decimal | None) -> str:
    """How an amount changed: its sign, how much, and a word."""
    if before is None or after is None:
        return SAME if before is after else "sans comparaison"
    if before == after:
        return SAME
    word = "▼ moins" if after < before else "▲ plus"
    share = f" ({percent(abs(after - before) / abs(before))})" if before else ""
    return f"{word} : {_signed(after - before, euros)}{share}"


def counted(before: int | None, after: int | None) -> str:
    """How a count changed: its sign, how much, and a word."""
    if before is None or after is None:
        return SAME if before is after else "sans comparaison"
    if before == after:
        return SAME
    word = "▼ moins" if after < before else "▲ plus"
    return f"{word} : {_signed(after - before, number)}"


def moves(
    before: Mapping[tuple[str, str], tuple[str, int]],
    after: Mapping[tuple[str, str], tuple[str, int]],
    starts: date | None,
    then: date | None,
) -> Iterator[Block]:
    """The visits of two plans that are in another week, new, or gone.

    *before*, *after*: by a visit's own key, what is done and in which week.
    """
    rows = []
    for key in sorted(before.keys() | after.keys()):
        one, other = before.get(key), after.get(key)
        weeks = (_week(one, starts), _week(other, then))
        if weeks[0] != weeks[1]:
            name, task = key[0], (other or one or ("", 0))[0]
            rows.append((name, task, *weeks, _moved(one, other)))
    if not rows:
        yield Paragraph("Aucune visite ne change de semaine.")
        return
    heads = ("Armoire", "Tâche", "Semaine avant", "Semaine après", "Écart")
    many = count(len(rows), "visite change", "visites changent")
    yield Table(f"{many} de semaine, arrivent ou partent", heads, tuple(rows[:MOST_ROWS]))
    if len(rows) > MOST_ROWS:
        yield Paragraph(f"{number(len(rows) - MOST_ROWS)} autres visites ne sont pas montrées ici.")


def _week(one: tuple[str, int] | None, starts: date | None) -> str:
    if one is None:
        return "aucune"
    return f"semaine {one[1]}" if starts is None else short_week(one[1], starts)


def _moved(one: tuple[str, int] | None, other: tuple[str, int] | None) -> str:
    if one is None or other is None:
        return "+ nouvelle" if one is None else f"{MINUS} retirée"
    if one[1] == other[1]:
        return "autre date de départ"
    word = "▼ plus tôt" if other[1] < one[1] else "▲ plus tard"
    return f"{word} : {_signed(other[1] - one[1], number)} sem."


def notes(before: _Run, after: _Run) -> Iterator[Note]:
    if before.problem_sha256 == after.problem_sha256:
        yield Note("ok", "Mêmes données.", "Les deux calculs ont la même empreinte de problème.")
    else:
        yield Note("late", "Données différentes.", "Les deux calculs ne partent pas des mêmes.")


def run_rows(before: _Run, after: _Run) -> Iterator[Row]:
    days = [long_date(one.kept_at.astimezone(PARIS).date()) for one in (before, after)]
    yield plain("Calculé le", days[0], days[1])
    yield plain("Problème (empreinte)", before.problem_sha256[:SHORT], after.problem_sha256[:SHORT])
    yield plain("Calculé par", before.solver, after.solver)


def bodies(
    left: Mapping[str, str],
    right: Mapping[str, str],
    *,
    same: set[str],
    names: Mapping[str, str],
    what: str,
) -> Iterator[Row]:
    """Each body whose data came, went or changed; how many did not is one row."""
    for key in sorted(left.keys() | right.keys()):
        if key in same:
            continue
        if key in left and key in right:
            word = "≠ autres données"
        else:
            word = "+ entre" if key in right else f"{MINUS} sort"
        start = f"{what} de {names.get(key, key)}"
        yield start, left.get(key, "absent"), right.get(key, "absent"), word
    if same:
        many = count(len(same), "organisme")
        yield f"{what} qui n'ont pas changé", many, many, SAME


def missing_rows(
    left: Mapping[str, str], right: Mapping[str, str], names: Mapping[str, str]
) -> Iterator[Row]:
    for key in sorted(left.keys() | right.keys()):
        before, after = _why(left.get(key)), _why(right.get(key))
        if before != after:
            yield f"Absence de {names.get(key, key)}", before, after, "≠ autre situation"


def _why(code: str | None) -> str:
    return "présent ou pas invité" if code is None else WHY.get(code, code)


def inputs_table(rows: Sequence[Row]) -> Table:
    return Table("Les données des deux calculs", ("", *HEADS), tuple(rows))


def plain(name: str, before: str, after: str) -> Row:
    return name, before, after, SAME if before == after else "≠ différent"


def number_row(name: str, before: int, after: int) -> Row:
    return name, number(before), number(after), counted(before, after)


def money_row(name: str, before: Decimal | None, after: Decimal | None) -> Row:
    told = [_UNKNOWN if one is None else euros(one) for one in (before, after)]
    return name, told[0], told[1], money(before, after)


def volume(before: Decimal, after: Decimal) -> str:
    if before == after:
        return SAME
    word = "▼ moins" if after < before else "▲ plus"
    return f"{word} : {_signed(after - before, lambda one: quantity(one, 'MWh', 1))}"


def _signed[T: (int, Decimal)](amount: T, write: Callable[[T], str]) -> str:
    return f"+{write(amount)}" if amount > 0 else write(amount)


def park(cabinets: int, lights: int) -> str:
    """How many things of a park there are."""
    return f"{count(cabinets, 'armoire')}, {count(lights, 'point lumineux', 'points lumineux')}"
