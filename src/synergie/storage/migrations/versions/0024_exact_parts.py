"""Exact running costs of a member's part, kept apart until the award."""

import sqlalchemy as sa
from alembic import op

from synergie.storage import _columns

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """The column, empty: a plan that was kept before is kept again before it is proposed."""
    op.add_column("purchase_part", sa.Column("exact", _columns.TEXT, nullable=True))
