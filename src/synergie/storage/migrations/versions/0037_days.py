"""The longest piece of each series, so that a read looks back no further; fewer rows a reading.

What a record of the journal says of a deposit is found in the record alone: its rows by subject
go. The index of batches by their deposit holds those that came in one.
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"

_LONGEST = """
UPDATE series
SET longest_s = (SELECT max(end_s - start_s) FROM segment WHERE segment.series = series.id)
"""
_WRITTEN = '"event":"data.written"'
_DEPOSITS = {
    "sqlite": f"instr(record, CAST('{_WRITTEN}' AS BLOB)) > 0",
    "postgresql": f"position('{_WRITTEN}'::bytea in record) > 0",
}


def upgrade() -> None:
    """Add what is missing, drop what nothing reads."""
    connection = op.get_bind()
    op.add_column(
        "series", sa.Column("longest_s", sa.BigInteger().with_variant(sa.INTEGER, "sqlite"))
    )
    op.execute(_LONGEST)
    of_deposits = _DEPOSITS[connection.dialect.name]
    op.execute(
        f"DELETE FROM journal_subject WHERE seq IN (SELECT seq FROM journal WHERE {of_deposits})"  # noqa: S608 (of constants)
    )
    op.execute("DROP INDEX ix_batch_deposit")
    op.execute("CREATE INDEX batch_by_deposit ON batch (deposit) WHERE deposit IS NOT NULL")
