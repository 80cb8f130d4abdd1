"""The batches of a series by time: which one brought its newest reading is found at once."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """One index in place of another."""
    op.drop_index("ix_batch_subject", table_name="batch")
    op.create_index("batch_by_subject", "batch", ["subject", "received_at"], unique=False)
