"""Maintenance campaigns: bodies, plans, rounds and parts."""

import sqlalchemy as sa
from alembic import op

from synergie.storage import _columns

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """The tables of campaigns."""
    _campaigns()
    _plans()
    _rounds()


def _text(name: str, *, nullable: bool = False) -> "sa.Column[str]":
    return sa.Column(name, _columns.TEXT, nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(name, _columns.Instant(), nullable=nullable)


def _index(table: str, column: str) -> None:
    op.create_index(f"ix_{table}_{column}", table, [column], unique=False)


def _campaigns() -> None:
    op.create_table(
        "campaign",
        _text("id"),
        _text("owner"),
        sa.Column("version", _columns.INTEGER, nullable=False),
        _text("state"),
        _text("plan", nullable=True),
        _text("proposed", nullable=True),
        _text("body"),
        _text("history"),
        _moment("changed_at"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    _index("campaign", "owner")
    op.create_table(
        "campaign_body",
        _text("campaign"),
        _text("body"),
        _text("owner"),
        _moment("invited_at"),
        sa.PrimaryKeyConstraint("campaign", "body"),
        sqlite_strict=True,
    )
    _index("campaign_body", "body")
    _index("campaign_body", "owner")


def _plans() -> None:
    op.create_table(
        "campaign_run",
        _text("id"),
        _text("campaign"),
        _text("owner"),
        _text("body"),
        _text("problem"),
        _text("plan"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    _index("campaign_run", "campaign")
    _index("campaign_run", "owner")
    op.create_table(
        "campaign_part",
        _text("plan"),
        _text("body"),
        _text("campaign"),
        _text("owner"),
        _text("view"),
        _text("sha256"),
        _moment("told_at", nullable=True),
        _text("totals", nullable=True),
        _text("answer", nullable=True),
        sa.PrimaryKeyConstraint("plan", "body"),
        sqlite_strict=True,
    )
    _index("campaign_part", "body")
    _index("campaign_part", "owner")


def _rounds() -> None:
    op.create_table(
        "campaign_rounds",
        _text("id"),
        _text("campaign"),
        _text("owner"),
        _text("body"),
        _text("problem"),
        _text("rounds"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    _index("campaign_rounds", "campaign")
    _index("campaign_rounds", "owner")
    op.create_table(
        "campaign_rounds_part",
        _text("rounds"),
        _text("body"),
        _text("campaign"),
        _text("owner"),
        _text("notice"),
        _text("view"),
        sa.PrimaryKeyConstraint("rounds", "body"),
        sqlite_strict=True,
    )
    _index("campaign_rounds_part", "body")
    _index("campaign_rounds_part", "owner")
