"""Saved profiles."""

import sqlalchemy as sa
from alembic import op

from synergie.storage import _columns

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """The table of profiles that organisations saved."""
    op.create_table(
        "profile",
        sa.Column("owner", _columns.TEXT, nullable=False),
        sa.Column("name", _columns.TEXT, nullable=False),
        sa.Column("version", _columns.INTEGER, nullable=False),
        sa.Column("fingerprint", _columns.TEXT, nullable=True),
        sa.Column("body", _columns.TEXT, nullable=False),
        sa.Column("updated_at", _columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("owner", "name"),
        sqlite_strict=True,
    )
    op.create_index("profile_by_head", "profile", ["owner", "fingerprint"], unique=False)
