"""The directory of organisations, and the public keys they sign with."""

import json
from datetime import datetime

from sqlmodel import col, select

from synergie.policy import Permit
from synergie.schemas.organisation import Organisation
from synergie.storage._scope import scoped_select
from synergie.storage._tables import OrganisationKeyRow, OrganisationRow
from synergie.storage.store import Session


def save_organisation(
    permit: Permit, session: Session, body: Organisation, *, now: datetime
) -> None:
    """Write one entry of the directory; the operator's act."""
    _operator(permit)
    session.merge(OrganisationRow(id=body.id, body=body.model_dump_json(), updated_at=now))


def organisations(
    permit: Permit, session: Session, *, after: str = "", limit: int
) -> list[Organisation]:
    """Entries of the directory by id, after *after*; every authenticated caller may read it."""
    query = (
        scoped_select(permit, OrganisationRow)
        .where(col(OrganisationRow.id) > after)
        .order_by(col(OrganisationRow.id))
        .limit(limit)
    )
    return [Organisation.model_validate_json(row.body) for row in session.exec(query)]


def organisation(permit: Permit, session: Session, organisation_id: str) -> Organisation | None:
    """One entry, or None."""
    query = scoped_select(permit, OrganisationRow).where(col(OrganisationRow.id) == organisation_id)
    row = session.exec(query).first()
    return None if row is None else Organisation.model_validate_json(row.body)


def alone(permit: Permit, session: Session) -> None:
    """Make other publications of the permit's owner wait until this transaction ends.

    Two that bring the same content at once would both find it new. SQLite has one writer anyway.
    """
    query = scoped_select(permit, OrganisationRow).where(col(OrganisationRow.id) == permit.owner)
    session.exec(query.with_for_update()).first()


def save_key(
    permit: Permit, session: Session, organisation_id: str, jwk: dict[str, str], *, now: datetime
) -> None:
    """Add a public signing key of an organisation; old keys stay, so that old proofs verify."""
    _operator(permit)
    found = session.get(OrganisationKeyRow, (organisation_id, jwk["kid"]))
    if found is None:
        row = OrganisationKeyRow(
            organisation=organisation_id, kid=jwk["kid"], jwk=json.dumps(jwk), valid_from=now
        )
        session.add(row)


def signing_keys(session: Session, organisation_id: str) -> list[dict[str, str]]:
    """The public keys an organisation signs with now, as JWK; public by nature."""
    query = select(OrganisationKeyRow).where(
        col(OrganisationKeyRow.organisation) == organisation_id,
        col(OrganisationKeyRow.valid_until).is_(None),
    )
    return [json.loads(row.jwk) for row in session.exec(query)]


def _operator(permit: Permit) -> None:
    if permit.scope != "operator":
        raise TypeError("only the operator's permit writes the directory")
