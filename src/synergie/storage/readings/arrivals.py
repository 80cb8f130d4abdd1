"""Readings that arrive: compared with what holds, and appended; nothing is written over."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import repeat
from operator import eq
from typing import Any

from sqlalchemy import bindparam, case, insert, select, update
from sqlmodel import col

from synergie.policy import Permit
from synergie.policy.readings.flows import API
from synergie.policy.readings.source_priority import MIDDLE
from synergie.schemas.readings.quality import Quality
from synergie.storage._fetch import LONGEST_S, batches_over, fetch_segments
from synergie.storage.assets.held import SeriesInPermit
from synergie.storage.columns import INTEGER, Instant
from synergie.storage.readings.bundles.bundles import unbundle_span
from synergie.storage.readings.cover import Segment, find_valued_spans, find_visible_pieces
from synergie.storage.readings.grid import (
    compute_step_bounds,
    end_of,
    find_steps_within,
    most_of_a_year,
)
from synergie.storage.readings.segments import (
    DELTA_ZSTD,
    Runs,
    Summary,
    Values,
    encode,
    encode_quality,
    plain_quality,
    quality_slice,
    select_present_values,
    simplify_quality,
    summarise_values,
)
from synergie.storage.scope import own_write
from synergie.storage.store import Session
from synergie.storage.tables import SegmentRow, SeriesRow
from synergie.units import Step

__all__ = [
    "Arrival",
    "Novelty",
    "Segment",
    "append",
    "comes_after",
    "encode_arrival",
    "find_known_ends",
    "note_ends",
    "raise_longest",
    "weigh",
]

_UNNUMBERED = 1 << 62
"""From here on stand the numbers of what is not appended yet: the newest of all."""

_INSERT = insert(SegmentRow)
_END = bindparam("end", type_=Instant())
_AT = bindparam("at", type_=Instant())
_BEYOND = bindparam("beyond_s", type_=INTEGER)
_LONGEST = bindparam("longest", type_=INTEGER)
_IS_NEWEST = _END.is_not(None) & (
    col(SeriesRow.last_end).is_(None) | (col(SeriesRow.last_end) <= _END)
)
_IS_BEYOND = col(SeriesRow.known_end_s).is_(None) | (col(SeriesRow.known_end_s) < _BEYOND)
_IS_LONGER = (col(SeriesRow.longest_s) < _LONGEST) | (
    col(SeriesRow.longest_s).is_(None) & col(SeriesRow.known_end_s).is_(None)
)
"""Null stays where something is stored: what came before is not known to be as short."""
_RAISE = (
    update(SeriesRow)
    .where(col(SeriesRow.id) == bindparam("of"), col(SeriesRow.longest_s) < _LONGEST)
    .values(longest_s=_LONGEST)
)
_ENDS = (
    update(SeriesRow)
    .where(col(SeriesRow.id) == bindparam("of"), col(SeriesRow.owner) == bindparam("by"))
    .where(_IS_NEWEST | _IS_BEYOND | _IS_LONGER)
    .values(
        last_end=case((_IS_NEWEST, _END), else_=col(SeriesRow.last_end)),
        last_received=case((_IS_NEWEST, _AT), else_=col(SeriesRow.last_received)),
        told_by=case((_IS_NEWEST, bindparam("told")), else_=col(SeriesRow.told_by)),
        known_end_s=case((_IS_BEYOND, _BEYOND), else_=col(SeriesRow.known_end_s)),
        longest_s=case((_IS_LONGER, _LONGEST), else_=col(SeriesRow.longest_s)),
    )
)
_KNOWN_ENDS = select(col(SeriesRow.id), col(SeriesRow.known_end_s)).where(
    col(SeriesRow.id).in_(bindparam("some", expanding=True))
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Scaled values of equal steps from `start_s` to `end_s`, seconds since 1970 UTC.

    `there` are the values that are present, `told` what a row tells of them. `quality` None:
    measured, and missing where the value is; never said in more words than that. `priority`: of
    its source; it does not cover what came from a source of a higher one.
    """

    series: SeriesInPermit
    start_s: int
    end_s: int
    step: Step
    values: Values
    there: list[int]
    told: Summary
    quality: Runs | None
    priority: int = MIDDLE


@dataclass(frozen=True, slots=True)
class Novelty:
    """What an arrival changes. `kept`: values that are new or other than what holds.

    `unchanged`: the others, and what is missing from it and known: that covers nothing. `aside`:
    values that are other than what a better source holds; they would hold without it. `news`:
    whether there is something to store. `revision`: of its segments: 0 where nothing was known.
    `older`: batches that it covers, or that brought the same.
    """

    kept: int
    unchanged: int
    aside: int = 0
    news: bool = True
    revision: int = 0
    older: frozenset[str] = frozenset()


