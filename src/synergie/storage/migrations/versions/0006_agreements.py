"""Consents, named perimeters, and whose program may use an agreement."""

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Nothing yet."""
