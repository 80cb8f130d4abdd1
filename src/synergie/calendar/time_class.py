"""Time classes of French network tariffs: high or low season, peak or off-peak hours."""

from datetime import datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

type TimeClass = Literal["HPH", "HCH", "HPB", "HCB"]
"""HP peak, HC off-peak; H high season (November to March), B low season (bills write HPE, HCE)."""

_LOW_SEASON = range(4, 11)


def time_class(moment: datetime, tz: ZoneInfo, offpeak: tuple[tuple[time, time], ...]) -> TimeClass:
    """The four-class time class of *moment*, given the off-peak windows of the supply point.

    Windows are local, half-open, and may pass midnight: (22:00, 06:00). They are data of each
    supply point, never constants. Source: TURPE 7 (CRE, 2025), four-class options CU4 and MU4.
    """
    local = moment.astimezone(tz)
    clock = local.time().replace(fold=0)
    off = any(_is_clock_within(clock, start, end) for start, end in offpeak)
    if local.month in _LOW_SEASON:
        return "HCB" if off else "HPB"
    return "HCH" if off else "HPH"


def _is_clock_within(clock: time, start: time, end: time) -> bool:
    if start <= end:
        return start <= clock < end
    return clock >= start or clock < end