def weigh(
    permit: Permit,
    session: Session,
    arrival: Arrival,
    waiting: Sequence[Segment] = (),
    *,
    ends: Mapping[str, int | None] | None = None,
) -> Novelty:
    """What *arrival* changes of what holds now; *waiting*: segments that are not appended yet.

    *ends*: where what is stored ends (`find_known_ends`, under the lock that is held). None: it is
    looked up.
    """
    own_write(permit)
    ends = find_known_ends(session, [arrival.series.id]) if ends is None else ends
    span = arrival.start_s, arrival.end_s
    beside = [one for one in waiting if one.start_s < span[1] and one.end_s > span[0]]
    before: list[Segment] = []
    if not comes_after(ends, arrival):
        unbundle_span(session, arrival.series.id, span)
        before = fetch_segments(permit, session, arrival.series, span)
    found = before + beside
    n = len(arrival.values)
    if not found:
        return Novelty(n, 0)
    same = _compare_steps(arrival, found)
    unchanged, aside = sum(same), _count_outranked_steps(arrival, found, same)
    older = batches_over(permit, session, arrival.series, span, priority=arrival.priority)
    newest = max(one.revision for one in found)
    return Novelty(
        kept=n - unchanged - aside,
        unchanged=unchanged,
        aside=aside,
        news=not _is_already_told(arrival, found, same),
        revision=newest if unchanged == n else 1 + newest,
        older=older | {one.batch for one in beside if one.priority <= arrival.priority},
    )


def find_known_ends(session: Session, series: Iterable[str]) -> dict[str, int | None]:
    """Where what is stored of *series* ends, seconds since 1970 UTC; the caller has locked them."""
    found = session.connection().execute(_KNOWN_ENDS, {"some": sorted(set(series))})
    return {row.id: row.known_end_s for row in found}


def comes_after(ends: Mapping[str, int | None], arrival: Arrival) -> bool:
    """Whether it begins where nothing was stored yet."""
    known_end_s = ends.get(arrival.series.id)
    return known_end_s is None or arrival.start_s >= known_end_s


def _is_already_told(arrival: Arrival, found: Sequence[Segment], same: Sequence[bool]) -> bool:
    """Whether sources of its very priority told all of it before."""
    peers = [one for one in found if one.priority == arrival.priority]
    return all(same if len(peers) == len(found) else _compare_steps(arrival, peers))


def _count_outranked_steps(arrival: Arrival, found: Sequence[Segment], same: Sequence[bool]) -> int:
    """How many steps of *arrival* have a value of a better source, another, in whole or in part."""
    better = [one for one in found if one.priority > arrival.priority]
    if not better:
        return 0
    tz = arrival.series.tz
    places = compute_step_bounds(arrival.start_s, arrival.end_s, arrival.step, tz)
    held = bytearray(len(same))
    for start_s, end_s in find_valued_spans(better, arrival.start_s, arrival.end_s, tz):
        first, last = bisect_right(places, start_s) - 1, bisect_left(places, end_s)
        held[first:last] = b"\x01" * (last - first)
    return sum(1 for there, equal in zip(held, same, strict=True) if there and not equal)


def encode_arrival(
    arrival: Arrival, *, batch: str, revision: int, order: int, now: datetime
) -> list[Segment]:
    """*arrival* as segments of a year at most; *order* among those that are not appended yet."""
    most, start_s = most_of_a_year(arrival.step), arrival.start_s
    out: list[Segment] = []
    for first in range(0, len(arrival.values), most):
        values, there, told = _split_arrival_part(arrival, first, most)
        end_s = end_of(start_s, len(values), arrival.step, arrival.series.tz)
        quality = _cut_quality(arrival.quality, values, first)
        out.append(
            Segment(
                seq=_UNNUMBERED + order,
                start_s=start_s,
                end_s=end_s,
                step=arrival.step,
                n=len(values),
                revision=revision,
                received_at=now,
                batch=batch,
                codec=DELTA_ZSTD,
                total=told.total,
                least=told.least,
                most=told.most,
                n_missing=told.n_missing,
                quality=encode_quality(quality),
                data=encode(values, there),
                compacted=False,
                priority=arrival.priority,
            )
        )
        start_s = end_s
    return out


