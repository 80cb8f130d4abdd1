"""Whom the week is sent to by mail, in which language, and when next."""

import sqlalchemy as sa
from alembic import op

from synergie.storage.columns import TEXT, Instant

revision = "0041"
down_revision = "0040"


def upgrade() -> None:
    """The columns, empty: nobody gets it that did not ask."""
    op.add_column("account", sa.Column("weekly_lang", TEXT, nullable=True))
    op.add_column("account", sa.Column("weekly_due", Instant, nullable=True))
    op.create_index("ix_account_weekly_due", "account", ["weekly_due"])
