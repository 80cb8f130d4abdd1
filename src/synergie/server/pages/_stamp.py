"""A moment in the cell of a table: short, and to the minute."""

from datetime import datetime

from synergie.calendar import load_time_zone
from synergie.reports.french import format_hour
from synergie.server.pages.visit import Visit
from synergie.server.pages.words import PARIS, short_date


def format_visit_moment(visit: Visit, at: datetime) -> str:
    """24/11/2026, 14 h 30 in French; 24 Nov 2026, 14:30 in English; in Paris."""
    tz = load_time_zone(PARIS)
    told = format_hour(at, tz) if visit.lang == "fr" else f"{at.astimezone(tz):%H:%M}"
    return f"{short_date(visit.lang, at)}, {told}"
