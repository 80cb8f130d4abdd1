"""Files that were deposited, each with its report, and what was undone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import batched
from typing import Literal, NamedTuple

from sqlalchemy import and_, update
from sqlmodel import col

from synergie.policy import Permit
from synergie.schemas.file_source import FileSource
from synergie.schemas.readings.deposit import DepositReport
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.undone import Undone
from synergie.storage.readings.once import insert_once
from synergie.storage.scope import own_write, scoped_select
from synergie.storage.store import Session
from synergie.storage.tables import BatchRow, DepositRow, UndoRow

_CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Deposited:
    """What a deposit is known by: the file, the format it was read in, and what was declared."""

    sha256: str
    format: str
    profile: str
    """The Profile as JSON."""

    @property
    def digest(self) -> str:
        """Of all three: the same again is the same deposit."""
        return sha256(f"{self.sha256}\x1f{self.format}\x1f{self.profile}".encode()).hexdigest()


def find_same_deposit(
    permit: Permit, session: Session, what: Deposited
) -> tuple[str, DepositReport | None] | None:
    """The bearer's deposit of the same, not undone: its id, and its report once it is finished."""
    query = scoped_select(permit, DepositRow).where(col(DepositRow.digest) == what.digest)
    row = session.exec(query).first()
    if row is None:
        return None
    return row.id, None if row.report is None else DepositReport.model_validate_json(row.report)


def begin_deposit(
    permit: Permit,
    session: Session,
    deposit: str,
    what: Deposited,
    *,
    name: str,
    client: str,
    now: datetime,
) -> bool:
    """Note that a file is being deposited; False when the same was begun already."""
    own_write(permit)
    return insert_once(
        session,
        DepositRow,
        id=deposit,
        owner=permit.owner,
        digest=what.digest,
        sha256=what.sha256,
        name=name,
        format=what.format,
        profile=what.profile,
        client=client,
        received_at=now,
    )


def finish_deposit(permit: Permit, session: Session, report: DepositReport) -> bool:
    """Keep the report of a deposit that is stored whole; False when it was undone meanwhile."""
    own_write(permit)
    kept = report.records
    query = (
        update(DepositRow)
        .where(col(DepositRow.id) == report.id, col(DepositRow.owner) == permit.owner)
        .where(col(DepositRow.undone_at).is_(None))
        .values(
            n_in=kept + report.duplicates + report.rejected,
            n_kept=kept,
            n_rejected=report.rejected,
            report=report.model_dump_json(),
        )
    )
    return bool(session.connection().execute(query).rowcount)


def deposit_report(
    permit: Permit, session: Session, deposit: str
) -> tuple[datetime, DepositReport] | None:
    """When a deposit of the bearer's came, and its report; None when absent or not finished."""
    query = scoped_select(permit, DepositRow).where(col(DepositRow.id) == deposit)
    row = session.exec(query).first()
    if row is None or row.report is None:
        return None
    return row.received_at, DepositReport.model_validate_json(row.report)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentDeposit:
    """A deposit in a list: what it was and what became of its rows."""

    id: str
    name: str
    format: str
    received_at: datetime
    rows: int
    rejected: int
    undone_at: datetime | None


def recent_deposits(permit: Permit, session: Session, *, limit: int) -> tuple[RecentDeposit, ...]:
    """The newest deposits of the bearer's that are stored whole, undone ones included."""
    query = (
        scoped_select(permit, DepositRow)
        .where(col(DepositRow.report).is_not(None))
        .order_by(col(DepositRow.received_at).desc(), col(DepositRow.id))
        .limit(limit)
    )
    return tuple(
        RecentDeposit(
            id=row.id,
            name=row.name,
            format=row.format,
            received_at=row.received_at,
            rows=row.n_in or 0,
            rejected=row.n_rejected or 0,
            undone_at=row.undone_at,
        )
        for row in session.exec(query)
    )


class BatchFile(NamedTuple):
    """The file that a batch came in. `deposit`, `name` None: it came by the API."""

    deposit: str | None
    name: str | None
    source: str | None
    received_at: datetime

    def source_of(self, told: str | None) -> FileSource:
        """It as where a record comes from, of which the record itself says *told*."""
        return FileSource(
            deposit=self.deposit,
            file=self.name,
            format=told or self.source or "api",
            received_at=self.received_at,
        )


def files_of_batches(
    permit: Permit, session: Session, batches: Iterable[str]
) -> dict[str, BatchFile]:
    """The file of each of the bearer's *batches*; unknown ones are left out."""
    found: dict[str, BatchFile] = {}
    of = and_(col(DepositRow.id) == col(BatchRow.deposit), col(DepositRow.owner) == permit.owner)
    what = col(BatchRow.id), col(DepositRow.id), col(DepositRow.name)
    for some in batched(sorted(set(batches)), _CHUNK):
        query = (
            scoped_select(permit, BatchRow)
            .join(DepositRow, of, isouter=True)
            .with_only_columns(*what, col(BatchRow.source), col(BatchRow.received_at))
            .where(col(BatchRow.id).in_(some))
        )
        for batch, deposit, name, source, at in session.connection().execute(query):
            found[batch] = BatchFile(deposit, name, source, at)
    return found


def deposit_way(permit: Permit, session: Session, deposit: str) -> tuple[str, Profile] | None:
    """The format and the profile that a deposit of the bearer's was read with; None: absent."""
    query = scoped_select(permit, DepositRow).where(col(DepositRow.id) == deposit)
    row = session.exec(query).first()
    return None if row is None else (row.format, Profile.model_validate_json(row.profile))


def find_deposit_state(
    permit: Permit, session: Session, deposit: str
) -> Literal["live", "undone"] | None:
    """Whether *deposit* of the bearer's is undone; None when it is absent.

    Until this transaction ends nobody undoes it, and no part of it is stored by another one.
    """
    query = scoped_select(permit, DepositRow).where(col(DepositRow.id) == deposit)
    row = session.exec(query.with_for_update()).first()
    if row is None:
        return None
    return "live" if row.undone_at is None else "undone"


def release_deposit(
    permit: Permit, session: Session, deposit: str, *, undone_at: datetime | None
) -> None:
    """Let the same file be stored anew: a batch of it, or all of it (*undone_at*), was undone."""
    own_write(permit)
    digest = col(DepositRow.digest).concat("/").concat(col(DepositRow.id))
    of = (col(DepositRow.id) == deposit, col(DepositRow.owner) == permit.owner)
    free = update(DepositRow).where(*of, col(DepositRow.digest).not_like("%/%"))
    session.connection().execute(free.values(digest=digest))
    if undone_at is not None:
        session.connection().execute(update(DepositRow).where(*of).values(undone_at=undone_at))


def find_undo_answer(permit: Permit, session: Session, subject: str) -> Undone | None:
    """The answer that the undo of a batch or a deposit was given, or None."""
    query = scoped_select(permit, UndoRow).where(col(UndoRow.id) == subject)
    row = session.exec(query).first()
    return None if row is None else Undone.model_validate_json(row.report)


def save_undone(
    permit: Permit, session: Session, report: Undone, *, client: str, now: datetime
) -> None:
    """Keep the answer of an undo."""
    own_write(permit)
    session.add(
        UndoRow(
            id=report.id, owner=permit.owner, at=now, client=client, report=report.model_dump_json()
        )
    )
