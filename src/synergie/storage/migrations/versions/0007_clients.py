"""Keys of programs by address, and the history of the server's keys."""

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Nothing yet."""
