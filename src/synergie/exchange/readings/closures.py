"""What an organisation declares final of its series, for who reads them below raw."""

from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex

from synergie.calendar import day_bounds
from synergie.errors import BadInput, NotFound
from synergie.exchange import cursor as _cursor
from synergie.exchange.readings.once import Once, remember, replayed
from synergie.policy import Permit, Principal, own
from synergie.schemas.page import Page
from synergie.schemas.readings.closure import Closure, ClosureRecord
from synergie.storage import head
from synergie.storage.assets.held import Held, held, locked
from synergie.storage.readings.published.closures import closures, find_gaps, save_closure
from synergie.storage.store import Session, Store
from synergie.storage.trust.journal.journal import Entry, append

MAX_DAYS = 366


@dataclass(frozen=True, slots=True)
class Closures:
    """Closures of the caller's own series; nobody else sees one, only sums that are `partial`."""

    store: Store

    def close(
        self,
        caller: Principal,
        series: str,
        record: ClosureRecord,
        *,
        once: Once | None = None,
        now: datetime,
    ) -> Closure:
        """Declare days of a series final: what is missing of them is in no sum below raw any more.

        Readers are told the sums of the rest at once, `partial`. BadInput when the last day is not
        over, or for more than `MAX_DAYS`; NotFound when the series is absent or another's.
        """
        with self.store.write() as session:
            known = replayed(session, once, Closure, now=now)
            if known is not None:
                return known
            permit = own(caller, action="write", now=now)
            found = locked(permit, session, [series]).get(series)
            if found is None:
                raise NotFound
            _check(record, found, now)
            made = _close(permit, session, found, record, client=caller.client_id)
            remember(session, once, made)
        return made

    def page(
        self,
        caller: Principal,
        series: str,
        *,
        after: str | None = None,
        limit: int = 200,
        now: datetime,
    ) -> Page[Closure]:
        """A page of the closures of a series of the caller's, by id. NotFound for another's."""
        permit = own(caller, action="read", now=now)
        bound = f"closures\x1f{permit.fingerprint}\x1f{series}"
        with self.store.read() as session:
            found = held(permit, session, series)
            if found is None:
                raise NotFound
            place = _cursor.opened(session, bound, after)
            some = closures(permit, session, found, after=place, limit=limit + 1)
            items, following = _cursor.cut(session, bound, some, limit)
        return Page(items=tuple(items), next=following)


def _check(record: ClosureRecord, series: Held, now: datetime) -> None:
    days = (record.last_day - record.first_day).days + 1
    if days > MAX_DAYS:
        raise BadInput("/last_day", f"{days} days", "at most 366 days")
    if day_bounds(record.last_day, series.tz)[1] > now:
        raise BadInput("/last_day", record.last_day.isoformat(), "a day that is over")


def _close(
    permit: Permit, session: Session, series: Held, record: ClosureRecord, *, client: str
) -> Closure:
    now = permit.decided_at
    gaps = find_gaps(permit, session, series, record, now=now)
    made = Closure(
        id=f"clo_{token_hex(10)}",
        series=series.id,
        owner=permit.owner,
        first_day=record.first_day,
        last_day=record.last_day,
        closed_at=now,
        closed_s=sum(end_s - start_s for start_s, end_s in gaps.closed),
        undone_s=gaps.undone_s,
    )
    save_closure(permit, session, made, gaps, client=client)
    entry = Entry(
        "series.closed",
        by=permit.bearer,
        client=client,
        owner=permit.owner,
        subjects=(made.id, series.id),
        dataset="consumption",
        start=day_bounds(record.first_day, series.tz)[0],
        end=day_bounds(record.last_day, series.tz)[1],
    )
    append(permit, session, entry, now=now)
    news = head.News(
        owner=permit.owner, kind="curve", subject=made.id, act="closed", covers=series.id
    )
    head.tell(session, head.take(session), news, now=now)
    return made
