"""How fresh data are, said in a sentence: the first complaint of the territory was old data."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from synergie.calendar import ceil_period, floor_period
from synergie.policy.readings.steps import is_finer
from synergie.policy.trust.permit import Permit
from synergie.schemas.freshness import Freshness, FreshnessState
from synergie.schemas.trust.agreement import Granularity

EXPECTED_WITHIN = timedelta(days=3)
"""Daily flows of French grid operators come the day after; a week-end is allowed for."""

NEVER = "Aucune mesure reçue à ce jour"
NEVER_WHOLE = "Aucune période complète à ce jour"
"""To who reads whole periods: whether some of one came is not told."""

_PERIOD: dict[Granularity, timedelta] = {
    "raw": timedelta(0),
    "half_hour": timedelta(minutes=30),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "month": timedelta(days=31),
    "year": timedelta(days=366),
}
"""How long a period lasts before it can be shown whole."""


def freshness(
    last_end: datetime | None,
    received_at: datetime | None,
    *,
    permit: Permit,
    tz: ZoneInfo,
    sender: str,
    least: Granularity = "raw",
    now: datetime,
) -> Freshness:
    """The age of a series at *now*, at no finer a grain than *permit* grants.

    A recipient sees the end of the last whole period it may read, and not when it arrived; all
    the rest is reckoned from what it sees, so that nothing finer shows through, and nothing of
    before what it may read. *last_end*: of the newest reading; below raw, to others, of the newest
    period that is told (`storage.readings.told_end`). *sender* is the name of the body that sends
    the flow. *least*: as in `freshness_step`.
    """
    step = freshness_step(permit, least)
    shown = None if last_end is None else _find_shown_end(last_end, permit, step, tz)
    if shown is None:
        return _build_never_received(sender, step)
    expected = _compute_expected_time(shown, permit, step, tz)
    late = expected is not None and now > expected
    state: FreshnessState = "late" if late else "up_to_date"
    return Freshness(
        state=state,
        last_reading=shown,
        received_at=received_at if permit.scope == "own" else None,
        expected_by=expected,
        reason=_describe_reason(shown, now=now, late=late, tz=tz),
        who_can_act=sender if late else None,
    )


def freshness_step(permit: Permit, least: Granularity) -> Granularity:
    """The step by which freshness is told: as granted; to others no finer than *least*."""
    if permit.scope == "own" or not is_finer(permit.step, least):
        return permit.step
    return least


def _find_shown_end(
    last_end: datetime, permit: Permit, step: Granularity, tz: ZoneInfo
) -> datetime | None:
    """The end of the last whole period that *permit* opens; None when none is there yet."""
    shown, first = last_end, permit.start
    if permit.end is not None:
        shown = min(shown, permit.end)
    if step != "raw":
        shown = floor_period(shown, step, tz)
        first = None if first is None else ceil_period(first, step, tz)
    return None if first is not None and shown <= first else shown


def _compute_expected_time(
    shown: datetime, permit: Permit, step: Granularity, tz: ZoneInfo
) -> datetime | None:
    """When newer data should be there; None when the permit opens nothing newer."""
    lasts = _PERIOD[step]
    if permit.end is not None and shown + lasts >= permit.end:
        return None
    return ceil_period(shown + lasts + EXPECTED_WITHIN, "day", tz)


def _build_never_received(sender: str, step: Granularity) -> Freshness:
    return Freshness(
        state="never_received",
        last_reading=None,
        received_at=None,
        expected_by=None,
        reason=NEVER if step == "raw" else NEVER_WHOLE,
        who_can_act=sender,
    )


def _describe_reason(shown: datetime, *, now: datetime, late: bool, tz: ZoneInfo) -> str:
    day = f"{shown.astimezone(tz):%d/%m/%Y}"
    days = max(0, (now - shown).days)
    if late:
        return f"En retard : dernière mesure du {day}, il y a {days} jours"
    return f"À jour : dernière mesure du {day}"
