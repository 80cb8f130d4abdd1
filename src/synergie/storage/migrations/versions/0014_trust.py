"""What people entrust to the server: signing keys of organisations, needs that anybody says."""

import sqlalchemy as sa
from alembic import op

from synergie.storage import _columns

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """The tables of held keys and of asked needs."""
    op.create_table(
        "held_key",
        sa.Column("owner", _columns.TEXT, nullable=False),
        sa.Column("kid", _columns.TEXT, nullable=False),
        sa.Column("sealed", _columns.BLOB, nullable=False),
        sa.Column("origin", _columns.TEXT, nullable=False),
        sa.Column("held_at", _columns.Instant(), nullable=False),
        sa.Column("held_by", _columns.TEXT, nullable=False),
        sa.PrimaryKeyConstraint("owner"),
        sqlite_strict=True,
    )
    op.create_table(
        "asked_need",
        sa.Column("id", _columns.TEXT, nullable=False),
        sa.Column("owner", _columns.TEXT, nullable=False),
        sa.Column("body", _columns.TEXT, nullable=False),
        sa.Column("digest", _columns.TEXT, nullable=False),
        sa.Column("state", _columns.TEXT, nullable=False),
        sa.Column("agreement", _columns.TEXT, nullable=True),
        sa.Column("received_at", _columns.Instant(), nullable=False),
        sa.Column("answered_at", _columns.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    op.create_index("ix_asked_need_owner", "asked_need", ["owner"], unique=False)
