"""Alerts, what was learned of each series, and which series have readings that were not watched."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlmodel import and_, col, or_

from synergie.errors import BadInput
from synergie.policy import Permit
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.site import SiteRecord
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.series import SeriesRecord
from synergie.storage import head
from synergie.storage.readings.once import insert_once
from synergie.storage.scope import own_write, scoped_select
from synergie.storage.shared_plan import find_shared_row, list_shared_rows
from synergie.storage.shared_scope import select_member
from synergie.storage.store import Session
from synergie.storage.tables import (
    CabinetRow,
    LightPointRow,
    SeriesRow,
    SiteRow,
    SupplyPointRow,
)
from synergie.watch.records.alert import AlertState, StoredAlert
from synergie.watch.storage._tables import AlertRow, WatchStateRow


@dataclass(frozen=True, slots=True)
class UnwatchedSeries:
    """A series with readings that were not looked at."""

    id: str
    record: SeriesRecord
    point: SupplyPointRecord
    """Its delivery point."""
    site: SiteRecord | None
    """The site of its delivery point. None: none is told."""
    cabinet: CabinetRecord | None
    """The first cabinet of its delivery point, by identifier. None: it feeds none."""
    lamps: tuple[int | None, ...]
    """Watts of each light point of the cabinet; None: not told."""
    received_at: datetime
    """When its newest reading was received."""
    last_end: datetime
    """Where its newest reading ends."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What is known of a series: the state as JSON, or why there is none."""

    seen_at: datetime
    seen_end: datetime
    state: str | None
    untaught: BadInput | None


def list_unwatched_series(permit: Permit, session: Session, *, limit: int) -> list[UnwatchedSeries]:
    """Series of the bearer's cabinets and buildings that got readings since they were looked at.

    What came last stands first: a deposit is answered with its own series watched. Delivery points
    of lighting that feed no cabinet are left out: nothing tells where their sun is.
    """
    state, cabinet, point, site = WatchStateRow, CabinetRow, SupplyPointRow, SiteRow
    usage = func.coalesce(select_member(col(point.body), "usage"), "")
    query = (
        scoped_select(permit, SeriesRow)
        .join(
            point,
            and_(col(point.id) == col(SeriesRow.supply_point), col(point.owner) == permit.owner),
        )
        .outerjoin(site, _match_site(permit))
        .outerjoin(
            cabinet,
            and_(
                col(cabinet.supply_point) == col(SeriesRow.supply_point),
                col(cabinet.owner) == permit.owner,
                col(cabinet.removed_at).is_(None),
            ),
        )
        .outerjoin(state, col(state.series) == col(SeriesRow.id))
        .where(
            col(SeriesRow.last_received).is_not(None),
            col(SeriesRow.last_end).is_not(None),
            or_(col(cabinet.id).is_not(None), usage != "public_lighting"),
            or_(
                col(state.seen_at).is_(None),
                col(state.seen_at) < col(SeriesRow.last_received),
                col(state.seen_end) < col(SeriesRow.last_end),
            ),
        )
        .order_by(col(SeriesRow.last_received).desc(), col(SeriesRow.id), col(cabinet.external_id))
        .limit(limit)
    )
    columns = query.with_only_columns(
        col(SeriesRow.id),
        col(SeriesRow.body),
        col(SeriesRow.last_received),
        col(SeriesRow.last_end),
        col(cabinet.id),
        col(cabinet.body),
        col(point.body),
        col(site.body),
    )
    rows: Iterable[Any] = session.connection().execute(columns)
    found: dict[str, UnwatchedSeries] = {}
    for series, record, at, end, feeds, lit, fed, where in rows:
        if series not in found and at is not None and end is not None:
            found[series] = UnwatchedSeries(
                id=series,
                record=SeriesRecord.model_validate_json(record),
                point=SupplyPointRecord.model_validate_json(fed),
                site=None if where is None else SiteRecord.model_validate_json(where),
                cabinet=None if lit is None else CabinetRecord.model_validate_json(lit),
                lamps=() if feeds is None else _list_lamps(permit, session, feeds),
                received_at=at,
                last_end=end,
            )
    return list(found.values())


def _match_site(permit: Permit) -> ColumnElement[bool]:
    """The bearer's own site of a delivery point, as it stands."""
    site, point = SiteRow, SupplyPointRow
    return and_(
        col(site.id) == col(point.site),
        col(site.owner) == permit.owner,
        col(site.removed_at).is_(None),
    )


def _list_lamps(permit: Permit, session: Session, cabinet: str) -> tuple[int | None, ...]:
    query = scoped_select(permit, LightPointRow).where(col(LightPointRow.cabinet) == cabinet)
    return tuple(json.loads(row.body).get("power_w") for row in session.exec(query))


def map_cabinet_places(permit: Permit, session: Session) -> dict[str, tuple[float, float]]:
    """Longitude and latitude of each cabinet that the permit opens, by its owner's identifier."""
    row = CabinetRow
    query = scoped_select(permit, row).with_only_columns(
        col(row.external_id), col(row.longitude), col(row.latitude)
    )
    told = session.connection().execute(query)
    return {name: (x, y) for name, x, y in told if x is not None and y is not None}


@dataclass(frozen=True, slots=True)
class PointSite:
    """The site of a delivery point."""

    external_id: str
    name: str
    place: tuple[float, float] | None
    """Longitude and latitude. None: not known."""


