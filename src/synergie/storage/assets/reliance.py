"""What stands on what: a batch is undone once nothing later stands on it.

A later batch stands on an older one when it replaced a part of it, and also when it found its own
content there and stored nothing: undoing the older would take away what the later had told.
"""

from collections.abc import Iterable

from sqlalchemy import delete
from sqlmodel import col, select

from synergie.policy import Permit
from synergie.storage.readings.once import insert_once
from synergie.storage.scope import own_write, scoped_select
from synergie.storage.store import Session
from synergie.storage.tables import BatchRow, RelianceRow


def record_reliance(
    permit: Permit, session: Session, later: str, older: Iterable[str], *, replaces: bool
) -> None:
    """Note that *later*, a batch or a deposit, stands on each of *older*."""
    own_write(permit)
    for one in sorted(set(older) - {later}):
        row = {"later": later, "older": one, "owner": permit.owner, "replaces": replaces}
        insert_once(session, RelianceRow, **row)


def standing_on(
    permit: Permit, session: Session, older: Iterable[str], *, but: Iterable[str]
) -> str | None:
    """The newest that stands on one of *older* and is none of *but*, or None."""
    query = (
        scoped_select(permit, RelianceRow)
        .where(col(RelianceRow.older).in_(list(older)), col(RelianceRow.later).not_in(list(but)))
        .join(BatchRow, col(BatchRow.id) == col(RelianceRow.later), isouter=True)
        .order_by(col(BatchRow.seq).is_(None), col(BatchRow.seq).desc())
        .limit(1)
    )
    found = session.exec(query).first()
    return None if found is None else found.later


def stood_on(permit: Permit, session: Session, later: str) -> frozenset[str]:
    """The batches of which *later* replaced something."""
    query = scoped_select(permit, RelianceRow).where(
        col(RelianceRow.later) == later, col(RelianceRow.replaces)
    )
    return frozenset(row.older for row in session.exec(query))


def release_reliance(
    permit: Permit, session: Session, later: Iterable[str]
) -> dict[str, str | None]:
    """Let go what *later* stood on: the batches set free → the newest that replaces them now."""
    own_write(permit)
    gone = list(later)
    own = scoped_select(permit, RelianceRow)
    let_go = {
        row.older
        for row in session.exec(own.where(col(RelianceRow.later).in_(gone)))
        if row.replaces
    }
    session.connection().execute(
        delete(RelianceRow).where(
            col(RelianceRow.owner) == permit.owner, col(RelianceRow.later).in_(gone)
        )
    )
    newest: dict[str, str | None] = dict.fromkeys(sorted(let_go - set(gone)))
    query = (
        select(RelianceRow.older, RelianceRow.later)
        .join(BatchRow, col(BatchRow.id) == col(RelianceRow.later))
        .where(col(RelianceRow.owner) == permit.owner, col(RelianceRow.replaces))
        .where(col(RelianceRow.older).in_(list(newest)))
        .order_by(col(BatchRow.seq))
    )
    return newest | dict(session.exec(query).all())
