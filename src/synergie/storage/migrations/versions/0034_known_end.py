"""Where the latest step of each series ends: what comes after it is new without a look."""

import sqlalchemy as sa
from alembic import op

from synergie.storage import _columns

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    """The column, filled from the segments."""
    op.add_column("series", sa.Column("known_end_s", _columns.INTEGER, nullable=True))
    op.execute(
        "UPDATE series SET known_end_s = "
        "(SELECT max(end_s) FROM segment WHERE segment.series = series.id)"
    )
