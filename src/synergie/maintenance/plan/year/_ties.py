"""Among crews of equal skills and cost, the first by name goes: no solver chooses between them.

The hours of a crew-day are those of any other crew of its skills that serves its zones. Which of
these is sent must not follow from the exact hours of a visit: a body reads whose crews come.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from decimal import Decimal

from synergie.maintenance.plan.year._decisions import Decisions
from synergie.maintenance.plan.year._year import Way, Year
from synergie.maintenance.plan.year.proof import MOST_DEPOTS

type Peers = Callable[[Way], tuple[str, ...]]
"""The depots whose crews may as well spend a day so, at the same cost, by name."""


def order_crews(year: Year, plan: Decisions) -> Decisions:
    """*plan* with its crew-days given to the first depots that may as well make them.

    Visits, costs, hours in each zone and week by skills, and crew-days at hand stay as they are.
    """
    peers = _build_peers(year)
    weeks: dict[int, list[Way]] = defaultdict(list)
    for (way, week), count in plan.days.items():
        weeks[week] += [way] * count
    days: Counter[tuple[Way, int]] = Counter()
    for week, ways in weeks.items():
        room = {depot.id: depot.crew_days[week - 1] for depot in year.depots}
        days.update((way, week) for way in _order_week(year, ways, peers, room))
    return Decisions(plan.weeks, dict(days))


def _build_peers(year: Year) -> Peers:
    prices = {(way.depot, way.ticks[0][0]): way.cost for way in year.ways}
    skills = {d.id: (frozenset(d.network_mixes), frozenset(d.skills)) for d in year.depots}
    cache: dict[tuple[object, ...], tuple[str, ...]] = {}

    def price(depot: str, zones: Iterable[str]) -> Decimal | None:
        some = [prices.get((depot, zone)) for zone in zones]
        told = [one for one in some if one is not None]
        return max(told) if len(told) == len(some) else None

    def peers(way: Way) -> tuple[str, ...]:
        key = (skills[way.depot], way.zones, way.cost)
        if key not in cache:
            like = (d.id for d in year.depots if skills[d.id] == key[0])
            cache[key] = tuple(sorted(d for d in like if price(d, way.zones) == way.cost))
        return cache[key]

    return peers


def _order_week(year: Year, ways: list[Way], peers: Peers, room: dict[str, int]) -> list[Way]:
    """The days of one week; as they are when one zone would see crews of too many depots."""
    whole = _join_shared_days(year, ways, peers)
    whole.sort(key=lambda way: (len(way.ticks), sorted(way.zones), way.cost, way.ticks))
    sent = [way.depot for way in whole]
    may = [peers(way) for way in whole]
    for number, depots in enumerate(may):
        for depot in depots:
            if depot == sent[number] or _send(number, sent, may, depot=depot, room=room):
                break
    found = [Way(d, way.ticks, way.cost) for d, way in zip(sent, whole, strict=True)]
    seen = {(zone, way.depot) for way in found for zone in way.zones}
    most = max(Counter(zone for zone, _ in seen).values(), default=0)
    return found if most <= MOST_DEPOTS else ways


def _send(
    number: int, sent: list[str], may: list[tuple[str, ...]], *, depot: str, room: dict[str, int]
) -> bool:
    """Send the day *number* from *depot*, and later days from others where it has none left."""
    left = Counter(room)
    left.subtract(sent)
    left[sent[number]] += 1
    moves: dict[str, tuple[int, str]] = {}
    reach = [depot]
    for at in reach:
        if left[at] > 0:
            _follow_moves(at, moves, sent)
            sent[number] = depot
            return True
        for day in range(number + 1, len(sent)):
            for other in may[day] if sent[day] == at else ():
                if other not in reach:
                    moves[other] = day, at
                    reach.append(other)
    return False


def _follow_moves(depot: str, moves: dict[str, tuple[int, str]], sent: list[str]) -> None:
    while depot in moves:
        day, before = moves[depot]
        sent[day], depot = depot, before


def _join_shared_days(year: Year, ways: list[Way], peers: Peers) -> list[Way]:
    """*ways* with the days that such crews share between two zones as whole ones and at most one.

    Two days as whole ones where that is enough. Days that would cost less so stay as they are.
    """
    groups: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Way]] = defaultdict(list)
    for way in ways:
        groups[tuple(zone for zone, _ in way.ticks), peers(way)].append(way)
    days: list[Way] = []
    for (zones, _), some in groups.items():
        joined = _join_days(year.day, some) if len(zones) > 1 else some
        days += joined if all(way.depot in peers(way) for way in joined) else some
    return days


def _join_days(day: int, some: list[Way]) -> list[Way]:
    work: Counter[str] = Counter()
    for way in some:
        work.update(dict(way.ticks))
    ticks = [((zone, day),) for zone, n in work.items() for _ in range(n // day)]
    rests = tuple((zone, n % day) for zone, n in work.items() if n % day)
    if len(some) - len(ticks) == 1 and len(rests) > 1:
        return _cut_days(some, [*ticks, rests])
    return _cut_days(some, [*ticks, *(((zone, day),) for zone, _ in rests)])


def _cut_days(some: list[Way], ticks: list[tuple[tuple[str, int], ...]]) -> list[Way]:
    """The same days, cut so; as they are when that would take another number."""
    if len(ticks) != len(some):
        return some
    return [Way(way.depot, one, way.cost) for way, one in zip(some, ticks, strict=True)]
