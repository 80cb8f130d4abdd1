"""What an organisation wrote or took back, into the journal: the batches, never their content."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from synergie.exchange.publication.publication import Filed
from synergie.policy import Permit, Principal
from synergie.schemas.readings.batch import Receipt
from synergie.schemas.readings.undone import Undone
from synergie.schemas.trust.agreement import Dataset
from synergie.storage.store import Session
from synergie.storage.trust.journal.journal import Entry, append


def note(
    session: Session,
    caller: Principal,
    permit: Permit,
    receipts: Sequence[Receipt],
    *,
    dataset: Dataset | None,
    filed: Filed | None = None,
    about: Iterable[str] = (),
    now: datetime,
) -> None:
    """New batches of one transaction, the deposit they came by and the series they are *about*."""
    deposit = () if filed is None else (filed.deposit,)
    entry = Entry(
        "data.written",
        by=caller.organisation,
        client=caller.client_id,
        owner=permit.owner,
        agreement=None if permit.agreement is None else f"{permit.agreement}/{permit.version}",
        subjects=(*(one.id for one in receipts), *deposit, *about),
        dataset=dataset,
        rows=sum(one.kept for one in receipts),
    )
    append(permit, session, entry, now=now)


def record_undone_batches(
    session: Session, caller: Principal, permit: Permit, report: Undone, *, now: datetime
) -> None:
    """A batch or a deposit that was undone."""
    subjects = (report.id, *(one.id for one in report.batches))
    entry = Entry(
        "data.undone",
        by=caller.organisation,
        client=caller.client_id,
        owner=permit.owner,
        subjects=subjects,
        rows=sum(one.lost for one in report.batches),
    )
    append(permit, session, entry, now=now)
