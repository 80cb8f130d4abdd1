"""An oracle of what agreements open: it counts by the clock on the wall, and shares no code."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from synergie.policy.readings.steps import FINEST_FIRST
from tests.exchange.people import NOW

PARIS = ZoneInfo("Europe/Paris")
HALF = timedelta(minutes=30)
BEGIN = datetime(2026, 10, 23, 22, tzinfo=NOW.tzinfo)
"""Midnight in Paris; the clock changes two days later, and October ends."""

POINTS = {"a": "S1", "b": None, "lamp": "S1", "home": None}
"""Delivery points and their sites; the home is a natural person's."""

type Rows = dict[datetime, float]


def value(point: str, place: int) -> int:
    """What the meter of *point* told for the half-hour number *place*."""
    return (place * 7919 + len(point) * 104_729 + ord(point[0])) % 997


@dataclass
class Given:
    """A consent of the home's."""

    id: str
    step: str
    withdrawn: datetime | None = None


@dataclass
class Version:
    """One version of an agreement, as the oracle keeps it."""

    number: int
    points: frozenset[str]
    step: str
    datasets: tuple[str, ...]
    start: datetime
    end: datetime | None
    until: datetime
    consents: tuple[Given, ...] = ()
    state: str = "active"
    halted: datetime | None = None
    """When it was suspended or ended."""

    def stop(self, state: str, now: datetime) -> None:
        """Suspend or end it; an end after an end, or after it was suspended, closes nothing."""
        if self.halted is None:
            self.halted = now
        self.state = state

    def open_until(self, now: datetime) -> datetime | None:
        """The last moment at which it opened anything; None: it does."""
        ends = [one for one in (self.halted, self.until) if one is not None and one <= now]
        return min(ends, default=None)


@dataclass
class Agreed:
    """An agreement: its versions, oldest first."""

    id: str
    versions: list[Version] = field(default_factory=list)


@dataclass(frozen=True)
class Question:
    """What is asked of one point."""

    point: str
    step: str | None
    start: datetime
    end: datetime


def finer(one: str, other: str) -> bool:
    """Whether *one* tells more than *other*."""
    names: list[str] = [*FINEST_FIRST]
    return names.index(one) < names.index(other)


def reason(version: Version, asked: Question, now: datetime) -> str | None:
    """Why *version* does not open what is asked, in the order of the specification."""
    step = asked.step or version.step
    outside = asked.end <= version.start or (version.end and asked.start >= version.end)
    lacks = asked.point == "home" and finer(step, "day")
    in_order = {
        "ended": version.state == "ended" or now >= version.until,
        "suspended": version.state == "suspended",
        "dataset": "consumption" not in version.datasets,
        "period": outside,
        "granularity_too_fine": finer(step, version.step),
        consent_lack(version, step): lacks,
    }
    return next((name for name, holds in in_order.items() if holds), None)


def consent_lack(version: Version, step: str) -> str | None:
    """Why no consent opens the home's curve at *step*; None: one does."""
    about = [one for one in version.consents if not finer(step, one.step)]
    if any(not one.withdrawn for one in about):
        return None
    return "consent_withdrawn" if about else "consent_missing"


class Come(NamedTuple):
    """The moment, when each half-hour came, and all versions that were ever signed."""

    now: datetime
    times: Sequence[datetime]
    signed: Sequence[Version]


def answer(agreed: Agreed, asked: Question, come: Come) -> Rows | str:
    """The rows that *agreed* opens, or the reason of its refusal, or "not_found"."""
    refusal = None
    for version in reversed(agreed.versions):
        if asked.point not in version.points:
            continue
        why = reason(version, asked, come.now)
        if why is None:
            return rows(version, asked, come)
        refusal = refusal or why
    return refusal or "not_found"


