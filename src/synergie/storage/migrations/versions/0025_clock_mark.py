"""The latest moment at which the store was in use."""

import sqlalchemy as sa
from alembic import op

from synergie.storage import _columns

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """The table, empty: the first server that runs puts its mark."""
    op.create_table(
        "clock_mark",
        sa.Column("id", _columns.INTEGER, nullable=False),
        sa.Column("at", _columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
