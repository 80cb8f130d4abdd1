"""Hours in which nobody is disturbed."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from synergie.calendar.civil import load_time_zone

_SPAN = re.compile(r"((?:[01]\d|2[0-3]):[0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From one time of each day to another, over midnight where the second is not the later."""

    begins: time
    ends: time
    zone: ZoneInfo

    @classmethod
    def parse(cls, text: str, zone: str = "Europe/Paris") -> Self | None:
        """*text* as `20:00-07:00`; None when it is empty. ValueError: it is something else."""
        if not text:
            return None
        found = _SPAN.fullmatch(text)
        if found is None or found[1] == found[2]:
            raise ValueError("two times of day, as 20:00-07:00")
        begins, ends = (time.fromisoformat(one) for one in found.groups())
        return cls(begins, ends, load_time_zone(zone))

    def find_span(self, now: datetime) -> tuple[datetime, datetime] | None:
        """The quiet hours that *now* lies in; None: it lies in none."""
        today = now.astimezone(self.zone).date()
        for day in (today, today - timedelta(days=1)):
            last = day + timedelta(days=self.ends <= self.begins)
            starts, ends = (
                datetime.combine(*one, self.zone).astimezone(UTC)
                for one in ((day, self.begins), (last, self.ends))
            )
            if starts <= now < ends:
                return starts, ends
        return None