def map_point_sites(
    permit: Permit, session: Session, points: Iterable[str]
) -> dict[str, PointSite]:
    """The site of each of *points* of the bearer's own that tells one, by the key of the point."""
    site, point = SiteRow, SupplyPointRow
    query = (
        scoped_select(permit, point)
        .join(site, _match_site(permit))
        .where(col(point.external_id).in_(sorted(points)))
        .with_only_columns(
            col(point.external_id),
            col(site.external_id),
            select_member(col(site.body), "name"),
            col(site.longitude),
            col(site.latitude),
        )
    )
    return {
        key: PointSite(known, name, None if x is None or y is None else (x, y))
        for key, known, name, x, y in session.connection().execute(query)
    }


def load_learned(permit: Permit, session: Session, series: str) -> Learned | None:
    """What is known of a series of the bearer's, or None."""
    row = find_shared_row(permit, session, WatchStateRow, col(WatchStateRow.series) == series)
    return (
        None
        if row is None
        else Learned(row.seen_at, row.seen_end, row.state, _parse_fault(row.untaught))
    )


def _encode_fault(fault: BadInput | None) -> str | None:
    told = None if fault is None else [fault.where, str(fault.found), fault.expected]
    return None if told is None else json.dumps(told)


def _parse_fault(told: str | None) -> BadInput | None:
    return None if told is None else BadInput(*json.loads(told))


def list_untaught(permit: Permit, session: Session) -> list[tuple[str, BadInput]]:
    """Cabinets and buildings of the bearer's whose curve teaches nothing, and why; by name.

    Those of a building that feeds no cabinet by its delivery point, after the cabinets.
    """
    state, cabinet, point = WatchStateRow, CabinetRow, SupplyPointRow
    query = (
        scoped_select(permit, state)
        .join(SeriesRow, col(SeriesRow.id) == col(state.series))
        .join(point, col(point.id) == col(SeriesRow.supply_point))
        .outerjoin(
            cabinet,
            and_(
                col(cabinet.supply_point) == col(SeriesRow.supply_point),
                col(cabinet.owner) == permit.owner,
                col(cabinet.removed_at).is_(None),
            ),
        )
        .where(col(state.untaught).is_not(None), col(SeriesRow.removed_at).is_(None))
        .order_by(
            col(cabinet.id).is_(None), col(cabinet.external_id), col(point.external_id),
            col(state.series),
        )
        .with_only_columns(
            func.coalesce(col(cabinet.external_id), col(point.external_id)), col(state.untaught)
        )
    )  # fmt: skip
    rows = session.connection().execute(query)
    return [(str(name), BadInput(*json.loads(str(why)))) for name, why in rows]


def save_learned(permit: Permit, session: Session, series: str, learned: Learned) -> None:
    """Keep what is known of a series of the bearer's, in the place of what was."""
    own_write(permit)
    session.merge(
        WatchStateRow(
            series=series,
            owner=permit.owner,
            seen_at=learned.seen_at,
            seen_end=learned.seen_end,
            state=learned.state,
            untaught=_encode_fault(learned.untaught),
        )
    )


def build_alert_id(session: Session, owner: str, *told: str) -> str:
    """The identifier of an alert, always the same for what *told* says."""
    return head.opaque_id(head.read_store_secret(session), "alr", owner, "\x1f".join(told))


def insert_alert(permit: Permit, session: Session, alert: StoredAlert) -> bool:
    """Keep a new alert of the bearer's; False when it is there already: it stays as it is."""
    own_write(permit)
    return insert_once(session, AlertRow, **_build_columns(permit, alert))


def replace_alert(permit: Permit, session: Session, alert: StoredAlert) -> None:
    """Keep *alert* of the bearer's in the place of what was."""
    own_write(permit)
    session.merge(AlertRow(**_build_columns(permit, alert)))


def _build_columns(permit: Permit, alert: StoredAlert) -> dict[str, Any]:
    return {
        "id": alert.id,
        "owner": permit.owner,
        "series": alert.series,
        "state": alert.state,
        "first_night": alert.first_night.isoformat(),
        "last_night": alert.last_night.isoformat(),
        "body": alert.model_dump_json(),
        "changed_at": alert.changed_at,
    }


def load_alert(
    permit: Permit, session: Session, alert_id: str, *, for_update: bool = False
) -> StoredAlert | None:
    """One alert inside the permit, or None."""
    where = col(AlertRow.id) == alert_id
    row = find_shared_row(permit, session, AlertRow, where, for_update=for_update)
    return None if row is None else StoredAlert.model_validate_json(row.body)


def list_alerts(
    permit: Permit,
    session: Session,
    *,
    states: tuple[AlertState, ...] = (),
    series: str | None = None,
    since: datetime | None = None,
    after: str = "",
    limit: int | None = None,
) -> list[StoredAlert]:
    """Alerts inside the permit by id, after *after*; of *states* and *series* alone when told.

    *since*: those that changed from then on. *limit* None: all of them.
    """
    where: list[ColumnElement[bool]] = []
    if states:
        where.append(col(AlertRow.state).in_(states))
    if series is not None:
        where.append(col(AlertRow.series) == series)
    if since is not None:
        where.append(col(AlertRow.changed_at) >= since)
    rows = list_shared_rows(
        permit, session, AlertRow, *where, by=AlertRow.id, after=after, limit=limit
    )
    return [StoredAlert.model_validate_json(row.body) for row in rows]
