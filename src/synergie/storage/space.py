"""The room that a store takes on its disk, and what it gives back of it."""

from contextlib import suppress

from sqlalchemy import text

from synergie.errors import Overloaded, StorageFull
from synergie.storage.store import Store

_PAGES = text("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
_DATABASE = text("SELECT pg_database_size(current_database())")


def measure_store_size(store: Store) -> int:
    """Bytes of the tables and their indexes, free pages among them."""
    with store.read() as session:
        found = session.connection().execute(_PAGES if store.is_sqlite else _DATABASE)
        return int(found.scalar_one())


def give_back(store: Store) -> bool:
    """Give the room that nothing needs back to the disk; False when somebody holds the store.

    SQLite writes its file anew (VACUUM), beside a server that runs, too: it needs as much free
    disk as the store takes, and False is said when that is not there. PostgreSQL only keeps the
    room for what comes next: to return it, its tables are locked (`VACUUM FULL`), which is left
    to whoever runs it.
    """
    with suppress(Overloaded, StorageFull):
        store.at_once(lambda cursor: cursor.execute("VACUUM"))
        if store.is_sqlite:
            store.at_once(lambda cursor: cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)"))
        return True
    return False
