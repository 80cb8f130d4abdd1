"""Published states: which were announced, and what owners declared final."""

import sqlalchemy as sa
from alembic import op

from synergie.storage import _columns

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """The tables, empty: corrections are announced from the next month on."""
    op.create_table(
        "published_state",
        sa.Column("time_zone", _columns.TEXT, nullable=False),
        sa.Column("start", _columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("time_zone"),
        sqlite_strict=True,
    )
    op.create_table(
        "closure",
        sa.Column("id", _columns.TEXT, nullable=False),
        sa.Column("series", _columns.TEXT, nullable=False),
        sa.Column("owner", _columns.TEXT, nullable=False),
        sa.Column("start_s", _columns.INTEGER, nullable=False),
        sa.Column("end_s", _columns.INTEGER, nullable=False),
        sa.Column("closed_at", _columns.Instant(), nullable=False),
        sa.Column("closed_by", _columns.TEXT, nullable=False),
        sa.Column("gaps", _columns.TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    op.create_index("ix_closure_series", "closure", ["series"], unique=False)
