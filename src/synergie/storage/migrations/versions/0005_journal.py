"""The journal of what was done and seen."""

import sqlalchemy as sa
from alembic import op

from synergie.storage import _columns

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """The records with their tree, its head, and who and what each record concerns."""
    op.create_table(
        "journal",
        sa.Column("seq", _columns.INTEGER, nullable=False),
        sa.Column("at", _columns.Instant(), nullable=False),
        sa.Column("salt", _columns.BLOB, nullable=True),
        sa.Column("record", _columns.BLOB, nullable=True),
        sa.Column("leaf", _columns.BLOB, nullable=False),
        sa.Column("nodes", _columns.BLOB, nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sqlite_strict=True,
    )
    op.create_table(
        "journal_head",
        sa.Column("id", _columns.INTEGER, nullable=False),
        sa.Column("size", _columns.INTEGER, nullable=False),
        sa.Column("peaks", _columns.BLOB, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    op.create_table(
        "journal_party",
        sa.Column("party", _columns.TEXT, nullable=False),
        sa.Column("access", _columns.Flag(), nullable=False),
        sa.Column("at", _columns.Instant(), nullable=False),
        sa.Column("seq", _columns.INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("party", "access", "at", "seq"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "journal_subject",
        sa.Column("subject", _columns.TEXT, nullable=False),
        sa.Column("seq", _columns.INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("subject", "seq"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
