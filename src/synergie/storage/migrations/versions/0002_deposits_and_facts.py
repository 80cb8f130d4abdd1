"""Deposits that can be undone, facts, and the history of what is declared."""

import sqlalchemy as sa
from alembic import op

from synergie.storage import _columns

revision = "0002"
down_revision = "0001"

_OWNED = ("site", "supply_point", "series", "cabinet", "light_point")


def upgrade() -> None:
    """The new tables and columns; what older batches replaced is noted from their receipts."""
    for table in _OWNED:
        op.add_column(table, sa.Column("removed_at", _columns.Instant(), nullable=True))
    _segment()
    _batch()
    _deposit()
    _reliance()
    _undo()
    _owned_history()
    _fact()


def _segment() -> None:
    op.add_column(
        "segment", sa.Column("priority", _columns.INTEGER, nullable=False, server_default="50")
    )
    op.add_column("segment", sa.Column("undone_at", _columns.Instant(), nullable=True))


def _batch() -> None:
    for name in ("deposit", "source", "undone_by"):
        op.add_column("batch", sa.Column(name, _columns.TEXT, nullable=True))
    op.add_column("batch", sa.Column("undone_at", _columns.Instant(), nullable=True))
    op.create_index("ix_batch_deposit", "batch", ["deposit"], unique=False)


def _deposit() -> None:
    op.create_table(
        "deposit",
        sa.Column("id", _columns.TEXT, nullable=False),
        sa.Column("owner", _columns.TEXT, nullable=False),
        sa.Column("digest", _columns.TEXT, nullable=False),
        sa.Column("sha256", _columns.TEXT, nullable=False),
        sa.Column("name", _columns.TEXT, nullable=False),
        sa.Column("format", _columns.TEXT, nullable=False),
        sa.Column("profile", _columns.TEXT, nullable=False),
        sa.Column("client", _columns.TEXT, nullable=False),
        sa.Column("received_at", _columns.Instant(), nullable=False),
        sa.Column("n_in", _columns.INTEGER, nullable=True),
        sa.Column("n_kept", _columns.INTEGER, nullable=True),
        sa.Column("n_rejected", _columns.INTEGER, nullable=True),
        sa.Column("report", _columns.TEXT, nullable=True),
        sa.Column("undone_at", _columns.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("owner", "digest"),
        sqlite_strict=True,
    )
    op.create_index("deposit_by_owner", "deposit", ["owner", "received_at"], unique=False)


def _reliance() -> None:
    op.create_table(
        "reliance",
        sa.Column("later", _columns.TEXT, nullable=False),
        sa.Column("older", _columns.TEXT, nullable=False),
        sa.Column("owner", _columns.TEXT, nullable=False),
        sa.Column("replaces", _columns.Flag(), nullable=False),
        sa.PrimaryKeyConstraint("later", "older"),
        sqlite_strict=True,
    )
    op.create_index("ix_reliance_older", "reliance", ["older"], unique=False)
    yes = "true" if op.get_bind().dialect.name == "postgresql" else "1"
    op.execute(
        "INSERT INTO reliance (later, older, owner, replaces) "  # noqa: S608 (a constant of ours)
        f"SELECT superseded_by, id, owner, {yes} FROM batch WHERE superseded_by IS NOT NULL"
    )


def _undo() -> None:
    op.create_table(
        "undo",
        sa.Column("id", _columns.TEXT, nullable=False),
        sa.Column("owner", _columns.TEXT, nullable=False),
        sa.Column("at", _columns.Instant(), nullable=False),
        sa.Column("client", _columns.TEXT, nullable=False),
        sa.Column("report", _columns.TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )


def _owned_history() -> None:
    op.create_table(
        "owned_history",
        sa.Column("noun", _columns.TEXT, nullable=False),
        sa.Column("id", _columns.TEXT, nullable=False),
        sa.Column("seq", _columns.INTEGER, nullable=False),
        sa.Column("owner", _columns.TEXT, nullable=False),
        sa.Column("batch", _columns.TEXT, nullable=False),
        sa.Column("replaced_by", _columns.TEXT, nullable=True),
        sa.Column("body", _columns.TEXT, nullable=False),
        sa.Column("digest", _columns.TEXT, nullable=False),
        sa.Column("links", _columns.TEXT, nullable=False),
        sa.Column("updated_at", _columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("noun", "id", "seq"),
        sqlite_strict=True,
    )
    op.create_index("ix_owned_history_batch", "owned_history", ["batch"], unique=False)
    op.create_index("ix_owned_history_replaced_by", "owned_history", ["replaced_by"], unique=False)


def _fact() -> None:
    op.create_table(
        "fact",
        sa.Column("owner", _columns.TEXT, nullable=False),
        sa.Column("kind", _columns.TEXT, nullable=False),
        sa.Column("key", _columns.TEXT, nullable=False),
        sa.Column("seq", _columns.INTEGER, nullable=False),
        sa.Column("revision", _columns.INTEGER, nullable=False),
        sa.Column("batch", _columns.TEXT, nullable=False),
        sa.Column("source", _columns.TEXT, nullable=False),
        sa.Column("priority", _columns.INTEGER, nullable=False),
        sa.Column("digest", _columns.TEXT, nullable=False),
        sa.Column("body", _columns.TEXT, nullable=False),
        sa.Column("subject", _columns.TEXT, nullable=True),
        sa.Column("supply_point", _columns.TEXT, nullable=True),
        sa.Column("at", _columns.Instant(), nullable=True),
        sa.Column("received_at", _columns.Instant(), nullable=False),
        sa.Column("undone_at", _columns.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("owner", "kind", "key", "seq"),
        sqlite_strict=True,
    )
    op.create_index("fact_by_subject", "fact", ["owner", "kind", "subject"], unique=False)
    op.create_index("ix_fact_batch", "fact", ["batch"], unique=False)
    op.create_index("ix_fact_supply_point", "fact", ["supply_point"], unique=False)
