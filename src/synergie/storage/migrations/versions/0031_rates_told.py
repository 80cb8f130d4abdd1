"""Which part of savings a plan of a purchase told as running costs, by offer."""

import sqlalchemy as sa
from alembic import op

from synergie.storage import _columns

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    """The column, empty: what was told before was told in other steps, and bounds no later plan."""
    op.add_column("purchase_run", sa.Column("rates", _columns.TEXT, nullable=True))
