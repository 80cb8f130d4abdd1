"""Between which moments tickets were kept, whatever a few wrong dates say."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from synergie.park.plan._works import Work

SILENCE = timedelta(days=90)
"""Days without a fault that are no sign of anything."""
GAPS = 10
"""Times the mean time between faults above which a silence is no chance: e^-10 if by chance."""
_TOLD, _LEAST, _SHARE = 10, 3, 50


class Watch(NamedTuple):
    """When the tickets of an owner tell what failed."""

    begins: datetime
    """Since its first fault that others follow."""
    ends: datetime
    """Until its last fault when a long silence follows it, else until the moment asked for."""
    is_over: bool
    """Whether a long silence follows the last one."""


def find_owner_watches(found: Iterable[Work], until: datetime) -> Mapping[str, Watch]:
    """The watch of each owner with faults reported until *until*."""
    times = defaultdict[str, list[datetime]](list)
    for work in found:
        if work.is_fault and work.reported_at is not None and work.reported_at <= until:
            times[work.owned.organisation].append(work.reported_at)
    return {owner: _build_watch(sorted(mine), until) for owner, mine in times.items()}


def _build_watch(times: Sequence[datetime], until: datetime) -> Watch:
    first = _count_stray_faults(times)
    kept = times[first:]
    is_over = len(kept) >= _TOLD and until - kept[-1] > _compute_longest_silence(kept)
    return Watch(kept[0], kept[-1] if is_over else until, is_over)


def _count_stray_faults(times: Sequence[datetime]) -> int:
    """How many of the first faults stand alone, long before the others: dates that are wrong."""
    most = min(max(_LEAST, len(times) // _SHARE), len(times) - _TOLD)
    for skipped in range(most, 0, -1):
        if times[skipped] - times[skipped - 1] > _compute_longest_silence(times[skipped:]):
            return skipped
    return 0


def _compute_longest_silence(times: Sequence[datetime]) -> timedelta:
    """How long no fault may be reported before that tells something."""
    return max(SILENCE, GAPS * (times[-1] - times[0]) / max(len(times) - 1, 1))
