"""Cell schemes and what was published."""

import sqlalchemy as sa
from alembic import op

from synergie.storage import _columns

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """The tables of schemes, of years and their members, and of releases."""
    _schemes()
    _years()
    op.create_table(
        "aggregate_release",
        sa.Column("id", _columns.TEXT, nullable=False),
        sa.Column("owner", _columns.TEXT, nullable=False),
        sa.Column("scheme", _columns.TEXT, nullable=False),
        sa.Column("energy", _columns.TEXT, nullable=False),
        sa.Column("period", _columns.TEXT, nullable=False),
        sa.Column("version", _columns.INTEGER, nullable=False),
        sa.Column("is_open", _columns.Flag(), nullable=False),
        sa.Column("onward", _columns.Flag(), nullable=False),
        sa.Column("released_at", _columns.Instant(), nullable=False),
        sa.Column("body", _columns.TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("scheme", "energy", "period", "version"),
        sqlite_strict=True,
    )
    for column in ("owner", "is_open"):
        name = f"ix_aggregate_release_{column}"
        op.create_index(name, "aggregate_release", [column], unique=False)


def _schemes() -> None:
    op.create_table(
        "cell_scheme",
        sa.Column("id", _columns.TEXT, nullable=False),
        sa.Column("version", _columns.INTEGER, nullable=False),
        sa.Column("owner", _columns.TEXT, nullable=False),
        sa.Column("name", _columns.TEXT, nullable=False),
        sa.Column("body", _columns.TEXT, nullable=False),
        sa.Column("sha256", _columns.TEXT, nullable=False),
        sa.Column("updated_at", _columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
    )
    op.create_index("cell_scheme_by_name", "cell_scheme", ["owner", "name"], unique=False)


def _years() -> None:
    op.create_table(
        "aggregate_year",
        sa.Column("scheme", _columns.TEXT, nullable=False),
        sa.Column("energy", _columns.TEXT, nullable=False),
        sa.Column("year", _columns.INTEGER, nullable=False),
        sa.Column("version", _columns.INTEGER, nullable=False),
        sa.Column("frozen_at", _columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("scheme", "energy", "year"),
        sqlite_strict=True,
    )
    op.create_table(
        "aggregate_member",
        sa.Column("point", _columns.TEXT, nullable=False),
        sa.Column("energy", _columns.TEXT, nullable=False),
        sa.Column("year", _columns.INTEGER, nullable=False),
        sa.Column("owner", _columns.TEXT, nullable=False),
        sa.Column("scheme", _columns.TEXT, nullable=False),
        sa.Column("leaf", _columns.TEXT, nullable=False),
        sa.Column("holder", _columns.TEXT, nullable=False),
        sa.Column("category", _columns.TEXT, nullable=False),
        sa.Column("moves", _columns.Flag(), nullable=False),
        sa.Column("known_to", _columns.TEXT, nullable=False),
        sa.Column("agreement", _columns.TEXT, nullable=True),
        sa.Column("energies", _columns.TEXT, nullable=False),
        sa.PrimaryKeyConstraint("point", "energy", "year"),
        sqlite_strict=True,
    )
    op.create_index(
        "aggregate_member_by_scheme", "aggregate_member", ["scheme", "energy", "year"], unique=False
    )
