"""The same delivery point in anybody's hands, and the members of a leaf, found at once."""

from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """An index by number; members are found by leaf, too."""
    op.create_index("supply_point_by_number", "supply_point", ["external_id"], unique=False)
    op.drop_index("aggregate_member_by_scheme", "aggregate_member")
    by_leaf = ["scheme", "energy", "year", "leaf"]
    op.create_index("aggregate_member_by_leaf", "aggregate_member", by_leaf, unique=False)
