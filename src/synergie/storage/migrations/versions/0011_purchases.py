"""Pooled purchases: members, needs, offers, plans and parts."""

import sqlalchemy as sa
from alembic import op

from synergie.storage import _columns

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """The tables of purchases."""
    _purchases()
    _needs_and_offers()
    _plans()


def _text(name: str, *, nullable: bool = False) -> "sa.Column[str]":
    return sa.Column(name, _columns.TEXT, nullable=nullable)


def _integer(name: str) -> "sa.Column[int]":
    return sa.Column(name, _columns.INTEGER, nullable=False)


def _moment(name: str, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(name, _columns.Instant(), nullable=nullable)


def _index(table: str, column: str) -> None:
    op.create_index(f"ix_{table}_{column}", table, [column], unique=False)


def _purchases() -> None:
    op.create_table(
        "purchase",
        _text("id"),
        _text("owner"),
        _integer("version"),
        _text("state"),
        _text("plan", nullable=True),
        _text("body"),
        _text("history"),
        _moment("changed_at"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    _index("purchase", "owner")
    op.create_table(
        "purchase_member",
        _text("purchase"),
        _text("member"),
        _text("owner"),
        _moment("invited_at"),
        sa.PrimaryKeyConstraint("purchase", "member"),
        sqlite_strict=True,
    )
    _index("purchase_member", "member")
    _index("purchase_member", "owner")


def _needs_and_offers() -> None:
    op.create_table(
        "purchase_needs",
        _text("purchase"),
        _text("owner"),
        _integer("version"),
        _text("body", nullable=True),
        _text("sha256", nullable=True),
        _integer("n_points"),
        _moment("at"),
        _text("client"),
        sa.PrimaryKeyConstraint("purchase", "owner", "version"),
        sqlite_strict=True,
    )
    _index("purchase_needs", "owner")
    op.create_table(
        "purchase_offers",
        _text("purchase"),
        _integer("version"),
        _text("owner"),
        _text("body"),
        _text("sha256"),
        _moment("at"),
        sa.PrimaryKeyConstraint("purchase", "version"),
        sqlite_strict=True,
    )
    _index("purchase_offers", "owner")


def _plans() -> None:
    op.create_table(
        "purchase_run",
        _text("id"),
        _text("purchase"),
        _text("owner"),
        _text("body"),
        _text("plan"),
        _text("frame"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    _index("purchase_run", "purchase")
    _index("purchase_run", "owner")
    op.create_table(
        "purchase_part",
        _text("plan"),
        _text("member"),
        _text("purchase"),
        _text("owner"),
        _text("body"),
        _text("sha256"),
        _integer("needs_version"),
        _moment("told_at", nullable=True),
        _text("totals", nullable=True),
        _text("answer", nullable=True),
        sa.PrimaryKeyConstraint("plan", "member"),
        sqlite_strict=True,
    )
    _index("purchase_part", "member")
    _index("purchase_part", "owner")
