"""Webhooks of an organisation, and their messages until they are taken or given up."""

import json
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_, update
from sqlmodel import col, select

from synergie.policy import Permit
from synergie.schemas.change import ChangeKind
from synergie.schemas.trust.webhook import Delivery, DeliveryProblem, Disabled, SignatureKind
from synergie.storage.scope import own_write, scoped_select
from synergie.storage.store import Session
from synergie.storage.trust.webhook_tables import WebhookDeliveryRow, WebhookRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """A webhook as it is kept."""

    id: str
    owner: str
    client: str
    url: str
    signature: SignatureKind
    kinds: tuple[ChangeKind, ...]
    generation: int
    fingerprint: str
    previous_until: datetime | None
    disabled: Disabled | None
    """Why nothing is sent. None: it is active."""
    epoch: str
    seq: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Message:
    """A message to be sent."""

    id: str
    _: KW_ONLY
    webhook: str
    owner: str
    type: str
    body: str
    seq: int | None
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Due:
    """A message whose time has come; only who may see it is told here."""

    id: str
    webhook: str
    owner: str


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of one try. `next_at` None: there will be no other."""

    at: datetime
    _: KW_ONLY
    status: int | None
    problem: DeliveryProblem | None
    next_at: datetime | None


def find_webhook(
    permit: Permit, session: Session, webhook_id: str, *, for_update: bool = False
) -> Hook | None:
    """One webhook of the bearer's, or None; with *for_update* other workers wait (PostgreSQL)."""
    query = scoped_select(permit, WebhookRow).where(col(WebhookRow.id) == webhook_id)
    row = session.exec(query.with_for_update() if for_update else query).first()
    return None if row is None else _build_hook(row)


def webhook_at(permit: Permit, session: Session, url: str) -> Hook | None:
    """The bearer's webhook at that address, or None."""
    row = session.exec(scoped_select(permit, WebhookRow).where(col(WebhookRow.url) == url)).first()
    return None if row is None else _build_hook(row)


def list_webhooks(permit: Permit, session: Session, *, after: str = "", limit: int) -> list[Hook]:
    """Webhooks of the bearer's by id, after *after*."""
    query = (
        scoped_select(permit, WebhookRow)
        .where(col(WebhookRow.id) > after)
        .order_by(col(WebhookRow.id))
        .limit(limit)
    )
    return [_build_hook(row) for row in session.exec(query)]


def save_webhook(permit: Permit, session: Session, hook: Hook) -> None:
    """Write a webhook of the bearer's, new or changed."""
    own_write(permit)
    if hook.owner != permit.owner:
        raise TypeError("a webhook of another organisation")
    session.merge(
        WebhookRow(
            id=hook.id,
            owner=hook.owner,
            client=hook.client,
            url=hook.url,
            signature=hook.signature,
            kinds=json.dumps(hook.kinds),
            generation=hook.generation,
            fingerprint=hook.fingerprint,
            previous_until=hook.previous_until,
            state="active" if hook.disabled is None else "disabled",
            reason=hook.disabled,
            epoch=hook.epoch,
            seq=hook.seq,
            created_at=hook.created_at,
        )
    )
    session.flush()


def remove_webhook(permit: Permit, session: Session, webhook_id: str) -> None:
    """Remove a webhook of the bearer's, with its messages."""
    own_write(permit)
    mine = [row.id for row in session.exec(scoped_select(permit, WebhookRow))]
    if webhook_id not in mine:
        raise TypeError("a webhook of another organisation")
    for table, name in ((WebhookDeliveryRow, "webhook"), (WebhookRow, "id")):
        session.connection().execute(delete(table).where(col(getattr(table, name)) == webhook_id))


def list_active_webhooks(permit: Permit, session: Session) -> list[tuple[str, str, str, int, str]]:
    """Id, owner, client, number and epoch of every active webhook of this server, for who sends."""
    _check_webhook_permit(permit)
    query = select(WebhookRow).where(col(WebhookRow.state) == "active")
    return [
        (row.id, row.owner, row.client, row.seq, row.epoch)
        for row in session.exec(query.order_by(col(WebhookRow.id)))
    ]


def list_due_messages(permit: Permit, session: Session, *, now: datetime, limit: int) -> list[Due]:
    """Messages whose time has come and that nobody has in hand, the oldest first."""
    _check_webhook_permit(permit)
    query = (
        select(WebhookDeliveryRow)
        .where(col(WebhookDeliveryRow.state) == "waiting", col(WebhookDeliveryRow.next_at) <= now)
        .where(_match_free_lease(now))
        .order_by(col(WebhookDeliveryRow.next_at), col(WebhookDeliveryRow.id))
        .limit(limit)
    )
    return [Due(row.id, row.webhook, row.owner) for row in session.exec(query)]


def add_message(
    permit: Permit, session: Session, message: Message, *, now: datetime, send_at: datetime
) -> None:
    """Write a message of one of the bearer's webhooks, to be sent at *send_at*."""
    own_write(permit)
    if message.owner != permit.owner:
        raise TypeError("a message of another organisation")
    session.add(
        WebhookDeliveryRow(
            id=message.id,
            webhook=message.webhook,
            owner=message.owner,
            seq=message.seq,
            type=message.type,
            body=message.body,
            state="waiting",
            attempts=0,
            created_at=now,
            next_at=send_at,
        )
    )
    session.flush()


