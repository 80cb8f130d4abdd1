"""The line of freshness at the foot of each page."""

from datetime import datetime

from synergie.reports.readings.digest_words import fresh_line
from synergie.server.house import Services
from synergie.server.pages.visit import Visit, Visitor
from synergie.server.pages.words import Lang


def freshness_line(house: Services, visitor: Visitor, now: datetime, lang: Lang = "fr") -> str:
    """How many of the visitor's own series are up to date now, and when the last file came."""
    tally, received_at = house.readings.mornings.tally(visitor.principal, now=now)
    return fresh_line(lang, tally, received_at)


def describe_visit_freshness(visit: Visit) -> str:
    """The same for *visit*; empty where nobody is logged in."""
    if visit.visitor is None or not visit.may("freshness:read"):
        return ""
    return freshness_line(visit.services, visit.visitor, visit.now, visit.lang)
