"""What a table says of itself against the profile that was saved for tables with its head."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from synergie.errors import BadInput
from synergie.formats.checks import N_, PROFILE_DIFFERS
from synergie.formats.source import Source
from synergie.formats.tables._cells import month_of
from synergie.formats.tables._claims import CLAIMS, claim_text
from synergie.formats.tables._proposal import IGNORE, Proposal, Question
from synergie.formats.tables.propose import propose
from synergie.formats.text import normalize_column_name
from synergie.schemas.readings.file_report import Finding
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.table_profile import TableProfile

_BY_ROW = frozenset({"sheet", "supply_point", "year"})
"""Questions whose answer is of one file alone: a profile that tells one is used by its name."""
_OF_SIZE = frozenset({"unit", "energy", "decimal"})
"""Questions whose answer says how large the energies are."""
_APART = 20
"""Times that numbers differ from those that were answered for, and are of another unit."""


_EACH, _UNTOLD = N_("{}: {} in the file, {} in the profile"), N_("not told")
_OTHERWISE = N_("the file says otherwise than the profile: {}")
_ACTION = N_("correct the file or the profile; confirmed, it is read as the profile says")


class Difference(NamedTuple):
    """One thing that the table says otherwise, or leaves open where another table told it."""

    what: str
    """`unit`, `direction`, `scheme`, `decimal`, ...; or `columns`."""
    here: str
    """What the table says. Empty: it leaves it open."""
    saved: str
    """What the saved profile says."""


def find_differences(proposal: Proposal, saved: Profile) -> Iterator[Difference]:
    """Where *saved*, of a table, says of the one of *proposal* what its titles and cells do not.

    A saved profile answers what was asked when it was saved; it silences nothing that the file
    says, a question that is new is asked, and answers of one title or of other numbers are not
    those of this file.
    """
    if saved.table is None:
        return
    open_: set[str] = {one.field for one in proposal.questions}
    yield from _facts_apart(proposal, saved, open_)
    if "energy" not in open_:  # what the numbers of this file prove goes before an answer
        yield from _find_column_differences(proposal.table, saved.table)
    if saved.table.answered is not None:
        yield from _find_size_differences(proposal, saved.table)
        there = _list_profile_facts(saved)
        for what in sorted(open_ - _list_answered_questions(proposal, saved.table) - _BY_ROW):
            yield Difference(what, "", there.get(what, ""))


def _facts_apart(proposal: Proposal, saved: Profile, open_: set[str]) -> Iterator[Difference]:
    untold = open_ | proposal.untold | ({"fuel"} if "scheme" in open_ else set())
    there = _list_profile_facts(saved)
    for what, told in _list_profile_facts(proposal.profile).items():
        known = there[what]
        if what not in untold and told and known and told != known:
            yield Difference(what, told, known)


def _list_answered_questions(proposal: Proposal, saved: TableProfile) -> set[str]:
    """Questions whose answer in *saved* is one to those of *proposal*."""
    answered = set(saved.answered or ())
    if "energy" in answered:
        answered |= {"unit", "direction"}  # asked of a column that is not the one chosen
    claims = (one for one in proposal.questions if one.field in CLAIMS)
    answered -= {one.field for one in claims if claim_text(one.why) not in saved.claims}
    if saved.fingerprint == proposal.table.fingerprint:
        return answered
    read = {normalize_column_name(one.name) for one in saved.columns}
    columns = ((one.field, _list_question_columns(one)) for one in proposal.questions)
    return answered - {
        field for field, names in columns if not set(map(normalize_column_name, names)) <= read
    }


def _list_question_columns(one: Question) -> Sequence[str]:
    """The columns that a question is about: of another head they may be others than before."""
    if one.field == "energy":
        return [name for name in one.choices if name != IGNORE]
    return one.why.split("; ") if one.field in {"billed", "annual"} else ()


def _find_size_differences(proposal: Proposal, saved: TableProfile) -> Iterator[Difference]:
    """Columns whose numbers are of another size than those that an answer was given for."""
    if _OF_SIZE.isdisjoint(saved.answered or ()):
        return
    columns = {
        normalize_column_name(one.name): one
        for one in (*proposal.table.columns, *proposal.alternatives)
    }
    pairs = [("", proposal.table.usual, saved.usual)]
    for one in saved.columns:
        here = columns.get(normalize_column_name(one.name))
        pairs.append((one.name, None if here is None else here.usual, one.usual))
    for name, told, known in pairs:
        if told and known and not known / _APART <= told <= known * _APART:
            yield Difference(name or "values", f"{told:f}", f"{known:f}")


class ProfileComparison(NamedTuple):
    """A file held against the profile that was named for it."""

    unread: tuple[str, ...] = ()
    """Columns that the profile does not read, where the head is another than its own."""
    finding: Finding | None = None
    """What the file says otherwise: a doubt that stops, unless the profile confirms it."""


def compare_with_profile(
    source: Source, saved: Profile, *, name: str | None = None, tell: Callable[[str], str] = str
) -> ProfileComparison:
    """What the file *source* says against *saved*; nothing where it is no table.

    Nothing, too, where it does not say by itself how it is read. *name*: that of the file; *tell*
    translates the finding.
    """
    if saved.table is None:
        return ProfileComparison()
    try:
        proposal = propose(source, name=name)
    except BadInput:
        return ProfileComparison()
    found, unread = [*find_differences(proposal, saved)], unread_columns(proposal, saved.table)
    if not found or PROFILE_DIFFERS.code in saved.table.confirmed:
        return ProfileComparison(unread)
    finding = Finding(
        code=PROFILE_DIFFERS.code,
        severity=PROFILE_DIFFERS.severity,
        times=len(found),
        place=None,
        text=tell(_OTHERWISE).format(describe_differences(found, tell)),
        action=tell(_ACTION),
    )
    return ProfileComparison(unread, finding)


def describe_differences(found: Iterable[Difference], tell: Callable[[str], str]) -> str:
    """Each difference in words: `unit: MWh in the file, kWh in the profile`."""
    return "; ".join(
        tell(_EACH).format(one.what, one.here or tell(_UNTOLD), one.saved or tell(_UNTOLD))
        for one in found
    )


def unread_columns(proposal: Proposal, saved: TableProfile) -> tuple[str, ...]:
    """Columns that *saved* does not read, of a head that is another than its own."""
    if saved.fingerprint == proposal.table.fingerprint:
        return ()
    read = {normalize_column_name(one.name) for one in saved.columns}
    wide = saved.layout == "wide_months"
    names = (name for name in proposal.names if not (wide and month_of(name)))
    return tuple(name for name in names if normalize_column_name(name) not in read)


def _list_profile_facts(profile: Profile) -> Mapping[str, str]:
    table = profile.table
    if table is None:
        return {}
    year = "" if table.year is None else str(table.year)
    return {
        "layout": table.layout,
        "decimal": table.decimal,
        "dates": table.dates,
        "scheme": table.scheme,
        "fuel": table.energy,
        "direction": table.direction or "",
        "last_day": table.last_day or "",
        "unit": table.unit or "",
        "step": table.step or "",
        "stamp": profile.stamp or "",
        "time_zone": profile.time_zone,
        "year": year,
        "supply_point": table.supply_point or "",
    }


def _find_column_differences(here: TableProfile, saved: TableProfile) -> Iterator[Difference]:
    """Columns of values that are others, or whose unit or flow is another."""
    one, other = _list_value_columns(here), _list_value_columns(saved)
    if one.keys() != other.keys():
        yield Difference("columns", "; ".join(one), "; ".join(other))
        return
    for name, told in one.items():
        if any(here and here != there for here, there in zip(told, other[name], strict=True)):
            yield Difference(name, _join_words(told), _join_words(other[name]))


def _join_words(told: tuple[str, ...]) -> str:
    return " ".join(filter(None, told))


def _list_value_columns(table: TableProfile) -> dict[str, tuple[str, ...]]:
    """Unit and flow of each column of values, by its name."""
    return {
        one.name: (one.unit or table.unit or "", one.direction or "", one.counts or "")
        for one in table.columns
        if one.field in {"value", "volume"}
    }
