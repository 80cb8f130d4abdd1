"""What is opened to everybody, and which agreements their parties let be named."""

import sqlalchemy as sa
from alembic import op

from synergie.storage import _columns

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """The tables of publications."""
    op.create_table(
        "publication",
        _text("id"),
        _text("owner"),
        _text("state"),
        _text("body"),
        sa.Column("changed_at", _columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    op.create_index("ix_publication_owner", "publication", ["owner"], unique=False)
    op.create_table(
        "public_naming",
        _text("agreement"),
        _text("owner"),
        sa.Column("said_at", _columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("agreement", "owner"),
        sqlite_strict=True,
    )


def _text(name: str) -> "sa.Column[str]":
    return sa.Column(name, _columns.TEXT, nullable=False)
