"""What an organisation declares final of its series, for who reads them below raw."""

from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex

from synergie.calendar import day_bounds
from synergie.errors import BadInput, NotFound
from synergie.exchange import cursor as _cursor
from synergie.exchange.readings.once import Once, claim_or_replay, store_answer
from synergie.policy import Permit, Principal, permit_own_data
from synergie.schemas.page import Page
from synergie.schemas.readings.closure import Closure, ClosureRecord
from synergie.storage import head
from synergie.storage.assets.held import SeriesInPermit, find_series_in_permit, lock_series
from synergie.storage.readings.published.closures import find_gaps, list_closures, save_closure
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
            known = claim_or_replay(session, once, Closure, now=now)
            if known is not None:
                return known
            permit = permit_own_data(caller, action="write", now=now)
            found = lock_series(permit, session, [series]).get(series)
            if found is None:
                raise NotFound
            _check_closure(record, found, now)
            made = _record_closure(permit, session, found, record, client=caller.client_id)
            store_answer(session, once, made)
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
        permit = permit_own_data(caller, action="read", now=now)
        bound = f"closures\x1f{permit.fingerprint}\x1f{series}"
        with self.store.read() as session:
            found = find_series_in_permit(permit, session, series)
            if found is None:
                raise NotFound
            place = _cursor.opened(session, bound, after)
            some = list_closures(permit, session, found, after=place, limit=limit + 1)
            items, following = _cursor.split_cursor_page(session, bound, some, limit)
        return Page(items=tuple(items), next=following)


def _check_closure(record: ClosureRecord, series: SeriesInPermit, now: datetime) -> None:
    days = (record.last_day - record.first_day).days + 1
    if days > MAX_DAYS:
        raise BadInput("/last_day", f"{days} days", "at most 366 days")
    if day_bounds(record.last_day, series.tz)[1] > now:
        raise BadInput("/last_day", record.last_day.isoformat(), "a day that is over")


def _record_closure(
    permit: Permit, session: Session, series: SeriesInPermit, record: ClosureRecord, *, client: str
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
    head.tell(session, head.take_sequence_numbers(session), news, now=now)
    return made
