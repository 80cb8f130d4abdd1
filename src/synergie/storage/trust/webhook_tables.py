"""The private tables of webhooks: who is told, and what is still to be told."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Index, UniqueConstraint

from synergie.storage.tables import Row
from synergie.storage.trust.fields import (
    define_integer,
    define_moment,
    define_text,
    key,
    maybe_integer,
    maybe_moment,
    maybe_text,
)


class WebhookRow(Row, table=True):
    """An address that is told what changes. Its secret is made again when needed, never kept."""

    __tablename__ = "webhook"
    __table_args__: ClassVar[Any] = (
        UniqueConstraint("owner", "url", name="webhook_of_owner"),
        {"sqlite_strict": True},
    )
    id: str = key()
    owner: str = define_text()
    client: str = define_text()
    """The program that registered it: what it may see is told, no more."""
    url: str = define_text()
    signature: str = define_text()
    kinds: str = define_text()
    """JSON list; empty: all kinds."""
    generation: int = define_integer()
    """Which secret is in use: one more a rotation."""
    fingerprint: str = define_text()
    """SHA-256 of that secret, to know when it can no longer be made."""
    previous_until: datetime | None = maybe_moment()
    state: str = define_text()
    reason: str | None = maybe_text()
    epoch: str = define_text()
    seq: int = define_integer()
    """The last change that was looked at for it."""
    created_at: datetime = define_moment()


class WebhookDeliveryRow(Row, table=True):
    """One message: written with the change's place, sent until it is taken or given up."""

    __tablename__ = "webhook_delivery"
    __table_args__: ClassVar[Any] = (
        Index("webhook_delivery_due", "state", "next_at"),
        Index("webhook_delivery_of", "webhook", "id"),
        {"sqlite_strict": True},
    )
    id: str = key()
    webhook: str = define_text()
    owner: str = define_text()
    seq: int | None = maybe_integer()
    """The change it tells. Null: a test."""
    type: str = define_text()
    body: str = define_text()
    """The bytes that are signed and sent, the same each time."""
    state: str = define_text()
    attempts: int = define_integer()
    status: int | None = maybe_integer()
    problem: str | None = maybe_text()
    created_at: datetime = define_moment()
    last_at: datetime | None = maybe_moment()
    next_at: datetime | None = maybe_moment()
    lease_until: datetime | None = maybe_moment()
    """Until when one worker has it in hand; it is free again when that worker died."""
