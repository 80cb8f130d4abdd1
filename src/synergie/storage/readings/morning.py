"""What the morning page is summed from, kept by each deposit and undo in its own transaction.

Beside each series: the format of its newest batch, and the one that brought its newest reading.
Beside each format: the end of the newest reading among facts. Whether a flow is late is the
clock's, and is not kept. `storage.readings.morning_check` counts the same from all that came.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from synergie.calendar import day_bounds
from synergie.policy import Permit
from synergie.policy.readings.flows import API
from synergie.policy.readings.morning import HOME
from synergie.storage.assets.held import SeriesInPermit
from synergie.storage.readings._weighing import Entry
from synergie.storage.readings.morning_tables import NewestFactRow
from synergie.storage.scope import own_write, scoped_select
from synergie.storage.store import Session
from synergie.storage.tables import BatchRow, FactRow, SeriesRow

MOMENTS = frozenset({"register_reading", "interval_reading", "market_curve", "invoice_line"})
"""Facts whose `at` is the end of a reading."""
PERIOD = "period_energy"
"""Its key ends with the day after its last one: 2026-11-25."""

_CHUNK = 500
_FEED = (
    update(SeriesRow)
    .where(col(SeriesRow.id) == bindparam("of"), col(SeriesRow.owner) == bindparam("by"))
    .values(fed_by=bindparam("told"))
)


class Together(NamedTuple):
    """Series of one owner that are alike in all that the morning asks, and how many they are."""

    source: str | None
    """The format of their newest batch. None: none ever came."""
    told_by: str | None
    """The format that brought their newest reading. None: there is none."""
    time_zone: str
    last_end: datetime | None
    """End of the newest reading of each. None: never read."""
    n: int


def note_feeds(
    permit: Permit, session: Session, series: Iterable[SeriesInPermit], *, source: str
) -> None:
    """Note that a batch of the format *source* is the newest of *series*: no word when it was."""
    own_write(permit)
    of = sorted({one.id for one in series if one.fed_by != source})
    if of:
        rows = [{"of": one, "by": permit.owner, "told": source} for one in of]
        session.connection().execute(_FEED, rows)


def renote_feeds(permit: Permit, session: Session, series: Iterable[str]) -> None:
    """Note anew which format brought the newest batch of *series* that is not undone."""
    own_write(permit)
    newest = (
        select(func.coalesce(col(BatchRow.source), API))
        .where(col(BatchRow.subject) == col(SeriesRow.id), col(BatchRow.owner) == permit.owner)
        .where(col(BatchRow.undone_at).is_(None))
        .order_by(col(BatchRow.seq).desc())
        .limit(1)
        .scalar_subquery()
    )
    some = sorted(series)
    for first in range(0, len(some), _CHUNK):
        session.connection().execute(
            update(SeriesRow)
            .where(col(SeriesRow.owner) == permit.owner)
            .where(col(SeriesRow.id).in_(some[first : first + _CHUNK]))
            .values(fed_by=newest)
        )


def note_facts(permit: Permit, session: Session, kind: str, entries: Iterable[Entry]) -> None:
    """Move the end of the newest reading of the formats of *entries*, where they tell one."""
    own_write(permit)
    newest: dict[str, datetime] = {}
    for one in entries:
        end = _compute_entry_end(kind, one)
        if end is not None:
            newest[one.source] = max(end, newest.get(one.source, end))
    if newest:
        _raise_to(permit, session, newest)


def renote_facts(permit: Permit, session: Session, batch: str) -> None:
    """Note anew the newest reading of each format that *batch*, undone just now, had told one of.

    Formats whose newest reading is later than all of the batch are left as they are.
    """
    own_write(permit)
    undone = _of_facts(permit, session, col(FactRow.batch) == batch)
    kept = newest_facts(permit, session)
    stale = [source for source, at in undone.items() if kept.get(source, at) <= at]
    if not stale:
        return
    there = _of_facts(
        permit, session, col(FactRow.undone_at).is_(None), col(FactRow.source).in_(stale)
    )
    for row in session.exec(
        scoped_select(permit, NewestFactRow).where(col(NewestFactRow.source).in_(stale))
    ):
        if row.source not in there:
            session.delete(row)
        elif there[row.source] != row.at:
            row.at = there[row.source]
            session.add(row)
    session.flush()


def newest_facts(permit: Permit, session: Session) -> dict[str, datetime]:
    """Format → end of the newest reading that its facts tell; one's own."""
    rows = session.exec(scoped_select(permit, NewestFactRow))
    return {row.source: row.at for row in rows}


