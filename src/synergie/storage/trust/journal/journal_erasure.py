"""Erasure (RGPD art. 17): salt and content of a record go, its hash stays, every proof verifies.

Without the 16 random bytes of its salt nobody can guess a record from its hash.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlmodel import col

from synergie.errors import BadInput, Conflict
from synergie.policy import Permit
from synergie.schemas.trust.journal import JournalEvent, JournalRecord
from synergie.storage.store import Session
from synergie.storage.trust.journal.journal import (
    UNINDEXED,
    Entry,
    append,
    is_access,
    list_concerned_parties,
)
from synergie.storage.trust.journal.journal_bundles import iterate_records, restore_row
from synergie.storage.trust.journal.journal_tables import (
    JournalPartyRow,
    JournalRow,
    JournalSubjectRow,
)

ERASED: JournalEvent = "record.erased"
_MOST = 1000
"""Records that one record of erasure names."""


def records_about(permit: Permit, session: Session, subject: str) -> list[int]:
    """The numbers of the records that name *subject*, for the operator."""
    _check_erasure_permit(permit)
    query = select(col(JournalSubjectRow.seq)).where(col(JournalSubjectRow.subject) == subject)
    indexed = session.connection().execute(query).scalars()
    return sorted({*indexed, *_iterate_unindexed_records(session, subject)})


def erase_records(
    permit: Permit, session: Session, seqs: Iterable[int], *, now: datetime
) -> list[int]:
    """Erase the records *seqs* and record that it was done; those that were there.

    What is erased already stays so. BadInput for a number beyond the journal; Conflict for a
    record of an erasure, which is what tells an erased record from a stolen one.
    """
    _check_erasure_permit(permit)
    done = [seq for seq in sorted(set(seqs)) if _erase_record(session, seq)]
    for start in range(0, len(done), _MOST):
        names = tuple(name_of(seq) for seq in done[start : start + _MOST])
        append(permit, session, Entry(ERASED, by="operator", subjects=names), now=now)
    return done


def _iterate_unindexed_records(session: Session, subject: str) -> Iterator[int]:
    """Records of deposits that name *subject*: no table tells, so every record is looked into."""
    told = f'"{subject}"'.encode()
    for one in iterate_records(session):
        if one.record is not None and told in one.record:
            record = JournalRecord.model_validate_json(one.record)
            if record.event in UNINDEXED and subject in record.subjects:
                yield one.seq


def name_of(seq: int) -> str:
    """How a record is named as a subject of another."""
    return f"record_{seq}"


def _erase_record(session: Session, seq: int) -> bool:
    connection = session.connection()
    if connection.dialect.name == "sqlite":  # else the bytes stay in the file until reused
        connection.exec_driver_sql("PRAGMA secure_delete=ON")
    query = select(col(JournalRow.record), col(JournalRow.at)).where(col(JournalRow.seq) == seq)
    query = query.with_for_update()  # it may be packed right now
    found = connection.execute(query).first()
    if found is None:
        restore_row(session, seq)
        found = connection.execute(query).first()
    if found is None:
        raise BadInput("--seq", seq, "the number of a record of the journal")
    if found.record is None:
        return False
    record = JournalRecord.model_validate_json(bytes(found.record))
    if record.event == ERASED:
        raise Conflict(f"record {seq}", "a record that tells of no erasure")
    gone = {"salt": None, "record": None}
    connection.execute(update(JournalRow).where(col(JournalRow.seq) == seq).values(**gone))
    party, subject = JournalPartyRow, JournalSubjectRow
    connection.execute(
        delete(party).where(
            col(party.party).in_(list_concerned_parties(record)),
            col(party.access) == is_access(record),
            col(party.at) == found.at,
            col(party.seq) == seq,
        )
    )
    connection.execute(
        delete(subject).where(col(subject.subject).in_(record.subjects), col(subject.seq) == seq)
    )
    return True


def _check_erasure_permit(permit: Permit) -> None:
    if permit.scope != "operator":
        raise TypeError("only the operator erases")
