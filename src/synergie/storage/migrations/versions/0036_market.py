"""Tables of the life of a purchase's contracts and of its forward curve."""

import sqlalchemy as sa
from alembic import op

from synergie.storage.columns import INTEGER, TEXT, Instant

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    """Both tables, empty."""
    _create("purchase_market", "version")
    _create("purchase_market_part", "member")
    op.create_index("ix_purchase_market_part_member", "purchase_market_part", ["member"])


def _create(name: str, last: str) -> None:
    """A table whose key is purchase, kind and *last*."""
    of_part = [] if last == "version" else [sa.Column("member", TEXT, primary_key=True)]
    op.create_table(
        name,
        sa.Column("purchase", TEXT, primary_key=True),
        sa.Column("kind", TEXT, primary_key=True),
        *of_part,
        sa.Column("version", INTEGER, primary_key=not of_part, nullable=False),
        sa.Column("owner", TEXT, nullable=False, index=True),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("sha256", TEXT, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sqlite_strict=True,
    )