def group_alike_series(permit: Permit, session: Session) -> list[Together]:
    """One's own series, alike ones together: as many rows as there are kinds, not series."""
    _check_morning_permit(permit)
    alike = (
        col(SeriesRow.fed_by), col(SeriesRow.told_by), col(SeriesRow.time_zone),
        col(SeriesRow.last_end),
    )  # fmt: skip
    query = (
        select(*alike, func.count())
        .where(col(SeriesRow.owner) == permit.owner, col(SeriesRow.removed_at).is_(None))
        .group_by(*alike)
    )
    return [Together(*row) for row in session.connection().execute(query)]


def named_among(
    permit: Permit, session: Session, source: str, ends: Sequence[datetime], *, limit: int
) -> list[tuple[str, str]]:
    """Identifier here and owner's key of series fed by *source* that end at one of *ends*."""
    return _list_series_names(
        permit, session, col(SeriesRow.fed_by) == source, _match_last_ends(ends), limit=limit
    )


def never_read(permit: Permit, session: Session, *, limit: int) -> list[tuple[str, str]]:
    """Identifier here and owner's key of one's own series without any reading."""
    return _list_series_names(permit, session, col(SeriesRow.last_end).is_(None), limit=limit)


def _match_last_ends(ends: Sequence[datetime]) -> ColumnElement[bool]:
    return col(SeriesRow.last_end).in_(sorted(ends)[:_CHUNK])


def _list_series_names(
    permit: Permit, session: Session, *which: ColumnElement[bool], limit: int
) -> list[tuple[str, str]]:
    _check_morning_permit(permit)
    query = (
        scoped_select(permit, SeriesRow)
        .with_only_columns(col(SeriesRow.id), col(SeriesRow.external_id))
        .where(*which)
        .order_by(col(SeriesRow.external_id))
        .limit(limit)
    )
    return [(str(name), str(key)) for name, key in session.connection().execute(query)]


def newest_told(
    permit: Permit, session: Session, series: Sequence[Together]
) -> dict[str, datetime]:
    """Format → end of the newest reading it told: of *series*, and of facts with a moment."""
    newest = newest_facts(permit, session)
    for one in series:
        if one.told_by is not None and one.last_end is not None:
            newest[one.told_by] = max(one.last_end, newest.get(one.told_by, one.last_end))
    return newest


def _compute_entry_end(kind: str, one: Entry) -> datetime | None:
    if kind in MOMENTS:
        return one.at
    return compute_day_start(one.key[-10:]) if kind == PERIOD else None


def compute_day_start(day: str) -> datetime:
    """The start of a civil day, where the senders are: the end of a period before it."""
    return day_bounds(date.fromisoformat(day), HOME)[0]


def _raise_to(permit: Permit, session: Session, newest: dict[str, datetime]) -> None:
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = insert(NewestFactRow)
    later = statement.excluded.at > col(NewestFactRow.at)
    session.connection().execute(
        statement.on_conflict_do_update(
            index_elements=["owner", "source"], set_={"at": statement.excluded.at}, where=later
        ),
        [{"owner": permit.owner, "source": name, "at": at} for name, at in sorted(newest.items())],
    )


def _of_facts(permit: Permit, session: Session, *which: Any) -> dict[str, datetime]:
    """Format → end of the newest reading of the facts *which*."""
    mine = (col(FactRow.owner) == permit.owner, *which)
    of_moments = (
        select(col(FactRow.source), func.max(col(FactRow.at)))
        .where(*mine, col(FactRow.kind).in_(sorted(MOMENTS)))
        .group_by(col(FactRow.source))
    )
    last_ten = func.substr(col(FactRow.key), func.length(col(FactRow.key)) - 9)
    of_periods = (
        select(col(FactRow.source), func.max(last_ten))
        .where(*mine, col(FactRow.kind) == PERIOD)
        .group_by(col(FactRow.source))
    )
    told = [
        *session.connection().execute(of_moments),
        *((name, compute_day_start(day)) for name, day in session.connection().execute(of_periods)),
    ]
    newest: dict[str, datetime] = {}
    for source, at in told:
        if at is not None:
            newest[source] = max(at, newest.get(source, at))
    return newest


def _check_morning_permit(permit: Permit) -> None:
    if permit.scope != "own":
        raise TypeError("only one's own flows are told")
