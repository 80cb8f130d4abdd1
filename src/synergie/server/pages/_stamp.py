"""A moment in the cell of a table: short, and to the minute."""

from datetime import datetime

from synergie.calendar import zone
from synergie.reports.french import hour
from synergie.server.pages.visit import Visit
from synergie.server.pages.words import PARIS, short_date


def stamp(visit: Visit, at: datetime) -> str:
    """24/11/2026, 14 h 30 in French; 24 Nov 2026, 14:30 in English; in Paris."""
    tz = zone(PARIS)
    told = hour(at, tz) if visit.lang == "fr" else f"{at.astimezone(tz):%H:%M}"
    return f"{short_date(visit.lang, at)}, {told}"
