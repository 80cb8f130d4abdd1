"""What a table says of itself against the profile that was saved for tables with its head."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from synergie.formats._text import plain
from synergie.formats.tables._cells import month_of
from synergie.formats.tables._proposal import Proposal
from synergie.schemas.table_profile import TableProfile

_BY_ROW = frozenset({"sheet", "supply_point", "year"})
"""Questions whose answer is of one file alone: a profile that tells one is used by its name."""


class Difference(NamedTuple):
    """One thing that the table says otherwise, or leaves open where another table told it."""

    what: str
    """`unit`, `direction`, `scheme`, `decimal`, ...; or `columns`."""
    here: str
    """What the table says. Empty: it leaves it open."""
    saved: str
    """What the saved profile says."""


def differences(proposal: Proposal, saved: TableProfile) -> Iterator[Difference]:
    """Where *saved* says of the table of *proposal* what its own titles and cells do not.

    A saved profile answers what was asked when it was saved; it silences nothing that the file
    says, and a question that is new is asked.
    """
    open_: set[str] = {one.field for one in proposal.questions}
    untold = open_ | proposal.untold | ({"fuel"} if "scheme" in open_ else set())
    here, there = _facts(proposal.table), _facts(saved)
    for what, told in here.items():
        known = there[what]
        if what not in untold and told and known and told != known:
            yield Difference(what, told, known)
    answered = set(saved.answered or ())
    if "energy" not in answered and "energy" not in open_:
        yield from _columns(proposal.table, saved)
    if saved.answered is None:
        return
    if "energy" in answered:
        answered |= {"unit", "direction"}  # asked of a column that is not the one chosen
    for what in sorted(open_ - answered - _BY_ROW):
        yield Difference(what, "", there.get(what, ""))


def unread_columns(proposal: Proposal, saved: TableProfile) -> tuple[str, ...]:
    """Columns that *saved* does not read, of a head that is another than its own."""
    if saved.fingerprint == proposal.table.fingerprint:
        return ()
    read = {plain(one.name) for one in saved.columns}
    wide = saved.layout == "wide_months"
    names = (name for name in proposal.names if not (wide and month_of(name)))
    return tuple(name for name in names if plain(name) not in read)


def _facts(table: TableProfile) -> Mapping[str, str]:
    energy = table.energy
    return {
        "decimal": table.decimal,
        "dates": table.dates,
        "scheme": table.scheme,
        "fuel": energy,
        "direction": table.direction or "",
        "last_day": table.last_day or "",
        "unit": table.unit or "",
    }


def _columns(here: TableProfile, saved: TableProfile) -> Iterator[Difference]:
    """Columns of values that are others, or whose unit or flow is another."""
    one, other = _values(here), _values(saved)
    if one.keys() != other.keys():
        yield Difference("columns", "; ".join(one), "; ".join(other))
        return
    for name, told in one.items():
        if any(here and here != there for here, there in zip(told, other[name], strict=True)):
            yield Difference(name, _joined(told), _joined(other[name]))


def _joined(told: tuple[str, ...]) -> str:
    return " ".join(filter(None, told))


def _values(table: TableProfile) -> dict[str, tuple[str, ...]]:
    """Unit and flow of each column of values, by its name."""
    return {
        one.name: (one.unit or table.unit or "", one.direction or "", one.counts or "")
        for one in table.columns
        if one.field in {"value", "volume"}
    }
