"""What an owner declares anew of a point, held against the periods of it that were told."""

from collections.abc import Mapping

from synergie.errors import BadInput
from synergie.policy import Permit
from synergie.policy.readings.steps import is_finer
from synergie.policy.trust.openings import Opening
from synergie.storage.store import Session
from synergie.storage.trust.agreements.openings import (
    openings_of,
    sites_agreed_on,
    sites_of,
    zones_of,
)

PLACED = (
    "another site: an agreement opens a part of a period of what is on this one, and another one "
    "told the whole of it"
)
ZONED = (
    "the zone of before: agreements told sums of its days, and days that begin an hour apart tell "
    "hours"
)


def hold_moves(
    permit: Permit, session: Session, points: Mapping[str, int], was: Mapping[str, str | None]
) -> None:
    """BadInput at the item of a point that moves to where a part of a told period is open.

    *points*: what the bearer has just declared, with its place in the batch; *was*: the sites of
    those that were known, before.
    """
    now, sites = permit.decided_at, sites_of(permit, session, was)
    moved = {point: site for point, site in sites.items() if site and site != was[point]}
    agreed = sites_agreed_on(permit, session, set(moved.values()))
    some = [point for point, site in moved.items() if site in agreed]
    for point, series, found in openings_of(permit, session, some):
        there = [one for one in found if one.subject == moved[point] and _may_open(one.opening)]
        for finer in (one.opening.in_whole_periods(series.tz) for one in there):
            edges = [edge for edge in (finer.start, finer.end) if edge is not None]
            told = [
                edge
                for one in found
                if is_finer(finer.granularity, one.opening.granularity)
                for edge in edges
                if one.opening.disclosed_period(edge, series.tz, now)
            ]
            if told:
                raise BadInput(f"/items/{points[point]}/site", told[0].isoformat(), PLACED)


def _may_open(one: Opening) -> bool:
    """Whether it opens what is there, or may again: one that is suspended may be resumed."""
    return one.until is None or one.is_live


def hold_zones(
    permit: Permit, session: Session, series: Mapping[str, int], was: Mapping[str, str]
) -> None:
    """BadInput at the item of a series whose days begin otherwise than those that were told.

    *series*: what the bearer has just declared, with its place in the batch; *was*: the zones of
    those that were known, before. Another series of the same point counts: it tells the same.
    """
    zones = zones_of(permit, session, series)
    several = {
        point: name
        for name, (point, some) in zones.items()
        if len(some | {was.get(name, next(iter(some)))}) > 1
    }
    for point, one, found in openings_of(permit, session, several):
        if any(each.opening.granularity != "raw" for each in found):
            place = series[several[point]]
            raise BadInput(f"/items/{place}/time_zone", one.tz.key, ZONED)
