"""A plan in an instant, whatever the year: visits fitted one by one, then some taken out again.

No model is built, so that there is a plan however large the year, whatever its crews may do and
however many neighbours share days. Each visit goes where it costs least: hours left of days that
are sent, a day of a neighbour shared, a day more. Those with the fewest crew-days to choose from
go first; one that finds no place puts another out, or begins the next try.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf
from typing import Any

from synergie.maintenance.plan.year._decisions import Decisions
from synergie.maintenance.plan.year._split import cut_shared_days
from synergie.maintenance.plan.year._year import (
    Year,
    compute_crew_need,
    count_weeks_late,
    format_visit_key,
    has_able_crews,
)
from synergie.maintenance.records.maintenance import Visit

type Weeks = Mapping[str, int]
type Allowed = Callable[[str, int, Weeks], bool]
"""Whether a visit may be in a week, given the weeks of others (rules of one's own)."""
type _Place = tuple[str, int]
"""A zone in a week."""
type _Ticks = Mapping[int, int]
"""By depot."""

_TRIES = 12
_KICKS = 200
"""Kicks a visit, at most."""
_IDLE = 10
"""Kicks a visit without gain after which no more are tried."""
_MOST_OUT = 12
"""Visits that a kick takes out."""
_NEAR = 8
"""Weeks from a place in which visits of its zone may be taken out with it."""
_HALF = 0.5
_LOOK = 1_000
"""Visits that are put out in turn for one that finds no place."""
_SMALL = 1e-6
_MISSING = object()


def fit_visits(
    year: Year,
    over: Callable[[], bool],
    allowed: Allowed | None = None,
    *,
    seed: int = 0,
    hopeless: Callable[[], bool] | None = None,
) -> Decisions | None:
    """A plan of whole and shared days, bettered by kicks until *over*. None: none was found.

    The first try is made whatever *over* says, and moves others until *hopeless* (None: always);
    further tries until *hopeless* (None: until *over*). Equal inputs give equal plans when neither
    ever ends it.
    """
    chance = random.Random(seed)  # noqa: S311 (a draw that must repeat, not a secret)
    draft, first = None, list[int]()
    for _ in range(_TRIES):
        draft = _Draft(year, allowed)
        rest = sorted(set(range(len(year.visits))) - set(first), key=draft.rarity)
        missed = draft.fit([*first, *rest], hopeless)
        if not missed:
            break
        first = [*missed, *(i for i in first if i not in missed)]
        draft = None
        if (hopeless or over)():
            return None
    if draft is None:
        return None
    zones, n = defaultdict(list), len(year.visits)
    for i, visit in enumerate(year.visits):
        zones[visit.zone].append(i)
    idle = 0
    for _ in range(_KICKS * n):
        if over() or idle > _IDLE * n:
            break
        before = draft.total["eur"]
        draft.kick(zones, chance)
        idle = 0 if draft.total["eur"] < before - _SMALL else idle + 1
    return draft.decide()


def _list_visit_weights(year: Year, visit: Visit) -> list[tuple[int, float, int]]:
    """Week, EUR and light-point-weeks late of a visit, the cheapest week first."""
    weeks = ((week, eur, count_weeks_late(visit, week)) for week, eur in year.list_weights(visit))
    return sorted(weeks, key=lambda one: one[1])


@dataclass(frozen=True, slots=True)
class _Offer:
    """Where a visit may go: what it costs, the hours it takes, what is sent for it."""

    cost: float
    week: int
    spare: _Ticks
    """Ticks that remain there."""
    days: _Ticks
    """Whole days more."""
    shared: int | None = None
    """The day that a neighbour then shares."""


class _Draft:
    """A plan in the making; every change of it can be taken back."""

    def __init__(self, year: Year, allowed: Allowed | None) -> None:
        self.year, self.allowed = year, allowed
        self.names = [format_visit_key(visit) for visit in year.visits]
        self.ticks = [year.ticks(visit) for visit in year.visits]
        number = {depot.id: d for d, depot in enumerate(year.depots)}
        needs = [compute_crew_need(visit) for visit in year.visits]
        able = {
            need: [d for d, depot in enumerate(year.depots) if has_able_crews(depot, need)]
            for need in set(needs)
        }
        self.able = [able[need] for need in needs]
        self.breadth = [sum(d in some for some in able.values()) for d in number.values()]
        self.costs: dict[str, dict[int, float]] = defaultdict(dict)
        self.ways: dict[tuple[str, int], int] = {}
        for n, way in enumerate(year.ways):
            self.costs[way.ticks[0][0]][number[way.depot]] = float(way.cost)
            self.ways[way.ticks[0][0], number[way.depot]] = n
        self.pairs: dict[str, list[tuple[int, str, int]]] = defaultdict(list)
        for m, day in enumerate(year.shared):
            for zone, other in ((day.first, day.second), (day.second, day.first)):
                self.pairs[zone].append((number[day.depot], other, m))
        self.weights = [_list_visit_weights(year, visit) for visit in year.visits]
        self.left = [dict(enumerate(depot.crew_days)) for depot in year.depots]
        self.sent: dict[_Place, _Ticks] = {}
        self.spare: dict[_Place, _Ticks] = {}
        self.extra: dict[_Place, _Ticks] = {}
        self.inside: dict[_Place, tuple[int, ...]] = {}
        self.shared: dict[tuple[int, int], int] = {}
        self.late: dict[str, int] = {}
        self.week: dict[str, int] = {}
        self.total = {"eur": 0.0}
        self.log: list[tuple[dict[Any, Any], object, object]] = []

    def rarity(self, i: int) -> tuple[float, int]:
        """Crew-days that may do it by its hours: the fewest first."""
        zone = self.year.visits[i].zone
        rooms = sum(
            min(self.left[d][w - 1], 3)
            for d in self.able[i]
            if d in self.costs[zone]
            for w, _, _ in self.weights[i]
        )
        return rooms / self.ticks[i], i

    def fit(self, order: list[int], hopeless: Callable[[], bool] | None) -> list[int]:
        """Put all in place, in this order; those that found none.

        Others move to make place until *hopeless*; None: always.
        """
        missed = []
        for i in order:
            offer = self._find_offer(i)
            if offer is not None:
                self._take(i, offer)
            elif (hopeless is not None and hopeless()) or not self._put_another_out(i):
                missed.append(i)
        self.log.clear()
        return missed

    def kick(self, zones: Mapping[str, list[int]], chance: random.Random) -> None:
        """Some visits of a place and those near it out, and in again; taken back when dearer."""
        self.log.clear()
        before = self.total["eur"]
        one = chance.randrange(len(self.names))
        zone, week = self.year.visits[one].zone, self.week[self.names[one]]
        out = list(self.inside[zone, week])
        near = [
            i for i in zones[zone] if i not in out and abs(self.week[self.names[i]] - week) < _NEAR
        ]
        chance.shuffle(near)
        out = [*out, *near[: chance.randrange(4)]][:_MOST_OUT]
        if chance.random() < _HALF:
            out = out[: 1 + chance.randrange(3)]
        for i in out:
            if not self._remove(i):
                return self._undo(0)
        chance.shuffle(out)
        for i in sorted(out, key=lambda i: -self.ticks[i]) if chance.random() < _HALF else out:
            offer = self._find_offer(i)
            if offer is None or self.total["eur"] + offer.cost > before + _SMALL:
                return self._undo(0)
            self._take(i, offer)
        return None

    def decide(self) -> Decisions:
        """The plan, its shared days cut where the visits need it."""
        days = {
            (self.year.ways[self.ways[zone, d]], week): n
            for (zone, week), sent in self.sent.items()
            for d, n in sent.items()
            if n
        }
        shared = [(self.year.shared[m], week) for m, week in sorted(self.shared)]
        return cut_shared_days(self.year, Decisions(dict(self.week), days), shared)

    def _find_offer(self, i: int, barred: int | None = None) -> _Offer | None:
        """The cheapest place of a visit. None: there is none."""
        zone, name = self.year.visits[i].zone, self.names[i]
        most = self.year.most_late.get(zone, inf) - self.late.get(zone, 0)
        day = 0.0 if self.pairs[zone] else min(self.costs[zone].values(), default=0.0)
        best = None
        for week, weight, late in self.weights[i]:
            if best is not None and weight >= best.cost:
                break
            if week == barred or late > most:
                continue
            if best is not None and weight + day >= best.cost and not self._has_spare(zone, week):
                continue
            if self.allowed is not None and not self.allowed(name, week, self.week):
                continue
            offer = self._offer(i, zone, week, weight)
            if offer is not None and (best is None or offer.cost < best.cost):
                best = offer
        return best

    def _has_spare(self, zone: str, week: int) -> bool:
        """Whether days that are sent there have hours left."""
        return any(self.spare.get((zone, week), {}).values())

    def _offer(self, i: int, zone: str, week: int, weight: float) -> _Offer | None:
        spare, rest = self.spare.get((zone, week), {}), self.ticks[i]
        able, costs = self.able[i], self.costs[zone]
        if spare:
            spare = dict(spare)
            for d in sorted((d for d in able if spare.get(d)), key=self.breadth.__getitem__):
                used = min(rest, spare[d])
                spare[d], rest = spare[d] - used, rest - used
        if not rest:
            return _Offer(weight, week, spare, {})
        whole = self._add_days(able, costs, week, rest)
        cut = self._cut_day(i, (zone, week), rest)
        if whole is None and cut is None:
            return None
        if cut is not None and (whole is None or cut[0] < whole[0]):
            cost, m, d, more = cut
            return _Offer(weight + cost, week, {**spare, d: spare.get(d, 0) + more}, {}, m)
        cost, days, d, more = whole  # type: ignore[misc]
        return _Offer(weight + cost, week, {**spare, d: spare.get(d, 0) + more}, days)

    def _add_days(
        self, able: list[int], costs: Mapping[int, float], week: int, rest: int
    ) -> tuple[float, dict[int, int], int, int] | None:
        """Whole days for *rest* ticks: what they cost, how many, whose last has ticks left."""
        days: dict[int, int] = {}
        paid, last = 0.0, -1
        for d in sorted((d for d in able if d in costs), key=costs.__getitem__):
            n = min(self.left[d][week - 1], -(-rest // self.year.day))
            if n > 0:
                days[d], paid, rest, last = n, paid + n * costs[d], rest - n * self.year.day, d
            if rest <= 0:
                return paid, days, last, -rest
        return None

    def _cut_day(self, i: int, place: _Place, rest: int) -> tuple[float, int, int, int] | None:
        """A whole day of a neighbour shared: what it costs more, which, whose, ticks left."""
        zone, week = place
        best = None
        for d, other, m in self.pairs[zone]:
            if d not in self.able[i] or (m, week) in self.shared:
                continue
            if not self.sent.get((other, week), {}).get(d):
                continue
            spare = min(self.spare[other, week].get(d, 0), self.year.day)
            more = self.year.shared[m].room - (self.year.day - spare) - rest
            cost = float(self.year.shared[m].cost) - self.costs[other][d]
            if more >= 0 and (best is None or cost < best[0]):
                best = (cost, m, d, more)
        return best

    def _take(self, i: int, offer: _Offer) -> None:
        """Put a visit there."""
        zone, name, place = self.year.visits[i].zone, self.names[i], self._place(i, offer.week)
        self._set(self.week, name, offer.week)
        self._set(self.inside, place, (*self.inside.get(place, ()), i))
        self._set(self.spare, place, offer.spare)
        self._set(self.total, "eur", self.total["eur"] + offer.cost)
        self._count_late(i, zone, offer.week, 1)
        if offer.days:
            sent = dict(self.sent.get(place, {}))
            for d, n in offer.days.items():
                sent[d] = sent.get(d, 0) + n
                self._set(self.left[d], offer.week - 1, self.left[d][offer.week - 1] - n)
            self._set(self.sent, place, sent)
        if offer.shared is not None:
            self._share(offer.shared, place)

    def _share(self, m: int, place: _Place) -> None:
        """A whole day of the neighbour becomes one that both share."""
        day, (zone, week) = self.year.shared[m], place
        other = day.second if zone == day.first else day.first
        d = next(d for d, name, k in self.pairs[zone] if k == m and name == other)
        there, sent = (other, week), dict(self.sent[other, week])
        sent[d] -= 1
        spare = min(self.spare[there].get(d, 0), self.year.day)
        kept = self.year.day - spare
        self._set(self.sent, there, sent)
        self._set(self.spare, there, {**self.spare[there], d: self.spare[there].get(d, 0) - spare})
        for at, ticks in ((there, kept), (place, day.room - kept)):
            extra = self.extra.get(at, {})
            self._set(self.extra, at, {**extra, d: extra.get(d, 0) + ticks})
        self._set(self.shared, (m, week), 1)

    def _remove(self, i: int) -> bool:
        """Take a visit out and send the days of its place anew. False: nothing was changed."""
        week = self.week[self.names[i]]
        zone, place = self.year.visits[i].zone, self._place(i, week)
        rest = tuple(j for j in self.inside[place] if j != i)
        made = self._pack(place, rest)
        if made is None:
            return False
        sent, spare = made
        before, paid = self.sent.get(place, {}), 0.0
        for d in before.keys() | sent.keys():
            n = sent.get(d, 0) - before.get(d, 0)
            if n:
                self._set(self.left[d], week - 1, self.left[d][week - 1] - n)
                paid += n * self.costs[zone][d]
        weight = next(weight for w, weight, _ in self.weights[i] if w == week)
        self._set(self.total, "eur", self.total["eur"] - weight + paid)
        self._set(self.sent, place, sent)
        self._set(self.spare, place, spare)
        self._set(self.inside, place, rest)
        self._set(self.week, self.names[i], _MISSING)
        self._count_late(i, zone, week, -1)
        return True

    def _pack(self, place: _Place, inside: tuple[int, ...]) -> tuple[_Ticks, _Ticks] | None:
        """Days for the visits of a place, whose crews are rarest first; ticks that remain."""
        zone, week = place
        costs, before = self.costs[zone], self.sent.get(place, {})
        spare, sent = dict(self.extra.get(place, {})), dict[int, int]()
        load: dict[tuple[int, ...], int] = defaultdict(int)
        for i in inside:
            load[tuple(self.able[i])] += self.ticks[i]
        for able, work in sorted(load.items(), key=lambda one: (len(one[0]), one[0])):
            rest = work
            for d in sorted((d for d in able if spare.get(d)), key=self.breadth.__getitem__):
                used = min(rest, spare[d])
                spare[d], rest = spare[d] - used, rest - used
            for d in sorted((d for d in able if d in costs), key=costs.__getitem__):
                free = self.left[d][week - 1] + before.get(d, 0) - sent.get(d, 0)
                n = min(free, -(-rest // self.year.day))
                if n > 0:
                    sent[d] = sent.get(d, 0) + n
                    left = n * self.year.day - rest
                    spare[d], rest = spare.get(d, 0) + max(left, 0), max(-left, 0)
            if rest:
                return None
        return sent, spare

    def _put_another_out(self, i: int) -> bool:
        """Make place for a visit by moving one other to another week."""
        mark, near = len(self.log), self._list_near(i)
        for j, week in near[:_LOOK]:
            if self._remove(j):
                offers = [
                    (self._offer(i, self.year.visits[i].zone, w, weight), late)
                    for w, weight, late in self.weights[i]
                    if w == week
                ]
                here = self._find_offer(i) if any(one for one, _ in offers) else None
                if here is not None:
                    self._take(i, here)
                    other = self._find_offer(j)
                    if other is not None:
                        self._take(j, other)
                        return True
            self._undo(mark)
        return False

    def _list_near(self, i: int) -> list[tuple[int, int]]:
        """Visits in the weeks of *i*, those of its zone first, with their weeks."""
        zone, weeks = self.year.visits[i].zone, {w for w, _, _ in self.weights[i]}
        able = set(self.able[i])
        found = [
            (self.year.visits[j].zone != zone, -len(self.weights[j]), j, self.week[name])
            for j, name in enumerate(self.names)
            if self.week.get(name) in weeks and able & set(self.able[j])
        ]
        return [(j, week) for _, _, j, week in sorted(found)]

    def _count_late(self, i: int, zone: str, week: int, sign: int) -> None:
        late = count_weeks_late(self.year.visits[i], week)
        if late:
            self._set(self.late, zone, self.late.get(zone, 0) + sign * late)

    def _place(self, i: int, week: int) -> _Place:
        return self.year.visits[i].zone, week

    def _set(self, where: dict[Any, Any], key: object, value: object) -> None:
        """Write, and remember what was there."""
        self.log.append((where, key, where.get(key, _MISSING)))
        if value is _MISSING:
            del where[key]
        else:
            where[key] = value

    def _undo(self, mark: int) -> None:
        """Take back what was done since *mark*."""
        while len(self.log) > mark:
            where, key, value = self.log.pop()
            if value is _MISSING:
                del where[key]
            else:
                where[key] = value
