"""Publications: what is opened to everybody, and which agreements their parties let be named."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import literal, true
from sqlmodel import col, delete

from synergie.policy import Permit
from synergie.schemas.publication.open_publication import OpenPublication
from synergie.schemas.publication.release import Energy, Licence
from synergie.storage._sql import json_text, match_any_of
from synergie.storage.publication.aggregate_tables import ReleaseRow
from synergie.storage.publication.publication_tables import PublicationRow, PublicNamingRow
from synergie.storage.readings.once import insert_once
from synergie.storage.scope import own_write, scoped_select
from synergie.storage.store import Session


@dataclass(frozen=True, slots=True)
class OpenHead:
    """One release that was published for the public, without its cells."""

    id: str
    owner: str
    scheme: str
    energy: Energy
    period: str
    version: int
    released_at: datetime


def save_publication(
    permit: Permit, session: Session, body: OpenPublication, *, now: datetime
) -> None:
    """Write a publication of the bearer's, new or moved on."""
    own_write(permit)
    row = session.get(PublicationRow, body.id)
    told = {"owner": body.owner, "state": body.state, "body": body.model_dump_json()}
    made = row or PublicationRow(id=body.id, changed_at=now, **told)
    for name, value in told.items():
        setattr(made, name, value)
    made.changed_at = now
    session.add(made)
    session.flush()


def find_publication(
    permit: Permit, session: Session, publication_id: str
) -> OpenPublication | None:
    """One publication inside the permit, or None; who writes it is `alone` (organisations)."""
    query = scoped_select(permit, PublicationRow).where(col(PublicationRow.id) == publication_id)
    row = session.exec(query).first()
    return None if row is None else OpenPublication.model_validate_json(row.body)


def list_publications(permit: Permit, session: Session) -> list[OpenPublication]:
    """The publications inside the permit, by id: one a scheme and an energy, so a few."""
    query = scoped_select(permit, PublicationRow).order_by(col(PublicationRow.id))
    return [OpenPublication.model_validate_json(row.body) for row in session.exec(query)]


def open_heads(permit: Permit, session: Session, *, scheme: str | None = None) -> list[OpenHead]:
    """The open releases inside the permit, by scheme, energy, period, version; without cells."""
    named = (
        ReleaseRow.id,
        ReleaseRow.owner,
        ReleaseRow.scheme,
        ReleaseRow.energy,
        ReleaseRow.period,
        ReleaseRow.version,
        ReleaseRow.released_at,
    )
    inside = scoped_select(permit, ReleaseRow).with_only_columns(*map(col, named))
    query = inside.where(col(ReleaseRow.is_open).is_(true()))
    if scheme is not None:
        query = query.where(col(ReleaseRow.scheme) == scheme)
    order = (ReleaseRow.scheme, ReleaseRow.energy, ReleaseRow.period, ReleaseRow.version)
    rows: Any = session.connection().execute(query.order_by(*map(col, order)))
    return [OpenHead(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class OpenFacts:
    """What is told of a release without its cells."""

    end: datetime
    sha256: str
    licence: Licence | None
    agreements: tuple[str, ...]


def open_facts(permit: Permit, session: Session, ids: Collection[str]) -> dict[str, OpenFacts]:
    """Release → what is told of it; of releases inside the permit only.

    Read by the database out of bodies that may be a megabyte each: to read one whole costs more.
    """
    names = ("end", "sha256", "licence", "agreements")
    told = [json_text(col(ReleaseRow.body), literal(name)) for name in names]
    inside = scoped_select(permit, ReleaseRow).with_only_columns(col(ReleaseRow.id), *told)
    rows: Any = session.connection().execute(inside.where(match_any_of(col(ReleaseRow.id), ids)))
    return {
        item: OpenFacts(datetime.fromisoformat(end), sha256, licence, tuple(json.loads(agreements)))
        for item, end, sha256, licence, agreements in rows
    }


def say_named(
    permit: Permit, session: Session, agreement: str, *, named: bool, now: datetime
) -> bool:
    """Keep whether the bearer lets *agreement* be named; False when that is so already."""
    own_write(permit)
    if named:
        values = {"agreement": agreement, "owner": permit.owner, "said_at": now}
        return insert_once(session, PublicNamingRow, **values)
    mine = col(PublicNamingRow.agreement) == agreement, col(PublicNamingRow.owner) == permit.owner
    gone = session.connection().execute(delete(PublicNamingRow).where(*mine))
    return gone.rowcount > 0


def list_namings(
    permit: Permit, session: Session, *, among: list[str] | None = None
) -> dict[str, frozenset[str]]:
    """Agreement → the parties that let it be named. *among*: of these only; None: of all.

    The public's permit reads every word, a party's those on its own agreements, which are *among*.
    """
    query = scoped_select(permit, PublicNamingRow)
    if among is not None:
        query = query.where(col(PublicNamingRow.agreement).in_(among))
    found: dict[str, set[str]] = {}
    for row in session.exec(query):
        found.setdefault(row.agreement, set()).add(row.owner)
    return {agreement: frozenset(parties) for agreement, parties in found.items()}
