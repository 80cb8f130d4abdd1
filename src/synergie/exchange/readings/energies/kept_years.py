"""Kept years of points, counted again from their bills and indexes; and to be counted anew.

A kept year goes wrong only by a fault of ours or a hand in the tables: a table of years is made
of it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Any, override

from synergie.exchange.readings.energies.year_tables import year_rows
from synergie.policy import Permit, Principal, permit_own_data
from synergie.storage.readings.sums.point_years import (
    counted_points,
    find_point_tellers,
    recount_point,
    rows_of_points,
)
from synergie.storage.store import Session

_PAGE = 500

type _Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AstrayYear:
    """A kept year of a point that its bills and indexes do not tell, or one that is not kept.

    `owner`: who tells of it; None: nobody does, or what is told cannot be read any more.
    """

    point: str
    owner: str | None
    year: int

    @override
    def __str__(self) -> str:
        return f"point_year of point {self.point}, {self.year}: other than its readings tell"


def astray_years(permit: Permit, session: Session) -> Iterator[AstrayYear]:
    """Of each point the first year that does not hold. Reads everything, changes nothing.

    The operator's. A point that waits to be counted is passed over: it is counted in time.
    """
    owners = find_point_tellers(permit, session)
    by_owner: dict[str | None, list[str]] = defaultdict(list)
    for point in sorted(owners.keys() | counted_points(permit, session)):
        by_owner[owners.get(point)].append(point)
    for owner, points in by_owner.items():
        for some in batched(points, _PAGE):
            yield from _find_astray_years(permit, session, owner, some)


def recount_years(permit: Permit, session: Session) -> int:
    """Let each point that does not hold be counted anew; how many they are. The operator's."""
    found = list(astray_years(permit, session))
    for one in found:
        recount_point(permit, session, one.point, one.owner)
    return len(found)


def _find_astray_years(
    permit: Permit, session: Session, owner: str | None, some: Sequence[str]
) -> Iterator[AstrayYear]:
    kept = rows_of_points(permit, session, some)
    true = {} if owner is None else _count_point_rows(permit, session, owner, some)
    for point in some:
        rows, expected = kept.get(point, []), true.get(point)
        if _is_waiting_for_count(rows, owner):
            continue
        if expected is None:
            yield AstrayYear(point, None, min((row["year"] for row in rows), default=0))
            continue
        years = {row["year"] for row in [*rows, *expected] if (row in rows) != (row in expected)}
        if years:
            yield AstrayYear(point, owner, min(years))


def _is_waiting_for_count(rows: Sequence[_Row], owner: str | None) -> bool:
    """Whether a point is to be counted: one row, of the year 0 and of its owner."""
    return len(rows) == 1 and rows[0]["year"] == 0 and owner in {rows[0]["owner"], None}


def _count_point_rows(
    permit: Permit, session: Session, owner: str, some: Sequence[str]
) -> dict[str, list[_Row]]:
    """The rows of points *some* as they would be kept now; none of one that cannot be read."""
    caller = Principal(client_id="upkeep", organisation=owner, scopes=frozenset())
    reads = permit_own_data(caller, action="read", now=permit.decided_at)
    try:
        rows = year_rows(reads, session, some)
    except (KeyError, ValueError):  # a record, or its batch, that a hand has been at
        alone = [[one] for one in some if len(some) > 1]
        return {
            point: told
            for one in alone
            for point, told in _count_point_rows(permit, session, owner, one).items()
        }
    found: dict[str, list[_Row]] = {one: [] for one in some}
    for row in rows:
        found[row["supply_point"]].append({**row, "owner": owner})
    return found
