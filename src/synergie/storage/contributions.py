"""What each delivery point of permits adds to a sum: read here, and told in sums only.

A permit is to one's own data, or to an agreement of granularity `aggregate`, which opens no row.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import batched, pairwise
from operator import itemgetter
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from synergie.calendar import zone
from synergie.calendar.civil import month_bounds
from synergie.policy import Permit
from synergie.policy.coarsen import Summing, edges, summing
from synergie.schemas.release import Energy
from synergie.schemas.series import Quantity
from synergie.schemas.supply_point import Usage
from synergie.storage import head
from synergie.storage._many_scopes import rows_within
from synergie.storage._month_energies import Energies, Meter, month_energies
from synergie.storage._sql import json_text, one_of
from synergie.storage._tables import FactRow, SeriesRow, SiteRow, SupplyPointRow
from synergie.storage.store import Session

__all__ = ["Contributor", "Energies", "contributors", "months"]

_CHUNK = 1_000
_HOUR_S = 3600
_QUANTITIES: dict[Energy, frozenset[Quantity]] = {
    "electricity": frozenset({"active_power", "active_energy"}),
    "gas": frozenset({"gas_energy"}),
}
_KILO = {"kWh": 1000, "Wh": 1}
_POINT = (
    col(SupplyPointRow.id),
    col(SupplyPointRow.owner),
    col(SupplyPointRow.site),
    col(SupplyPointRow.external_id),
    *(json_text(col(SupplyPointRow.body), name) for name in ("usage", "personal_data")),
)
_SERIES = (
    col(SeriesRow.id),
    col(SeriesRow.owner),
    col(SeriesRow.supply_point),
    *(json_text(col(SeriesRow.body), name) for name in ("quantity", "direction", "form")),
    *(col(getattr(SeriesRow, name)) for name in ("unit", "decimals", "time_zone")),
)


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


def contributors(permits: Sequence[Permit], session: Session) -> list[list[Contributor]]:
    """The delivery points that each of *permits* lets be counted, by id."""
    points = list(rows_within(permits, session, SupplyPointRow, _POINT))
    communes = _communes(session, {(owner, site) for _, (_, owner, site, *_) in points if site})
    holders = _holders(session, {one.owner for one in permits})
    secret = head.head(session).secret
    found: list[list[Contributor]] = [[] for _ in permits]
    for place, (point, owner, site, number, usage, personal_data) in points:
        siren = holders.get((owner, point))
        found[place].append(
            Contributor(
                id=point,
                point=head.opaque_id(secret, "point", "", number),
                insee_code=communes.get((owner, site)),
                usage=usage,
                personal_data=personal_data,
                holder=None if siren is None else head.opaque_id(secret, "holder", "", siren),
            )
        )
    for some in found:
        some.sort(key=lambda one: one.id)
    return found


def months(
    permits: Sequence[Permit], session: Session, energy: Energy, year: int, *, last: int
) -> list[dict[str, Energies]]:
    """Wh of January to the month *last*, in the point's own civil months, by delivery point.

    Of each of *permits*. None: not every second of the month is measured, or the permit does not
    open the whole of it. Of several series of a point the first that has the month whole, by form
    and identifier.
    """
    meters = _meters(permits, session, energy)
    by_zone: dict[ZoneInfo, list[Meter]] = defaultdict(list)
    for _, _, _, one in meters:
        by_zone[one.tz].append(one)
    places = {tz: edges(*_span(year, last, tz), "month", tz) for tz in by_zone}
    counted: dict[str, Energies] = {}
    for tz, some in by_zone.items():
        counted |= month_energies(session, some, places[tz])
    found: list[dict[str, Energies]] = [{} for _ in permits]
    for place, point, _, one in meters:
        told = _opened(permits[place], counted[one.series], places[one.tz])
        known = found[place].get(point)
        found[place][point] = told if known is None else tuple(
            b if a is None else a for a, b in zip(known, told, strict=True)
        )  # fmt: skip
    return found


def _communes(session: Session, sites: set[tuple[str, str]]) -> dict[tuple[str, str], str | None]:
    """Commune of each of *sites*, by owner and identifier; of one that is gone none."""
    found: dict[tuple[str, str], str | None] = {}
    for some in batched(sorted({site for _, site in sites}), _CHUNK):
        query = select(col(SiteRow.owner), col(SiteRow.id), col(SiteRow.body)).where(
            one_of(col(SiteRow.id), some), col(SiteRow.removed_at).is_(None)
        )
        for owner, site, body in session.connection().execute(query):
            if (owner, site) in sites:
                found[owner, site] = json.loads(body).get("insee_code")
    return found


def _holders(session: Session, owners: set[str]) -> dict[tuple[str, str], str]:
    """SIREN of who holds the contract of each delivery point, by its owner's newest terms."""
    row, found = FactRow, dict[tuple[str, str], str]()
    for some in batched(sorted(owners), _CHUNK):
        query = (
            select(col(row.owner), col(row.supply_point), col(row.body))
            .where(
                one_of(col(row.owner), some),
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


def _meters(
    permits: Sequence[Permit], session: Session, energy: Energy
) -> list[tuple[int, str, bool, Meter]]:
    """(Place of the permit, point, whether it is told by periods, series), in that order.

    The series of that energy drawn from the grid, that add up.
    """
    found = []
    for place, row in rows_within(permits, session, SeriesRow, _SERIES):
        series, _, point, quantity, direction, form, unit, decimals, tz = row
        how = summing(quantity, form, unit)
        if quantity in _QUANTITIES[energy] and direction == "import" and how is not None:
            meter = Meter(series, *_ratio(how, decimals), how.by_time, zone(tz))
            found.append((place, point, form == "period_energy", meter))
    return sorted(found, key=itemgetter(0, 1, 2, 3))


def _ratio(how: Summing, decimals: int) -> tuple[int, int]:
    """From stored whole numbers to Wh: times the first, over the second."""
    if how.by_time:
        return how.factor, _HOUR_S * 10**decimals
    return _KILO[how.unit], 10**decimals


def _span(year: int, last: int, tz: ZoneInfo) -> tuple[int, int]:
    """January to the month *last*, seconds since 1970 UTC."""
    start, end = month_bounds(date(year, 1, 1), tz)[0], month_bounds(date(year, last, 1), tz)[1]
    return int(start.timestamp()), int(end.timestamp())


def _opened(permit: Permit, told: Energies, places: Sequence[int]) -> Energies:
    """*told* of the months between *places*: of those that *permit* does not open whole, none."""
    begun = permit.start is None or int(permit.start.timestamp()) <= places[0]
    if begun and (permit.end is None or places[-1] <= int(permit.end.timestamp())):
        return told
    first = places[0] if permit.start is None else int(permit.start.timestamp())
    last = places[-1] if permit.end is None else int(permit.end.timestamp())
    return tuple(
        wh if first <= start and end <= last else None
        for wh, (start, end) in zip(told, pairwise(places), strict=True)
    )
