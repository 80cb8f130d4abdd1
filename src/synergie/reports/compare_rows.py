"""What changed between two plans, row by row: each change has a sign and a word."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from synergie.maintenance.records.run import CampaignRun
from synergie.maintenance.reports.words import short_week
from synergie.purchase.records.run import PurchaseRun
from synergie.purchase.reports.words import PARIS
from synergie.reports.document import Block, Note, Paragraph, Table
from synergie.reports.language import Pair, say, spoken
from synergie.reports.written import (
    MINUS,
    count,
    euros,
    long_date,
    number,
    percent,
    quantity,
)

type Row = tuple[str, str, str, str]
type _Run = PurchaseRun | CampaignRun

MOST_ROWS = 200
"""Most rows of a table of changes; what is left out is counted."""
SHORT = 12
"""Characters of a digest that are shown."""

_LESS: Pair = ("▼ moins : ", "▼ less: ")
_MORE: Pair = ("▲ plus : ", "▲ more: ")
_OTHER_DATA: Pair = ("≠ autres données", "≠ different data")
WHY: dict[str, Pair] = {
    "no_needs": ("n'a pas publié de besoins", "has published no needs"),
    "no_agreement": ("aucun accord n'ouvre ses données", "no agreement opens its data"),
    "not_started": ("son accord n'a pas commencé", "its agreement has not begun"),
    "signature": (
        "son accord n'est plus ce qui a été signé",
        "its agreement is no longer what was signed",
    ),
    "suspended": ("son accord est suspendu", "its agreement is suspended"),
    "ended": ("son accord a pris fin", "its agreement has ended"),
    "dataset": ("son accord n'ouvre pas ces données", "its agreement does not open these data"),
    "unknown_client": (
        "son accord ne nomme pas ce programme",
        "its agreement does not name this program",
    ),
    "granularity_too_fine": (
        "son accord n'ouvre que des sommes",
        "its agreement opens sums only",
    ),
    "token_narrower": (
        "le programme n'a pas tout demandé",
        "the program did not ask for everything",
    ),
    "selector": (
        "son accord n'ouvre plus ces ouvrages",
        "its agreement no longer opens these assets",
    ),
}
"""Why data of a body are not open, by code."""


def unchanged() -> str:
    """What stands where nothing changed."""
    return say("= pareil", "= same")


def sides() -> tuple[str, str, str]:
    """Heads of every table of changes, after what is compared."""
    return say("Avant", "Before"), say("Après", "After"), say("Écart", "Change")


def entered() -> str:
    """Who is in the second plan only."""
    return say("+ entre", "+ joins")


def left_out() -> str:
    """Who is in the first plan only."""
    return say(f"{MINUS} sort", f"{MINUS} leaves")


def _uncompared(before: object, after: object) -> str:
    return unchanged() if before is after else say("sans comparaison", "no comparison")


def money(before: Decimal | None, after: Decimal | None) -> str:
    """How an amount changed: its sign, how much, and a word."""
    if before is None or after is None:
        return _uncompared(before, after)
    if before == after:
        return unchanged()
    share = f" ({percent(abs(after - before) / abs(before))})" if before else ""
    word = say(*(_LESS if after < before else _MORE))
    return f"{word}{_signed(after - before, euros)}{share}"


def counted(before: int | None, after: int | None) -> str:
    """How a count changed: its sign, how much, and a word."""
    if before is None or after is None:
        return _uncompared(before, after)
    if before == after:
        return unchanged()
    word = say(*(_LESS if after < before else _MORE))
    return f"{word}{_signed(after - before, number)}"


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
        yield Paragraph(
            say("Aucune visite ne change de semaine.", "No visit moves to another week.")
        )
        return
    yield Table(_how_many(len(rows)), _move_heads(), tuple(rows[:MOST_ROWS]))
    if len(rows) > MOST_ROWS:
        yield _not_shown(len(rows) - MOST_ROWS)


def _how_many(moved: int) -> str:
    many = count(moved, say("visite change", "visit"), say("visites changent", "visits"))
    return say(f"{many} de semaine, arrivent ou partent", f"{many} in another week, new or gone")


def _move_heads() -> tuple[str, ...]:
    french = ("Armoire", "Tâche", "Semaine avant", "Semaine après", "Écart")
    english = ("Cabinet", "Task", "Week before", "Week after", "Change")
    return french if spoken() == "fr" else english


def _not_shown(visits: int) -> Paragraph:
    more = count(
        visits,
        say("autre visite n'est pas montrée", "more visit is not shown"),
        say("autres visites ne sont pas montrées", "more visits are not shown"),
    )
    return Paragraph(say(f"{more} ici.", f"{more} here."))


def _week(one: tuple[str, int] | None, starts: date | None) -> str:
    if one is None:
        return say("aucune", "none")
    if starts is None:
        return say(f"semaine {one[1]}", f"week {one[1]}")
    return short_week(one[1], starts)


def _moved(one: tuple[str, int] | None, other: tuple[str, int] | None) -> str:
    if one is None or other is None:
        gone = say(f"{MINUS} retirée", f"{MINUS} gone")
        return say("+ nouvelle", "+ new") if one is None else gone
    if one[1] == other[1]:
        return say("autre date de départ", "another first day")
    shift = _signed(other[1] - one[1], number)
    if other[1] < one[1]:
        return say(f"▼ plus tôt : {shift} sem.", f"▼ earlier: {shift} wk")
    return say(f"▲ plus tard : {shift} sem.", f"▲ later: {shift} wk")


def notes(before: _Run, after: _Run) -> Iterator[Note]:
    """What a reader has to know of two runs."""
    if before.problem_sha256 == after.problem_sha256:
        yield Note(
            "ok",
            say("Mêmes données.", "Same data."),
            say(
                "Les deux calculs ont la même empreinte de problème.",
                "Both computations have the same digest of the problem.",
            ),
        )
    else:
        yield Note(
            "late",
            say("Données différentes.", "Different data."),
            say(
                "Les deux calculs ne partent pas des mêmes.",
                "The two computations do not start from the same data.",
            ),
        )


def run_rows(before: _Run, after: _Run) -> Iterator[Row]:
    """Rows of two runs: when, by whom, how."""
    days = [long_date(one.kept_at.astimezone(PARIS).date()) for one in (before, after)]
    yield plain(say("Calculé le", "Computed on"), days[0], days[1])
    yield plain(
        say("Problème (empreinte)", "Problem (digest)"),
        before.problem_sha256[:SHORT],
        after.problem_sha256[:SHORT],
    )
    yield plain(say("Calculé par", "Computed by"), before.solver, after.solver)


def bodies(
    left: Mapping[str, str],
    right: Mapping[str, str],
    *,
    same: set[str],
    names: Mapping[str, str],
    what: Pair,
) -> Iterator[Row]:
    """Each body whose data came, went or changed; how many did not is one row.

    *what*: the data, such as ("Parc", "Assets").
    """
    for key in sorted(left.keys() | right.keys()):
        if key in same:
            continue
        if key in left and key in right:
            word = say(*_OTHER_DATA)
        else:
            word = entered() if key in right else left_out()
        name = names.get(key, key)
        start = say(f"{what[0]} de {name}", f"{what[1]} of {name}")
        yield start, left.get(key, "absent"), right.get(key, "absent"), word
    if same:
        many = count(len(same), say("organisme", "body"), say("organismes", "bodies"))
        stayed = say(f"{what[0]} qui n'ont pas changé", f"{what[1]} that did not change")
        yield stayed, many, many, unchanged()


def missing_rows(
    left: Mapping[str, str], right: Mapping[str, str], names: Mapping[str, str]
) -> Iterator[Row]:
    """Rows of who is in one run and not in the other, by name."""
    for key in sorted(left.keys() | right.keys()):
        before, after = _why(left.get(key)), _why(right.get(key))
        if before != after:
            name = names.get(key, key)
            start = say(f"Absence de {name}", f"Absence of {name}")
            yield start, before, after, say("≠ autre situation", "≠ different situation")


def _why(code: str | None) -> str:
    if code is None:
        return say("présent ou pas invité", "present or not invited")
    return say(*WHY[code]) if code in WHY else code


def inputs_table(rows: Sequence[Row]) -> Table:
    """The table of what two computations stand on."""
    caption = say("Les données des deux calculs", "The data of the two computations")
    return Table(caption, ("", *sides()), tuple(rows))


def plain(name: str, before: str, after: str) -> Row:
    """A row of two texts."""
    word = unchanged() if before == after else say("≠ différent", "≠ different")
    return name, before, after, word


def number_row(name: str, before: int, after: int) -> Row:
    """A row of two counts, with their difference."""
    return name, number(before), number(after), counted(before, after)


def money_row(name: str, before: Decimal | None, after: Decimal | None) -> Row:
    """A row of two amounts; None: not told."""
    unknown = say("pas dit", "not told")
    told = [unknown if one is None else euros(one) for one in (before, after)]
    return name, told[0], told[1], money(before, after)


def volume(before: Decimal, after: Decimal) -> str:
    """How a volume changed, in a word."""
    if before == after:
        return unchanged()
    word = say(*(_LESS if after < before else _MORE))
    return f"{word}{_signed(after - before, lambda one: quantity(one, 'MWh', 1))}"


def _signed[T: (int, Decimal)](amount: T, write: Callable[[T], str]) -> str:
    return f"+{write(amount)}" if amount > 0 else write(amount)


def park(cabinets: int, lights: int) -> str:
    """How many things of a park there are."""
    points = count(
        lights, say("point lumineux", "light point"), say("points lumineux", "light points")
    )
    return f"{count(cabinets, say('armoire', 'cabinet'))}, {points}"
