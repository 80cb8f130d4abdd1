"""Keys of programs by address, invitations, and the requests that programs and keys came from."""

import sqlalchemy as sa
from alembic import op

from synergie.storage import _columns

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Columns that may be null, and one table."""
    for column in (
        sa.Column("jwks_uri", _columns.TEXT, nullable=True),
        sa.Column("jwks_read_at", _columns.Instant(), nullable=True),
        sa.Column("jwks_tried_at", _columns.Instant(), nullable=True),
        sa.Column("request", _columns.TEXT, nullable=True),
        sa.Column("introspects_since", _columns.Instant(), nullable=True),
    ):
        op.add_column("oauth_client", column)
    op.add_column("organisation_key", sa.Column("request", _columns.TEXT, nullable=True))
    op.create_table(
        "invitation",
        sa.Column("word", _columns.TEXT, nullable=False),
        sa.Column("organisation", _columns.TEXT, nullable=False),
        sa.Column("expires_at", _columns.Instant(), nullable=False),
        sa.Column("used_at", _columns.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("word"),
        sqlite_strict=True,
    )
    op.create_index("ix_invitation_expires_at", "invitation", ["expires_at"], unique=False)
