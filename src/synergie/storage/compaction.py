"""One segment a series and civil month, so that a month is read whole and summed from its row.

What arrived is kept: `as_of` reads see the past from it. A merged segment takes the number of the
newest it was made of and covers it; all it was made of is of sources of one priority, and what was
undone is in none; the readings that hold do not change. One transaction a
series, under its lock: of two compactors at once the second finds nothing left to do.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, false, func, update
from sqlmodel import col, select

from synergie.calendar import floor_period, zone
from synergie.policy import Permit, operator
from synergie.policy.coarsen import edges
from synergie.schemas.quality import Quality
from synergie.storage import head
from synergie.storage._cover import Piece, Segment, visible
from synergie.storage._fetch import every
from synergie.storage._once import insert_once
from synergie.storage._tables import SegmentRow, SeriesRow
from synergie.storage.segments import (
    DELTA_ZSTD,
    Values,
    encode,
    encode_quality,
    joined,
    normal,
    plain_quality,
    present,
    summary,
)
from synergie.storage.store import Session, Store

_PAGE = 200


def compact(store: Store, *, before: datetime | None = None, now: datetime) -> int:
    """Merge the segments of each civil month that was over at *before* (None: at *now*).

    Gives how many merged segments were written; 0 when there was nothing to do. Cost grows with
    what arrived since the last time, and with the number of series.
    """
    permit = operator(now=now)
    horizon = min(before or now, now)
    return sum(_compact_one(store, permit, series, horizon) for series in _waiting(store, permit))


def _waiting(store: Store, permit: Permit) -> Iterator[str]:
    """The series that hold something that was not merged, by id."""
    _upkeep(permit)
    after = ""
    while True:
        query = (
            select(col(SegmentRow.series))
            .where(*_unmerged(), col(SegmentRow.series) > after)
            .distinct()
            .order_by(col(SegmentRow.series))
            .limit(_PAGE)
        )
        with store.read() as session:
            page = list(session.connection().execute(query).scalars())
        yield from page
        if len(page) < _PAGE:
            return
        after = page[-1]


def _unmerged() -> tuple[ColumnElement[bool], ...]:
    return (
        col(SegmentRow.superseded_at).is_(None),
        col(SegmentRow.compacted).is_(false()),
        col(SegmentRow.undone_at).is_(None),
    )


def _compact_one(store: Store, permit: Permit, series: str, horizon: datetime) -> int:
    with store.write() as session:
        tz = _lock(permit, session, series)
        first = session.connection().execute(
            select(func.min(col(SegmentRow.start_s))).where(
                col(SegmentRow.series) == series, *_unmerged()
            )
        )
        start_s, end_s = first.scalar(), int(floor_period(horizon, "month", tz).timestamp())
        if start_s is None or start_s >= end_s:
            return 0
        month = floor_period(datetime.fromtimestamp(start_s, UTC), "month", tz)
        work = _Work(permit, session, series, tz)
        return work.merge((int(month.timestamp()), end_s))


def _lock(permit: Permit, session: Session, series: str) -> ZoneInfo:
    """The zone of a series whose readings nobody else changes until the commit."""
    _upkeep(permit)
    query = select(SeriesRow.time_zone).where(col(SeriesRow.id) == series).with_for_update()
    return zone(session.exec(query).one())


def _upkeep(permit: Permit) -> None:
    if permit.scope != "operator":
        raise TypeError("compaction is the operator's")


@dataclass(frozen=True, slots=True)
class _Work:
    permit: Permit
    session: Session
    series: str
    tz: ZoneInfo

    def merge(self, span: tuple[int, int]) -> int:
        """Merge the months of *span*; how many segments were written."""
        held = every(self.permit, self.session, self.series, span)
        months = edges(*span, "month", self.tz)
        merged = [
            _merged(group, self.tz)
            for month in pairwise(months)
            for group in _groups(visible(held, *month, self.tz), self.tz)
            if len(group) > 1 or not group[0].is_whole
            if any(not piece.segment.compacted for piece in group)
        ]
        written = [one for one in merged if self._insert(one)]
        if written:
            self._retire(held, written)
        return len(written)

    def _insert(self, one: Segment) -> bool:
        row = asdict(one) | {"series": self.series, "superseded_at": None}
        return insert_once(self.session, SegmentRow, **row)

    def _retire(self, held: Sequence[Segment], written: Sequence[Segment]) -> None:
        """Take what is wholly covered now out of present reads."""
        now_held = [*held, *written]
        span = min(one.start_s for one in now_held), max(one.end_s for one in now_held)
        seen = {_key(piece.segment) for piece in visible(now_held, *span, self.tz)}
        change = head.head(self.session).n
        for one in held:
            if _key(one) not in seen:
                self._supersede(one, change)

    def _supersede(self, one: Segment, change: int) -> None:
        self.session.connection().execute(
            update(SegmentRow)
            .where(col(SegmentRow.series) == self.series, col(SegmentRow.seq) == one.seq)
            .where(col(SegmentRow.start_s) == one.start_s)
            .where(col(SegmentRow.compacted) == one.compacted)
            .values(superseded_at=change)
        )


def _key(one: Segment) -> tuple[int, int, bool]:
    return one.seq, one.start_s, one.compacted


def _groups(pieces: Sequence[Piece], tz: ZoneInfo) -> Iterator[list[Piece]]:
    """Pieces of equal steps and priority that follow one another without a hole or an empty one."""
    group: list[Piece] = []
    end_s = 0
    for piece in pieces:
        first, last = piece.span(tz)
        if first == last:
            continue
        places = piece.bounds(tz)
        if group and (places[first] != end_s or not _alike(piece.segment, group[-1].segment)):
            yield group
            group = []
        group.append(piece)
        end_s = places[last]
    if group:
        yield group


def _alike(one: Segment, other: Segment) -> bool:
    return (one.step, one.priority) == (other.step, other.priority)


def _merged(group: Sequence[Piece], tz: ZoneInfo) -> Segment:
    """One segment that holds what the pieces of *group* hold."""
    values: Values = []
    qualities: list[tuple[int, Quality]] = []
    for piece in group:
        first, last = piece.span(tz)
        part = piece.values()[first:last]
        values += part
        qualities += piece.quality(first, last) or plain_quality(part)
    newest = max((piece.segment for piece in group), key=lambda one: one.rank)
    there = present(values)
    told = summary(values, there)
    return Segment(
        seq=newest.seq,
        start_s=group[0].bounds(tz)[group[0].span(tz)[0]],
        end_s=group[-1].bounds(tz)[group[-1].span(tz)[1]],
        step=newest.step,
        n=len(values),
        revision=max(piece.segment.revision for piece in group),
        received_at=max(piece.segment.received_at for piece in group),
        batch=newest.batch,
        codec=DELTA_ZSTD,
        total=told.total,
        least=told.least,
        most=told.most,
        n_missing=told.n_missing,
        quality=encode_quality(normal(joined(qualities), values)),
        data=encode(values, there),
        compacted=True,
        priority=newest.priority,
    )
