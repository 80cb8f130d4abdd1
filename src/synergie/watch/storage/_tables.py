"""The private tables of the watch: alerts, and what was learned of each series."""

from datetime import datetime

from synergie.storage.tables import Row
from synergie.storage.trust.fields import define_moment, define_text, key, maybe_text


class AlertRow(Row, table=True):
    """An alert; its owner owns it, and an agreement over its series opens it."""

    __tablename__ = "alert"
    id: str = key()
    owner: str = define_text(index=True)
    series: str = define_text(index=True)
    state: str = define_text()
    first_night: str = define_text()
    last_night: str = define_text()
    body: str = define_text()
    """StoredAlert as JSON."""
    changed_at: datetime = define_moment()


class WatchStateRow(Row, table=True):
    """What is known of one series after its newest judged night."""

    __tablename__ = "watch_state"
    series: str = key()
    owner: str = define_text(index=True)
    seen_at: datetime = define_moment()
    """When the newest of the readings that were looked at had been received."""
    seen_end: datetime = define_moment()
    """Where the newest of them ended."""
    state: str | None = maybe_text()
    """WatchState as JSON. Null: its nights taught nothing."""
    untaught: str | None = maybe_text()
    """Why they taught nothing: place, found and expected as a JSON list. Null: they did."""
