"""Who is told, and what is still to be told."""

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Nothing yet."""
