"""Needs that anybody may say, each for the organisation that it is asked of, for one year."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import delete, func
from sqlmodel import col, select

from synergie.policy import Permit
from synergie.schemas.asked_need import AskedNeed
from synergie.storage.scope import own_write, scoped_select
from synergie.storage.store import Session
from synergie.storage.trust.trust_tables import AskedNeedRow

type NeedState = Literal["waiting", "proposed", "refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptNeed:
    """A need as the organisation sees it."""

    id: str
    need: AskedNeed
    state: NeedState
    agreement: str | None
    """The agreement that was drafted from it. None: none was."""
    received_at: datetime
    answered_at: datetime | None


def save_asked_need(
    permit: Permit,
    session: Session,
    body: AskedNeed,
    *,
    need_id: str,
    owner: str,
    digest: str,
    now: datetime,
) -> None:
    """Keep a need for *owner*; the same one that waits already is not kept twice."""
    _anybody(permit)
    same = select(AskedNeedRow.id).where(
        col(AskedNeedRow.owner) == owner,
        col(AskedNeedRow.digest) == digest,
        col(AskedNeedRow.state) == "waiting",
    )
    if session.exec(same).first() is not None:
        return
    session.add(
        AskedNeedRow(
            id=need_id,
            owner=owner,
            body=body.model_dump_json(),
            digest=digest,
            state="waiting",
            received_at=now,
        )
    )


def waiting_needs(permit: Permit, session: Session) -> int:
    """How many needs wait on this server, whoever they are asked of; nothing else is told."""
    _anybody(permit)
    query = select(func.count()).where(col(AskedNeedRow.state) == "waiting")
    return session.exec(query).one()


def asked_needs(permit: Permit, session: Session, *, limit: int) -> list[KeptNeed]:
    """Needs asked of the permit's owner, those that wait first, then the newest first."""
    query = (
        scoped_select(permit, AskedNeedRow)
        .order_by(col(AskedNeedRow.state) != "waiting", col(AskedNeedRow.received_at).desc())
        .limit(limit)
    )
    return [_kept(row) for row in session.exec(query)]


def asked_need(
    permit: Permit, session: Session, need_id: str, *, for_update: bool = False
) -> KeptNeed | None:
    """One need asked of the permit's owner, or None."""
    query = scoped_select(permit, AskedNeedRow).where(col(AskedNeedRow.id) == need_id)
    row = session.exec(query.with_for_update() if for_update else query).first()
    return None if row is None else _kept(row)


def answer_asked_need(
    permit: Permit,
    session: Session,
    need_id: str,
    state: NeedState,
    *,
    agreement: str | None = None,
    now: datetime,
) -> None:
    """Write what became of a need asked of the permit's owner."""
    own_write(permit)
    query = scoped_select(permit, AskedNeedRow).where(col(AskedNeedRow.id) == need_id)
    row = session.exec(query).one()
    row.state, row.agreement, row.answered_at = state, agreement, now
    session.add(row)


def forget_asked_needs(permit: Permit, session: Session, *, before: datetime) -> int:
    """Remove the needs that came before then, answered or not; how many."""
    if permit.scope != "operator":
        raise TypeError("only the operator's permit removes needs")
    connection = session.connection()
    if connection.dialect.name == "sqlite":  # else the bytes stay in the file until reused
        connection.exec_driver_sql("PRAGMA secure_delete=ON")
    gone = delete(AskedNeedRow).where(col(AskedNeedRow.received_at) < before)
    return connection.execute(gone).rowcount


def _anybody(permit: Permit) -> None:
    if permit.scope != "public":
        raise TypeError("a need comes from anybody, under the public's permit")


def _kept(row: AskedNeedRow) -> KeptNeed:
    state: NeedState = row.state  # type: ignore[assignment]  # written from one only
    return KeptNeed(
        id=row.id,
        need=AskedNeed.model_validate_json(row.body),
        state=state,
        agreement=row.agreement,
        received_at=row.received_at,
        answered_at=row.answered_at,
    )
