"""Lines of budgets that were voted."""

import sqlalchemy as sa
from alembic import op

from synergie.storage.columns import INTEGER, TEXT, Instant

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    """The table, empty."""
    op.create_table(
        "budget_line",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("owner", TEXT, nullable=False, index=True),
        sa.Column("member", TEXT, nullable=False),
        sa.Column("year", INTEGER, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("changed_at", Instant, nullable=False),
        sqlite_strict=True,
    )
