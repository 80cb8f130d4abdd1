"""Delivery points that a second body declared, noted for who declared them first."""

import sqlalchemy as sa
from alembic import op

from synergie.storage import _columns

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    """The table, empty: who was first is not known of what was declared before."""
    op.create_table(
        "shared_point",
        sa.Column("point", _columns.TEXT, nullable=False),
        sa.Column("other", _columns.TEXT, nullable=False),
        sa.Column("owner", _columns.TEXT, nullable=False),
        sa.Column("noted_at", _columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("point", "other"),
        sqlite_strict=True,
    )
    op.create_index("ix_shared_point_owner", "shared_point", ["owner"], unique=False)
