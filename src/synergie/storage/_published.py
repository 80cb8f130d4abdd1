"""What readers below raw see of another's series: one published state a civil month.

Each step has one published value a state: the one that held when the month started, else the
first that came since. Every coarser sum, of whatever period and under whatever agreement, is of
these values, so that no two answers of a state differ by less than a period.
"""

from collections.abc import Sequence
from datetime import datetime

from synergie.policy import Permit
from synergie.policy.coarsen import state_start
from synergie.storage._cover import Piece, Segment, visible
from synergie.storage._fetch import fetch, fetch_history, fetch_spans_since
from synergie.storage.held import Held
from synergie.storage.store import Session

type _Span = tuple[int, int]


def read_published(
    permit: Permit,
    session: Session,
    series: Held,
    span: tuple[int, int],
    *,
    as_of: datetime | None,
    now: datetime,
) -> list[Piece]:
    """The published values within *span*, seconds since 1970 UTC, in order, without overlap.

    *as_of* None: all of the state of *now*; else what of its state had arrived by then. What was
    undone since its state began is left out: nothing comes in its place before the next one.
    """
    state = state_start(now if as_of is None else min(as_of, now), series.tz)
    changed = fetch_spans_since(permit, session, series, span, state=state)
    present = fetch(permit, session, series, span)
    if not changed:
        return visible(present, *span, series.tz)
    start_s, end_s = _closure(changed, present, span)
    history = fetch_history(permit, session, series, (start_s, end_s), state=state)
    if as_of is not None:
        history = _arrived_by(as_of, history)
    published = visible(history, start_s, end_s, series.tz, order=lambda one: _order(one, state))
    return [
        *visible(present, span[0], start_s, series.tz),
        *(piece for piece in published if piece.segment.undone_at is None),
        *visible(present, end_s, span[1], series.tz),
    ]


def _closure(changed: Sequence[_Span], present: Sequence[Segment], span: _Span) -> _Span:
    """The part of *span* that *changed* touches, such that no segment of *present* is cut."""
    start_s, end_s = min(a for a, _ in changed), max(b for _, b in changed)
    ordered = sorted(present, key=lambda one: one.start_s)
    for one in ordered:
        if one.start_s < end_s and one.end_s > start_s:
            end_s = max(end_s, one.end_s)
    for one in sorted(ordered, key=lambda one: one.end_s, reverse=True):
        if one.start_s < end_s and one.end_s > start_s:
            start_s = min(start_s, one.start_s)
    return max(start_s, span[0]), min(end_s, span[1])


def _arrived_by(as_of: datetime, history: Sequence[Segment]) -> list[Segment]:
    """What was stored before anything that arrived after *as_of*: a deposit takes its time."""
    late = min((one.seq for one in history if one.received_at > as_of), default=None)
    return [one for one in history if late is None or one.seq < late]


def _order(one: Segment, state: datetime) -> tuple[int, int, int]:
    """By rank what arrived before *state*; after that what came first covers what came later."""
    if one.received_at < state:
        return 1, one.priority, one.seq
    return 0, -one.seq, 0
