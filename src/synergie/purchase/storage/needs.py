"""What comes into a purchase, in versions that never change: needs of members, offers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched

from sqlalchemy import ColumnElement, and_, tuple_
from sqlmodel import col, func, select

from synergie.policy import Permit
from synergie.purchase.records.needs import Needs, NeedsRecord, Offers, OffersRecord
from synergie.purchase.storage._scope import needed_by
from synergie.purchase.storage._tables import PurchaseNeedsRow, PurchaseOffersRow
from synergie.schemas.plan_bytes import digest
from synergie.storage.scope import own_write, scoped_select
from synergie.storage.store import Session
from synergie.storage.tables import AgreementItemRow

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Stamp:
    """A version of needs without what is in them."""

    version: int
    sha256: str | None
    n_points: int


def needs(
    permit: Permit, session: Session, purchase: str, *, version: int | None = None
) -> Needs | None:
    """The needs of the permit's owner for a purchase, newest or of one version; None: never any."""
    query = scoped_select(permit, PurchaseNeedsRow).where(
        col(PurchaseNeedsRow.purchase) == purchase
    )
    if version is not None:
        query = query.where(col(PurchaseNeedsRow.version) == version)
    row = session.exec(query.order_by(col(PurchaseNeedsRow.version).desc())).first()
    return None if row is None else _build_needs(row)


def needs_stamp(permit: Permit, session: Session, purchase: str) -> Stamp | None:
    """The newest version of the needs of the permit's owner, without what is in it."""
    row = PurchaseNeedsRow
    query = (
        scoped_select(permit, row)
        .where(col(row.purchase) == purchase)
        .order_by(col(row.version).desc())
        .limit(1)
        .with_only_columns(col(row.version), col(row.sha256), col(row.n_points))
    )
    found = session.connection().execute(query).first()
    return None if found is None else Stamp(found[0], found[1], found[2])


def stamps_of(
    permit: Permit, session: Session, purchase: str, opened: Sequence[Permit]
) -> dict[str, Stamp]:
    """`needs_stamp` of many at once, by owner; not there: it never published any.

    *opened*: what opens the needs of each, all of them to the bearer of *permit*.
    """
    row = PurchaseNeedsRow
    inside = _build_open_conditions(permit, session, purchase, opened)
    newest = (
        select(col(row.owner).label("owner"), func.max(col(row.version)).label("version"))
        .where(*inside)
        .group_by(col(row.owner))
        .subquery()
    )
    query = (
        select(row.owner, row.version, row.sha256, row.n_points)
        .join(newest, and_(newest.c.owner == col(row.owner), newest.c.version == col(row.version)))
        .where(*inside)
    )
    found = session.connection().execute(query)
    return {owner: Stamp(version, told, n) for owner, version, told, n in found}


def needs_of(
    permit: Permit,
    session: Session,
    purchase: str,
    opened: Sequence[Permit],
    *,
    versions: Mapping[str, int],
) -> dict[str, Needs]:
    """`needs` of many at once, by owner, each in the version that *versions* names."""
    row = PurchaseNeedsRow
    inside = _build_open_conditions(permit, session, purchase, opened)
    found: dict[str, Needs] = {}
    for some in batched(sorted(versions.items()), _CHUNK):
        query = select(row).where(*inside, tuple_(col(row.owner), col(row.version)).in_(some))
        found |= {one.owner: _build_needs(one) for one in session.exec(query)}
    return found


def stamps_at(
    permit: Permit,
    session: Session,
    purchase: str,
    opened: Sequence[Permit],
    *,
    versions: Mapping[str, int],
) -> dict[str, Stamp]:
    """`needs_of` without what is in them: by owner, in one statement however many there are."""
    row = PurchaseNeedsRow
    query = select(row.owner, row.version, row.sha256, row.n_points).where(
        *_build_open_conditions(permit, session, purchase, opened)
    )
    found = session.connection().execute(query)
    return {
        owner: Stamp(version, told, n)
        for owner, version, told, n in found
        if versions.get(owner) == version
    }


