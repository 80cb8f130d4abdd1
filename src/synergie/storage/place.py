"""Where a PostgreSQL store lives: another cluster or another timeline is another epoch.

After a fail-over to a replica, a restore to a point in time or a copy of the cluster, commits that
were told may be gone. Each new connection looks before anything else is done with it, so nothing
is written at the new place in the old epoch. (`pg_control_checkpoint()` still tells the old
timeline just after a promotion; the name of the WAL file tells the new one.)
"""

from typing import Any

from sqlalchemy import NullPool, create_engine, text
from sqlmodel import Session

from synergie.policy import permit_operator
from synergie.storage.epochs import begin_epoch

_PLACE = (
    "SELECT (pg_control_system()).system_identifier::text || '/' ||"
    " substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)"
)
_HAS_PLACE = "SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass('head') AND attname = 'place'"


def look_at_place(connection: Any, url: str) -> None:
    """Begin an epoch when the store at *url* was written elsewhere than *connection* leads to.

    *connection*: a new one of the driver, on which nothing was done yet.
    """
    with connection.cursor() as cursor:
        if cursor.execute(_HAS_PLACE).fetchone() is not None:
            here = cursor.execute(_PLACE).fetchone()[0]
            known = cursor.execute("SELECT place FROM head").fetchone()
            if known is not None and known[0] != here:  # none: a copy that did not end
                settle_place(url, here)
    connection.rollback()


def settle_place(url: str, here: str | None = None) -> None:
    """Write down where the store is; when it was known to be elsewhere, in a new epoch."""
    engine = create_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1), poolclass=NullPool
    ).execution_options(synergie_write=True)
    with Session(engine) as session:
        connection = session.connection()
        here = here or connection.execute(text(_PLACE)).scalar_one()
        if connection.execute(text("SELECT place FROM head")).scalar_one() == here:
            return
        known = connection.execute(text("SELECT place FROM head FOR UPDATE")).scalar_one()
        connection.execute(text("UPDATE head SET place = :here"), {"here": here})
        if known not in {None, here}:
            now = connection.execute(text("SELECT now()")).scalar_one()
            begin_epoch(permit_operator(now=now), session, "moved", now=now)
        session.commit()
