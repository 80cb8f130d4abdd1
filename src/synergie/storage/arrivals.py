"""Readings that arrive: compared with what holds, and appended; nothing is written over."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import repeat
from operator import eq
from typing import Any

from sqlalchemy import insert, update
from sqlmodel import col, select

from synergie.policy import Permit
from synergie.schemas.quality import Quality
from synergie.storage._cover import Segment, visible
from synergie.storage._fetch import fetch, overlapping
from synergie.storage._scope import scoped_select
from synergie.storage._tables import SegmentRow, SeriesRow
from synergie.storage.grid import bounds, end_of, most_of_a_year, within
from synergie.storage.readings import Held, held_as
from synergie.storage.segments import (
    DELTA_ZSTD,
    Runs,
    Values,
    encode,
    encode_quality,
    normal,
    plain_quality,
    quality_slice,
    summary,
)
from synergie.storage.store import Session
from synergie.units import Step

__all__ = [
    "Arrival",
    "Novelty",
    "Segment",
    "append",
    "coded",
    "locked",
    "note_newest",
    "weigh",
]

_UNNUMBERED = 1 << 62
"""From here on stand the numbers of what is not appended yet: the newest of all."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Scaled values of equal steps from `start_s` to `end_s`, seconds since 1970 UTC.

    `quality` None: measured, and missing where the value is; never said in more words than that.
    """

    series: Held
    start_s: int
    end_s: int
    step: Step
    values: Values
    quality: Runs | None


@dataclass(frozen=True, slots=True)
class Novelty:
    """What an arrival changes. `kept`: values that are new or other than what holds.

    `revision`: of its segments: 0 where nothing was known. `older`: batches that it covers.
    """

    kept: int
    unchanged: int
    revision: int = 0
    older: frozenset[str] = frozenset()


def locked(permit: Permit, session: Session, series_ids: Iterable[str]) -> dict[str, Held]:
    """The bearer's series among *series_ids*; who else would append to them waits.

    In order of id, so that no two writers wait for each other (PostgreSQL; SQLite has one writer).
    """
    _own_write(permit)
    query = (
        scoped_select(permit, SeriesRow)
        .where(col(SeriesRow.id).in_(sorted(set(series_ids))))
        .order_by(col(SeriesRow.id))
        .with_for_update()
    )
    return {row.id: held_as(row) for row in session.exec(query)}


def weigh(
    permit: Permit, session: Session, arrival: Arrival, waiting: Sequence[Segment] = ()
) -> Novelty:
    """What *arrival* changes of what holds now; *waiting*: segments that are not appended yet."""
    _own_write(permit)
    span = arrival.start_s, arrival.end_s
    beside = [one for one in waiting if one.start_s < span[1] and one.end_s > span[0]]
    found = fetch(permit, session, arrival.series.id, span) + beside
    n = len(arrival.values)
    unchanged = _unchanged(arrival, found) if found else 0
    if not found or unchanged == n:
        return Novelty(n - unchanged, unchanged)
    query = select(col(SegmentRow.batch)).where(
        *overlapping(permit, arrival.series.id, span), col(SegmentRow.compacted).is_(False)
    )
    older = frozenset(session.connection().execute(query).scalars())
    return Novelty(
        kept=n - unchanged,
        unchanged=unchanged,
        revision=1 + max(one.revision for one in found),
        older=older | {one.batch for one in beside},
    )


def coded(
    arrival: Arrival, *, batch: str, revision: int, order: int, now: datetime
) -> list[Segment]:
    """*arrival* as segments of a year at most; *order* among those that are not appended yet."""
    most, start_s = most_of_a_year(arrival.step), arrival.start_s
    out = []
    for first in range(0, len(arrival.values), most):
        values = arrival.values[first : first + most]
        end_s = end_of(start_s, len(values), arrival.step, arrival.series.tz)
        quality = _cut(arrival.quality, values, first)
        told = summary(values)
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
                data=encode(values),
                compacted=False,
            )
        )
        start_s = end_s
    return out


def append(
    permit: Permit, session: Session, series: Held, segments: Sequence[Segment], *, seq: int
) -> None:
    """Insert *segments* of the bearer's series as change number *seq*."""
    _own_write(permit)
    if series.owner != permit.owner:
        raise TypeError("only one's own readings are written")
    beside = {"series": series.id, "superseded_at": None, "seq": seq}
    rows = [asdict(one) | beside for one in segments]
    session.connection().execute(insert(SegmentRow), rows)


def note_newest(permit: Permit, session: Session, arrival: Arrival, *, now: datetime) -> None:
    """Move the end of the newest reading, if *arrival* has a value that ends there or later."""
    _own_write(permit)
    end_s = _end_of_last_value(arrival)
    if end_s is None:
        return
    end = datetime.fromtimestamp(end_s, UTC)
    session.connection().execute(
        update(SeriesRow)
        .where(col(SeriesRow.id) == arrival.series.id, col(SeriesRow.owner) == permit.owner)
        .where(col(SeriesRow.last_end).is_(None) | (col(SeriesRow.last_end) <= end))
        .values(last_end=end, last_received=now)
    )


def _end_of_last_value(arrival: Arrival) -> int | None:
    n = len(arrival.values)
    last = next((n - i for i, one in enumerate(reversed(arrival.values)) if one is not None), None)
    if last is None:
        return None
    return bounds(arrival.start_s, arrival.end_s, arrival.step, arrival.series.tz)[last]


def _own_write(permit: Permit) -> None:
    if permit.scope != "own" or permit.action != "write":
        raise TypeError("only one's own readings are written, with a permit to write")


def _cut(quality: Runs | None, values: Values, first: int) -> Runs | None:
    if quality is None:
        return None
    return normal(tuple(quality_slice(quality, first, first + len(values))), values)


def _unchanged(arrival: Arrival, found: Sequence[Segment]) -> int:
    """How many values of *arrival* are what holds already, quality included."""
    n, tz = len(arrival.values), arrival.series.tz
    hole: Any = object()
    known: list[Any] = [hole] * n
    qualities: list[Quality | None] = [None] * n
    told = arrival.quality is not None
    places = bounds(arrival.start_s, arrival.end_s, arrival.step, tz)
    for piece in visible(found, arrival.start_s, arrival.end_s):
        first, last = piece.span(tz)
        if piece.segment.step != arrival.step or first == last:
            continue
        steps = piece.bounds(tz)
        at, to = within(places, steps[first], steps[last])
        known[at:to] = values = piece.values()[first:last]
        told = told or piece.segment.quality is not None
        qualities[at:to] = _expanded(piece.quality(first, last), values)
    same = list(map(eq, known, arrival.values))
    if not told:
        return sum(same)
    expected = _expanded(arrival.quality, arrival.values)
    return sum(
        map(eq, zip(same, qualities, strict=True), zip(repeat(True), expected, strict=False))
    )


def _expanded(quality: Runs | None, values: Values) -> list[Quality]:
    """One quality a value."""
    told = plain_quality(values) if quality is None else quality
    return [one for n, kind in told for one in repeat(kind, n)]
