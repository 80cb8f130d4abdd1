"""Agreements that are no longer what was signed: found, told to both parties, recorded once."""

from dataclasses import dataclass
from datetime import datetime

from synergie.policy import Permit, permit_operator
from synergie.schemas.trust.agreement import OPERATOR
from synergie.schemas.trust.journal import JournalEvent
from synergie.storage.store import Session, Store
from synergie.storage.trust.agreements.agreement_faults import (
    FaultyAgreement,
    drop_fault,
    faults_known,
    faulty_agreements,
    save_fault,
)
from synergie.storage.trust.journal.journal import Entry, append


@dataclass(frozen=True, slots=True)
class AgreementFaults:
    """The operator's own upkeep of what opens nothing any more."""

    store: Store

    def look(self, *, now: datetime) -> int:
        """Look at every agreement; how many are not what was signed.

        What is new is recorded in the journal, for both parties; so is what is whole again.
        """
        permit = permit_operator(now=now)
        with self.store.read() as session:
            found = set(faulty_agreements(permit, session))
            known = set(faults_known(permit, session))
        if found != known:
            with self.store.write(essential=True) as session:
                for one in sorted(found - known):
                    note_fault(session, one, now=now)
                versions = {one[:2] for one in found}
                for one in sorted(one for one in known if one[:2] not in versions):
                    drop_fault(permit, session, one)
                    _record_agreement_fault(permit, session, one, "agreement.repair")
        return len(found)


def note_fault(session: Session, found: FaultyAgreement, *, now: datetime) -> None:
    """Keep that *found* is so, and record it; once."""
    permit = permit_operator(now=now)
    if save_fault(permit, session, found):
        _record_agreement_fault(permit, session, found, "agreement.fault")


def _record_agreement_fault(
    permit: Permit, session: Session, one: FaultyAgreement, event: JournalEvent
) -> None:
    entry = Entry(
        event,
        by=OPERATOR,
        owner=one.owner,
        agreement=f"{one.agreement}/{one.version}",
        subjects=(one.agreement, one.owner, one.recipient),
        reason=one.fault,
    )
    append(permit, session, entry, now=permit.decided_at)
