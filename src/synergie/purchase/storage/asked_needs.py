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
from synergie.storage.trust.trust_tables import NeedRow

type NeedState = Literal["waiting", "proposed", "refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedView:
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
    _check_public_permit(permit)
    same = select(NeedRow.id).where(
        col(NeedRow.owner) == owner, col(NeedRow.digest) == digest, col(NeedRow.state) == "waiting"
    )
    if session.exec(same).first() is not None:
        return
    session.add(
        NeedRow(
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
    _check_public_permit(permit)
    query = select(func.count()).where(col(NeedRow.state) == "waiting")
    return session.exec(query).one()


def list_need_requests(permit: Permit, session: Session, *, limit: int) -> list[NeedView]:
    """Needs asked of the permit's owner, those that wait first, then the newest first."""
    query = (
        scoped_select(permit, NeedRow)
        .order_by(col(NeedRow.state) != "waiting", col(NeedRow.received_at).desc())
        .limit(limit)
    )
    return [_build_need_view(row) for row in session.exec(query)]


def load_need_request(
    permit: Permit, session: Session, need_id: str, *, for_update: bool = False
) -> NeedView | None:
    """One need asked of the permit's owner, or None."""
    query = scoped_select(permit, NeedRow).where(col(NeedRow.id) == need_id)
    row = session.exec(query.with_for_update() if for_update else query).first()
    return None if row is None else _build_need_view(row)


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
    query = scoped_select(permit, NeedRow).where(col(NeedRow.id) == need_id)
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
    gone = delete(NeedRow).where(col(NeedRow.received_at) < before)
    return connection.execute(gone).rowcount


def _check_public_permit(permit: Permit) -> None:
    if permit.scope != "public":
        raise TypeError("a need comes from anybody, under the public's permit")


def _build_need_view(row: NeedRow) -> NeedView:
    state: NeedState = row.state  # type: ignore[assignment]  # written from one only
    return NeedView(
        id=row.id,
        need=AskedNeed.model_validate_json(row.body),
        state=state,
        agreement=row.agreement,
        received_at=row.received_at,
        answered_at=row.answered_at,
    )
