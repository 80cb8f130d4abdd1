"""People who log in: accounts, one-time links, sittings, passkeys."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from synergie.storage import _columns

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Four tables."""
    _table(
        "account",
        _text("id"),
        _text("organisation"),
        _text("label"),
        _text("role"),
        _moment("created_at"),
        _text("created_by"),
        _moment("closed_at", nullable=True),
        _moment("entered_at", nullable=True),
        key="id",
        indexes=("organisation",),
    )
    _table(
        "entry_link",
        _text("token"),
        _text("account"),
        _text("made_by"),
        _moment("expires_at"),
        _moment("used_at", nullable=True),
        key="token",
        indexes=("account", "expires_at"),
    )
    _table(
        "sitting",
        _text("token"),
        _text("id"),
        _text("account"),
        _text("how"),
        _text("browser", nullable=True),
        _moment("began_at"),
        _moment("seen_at"),
        _moment("expires_at"),
        _moment("ended_at", nullable=True),
        key="token",
        indexes=("id", "account", "expires_at"),
    )
    _table(
        "passkey",
        _text("credential"),
        _text("id"),
        _text("account"),
        _text("name"),
        sa.Column("public_key", _columns.BLOB, nullable=False),
        sa.Column("sign_count", _columns.INTEGER, nullable=False),
        _moment("created_at"),
        _moment("used_at", nullable=True),
        key="credential",
        indexes=("id", "account"),
    )


def _text(name: str, *, nullable: bool = False) -> "sa.Column[str]":
    return sa.Column(name, _columns.TEXT, nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(name, _columns.Instant(), nullable=nullable)


def _table(name: str, *columns: sa.Column[Any], key: str, indexes: tuple[str, ...]) -> None:
    op.create_table(name, *columns, sa.PrimaryKeyConstraint(key), sqlite_strict=True)
    for column in indexes:
        op.create_index(f"ix_{name}_{column}", name, [column], unique=False)
