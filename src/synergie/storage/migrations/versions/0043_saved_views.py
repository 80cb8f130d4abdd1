"""Saved views: addresses of pages by name."""

import sqlalchemy as sa
from alembic import op

from synergie.storage.columns import TEXT, Flag, Instant

revision = "0043"
down_revision = "0042"


def upgrade() -> None:
    """The table, empty."""
    op.create_table(
        "saved_view",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("owner", TEXT, nullable=False),
        sa.Column("client", TEXT, nullable=False),
        sa.Column("is_shared", Flag, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("address", TEXT, nullable=False),
        sa.Column("saved_at", Instant, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("ix_saved_view_owner", "saved_view", ["owner"])
