"""Epochs: what a cursor from before a restore still means."""

import sqlalchemy as sa
from alembic import op

from synergie.storage import _columns

revision = "0022"
down_revision = "0021"

_FIRST = """
INSERT INTO epoch (number, id, since_seq, at, why)
SELECT 1, epoch, 0, {now}, 'created' FROM head
"""
_NOW = {
    "sqlite": "strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')",
    "postgresql": "now()",
}


def upgrade() -> None:
    """The table with the epoch that the store has: cursors from before are of it."""
    op.create_table(
        "epoch",
        sa.Column("number", _columns.INTEGER, nullable=False),
        sa.Column("id", _columns.TEXT, nullable=False),
        sa.Column("since_seq", _columns.INTEGER, nullable=False),
        sa.Column("at", _columns.Instant(), nullable=False),
        sa.Column("why", _columns.TEXT, nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sqlite_strict=True,
    )
    op.create_index("ix_epoch_id", "epoch", ["id"], unique=False)
    op.add_column("head", sa.Column("place", _columns.TEXT, nullable=True))
    op.execute(_FIRST.format(now=_NOW[op.get_bind().dialect.name]))
