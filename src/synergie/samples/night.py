"""When lamps are lit: five-minute steps of one year of the Bassin de Pompey.

A lamp is lit while the sun is lower than -3 degrees at Pompey: 4,109 h in 2025, where Grenoble's
meters counted 4,139 h a year. A programmable cabinet may be off from 00:00 to 05:30 local time, as
most streets of the territory have been since 23 May 2022.
"""

from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from synergie.calendar import compute_altitude, load_time_zone

LONGITUDE, LATITUDE = 6.13, 48.77
"""Pompey, the place whose sun the whole territory follows."""
THRESHOLD = -3.0
"""Altitude of the sun under which lamps are lit, degrees."""
SWITCH_OFF = (time(0, 0), time(5, 30))
"""Local hours without light where a cabinet is off for part of the night, half-open."""
SAMPLE_S = 300
"""Seconds between two looks at the sun."""


def load_paris_zone() -> ZoneInfo:
    """The zone of the territory."""
    return load_time_zone("Europe/Paris")


def year_bounds(year: int) -> tuple[datetime, datetime]:
    """Start and end of the civil year, UTC, half-open."""
    tz = load_paris_zone()
    first, last = (datetime(y, 1, 1, tzinfo=tz).astimezone(UTC) for y in (year, year + 1))
    return first, last


@lru_cache(maxsize=8)
def compute_lit_year(year: int, *, part_night: bool = False) -> bytes:
    """One byte each five minutes of the civil *year*: 1 when lamps are lit, else 0.

    *part_night*: the cabinet is off from 00:00 to 05:30 local time.
    """
    if not part_night:
        return bytes(_is_dark(moment) for moment in _list_sample_moments(year))
    tz = load_paris_zone()
    return bytes(
        1 if on and not _is_off(moment, tz) else 0
        for on, moment in zip(compute_lit_year(year), _list_sample_moments(year), strict=True)
    )


@lru_cache(maxsize=8)
def lit_samples(year: int, step_s: int, *, part_night: bool = False) -> tuple[int, ...]:
    """How many five-minute samples are lit in each step of *step_s* seconds of the *year*."""
    row, n = compute_lit_year(year, part_night=part_night), step_s // SAMPLE_S
    return tuple(sum(row[i : i + n]) for i in range(0, len(row), n))


def burn_hours(year: int, *, part_night: bool = False) -> float:
    """Hours of light in the *year*: 4,109 for 2025 all night, 2,108 with the switch-off."""
    return sum(compute_lit_year(year, part_night=part_night)) * SAMPLE_S / 3600


def _list_sample_moments(year: int) -> list[datetime]:
    start, end = year_bounds(year)
    return [start + timedelta(seconds=s) for s in range(0, int((end - start).total_seconds()), 300)]


def _is_dark(moment: datetime) -> int:
    return 1 if compute_altitude(moment, LONGITUDE, LATITUDE) < THRESHOLD else 0


def _is_off(moment: datetime, tz: ZoneInfo) -> bool:
    start, end = SWITCH_OFF
    return start <= moment.astimezone(tz).time() < end