def count_waiting_messages(permit: Permit, session: Session, webhook_id: str) -> int:
    """How many messages of one webhook of the bearer's are still to be sent."""
    mine = scoped_select(permit, WebhookDeliveryRow).where(
        col(WebhookDeliveryRow.webhook) == webhook_id, col(WebhookDeliveryRow.state) == "waiting"
    )
    return session.exec(select(func.count()).select_from(mine.subquery())).one()


def claim_message(
    permit: Permit, session: Session, message_id: str, *, now: datetime, until: datetime
) -> Message | None:
    """Take one message in hand *until* then; None when another worker has it, or it is done.

    One statement: of two workers one gets it. It is free again after *until*.
    """
    own_write(permit)
    statement = (
        update(WebhookDeliveryRow)
        .where(
            col(WebhookDeliveryRow.id) == message_id,
            _match_own_deliveries(permit),
            _match_free_lease(now),
        )
        .where(col(WebhookDeliveryRow.state) == "waiting", col(WebhookDeliveryRow.next_at) <= now)
        .values(lease_until=until)
        .returning(col(WebhookDeliveryRow.id))
    )
    if session.connection().execute(statement).first() is None:
        return None
    row = session.get(WebhookDeliveryRow, message_id)
    assert row is not None  # noqa: S101 (it was updated)
    return Message(
        row.id,
        webhook=row.webhook,
        owner=row.owner,
        type=row.type,
        body=row.body,
        seq=row.seq,
        attempts=row.attempts,
    )


def note_try(permit: Permit, session: Session, message_id: str, tried: Tried) -> None:
    """Write what came of one try of a message of the bearer's; it is in nobody's hand then."""
    own_write(permit)
    state = "waiting" if tried.next_at is not None else "failed"
    if tried.problem is None:
        state = "delivered"
    statement = (
        update(WebhookDeliveryRow)
        .where(col(WebhookDeliveryRow.id) == message_id, _match_own_deliveries(permit))
        .where(col(WebhookDeliveryRow.state) == "waiting")
        .values(
            state=state,
            attempts=col(WebhookDeliveryRow.attempts) + 1,
            status=tried.status,
            problem=tried.problem,
            last_at=tried.at,
            next_at=tried.next_at,
            lease_until=None,
        )
    )
    session.connection().execute(statement)


def drop_message(permit: Permit, session: Session, message_id: str, *, now: datetime) -> None:
    """Send no more a message of the bearer's that tells what is not open any more."""
    own_write(permit)
    statement = (
        update(WebhookDeliveryRow)
        .where(col(WebhookDeliveryRow.id) == message_id, _match_own_deliveries(permit))
        .values(state="dropped", problem="not_open", last_at=now, next_at=None, lease_until=None)
    )
    session.connection().execute(statement)


def give_up(permit: Permit, session: Session, webhook_id: str) -> None:
    """Send no message of a webhook of the bearer's any more; those left have failed."""
    own_write(permit)
    statement = (
        update(WebhookDeliveryRow)
        .where(col(WebhookDeliveryRow.webhook) == webhook_id, _match_own_deliveries(permit))
        .where(col(WebhookDeliveryRow.state) == "waiting")
        .values(state="failed", next_at=None, lease_until=None)
    )
    session.connection().execute(statement)


def deliveries(
    permit: Permit, session: Session, webhook_id: str, *, before: str, limit: int
) -> list[Delivery]:
    """Messages of one webhook of the bearer's, the newest first; *before* an id, or empty."""
    query = scoped_select(permit, WebhookDeliveryRow).where(
        col(WebhookDeliveryRow.webhook) == webhook_id
    )
    if before:
        query = query.where(col(WebhookDeliveryRow.id) < before)
    ordered = query.order_by(col(WebhookDeliveryRow.id).desc()).limit(limit)
    return [_build_delivery(row) for row in session.exec(ordered)]


def forget_deliveries(permit: Permit, session: Session, *, before: datetime) -> int:
    """Remove messages that were taken or given up and were written before then; how many."""
    _check_webhook_permit(permit)
    statement = delete(WebhookDeliveryRow).where(
        col(WebhookDeliveryRow.state) != "waiting", col(WebhookDeliveryRow.created_at) < before
    )
    return session.connection().execute(statement).rowcount


def _match_free_lease(now: datetime) -> Any:
    lease = col(WebhookDeliveryRow.lease_until)
    return or_(lease.is_(None), lease <= now)


def _match_own_deliveries(permit: Permit) -> Any:
    return col(WebhookDeliveryRow.owner) == permit.owner


def _check_webhook_permit(permit: Permit) -> None:
    if permit.scope != "operator":
        raise TypeError("only the operator's permit looks over all webhooks")


def _build_hook(row: WebhookRow) -> Hook:
    signature: SignatureKind = row.signature  # type: ignore[assignment]  # written from one only
    disabled: Disabled | None = row.reason  # type: ignore[assignment]  # written from one only
    return Hook(
        id=row.id,
        owner=row.owner,
        client=row.client,
        url=row.url,
        signature=signature,
        kinds=tuple(json.loads(row.kinds)),
        generation=row.generation,
        fingerprint=row.fingerprint,
        previous_until=row.previous_until,
        disabled=disabled,
        epoch=row.epoch,
        seq=row.seq,
        created_at=row.created_at,
    )


def _build_delivery(row: WebhookDeliveryRow) -> Delivery:
    return Delivery.model_validate(
        {
            "id": row.id,
            "type": row.type,
            "state": row.state,
            "attempts": row.attempts,
            "status": row.status,
            "problem": row.problem,
            "created_at": row.created_at,
            "last_at": row.last_at,
            "next_at": row.next_at,
        }
    )
