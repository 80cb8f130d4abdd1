"""An oracle of what agreements open: it counts by the clock on the wall, and shares no code."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from synergie.policy.steps import FINEST_FIRST
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
    withdrawn: bool = False


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


def answer(agreed: Agreed, asked: Question, now: datetime, known: int) -> Rows | str:
    """The rows that *agreed* opens, or the reason of its refusal, or "not_found"."""
    refusal = None
    for version in reversed(agreed.versions):
        if asked.point not in version.points:
            continue
        why = reason(version, asked, now)
        if why is None:
            return rows(version, asked, now, known)
        refusal = refusal or why
    return refusal or "not_found"


def rows(version: Version, asked: Question, now: datetime, known: int) -> Rows:
    """What is told: raw steps in the window, or whole closed local periods that touch it."""
    step = asked.step or version.step
    told = [(BEGIN + place * HALF, value(asked.point, place)) for place in range(known)]
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
        if whole and last <= now and inside and touches:
            found[first] = sum(v for _, v in parts) / 2
    return found


def _label(at: datetime, step: str) -> Any:
    local = at.astimezone(PARIS)
    match step:
        case "half_hour":
            return at
        case "hour":
            return local.replace(minute=0, fold=0), local.utcoffset()
        case "day":
            return local.date()
        case "month":
            return local.year, local.month
        case _:
            return local.year
