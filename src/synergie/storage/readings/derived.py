"""Originals whose values a merged segment holds, kept without a second copy of them.

A compaction writes what several originals hold once more, so that a month is read from one row.
An original of which every value is in the merged segments that cover it keeps its row, with its
sums and its quality, and no values (`IN_MERGED`): reads of a past moment take them from there.
Whoever takes a merged segment away gives its originals their values back before
(`restore_values`); both are of one transaction, under the lock of the series.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, delete, false, inspect, select, true, update
from sqlmodel import col

from synergie.calendar import load_time_zone
from synergie.storage.readings.bundles.bundles import unbundle_span
from synergie.storage.readings.cover import Segment, find_visible_pieces
from synergie.storage.readings.segments import (
    DELTA_ZSTD,
    IN_MERGED,
    Values,
    decode,
    encode,
    select_present_values,
)
from synergie.storage.store import Session
from synergie.storage.tables import SegmentRow, SeriesRow

type Span = tuple[int, int]

COLUMNS = [inspect(SegmentRow).columns[name] for name in Segment.__slots__]
"""Of a row, what a `Segment` is made of."""
_IN = (
    col(SegmentRow.series) == bindparam("of"),
    col(SegmentRow.start_s) < bindparam("end"),
    col(SegmentRow.end_s) > bindparam("begin"),
)
_MERGED = select(*COLUMNS).where(
    *_IN, col(SegmentRow.compacted).is_(true()), col(SegmentRow.superseded_at).is_(None)
)
_ORIGINALS = select(*COLUMNS).where(*_IN, col(SegmentRow.compacted).is_(false()))
_WITHOUT = _ORIGINALS.where(col(SegmentRow.codec) == IN_MERGED)
_WITH = _ORIGINALS.where(
    col(SegmentRow.codec) != IN_MERGED,
    col(SegmentRow.superseded_at).is_not(None),
    col(SegmentRow.undone_at).is_(None),
)


def segment_of(row: Any) -> Segment:
    """The segment in a row of its table."""
    return Segment(*(getattr(row, name) for name in Segment.__slots__))


def with_values(
    session: Session, series: str, tz: ZoneInfo, found: Sequence[Segment]
) -> list[Segment]:
    """*found* of one series, those that are kept without values with them."""
    without = [one for one in found if one.codec == IN_MERGED]
    if not without:
        return list(found)
    span = min(one.start_s for one in without), max(one.end_s for one in without)
    merged = _fetch_series_segments(session, _MERGED, series, span)
    return [fill_segment(one, merged, tz) for one in found]


def fill_segment(one: Segment, merged: Sequence[Segment], tz: ZoneInfo) -> Segment:
    """*one* with its values, from the *merged* segments of its series when it has none.

    ValueError when they do not hold all of them.
    """
    if one.codec != IN_MERGED:
        return one
    values = _find_step_values(one, merged, tz)
    if values is None:
        raise ValueError(f"change {one.seq}: no merged segment holds what it brought")
    return _set_segment_values(one, values)


def rows_with_values(session: Session, rows: Iterable[SegmentRow]) -> dict[int, Segment]:
    """Of *rows* that are kept without values: each as a segment that has them, by the row's `id()`.

    One whose values no merged segment holds any more is left out.
    """
    of_series: dict[str, list[SegmentRow]] = defaultdict(list)
    for row in rows:
        if row.codec == IN_MERGED:
            of_series[row.series].append(row)
    filled: dict[int, Segment] = {}
    for series, some in of_series.items():
        tz = load_time_zone(session.connection().execute(_ZONE, {"of": series}).scalar_one())
        span = min(row.start_s for row in some), max(row.end_s for row in some)
        merged = _fetch_series_segments(session, _MERGED, series, span)
        for row in some:
            one = segment_of(row)
            values = _find_step_values(one, merged, tz)
            if values is not None:
                filled[id(row)] = _set_segment_values(one, values)
    return filled


def drop_values(session: Session, series: str, tz: ZoneInfo, span: Span) -> None:
    """Keep superseded originals within *span* that the merged segments hold without values."""
    originals = _fetch_series_segments(session, _WITH, series, span)
    if not originals:
        return
    span = min(one.start_s for one in originals), max(one.end_s for one in originals)
    merged = _fetch_series_segments(session, _MERGED, series, span)
    decoded = {(one.seq, one.start_s): decode(one.codec, one.data) for one in merged}
    for one in originals:
        if _find_step_values(one, merged, tz, decoded) == decode(one.codec, one.data):
            _save_segment_values(session, series, replace(one, codec=IN_MERGED, data=b""))


def restore_values(session: Session, series: str, tz: ZoneInfo, span: Span) -> None:
    """Give the originals within *span* their values back: its merged segments are to change.

    Those that are bundled become rows again.
    """
    unbundle_span(session, series, span)
    without = _fetch_series_segments(session, _WITHOUT, series, span)
    for one in with_values(session, series, tz, without):
        _save_segment_values(session, series, one)


def remove_superseded(session: Session) -> int:
    """Remove the merged segments that a later one replaced: no read sees them. How many."""
    gone = delete(SegmentRow).where(
        col(SegmentRow.compacted).is_(true()), col(SegmentRow.superseded_at).is_not(None)
    )
    return session.connection().execute(gone).rowcount


_ZONE = select(col(SeriesRow.time_zone)).where(col(SeriesRow.id) == bindparam("of"))


def _fetch_series_segments(session: Session, query: Any, series: str, span: Span) -> list[Segment]:
    values = {"of": series, "begin": span[0], "end": span[1]}
    return [Segment(*row) for row in session.connection().execute(query, values)]


def _save_segment_values(session: Session, series: str, one: Segment) -> None:
    session.connection().execute(
        update(SegmentRow)
        .where(col(SegmentRow.series) == series, col(SegmentRow.seq) == one.seq)
        .where(col(SegmentRow.start_s) == one.start_s, col(SegmentRow.compacted).is_(false()))
        .values(codec=one.codec, data=one.data)
    )


def _set_segment_values(one: Segment, values: Values) -> Segment:
    return replace(one, codec=DELTA_ZSTD, data=encode(values, select_present_values(values)))


def _find_step_values(
    one: Segment,
    merged: Sequence[Segment],
    tz: ZoneInfo,
    decoded: Mapping[tuple[int, int], Values] | None = None,
) -> Values | None:
    """What *merged* hold at each step of *one*, in order; None: not every step is in them.

    *decoded*: all values of each of them by number and start, where many ask for the same.
    """
    values: Values = []
    over = [m for m in merged if m.start_s < one.end_s and m.end_s > one.start_s]
    for piece in find_visible_pieces(over, one.start_s, one.end_s, tz):
        first, last = piece.span(tz)
        if piece.segment.step != one.step or first == last:
            return None
        key = piece.segment.seq, piece.segment.start_s
        values += (piece.values() if decoded is None else decoded[key])[first:last]
    return values if len(values) == one.n else None
