"""Energy of each series by month, kept once it was counted."""

import sqlalchemy as sa
from alembic import op

from synergie.storage import _columns

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """The table of months, empty: the server counts them as it goes."""
    op.create_table(
        "month_energy",
        sa.Column("series", _columns.TEXT, nullable=False),
        sa.Column("year", _columns.INTEGER, nullable=False),
        sa.Column("owner", _columns.TEXT, nullable=False),
        sa.Column("energy", _columns.TEXT, nullable=True),
        sa.Column("by_period", _columns.Flag(), nullable=False),
        sa.Column("months", _columns.INTEGER, nullable=False),
        sa.Column("wh", _columns.TEXT, nullable=False),
        sa.PrimaryKeyConstraint("series", "year"),
        sqlite_strict=True,
    )
    op.create_index("month_energy_by_owner", "month_energy", ["owner", "year", "months"])
