"""Tables of the morning: a sum that deposits keep, and addresses of calendars."""

from datetime import datetime

from synergie.storage._fields import key, maybe_moment, moment, text
from synergie.storage._tables import Row


class NewestFactRow(Row, table=True):
    """End of the newest reading among an owner's facts of one format: a sum that deposits keep."""

    __tablename__ = "newest_fact"
    owner: str = key()
    source: str = key()
    """Name of the format."""
    at: datetime = moment()


class CalendarFeedRow(Row, table=True):
    """A secret address at which a calendar of an organisation is read without a log-in."""

    __tablename__ = "calendar_feed"
    id: str = key()
    owner: str = text(index=True)
    secret: str = text(index=True)
    """SHA-256 of the secret part of the address, in hex: the address itself is not kept."""
    client: str = text()
    """Who asked for it: the client or the account."""
    made_at: datetime = moment()
    revoked_at: datetime | None = maybe_moment()
