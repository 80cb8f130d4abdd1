"""Bundles of the journal: old records of deposits, a range of numbers in one row."""

import sqlalchemy as sa
from alembic import op

from synergie.storage.columns import BLOB, INTEGER

revision = "0044"
down_revision = "0043"


def upgrade() -> None:
    """The table, empty: the server packs by itself what is old."""
    op.create_table(
        "journal_bundle",
        sa.Column("first_seq", INTEGER, primary_key=True),
        sa.Column("present", BLOB, nullable=False),
        sa.Column("salts", BLOB, nullable=False),
        sa.Column("leaves", BLOB, nullable=False),
        sa.Column("records", BLOB, nullable=False),
        sa.Column("nodes", BLOB, nullable=False),
        sqlite_strict=True,
    )
