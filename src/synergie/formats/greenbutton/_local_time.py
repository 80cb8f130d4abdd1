"""LocalTimeParameters of ESPI: how a zone is off UTC, and when its clocks change (NAESB REQ.21)."""

import calendar
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

_YEARS = range(2024, 2031)
_LAST, _SUNDAY = 7, 7
_NONE = "FFFFFFFF"
_HOUR = timedelta(hours=1)


@cache
def local_time(tz: ZoneInfo) -> tuple[tuple[str, str], ...]:
    """Fields of the entry, in their order: rules as eight hexadecimal digits, offsets in seconds.

    A zone whose clocks do not change, or by no rule that ESPI can tell, has an offset alone.
    """
    offsets = {
        _compute_utc_offset(tz, datetime(2026, month, 1, tzinfo=UTC)) for month in range(1, 13)
    }
    base = min(offsets)
    start, end = _find_change_rule(tz, forward=True), _find_change_rule(tz, forward=False)
    changes = len(offsets) > 1 and start is not None and end is not None
    gain = max(offsets) - base if changes else timedelta()
    return (
        ("dstEndRule", end if changes and end else _NONE),
        ("dstOffset", str(int(gain.total_seconds()))),
        ("dstStartRule", start if changes and start else _NONE),
        ("tzOffset", str(int(base.total_seconds()))),
    )


def _compute_utc_offset(tz: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(tz).utcoffset() or timedelta()


def _find_change_rule(tz: ZoneInfo, *, forward: bool) -> str | None:
    """Month, which Sunday of it and hour of a change; None when years do not agree."""
    found = {rule for year in _YEARS for rule in _find_clock_changes(tz, year, forward=forward)}
    plain = {(month, hour) for month, _, hour in found}
    if len(plain) != 1:
        return None
    (month, hour), ranks = next(iter(plain)), {rank for _, rank, _ in found}
    rank = ranks.pop() if len(ranks) == 1 else _LAST
    # bits 28-31 month, 25-27 which one, 20-24 day of the month, 17-19 day of the week, 12-16 hour
    return f"{month << 28 | rank << 25 | _SUNDAY << 17 | hour << 12:08X}"


def _find_clock_changes(
    tz: ZoneInfo, year: int, *, forward: bool
) -> Iterator[tuple[int, int, int]]:
    """The changes of a year in one direction: month, rank of the Sunday, hour of the clock."""
    first = datetime(year, 1, 1, tzinfo=UTC)
    days = [first + timedelta(days=n) for n in range(366)]
    turning = (
        day
        for day in days
        if _compute_utc_offset(tz, day) != _compute_utc_offset(tz, day + timedelta(days=1))
    )
    for moment in (day + n * _HOUR for day in turning for n in range(24)):
        before, after = _compute_utc_offset(tz, moment), _compute_utc_offset(tz, moment + _HOUR)
        if after != before and (after > before) == forward:
            at = (moment + _HOUR + before).replace(tzinfo=None)
            last = at.day + _SUNDAY > calendar.monthrange(year, at.month)[1]
            rank = _LAST if last else (at.day - 1) // 7 + 2
            yield at.month, rank, at.hour
