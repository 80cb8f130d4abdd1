"""A series inside a permit, as far as its readings need it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import or_
from sqlmodel import col, select

from synergie.calendar import load_time_zone
from synergie.policy import Permit, Point
from synergie.policy.readings.coarsen import Summing, choose_summing
from synergie.schemas.series import Form, Quantity, Unit
from synergie.storage.scope import own_write, scoped_select
from synergie.storage.store import Session
from synergie.storage.tables import BatchRow, OwnedHistoryRow, SeriesRow, SupplyPointRow


@dataclass(frozen=True, slots=True)
class SeriesInPermit:
    """A series that was found inside a permit.

    `scale`: the stored whole numbers are values times it. `last_end`: end of the newest reading,
    `last_received`: when it arrived; None: never received. `fed_by`: the format of its newest
    batch. `inside`: the permit that it was found inside of, in this transaction: what is read of
    it under the same one is not looked up again.
    """

    id: str
    owner: str
    quantity: Quantity
    form: Form
    unit: Unit
    scale: int
    tz: ZoneInfo
    last_end: datetime | None
    last_received: datetime | None
    fed_by: str | None
    inside: Permit | None = field(default=None, repr=False, compare=False)

    @property
    def summing(self) -> Summing | None:
        """How its days and months are summed; None: they have no meaning."""
        return choose_summing(self.quantity, self.form, self.unit)


def find_series_in_permit(
    permit: Permit, session: Session, series_id: str, *, as_of: datetime | None = None
) -> SeriesInPermit | None:
    """One series whose readings *permit* opens, or None.

    *as_of*: as it was declared at that moment, to its owner also when it was removed since.
    """
    if "consumption" not in permit.datasets:
        return None
    query = scoped_select(permit, SeriesRow, as_of=as_of).where(col(SeriesRow.id) == series_id)
    row = session.exec(query).first()
    if row is None:
        return None
    if as_of is None or permit.scope != "own":
        return build_series_in_permit(row, inside=permit if as_of is None else None)
    return _build_past_series(permit, session, row, as_of)


def points(permit: Permit, session: Session, series_id: str) -> frozenset[Point]:
    """The delivery point of a series that an agreement of the bearer's covers, to decide by.

    Nothing of it is told. TypeError unless *permit* is a party's.
    """
    if permit.scope != "party":
        raise TypeError("a party's permit is needed to decide")
    query = (
        select(SupplyPointRow.id, SupplyPointRow.body)
        .join(SeriesRow, col(SeriesRow.supply_point) == col(SupplyPointRow.id))
        .where(col(SeriesRow.id) == series_id)
    )
    found = [(name, json.loads(body)) for name, body in session.connection().execute(query)]
    return frozenset(Point(name, told["personal_data"], told.get("usage")) for name, told in found)


def _build_past_series(
    permit: Permit, session: Session, row: SeriesRow, as_of: datetime
) -> SeriesInPermit:
    """The series as the newest declaration of that moment said: its unit may be another since."""
    query = (
        select(OwnedHistoryRow)
        .join(BatchRow, col(BatchRow.id) == col(OwnedHistoryRow.batch), isouter=True)
        .where(col(OwnedHistoryRow.noun) == "ser", col(OwnedHistoryRow.id) == row.id)
        .where(col(OwnedHistoryRow.owner) == permit.owner)
        .where(col(OwnedHistoryRow.updated_at) <= as_of)
        .where(or_(col(BatchRow.undone_at).is_(None), col(BatchRow.undone_at) > as_of))
        .order_by(col(OwnedHistoryRow.updated_at).desc(), col(OwnedHistoryRow.seq).desc())
        .limit(1)
    )
    then = session.exec(query).first()
    if then is None or (row.removed_at is None and then.updated_at < row.updated_at <= as_of):
        return build_series_in_permit(row)
    return build_series_in_permit(
        row.model_copy(update={"body": then.body, **_parse_series_links(then.links)})
    )


def _parse_series_links(links: str) -> dict[str, Any]:
    told = json.loads(links)
    return {name: told[name] for name in ("unit", "decimals", "time_zone")}


def covered_among(permit: Permit, session: Session, series_ids: Iterable[str]) -> list[str]:
    """Those of *series_ids* that *permit* covers."""
    query = (
        scoped_select(permit, SeriesRow)
        .with_only_columns(col(SeriesRow.id))
        .where(col(SeriesRow.id).in_(sorted(set(series_ids))))
    )
    return [str(one) for one in session.connection().execute(query).scalars()]


def lock_series(
    permit: Permit, session: Session, series_ids: Iterable[str]
) -> dict[str, SeriesInPermit]:
    """The bearer's series among *series_ids*; who else would append to them waits.

    In order of id, so that no two writers wait for each other (PostgreSQL; SQLite has one writer).
    """
    own_write(permit)
    query = (
        scoped_select(permit, SeriesRow)
        .where(col(SeriesRow.id).in_(sorted(set(series_ids))))
        .order_by(col(SeriesRow.id))
        .with_for_update()
    )
    return {row.id: build_series_in_permit(row) for row in session.exec(query)}


def build_series_in_permit(row: SeriesRow, *, inside: Permit | None = None) -> SeriesInPermit:
    """The series that *row*, which was found inside a permit, is of; *inside*: that permit."""
    body = json.loads(row.body)
    return SeriesInPermit(
        id=row.id,
        owner=row.owner,
        quantity=body["quantity"],
        form=body["form"],
        unit=cast(Unit, row.unit),
        scale=10**row.decimals,
        tz=load_time_zone(row.time_zone),
        last_end=row.last_end,
        last_received=row.last_received,
        fed_by=row.fed_by,
        inside=inside,
    )
