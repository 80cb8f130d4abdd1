"""The private tables of published states: which were announced, and what their owners closed."""

from datetime import datetime

from synergie.storage.tables import Row
from synergie.storage.trust.fields import define_integer, define_moment, define_text, key


class PublishedStateRow(Row, table=True):
    """The newest published state of the series of one zone whose corrections were announced."""

    __tablename__ = "published_state"
    time_zone: str = key()
    start: datetime = define_moment()
    """Start of its civil month."""


class ClosureRow(Row, table=True):
    """A span of a series that its owner declared final: what is missing of it will not be read."""

    __tablename__ = "closure"
    id: str = key()
    series: str = define_text(index=True)
    owner: str = define_text()
    start_s: int = define_integer()
    """Start of its first day, seconds since 1970 UTC."""
    end_s: int = define_integer()
    """End of its last day."""
    closed_at: datetime = define_moment()
    closed_by: str = define_text()
    """The program that declared it."""
    gaps: str = define_text()
    """What no sum below raw counts, as JSON: `{"closed": [[start_s, end_s], …], "undone_s": n}`."""
