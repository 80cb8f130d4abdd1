"""Secret addresses at which a calendar is read without a log-in; only their hashes are kept."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from synergie.policy import Permit
from synergie.storage.readings.morning_tables import CalendarFeedRow
from synergie.storage.scope import own_write, scoped_select
from synergie.storage.store import Session


@dataclass(frozen=True, slots=True)
class CalendarFeed:
    """One address: whose calendar, who asked for it and when. `revoked_at` None: it opens."""

    id: str
    owner: str
    client: str
    made_at: datetime
    revoked_at: datetime | None


def save_feed(permit: Permit, session: Session, feed: CalendarFeed, *, secret: str) -> None:
    """Keep an address by *secret*, the SHA-256 of its secret part in hex."""
    own_write(permit)
    session.add(
        CalendarFeedRow(
            id=feed.id,
            owner=permit.owner,
            secret=secret,
            client=feed.client,
            made_at=feed.made_at,
            revoked_at=feed.revoked_at,
        )
    )


def feeds_of(permit: Permit, session: Session, *, client: str | None = None) -> list[CalendarFeed]:
    """The addresses of the bearer's own calendar, the oldest first, revoked ones too.

    *client*: those that it made; None: that anybody made.
    """
    query = _filter_by_client(scoped_select(permit, CalendarFeedRow), client)
    some = query.order_by(col(CalendarFeedRow.made_at), col(CalendarFeedRow.id))
    return [_build_calendar_feed(row) for row in session.exec(some)]


def revoke_feed(
    permit: Permit, session: Session, feed: str, *, client: str | None = None, now: datetime
) -> bool:
    """Close an address of the bearer's for good; False: there is none that is open.

    *client*: one that it made; None: that anybody made.
    """
    own_write(permit)
    query = scoped_select(permit, CalendarFeedRow).where(col(CalendarFeedRow.id) == feed)
    row = session.exec(_filter_by_client(query, client).with_for_update()).first()
    if row is None or row.revoked_at is not None:
        return False
    row.revoked_at = now
    session.add(row)
    return True


def revoke_feeds_of(permit: Permit, session: Session, client: str, *, now: datetime) -> None:
    """Close for good every address of the bearer's that *client* asked for."""
    own_write(permit)
    mine = scoped_select(permit, CalendarFeedRow).where(
        col(CalendarFeedRow.client) == client, col(CalendarFeedRow.revoked_at).is_(None)
    )
    for row in session.exec(mine.with_for_update()):
        row.revoked_at = now
        session.add(row)


def feed_of(session: Session, secret: str) -> CalendarFeed | None:
    """The open address with this SHA-256; None for an unknown or a revoked one alike."""
    query = select(CalendarFeedRow).where(
        col(CalendarFeedRow.secret) == secret, col(CalendarFeedRow.revoked_at).is_(None)
    )
    row = session.exec(query).first()
    return None if row is None else _build_calendar_feed(row)


def _filter_by_client(
    query: SelectOfScalar[CalendarFeedRow], client: str | None
) -> SelectOfScalar[CalendarFeedRow]:
    return query if client is None else query.where(col(CalendarFeedRow.client) == client)


def _build_calendar_feed(row: CalendarFeedRow) -> CalendarFeed:
    return CalendarFeed(row.id, row.owner, row.client, row.made_at, row.revoked_at)
