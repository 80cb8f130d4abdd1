"""Consents, named perimeters, and when an agreement last changed."""

import json
from datetime import datetime

import sqlalchemy as sa
from alembic import op

from synergie.storage import _columns

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """The new tables; each agreement there is gets the moment of its last change."""
    op.create_table(
        "consent",
        sa.Column("id", _columns.TEXT, nullable=False),
        sa.Column("owner", _columns.TEXT, nullable=False),
        sa.Column("body", _columns.TEXT, nullable=False),
        sa.Column("recorded_at", _columns.Instant(), nullable=False),
        sa.Column("withdrawn_at", _columns.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    op.create_index("ix_consent_owner", "consent", ["owner"], unique=False)
    op.create_table(
        "named_perimeter",
        sa.Column("id", _columns.TEXT, nullable=False),
        sa.Column("version", _columns.INTEGER, nullable=False),
        sa.Column("owner", _columns.TEXT, nullable=False),
        sa.Column("body", _columns.TEXT, nullable=False),
        sa.Column("saved_at", _columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
    )
    op.create_index("ix_named_perimeter_owner", "named_perimeter", ["owner"], unique=False)
    op.add_column("agreement", sa.Column("perimeter", _columns.TEXT, nullable=True))
    op.add_column("agreement", sa.Column("changed_at", _columns.Instant(), nullable=True))
    _changed()


def _changed() -> None:
    """The last moment of each history there is."""
    moment = _columns.Instant()
    table = sa.table(
        "agreement",
        sa.column("id", _columns.TEXT),
        sa.column("version", _columns.INTEGER),
        sa.column("history", _columns.TEXT),
        sa.column("changed_at", moment),
    )
    connection = op.get_bind()
    for row in connection.execute(sa.select(table.c.id, table.c.version, table.c.history)).all():
        steps = json.loads(row.history)
        if steps:
            connection.execute(
                table.update()
                .where(table.c.id == row.id, table.c.version == row.version)
                .values(changed_at=datetime.fromisoformat(steps[-1]["at"]))
            )
