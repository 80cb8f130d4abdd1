"""Delivery points inside each of many permits to sums, in a few queries: 1,500 would be as many.

The same rows as `scoped_select` gives under each permit by itself.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import batched
from typing import Any

from sqlmodel import col, select

from synergie.policy import Permit
from synergie.storage._sql import match_any_of
from synergie.storage.scope import scoped_select
from synergie.storage.store import Session
from synergie.storage.tables import AgreementItemRow, SupplyPointRow

_CHUNK = 25_000
_BUILD: Any = select


def points_within(
    permits: Sequence[Permit], session: Session, columns: Sequence[Any]
) -> Iterator[tuple[int, Any]]:
    """(Place of a permit, what *columns* of a point inside it are), each point once.

    The first of *columns* are `id` and `owner`. TypeError unless each permit is to one's own data
    or to sums, and no agreement is there twice.
    """
    agreed: dict[tuple[str | None, int | None], int] = {}
    for place, permit in enumerate(permits):
        if permit.scope == "own":
            query: Any = scoped_select(permit, SupplyPointRow).with_only_columns(*columns)
            yield from ((place, row) for row in session.connection().execute(query))
        elif not _opens_sums(permit) or (permit.agreement, permit.version) in agreed:
            raise TypeError("one's own permit, or one to an aggregate, is needed")
        else:
            agreed[permit.agreement, permit.version] = place
    names, found = {one for one, _ in agreed}, set[tuple[int, str]]()
    for link in (SupplyPointRow.site, SupplyPointRow.id):
        for row in _iterate_named_points(session, columns, names, link):
            place = agreed.get((row[0], row[1]), -1)
            inside = place >= 0 and row[3] == permits[place].owner
            if inside and (place, row[2]) not in found:
                if link is SupplyPointRow.site:
                    found.add((place, row[2]))
                yield place, row[2:]


def _opens_sums(permit: Permit) -> bool:
    """Whether it opens sums, of all that its agreement covers."""
    sums = permit.scope == "agreement" and permit.granularity == "aggregate"
    return sums and permit.persons is None and "consumption" in permit.datasets


def _iterate_named_points(
    session: Session, columns: Sequence[Any], agreements: Iterable[Any], link: Any
) -> Iterator[Any]:
    """Agreement, version, and the points that it names by *link*, themselves or by their site."""
    item, point = AgreementItemRow, SupplyPointRow
    for some in batched(sorted(agreements), _CHUNK):
        query = (
            _BUILD(col(item.agreement), col(item.version), *columns)
            .join(point, col(link) == col(item.subject))
            .where(match_any_of(col(item.agreement), some), col(point.removed_at).is_(None))
        )
        yield from session.connection().execute(query).all()  # one by one takes twice as long
