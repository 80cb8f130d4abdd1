"""Table of performance contracts and of their statements."""

import sqlalchemy as sa
from alembic import op

from synergie.storage.columns import TEXT, Instant

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    """The table, empty."""
    op.create_table(
        "contract_document",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("reader", TEXT, primary_key=True, index=True),
        sa.Column("owner", TEXT, nullable=False, index=True),
        sa.Column("operator", TEXT, nullable=False),
        sa.Column("contract", TEXT, nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("from_date", TEXT, nullable=False),
        sa.Column("to_date", TEXT, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("sources", TEXT, nullable=False),
        sa.Column("changed_at", Instant, nullable=False),
        sa.Column("told_at", Instant),
        sqlite_strict=True,
    )
