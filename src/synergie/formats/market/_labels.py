"""Times of ENTSO-E's tables: an interval as text, in the zone that the header names."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from typing import Final, NamedTuple

from synergie.errors import BadInput
from synergie.formats._points import resolve_label_times
from synergie.formats.report import Report
from synergie.units import STEP_NAMES

ZONES: Final[dict[str, str]] = {
    "UTC": "UTC", "GMT": "UTC", "CET/CEST": "Europe/Paris", "CET": "Europe/Paris",
    "EET/EEST": "Europe/Helsinki", "EET": "Europe/Helsinki",
    "WET/WEST": "Europe/Lisbon", "WET": "Europe/Lisbon", "GMT/BST": "Europe/London",
}  # fmt: skip
"""What the header writes in brackets, and a zone of those clocks."""

_OFFSETS: Final[dict[str, int]] = {
    "UTC": 0, "GMT": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3,
}  # fmt: skip
_CLOCK = r"(\d{1,2}):(\d\d)(?::(\d\d)(?:\.0{1,6})?)?(?:\s*\(([A-Z]{3,4})\))?"
_EUROPEAN = re.compile(rf"(\d\d)[./](\d\d)[./](\d{{4}})\s+{_CLOCK}", re.ASCII)
_ISO = re.compile(rf"(\d{{4}})-(\d\d)-(\d\d)[T ]{_CLOCK}", re.ASCII)
_STAMP = "an interval as 25.10.2026 00:00 - 25.10.2026 01:00"
_EQUAL = "intervals of 1, 5, 10, 15, 30 or 60 minutes"


class Label(NamedTuple):
    """The start of a row's interval, and how long the text says it is."""

    naive: datetime
    epoch: int | None
    """Epoch seconds when the label bears its own mark (CET, CEST). None: the zone tells."""
    seconds: int | None
    """None: the row tells only its start, or the clocks change within it."""


def label_of(text: str, where: str) -> Label:
    """The interval that *text* tells; a start alone will do. BadInput at *where*."""
    first, dash, second = text.strip().partition(" - ")
    start, mark = _parse_label_time(first, text, where)
    offset = None if mark is None else timezone(timedelta(hours=_OFFSETS[mark]))
    epoch = None if offset is None else int(start.replace(tzinfo=offset).timestamp())
    if not dash:
        return Label(start, epoch, None)
    seconds = int((_parse_label_time(second, text, where)[0] - start).total_seconds())
    return Label(start, epoch, seconds if seconds in STEP_NAMES else None)


def _parse_label_time(part: str, text: str, where: str) -> tuple[datetime, str | None]:
    found = _EUROPEAN.fullmatch(part.strip())
    if found is not None:
        day, month, year = found.group(1, 2, 3)
    elif (found := _ISO.fullmatch(part.strip())) is not None:
        year, month, day = found.group(1, 2, 3)
    else:
        raise BadInput(where, text, _STAMP)
    hour, minute, second, mark = found.group(4, 5, 6, 7)
    if mark is not None and mark not in _OFFSETS:
        raise BadInput(where, text, _STAMP)
    try:
        moment = datetime.fromisoformat(
            f"{year}-{month}-{day}T{hour:0>2}:{minute}:{second or '00'}"
        )
        moment.replace(tzinfo=UTC).timestamp()
    except (ValueError, OverflowError) as error:
        raise BadInput(where, text, _STAMP) from error
    return moment, mark


def resolve_market_labels(
    labels: Sequence[Label], lines: Sequence[int], time_zone: str, report: Report
) -> list[int | None]:
    """Epoch seconds of each start; None where it was refused.

    Labels without a mark are told apart by their order in the hour that comes twice.
    """
    bare = [i for i, label in enumerate(labels) if label.epoch is None]
    naive = [labels[i].naive for i in bare]
    found = resolve_label_times(naive, [lines[i] for i in bare], time_zone, report)
    out = [label.epoch for label in labels]
    for i, epoch in zip(bare, found, strict=True):
        out[i] = epoch
    return out


def compute_label_lengths(labels: Sequence[Label], where: str) -> list[int]:
    """The step of each row, seconds; where the text does not tell it, the usual one.

    BadInput at *where* when no row tells any: the difference of the starts would be a guess.
    """
    usual = Counter(label.seconds for label in labels if label.seconds is not None)
    if not usual:
        if len(labels) > 1:
            apart = (b.naive - a.naive for a, b in pairwise(labels))
            step = Counter(int(one.total_seconds()) for one in apart).most_common(1)[0][0]
            if step in STEP_NAMES:
                return [step] * len(labels)
        raise BadInput(where, labels[0].naive.isoformat(" "), _EQUAL)
    main = usual.most_common(1)[0][0]
    return [label.seconds or main for label in labels]
