"""Periods that were told as one, held against a finer agreement that would open a part of them.

What is read later is null then (`storage.trust.agreements.splits`); what was told before stays
told. So the finer agreement must begin and end where such a period does.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

from synergie.calendar import ceil_period, floor_period, load_time_zone, period_bounds
from synergie.calendar.civil import Bucket
from synergie.errors import BadInput
from synergie.policy import Permit
from synergie.policy.readings.steps import FINEST_FIRST, is_finer
from synergie.policy.trust.openings import Opening, opening_of, opens_curves
from synergie.schemas.trust.agreement import Agreement
from synergie.storage.store import Session
from synergie.storage.trust.agreements.openings import (
    Curve,
    curves_opened,
    former_sites,
    names_used,
    other_agreements,
)

EXPECTED: dict[Bucket, str] = {
    "half_hour": "where a half-hour starts, as behind the arrow: another agreement told the whole "
    "of this one, and its rest would be known",
    "hour": "where an hour starts, as behind the arrow: another agreement told the whole of this "
    "one, and its rest would be known",
    "day": "where a day starts, as behind the arrow: another agreement told the whole of this one, "
    "and its rest would be known",
    "month": "where a month starts, as behind the arrow: another agreement told the whole of this "
    "one, and its rest would be known",
    "year": "where a year starts, as behind the arrow: another agreement told the whole of this "
    "one, and its rest would be known",
}
"""By the longest period that another agreement told."""


ZONED = (
    "points whose days begin alike in each of their series: sums of days that begin an hour apart "
    "tell hours. Declare the series in one zone, or leave the point out"
)


def hold_periods(permit: Permit, session: Session, body: Agreement) -> None:
    """BadInput at `/data_period/start` or `/end` when it lies inside a period that was told.

    Told, or closed and open to be: to any recipient of the same owner, for a curve that both
    cover, under an agreement that may have ended since. At `/selector` when days of one point
    would be told in two zones.
    """
    if not opens_curves(body.terms):
        return
    curves = curves_opened(permit, session, body)
    _hold_zones(body, curves)
    now = permit.decided_at
    some = other_agreements(permit, session, body) if curves else ()
    others = [_Other(one, opening_of(one, now)) for one in some if opens_curves(one.terms)]
    _Beside(permit, session, body, curves, others).hold()


def _hold_zones(body: Agreement, curves: Sequence[Curve]) -> None:
    """What is declared later is held by `_told_before`."""
    homes = body.terms.data_subject == "natural_person"
    zones: dict[str, str] = {}
    for one in curves:
        by_days = body.terms.granularity != "raw" or one.counts(everyone=homes)
        if by_days and one.is_there and zones.setdefault(one.point, one.zone) != one.zone:
            raise BadInput("/selector", one.point, ZONED)


class _Other(NamedTuple):
    """An agreement beside it, and what it opens or opened."""

    body: Agreement
    opening: Opening

    @property
    def counts_everyone(self) -> bool:
        """Whether every point counts as a person's in it."""
        return self.body.terms.data_subject == "natural_person"

    def was_disclosed(self, step: Bucket, edge: datetime, tz: ZoneInfo, now: datetime) -> bool:
        """Whether the period of *step* that holds *edge* was or may have been told."""
        return replace(self.opening, granularity=step).disclosed_period(edge, tz, now) is not None


@dataclass(frozen=True, slots=True)
class _Edge:
    """Where the data begin or end, inside a period of `step` of what is in one zone."""

    at: datetime
    step: Bucket
    tz: ZoneInfo

    def refusal(self, place: str) -> BadInput:
        snapped = ceil_period if place == "start" else floor_period
        better = snapped(self.at, self.step, self.tz)
        told = " → ".join(one.astimezone(self.tz).isoformat() for one in (self.at, better))
        return BadInput(f"/data_period/{place}", told, EXPECTED[self.step])


