"""Energy of each series over a whole year, kept once it was counted."""

import sqlalchemy as sa
from alembic import op

from synergie.storage import _columns

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """The table of years, empty: the server counts them as it goes."""
    op.create_table(
        "year_energy",
        sa.Column("series", _columns.TEXT, nullable=False),
        sa.Column("year", _columns.INTEGER, nullable=False),
        sa.Column("owner", _columns.TEXT, nullable=False),
        sa.Column("supply_point", _columns.TEXT, nullable=False),
        sa.Column("wh", _columns.INTEGER, nullable=True),
        sa.Column("missing_s", _columns.INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("series", "year"),
        sqlite_strict=True,
    )
    op.create_index(
        "year_energy_by_owner",
        "year_energy",
        ["owner", "year", "supply_point", "wh", "missing_s"],
        unique=False,
    )
