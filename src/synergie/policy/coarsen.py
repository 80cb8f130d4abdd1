"""From the steps of a curve to whole civil days or months, so that nothing finer shows through."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from synergie.calendar import ceil_period, floor_period
from synergie.calendar.civil import Bucket


def window(
    start: datetime,
    end: datetime,
    bucket: Bucket,
    tz: ZoneInfo,
    *,
    limits: tuple[datetime | None, datetime | None, datetime],
) -> tuple[datetime, datetime]:
    """[start, end) snapped outwards to whole periods, then inwards to whole *closed* ones allowed.

    *limits*: start and end of what the agreement opens (None: open), and now. A period cut by the
    edge of what is opened, or not yet over, is left out: a running total polled every half-hour
    would be the load curve. Empty when the returned end is not after the start.
    """
    opened, closed, now = limits
    first, last = floor_period(start, bucket, tz), ceil_period(end, bucket, tz)
    if opened is not None:
        first = max(first, ceil_period(opened, bucket, tz))
    if closed is not None:
        last = min(last, floor_period(closed, bucket, tz))
    return first, min(last, floor_period(now, bucket, tz))


def buckets(
    start: datetime, end: datetime, bucket: Bucket, tz: ZoneInfo
) -> Iterator[tuple[datetime, datetime]]:
    """The civil periods of [start, end), which must lie on their bounds."""
    while start < end:
        after = ceil_period(start.fromtimestamp(start.timestamp() + 1, tz), bucket, tz)
        yield start, after
        start = after
