"""Whether a flow is late, why, and who can mend it: for the owner of the data, and nobody else.

What a recipient may know is `policy.freshness`, which never looks at flows.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from math import ceil
from statistics import median
from typing import NamedTuple
from zoneinfo import ZoneInfo

from synergie.calendar import day_bounds, day_of, resolve_labels
from synergie.policy.readings.flows import Flow, Promise, Sender
from synergie.schemas.freshness import Freshness, FreshnessLine
from synergie.schemas.plan import Phrase

LEAST_GAPS = 2
"""Gaps between deposits under which no cadence is learned."""
GRACE = timedelta(days=1)
"""How long after a learned date a flow is not late yet: people do not keep minutes."""

HISTORY = timedelta(days=365)
"""A file that came this long after the one that follows it was due tells what is over: it promises
nothing, whatever its flow does."""

_DAY = timedelta(days=1)
_MOMENT = timedelta(seconds=1)


def N_(text: str) -> str:  # noqa: N802 (the usual mark of a text for the catalogue)
    """*text*, collected for the French catalogue."""
    return text


LATE = N_("{} days late. Last file: {} of {}. Expected: {}.")
LATE_ONE = N_("One day late. Last file: {} of {}. Expected: {}.")
LEFT_OUT = N_("A file came ({} of {}), but it holds nothing newer than {} for this series.")
FRESH = N_("Up to date. Last file: {} of {}. Next one expected by {}.")
FREE = N_("Last file: {} of {}. This flow promises no next one, and too few came to learn from.")
PAST = N_("Last file: {} of {}. It came over a year late: it tells the past; no next one is due.")
NEVER = N_("Nothing was received for it.")
EVERY = {
    "day": N_("every day before {}:00"),
    "week": N_("every week"),
    "month": N_("every month, by the end of the next one"),
    "year": N_("every year"),
}
LEARNED = N_("every {} days, as until now")
LEARNED_ONE = N_("every day, as until now")
WHO: dict[Sender, str] = {
    "enedis": N_(
        "At {0}, the person in charge of the SGE subscription: see on the portal whether flow {1} "
        "is still active for these points; if it is, ask Enedis for the missing file."
    ),
    "grdf": N_(
        "At {0}, the person in charge of the access to GRDF: see whether the consents of these "
        "points still hold."
    ),
    "supplier": N_("At {0}, the person in charge of the bills: ask the supplier for the next one."),
    "owner": N_("At {0}, the person in charge of this file ({1}): deposit its newest version."),
    "program": N_("At {0}, the person in charge of the program that sends the data."),
    "publisher": N_("At {0}, the person in charge of public data: fetch the newest file ({1})."),
}
LEFT_OUT_WHO = N_(
    "At {}, the person in charge of the subscription: ask whether the point was left out of the "
    "flow, or its meter sends nothing."
)
NEVER_WHO = N_("At {}, the person in charge of deposits: no file has held it yet.")


class Arrival(NamedTuple):
    """A file, or what a program sent, that came."""

    received_at: datetime
    name: str | None
    """Name of the file. None: it came by the API."""


class FlowDeposits(NamedTuple):
    """What came by one flow."""

    source: str
    """Name of its format."""
    flow: Flow
    arrivals: Sequence[Arrival]
    """The newest first; at least one."""
    last_reading: datetime | None
    """End of the newest reading it told. None: it tells none."""
    past: bool = False
    """Whether it tells the past (`tells_past`): its flow's promise is not waited for."""


class Due(NamedTuple):
    """When the next file is expected."""

    by: datetime | None
    late_from: datetime | None
    learned_days: float | None = None


def compute_due(came: FlowDeposits, tz: ZoneInfo) -> Due:
    """When the next file of a flow is expected, as promised or as learned from its deposits.

    Of one that tells the past none is: the days on which old files were deposited teach nothing.
    """
    if came.past:
        return Due(None, None)
    learned = _learn_due(came, tz)
    promise = came.flow.promise
    if promise is not None and not (came.flow.learns and learned.by is not None):
        by = _compute_promised_time(promise, came.last_reading or came.arrivals[0].received_at, tz)
        return Due(by, by)
    return learned


def tells_past(came: FlowDeposits, tz: ZoneInfo) -> bool:
    """Whether the newest file of a flow came when the one after it had been due for over a year.

    Bills of a closed year that are deposited to be compared, not a supply that stopped.
    """
    if came.flow.promise is None or came.last_reading is None:
        return False
    by = _compute_promised_time(came.flow.promise, came.last_reading, tz)
    return came.arrivals[0].received_at > by + HISTORY


def _learn_due(came: FlowDeposits, tz: ZoneInfo) -> Due:
    """From the median of the gaps between days with a deposit: files of one day are one arrival."""
    days = sorted({day_of(one.received_at, tz) for one in came.arrivals})
    gaps = [(b - a).days for a, b in pairwise(days)]
    if len(gaps) < LEAST_GAPS:
        return Due(None, None)
    gap = float(median(gaps))
    by = day_bounds(days[-1] + timedelta(days=ceil(gap)), tz)[1]
    return Due(by, by + max(GRACE, timedelta(days=gap / 4)), gap)


def _compute_promised_time(promise: Promise, last: datetime, tz: ZoneInfo) -> datetime:
    """When the file of the period after the one that ends at *last* is due."""
    told = day_of(last - _MOMENT, tz)
    ends = _compute_next_period_end(told, promise)
    day = ends + timedelta(days=promise.lag_days)
    if promise.by_hour is None:
        return day_bounds(day, tz)[1]
    naive = datetime.combine(day, time(promise.by_hour))
    ((moment, _),) = resolve_labels([naive], tz)
    return moment or day_bounds(day, tz)[1]


