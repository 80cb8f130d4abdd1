"""What an organisation holds, as people look for it: sites and delivery points, by name."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlmodel import col

from synergie.policy import Permit
from synergie.storage._sql import json_text
from synergie.storage.readings.morning import MOMENTS, PERIOD
from synergie.storage.scope import scoped_select
from synergie.storage.store import Session
from synergie.storage.tables import FactRow, SeriesRow, SiteRow, SupplyPointRow

_CHUNK = 500
_AT_ONCE = 10_000
"""Points of one statement."""
_READINGS = sorted({*MOMENTS, PERIOD} - {"market_curve"})
"""Facts that are readings of a delivery point."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingPoint:
    """A delivery point, and the site it is at. `site`, `site_name` None: of no site."""

    id: str
    key: str
    """Its owner's key. Example: `prm:99000000000017`."""
    usage: str | None
    time_zone: str
    site: str | None
    site_name: str | None
    told: bool
    """Whether bills or readings of its registers tell of it, beside any curve."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingSeries:
    """A series of a point, with what the deposits keep beside it."""

    id: str
    key: str
    point: str
    quantity: str
    form: str
    direction: str
    unit: str
    time_zone: str
    last_end: datetime | None
    last_received: datetime | None
    fed_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What is looked for. `words`: in the key, or the site's name; empty: all.

    `site`, `point`: of it only, by identifier. `unread`: only points for which nothing was read;
    `billed`: only those that bills or readings of registers tell of, and no curve.
    """

    words: str = ""
    site: str | None = None
    point: str | None = None
    unread: bool = False
    billed: bool = False


def points(
    permit: Permit, session: Session, looked: Looked, *, after: str = "", limit: int
) -> list[HoldingPoint]:
    """One's own points by their key, after *after*."""
    point, site = SupplyPointRow, SiteRow
    what: dict[str, Any] = {
        "id": col(point.id),
        "key": col(point.external_id),
        "usage": json_text(col(point.body), "usage"),
        "time_zone": json_text(col(point.body), "time_zone"),
        "site": col(site.id),
        "site_name": json_text(col(site.body), "name"),
        "told": _is_told(permit),
    }
    query = (
        _select_points(permit, looked, *(one.label(name) for name, one in what.items()))
        .where(col(SupplyPointRow.external_id) > after)
        .order_by(col(SupplyPointRow.external_id))
        .limit(limit)
    )
    found = session.connection().execute(query)
    return [HoldingPoint(**dict(zip(what, row, strict=True))) for row in found]


def list_every_point(permit: Permit, session: Session, looked: Looked) -> list[HoldingPoint]:
    """One's own points by their key, however many: what is summed leaves none out."""
    found: list[HoldingPoint] = []
    while some := points(
        permit, session, looked, after=found[-1].key if found else "", limit=_AT_ONCE
    ):
        found += some
        if len(some) < _AT_ONCE:
            break
    return found


def count_points(permit: Permit, session: Session, looked: Looked) -> int:
    """How many there are."""
    query = _select_points(permit, looked, func.count())
    return int(session.connection().execute(query).scalar_one())


def count_sites(permit: Permit, session: Session) -> int:
    """How many sites are one's own."""
    _check_own_holdings(permit)
    query = scoped_select(permit, SiteRow).with_only_columns(func.count())
    return int(session.connection().execute(query).scalar_one())


def series_of(permit: Permit, session: Session, some: Sequence[str]) -> list[HoldingSeries]:
    """The series of points *some*, one's own, by key."""
    _check_own_holdings(permit)
    found: list[HoldingSeries] = []
    for chunk in batched(some, _CHUNK):
        query = scoped_select(permit, SeriesRow).where(col(SeriesRow.supply_point).in_(chunk))
        found += [
            _build_holding_series(row)
            for row in session.exec(query.order_by(col(SeriesRow.external_id)))
        ]
    return found


def _select_points(permit: Permit, looked: Looked, *what: Any) -> Any:
    _check_own_holdings(permit)
    query = scoped_select(permit, SupplyPointRow)
    if looked.words or len(what) > 1:
        at = and_(col(SiteRow.id) == col(SupplyPointRow.site), col(SiteRow.removed_at).is_(None))
        query = query.join(SiteRow, at, isouter=True)
    return query.where(*_build_search_conditions(permit, looked)).with_only_columns(*what)


def _build_search_conditions(permit: Permit, looked: Looked) -> list[ColumnElement[bool]]:
    which: list[ColumnElement[bool]] = []
    if looked.words:
        name = json_text(col(SiteRow.body), "name")
        within = func.lower(col(SupplyPointRow.external_id)), func.lower(name)
        which.append(
            or_(
                *(
                    one.contains(word, autoescape=True)
                    for one in within
                    for word in _list_letter_cases(looked)
                )
            )
        )
    if looked.site is not None:
        which.append(col(SupplyPointRow.site) == looked.site)
    if looked.point is not None:
        which.append(col(SupplyPointRow.id) == looked.point)
    if looked.unread:
        which.append(~or_(_is_measured(permit), _is_told(permit)))
    if looked.billed:
        which.append(and_(_is_told(permit), ~_is_measured(permit)))
    return which


def _list_letter_cases(looked: Looked) -> set[str]:
    """The words as `lower` of SQLite may leave them: it knows no letter but those of ASCII."""
    words = looked.words.lower()
    return {_ascii_lower(one) for one in (words, words.capitalize(), words.upper())}


def _ascii_lower(text: str) -> str:
    return "".join(one.lower() if one.isascii() else one for one in text)


def _is_measured(permit: Permit) -> ColumnElement[bool]:
    """Whether a series of the point has a reading."""
    return (
        select(col(SeriesRow.id))
        .where(col(SeriesRow.supply_point) == col(SupplyPointRow.id))
        .where(col(SeriesRow.owner) == permit.owner, col(SeriesRow.removed_at).is_(None))
        .where(col(SeriesRow.last_end).is_not(None))
        .exists()
    )


def _is_told(permit: Permit) -> ColumnElement[bool]:
    """Whether a fact tells a reading of the point: a bill, an energy of a period, a register."""
    return (
        select(col(FactRow.key))
        .where(col(FactRow.supply_point) == col(SupplyPointRow.id))
        .where(col(FactRow.owner) == permit.owner, col(FactRow.undone_at).is_(None))
        .where(col(FactRow.kind).in_(_READINGS))
        .exists()
    )


def _build_holding_series(row: SeriesRow) -> HoldingSeries:
    told = json.loads(row.body)
    return HoldingSeries(
        id=row.id,
        key=row.external_id,
        point=row.supply_point,
        quantity=told["quantity"],
        form=told["form"],
        direction=told["direction"],
        unit=row.unit,
        time_zone=row.time_zone,
        last_end=row.last_end,
        last_received=row.last_received,
        fed_by=row.fed_by,
    )


def _check_own_holdings(permit: Permit) -> None:
    if permit.scope != "own":
        raise TypeError("only one's own holdings are looked through")
