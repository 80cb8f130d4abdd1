"""Named perimeters: each list of things is a version, and no version ever changes."""

from collections.abc import Iterable
from datetime import datetime
from itertools import batched
from typing import Any

from sqlmodel import col, func, select

from synergie.policy import Permit
from synergie.schemas.assets.named_perimeter import NamedPerimeter, NamedPerimeterRecord
from synergie.schemas.trust.agreement import PerimeterRef
from synergie.storage import head
from synergie.storage.scope import own_write, scoped_select
from synergie.storage.store import Session
from synergie.storage.tables import (
    AgreementRow,
    CabinetRow,
    LightPointRow,
    SeriesRow,
    SiteRow,
    SupplyPointRow,
)
from synergie.storage.trust.agreements.agreement_tables import NamedPerimeterRow

_SHELVES: tuple[tuple[str, type[Any]], ...] = (
    ("sites", SiteRow),
    ("supply_points", SupplyPointRow),
    ("cabinets", CabinetRow),
    ("series", SeriesRow),
    ("light_points", LightPointRow),
)
_CHUNK = 500


def perimeter(
    permit: Permit, session: Session, perimeter_id: str, *, version: int | None = None
) -> NamedPerimeter | None:
    """One version of a perimeter of the bearer's own, the newest when None is told; or None."""
    query = scoped_select(permit, NamedPerimeterRow).where(
        col(NamedPerimeterRow.id) == perimeter_id
    )
    if version is not None:
        query = query.where(col(NamedPerimeterRow.version) == version)
    row = session.exec(query.order_by(col(NamedPerimeterRow.version).desc())).first()
    return None if row is None else _build_named_perimeter(row)


def perimeter_signed(permit: Permit, session: Session, ref: PerimeterRef) -> NamedPerimeter | None:
    """The version that the bearer, who owns it, signs in an agreement; None: no such version."""
    query = select(NamedPerimeterRow).where(
        col(NamedPerimeterRow.id) == ref.id,
        col(NamedPerimeterRow.version) == ref.version,
        col(NamedPerimeterRow.owner) == permit.bearer,
    )
    row = session.exec(query).first()
    return None if row is None else _build_named_perimeter(row)


def perimeter_agreed(permit: Permit, session: Session, ref: PerimeterRef) -> NamedPerimeter | None:
    """A version that an agreement of the bearer's names, once its owner has signed it; or None."""
    named = (
        scoped_select(permit, AgreementRow)
        .where(col(AgreementRow.perimeter) == ref_text(ref))
        .with_only_columns(col(AgreementRow.owner))
    )
    query = select(NamedPerimeterRow).where(
        col(NamedPerimeterRow.id) == ref.id,
        col(NamedPerimeterRow.version) == ref.version,
        col(NamedPerimeterRow.owner).in_(named),
    )
    row = session.exec(query).first()
    return None if row is None else _build_named_perimeter(row)


def ref_text(ref: PerimeterRef) -> str:
    """One version of a perimeter as a column holds it: `per_x/3`."""
    return f"{ref.id}/{ref.version}"


def list_perimeters(
    permit: Permit, session: Session, *, after: str, limit: int
) -> list[NamedPerimeter]:
    """Perimeters of the bearer's own in their newest version, by id, after *after*."""
    newest = (
        select(func.max(col(NamedPerimeterRow.version)))
        .where(col(NamedPerimeterRow.owner) == permit.owner)
        .group_by(col(NamedPerimeterRow.id))
        .with_only_columns(col(NamedPerimeterRow.id), func.max(col(NamedPerimeterRow.version)))
        .subquery()
    )
    query = (
        scoped_select(permit, NamedPerimeterRow)
        .join(
            newest,
            (newest.c[0] == col(NamedPerimeterRow.id))
            & (newest.c[1] == col(NamedPerimeterRow.version)),
        )
        .where(col(NamedPerimeterRow.id) > after)
        .order_by(col(NamedPerimeterRow.id))
        .limit(limit)
    )
    return [_build_named_perimeter(row) for row in session.exec(query)]


def save_perimeter(
    permit: Permit, session: Session, body: NamedPerimeterRecord, *, now: datetime
) -> tuple[NamedPerimeter, bool]:
    """Keep *body* under its name, and whether it is a new version: the same list is none."""
    own_write(permit)
    perimeter_id = head.opaque_id(head.head(session).secret, "per", permit.owner, body.name)
    known = perimeter(permit, session, perimeter_id)
    if known is not None and _build_item_lists(known) == _build_item_lists(body):
        return known, False
    row = NamedPerimeterRow(
        id=perimeter_id,
        version=1 if known is None else known.version + 1,
        owner=permit.owner,
        body=body.model_dump_json(),
        saved_at=now,
    )
    session.add(row)
    return _build_named_perimeter(row), True


def not_held(
    permit: Permit, session: Session, body: NamedPerimeterRecord
) -> tuple[str, str] | None:
    """Place and identifier of the first thing in *body* that the bearer does not hold, or None."""
    for field, table in _SHELVES:
        ids = getattr(body, field)
        held = _find_own_ids(permit, session, table, ids)
        for index, one in enumerate(ids):
            if one not in held:
                return f"/{field}/{index}", one
    return None


def _find_own_ids(
    permit: Permit, session: Session, table: type[Any], ids: Iterable[str]
) -> set[str]:
    found: set[str] = set()
    for some in batched(ids, _CHUNK):
        query = scoped_select(permit, table).with_only_columns(col(table.id))
        found |= set(session.connection().execute(query.where(col(table.id).in_(some))).scalars())
    return found


def _build_item_lists(body: NamedPerimeterRecord) -> list[list[str]]:
    return [sorted(set(getattr(body, field))) for field, _ in _SHELVES]


def _build_named_perimeter(row: NamedPerimeterRow) -> NamedPerimeter:
    return NamedPerimeter(
        **dict(NamedPerimeterRecord.model_validate_json(row.body)),
        id=row.id,
        version=row.version,
        owner=row.owner,
        saved_at=row.saved_at,
    )
