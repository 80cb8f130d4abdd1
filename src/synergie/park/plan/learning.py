"""Failure models learned from closed fault tickets, where there are enough of them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import itemgetter
from typing import NamedTuple

import numpy as np

from synergie.park.plan import _text
from synergie.park.plan import models as failure_models
from synergie.park.plan._aside import Aside
from synergie.park.plan._assets import Assets, Key, Point
from synergie.park.plan._faults import is_of_lamp
from synergie.park.plan._lamps import Schedules
from synergie.park.plan._moments import convert_to_instant
from synergie.park.plan._sites import drop_duplicate_records, select_standing_points
from synergie.park.plan._watch import find_owner_watches
from synergie.park.plan._weibull import Fit, Lives, fit_exponential, fit_weibull
from synergie.park.plan._works import Work, renewed_by, select_works
from synergie.park.plan.models import SERVICE_HOURS, YEAR_HOURS, What
from synergie.park.plan.night import NightHours
from synergie.park.plan.owned import Owned
from synergie.park.records.park import FailureModel, Interval
from synergie.schemas.assets.location import Location
from synergie.schemas.assets.work_order import WorkOrder

ENOUGH = 20
"""Failures from which a model is learned; with fewer it stays assumed."""
FEW = 50
"""Failures below which a shape that may be 1 is taken to be 1."""


def learn(
    light_points: Sequence[Point], work_orders: Sequence[Owned[WorkOrder]], *,
    until: datetime, night: NightHours | None = None,
) -> tuple[FailureModel, ...]:  # fmt: skip
    """The models of each kind, learned where `ENOUGH` failed before *until* (aware), else assumed.

    A kind without either has no model: unknown. Rows that `state` sets aside are passed over.
    """
    aside, schedules = Aside(), Schedules(night or NightHours(), until)
    points = list(
        select_standing_points(drop_duplicate_records(light_points, aside), schedules.today, aside)
    )
    assets = Assets.of((), points)
    done = select_works(work_orders, assets, as_of=until, tz=schedules.tz, aside=aside)
    lives = lamp_lives(points, done, assets, schedules)
    lives["cabinet"] = cabinet_lives(done, assets, until)
    held = failure_models.index_models_by_kind(failure_models.assumed())
    asked = sorted(held.keys() | lives.keys())
    found = (_fit_failure_model(what, lives.get(what), held.get(what)) for what in asked)
    return tuple(model for model in found if model is not None)


def learned_from(what: What, lives: Lives) -> FailureModel:
    """The model of *lives*, hours: exponential when few failed and the shape may be 1."""
    law = fit_weibull(lives)
    shapes = Interval(low=law.shape_interval[0], high=law.shape_interval[1])
    if lives.failures < FEW and shapes.low <= 1 <= shapes.high:
        law = fit_exponential(lives)
    return _build_failure_model(what, law, lives.failures, shapes)


def _fit_failure_model(
    what: What, lives: Lives | None, held: FailureModel | None
) -> FailureModel | None:
    """The learned model; with too few failures the assumed one, which says how many are missing."""
    failures = 0 if lives is None else lives.failures
    if lives is None or failures < ENOUGH:
        missing = {"failures_missing": ENOUGH - failures}
        return None if held is None else held.model_copy(update=missing)
    if what == "cabinet":
        return _build_failure_model(what, fit_exponential(lives), lives.failures, None)
    return learned_from(what, lives)


def _build_failure_model(
    what: What, law: Fit, failures: int, shapes: Interval | None
) -> FailureModel:
    return FailureModel(
        technology=what,
        shape=law.shape,
        scale_hours=law.scale,
        shape_interval=shapes,
        scale_interval=Interval(low=law.scale_interval[0], high=law.scale_interval[1]),
        failures=failures,
        source=_text.LEARNED,
    )


# Lives of lamps as tickets show them: since when each is watched, until when, how it ended.
#
# An owner is watched from its first fault on, until its last one when a long silence follows. A
# lamp that was there before is taken to be the first one of its luminaire only up to
# `models.SERVICE_HOURS`; later lamps of the same place always count.

_HOUR_S = 3600
_SAME_LAMP, _SAME_CABINET = timedelta(days=7), timedelta(days=1)
"""Time after a repair in which a report tells of the same fault: late, or mended badly."""


class _Event(NamedTuple):
    """Something that ends the life of a lamp."""

    at: datetime
    """When it failed, or was changed."""
    mended_at: datetime | None
    """Since when another lamp is there. None: not yet."""
    failed: bool
    """False: it was changed before it failed."""


@dataclass(slots=True)
class _KindLives:
    """The lives of one kind, hours."""

    entry: list[float] = field(default_factory=list)
    exit: list[float] = field(default_factory=list)
    failed: list[bool] = field(default_factory=list)

    def add(self, lives: Iterable[tuple[float, float, bool]]) -> None:
        """More of them: entry, exit, whether it failed."""
        for entry, ends, failed in lives:
            self.entry.append(entry)
            self.exit.append(ends)
            self.failed.append(failed)

    def lives(self) -> Lives:
        """The lives as arrays."""
        failed = np.array(self.failed, np.bool_)
        return Lives(np.array(self.entry), np.array(self.exit), failed)


def lamp_lives(
    points: Sequence[Point], works: Sequence[Work], assets: Assets, schedules: Schedules
) -> dict[What, Lives]:
    """The lives of the lamps of *points* by kind, until the moment of *schedules*."""
    held, events, places = (
        find_owner_watches(works, schedules.as_of),
        _group_events_by_asset(works, assets),
        _build_place_finder(points),
    )
    seen = defaultdict[What, _KindLives](_KindLives)
    for one in points:
        key, kind = (one.organisation, one.record.external_id), one.record.source_type
        place, watch = places(one), held.get(one.organisation)
        if kind is None or place is None or watch is None:
            continue
        pace = schedules.hours(one, place) / YEAR_HOURS
        limit = SERVICE_HOURS.get(kind)
        story = _Story(watch.begins, watch.ends, pace, limit, _SAME_LAMP)
        born = one.record.installed_on
        first = None if born is None else convert_to_instant(born, schedules.tz)
        mine = sorted(events.get(key, ()), key=itemgetter(0))
        seen[kind].add(story.lives(first, mine))
    return {kind: one.lives() for kind, one in seen.items()}


def cabinet_lives(works: Iterable[Work], assets: Assets, until: datetime) -> Lives:
    """Calendar hours from each fault of a cabinet to the next; their ages are not known."""
    works = list(works)
    held, faults = find_owner_watches(works, until), _cabinet_faults(works)
    seen = _KindLives()
    for key in sorted(assets.of_cabinet):
        if (watch := held.get(key[0])) is not None:
            story = _Story(watch.begins, watch.ends, 1.0, None, _SAME_CABINET)
            events = sorted(faults.get(key, ()), key=itemgetter(0))
            seen.add(story.lives(watch.begins, events))
    return seen.lives()


@dataclass(frozen=True, slots=True)
class _Story:
    """The lamps that followed each other at one place."""

    begins: datetime
    ends: datetime
    pace: float
    """Hours of light a calendar hour."""
    limit: float | None
    """Hours up to which a lamp that was there before is taken to be the first one."""
    same: timedelta
    """Time after a repair in which a report tells of the same fault."""

    def lives(
        self, born: datetime | None, events: Iterable[_Event]
    ) -> Iterator[tuple[float, float, bool]]:
        """Entry, exit, whether it failed.

        A fault of a lamp that is out already is passed over, and one that is told just after its
        repair; the last repair of them begins the next life.
        """
        since, late = born, timedelta()
        for event in events:
            if event.at > self.ends:
                break
            if since is not None and event.at <= since + late:
                since = max(since, event.mended_at or since)
                continue
            yield from self._life(since, event.at, failed=event.failed)
            since, late = event.mended_at, self.same if event.failed else timedelta()
        yield from self._life(since, self.ends, failed=False)

    def _life(
        self, born: datetime | None, ended: datetime, *, failed: bool
    ) -> Iterator[tuple[float, float, bool]]:
        if born is None or ended <= max(born, self.begins):
            return
        entry = self._hours(born, self.begins)
        if self.limit is None or entry <= self.limit:
            yield entry, self._hours(born, ended), failed

    def _hours(self, born: datetime, at: datetime) -> float:
        return max((at - born).total_seconds() / _HOUR_S * self.pace, 0.0)


def _build_place_finder(points: Iterable[Point]) -> Callable[[Point], Location | None]:
    """Where a light point stands: told, or as another of its cabinet, or of its owner."""
    near: dict[tuple[str, str | None], Location] = {}
    for one in points:
        if one.record.location is not None:
            near.setdefault((one.organisation, one.record.cabinet), one.record.location)
            near.setdefault((one.organisation, None), one.record.location)

    def place(one: Point) -> Location | None:
        owner, record = one.organisation, one.record
        return record.location or near.get((owner, record.cabinet)) or near.get((owner, None))

    return place


def _group_events_by_asset(works: Iterable[Work], assets: Assets) -> Mapping[Key, list[_Event]]:
    found = defaultdict[Key, list[_Event]](list)
    for work in works:
        named, done = work.named, work.done_at
        if named is None:
            continue
        failed = work.is_fault and named.kind == "light_point" and is_of_lamp(work.record)
        at = work.reported_at or done
        if failed and at is not None:
            found[named.key].append(_Event(at, done, failed=True))
        elif done is not None:
            for key in renewed_by(work, named, assets):
                found[key].append(_Event(done, done, failed=False))
    return found


def _cabinet_faults(works: Iterable[Work]) -> Mapping[Key, list[_Event]]:
    found = defaultdict[Key, list[_Event]](list)
    for work in works:
        at = work.reported_at or work.done_at
        if work.named is None or work.named.kind != "cabinet" or at is None:
            continue
        if work.is_fault and work.fault.severity == "street":
            found[work.named.key].append(_Event(at, work.done_at, failed=True))
    return found