def rows(version: Version, asked: Question, come: Come) -> Rows:
    """What is told: raw steps in the window, or whole closed local periods that touch it.

    No period of which a finer version, also an ended one, let a part be read and not all; but who
    may read each of the shorter periods inside it learns nothing from their sum.
    """
    step, finest = asked.step or version.step, list(finer_parts(version, asked, come))
    granted = granted_step(version, asked, come)
    told = [(BEGIN + place * HALF, value(asked.point, place)) for place in range(len(come.times))]
    if step == "raw":
        low = max(asked.start, version.start)
        high = min(asked.end, version.end or asked.end)
        return {at: v for at, v in told if low <= at and at + HALF <= high}
    periods: dict[Any, list[tuple[datetime, int]]] = {}
    for at, v in told:
        periods.setdefault(_label(at, step), []).append((at, v))
    found: Rows = {}
    for parts in periods.values():
        first, last = parts[0][0], parts[-1][0] + HALF
        whole = _label(first - HALF, step) != _label(first, step) != _label(last, step)
        inside = version.start <= first and (version.end is None or last <= version.end)
        touches = first < asked.end and asked.start < last
        if not (whole and last <= come.now and inside and touches):
            continue
        cut = is_cut((first, last), finest, come)
        if not cut or not any(is_cut(_bounds(at, granted), finest, come) for at, _ in parts):
            found[first] = sum(v for _, v in parts) / 2
    return found


class Part(NamedTuple):
    """What a version opens of a point by one step: its own time, and until when it was open."""

    step: str
    start: datetime
    end: datetime | None
    until: datetime | None
    may_reopen: bool

    def reads(self, at: datetime) -> bool:
        """Whether the half-hour at *at* is in a period of this step that lies in its time."""
        first, last = _bounds(at, self.step)
        return self.start <= first and (self.end is None or last <= self.end)


def granted_step(version: Version, asked: Question, come: Come) -> str:
    """The finest step by which *version* lets the point be read now, or the one asked."""
    mine = [one.step for one in parts_of(version, asked.point, come.now) if one.until is None]
    names: list[str] = [*FINEST_FIRST]
    return min([*mine, asked.step or version.step], key=names.index)


def finer_parts(version: Version, asked: Question, come: Come) -> Iterator[Part]:
    """What is or was opened of the point finer than *version* opens it."""
    granted = granted_step(version, asked, come)
    for one in come.signed:
        if asked.point in one.points and "consumption" in one.datasets:
            yield from (
                part for part in parts_of(one, asked.point, come.now) if finer(part.step, granted)
            )


def parts_of(version: Version, point: str, now: datetime) -> Iterator[Part]:
    """By the finest step that no person refuses; finer ones until the last consent went."""
    until, live = version.open_until(now), version.state != "ended" and now < version.until
    for step in FINEST_FIRST[[*FINEST_FIRST].index(version.step) :]:  # type: ignore[arg-type]  # one of the steps
        lack = consent_lack(version, step) if point == "home" and finer(step, "day") else None
        if lack is None:
            yield Part(step, version.start, version.end, until, live)
            return
        about = [one for one in version.consents if not finer(step, one.step)]
        gone = max((one.withdrawn for one in about if one.withdrawn), default=None)
        if gone is not None:
            last = gone if until is None else min(gone, until)
            yield Part(step, version.start, version.end, last, False)


def is_cut(period: tuple[datetime, datetime], parts: Sequence[Part], come: Come) -> bool:
    """Whether one of *parts* let some of *period* be read, and none as fine all of it."""
    first, last = period
    halves = [first + i * HALF for i in range(int((last - first) / HALF))]
    came = {at: come.times[int((at - BEGIN) / HALF)] for at in halves}

    def touches(part: Part) -> bool:
        some = [at for at in halves if part.reads(at)]
        if part.may_reopen and some and len(some) < len(halves):
            return True
        return any(part.until is None or came[at] <= part.until for at in some)

    def holds(part: Part) -> bool:
        surely = part.until and part.until - timedelta(hours=1)
        return all(part.reads(at) and (surely is None or came[at] <= surely) for at in halves)

    return any(
        touches(one) and not any(holds(two) for two in parts if not finer(one.step, two.step))
        for one in parts
    )


@cache
def _bounds(at: datetime, step: str) -> tuple[datetime, datetime]:
    """Start and end of the local period of *step* that holds the half-hour at *at*."""
    first, last, label = at, at + HALF, _label(at, step)
    while _label(first - HALF, step) == label:
        first -= HALF
    while _label(last, step) == label:
        last += HALF
    return first, last


def _label(at: datetime, step: str) -> Any:
    local = at.astimezone(PARIS)
    match step:
        case "raw" | "half_hour":
            return at
        case "hour":
            return local.replace(minute=0, fold=0), local.utcoffset()
        case "day":
            return local.date()
        case "month":
            return local.year, local.month
        case _:
            return local.year
