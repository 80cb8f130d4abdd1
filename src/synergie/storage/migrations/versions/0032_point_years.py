"""Years of each point out of its bills and indexes, kept once they were counted."""

import sqlalchemy as sa
from alembic import op

from synergie.storage import _columns

revision = "0032"
down_revision = "0031"

_WAITING = """
INSERT INTO point_year (supply_point, year, energy, direction, owner, origin, wh, whole,
                        suspect, estimated)
SELECT DISTINCT supply_point, 0, 'electricity', 'import', owner, 'bill', 0, 0, 0, 0 FROM fact
WHERE kind IN ('interval_reading', 'period_energy', 'register_reading')
  AND supply_point IS NOT NULL AND undone_at IS NULL
"""


def upgrade() -> None:
    """The table, with a row for each point that waits to be counted."""
    texts = [sa.Column(name, _columns.TEXT, nullable=False) for name in ("owner", "origin")]
    numbers = [
        sa.Column(name, _columns.INTEGER, nullable=name in {"cost", "vat", "cost_wh"})
        for name in ("wh", "whole", "cost", "vat", "cost_wh", "suspect", "estimated")
    ]
    op.create_table(
        "point_year",
        sa.Column("supply_point", _columns.TEXT, nullable=False),
        sa.Column("year", _columns.INTEGER, nullable=False),
        sa.Column("energy", _columns.TEXT, nullable=False),
        sa.Column("direction", _columns.TEXT, nullable=False),
        *texts,
        *numbers,
        sa.PrimaryKeyConstraint("supply_point", "year", "energy", "direction"),
        sqlite_strict=True,
    )
    op.create_index("point_year_by_owner", "point_year", ["owner", "year", "supply_point"])
    op.execute(_WAITING)
