"""Joint lighting studies: bodies, options, comparisons, parts, voices, weighings, consultations."""

import sqlalchemy as sa
from alembic import op

from synergie.storage import _columns

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """The tables of joint lighting studies."""
    _studies()
    _comparisons()
    _voices()


def _text(name: str, *, nullable: bool = False) -> "sa.Column[str]":
    return sa.Column(name, _columns.TEXT, nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(name, _columns.Instant(), nullable=nullable)


def _integer(name: str) -> "sa.Column[int]":
    return sa.Column(name, _columns.INTEGER, nullable=False)


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, [column], unique=False)


def _studies() -> None:
    op.create_table(
        "lighting_study",
        _text("id"),
        _text("owner"),
        _integer("version"),
        _text("state"),
        _text("comparison", nullable=True),
        _text("scenario", nullable=True),
        _text("proposed", nullable=True),
        _text("body"),
        _text("history"),
        _moment("changed_at"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    _index("lighting_study", "owner")
    op.create_table(
        "lighting_body",
        _text("study"),
        _text("body"),
        _text("owner"),
        _moment("invited_at"),
        sa.PrimaryKeyConstraint("study", "body"),
        sqlite_strict=True,
    )
    _index("lighting_body", "body", "owner")
    op.create_table(
        "lighting_options",
        _text("id"),
        _text("study"),
        _text("owner"),
        _integer("version"),
        _moment("published_at"),
        _text("sha256"),
        _text("body"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    _index("lighting_options", "study", "owner")


def _comparisons() -> None:
    op.create_table(
        "lighting_comparison",
        _text("id"),
        _text("study"),
        _text("owner"),
        _text("body"),
        _text("problem"),
        _text("comparison"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    _index("lighting_comparison", "study", "owner")
    op.create_table(
        "lighting_part",
        _text("comparison"),
        _text("body"),
        _text("study"),
        _text("owner"),
        _text("view"),
        _text("sha256"),
        _moment("told_at", nullable=True),
        _text("totals", nullable=True),
        _moment("summed_at", nullable=True),
        _text("answer", nullable=True),
        sa.PrimaryKeyConstraint("comparison", "body"),
        sqlite_strict=True,
    )
    _index("lighting_part", "body", "owner")


def _voices() -> None:
    op.create_table(
        "lighting_voice",
        _text("comparison"),
        _text("body"),
        _text("study"),
        _text("owner"),
        _text("voice"),
        sa.PrimaryKeyConstraint("comparison", "body"),
        sqlite_strict=True,
    )
    _index("lighting_voice", "body", "owner")
    op.create_table(
        "lighting_weighing",
        _text("comparison"),
        _text("study"),
        _text("owner"),
        _text("body"),
        sa.PrimaryKeyConstraint("comparison"),
        sqlite_strict=True,
    )
    _index("lighting_weighing", "study", "owner")
    op.create_table(
        "lighting_consultation",
        _text("id"),
        _text("study"),
        _text("body"),
        _text("name"),
        _text("owner"),
        _moment("published_at"),
        _text("sha256"),
        _text("record"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    _index("lighting_consultation", "study", "owner")
