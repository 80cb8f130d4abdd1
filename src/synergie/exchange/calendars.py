"""Addresses at which a calendar of what is due is read without a log-in: made, shown, closed.

The secret part is 256 random bits, of which the store keeps the SHA-256 only. It is a bearer
secret that calendar programs keep and send: what stands behind it tells days and kinds, no names.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from synergie.errors import NotFound
from synergie.policy import Permit, Principal, permit_own_data
from synergie.schemas.trust.account import ACCOUNTS
from synergie.schemas.trust.journal import JournalEvent
from synergie.storage.readings.calendar_feeds import (
    CalendarFeed,
    feed_of,
    feeds_of,
    revoke_feed,
    save_feed,
)
from synergie.storage.store import Session, Store
from synergie.storage.trust.journal.journal import Entry, append

__all__ = ["CalendarFeed", "Calendars"]

_PREFIX = "calendar:"


@dataclass(frozen=True, slots=True)
class Calendars:
    """Secret addresses of the calendar of the caller's organisation.

    Each is of who made it; a keeper of the accounts sees and closes those of all.
    """

    store: Store

    def open(self, caller: Principal, *, now: datetime) -> tuple[CalendarFeed, str]:
        """A new address, and its secret part, which is told this once."""
        secret = secrets.token_urlsafe(32)
        with self.store.write() as session:
            permit = permit_own_data(caller, action="write", now=now)
            made = CalendarFeed(
                f"cal_{secrets.token_hex(8)}", permit.owner, caller.client_id, now, None
            )
            save_feed(permit, session, made, secret=_hash_feed_secret(secret))
            _record_feed_event(permit, session, caller, "calendar.opened", feed=made.id, now=now)
        return made, secret

    def of(self, caller: Principal, *, now: datetime) -> list[CalendarFeed]:
        """The addresses that the caller made, the oldest first; for a keeper, those of all."""
        with self.store.read() as session:
            return feeds_of(
                permit_own_data(caller, action="read", now=now),
                session,
                client=_get_feed_maker(caller),
            )

    def close(self, caller: Principal, feed: str, *, now: datetime) -> None:
        """Close an address for good, from the next request on.

        NotFound: none that is open, or one that another made, unless a keeper asks.
        """
        with self.store.write(essential=True) as session:
            permit = permit_own_data(caller, action="write", now=now)
            if not revoke_feed(permit, session, feed, client=_get_feed_maker(caller), now=now):
                raise NotFound
            _record_feed_event(permit, session, caller, "calendar.closed", feed=feed, now=now)

    def reader(self, secret: str) -> Principal:
        """Whose calendar an address opens, as a caller that may do nothing else. NotFound."""
        with self.store.read() as session:
            found = feed_of(session, _hash_feed_secret(secret))
        if found is None:
            raise NotFound
        return Principal(
            client_id=f"{_PREFIX}{found.id}", organisation=found.owner, scopes=frozenset()
        )


def _get_feed_maker(caller: Principal) -> str | None:
    """Who made the addresses that *caller* sees and closes; None: anybody of its organisation."""
    return None if ACCOUNTS in caller.scopes else caller.client_id


def _hash_feed_secret(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _record_feed_event(
    permit: Permit,
    session: Session,
    caller: Principal,
    event: JournalEvent,
    *,
    feed: str,
    now: datetime,
) -> None:
    entry = Entry(
        event, by=caller.organisation, client=caller.client_id, owner=permit.owner, subjects=(feed,)
    )
    append(permit, session, entry, now=now)
