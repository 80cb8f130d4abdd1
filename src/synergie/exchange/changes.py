"""Following what changes, without ever skipping a change."""

from dataclasses import dataclass
from datetime import datetime

from synergie.errors import CursorExpired
from synergie.exchange import _cursor, _door, _seen
from synergie.exchange._passing_on import may_be_told, news
from synergie.policy import Principal, party
from synergie.schemas.change import ChangePage
from synergie.storage.epochs import find_common_seq
from synergie.storage.head import head
from synergie.storage.restatements import announce_restatements
from synergie.storage.store import Session, Store


@dataclass(frozen=True, slots=True)
class Changes:
    """Changes of the caller's own things and agreements, or of what an agreement opens to it."""

    store: Store

    def after(
        self,
        caller: Principal,
        cursor: str | None = None,
        *,
        limit: int = 200,
        agreement: str | None = None,
        now: datetime,
    ) -> ChangePage:
        """The changes that come after *cursor*, in order, and the cursor to go on from.

        Numbers are given at the commit, one by one: what is read is all there is up to there.
        CursorExpired when it is beyond what this store has in common with who was given it: the
        store was restored from a backup since. It names that number, and the cursor after it.
        """
        with _seen.reading(self.store, caller, _door.CURVES, now=now) as session:
            permit = _door.news(session, caller, agreement=agreement, now=now)
            bound = f"changes\x1f{permit.fingerprint}"
            number = _place(session, bound, cursor)
            found = news(permit, session, after=number, limit=limit + 1)
            more = len(found) > limit
            last = found[limit - 1].seq if more else head(session).n
            items = [one for one in found[:limit] if may_be_told(permit, session, one, now=now)]
            following = _sealed(session, bound, last)
        if items:  # waiting for news shows nothing
            seen = _seen.Seen("consumption", [one.id for one in items], rows=len(items))
            _seen.record(self.store, caller, permit, seen, now=now)
        return ChangePage(items=tuple(items), next=following, more=more)

    def announce_restatements(self, *, now: datetime) -> int:
        """Announce what the published states that opened since the last call changed."""
        return announce_restatements(self.store, now=now)

    def head(self, caller: Principal, *, now: datetime) -> int:
        """The number of the newest change of this server, to know when to look again."""
        party(caller, action="read", now=now)
        with self.store.read() as session:
            return head(session).n


def _place(session: Session, bound: str, cursor: str | None) -> int:
    """The number that *cursor* holds, when it still means what it did; 0 without cursor."""
    place = _cursor.opened(session, bound, cursor)
    if not place:
        return 0
    epoch, _, number = place.partition(":")
    common = find_common_seq(session, epoch, int(number))
    if common < int(number):
        raise CursorExpired(
            "the server was restored from a backup since this cursor was given",
            common_seq=common,
            cursor=_sealed(session, bound, common),
        )
    return common


def _sealed(session: Session, bound: str, number: int) -> str:
    return _cursor.sealed(session, bound, f"{head(session).epoch}:{number}")