@dataclass(frozen=True)
class _Beside:
    """A version that is about to be signed, and the agreements of its owner beside it.

    Their dates are looked at first: of thousands, few told a period that an edge is inside of, and
    the points of those are asked for at once.
    """

    permit: Permit
    session: Session
    body: Agreement
    curves: Sequence[Curve]
    others: Sequence[_Other]

    def hold(self) -> None:
        """BadInput for the first edge of its data that is inside a period that was told."""
        for place in ("start", "end"):
            for edge in self._edges(place):
                told = self._disclosed_points(edge)
                if told - self._had(edge, told):
                    raise edge.refusal(place)

    def _edges(self, place: str) -> Iterator[_Edge]:
        """In each period that is longer than what it opens, and each zone; the longest first."""
        now, steps = self.permit.decided_at, EXPECTED.keys()
        longer = [step for step in steps if is_finer(self.body.terms.granularity, step)]
        zones = [load_time_zone(name) for name in sorted({one.zone for one in self.curves})]
        for step in sorted(longer, key=FINEST_FIRST.index, reverse=True):
            for tz in zones:
                mine = opening_of(self.body, now).in_whole_periods(tz)
                at: datetime | None = getattr(mine, place)
                if at is not None and (mine.end is None or mine.start < mine.end):
                    yield _Edge(at, step, tz)

    def _disclosed_points(self, edge: _Edge) -> frozenset[str]:
        """The points whose period around *edge* was told: of persons (FR-CURVE) by days, too."""
        now = self.permit.decided_at
        around = [one for one in self.others if one.was_disclosed(edge.step, edge.at, edge.tz, now)]
        asked = [one for one in around if one.opening.granularity == edge.step]
        found = self._named(asked, edge)
        finer = [one for one in around if is_finer(one.opening.granularity, edge.step)]
        for everyone in (False, True) if edge.step == "day" else ():
            some = [one for one in finer if one.counts_everyone == everyone]
            found |= self._named(some, edge, persons=everyone)
        return found

    def _had(self, edge: _Edge, points: frozenset[str]) -> frozenset[str]:
        """Those of *points* whose whole period its recipient reads as finely already."""
        terms, now = self.body.terms, self.permit.decided_at
        period = period_bounds(edge.at, edge.step, edge.tz)
        some = [
            one
            for one in self.others
            if one.body.terms.recipient == terms.recipient
            and one.opening.until is None
            and one.opening.since <= now
            and not is_finer(terms.granularity, one.opening.granularity)
            and one.opening.holds(*period)
        ]
        if some and is_finer(terms.granularity, "day"):
            homes = any(one.counts_everyone for one in some)
            points -= self._points(edge, persons=homes or terms.data_subject == "natural_person")
        used = self._used(some, self._names) if some and points else frozenset[str]()
        lacking = {
            one.point
            for one in self.curves
            if one.is_covered and used.isdisjoint((one.series, one.point, one.site))
        }
        return points - lacking

    def _named(
        self, some: Sequence[_Other], edge: _Edge, *, persons: bool | None = None
    ) -> frozenset[str]:
        """The points that one of *some* covers, or covered by a site of before."""
        if not some:
            return frozenset()
        names = self._names | self._former
        used = self._used(some, names)
        return self._points(edge, persons=persons) & {each for each, name in names if name in used}

    def _points(self, edge: _Edge, *, persons: bool | None) -> frozenset[str]:
        """Those that it covers in a zone; *persons*: of persons, where everyone is one or not."""
        return frozenset(
            one.point
            for one in self.curves
            if one.zone == edge.tz.key and (persons is None or one.counts(everyone=persons))
        )

    def _used(self, some: Sequence[_Other], names: set[tuple[str, str]]) -> frozenset[str]:
        told, bodies = {name for _, name in names}, [one.body for one in some]
        return names_used(self.permit, self.session, told, bodies)

    @cached_property
    def _names(self) -> set[tuple[str, str]]:
        """(Point, what it may be named by)."""
        each = ((one.point, name) for one in self.curves for name in (one.series, one.site))
        points = ((one.point, one.point) for one in self.curves)
        return {(point, name) for point, name in (*each, *points) if name is not None}

    @cached_property
    def _former(self) -> set[tuple[str, str]]:
        return former_sites(self.permit, self.session, self.body)
