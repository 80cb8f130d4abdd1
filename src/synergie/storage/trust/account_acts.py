"""What the journal holds of one account, for those whom its records concern."""

from sqlalchemy import select
from sqlmodel import col

from synergie.policy import Permit
from synergie.schemas.trust.journal import JournalRecord
from synergie.storage.store import Session
from synergie.storage.trust.journal.journal import list_concerned_parties
from synergie.storage.trust.journal.journal_tables import JournalRow, JournalSubjectRow


def account_acts(
    permit: Permit, session: Session, account_id: str, *, limit: int
) -> list[JournalRecord]:
    """The records that name the account and concern the bearer, newest first."""
    query = (
        select(col(JournalRow.record))
        .join(JournalSubjectRow, col(JournalSubjectRow.seq) == col(JournalRow.seq))
        .where(col(JournalSubjectRow.subject) == account_id, col(JournalRow.record).is_not(None))
        .order_by(col(JournalRow.seq).desc())
        .limit(limit)
    )
    found = session.connection().execute(query).scalars()
    records = (JournalRecord.model_validate_json(content) for content in found if content)
    return [one for one in records if permit.bearer in list_concerned_parties(one)]
