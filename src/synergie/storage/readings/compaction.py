"""One segment a series and civil month, so that a month is read whole and summed from its row.

Where that takes more room than it gives back (few pieces, or mostly corrected ones), the month
stays as it came: a compaction makes no store larger.

What arrived is kept: `as_of` reads see the past from it. A merged segment takes the number of the
newest it was made of and covers it; all it was made of is of sources of one priority, and what was
undone is in none; the readings that hold do not change. What it was made of keeps no second copy of
its values (`_derived`). One transaction a series, under its lock: of two compactors at once the
second finds nothing left to do.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import chain, pairwise
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Executable, delete, false, func, update
from sqlmodel import col, select

from synergie.calendar import floor_period, load_time_zone
from synergie.policy import Permit, permit_operator
from synergie.policy.readings.coarsen import compute_period_edges
from synergie.schemas.readings.quality import Quality
from synergie.storage import head
from synergie.storage._fetch import fetch_upkeep_segments
from synergie.storage.readings.arrivals import raise_longest
from synergie.storage.readings.cover import Piece, Segment, find_visible_pieces
from synergie.storage.readings.derived import drop_values, remove_superseded, restore_values
from synergie.storage.readings.once import insert_once
from synergie.storage.readings.segments import (
    DELTA_ZSTD,
    Values,
    encode,
    encode_quality,
    join_quality_runs,
    plain_quality,
    select_present_values,
    simplify_quality,
    summarise_values,
)
from synergie.storage.store import Session, Store
from synergie.storage.tables import SegmentRow, SeriesRow

_PAGE = 200
_ROW_BYTES = 350
"""What a row takes beside its values and their quality: 250 with its places in two indexes, and
100 that are to be gained."""
_PAGE_BYTES = 4096
"""Of SQLite: a row is not laid across pages, so a few large ones leave much of theirs empty."""


def compact_segments(
    store: Store, *, before: datetime | None = None, now: datetime, saving: bool = True
) -> int:
    """Merge the segments of each civil month that was over at *before* (None: at *now*).

    Gives how many merged segments were written; 0 when there was nothing to do. Cost grows with
    what arrived since the last time, and with the number of series. *saving* False: months are
    merged that take more room than they give back, too.
    """
    permit = permit_operator(now=now)
    horizon = min(before or now, now)
    with store.write() as session:
        remove_superseded(session)
    return sum(
        _compact_one(store, permit, series, horizon, saving=saving)
        for series in _iterate_unmerged_series(store, permit)
    )


@dataclass(frozen=True, slots=True)
class Fold:
    """What a server merges by itself of what came piece by piece.

    `before`: only what ended by then. `worth`: pieces of a month that are merged; fewer do not pay
    for writing it anew. `saving` False: whether it takes less room or not. `most`: series a turn.
    """

    before: datetime
    worth: int = 48
    saving: bool = True
    most: int = _PAGE


def fold_some(store: Store, fold: Fold, *, after: str, now: datetime) -> tuple[int, str]:
    """Merge pieces of the next series by id, months that are not over among them.

    One month of one series a transaction, so that no writer waits long. Gives how many merged
    segments were written, and the series to go on *after*; "" when the last was looked at.
    """
    permit, end_s = permit_operator(now=now), int(min(fold.before, now).timestamp())
    query = (
        select(col(SeriesRow.id)).where(col(SeriesRow.id) > after).order_by(col(SeriesRow.id))
    ).limit(fold.most)
    with store.read() as session:
        page = list(session.connection().execute(query).scalars())
        pieces = (
            select(col(SegmentRow.series))
            .where(col(SegmentRow.series).in_(page), *_build_unmerged_conditions())
            .where(col(SegmentRow.end_s) <= end_s)
            .group_by(col(SegmentRow.series))
            .having(func.count() >= fold.worth)
        )
        ready = sorted(session.connection().execute(pieces).scalars())
    written = sum(_fold_one(store, permit, series, fold, end_s=end_s) for series in ready)
    return written, page[-1] if len(page) == fold.most else ""


def _fold_one(store: Store, permit: Permit, series: str, fold: Fold, *, end_s: int) -> int:
    """Merge the months of one series in which enough arrived, each in a transaction of its own."""
    _check_compaction_permit(permit)
    with store.read() as session:
        zone = select(SeriesRow.time_zone).where(col(SeriesRow.id) == series)
        tz = load_time_zone(session.exec(zone).one())
        starts = session.connection().execute(
            select(col(SegmentRow.start_s)).where(
                col(SegmentRow.series) == series,
                col(SegmentRow.end_s) <= end_s,
                *_build_unmerged_conditions(),
            )
        )
        months = Counter(_find_month(start_s, tz) for start_s in starts.scalars())
    written = 0
    for month in sorted(one for one, n in months.items() if n >= fold.worth):
        with store.write() as session:
            _lock_series_zone(permit, session, series)
            work = _Work(permit, session, series, tz, fold.saving)
            written += work.merge((month[0], min(month[1], end_s)))
    return written


def _find_month(at_s: int, tz: ZoneInfo) -> tuple[int, int]:
    """The bounds of the civil month in which *at_s* is, seconds since 1970 UTC."""
    start = floor_period(datetime.fromtimestamp(at_s, UTC), "month", tz)
    first, last = int(start.timestamp()), int(start.timestamp()) + 32 * 86_400
    return first, compute_period_edges(first, last, "month", tz)[1]


def _iterate_unmerged_series(store: Store, permit: Permit) -> Iterator[str]:
    """The series that hold something that was not merged, by id."""
    _check_compaction_permit(permit)
    after = ""
    while True:
        query = (
            select(col(SegmentRow.series))
            .where(*_build_unmerged_conditions(), col(SegmentRow.series) > after)
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


def _build_unmerged_conditions() -> tuple[ColumnElement[bool], ...]:
    return (
        col(SegmentRow.superseded_at).is_(None),
        col(SegmentRow.compacted).is_(false()),
        col(SegmentRow.undone_at).is_(None),
    )


def _compact_one(
    store: Store, permit: Permit, series: str, horizon: datetime, *, saving: bool
) -> int:
    with store.write() as session:
        tz = _lock_series_zone(permit, session, series)
        first = session.connection().execute(
            select(func.min(col(SegmentRow.start_s))).where(
                col(SegmentRow.series) == series, *_build_unmerged_conditions()
            )
        )
        start_s, end_s = first.scalar(), int(floor_period(horizon, "month", tz).timestamp())
        if start_s is None or start_s >= end_s:
            return 0
        month = floor_period(datetime.fromtimestamp(start_s, UTC), "month", tz)
        work = _Work(permit, session, series, tz, saving)
        return work.merge((int(month.timestamp()), end_s))


def _lock_series_zone(permit: Permit, session: Session, series: str) -> ZoneInfo:
    """The zone of a series whose readings nobody else changes until the commit."""
    _check_compaction_permit(permit)
    query = select(SeriesRow.time_zone).where(col(SeriesRow.id) == series).with_for_update()
    return load_time_zone(session.exec(query).one())


def _check_compaction_permit(permit: Permit) -> None:
    if permit.scope != "operator":
        raise TypeError("compaction is the operator's")


@dataclass(frozen=True, slots=True)
class _Work:
    permit: Permit
    session: Session
    series: str
    tz: ZoneInfo
    saving: bool

    def merge(self, span: tuple[int, int]) -> int:
        """Merge the months of *span*; how many segments were written."""
        held = fetch_upkeep_segments(self.permit, self.session, self.series, span)
        edges = [at for at in compute_period_edges(*span, "month", self.tz) if at < span[1]]
        months = [
            find_visible_pieces(held, *month, self.tz) for month in pairwise([*edges, span[1]])
        ]
        room = _MergeSaving.of(months, self.tz)
        merged = [
            (one, group)
            for month in months
            for group in _group_alike_pieces(month, self.tz)
            if len(group) > 1 or not (self.saving or group[0].is_whole)
            if any(not piece.segment.compacted for piece in group)
            if room.is_enough_for(one := _merge_pieces(group, self.tz), group) or not self.saving
        ]
        if not merged:
            return 0
        self._restore_replaced(held, [group for _, group in merged])
        written = [one for one, _ in merged if self._insert(one)]
        raise_longest(self.session, self.series, written)
        if written:
            self._retire(held, written)
        hull = min(one.start_s for one in held), max(one.end_s for one in held)
        drop_values(self.session, self.series, self.tz, hull)
        return len(written)

    def _restore_replaced(self, held: Sequence[Segment], groups: Iterable[Sequence[Piece]]) -> None:
        """Give originals their values back whose merged segment does not go on whole in another.

        A month to which a day is added takes nothing away: what its originals are read from holds
        the same values in the longer one.
        """
        whole = {
            _get_segment_key(piece.segment) for group in groups for piece in group if piece.is_whole
        }
        for one in held:
            if one.compacted and _get_segment_key(one) not in whole:
                span = one.start_s, one.end_s
                restore_values(self.session, self.series, self.tz, span)

    def _insert(self, one: Segment) -> bool:
        row = asdict(one) | {"series": self.series, "superseded_at": None}
        return insert_once(self.session, SegmentRow, **row)

    def _retire(self, held: Sequence[Segment], written: Sequence[Segment]) -> None:
        """Take what is wholly covered now out of present reads."""
        now_held = [*held, *written]
        span = min(one.start_s for one in now_held), max(one.end_s for one in now_held)
        seen = {
            _get_segment_key(piece.segment)
            for piece in find_visible_pieces(now_held, *span, self.tz)
        }
        change = head.head(self.session).n
        for one in held:
            if _get_segment_key(one) not in seen:
                self._supersede(one, change)

    def _supersede(self, one: Segment, change: int) -> None:
        """An original stays for reads of the past; a merged segment goes: they do not see it."""
        row = (
            col(SegmentRow.series) == self.series,
            col(SegmentRow.seq) == one.seq,
            col(SegmentRow.start_s) == one.start_s,
            col(SegmentRow.compacted) == one.compacted,
        )
        act: Executable = update(SegmentRow).where(*row).values(superseded_at=change)
        if one.compacted:
            act = delete(SegmentRow).where(*row)
        self.session.connection().execute(act)


@dataclass(frozen=True, slots=True)
class _MergeSaving:
    """What merging gives back: the values of originals that show whole, merged rows replaced."""

    steps: Mapping[tuple[int, int, bool], int]
    """How many steps of each segment show in all months together."""
    tz: ZoneInfo

    @classmethod
    def of(cls, months: Iterable[Sequence[Piece]], tz: ZoneInfo) -> "_MergeSaving":
        """The room in *months*, each the pieces that show in it."""
        steps: Counter[tuple[int, int, bool]] = Counter()
        for piece in chain.from_iterable(months):
            first, last = piece.span(tz)
            steps[_get_segment_key(piece.segment)] += last - first
        return cls(steps, tz)

    def is_enough_for(self, one: Segment, group: Sequence[Piece]) -> bool:
        """Whether *one*, merged of *group*, takes no more bytes than its pieces give back."""
        hidden = {
            _get_segment_key(piece.segment): piece.segment
            for piece in group
            if piece.segment.compacted and _is_covering_segment(one, piece.segment)
        }
        replaced = sum(map(_compute_segment_bytes, hidden.values()))
        return _share_of_pages(_compute_segment_bytes(one)) <= replaced + sum(
            self._bytes_freed(piece) for piece in group
        )

    def _bytes_freed(self, piece: Piece) -> int:
        """What an original of the piece gives back for it: nothing when some of it is hidden."""
        one = piece.segment
        if one.compacted or self.steps[_get_segment_key(one)] < one.n:
            return 0
        first, last = piece.span(self.tz)
        return len(one.data) * (last - first) // one.n


def _is_covering_segment(one: Segment, other: Segment) -> bool:
    return one.start_s <= other.start_s and other.end_s <= one.end_s


def _compute_segment_bytes(one: Segment) -> int:
    return _ROW_BYTES + len(one.data) + len(one.quality or b"")


def _share_of_pages(size: int) -> int:
    """The bytes of pages that each of many rows of *size* bytes takes."""
    if size > _PAGE_BYTES:
        return -(-size // _PAGE_BYTES) * _PAGE_BYTES
    return _PAGE_BYTES // (_PAGE_BYTES // size)


def _get_segment_key(one: Segment) -> tuple[int, int, bool]:
    return one.seq, one.start_s, one.compacted


def _group_alike_pieces(pieces: Sequence[Piece], tz: ZoneInfo) -> Iterator[list[Piece]]:
    """Pieces of equal steps and priority that follow one another without a hole or an empty one."""
    group: list[Piece] = []
    end_s = 0
    for piece in pieces:
        first, last = piece.span(tz)
        if first == last:
            continue
        places = piece.bounds(tz)
        if group and (
            places[first] != end_s or not _is_alike_segment(piece.segment, group[-1].segment)
        ):
            yield group
            group = []
        group.append(piece)
        end_s = places[last]
    if group:
        yield group


def _is_alike_segment(one: Segment, other: Segment) -> bool:
    return (one.step, one.priority) == (other.step, other.priority)


def _merge_pieces(group: Sequence[Piece], tz: ZoneInfo) -> Segment:
    """One segment that holds what the pieces of *group* hold."""
    values: Values = []
    qualities: list[tuple[int, Quality]] = []
    for piece in group:
        first, last = piece.span(tz)
        part = piece.values()[first:last]
        values += part
        qualities += piece.quality(first, last) or plain_quality(part)
    newest = max((piece.segment for piece in group), key=lambda one: one.rank)
    there = select_present_values(values)
    told = summarise_values(values, there)
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
        quality=encode_quality(simplify_quality(join_quality_runs(qualities), values)),
        data=encode(values, there),
        compacted=True,
        priority=newest.priority,
    )
