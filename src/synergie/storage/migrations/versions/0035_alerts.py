"""Tables of the watch: alerts, and what was learned of each series."""

import sqlalchemy as sa
from alembic import op

from synergie.storage.columns import TEXT, Instant

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    """Both tables, empty."""
    op.create_table(
        "alert",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("owner", TEXT, nullable=False, index=True),
        sa.Column("series", TEXT, nullable=False, index=True),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("first_night", TEXT, nullable=False),
        sa.Column("last_night", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("changed_at", Instant, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "watch_state",
        sa.Column("series", TEXT, primary_key=True),
        sa.Column("owner", TEXT, nullable=False, index=True),
        sa.Column("seen_at", Instant, nullable=False),
        sa.Column("seen_end", Instant, nullable=False),
        sa.Column("state", TEXT),
        sa.Column("untaught", TEXT),
        sqlite_strict=True,
    )
