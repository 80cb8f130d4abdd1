"""What agreements opened of one curve, and for how long: to find the periods that they would split.

A reader of half of a period and a reader of its sum have the other half, joined or not. So it
counts what any agreement ever opened, to whomever, ended ones too: what was read may be kept.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from synergie.calendar import ceil_period, floor_period, period_bounds
from synergie.policy.readings.steps import FINEST_FIRST
from synergie.policy.trust.agreement import LIVE, effective_state
from synergie.policy.trust.persons import Consents, Point
from synergie.policy.trust.rules import CONSENT_LASTS
from synergie.schemas.trust.agreement import Agreement, Granularity, Terms
from synergie.schemas.trust.consent import Consent


@dataclass(frozen=True, slots=True)
class Opening:
    """Readings of one curve at `granularity`, whose own time is in [`start`, `end`).

    `end` None: open. `since`: from when they could be read, which may be to come. `until`: the last
    moment at which they could be. None: they can be now, or will be. `is_live`: whether they may be
    read again after it.
    """

    recipient: str
    granularity: Granularity
    start: datetime
    end: datetime | None
    since: datetime
    until: datetime | None
    is_live: bool

    def has_opened(self, now: datetime) -> bool:
        """Whether anything could be read by *now*: it began, and did not end before it did."""
        return self.since <= now and (self.until is None or self.since <= self.until)

    def holds(self, start: datetime, end: datetime) -> bool:
        """Whether all of [start, end) is in its time."""
        return self.start <= start and (self.end is None or end <= self.end)

    def touches(self, start: datetime, end: datetime) -> bool:
        """Whether some of [start, end) is in its time."""
        return self.start < end and (self.end is None or start < self.end)

    @property
    def is_nothing(self) -> bool:
        """Whether nothing could be read by it, and nothing will: it ended before it began.

        One that ended at the very moment may have been read in it.
        """
        return not self.is_live and self.until is not None and self.until < self.since

    def disclosed_period(
        self, moment: datetime, tz: ZoneInfo, now: datetime
    ) -> tuple[datetime, datetime] | None:
        """The period that holds *moment*, if it is over and may have been told as one.

        None when *moment* is where a period starts, or when none is told yet that holds it.
        """
        if self.granularity == "raw" or not self.has_opened(now):
            return None
        start, end = period_bounds(moment, self.granularity, tz)
        over = end <= (now if self.until is None else min(now, self.until))
        return (start, end) if start != moment and over and self.holds(start, end) else None

    def in_whole_periods(self, tz: ZoneInfo) -> "Opening":
        """The same without the periods of `granularity` that its edges cut: nobody reads those."""
        step = self.granularity
        if step == "raw":
            return self
        end = None if self.end is None else floor_period(self.end, step, tz)
        start = ceil_period(self.start, step, tz)
        return replace(self, start=start, end=end)


def opens_curves(terms: Terms) -> bool:
    """Whether *terms* open curves, at whatever step."""
    return terms.granularity != "aggregate" and "consumption" in terms.datasets


def open_until(agreement: Agreement, now: datetime) -> datetime | None:
    """The last moment at which *agreement*, signed by both, opened anything.

    None: it does at *now*, or will. One that is suspended was open until then.
    """
    if effective_state(agreement, now) == "active":
        return None
    ends: list[datetime | None] = [agreement.terms.valid_until]
    halt: datetime | None = None
    for step in agreement.history:
        if step.act == "replace":
            ends.append(step.at)
        elif step.act == "resume":
            halt = None
        elif step.act in {"suspend", "revoke", "terminate"}:
            halt = halt or step.at
    return min((one for one in (*ends, halt) if one is not None and one <= now), default=None)


def open_since(agreement: Agreement) -> datetime:
    """From when *agreement* opens: `valid_from`, or when both had signed where that was later."""
    signed = (step.at for step in agreement.history if step.act == "accept")
    return max((agreement.terms.valid_from, *signed))


def opening_of(agreement: Agreement, now: datetime) -> Opening:
    """What *agreement* opens of the curves that it covers, persons' apart. It `opens_curves`."""
    terms = agreement.terms
    if terms.granularity == "aggregate":
        raise TypeError("an aggregate opens no curve")
    return Opening(
        terms.recipient,
        terms.granularity,
        terms.data_period.start,
        terms.data_period.end,
        open_since(agreement),
        open_until(agreement, now),
        effective_state(agreement, now) in LIVE,
    )


def find_openings(
    agreement: Agreement, point: Point, consents: Sequence[Consent], now: datetime
) -> Iterator[Opening]:
    """What *agreement*, signed by both, opens or opened of a curve of *point*, finest first.

    *consents*: those of its owner about the point that it relies on. Where a person must agree, a
    step is open as long as a consent holds, and the day whatever was agreed (FR-CURVE).
    """
    if not opens_curves(agreement.terms):
        return
    whole = opening_of(agreement, now)
    for step in FINEST_FIRST[FINEST_FIRST.index(whole.granularity) :]:
        case = Consents(agreement, step, consents, now)
        if case.lack([point]) is None:
            yield replace(whole, granularity=step)
            return
        end = _consent_end(case, point)
        if end is not None:
            until = end if whole.until is None else min(end, whole.until)
            yield replace(whole, granularity=step, until=until, is_live=False)


def _consent_end(case: Consents, point: Point) -> datetime | None:
    """When the last consent that opened *point* ceased to; None: none ever did."""
    ends = (
        (
            one.given_at,
            min(filter(None, (one.until, one.withdrawn_at, one.given_at + CONSENT_LASTS))),
        )
        for one in case.about()
        if point.id in one.supply_points
    )
    return max((end for given_at, end in ends if given_at <= end <= case.now), default=None)