def save_needs(
    permit: Permit,
    session: Session,
    purchase: str,
    record: NeedsRecord | None,
    *,
    client: str,
    now: datetime,
) -> tuple[Needs, bool]:
    """Keep the bearer's own needs, None: withdrawn; and whether it is a new version.

    Callers hold `organisations.alone`: of two that write at once each gets its version.
    """
    own_write(permit)
    known = needs(permit, session, purchase)
    told = None if record is None else digest(record)
    if known is not None and known.sha256 == told:
        return known, False
    row = PurchaseNeedsRow(
        purchase=purchase,
        owner=permit.owner,
        version=1 if known is None else known.version + 1,
        body=None if record is None else record.model_dump_json(),
        sha256=told,
        n_points=0 if record is None else len(record.points),
        at=now,
        client=client,
    )
    session.add(row)
    return _build_needs(row), True


def load_offers(
    permit: Permit, session: Session, purchase: str, *, version: int | None = None
) -> Offers:
    """The offers of a purchase of the bearer's own, newest or of one version; none: version 0."""
    query = scoped_select(permit, PurchaseOffersRow).where(
        col(PurchaseOffersRow.purchase) == purchase
    )
    if version is not None:
        query = query.where(col(PurchaseOffersRow.version) == version)
    row = session.exec(query.order_by(col(PurchaseOffersRow.version).desc())).first()
    if row is None:
        empty = OffersRecord(offers=())
        return Offers(purchase=purchase, version=0, sha256=digest(empty), at=None, offers=())
    return Offers(
        purchase=purchase,
        version=row.version,
        sha256=row.sha256,
        at=row.at,
        **dict(OffersRecord.model_validate_json(row.body)),
    )


def find_opening(permit: Permit, session: Session, purchase: str) -> datetime | None:
    """When the first offers of a purchase of the bearer's own were kept. None: none ever was."""
    row = PurchaseOffersRow
    query = (
        scoped_select(permit, row)
        .where(col(row.purchase) == purchase)
        .with_only_columns(func.min(col(row.at)))
    )
    return session.connection().execute(query).scalar()


def save_offers(
    permit: Permit, session: Session, purchase: str, record: OffersRecord, *, now: datetime
) -> tuple[Offers, bool]:
    """Keep the offers of a purchase of the bearer's own; and whether it is a new version.

    Callers hold the purchase `for_update`.
    """
    own_write(permit)
    known, told = load_offers(permit, session, purchase), digest(record)
    if known.sha256 == told:
        return known, False
    row = PurchaseOffersRow(
        purchase=purchase,
        version=known.version + 1,
        owner=permit.owner,
        body=record.model_dump_json(),
        sha256=told,
        at=now,
    )
    session.add(row)
    fields: Mapping[str, object] = {"version": row.version, "sha256": told, "at": now}
    return known.model_copy(update={**fields, **dict(record)}), True


def _build_open_conditions(
    permit: Permit, session: Session, purchase: str, opened: Sequence[Permit]
) -> tuple[ColumnElement[bool], ...]:
    """The rows that any of *opened* opens: one look at which agreements name the purchase."""
    if any(one.bearer != permit.bearer for one in opened):
        raise TypeError("needs are read for one bearer")
    query = select(AgreementItemRow.agreement, AgreementItemRow.version).where(
        col(AgreementItemRow.subject) == purchase
    )
    named = {(str(one), int(version)) for one, version in session.connection().execute(query)}
    return col(PurchaseNeedsRow.purchase) == purchase, needed_by(opened, named)


def _build_needs(row: PurchaseNeedsRow) -> Needs:
    return Needs(
        purchase=row.purchase,
        member=row.owner,
        version=row.version,
        sha256=row.sha256,
        at=row.at,
        record=None if row.body is None else NeedsRecord.model_validate_json(row.body),
    )
