"""The directory of organisations, and the public keys they sign with."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, select

from synergie.errors import Conflict
from synergie.policy import Permit
from synergie.schemas.trust.organisation import Organisation, OrganisationKind
from synergie.storage._sql import json_text, match_any_of
from synergie.storage.scope import scoped_select
from synergie.storage.store import Session
from synergie.storage.tables import OrganisationKeyRow, OrganisationRow


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A public key of an organisation, and when it signed."""

    jwk: dict[str, Any]
    valid_from: datetime
    valid_until: datetime | None
    """None: it signs still."""
    request: str | None
    """The signed request it came in. None: the operator brought it."""


def save_organisation(
    permit: Permit, session: Session, body: Organisation, *, now: datetime
) -> None:
    """Write one entry of the directory; the operator's act."""
    _check_directory_permit(permit)
    session.merge(OrganisationRow(id=body.id, body=body.model_dump_json(), updated_at=now))


def list_organisations(
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


def find_organisation(
    permit: Permit, session: Session, organisation_id: str
) -> Organisation | None:
    """One entry, or None."""
    query = scoped_select(permit, OrganisationRow).where(col(OrganisationRow.id) == organisation_id)
    row = session.exec(query).first()
    return None if row is None else Organisation.model_validate_json(row.body)


def kinds_of(permit: Permit, session: Session, names: Iterable[str]) -> dict[str, OrganisationKind]:
    """The kinds of those of *names* that are in the directory, by name."""
    row = OrganisationRow
    query: Any = scoped_select(permit, row).where(match_any_of(col(row.id), names))
    columns = col(row.id), json_text(col(row.body), "kind")
    return dict(map(tuple, session.connection().execute(query.with_only_columns(*columns))))


def not_in_directory(permit: Permit, session: Session, names: Iterable[str]) -> str | None:
    """The first of *names* that no organisation of the directory bears, or None."""
    asked = list(names)
    query = scoped_select(permit, OrganisationRow).where(col(OrganisationRow.id).in_(asked))
    known = {row.id for row in session.exec(query)}
    return next((one for one in asked if one not in known), None)


def alone(permit: Permit, session: Session) -> None:
    """Make other publications of the permit's owner wait until this transaction ends.

    Two that bring the same content at once would both find it new. SQLite has one writer anyway.
    """
    query = scoped_select(permit, OrganisationRow).where(col(OrganisationRow.id) == permit.owner)
    session.exec(query.with_for_update()).first()


def save_key(
    permit: Permit,
    session: Session,
    organisation_id: str,
    jwk: dict[str, str],
    *,
    request: str | None = None,
    now: datetime,
) -> bool:
    """Add a public signing key of an organisation; old keys stay, so that old proofs verify.

    *request*: the signed request it came in. False when the key is there already. Conflict when
    another organisation has it, whatever its name there: a signature would be of either.
    """
    _check_directory_permit(permit)
    if _belongs_to_another(session, organisation_id, jwk):
        raise Conflict("key-taken", "a key that no other organisation has")
    found = session.get(OrganisationKeyRow, (organisation_id, jwk["kid"]))
    if found is None:
        row = OrganisationKeyRow(
            organisation=organisation_id,
            kid=jwk["kid"],
            jwk=json.dumps(jwk),
            valid_from=now,
            request=request,
        )
        session.add(row)
    return found is None


def _belongs_to_another(session: Session, organisation_id: str, jwk: dict[str, str]) -> bool:
    """Whether the public key is another organisation's, by its thumbprint (RFC 7638)."""
    query = select(OrganisationKeyRow.jwk).where(
        col(OrganisationKeyRow.organisation) != organisation_id
    )
    mine = _get_key_material(jwk)
    return any(_get_key_material(json.loads(text)) == mine for text in session.exec(query))


def _get_key_material(jwk: dict[str, str]) -> tuple[str | int | None, ...]:
    """What of a public key is the key itself, however its numbers are written."""
    return jwk.get("kty"), jwk.get("crv"), *(_decode_key_number(jwk.get(name)) for name in "xyne")


def _decode_key_number(text: str | None) -> int | None:
    return None if text is None else int.from_bytes(urlsafe_b64decode(f"{text}=="))


def signing_keys(session: Session, organisation_id: str) -> list[dict[str, str]]:
    """The public keys an organisation signs with now, as JWK; public by nature."""
    query = select(OrganisationKeyRow).where(
        col(OrganisationKeyRow.organisation) == organisation_id,
        col(OrganisationKeyRow.valid_until).is_(None),
    )
    return [json.loads(row.jwk) for row in session.exec(query)]


def retire_key(
    permit: Permit, session: Session, organisation_id: str, kid: str, *, now: datetime
) -> bool:
    """End the use of a signing key; what it signed before still verifies. False: no such key."""
    _check_directory_permit(permit)
    row = session.get(OrganisationKeyRow, (organisation_id, kid))
    if row is None or row.valid_until is not None:
        return False
    row.valid_until = now
    session.add(row)
    return True


def key_history(session: Session, organisation_id: str) -> list[SigningKey]:
    """Every public key an organisation has signed with, the first one first."""
    query = (
        select(OrganisationKeyRow)
        .where(col(OrganisationKeyRow.organisation) == organisation_id)
        .order_by(col(OrganisationKeyRow.valid_from), col(OrganisationKeyRow.kid))
    )
    return [
        SigningKey(json.loads(row.jwk), row.valid_from, row.valid_until, row.request)
        for row in session.exec(query)
    ]


def _check_directory_permit(permit: Permit) -> None:
    if permit.scope != "operator":
        raise TypeError("only the operator's permit writes the directory")
