"""What each delivery point of permits adds to a sum: read here, and told in sums only.

A permit is to one's own data, or to an agreement of granularity `aggregate`, which opens no row.
"""

import json
from collections.abc import Iterator, Sequence
from itertools import batched, pairwise
from operator import attrgetter
from typing import NamedTuple

from sqlmodel import col, select

from synergie.policy import Permit
from synergie.schemas.assets.supply_point import Usage
from synergie.schemas.publication.release import Energy
from synergie.storage import head
from synergie.storage._many_scopes import points_within
from synergie.storage._sql import json_text, match_any_of
from synergie.storage.readings.sums.month_energies import (
    Energies,
    MonthSums,
    month_edges,
    months_of_points,
)
from synergie.storage.store import Session
from synergie.storage.tables import FactRow, SiteRow, SupplyPointRow

__all__ = ["Contributor", "Energies", "iterate_contributions", "list_contributors"]

_CHUNK = 25_000
_NOTHING: Energies = (None,) * 12
_COMMUNE = (
    select(json_text(col(SiteRow.body), "insee_code"))
    .where(
        col(SiteRow.id) == col(SupplyPointRow.site),
        col(SiteRow.owner) == col(SupplyPointRow.owner),
        col(SiteRow.removed_at).is_(None),
    )
    .correlate(SupplyPointRow)
    .scalar_subquery()
)
_POINT = (
    col(SupplyPointRow.id),
    col(SupplyPointRow.owner),
    col(SupplyPointRow.external_id),
    *(json_text(col(SupplyPointRow.body), name) for name in ("usage", "personal_data")),
    _COMMUNE,
)


class Contributor(NamedTuple):
    """A delivery point that may be counted.

    `point`: a name that is the same whoever declares it. `insee_code`: commune of its site.
    `holder`: who holds its contract, as an opaque name; None when that is not known.
    """

    id: str
    point: str
    insee_code: str | None
    usage: Usage | None
    personal_data: str
    holder: str | None


def list_contributors(permits: Sequence[Permit], session: Session) -> list[list[Contributor]]:
    """The delivery points that each of *permits* lets be counted, by id."""
    holders = _find_contract_holders(session, {one.owner for one in permits})
    secret = head.head(session).secret
    found: list[list[Contributor]] = [[] for _ in permits]
    for place, (point, owner, number, usage, personal_data, insee) in points_within(
        permits, session, _POINT
    ):
        siren = holders.get((owner, point))
        found[place].append(
            Contributor(
                id=point,
                point=head.opaque_id(secret, "point", "", number),
                insee_code=insee,
                usage=usage,
                personal_data=personal_data,
                holder=None if siren is None else head.opaque_id(secret, "holder", "", siren),
            )
        )
    for some in found:
        some.sort(key=attrgetter("id"))
    return found


def iterate_contributions(
    permits: Sequence[Permit], session: Session, energy: Energy, year: int, *, last: int
) -> Iterator[Iterator[tuple[Contributor, Energies]]]:
    """The delivery points that each of *permits* lets be counted, by id, each with its year.

    Wh of January to December, in the point's own civil months; None after the month *last*, where
    not every second of the month is measured, and where the permit does not open the whole of it.
    Of several series of a point the first that has the month whole, by form and identifier.
    """
    there = list_contributors(permits, session)
    names = {one.id for some in there for one in some}
    told = months_of_points(session, names, energy, year, last=last) if last else {}
    for permit, some in zip(permits, there, strict=True):
        yield ((one, _select_open_months(permit, told.get(one.id, ()), year)) for one in some)


def _find_contract_holders(session: Session, owners: set[str]) -> dict[tuple[str, str], str]:
    """SIREN of who holds the contract of each delivery point, by its owner's newest terms."""
    row, found = FactRow, dict[tuple[str, str], str]()
    for some in batched(sorted(owners), _CHUNK):
        query = (
            select(col(row.owner), col(row.supply_point), col(row.body))
            .where(
                match_any_of(col(row.owner), some),
                col(row.kind) == "supply_terms",
                col(row.undone_at).is_(None),
                col(row.supply_point).is_not(None),
            )
            .order_by(col(row.at), col(row.priority), col(row.seq))
        )
        for owner, point, body in session.connection().execute(query):
            siret = json.loads(body).get("holder_siret")
            if siret is not None and point is not None:
                found[owner, point] = str(siret)[:9]
    return found


def _select_open_months(permit: Permit, told: Sequence[MonthSums], year: int) -> Energies:
    """The twelve months of a point, of those that *permit* opens whole."""
    found = _NOTHING
    for one in told:
        left = _clip_months(permit, one.wh, month_edges(year, one.tz))
        found = left if found is _NOTHING else tuple(
            b if a is None else a for a, b in zip(found, left, strict=True)
        )  # fmt: skip
    return found


def _clip_months(permit: Permit, told: Energies, places: Sequence[int]) -> Energies:
    """*told* of the months between *places*, up to twelve; of those that are not open, none."""
    whole = told if len(told) == len(_NOTHING) else (*told, *_NOTHING[len(told) :])
    first = places[0] if permit.start is None else int(permit.start.timestamp())
    last = places[-1] if permit.end is None else int(permit.end.timestamp())
    if first <= places[0] and places[-1] <= last:
        return whole
    return tuple(
        wh if first <= start and end <= last else None
        for wh, (start, end) in zip(whole, pairwise(places), strict=True)
    )
