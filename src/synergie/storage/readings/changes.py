"""Changes in their one total order."""

from collections.abc import Iterator
from heapq import merge
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import aliased
from sqlmodel import and_, col, false, func, or_, select

from synergie.policy import Permit
from synergie.schemas.change import Change
from synergie.storage.publication.aggregate_tables import ReleaseRow
from synergie.storage.readings.bundles.bundle_tables import BundleRow
from synergie.storage.readings.bundles.bundles import Bundled, iterate_bundled
from synergie.storage.readings.published.curve_news import CLOSED, RESTATED, CurveNews
from synergie.storage.readings.published.published_tables import ClosureRow
from synergie.storage.scope import scoped_select
from synergie.storage.shared_scope import items, match_named_or_below
from synergie.storage.store import Session
from synergie.storage.tables import BatchRow, ChangeRow, SegmentRow, SeriesRow

_LOOKED_AT = 500
"""Changes that are read at once."""


def changes(
    permit: Permit, session: Session, *, after: int, limit: int, upto: int | None = None
) -> list[Change]:
    """Changes of the bearer's things and agreements that come after number *after*, in order.

    Without the announcements of new published states: who owns a series reads it as it is.
    *upto*: the last number to look at, here and below; None: all.
    """
    query = (
        scoped_select(permit, ChangeRow)
        .where(_match_sequence_range(after, upto), col(ChangeRow.act) != RESTATED)
        .order_by(col(ChangeRow.seq))
        .limit(limit)
    )
    mine = col(BundleRow.owner) == permit.bearer
    bundled = iterate_bundled(session, mine, after=after, upto=upto)
    rows = merge(session.exec(query), map(_build_bundled_row, bundled), key=lambda one: one.seq)
    return [_build_change(row) for row in islice(rows, limit)]


def changes_through(
    permit: Permit, session: Session, *, after: int, limit: int, upto: int | None = None
) -> list[Change]:
    """New curves of the series that an agreement opens, in order; the id told is the series.

    Below raw only those that change what may be read (`_curve_news`): each half-hour that comes
    would be told else, though it is in no period that may be read yet.
    """
    if permit.scope != "agreement" or "consumption" not in permit.datasets:
        return []
    step, found = permit.step, list[Change]()
    shows = None if step == "raw" else CurveNews(permit, session, step)
    announced = (
        ()
        if shows is None
        else _iterate_change_rows(session, _select_announcements(permit), after, upto)
    )
    touching = _iterate_change_rows(session, _select_batch_changes(permit), after, upto)
    bundled = _iterate_bundled_changes(permit, session, after, upto)
    for row, begin, end in merge(touching, bundled, announced, key=lambda one: one[0].seq):
        if shows is None or shows.is_visible(row, (begin, end)):
            found.append(_build_change(row, subject=row.covers))
        if len(found) == limit:
            break
    return found


def _match_sequence_range(after: int, upto: int | None) -> ColumnElement[bool]:
    begins = col(ChangeRow.seq) > after
    return begins if upto is None else and_(begins, col(ChangeRow.seq) <= upto)


def _iterate_change_rows(
    session: Session, query: Any, after: int, upto: int | None
) -> Iterator[tuple[ChangeRow, int, int]]:
    """Changes with the first and the last second that they touch, a chunk at a time."""
    while True:
        chunk = session.connection().execute(query.where(_match_sequence_range(after, upto))).all()
        names = [one[0] for one in chunk]
        known = {
            row.seq: row
            for row in session.exec(select(ChangeRow).where(col(ChangeRow.seq).in_(names)))
        }
        yield from ((known[seq], begin, end) for seq, begin, end in chunk)
        if len(chunk) < _LOOKED_AT:
            return
        after = names[-1]


def _iterate_bundled_changes(
    permit: Permit, session: Session, after: int, upto: int | None
) -> Iterator[tuple[ChangeRow, int, int]]:
    """As `_select_batch_changes` chooses them, those that are bundled."""
    open_series = select(col(SeriesRow.id)).where(match_named_or_below(SeriesRow, items(permit)))
    open_bundles = col(BundleRow.owner) == permit.owner, col(BundleRow.series).in_(open_series)
    start, end = permit.start, permit.end
    for one in iterate_bundled(session, *open_bundles, after=after, upto=upto):
        if (start is None or one.end_s > int(start.timestamp())) and (
            end is None or one.start_s < int(end.timestamp())
        ):
            yield _build_bundled_row(one), one.start_s, one.end_s


def _build_bundled_row(one: Bundled) -> ChangeRow:
    return ChangeRow(**one.change_row())


def _select_announcements(permit: Permit) -> Any:
    """New states of series, and what their owner closed of them."""
    closure = aliased(ClosureRow)
    return (
        select(
            col(ChangeRow.seq),
            func.coalesce(col(closure.start_s), 0),
            func.coalesce(col(closure.end_s), 0),
        )
        .join(SeriesRow, col(SeriesRow.id) == col(ChangeRow.covers))
        .join(closure, col(closure.id) == col(ChangeRow.subject), isouter=True)
        .where(col(ChangeRow.owner) == permit.owner, match_named_or_below(SeriesRow, items(permit)))
        .where(col(ChangeRow.kind) == "curve", col(ChangeRow.act).in_((RESTATED, CLOSED)))
        .order_by(col(ChangeRow.seq))
        .limit(_LOOKED_AT)
    )


def _select_batch_changes(permit: Permit) -> Any:
    """A batch that brought nothing new has no segment; its number is that of its segments."""
    start, end = permit.start, permit.end
    query = (
        select(
            col(ChangeRow.seq),
            func.min(SegmentRow.start_s).label("begin_s"),
            func.max(SegmentRow.end_s).label("end_s"),
        )
        .join(SeriesRow, col(SeriesRow.id) == col(ChangeRow.covers))
        .join(BatchRow, col(BatchRow.id) == col(ChangeRow.subject))
        .join(SegmentRow, col(SegmentRow.series) == col(ChangeRow.covers))
        .where(col(SegmentRow.seq) == col(BatchRow.seq), col(SegmentRow.compacted).is_(false()))
        .where(col(ChangeRow.owner) == permit.owner, match_named_or_below(SeriesRow, items(permit)))
        .where(or_(col(ChangeRow.kind) == "curve", col(ChangeRow.kind) == "series"))
    )
    if start is not None:
        query = query.where(col(SegmentRow.end_s) > int(start.timestamp()))
    if end is not None:
        query = query.where(col(SegmentRow.start_s) < int(end.timestamp()))
    return query.group_by(col(ChangeRow.seq)).order_by(col(ChangeRow.seq)).limit(_LOOKED_AT)


def releases_through(
    permit: Permit, session: Session, *, after: int, limit: int, upto: int | None = None
) -> list[Change]:
    """New releases that an agreement opens, in order."""
    readable = scoped_select(permit, ReleaseRow).with_only_columns(col(ReleaseRow.id))
    query = (
        select(ChangeRow)
        .where(col(ChangeRow.owner) == permit.owner, col(ChangeRow.kind) == "release")
        .where(col(ChangeRow.subject).in_(readable), _match_sequence_range(after, upto))
        .order_by(col(ChangeRow.seq))
        .limit(limit)
    )
    return [_build_change(row) for row in session.exec(query)]


def _build_change(row: ChangeRow, *, subject: str | None = None) -> Change:
    return Change.model_validate(
        {
            "seq": row.seq,
            "at": row.at,
            "kind": row.kind,
            "id": subject or row.subject,
            "version": int(row.covers) if row.kind == "agreement" and row.covers else None,
            "owner": row.owner,
            "act": row.act,
        }
    )
