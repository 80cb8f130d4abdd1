"""What a PostgreSQL says of itself to who looks after it: settings, archive, replicas."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text

from synergie.storage.store import Store

_NAMES = ("fsync", "synchronous_commit", "full_page_writes", "data_checksums", "max_connections")


@dataclass(frozen=True, slots=True)
class PostgresState:
    """Settings by name; how old the last archived piece of the log is; how far each replica is."""

    settings: Mapping[str, str]
    archive_age: timedelta | None
    """None: nothing is archived here."""
    replicas: Mapping[str, timedelta]


def read_postgres_state(store: Store) -> PostgresState:
    """The state of the PostgreSQL of *store*; of replicas only what its user may see."""
    with store.read() as session:
        connection = session.connection()
        settings = {
            name: str(connection.execute(text(f"SHOW {name}")).scalar_one()) for name in _NAMES
        }
        age = connection.execute(
            text("SELECT now() - last_archived_time FROM pg_stat_archiver")
        ).scalar_one_or_none()
        rows = connection.execute(
            text("SELECT application_name, replay_lag FROM pg_stat_replication WHERE state <> ''")
        ).all()
    replicas = {str(name): lag or timedelta(0) for name, lag in rows}
    return PostgresState(settings, age, replicas)
