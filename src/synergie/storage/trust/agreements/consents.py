"""Consents: recorded once, withdrawn for ever, and which of them an agreement stands on."""

from collections.abc import Iterator
from datetime import datetime
from itertools import batched

from sqlmodel import col, select

from synergie.policy import Permit
from synergie.schemas.trust.agreement import Agreement
from synergie.schemas.trust.consent import Consent, ConsentRecord
from synergie.storage.scope import own_write, scoped_select
from synergie.storage.store import Session
from synergie.storage.trust.agreements.agreement_tables import ConsentRow

_CHUNK = 500
"""Identifiers of one statement."""


def consents_of(permit: Permit, session: Session, agreement: Agreement) -> list[Consent]:
    """The consents that *agreement* names and that are its owner's, by id, withdrawn or not.

    One that it names and that is missing here is not there, or is not the owner's. TypeError when
    the bearer of *permit* is no party: nothing tells a third one that a consent exists.
    """
    terms = agreement.terms
    if permit.bearer not in {terms.owner, terms.recipient}:
        raise TypeError("consents are looked up for a party of the agreement")
    return sorted(
        _iterate_named_consents(session, terms.owner, terms.consent_refs), key=lambda one: one.id
    )


def _iterate_named_consents(
    session: Session, owner: str, refs: tuple[str, ...]
) -> Iterator[Consent]:
    for some in batched(dict.fromkeys(refs), _CHUNK):
        query = select(ConsentRow).where(
            col(ConsentRow.owner) == owner, col(ConsentRow.id).in_(some)
        )
        yield from map(build_consent, session.exec(query))


def find_consent(
    permit: Permit, session: Session, consent_id: str, *, for_update: bool = False
) -> Consent | None:
    """One consent of the bearer's own, or None."""
    query = scoped_select(permit, ConsentRow).where(col(ConsentRow.id) == consent_id)
    row = session.exec(query.with_for_update() if for_update else query).first()
    return None if row is None else build_consent(row)


def list_consents(permit: Permit, session: Session, *, after: str, limit: int) -> list[Consent]:
    """Consents of the bearer's own by id, after *after*."""
    query = (
        scoped_select(permit, ConsentRow)
        .where(col(ConsentRow.id) > after)
        .order_by(col(ConsentRow.id))
        .limit(limit)
    )
    return [build_consent(row) for row in session.exec(query)]


def save_consent(permit: Permit, session: Session, body: Consent) -> None:
    """Write a new consent."""
    own_write(permit)
    record = ConsentRecord.model_validate(
        {name: getattr(body, name) for name in ConsentRecord.model_fields}
    )
    session.add(
        ConsentRow(
            id=body.id,
            owner=permit.owner,
            body=record.model_dump_json(),
            recorded_at=body.recorded_at,
            withdrawn_at=body.withdrawn_at,
        )
    )


def withdraw_consent(
    permit: Permit, session: Session, consent_id: str, *, now: datetime
) -> Consent:
    """Mark a consent of the bearer's own as withdrawn at *now*; the first moment stays."""
    own_write(permit)
    query = scoped_select(permit, ConsentRow).where(col(ConsentRow.id) == consent_id)
    row = session.exec(query).one()
    row.withdrawn_at = row.withdrawn_at or now
    session.add(row)
    return build_consent(row)


def build_consent(row: ConsentRow) -> Consent:
    """The consent that *row* keeps."""
    return Consent(
        **dict(ConsentRecord.model_validate_json(row.body)),
        id=row.id,
        owner=row.owner,
        recorded_at=row.recorded_at,
        withdrawn_at=row.withdrawn_at,
    )