def _compute_next_period_end(told: date, promise: Promise) -> date:
    """Last day of the period after the one that ends with *told*."""
    match promise.every:
        case "day":
            return told + _DAY
        case "week":
            return told + 7 * _DAY
        case "month":
            first = (told.replace(day=1) + timedelta(days=63)).replace(day=1)
            return first - _DAY if told == _month_end(told) else told + timedelta(days=31)
        case "year":
            return told + timedelta(days=365)


def _month_end(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1) - _DAY


def is_late(came: FlowDeposits, tz: ZoneInfo, now: datetime) -> bool:
    """Whether the next file of a flow, or of one series of it, should have come before *now*."""
    late_from = compute_due(came, tz).late_from
    return late_from is not None and now > late_from


class Teller(NamedTuple):
    """Whose data, where, when, and in which language the sentences are."""

    owner: str
    tz: ZoneInfo
    now: datetime
    tell: Callable[[str], str]

    def flow(self, came: FlowDeposits) -> FreshnessLine:
        """How fresh a flow is."""
        return self._line(came, subject="flow", id=came.source)

    def series(
        self, id_: str, external_id: str, last_end: datetime | None, came: FlowDeposits | None
    ) -> FreshnessLine:
        """How fresh a series is; *came*: the flow that feeds it. None: nothing ever did."""
        if came is None or last_end is None:
            return self._never(id_, external_id)
        mine = came._replace(last_reading=last_end)
        told = self._line(mine, subject="series", id=id_, external_id=external_id)
        if told.late_days is None or self._late_days(compute_due(came, self.tz)) is not None:
            return told
        last = f"{came.arrivals[0].received_at.astimezone(self.tz):%d/%m/%Y}"
        reason = self.tell(LEFT_OUT).format(came.flow.code, last, self._day_of(mine))
        who = self.tell(LEFT_OUT_WHO).format(self.owner)
        return told.model_copy(update={"reason": reason, "who_can_act": who})

    def _line(self, came: FlowDeposits, **about: str) -> FreshnessLine:
        expected = compute_due(came, self.tz)
        late = self._late_days(expected)
        promise = came.flow.promise
        promised = expected.learned_days is None and not came.past
        newest = came.arrivals[0]
        fields: dict[str, object] = {
            **about,
            "flow": came.flow.code,
            "state": "up_to_date" if late is None else "late",
            "last_reading": came.last_reading,
            "received_at": newest.received_at,
            "last_file": None if newest.name is None else newest.name[:200],
            "expected_by": expected.by,
            "expected_every": promise.every if promised and promise else None,
            "learned_days": expected.learned_days,
            "late_days": late,
            "reason": self._reason(came, expected, late),
            "who_can_act": None if late is None else self._who(came),
        }
        return FreshnessLine.model_validate(fields)

    def _late_days(self, expected: Due) -> int | None:
        """Days begun since it should have come; None when it is not late."""
        if expected.late_from is None or self.now <= expected.late_from:
            return None
        return ceil((self.now - expected.late_from) / _DAY)

    def _reason(self, came: FlowDeposits, expected: Due, late: int | None) -> str:
        last = came.flow.code, self._day_of(came)
        if late is not None:
            cadence = self._cadence(came.flow, expected)
            if late == 1:
                return self.tell(LATE_ONE).format(*last, cadence)
            return self.tell(LATE).format(late, *last, cadence)
        if expected.by is None:
            return self.tell(PAST if came.past else FREE).format(*last)
        by = expected.by.astimezone(self.tz)
        return self.tell(FRESH).format(*last, f"{by:%d/%m/%Y %H:%M}")

    def _day_of(self, came: FlowDeposits) -> str:
        """The day that the newest file tells; the day it came when it tells none."""
        last = came.last_reading
        moment = came.arrivals[0].received_at if last is None else last - _MOMENT
        return f"{moment.astimezone(self.tz):%d/%m/%Y}"

    def _cadence(self, flow: Flow, expected: Due) -> str:
        if expected.learned_days is not None:
            return self._learned(expected.learned_days)
        if flow.promise is None:
            return ""
        return self.tell(EVERY[flow.promise.every]).format(flow.promise.by_hour or 24)

    def _learned(self, days: float) -> str:
        """A cadence that nobody promised; half days with the decimal sign of the language."""
        if days == 1:
            return self.tell(LEARNED_ONE)
        return Phrase(text=LEARNED, values=(f"{days:g}",)).tell(self.tell)

    def _who(self, came: FlowDeposits) -> str:
        return self.tell(WHO[came.flow.sender]).format(self.owner, came.flow.code)

    def _never(self, id_: str, external_id: str) -> FreshnessLine:
        return FreshnessLine(
            subject="series",
            id=id_,
            external_id=external_id,
            state="never_received",
            last_reading=None,
            expected_by=None,
            reason=self.tell(NEVER),
            who_can_act=self.tell(NEVER_WHO).format(self.owner),
        )


def line_under(id_: str, fresh: Freshness) -> FreshnessLine:
    """The line of a series under an agreement: what `policy.freshness` told, and no more."""
    return FreshnessLine(
        subject="series",
        id=id_,
        state=fresh.state,
        last_reading=fresh.last_reading,
        expected_by=fresh.expected_by,
        reason=fresh.reason,
        who_can_act=fresh.who_can_act,
    )
