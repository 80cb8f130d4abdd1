"""Exports, their manifests and their receipts."""

import sqlalchemy as sa
from alembic import op

from synergie.storage import _columns

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """The table of exports."""
    op.create_table(
        "export",
        sa.Column("id", _columns.TEXT, nullable=False),
        sa.Column("recipient", _columns.TEXT, nullable=False),
        sa.Column("owner", _columns.TEXT, nullable=False),
        sa.Column("agreement", _columns.TEXT, nullable=True),
        sa.Column("client", _columns.TEXT, nullable=False),
        sa.Column("made_at", _columns.Instant(), nullable=False),
        sa.Column("kept_until", _columns.Instant(), nullable=False),
        sa.Column("removed_at", _columns.Instant(), nullable=True),
        sa.Column("body", _columns.TEXT, nullable=False),
        sa.Column("subjects", _columns.TEXT, nullable=False),
        sa.Column("grants", _columns.TEXT, nullable=False),
        sa.Column("manifest", _columns.TEXT, nullable=False),
        sa.Column("tree_head", _columns.TEXT, nullable=True),
        sa.Column("receipt", _columns.TEXT, nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    op.create_index("ix_export_recipient", "export", ["recipient"], unique=False)
    op.create_index("ix_export_owner", "export", ["owner"], unique=False)
    op.create_index("ix_export_kept_until", "export", ["kept_until"], unique=False)
