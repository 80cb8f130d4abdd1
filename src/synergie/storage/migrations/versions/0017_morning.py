"""What the morning page is summed from, beside each series and format; addresses of calendars."""

import sqlalchemy as sa
from alembic import op

from synergie.storage import _columns

revision = "0017"
down_revision = "0016"

_FED = """
UPDATE series SET fed_by = (
    SELECT COALESCE(batch.source, 'api') FROM batch
    WHERE batch.subject = series.id AND batch.owner = series.owner AND batch.undone_at IS NULL
    ORDER BY batch.seq DESC LIMIT 1
)
"""
_TOLD = """
UPDATE series SET told_by = (
    SELECT COALESCE(batch.source, 'api') FROM batch
    WHERE batch.subject = series.id AND batch.owner = series.owner AND batch.undone_at IS NULL
    AND batch.received_at = series.last_received
    ORDER BY batch.seq DESC LIMIT 1
) WHERE last_end IS NOT NULL
"""
_MOMENTS = """
INSERT INTO newest_fact (owner, source, at)
SELECT owner, source, MAX(at) FROM fact
WHERE undone_at IS NULL AND at IS NOT NULL
AND kind IN ('register_reading', 'interval_reading', 'market_curve', 'invoice_line')
GROUP BY owner, source
"""
_PERIODS = """
SELECT owner, source, MAX(SUBSTR(key, LENGTH(key) - 9)) FROM fact
WHERE undone_at IS NULL AND kind = 'period_energy'
GROUP BY owner, source
"""


def upgrade() -> None:
    """The columns and tables, filled from the batches and facts that are there."""
    for name in ("fed_by", "told_by"):
        op.add_column("series", sa.Column(name, _columns.TEXT, nullable=True))
    op.create_table(
        "newest_fact",
        sa.Column("owner", _columns.TEXT, nullable=False),
        sa.Column("source", _columns.TEXT, nullable=False),
        sa.Column("at", _columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("owner", "source"),
        sqlite_strict=True,
    )
    _feeds()
    _fill()
    _indexes()


def _feeds() -> None:
    op.create_table(
        "calendar_feed",
        sa.Column("id", _columns.TEXT, nullable=False),
        sa.Column("owner", _columns.TEXT, nullable=False),
        sa.Column("secret", _columns.TEXT, nullable=False),
        sa.Column("client", _columns.TEXT, nullable=False),
        sa.Column("made_at", _columns.Instant(), nullable=False),
        sa.Column("revoked_at", _columns.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    for name in ("owner", "secret"):
        op.create_index(f"ix_calendar_feed_{name}", "calendar_feed", [name], unique=False)


def _fill() -> None:
    from synergie.storage.morning import midnight  # noqa: PLC0415 (of this version, as it fills)

    for statement in (_FED, _TOLD, _MOMENTS):
        op.execute(statement)
    connection = op.get_bind()
    kept = sa.table(
        "newest_fact",
        sa.column("owner", _columns.TEXT),
        sa.column("source", _columns.TEXT),
        sa.column("at", _columns.Instant()),
    )
    for owner, source, day in connection.execute(sa.text(_PERIODS)).all():
        of = (kept.c.owner == owner, kept.c.source == source)
        at = midnight(day)
        there = connection.execute(sa.select(kept.c.at).where(*of)).scalar()
        if there is None:
            connection.execute(kept.insert().values(owner=owner, source=source, at=at))
        elif there < at:
            connection.execute(kept.update().where(*of).values(at=at))


def _indexes() -> None:
    op.create_index(
        "series_by_morning",
        "series",
        ["owner", "removed_at", "fed_by", "told_by", "time_zone", "last_end"],
        unique=False,
    )
    sent = sa.text("deposit IS NULL AND kind = 'curve'")
    op.create_index(
        "batch_sent",
        "batch",
        ["owner", "received_at"],
        unique=False,
        sqlite_where=sent,
        postgresql_where=sent,
    )
