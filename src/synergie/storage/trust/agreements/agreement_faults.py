"""Agreements that are no longer what was signed: looked for, kept while they are, told to both."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sqlmodel import col

from synergie.policy import Permit
from synergie.policy.trust.agreement import ENDED
from synergie.schemas.trust.agreement import AgreementFault
from synergie.storage.scope import scoped_select
from synergie.storage.store import Session
from synergie.storage.trust.agreements.agreement_flaws import (
    Stored,
    agreement_pages,
    load_agreement,
)
from synergie.storage.trust.agreements.agreement_tables import AgreementFaultRow


class FaultyAgreement(NamedTuple):
    """A version that opens nothing, and why."""

    agreement: str
    version: int
    owner: str
    recipient: str
    fault: AgreementFault


def faulty_agreements(permit: Permit, session: Session) -> Iterator[FaultyAgreement]:
    """Every version that has not ended and is not what was signed. Reads all; the operator's."""
    _check_fault_permit(permit)
    for page in agreement_pages(session):
        for one in page:
            fault = _find_agreement_fault(one)
            if fault is not None and one.state not in ENDED and not _is_private(one):
                yield FaultyAgreement(one.id, one.version, one.owner, one.recipient, fault)


def _is_private(one: Stored) -> bool:
    """Whether it was never proposed: a draft is its author's, and the other side knows of none."""
    return one.state == "draft" and '"propose"' not in one.history


def _find_agreement_fault(one: Stored) -> AgreementFault | None:
    body = load_agreement(one)
    return "terms" if body is None else body.fault


def faults_known(permit: Permit, session: Session) -> dict[FaultyAgreement, datetime]:
    """When each was found that is so still: to the operator all, to a party its own; by id."""
    row, names = AgreementFaultRow, FaultyAgreement._fields
    query = scoped_select(permit, row).order_by(col(row.agreement), col(row.version))
    return {
        FaultyAgreement(*(getattr(one, name) for name in names)): one.found_at
        for one in session.exec(query)
    }


def save_fault(permit: Permit, session: Session, found: FaultyAgreement) -> bool:
    """Keep that *found* is so; False when it is known already, with this fault."""
    _check_fault_permit(permit)
    row = session.get(AgreementFaultRow, (found.agreement, found.version))
    if row is not None and row.fault == found.fault:
        return False
    session.merge(AgreementFaultRow(**found._asdict(), found_at=permit.decided_at))
    return True


def drop_fault(permit: Permit, session: Session, found: FaultyAgreement) -> None:
    """Keep it no more: it is what was signed again, or it ended."""
    _check_fault_permit(permit)
    row = session.get(AgreementFaultRow, (found.agreement, found.version))
    if row is not None:
        session.delete(row)


def _check_fault_permit(permit: Permit) -> None:
    if permit.scope != "operator":
        raise TypeError("only the operator's own upkeep reads what no agreement opens")
