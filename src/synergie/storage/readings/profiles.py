"""Saved profiles, by organisation and name."""

from datetime import datetime

from sqlmodel import col

from synergie.policy import Permit
from synergie.schemas.readings.saved_profile import SavedProfile, SavedProfileRecord
from synergie.storage.scope import own_write, scoped_select
from synergie.storage.store import Session
from synergie.storage.tables import ProfileRow


def find_profile(permit: Permit, session: Session, name: str) -> SavedProfile | None:
    """The profile of that name of the bearer's, or None."""
    query = scoped_select(permit, ProfileRow).where(col(ProfileRow.name) == name)
    row = session.exec(query).first()
    return None if row is None else _load_saved_profile(row)


def profile_by_fingerprint(
    permit: Permit, session: Session, fingerprint: str
) -> SavedProfile | None:
    """The profile for tables with that head; of several, the one that changed last."""
    query = (
        scoped_select(permit, ProfileRow)
        .where(col(ProfileRow.fingerprint) == fingerprint)
        .order_by(col(ProfileRow.updated_at).desc(), col(ProfileRow.name))
    )
    row = session.exec(query).first()
    return None if row is None else _load_saved_profile(row)


def list_profiles(
    permit: Permit, session: Session, *, after: str, limit: int
) -> list[SavedProfile]:
    """Profiles of the bearer's by name, after *after*."""
    query = (
        scoped_select(permit, ProfileRow)
        .where(col(ProfileRow.name) > after)
        .order_by(col(ProfileRow.name))
        .limit(limit)
    )
    return [_load_saved_profile(row) for row in session.exec(query)]


def save_profile(
    permit: Permit, session: Session, name: str, body: SavedProfileRecord, *, now: datetime
) -> SavedProfile:
    """Keep *body* under *name*; the same again changes nothing, another counts one version up."""
    own_write(permit)
    known = session.get(ProfileRow, (permit.owner, name))
    text = body.model_dump_json()
    if known is not None and known.body == text:
        return _load_saved_profile(known)
    table = body.profile.table
    row = ProfileRow(
        owner=permit.owner,
        name=name,
        version=1 if known is None else known.version + 1,
        fingerprint=None if table is None or table.of_one_file else table.fingerprint,
        body=text,
        updated_at=now,
    )
    session.merge(row)
    return _load_saved_profile(row)


def _load_saved_profile(row: ProfileRow) -> SavedProfile:
    body = SavedProfileRecord.model_validate_json(row.body)
    return SavedProfile(
        **dict(body),
        name=row.name,
        owner=row.owner,
        version=row.version,
        fingerprint=row.fingerprint,
        updated_at=row.updated_at,
    )
