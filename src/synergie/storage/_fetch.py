"""The rows of segments that a read needs: one year before its start and no more."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, inspect
from sqlmodel import col, select

from synergie.policy import Permit
from synergie.storage._cover import Segment
from synergie.storage._scope import scoped_select
from synergie.storage._tables import SegmentRow, SeriesRow
from synergie.storage.store import Session

LONGEST_S = 367 * 86_400
"""No segment is longer: 366 civil days, and the hour of a clock change."""

_COLUMNS = [inspect(SegmentRow).columns[name] for name in Segment.__slots__]


def fetch(
    permit: Permit,
    session: Session,
    series: str,
    span: tuple[int, int],
    *,
    as_of: datetime | None = None,
) -> list[Segment]:
    """The segments that may hold within *span*, seconds since 1970 UTC, half-open.

    *as_of* None: as known now; else of what had arrived by then.
    """
    query = select(*_COLUMNS).where(*overlapping(permit, series, span), *_known(as_of))
    return [Segment(*row) for row in session.connection().execute(query)]


def every(permit: Permit, session: Session, series: str, span: tuple[int, int]) -> list[Segment]:
    """The segments of any series that hold now within *span*, to be kept in order by the operator.

    They are rewritten in place and never given out.
    """
    if permit.scope != "operator":
        raise TypeError("only the operator's own upkeep reads what no agreement opens")
    query = select(*_COLUMNS).where(*_in_time(series, span), *_known(None))
    return [Segment(*row) for row in session.connection().execute(query)]


def overlapping(
    permit: Permit, series: str, span: tuple[int, int]
) -> Iterator[ColumnElement[bool]]:
    """The conditions of any row that overlaps *span*, of a series inside the permit."""
    yield from _in_time(series, span)
    yield scoped_select(permit, SeriesRow).where(col(SeriesRow.id) == series).exists()


def _in_time(series: str, span: tuple[int, int]) -> Iterator[ColumnElement[bool]]:
    start_s, end_s = span
    yield col(SegmentRow.series) == series
    yield col(SegmentRow.start_s) < end_s
    yield col(SegmentRow.start_s) > start_s - LONGEST_S
    yield col(SegmentRow.end_s) > start_s


def _known(as_of: datetime | None) -> Iterator[ColumnElement[bool]]:
    """The present is read from what was compacted too, the past from what arrived."""
    if as_of is None:
        yield col(SegmentRow.superseded_at).is_(None)
    else:
        yield col(SegmentRow.compacted).is_(False)
        yield col(SegmentRow.received_at) <= as_of
