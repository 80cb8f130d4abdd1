"""Agreements that were found to be no longer what was signed."""

import sqlalchemy as sa
from alembic import op

from synergie.storage import _columns

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """The table, empty: the first look of a server fills it."""
    op.create_table(
        "agreement_fault",
        sa.Column("agreement", _columns.TEXT, nullable=False),
        sa.Column("version", _columns.INTEGER, nullable=False),
        sa.Column("owner", _columns.TEXT, nullable=False),
        sa.Column("recipient", _columns.TEXT, nullable=False),
        sa.Column("fault", _columns.TEXT, nullable=False),
        sa.Column("found_at", _columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("agreement", "version"),
        sqlite_strict=True,
    )
    op.create_index("ix_agreement_fault_owner", "agreement_fault", ["owner"], unique=False)
    op.create_index("ix_agreement_fault_recipient", "agreement_fault", ["recipient"], unique=False)
