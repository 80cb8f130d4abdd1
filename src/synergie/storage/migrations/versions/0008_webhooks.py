"""Who is told, and what is still to be told."""

import sqlalchemy as sa
from alembic import op

from synergie.storage import _columns

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """The tables of webhooks and of their messages."""
    op.create_table(
        "webhook",
        sa.Column("id", _columns.TEXT, nullable=False),
        sa.Column("owner", _columns.TEXT, nullable=False),
        sa.Column("client", _columns.TEXT, nullable=False),
        sa.Column("url", _columns.TEXT, nullable=False),
        sa.Column("signature", _columns.TEXT, nullable=False),
        sa.Column("kinds", _columns.TEXT, nullable=False),
        sa.Column("generation", _columns.INTEGER, nullable=False),
        sa.Column("fingerprint", _columns.TEXT, nullable=False),
        sa.Column("previous_until", _columns.Instant(), nullable=True),
        sa.Column("state", _columns.TEXT, nullable=False),
        sa.Column("reason", _columns.TEXT, nullable=True),
        sa.Column("epoch", _columns.TEXT, nullable=False),
        sa.Column("seq", _columns.INTEGER, nullable=False),
        sa.Column("created_at", _columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("owner", "url", name="webhook_of_owner"),
        sqlite_strict=True,
    )
    op.create_table(
        "webhook_delivery",
        sa.Column("id", _columns.TEXT, nullable=False),
        sa.Column("webhook", _columns.TEXT, nullable=False),
        sa.Column("owner", _columns.TEXT, nullable=False),
        sa.Column("seq", _columns.INTEGER, nullable=True),
        sa.Column("type", _columns.TEXT, nullable=False),
        sa.Column("body", _columns.TEXT, nullable=False),
        sa.Column("state", _columns.TEXT, nullable=False),
        sa.Column("attempts", _columns.INTEGER, nullable=False),
        sa.Column("status", _columns.INTEGER, nullable=True),
        sa.Column("problem", _columns.TEXT, nullable=True),
        sa.Column("created_at", _columns.Instant(), nullable=False),
        sa.Column("last_at", _columns.Instant(), nullable=True),
        sa.Column("next_at", _columns.Instant(), nullable=True),
        sa.Column("lease_until", _columns.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    op.create_index("webhook_delivery_due", "webhook_delivery", ["state", "next_at"], unique=False)
    op.create_index("webhook_delivery_of", "webhook_delivery", ["webhook", "id"], unique=False)
