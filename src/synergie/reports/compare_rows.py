"""What changed between two plans, row by row: each change has a sign and a word."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from synergie.maintenance.records.run import CampaignRun
from synergie.maintenance.reports.words import short_week
from synergie.purchase.records.run import PurchaseRun
from synergie.reports.document import Block, Note, Paragraph, Table
from synergie.reports.language import Pair, choose_text, get_language
from synergie.reports.written import (
    MINUS,
    PARIS,
    format_count,
    format_euros,
    format_number,
    format_percent,
    format_quantity,
    long_date,
)

type Row = tuple[str, str, str, str]
type _Run = PurchaseRun | CampaignRun

BECAUSE: Pair = ("Pourquoi maintenant", "Why now")
"""Head of the reasons of the later plan."""
MOST_ROWS = 200
"""Most rows of a table of changes; what is left out is counted."""
SHORT = 12
"""Characters of a digest that are shown."""

_LESS: Pair = ("▼ moins : ", "▼ less: ")
_MORE: Pair = ("▲ plus : ", "▲ more: ")
_OTHER_DATA: Pair = ("≠ autres données", "≠ different data")
WHY: dict[str, Pair] = {
    "late": ("a rejoint après l'ouverture des offres", "joined after the offers were opened"),
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
    "granularity_too_fine": ("son accord n'ouvre que des sommes", "its agreement opens sums only"),
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


def describe_unchanged() -> str:
    """What stands where nothing changed."""
    return choose_text("= pareil", "= same")


def list_side_heads() -> tuple[str, str, str]:
    """Heads of every table of changes, after what is compared."""
    return (
        choose_text("Avant", "Before"),
        choose_text("Après", "After"),
        choose_text("Écart", "Change"),
    )


def describe_entered() -> str:
    """Who is in the second plan only."""
    return choose_text("+ entre", "+ joins")


def describe_left_out() -> str:
    """Who is in the first plan only."""
    return choose_text(f"{MINUS} sort", f"{MINUS} leaves")


def _describe_uncompared(before: object, after: object) -> str:
    return (
        describe_unchanged()
        if before is after
        else choose_text("sans comparaison", "no comparison")
    )


def describe_amount_change(before: Decimal | None, after: Decimal | None) -> str:
    """How an amount changed: its sign, how much, and a word."""
    if before is None or after is None:
        return _describe_uncompared(before, after)
    if before == after:
        return describe_unchanged()
    share = f" ({format_percent(abs(after - before) / abs(before))})" if before else ""
    word = choose_text(*(_LESS if after < before else _MORE))
    return f"{word}{_format_signed(after - before, format_euros)}{share}"


def describe_count_change(before: int | None, after: int | None) -> str:
    """How a count changed: its sign, how much, and a word."""
    if before is None or after is None:
        return _describe_uncompared(before, after)
    if before == after:
        return describe_unchanged()
    word = choose_text(*(_LESS if after < before else _MORE))
    return f"{word}{_format_signed(after - before, format_number)}"


def build_visit_moves(
    before: Mapping[tuple[str, str], tuple[str, int]],
    after: Mapping[tuple[str, str], tuple[str, int]],
    starts: date | None,
    then: date | None,
    *,
    reasons: Mapping[str, str] | None = None,
) -> Iterator[Block]:
    """The visits of two plans that are in another week, new, or gone.

    *before*, *after*: by a visit's own key, what is done and in which week. *reasons*: why each is
    where it is now, by its name; None: not told to this reader.
    """
    rows = []
    for key in sorted(before.keys() | after.keys()):
        one, other = before.get(key), after.get(key)
        weeks = (_format_visit_week(one, starts), _format_visit_week(other, then))
        if weeks[0] != weeks[1]:
            name, task = key[0], (other or one or ("", 0))[0]
            why = () if reasons is None else (reasons.get(key[1] or name, ""),)
            rows.append((name, task, *weeks, _describe_move(one, other), *why))
    yield count_decisions(before, after, len(rows))
    if not rows:
        yield Paragraph(
            choose_text("Aucune visite ne change de semaine.", "No visit moves to another week.")
        )
        return
    heads = _move_heads() if reasons is None else (*_move_heads(), choose_text(*BECAUSE))
    yield Table(_how_many(len(rows)), heads, tuple(rows[:MOST_ROWS]))
    if len(rows) > MOST_ROWS:
        yield _not_shown(len(rows) - MOST_ROWS)


def count_decisions[K](
    before: Mapping[K, object], after: Mapping[K, object], differ: int
) -> Paragraph:
    """How many decisions are the same, changed, new and gone; *differ*: all but the same."""
    new, gone = len(after.keys() - before.keys()), len(before.keys() - after.keys())
    same, moved = len(before.keys() | after.keys()) - differ, differ - new - gone
    return Paragraph(
        choose_text(
            f"Décisions : pareilles {same}, changées {moved}, nouvelles {new}, retirées {gone}.",
            f"Decisions: same {same}, changed {moved}, new {new}, gone {gone}.",
        )
    )


def _how_many(moved: int) -> str:
    many = format_count(
        moved, choose_text("visite change", "visit"), choose_text("visites changent", "visits")
    )
    return choose_text(
        f"{many} de semaine, arrivent ou partent", f"{many} in another week, new or gone"
    )


def _move_heads() -> tuple[str, ...]:
    french = ("Armoire", "Tâche", "Semaine avant", "Semaine après", "Écart")
    english = ("Cabinet", "Task", "Week before", "Week after", "Change")
    return french if get_language() == "fr" else english


def _not_shown(visits: int) -> Paragraph:
    more = format_count(
        visits,
        choose_text("autre visite n'est pas montrée", "more visit is not shown"),
        choose_text("autres visites ne sont pas montrées", "more visits are not shown"),
    )
    return Paragraph(choose_text(f"{more} ici.", f"{more} here."))


def _format_visit_week(one: tuple[str, int] | None, starts: date | None) -> str:
    if one is None:
        return choose_text("aucune", "none")
    if starts is None:
        return choose_text(f"semaine {one[1]}", f"week {one[1]}")
    return short_week(one[1], starts)


def _describe_move(one: tuple[str, int] | None, other: tuple[str, int] | None) -> str:
    if one is None or other is None:
        gone = choose_text(f"{MINUS} retirée", f"{MINUS} gone")
        return choose_text("+ nouvelle", "+ new") if one is None else gone
    if one[1] == other[1]:
        return choose_text("autre date de départ", "another first day")
    shift = _format_signed(other[1] - one[1], format_number)
    if other[1] < one[1]:
        return choose_text(f"▼ plus tôt : {shift} sem.", f"▼ earlier: {shift} wk")
    return choose_text(f"▲ plus tard : {shift} sem.", f"▲ later: {shift} wk")


def build_run_notes(before: _Run, after: _Run) -> Iterator[Note]:
    """What a reader has to know of two runs."""
    if before.problem_sha256 == after.problem_sha256:
        yield Note(
            "ok",
            choose_text("Mêmes données.", "Same data."),
            choose_text(
                "Les deux calculs ont la même empreinte de problème.",
                "Both computations have the same digest of the problem.",
            ),
        )
    else:
        yield Note(
            "late",
            choose_text("Données différentes.", "Different data."),
            choose_text(
                "Les deux calculs ne partent pas des mêmes.",
                "The two computations do not start from the same data.",
            ),
        )


def run_rows(before: _Run, after: _Run) -> Iterator[Row]:
    """Rows of two runs: when, by whom, how."""
    days = [long_date(one.kept_at.astimezone(PARIS).date()) for one in (before, after)]
    yield build_text_row(choose_text("Calculé le", "Computed on"), days[0], days[1])
    yield build_text_row(
        choose_text("Problème (empreinte)", "Problem (digest)"),
        before.problem_sha256[:SHORT],
        after.problem_sha256[:SHORT],
    )
    yield build_text_row(choose_text("Calculé par", "Computed by"), before.solver, after.solver)


def build_body_rows(
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
            word = choose_text(*_OTHER_DATA)
        else:
            word = describe_entered() if key in right else describe_left_out()
        name = names.get(key, key)
        start = choose_text(f"{what[0]} de {name}", f"{what[1]} of {name}")
        yield start, left.get(key, "absent"), right.get(key, "absent"), word
    if same:
        many = format_count(
            len(same), choose_text("organisme", "body"), choose_text("organismes", "bodies")
        )
        stayed = choose_text(f"{what[0]} qui n'ont pas changé", f"{what[1]} that did not change")
        yield stayed, many, many, describe_unchanged()


def missing_rows(
    left: Mapping[str, str], right: Mapping[str, str], names: Mapping[str, str]
) -> Iterator[Row]:
    """Rows of who is in one run and not in the other, by name."""
    for key in sorted(left.keys() | right.keys()):
        before, after = _describe_absence(left.get(key)), _describe_absence(right.get(key))
        if before != after:
            name = names.get(key, key)
            start = choose_text(f"Absence de {name}", f"Absence of {name}")
            yield start, before, after, choose_text("≠ autre situation", "≠ different situation")


def _describe_absence(code: str | None) -> str:
    if code is None:
        return choose_text("présent ou pas invité", "present or not invited")
    return choose_text(*WHY[code]) if code in WHY else code


def inputs_table(rows: Sequence[Row]) -> Table:
    """The table of what two computations stand on."""
    caption = choose_text("Les données des deux calculs", "The data of the two computations")
    return Table(caption, ("", *list_side_heads()), tuple(rows))


def build_text_row(name: str, before: str, after: str) -> Row:
    """A row of two texts."""
    word = describe_unchanged() if before == after else choose_text("≠ différent", "≠ different")
    return name, before, after, word


def number_row(name: str, before: int, after: int) -> Row:
    """A row of two counts, with their difference."""
    return name, format_number(before), format_number(after), describe_count_change(before, after)


def money_row(name: str, before: Decimal | None, after: Decimal | None) -> Row:
    """A row of two amounts; None: not told."""
    unknown = choose_text("pas dit", "not told")
    told = [unknown if one is None else format_euros(one) for one in (before, after)]
    return name, told[0], told[1], describe_amount_change(before, after)


def describe_volume_change(before: Decimal, after: Decimal) -> str:
    """How a volume changed, in a word."""
    if before == after:
        return describe_unchanged()
    word = choose_text(*(_LESS if after < before else _MORE))
    return f"{word}{_format_signed(after - before, lambda one: format_quantity(one, 'MWh', 1))}"


def _format_signed[T: (int, Decimal)](amount: T, write: Callable[[T], str]) -> str:
    return f"+{write(amount)}" if amount > 0 else write(amount)


def park(cabinets: int, lights: int) -> str:
    """How many things of a park there are."""
    points = format_count(
        lights,
        choose_text("point lumineux", "light point"),
        choose_text("points lumineux", "light points"),
    )
    return f"{format_count(cabinets, choose_text('armoire', 'cabinet'))}, {points}"
