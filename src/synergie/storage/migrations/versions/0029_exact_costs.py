"""What a body of a campaign pays exactly, kept apart from the part that it reads."""

import sqlalchemy as sa
from alembic import op

from synergie.storage import _columns

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    """The column, empty: a plan that was kept before is kept again before it is proposed."""
    op.add_column("campaign_part", sa.Column("exact_eur", _columns.TEXT, nullable=True))
