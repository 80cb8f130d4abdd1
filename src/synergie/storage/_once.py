"""One statement that inserts a row, or tells that its key is already there."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects import postgresql, sqlite

from synergie.storage._tables import Row
from synergie.storage.store import Session


def insert_once(session: Session, table: type[Row], **values: Any) -> bool:
    """Insert a row of *table*; False when its key exists. Of two racing writers one gets True.

    `INSERT … ON CONFLICT DO NOTHING`: never a look first, which two writers pass together.
    """
    bind = session.get_bind()
    dialect = postgresql if bind.dialect.name == "postgresql" else sqlite
    query = dialect.insert(table).values(**values).on_conflict_do_nothing().returning(text("1"))
    # Not `rowcount`: psycopg says -1 there when SQLAlchemy asks for the key back.
    return session.connection().execute(query).first() is not None
