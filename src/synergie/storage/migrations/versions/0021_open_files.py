"""Lengths and digests of the files of open sums."""

import sqlalchemy as sa
from alembic import op

from synergie.storage import _columns

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """The table, empty: files of earlier releases are measured when they are first asked for."""
    op.create_table(
        "open_file",
        sa.Column("id", _columns.TEXT, nullable=False),
        sa.Column("owner", _columns.TEXT, nullable=False),
        sa.Column("size", _columns.INTEGER, nullable=False),
        sa.Column("sha256", _columns.TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    op.create_index("ix_open_file_owner", "open_file", ["owner"], unique=False)
