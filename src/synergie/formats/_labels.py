"""Local times without offset: which of the two hours of October each one is."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from synergie.calendar import resolve_labels


def told_apart(labels: Sequence[datetime], tz: ZoneInfo) -> Sequence[tuple[datetime | None, str]]:
    """The instant of each naive local label of one series, in file order, and its verdict.

    A file from the first time to the last, or from the last to the first, tells the hour that
    comes twice apart; in any other order that hour is `ambiguous` (formats.md §2.1).
    """
    if in_order(labels, tz):
        return resolve_labels(labels, tz)
    back = labels[::-1]
    if in_order(back, tz):
        return resolve_labels(back, tz)[::-1]
    return [
        (None, "ambiguous") if moment is not None and _twice(label, tz) else (moment, verdict)
        for label, (moment, verdict) in zip(labels, resolve_labels(labels, tz), strict=True)
    ]


def in_order(labels: Sequence[datetime], tz: ZoneInfo) -> bool:
    """Whether naive local *labels* go forward, but for a step back into the hour that comes twice.

    Short steps back elsewhere are no clock change: a file that goes backwards is made of them.
    """
    back: set[date] = set()
    for a, b in pairwise(labels):
        if b >= a:
            continue
        if a - b > timedelta(hours=1) or b.date() in back or not _twice(b, tz):
            return False
        back.add(b.date())
    return True


def _twice(label: datetime, tz: ZoneInfo) -> bool:
    early, late = (label.replace(tzinfo=tz, fold=fold).utcoffset() for fold in (0, 1))
    return early != late
