"""What each delivery point of a permit adds to a sum: read here, and told in sums only.

The permit is to one's own data, or to an agreement of granularity `aggregate`, which opens no row.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import batched, pairwise
from typing import Any

from sqlmodel import col, select

from synergie.calendar.civil import month_bounds
from synergie.policy import Permit
from synergie.policy.coarsen import edges
from synergie.schemas.release import Energy
from synergie.schemas.series import Quantity
from synergie.schemas.supply_point import Usage
from synergie.storage import head
from synergie.storage._cover import visible
from synergie.storage._fetch import fetch
from synergie.storage._periods import Period, sums
from synergie.storage._scope import scoped_select
from synergie.storage._tables import FactRow, SeriesRow, SiteRow, SupplyPointRow
from synergie.storage.held import Held, held
from synergie.storage.store import Session

_CHUNK = 500
_HOUR_S = 3600
_QUANTITIES: dict[Energy, frozenset[Quantity]] = {
    "electricity": frozenset({"active_power", "active_energy"}),
    "gas": frozenset({"gas_energy"}),
}
_KILO = {"kWh": 1000, "Wh": 1}


@dataclass(frozen=True, slots=True)
class Contributor:
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


def contributors(permit: Permit, session: Session) -> list[Contributor]:
    """The delivery points that *permit* lets be counted, by id."""
    _counts(permit)
    rows = session.exec(scoped_select(permit, SupplyPointRow).order_by(col(SupplyPointRow.id)))
    points = list(rows)
    communes = _communes(permit, session, {row.site for row in points if row.site})
    holders = _holders(permit, session)
    secret = head.head(session).secret
    found = []
    for row in points:
        body = json.loads(row.body)
        siren = holders.get(row.id)
        found.append(
            Contributor(
                id=row.id,
                point=head.opaque_id(secret, "point", "", row.external_id),
                insee_code=communes.get(row.site or ""),
                usage=body.get("usage"),
                personal_data=body["personal_data"],
                holder=None if siren is None else head.opaque_id(secret, "holder", "", siren),
            )
        )
    return found


def months(
    permit: Permit, session: Session, energy: Energy, year: int, *, last: int
) -> dict[str, tuple[int | None, ...]]:
    """Wh of January to the month *last*, in the point's own civil months, by delivery point.

    None: not every second of the month is measured, or the permit does not open the whole of it.
    Of several series of a point the first that has the month whole, by form and identifier.
    """
    _counts(permit)
    found: dict[str, tuple[int | None, ...]] = {}
    for point, series in _series(permit, session, energy):
        told = _months(permit, session, series, year=year, last=last)
        known = found.get(point)
        found[point] = told if known is None else tuple(
            b if a is None else a for a, b in zip(known, told, strict=True)
        )  # fmt: skip
    return found


def _counts(permit: Permit) -> None:
    if permit.scope != "own" and permit.granularity != "aggregate":
        raise TypeError("one's own permit, or one to an aggregate, is needed")


def _communes(permit: Permit, session: Session, sites: set[str]) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for some in batched(sorted(sites), _CHUNK):
        query = select(SiteRow).where(
            col(SiteRow.owner) == permit.owner,
            col(SiteRow.id).in_(some),
            col(SiteRow.removed_at).is_(None),
        )
        found |= {row.id: json.loads(row.body).get("insee_code") for row in session.exec(query)}
    return found


def _holders(permit: Permit, session: Session) -> dict[str, str]:
    """SIREN of who holds the contract of each delivery point, by its newest terms."""
    query = (
        select(FactRow)
        .where(
            col(FactRow.owner) == permit.owner,
            col(FactRow.kind) == "supply_terms",
            col(FactRow.undone_at).is_(None),
            col(FactRow.supply_point).is_not(None),
        )
        .order_by(col(FactRow.at), col(FactRow.priority), col(FactRow.seq))
    )
    found = {}
    for row in session.exec(query):
        siret = json.loads(row.body).get("holder_siret")
        if siret is not None and row.supply_point is not None:
            found[row.supply_point] = str(siret)[:9]
    return found


def _series(permit: Permit, session: Session, energy: Energy) -> Iterator[tuple[str, Held]]:
    """The series of that energy drawn from the grid, with their delivery points, in order."""
    rows = session.exec(scoped_select(permit, SeriesRow)).all()
    wanted = []
    for row in rows:
        body = json.loads(row.body)
        if body["quantity"] in _QUANTITIES[energy] and body["direction"] == "import":
            wanted.append((row.supply_point, body["form"] == "period_energy", row.id))
    for point, _, series_id in sorted(wanted):
        found = held(permit, session, series_id)
        if found is not None and found.summing is not None:
            yield point, found


def _months(
    permit: Permit, session: Session, series: Held, *, year: int, last: int
) -> tuple[int | None, ...]:
    span = (
        _seconds(month_bounds(date(year, 1, 1), series.tz)[0]),
        _seconds(month_bounds(date(year, last, 1), series.tz)[1]),
    )
    segments = fetch(permit, session, series, span)
    if not segments or series.summing is None:
        return (None,) * last
    places = edges(*span, "month", series.tz)
    pieces = visible(segments, *span, series.tz)
    counted = sums(pieces, places, series.tz, by_time=series.summing.by_time)
    return tuple(
        _wh(series, one) if _whole(permit, one, bounds) else None
        for one, bounds in zip(counted, pairwise(places), strict=True)
    )


def _whole(permit: Permit, one: Period, bounds: Sequence[int]) -> bool:
    start, end = bounds
    opened = permit.start is None or _seconds(permit.start) <= start
    closed = permit.end is None or end <= _seconds(permit.end)
    return opened and closed and one.measured_s == one.length_s


def _wh(series: Held, one: Period) -> int:
    """Whole watt-hours, rounded once, half to even."""
    how = series.summing
    if how is None:
        raise AssertionError("only series that add up are read")
    if how.by_time:
        number, over = one.total * how.factor, _HOUR_S * series.scale
    else:
        number, over = one.total * _KILO[how.unit], series.scale
    whole, rest = divmod(number, over)
    return whole + (2 * rest > over or (2 * rest == over and whole % 2))


def _seconds(moment: Any) -> int:
    return int(moment.timestamp())
