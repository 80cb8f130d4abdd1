"""Room for breaks in a search that knows none: a clock that stands still while all rest.

Where all crews of a day have the same break, the search sees the day without it: what comes after
moves ahead by its length. Elsewhere a shift is only made shorter. Exact times come later
(`_schedule`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from synergie.maintenance.plan.rounds._case import Duty, Span


@dataclass(frozen=True, slots=True)
class Still:
    """A stretch of the clock that is left out, for what begins before *until*."""

    at: int
    length: int
    until: int

    def moved(self, second: int) -> int:
        """The moment on the clock without the break."""
        if not self.at < second <= self.until:
            return second
        return max(self.at, second - self.length)


def find_common_breaks(duties: Sequence[Duty]) -> list[Still]:
    """The common break of each day, days in order; none where crews rest at other times."""
    found = []
    for day in _group_overlapping_duties(duties):
        breaks = {
            (d.pause_s, d.pause_from, d.pause_to) if _has_midwork_break(d) else None for d in day
        }
        only = breaks.pop() if len(breaks) == 1 else None
        if only is not None:
            length, begin, end = only
            found.append(Still((begin + end) // 2, length, max(duty.limit for duty in day)))
    return found


def compute_working_span(duty: Duty) -> Span:
    """The longest stretch of a duty that is free of its break: in between, before or after."""
    if not _has_pending_break(duty):
        return _find_duty_opening(duty), duty.closes
    between = (_find_duty_opening(duty), duty.closes - duty.pause_s)
    before = (_find_duty_opening(duty), min(duty.closes, duty.pause_to))
    after = (max(_find_duty_opening(duty), duty.pause_from + duty.pause_s), duty.closes)
    return max((between, before, after), key=lambda span: span[1] - span[0])


def _find_duty_opening(duty: Duty) -> int:
    return duty.opens if duty.begun is None else duty.begun.ready


def _has_pending_break(duty: Duty) -> bool:
    return bool(duty.pause_s) and not (duty.begun is not None and duty.begun.rested)


def _has_midwork_break(duty: Duty) -> bool:
    """Whether it breaks in the middle of its work."""
    return _has_pending_break(duty) and compute_working_span(duty) == (
        _find_duty_opening(duty),
        duty.closes - duty.pause_s,
    )


def _group_overlapping_duties(duties: Sequence[Duty]) -> list[list[Duty]]:
    """Duties that overlap in time, together."""
    days: list[list[Duty]] = []
    end = -1
    for duty in sorted(duties, key=lambda d: (d.opens, d.limit)):
        if duty.opens >= end or not days:
            days.append([])
        days[-1].append(duty)
        end = max(end, duty.limit)
    return days