def _split_arrival_part(
    arrival: Arrival, first: int, most: int
) -> tuple[Values, list[int], Summary]:
    if len(arrival.values) <= most:
        return arrival.values, arrival.there, arrival.told
    values = arrival.values[first : first + most]
    there = select_present_values(values)
    return values, there, summarise_values(values, there)


def append(
    permit: Permit,
    session: Session,
    arrivals: Sequence[tuple[SeriesInPermit, Sequence[Segment], int]],
) -> None:
    """Insert segments, each with its series and the number of its change."""
    own_write(permit)
    if any(series.owner != permit.owner for series, _, _ in arrivals):
        raise TypeError("only one's own readings are written")
    rows = [
        asdict(one) | {"series": series.id, "superseded_at": None, "seq": seq}
        for series, segments, seq in arrivals
        for one in segments
    ]
    if rows:
        session.connection().execute(_INSERT, rows)


def note_ends(
    permit: Permit,
    session: Session,
    arrivals: Sequence[Arrival],
    *,
    source: str = API,
    now: datetime,
) -> None:
    """Move where each series' newest reading ends, and where what is known of it does.

    Of all that is appended. *source*: name of the format they came by.
    """
    own_write(permit)
    came = {"at": now, "by": permit.owner, "told": source}
    rows = [
        {
            "of": one.series.id,
            "end": _end_of_last_value(one),
            "beyond_s": one.end_s,
            "longest": min(one.end_s - one.start_s, LONGEST_S),
            **came,
        }
        for one in arrivals
    ]
    if rows:
        session.connection().execute(_ENDS, rows)


def raise_longest(session: Session, series: str, segments: Iterable[Segment]) -> None:
    """Note the longest of *segments*, which are stored of *series*, where it is longer than all."""
    longest = max((one.end_s - one.start_s for one in segments), default=0)
    if longest:
        session.connection().execute(_RAISE, {"of": series, "longest": longest})


def _end_of_last_value(arrival: Arrival) -> datetime | None:
    n = len(arrival.values)
    last = next((n - i for i, one in enumerate(reversed(arrival.values)) if one is not None), None)
    if last is None:
        return None
    end_s = compute_step_bounds(arrival.start_s, arrival.end_s, arrival.step, arrival.series.tz)[
        last
    ]
    return datetime.fromtimestamp(end_s, UTC)


def _cut_quality(quality: Runs | None, values: Values, first: int) -> Runs | None:
    if quality is None:
        return None
    return simplify_quality(tuple(quality_slice(quality, first, first + len(values))), values)


def _compare_steps(arrival: Arrival, found: Sequence[Segment]) -> list[bool]:
    """For each step of *arrival* whether it changes nothing of *found*, quality included."""
    n, tz = len(arrival.values), arrival.series.tz
    hole: Any = object()
    holds: list[Any] = [hole] * n
    qualities: list[Quality | None] = [None] * n
    told = arrival.quality is not None
    places = compute_step_bounds(arrival.start_s, arrival.end_s, arrival.step, tz)
    for piece in find_visible_pieces(found, arrival.start_s, arrival.end_s, tz):
        first, last = piece.span(tz)
        if piece.segment.step != arrival.step or first == last:
            continue
        steps = piece.bounds(tz)
        at, to = find_steps_within(places, steps[first], steps[last])
        holds[at:to] = values = piece.values()[first:last]
        told = told or piece.segment.quality is not None
        qualities[at:to] = _expand_quality(piece.quality(first, last), values)
    same = list(map(eq, holds, arrival.values))
    if told:
        expected = _expand_quality(arrival.quality, arrival.values)
        pairs = zip(same, qualities, strict=True)
        same = list(map(eq, pairs, zip(repeat(True), expected, strict=False)))
    return _with_hidden(same, arrival, found)


def _with_hidden(same: list[bool], arrival: Arrival, found: Sequence[Segment]) -> list[bool]:
    """*same*, and what is missing where *found* has a value: it changes nothing."""
    if not arrival.told.n_missing:
        return same
    tz = arrival.series.tz
    places = compute_step_bounds(arrival.start_s, arrival.end_s, arrival.step, tz)
    for start_s, end_s in find_valued_spans(found, arrival.start_s, arrival.end_s, tz):
        for at in range(*find_steps_within(places, start_s, end_s)):
            same[at] = same[at] or arrival.values[at] is None
    return same


def _expand_quality(quality: Runs | None, values: Values) -> list[Quality]:
    """One quality a value."""
    told = plain_quality(values) if quality is None else quality
    return [one for n, kind in told for one in repeat(kind, n)]
