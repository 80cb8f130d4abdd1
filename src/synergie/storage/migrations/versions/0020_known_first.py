"""What is missing covers nothing that is known: what was merged otherwise is made anew."""

from alembic import op

revision = "0020"
down_revision = "0019"

_UNMERGED = """
UPDATE segment SET superseded_at = NULL
WHERE superseded_at IS NOT NULL AND series IN (
    SELECT series FROM segment WHERE compacted AND n_missing > 0
)
"""
_MERGED = """
DELETE FROM segment WHERE compacted AND series IN (
    SELECT series FROM segment WHERE compacted AND n_missing > 0
)
"""


def upgrade() -> None:
    """Merged segments with gaps go: the next compaction makes them again, of what arrived.

    The sums of years go too: the server counts them again as it goes.
    """
    for statement in (_UNMERGED, _MERGED, "DELETE FROM year_energy"):
        op.execute(statement)
