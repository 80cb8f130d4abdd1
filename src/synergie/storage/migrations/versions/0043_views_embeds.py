"""Saved views: addresses of pages by name; embeds: figures that organisations show elsewhere."""

import sqlalchemy as sa
from alembic import op

from synergie.storage.columns import TEXT, Flag, Instant

revision = "0043"
down_revision = "0042"


def upgrade() -> None:
    """The tables, empty."""
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
    op.create_table(
        "embed",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("owner", TEXT, nullable=False),
        sa.Column("client", TEXT, nullable=False),
        sa.Column("dataset", TEXT, nullable=False),
        sa.Column("sites", TEXT, nullable=False),
        sa.Column("lang", TEXT, nullable=False),
        sa.Column("published_at", Instant, nullable=False),
        sa.Column("revoked_at", Instant, nullable=True),
        sqlite_strict=True,
    )
    op.create_index("ix_embed_owner", "embed", ["owner"])
