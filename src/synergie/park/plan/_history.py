"""Since when each lamp is there, as work orders tell."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from synergie.park.plan._assets import Assets, Key
from synergie.park.plan._moments import convert_to_day
from synergie.park.plan._watch import Watch
from synergie.park.plan._works import Work, renewed_by


class History(NamedTuple):
    """What work orders tell of lamps."""

    renewed: Mapping[Key, date]
    """The day each light point last got a new lamp or gear."""
    since: Mapping[str, date]
    """The day from which each owner keeps tickets: that of its first fault that others follow."""

    def born(self, key: Key, installed: date | None, today: date) -> tuple[date | None, bool]:
        """Since when a lamp is there, and whether that is of the lamp and not of the luminaire."""
        renewed = self.renewed.get(key)
        first = installed if installed is not None and installed <= today else None
        if renewed is not None and (first is None or renewed >= first):
            return renewed, True
        return first, first is not None and first >= self.since.get(key[0], date.max)


def build_history(
    found: Sequence[Work], assets: Assets, tz: ZoneInfo, held: Mapping[str, Watch]
) -> History:
    """What the works *found* tell of lamps, while they were *held*."""
    since = {owner: convert_to_day(watch.begins, tz) for owner, watch in held.items()}
    return History(_find_renewal_days(found, assets, tz), since)


def _find_renewal_days(found: Iterable[Work], assets: Assets, tz: ZoneInfo) -> dict[Key, date]:
    days: dict[Key, date] = {}
    for work in found:
        if work.done_at is None or work.named is None or work.record.done_at is None:
            continue
        on = convert_to_day(work.record.done_at, tz)
        for key in renewed_by(work, work.named, assets):
            days[key] = max(on, days.get(key, on))
    return days
