"""The rows of segments that a read needs: one year before its start and no more.

The statements are built once: to build one costs more than SQLite needs to answer it.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import batched
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, bindparam, false, func, inspect, or_
from sqlmodel import col, select

from synergie.policy import Permit
from synergie.storage._sql import match_any_of
from synergie.storage.assets.held import SeriesInPermit
from synergie.storage.columns import INTEGER, Instant
from synergie.storage.readings.bundles.bundle_tables import BundleRow
from synergie.storage.readings.bundles.bundles import bundled_segments
from synergie.storage.readings.cover import Segment
from synergie.storage.readings.derived import with_values
from synergie.storage.scope import scoped_select
from synergie.storage.store import Session
from synergie.storage.tables import SegmentRow, SeriesRow
from synergie.units import Step

_CHUNK = 1_000
LONGEST_S = 367 * 86_400
"""No segment is longer: 366 civil days, and the hour of a clock change."""

type _Rows = Select[Any]


def look_back_from(begin: Any, series: Any) -> ColumnElement[int]:
    """After when a segment of *series* starts that ends after *begin*: its longest one before.

    Half-hours that came one by one are found among a day of them, not among those of a year.
    """
    longest = select(col(SeriesRow.longest_s)).where(col(SeriesRow.id) == series)
    found: ColumnElement[int] = begin - func.coalesce(longest.scalar_subquery(), LONGEST_S)
    return found


_BEGIN = bindparam("begin", type_=INTEGER)
_OVERLAPPING = (
    col(SegmentRow.series) == bindparam("of"),
    col(SegmentRow.start_s) < bindparam("end"),
    col(SegmentRow.start_s) > look_back_from(_BEGIN, bindparam("of")),
    col(SegmentRow.end_s) > _BEGIN,
)
_ANY: _Rows = select(*(inspect(SegmentRow).columns[name] for name in Segment.__slots__)).where(
    *_OVERLAPPING
)
_NOT_UNDONE = col(SegmentRow.undone_at).is_(None)
_PRESENT = _ANY.where(col(SegmentRow.superseded_at).is_(None), _NOT_UNDONE)
"""The present is read from what was compacted too, the past from what arrived."""
_STEPS: _Rows = (
    select(col(SegmentRow.step))
    .where(*_OVERLAPPING, col(SegmentRow.superseded_at).is_(None), _NOT_UNDONE)
    .distinct()
)
_PRESENT_OF_MANY: _Rows = select(
    col(SegmentRow.series), *(inspect(SegmentRow).columns[name] for name in Segment.__slots__)
).where(
    col(SegmentRow.start_s) < bindparam("end"),
    col(SegmentRow.start_s) > bindparam("oldest"),
    col(SegmentRow.end_s) > _BEGIN,
    col(SegmentRow.superseded_at).is_(None),
    _NOT_UNDONE,
)
_AS_OF = bindparam("as_of", type_=Instant())
_ARRIVED = _ANY.where(col(SegmentRow.compacted).is_(false()), col(SegmentRow.received_at) <= _AS_OF)
_PAST = _ARRIVED.where(or_(_NOT_UNDONE, col(SegmentRow.undone_at) > _AS_OF))
_PAST_OF_ANOTHER = _ARRIVED.where(_NOT_UNDONE)
"""What its owner undid is not told to others any more, of no moment."""
_STATE = bindparam("state", type_=Instant())
_SINCE: _Rows = select(*(inspect(SegmentRow).columns[name] for name in ("start_s", "end_s"))).where(
    *_OVERLAPPING,
    col(SegmentRow.compacted).is_(false()),
    or_(col(SegmentRow.received_at) >= _STATE, col(SegmentRow.undone_at) >= _STATE),
)
_HISTORY = _ANY.where(
    col(SegmentRow.compacted).is_(false()), or_(_NOT_UNDONE, col(SegmentRow.undone_at) >= _STATE)
)
_ARRIVALS = _ANY.where(col(SegmentRow.compacted).is_(false()))
_BATCHES: _Rows = select(
    *(inspect(SegmentRow).columns[name] for name in ("batch", "priority"))
).where(*_OVERLAPPING, col(SegmentRow.compacted).is_(false()), _NOT_UNDONE)


def fetch_segments(
    permit: Permit,
    session: Session,
    series: SeriesInPermit,
    span: tuple[int, int],
    *,
    as_of: datetime | None = None,
) -> list[Segment]:
    """The segments that may hold within *span*, seconds since 1970 UTC, half-open.

    *as_of* None: as known now; else of what had arrived by then.
    """
    past = _PAST if permit.scope == "own" else _PAST_OF_ANOTHER
    query = _PRESENT if as_of is None else past
    found = _build_segments(
        _fetch_rows_in_permit(permit, session, query, series=series, span=span, as_of=as_of)
    )
    if as_of is None:
        return found
    inside = _list_permit_conditions(permit, series, as_of)
    bundled = bundled_segments(session, series.id, span, *inside)
    found += (one for one in bundled if one.received_at <= as_of)
    return with_values(session, series.id, series.tz, found)


def fetch_steps(
    permit: Permit, session: Session, series: SeriesInPermit, span: tuple[int, int]
) -> frozenset[Step]:
    """The steps of the segments that hold now within *span*, as `fetch_segments` finds them."""
    found = _fetch_rows_in_permit(permit, session, _STEPS, series=series, span=span)
    return frozenset(row.step for row in found)


def fetch_each(
    session: Session, series: Collection[str], span: tuple[int, int]
) -> dict[str, list[Any]]:
    """As `fetch`, of many *series* that were found inside a permit in this transaction.

    Rows of the name of the series and the fields of a `Segment`: to make 20,000 takes long.
    """
    found: dict[str, list[Any]] = {name: [] for name in series}
    begin, end = span
    within = {"begin": begin, "end": end, "oldest": begin - LONGEST_S}
    for some in batched(sorted(found), _CHUNK):
        query = _PRESENT_OF_MANY.where(match_any_of(col(SegmentRow.series), some))
        for row in session.connection().execute(query, within):
            found[row[0]].append(row)
    return found


def fetch_spans_since(
    session: Session, series: SeriesInPermit, span: tuple[int, int], *, state: datetime
) -> list[tuple[int, int]]:
    """Where within *span* readings came, or were undone, at the moment *state* or later.

    Of a series that was found inside a permit; the readings themselves are asked for with it.
    """
    values = _build_query_values(series.id, span) | {"state": state}
    found: Sequence[Any] = session.connection().execute(_SINCE, values).all()
    recent = col(BundleRow.last_at) >= state
    bundled = bundled_segments(session, series.id, span, recent)
    late = [(one.start_s, one.end_s) for one in bundled if one.received_at >= state]
    return [(start_s, end_s) for start_s, end_s in found] + late


def fetch_history(
    permit: Permit,
    session: Session,
    series: SeriesInPermit,
    span: tuple[int, int],
    *,
    state: datetime,
) -> list[Segment]:
    """All that arrived within *span*, without what was undone before the moment *state*.

    What was undone since is there, so that nothing else is told in its place.
    """
    found = _build_segments(
        _fetch_rows_in_permit(permit, session, _HISTORY, series=series, span=span, state=state)
    )
    inside = _list_permit_conditions(permit, series, None)
    found += bundled_segments(session, series.id, span, *inside)
    return with_values(session, series.id, series.tz, found)


def fetch_arrivals(
    session: Session, series: str, tz: ZoneInfo, span: tuple[int, int]
) -> list[Segment]:
    """All that ever arrived within *span* of a series, also what was undone.

    Of a point of which a series was found inside a permit: to weigh what else was read of it. It
    is never given out.
    """
    found = _build_segments(
        session.connection().execute(_ARRIVALS, _build_query_values(series, span)).all()
    )
    found += bundled_segments(session, series, span)
    return with_values(session, series, tz, found)


def batches_over(
    permit: Permit,
    session: Session,
    series: SeriesInPermit,
    span: tuple[int, int],
    *,
    priority: int,
) -> frozenset[str]:
    """The batches of sources of at most *priority* that brought readings within *span*."""
    found = _fetch_rows_in_permit(permit, session, _BATCHES, series=series, span=span)
    return frozenset(row.batch for row in found if row.priority <= priority)


def fetch_upkeep_segments(
    permit: Permit, session: Session, series: str, span: tuple[int, int]
) -> list[Segment]:
    """The segments of any series that hold now within *span*, to be kept in order by the operator.

    They are rewritten in place and never given out.
    """
    if permit.scope != "operator":
        raise TypeError("only the operator's own upkeep reads what no agreement opens")
    found = session.connection().execute(_PRESENT, _build_query_values(series, span)).all()
    return _build_segments(found)


def _build_segments(rows: Sequence[Any]) -> list[Segment]:
    return [Segment(*row) for row in rows]


def _fetch_rows_in_permit(
    permit: Permit,
    session: Session,
    query: _Rows,
    *,
    series: SeriesInPermit,
    span: tuple[int, int],
    as_of: datetime | None = None,
    state: datetime | None = None,
) -> Sequence[Any]:
    """The rows inside the permit: one's own by their owner, another's through the agreement.

    The present of a series that was found inside the same permit is not looked up again.
    """
    query = query.where(*_list_permit_conditions(permit, series, as_of))
    values = _build_query_values(series.id, span)
    if as_of is not None:
        values["as_of"] = as_of
    if state is not None:
        values["state"] = state
    return session.connection().execute(query, values).all()


def _list_permit_conditions(
    permit: Permit, series: SeriesInPermit, as_of: datetime | None
) -> list[ColumnElement[bool]]:
    """What rows of *series* must meet; nothing where it was found inside the same permit."""
    found = series.inside is permit and as_of is None
    if found or (permit.scope == "own" and permit.owner == series.owner):
        return []
    inside = scoped_select(permit, SeriesRow, as_of=as_of).where(col(SeriesRow.id) == series.id)
    return [inside.exists()]


def _build_query_values(series: str, span: tuple[int, int]) -> dict[str, Any]:
    return {"of": series, "begin": span[0], "end": span[1]}
