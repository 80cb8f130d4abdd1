"""Addresses of accounts, links that are to be sent there, devices that are trusted."""

import sqlalchemy as sa
from alembic import op

from synergie.storage.columns import INTEGER, TEXT, Instant

revision = "0040"
down_revision = "0039"


def upgrade() -> None:
    """The columns and the table, empty."""
    op.add_column("sitting", sa.Column("acts_until", Instant, nullable=True))
    op.add_column("account", sa.Column("mail", TEXT, nullable=True))
    op.create_index("ix_account_mail", "account", ["mail"])
    op.create_table(
        "login_mail",
        sa.Column("address", TEXT, primary_key=True),
        sa.Column("lang", TEXT, nullable=False),
        sa.Column("path", TEXT, nullable=False),
        sa.Column("asked_at", Instant, nullable=False),
        sa.Column("due_at", Instant, nullable=False, index=True),
        sa.Column("tries", INTEGER, nullable=False),
        sqlite_strict=True,
    )
