"""Bundles: what came alone and is old, many batches in one row."""

import sqlalchemy as sa
from alembic import op

from synergie.storage.columns import BLOB, INTEGER, TEXT, Instant

revision = "0042"
down_revision = "0041"


def upgrade() -> None:
    """The table, empty: what came before this version stays as it is."""
    op.create_table(
        "bundle",
        sa.Column("series", TEXT, primary_key=True),
        sa.Column("first_seq", INTEGER, primary_key=True),
        sa.Column("last_seq", INTEGER, nullable=False),
        sa.Column("owner", TEXT, nullable=False),
        sa.Column("start_s", INTEGER, nullable=False),
        sa.Column("end_s", INTEGER, nullable=False),
        sa.Column("last_at", Instant, nullable=False),
        sa.Column("n", INTEGER, nullable=False),
        sa.Column("seqs", BLOB, nullable=False),
        sa.Column("keys", BLOB, nullable=False),
        sa.Column("rest", BLOB, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("bundle_by_number", "bundle", ["owner", "last_seq", "first_seq"])
    op.create_index("bundle_in_order", "bundle", ["owner", "first_seq", "last_seq"])
