"""Following what changes, without ever skipping a change."""

from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex

from synergie.errors import CursorExpired
from synergie.exchange import cursor as _cursor
from synergie.exchange import door as _door
from synergie.exchange._passing_on import list_permit_changes, may_be_told
from synergie.exchange.trust import seen as _seen
from synergie.policy import Permit, Principal, permit_party
from synergie.schemas.change import Change, ChangePage
from synergie.storage.epochs import find_common_seq
from synergie.storage.head import head
from synergie.storage.readings.published.restatements import announce_restatements
from synergie.storage.store import Session, Store

_LOOKS, _LOOK = 20, 201
"""Looks into the store of one request, and the least changes of a look: a page of one goes as far
as a page of many."""


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
        with _seen.open_recorded_session(self.store, caller, _door.CURVES, now=now) as session:
            permit = _door.authorize_changes(session, caller, agreement=agreement, now=now)
            bound = f"changes\x1f{permit.fingerprint}"
            number = _parse_change_cursor(session, bound, cursor)
            items, last, more = _list_visible_changes(permit, session, number, limit=limit, now=now)
            following = _encrypt_change_cursor(session, bound, last)
        if items:  # waiting for news shows nothing
            seen = _seen.AccessRecord("consumption", [one.id for one in items], rows=len(items))
            _seen.record(self.store, caller, permit, seen, now=now)
        return ChangePage(items=tuple(items), next=following, more=more)

    def announce_restatements(self, *, now: datetime) -> int:
        """Announce what the published states that opened since the last call changed."""
        return announce_restatements(self.store, now=now)

    def head(self, caller: Principal, *, now: datetime) -> int:
        """The number of the newest change of this server, to know when to look again."""
        permit_party(caller, action="read", now=now)
        with self.store.read() as session:
            return head(session).n


def _list_visible_changes(
    permit: Permit, session: Session, number: int, *, limit: int, now: datetime
) -> tuple[list[Change], int, bool]:
    """Up to *limit* changes after *number*, the number to go on from, and whether more is told.

    What is not told fills no page and is not `more`: pages of one would count it else. A request
    looks at some thousands; where as many are not told, there may be more, and the next goes on.
    """
    told, many = list[Change](), max(limit + 1, _LOOK)
    for _ in range(_LOOKS):
        found = list_permit_changes(permit, session, after=number, limit=many)
        for one in found:
            if may_be_told(permit, session, one, now=now):
                if len(told) == limit:
                    return told, number, True
                told.append(one)
            number = one.seq
        if len(found) < many:
            return told, head(session).n, False
    return told, number, True


def _parse_change_cursor(session: Session, bound: str, cursor: str | None) -> int:
    """The number that *cursor* holds, when it still means what it did; 0 without cursor."""
    place = _cursor.opened(session, bound, cursor)
    if not place:
        return 0
    epoch, number, *_ = place.split(":")
    common = find_common_seq(session, epoch, int(number))
    if common < int(number):
        raise CursorExpired(
            "the server was restored from a backup since this cursor was given",
            common_seq=common,
            cursor=_encrypt_change_cursor(session, bound, common),
        )
    return common


def _encrypt_change_cursor(session: Session, bound: str, number: int) -> str:
    """Another each time, and as long: that it moved on would tell what is not told to come."""
    place = f"{head(session).epoch}:{number:015}:{token_hex(8)}"
    return _cursor.encrypt_cursor(session, bound, place)
