"""Periods that were told as one, held against a finer agreement that would open a part of them.

What is read later is null then (`storage._splits`); what was told before stays told. So the finer
agreement must begin and end where such a period does.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from synergie.calendar import ceil_period, floor_period, zone
from synergie.calendar.civil import Bucket
from synergie.errors import BadInput
from synergie.policy import Permit
from synergie.policy.openings import Opening, opening_of, opens_curves
from synergie.policy.steps import FINEST_FIRST, is_finer
from synergie.schemas.agreement import Agreement
from synergie.storage.openings import Curves, curves_opened, other_agreements
from synergie.storage.store import Session

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


def hold_periods(permit: Permit, session: Session, body: Agreement) -> None:
    """BadInput at `/data_period/start` or `/end` when it lies inside a period that was told.

    Told, or closed and open to be: to any recipient of the same owner, for a curve that both
    cover, under an agreement that may have ended since.
    """
    if not opens_curves(body.terms):
        return
    now = permit.decided_at
    some = other_agreements(permit, session, body)
    others = [_Other(one, opening_of(one, now)) for one in some if opens_curves(one.terms)]
    if others:
        _Beside(permit, session, body, others).hold()


class _Other(NamedTuple):
    """An agreement beside it, and what it opens or opened."""

    body: Agreement
    opening: Opening

    def told(self) -> Iterator[tuple[Bucket, bool]]:
        """The periods that were told, and whether of persons only (FR-CURVE: by the day)."""
        step = self.opening.granularity
        if step != "raw":
            yield step, False
        if is_finer(step, "day"):
            yield "day", True


class _Cut(NamedTuple):
    """A period that was told, which an edge is inside of."""

    step: Bucket
    tz: ZoneInfo
    edge: datetime


@dataclass(frozen=True)
class _Beside:
    """A version that is about to be signed, and the agreements of its owner beside it."""

    permit: Permit
    session: Session
    body: Agreement
    others: Sequence[_Other]
    _known: dict[tuple[str, int, bool], Curves] = field(default_factory=dict)

    def hold(self) -> None:
        """BadInput for the first edge of its data that is inside a period that was told."""
        for place in ("start", "end"):
            cut = max(self._cuts(place), key=lambda one: FINEST_FIRST.index(one.step), default=None)
            if cut is None:
                continue
            snapped = ceil_period if place == "start" else floor_period
            better = snapped(cut.edge, cut.step, cut.tz)
            told = " → ".join(one.astimezone(cut.tz).isoformat() for one in (cut.edge, better))
            raise BadInput(f"/data_period/{place}", told, EXPECTED[cut.step])

    def _curves(self, body: Agreement, *, persons_only: bool = False) -> Curves:
        """What *body* covers; 20,000 points cost a tenth of a second, so each is looked up once."""
        key = body.id, body.version, persons_only
        if key not in self._known:
            self._known[key] = curves_opened(
                self.permit, self.session, body, persons_only=persons_only
            )
        return self._known[key]

    def _cuts(self, place: str) -> Iterator[_Cut]:
        now, step = self.permit.decided_at, self.body.terms.granularity
        for name in sorted({name for _, name in self._curves(self.body)}):
            tz = zone(name)
            mine = opening_of(self.body, now).in_whole_periods(tz)
            edge: datetime | None = getattr(mine, place)
            if edge is None or (mine.end is not None and mine.end <= mine.start):
                continue
            for other in self.others:
                for told, persons in other.told():
                    period = replace(other.opening, granularity=told).told(edge, tz, now)
                    if period is None or not is_finer(step, told):
                        continue
                    both = self._shared(other, name, persons=persons)
                    if both and not self._has_all(both, period):
                        yield _Cut(told, tz, edge)

    def _shared(self, other: _Other, name: str, *, persons: bool) -> Curves:
        """The curves of the zone *name* that both cover."""
        mine = self._curves(self.body, persons_only=persons)
        theirs = self._curves(other.body, persons_only=persons) if mine else mine
        return frozenset(one for one in mine & theirs if one[1] == name)

    def _has_all(self, curves: Curves, period: tuple[datetime, datetime]) -> bool:
        """Whether its recipient reads all of *period* of *curves* as finely already."""
        terms = self.body.terms
        if is_finer(terms.granularity, "day") and curves & self._curves(
            self.body, persons_only=True
        ):
            return False
        return any(
            other.body.terms.recipient == terms.recipient
            and other.opening.until is None
            and not is_finer(terms.granularity, other.opening.granularity)
            and other.opening.holds(*period)
            and curves <= self._curves(other.body)
            for other in self.others
        )
