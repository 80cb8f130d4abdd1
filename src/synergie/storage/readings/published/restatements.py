"""Announcing what a new published state changes, so that who follows curves below raw reads anew.

One change a series and month, in the order of all changes: the cursor of who follows passed the
correction's own number long ago.
"""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlmodel import col, false, or_, select

from synergie.calendar import load_time_zone
from synergie.policy import Permit, permit_operator
from synergie.policy.readings.coarsen import state_start
from synergie.storage import head
from synergie.storage.readings.once import insert_once
from synergie.storage.readings.published.curve_news import RESTATED
from synergie.storage.readings.published.published_tables import PublishedStateRow
from synergie.storage.store import Session, Store
from synergie.storage.tables import BatchRow, ChangeRow, SegmentRow, SeriesRow


def announce_restatements(store: Store, *, now: datetime) -> int:
    """Announce the published states that opened since the last call; how many series are news.

    The first call announces nothing: what was corrected before was told by another rule. Of two
    servers that call at once the second finds nothing left to do.
    """
    permit = permit_operator(now=now)
    with store.read() as session:
        zones = _list_time_zones(permit, session)
    return sum(_announce_zone_state(store, permit, load_time_zone(name), now) for name in zones)


def _list_time_zones(permit: Permit, session: Session) -> Sequence[str]:
    _check_announcement_permit(permit)
    query = select(col(SeriesRow.time_zone)).distinct()
    return [str(one) for one in session.connection().execute(query).scalars()]


def _announce_zone_state(store: Store, permit: Permit, tz: ZoneInfo, now: datetime) -> int:
    state = state_start(now, tz)
    with store.read() as session:
        last = _find_last_state(permit, session, tz)
        names = (
            _list_restated_series(permit, session, tz, (last, state))
            if last and last < state
            else []
        )
    if last is not None and last >= state:
        return 0
    with store.write() as session:
        if not _advance_state(permit, session, tz, state):
            return 0
        if names:
            first = head.take_sequence_numbers(session, len(names))
            for seq, (series, owner) in enumerate(names, first):
                news = head.News(
                    owner=owner, kind="curve", subject=series, act=RESTATED, covers=series
                )
                head.tell(session, seq, news, now=now)
    return len(names)


def _find_last_state(permit: Permit, session: Session, tz: ZoneInfo) -> datetime | None:
    _check_announcement_permit(permit)
    query = select(PublishedStateRow).where(col(PublishedStateRow.time_zone) == tz.key)
    found = session.exec(query).first()
    return None if found is None else found.start


def _advance_state(permit: Permit, session: Session, tz: ZoneInfo, state: datetime) -> bool:
    """Note that *state* was announced; whether nobody else did."""
    _check_announcement_permit(permit)
    if insert_once(session, PublishedStateRow, time_zone=tz.key, start=state):
        return True
    query = (
        update(PublishedStateRow)
        .where(col(PublishedStateRow.time_zone) == tz.key, col(PublishedStateRow.start) < state)
        .values(start=state)
        .returning(col(PublishedStateRow.time_zone))
    )
    return session.connection().execute(query).first() is not None


def _list_restated_series(
    permit: Permit, session: Session, tz: ZoneInfo, states: tuple[datetime, datetime]
) -> list[tuple[str, str]]:
    """Series of which something was corrected or undone between two states, with their owners."""
    _check_announcement_permit(permit)
    query = (
        select(col(SeriesRow.id), col(SeriesRow.owner))
        .join(ChangeRow, col(ChangeRow.covers) == col(SeriesRow.id))
        .join(BatchRow, col(BatchRow.id) == col(ChangeRow.subject))
        .join(SegmentRow, col(SegmentRow.series) == col(SeriesRow.id))
        .where(col(SeriesRow.time_zone) == tz.key, col(SegmentRow.seq) == col(BatchRow.seq))
        .where(col(ChangeRow.at) >= states[0], col(ChangeRow.at) < states[1])
        .where(col(SegmentRow.compacted).is_(false()))
        .where(or_(col(SegmentRow.revision) > 0, col(ChangeRow.act) == "undone"))
        .distinct()
        .order_by(col(SeriesRow.id))
    )
    return [(str(name), str(owner)) for name, owner in session.connection().execute(query)]


def _check_announcement_permit(permit: Permit) -> None:
    if permit.scope != "operator":
        raise TypeError("new states are announced by the operator")
