"""The private tables of webhooks: who is told, and what is still to be told."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Index, UniqueConstraint

from synergie.storage.tables import Row
from synergie.storage.trust.fields import (
    integer,
    key,
    maybe_integer,
    maybe_moment,
    maybe_text,
    moment,
    text,
)


class WebhookRow(Row, table=True):
    """An address that is told what changes. Its secret is made again when needed, never kept."""

    __tablename__ = "webhook"
    __table_args__: ClassVar[Any] = (
        UniqueConstraint("owner", "url", name="webhook_of_owner"),
        {"sqlite_strict": True},
    )
    id: str = key()
    owner: str = text()
    client: str = text()
    """The program that registered it: what it may see is told, no more."""
    url: str = text()
    signature: str = text()
    kinds: str = text()
    """JSON list; empty: all kinds."""
    generation: int = integer()
    """Which secret is in use: one more a rotation."""
    fingerprint: str = text()
    """SHA-256 of that secret, to know when it can no longer be made."""
    previous_until: datetime | None = maybe_moment()
    state: str = text()
    reason: str | None = maybe_text()
    epoch: str = text()
    seq: int = integer()
    """The last change that was looked at for it."""
    created_at: datetime = moment()


class WebhookDeliveryRow(Row, table=True):
    """One message: written with the change's place, sent until it is taken or given up."""

    __tablename__ = "webhook_delivery"
    __table_args__: ClassVar[Any] = (
        Index("webhook_delivery_due", "state", "next_at"),
        Index("webhook_delivery_of", "webhook", "id"),
        {"sqlite_strict": True},
    )
    id: str = key()
    webhook: str = text()
    owner: str = text()
    seq: int | None = maybe_integer()
    """The change it tells. Null: a test."""
    type: str = text()
    body: str = text()
    """The bytes that are signed and sent, the same each time."""
    state: str = text()
    attempts: int = integer()
    status: int | None = maybe_integer()
    problem: str | None = maybe_text()
    created_at: datetime = moment()
    last_at: datetime | None = maybe_moment()
    next_at: datetime | None = maybe_moment()
    lease_until: datetime | None = maybe_moment()
    """Until when one worker has it in hand; it is free again when that worker died."""
