"""Statements that insert rows, or tell that their keys are already there."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Executable, bindparam, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from synergie.storage.tables import Row


def insert_once(session: Session, table: type[Row], **values: Any) -> bool:
    """Insert a row of *table*; False when its key exists. Of two racing writers one gets True.

    `INSERT … ON CONFLICT DO NOTHING`: never a look first, which two writers pass together.
    """
    query = _build_insert(table, session.get_bind().dialect.name, tuple(values))
    # Not `rowcount`: psycopg says -1 there when SQLAlchemy asks for the key back.
    return session.connection().execute(query, values).first() is not None


def insert_each_once(
    session: Session, table: type[Row], rows: Sequence[dict[str, Any]], *, key: str
) -> frozenset[Any]:
    """Insert *rows* of *table*, in order; the *key* of each that was not there.

    As many times `insert_once`, a thousand rows a statement.
    """
    if not rows:
        return frozenset()
    family = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    query = family.insert(table).on_conflict_do_nothing().returning(getattr(table, key))
    return frozenset(session.connection().execute(query, rows).scalars())


@lru_cache(maxsize=64)
def _build_insert(table: type[Row], dialect: str, names: tuple[str, ...]) -> Executable:
    """The statement, built once: to build it costs more than to run it."""
    family = postgresql if dialect == "postgresql" else sqlite
    values: dict[str, Any] = {name: bindparam(name) for name in names}
    query = family.insert(table).values(values).on_conflict_do_nothing()
    found: Executable = query.returning(text("1"))
    return found
