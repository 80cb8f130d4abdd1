"""Cell schemes: versions that never change, read by anyone who may be asked to sign."""

from datetime import datetime
from functools import lru_cache
from hashlib import sha256

import rfc8785
from sqlmodel import col, func, select

from synergie.policy import Permit
from synergie.schemas.publication.cell_scheme import CellScheme, CellSchemeRecord
from synergie.storage import head
from synergie.storage.publication.aggregate_tables import CellSchemeRow
from synergie.storage.scope import own_write, scoped_select
from synergie.storage.store import Session

PREFIX = "cells"


def save_cell_scheme(
    permit: Permit, session: Session, name: str, body: CellSchemeRecord, *, now: datetime
) -> CellScheme:
    """Keep *body* under *name* of the bearer's; the same again changes nothing."""
    own_write(permit)
    known = named_cell_scheme(permit, session, name)
    digest = sha256(rfc8785.dumps(body.model_dump(mode="json"))).hexdigest()
    if known is not None and known.sha256 == digest:
        return known
    row = CellSchemeRow(
        id=head.opaque_id(head.head(session).secret, PREFIX, permit.owner, name),
        version=1 if known is None else known.version + 1,
        owner=permit.owner,
        name=name,
        body=body.model_dump_json(),
        sha256=digest,
        updated_at=now,
    )
    session.add(row)
    session.flush()
    return _load_cell_scheme(row)


def named_cell_scheme(permit: Permit, session: Session, name: str) -> CellScheme | None:
    """The newest version of the bearer's scheme of that name, or None."""
    query = (
        scoped_select(permit, CellSchemeRow)
        .where(col(CellSchemeRow.owner) == permit.owner, col(CellSchemeRow.name) == name)
        .order_by(col(CellSchemeRow.version).desc())
    )
    row = session.exec(query).first()
    return None if row is None else _load_cell_scheme(row)


def cell_scheme(
    permit: Permit, session: Session, scheme_id: str, *, version: int | None = None
) -> CellScheme | None:
    """A scheme of anybody's in one version (None: the newest), or None."""
    query = scoped_select(permit, CellSchemeRow).where(col(CellSchemeRow.id) == scheme_id)
    if version is not None:
        query = query.where(col(CellSchemeRow.version) == version)
    row = session.exec(query.order_by(col(CellSchemeRow.version).desc())).first()
    return None if row is None else _load_cell_scheme(row)


def cell_schemes(permit: Permit, session: Session, *, after: str, limit: int) -> list[CellScheme]:
    """The newest version of each of the bearer's schemes by name, after *after*."""
    newest = (
        select(col(CellSchemeRow.id), func.max(col(CellSchemeRow.version)).label("version"))
        .where(col(CellSchemeRow.owner) == permit.owner)
        .group_by(col(CellSchemeRow.id))
        .subquery()
    )
    query = (
        scoped_select(permit, CellSchemeRow)
        .join(
            newest,
            (col(CellSchemeRow.id) == newest.c.id)
            & (col(CellSchemeRow.version) == newest.c.version),
        )
        .where(col(CellSchemeRow.name) > after)
        .order_by(col(CellSchemeRow.name))
        .limit(limit)
    )
    return [_load_cell_scheme(row) for row in session.exec(query)]


def _load_cell_scheme(row: CellSchemeRow) -> CellScheme:
    return CellScheme(
        **dict(_parse_cell_scheme(row.body)),
        id=row.id,
        owner=row.owner,
        name=row.name,
        version=row.version,
        sha256=row.sha256,
        updated_at=row.updated_at,
    )


@lru_cache(maxsize=8)
def _parse_cell_scheme(body: str) -> CellSchemeRecord:
    """Kept: made of its text alone, and one release asks for 3,600 cells several times."""
    return CellSchemeRecord.model_validate_json(body)
