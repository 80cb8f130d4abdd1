"""Those that wait for their turn: bounded in number and, above all, in time.

CoDel as servers use it (Facebook's folly): when even the shortest wait of a tenth of a second was
long, the queue does not drain by itself; then the newest is served first, who still listens, and
who has waited too long is refused.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import inf

from synergie.server.capacity.place import Place
from synergie.server.capacity.rank import Lane, PlaceRequest, Rank

_INTERVAL_S = 0.1
_TARGET_S = 0.02
_LATE_S = 0.2
_LATEST_S = 1.0
"""Longest wait of anybody, seconds."""

type Turn = tuple[Rank, bool, bool]
"""Who is served first: the best rank, of it who is fair (False), of them who is known (False)."""


@dataclass(slots=True)
class Line:
    """Places of one lane in the order in which they came."""

    crowded: bool = False
    """Whether the line does not drain by itself."""
    _places: dict[Place, None] = field(default_factory=dict)
    _names: defaultdict[Rank, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """How many wait, by rank and caller; none is 0, no rank is empty."""
    _strangers: Counter[Rank] = field(default_factory=Counter)
    _least: float = 0.0
    """The shortest that the first one has waited since `_since`."""
    _since: float = 0.0

    def __len__(self) -> int:
        return len(self._places)

    def others_than(self, name: str) -> bool:
        """Whether another caller waits."""
        return len(self._places) > sum(names[name] for names in self._names.values())

    def add(self, place: Place, *, at: float) -> None:
        """*place* waits from now on."""
        self._look(at)
        place.since = at
        self._places[place] = None
        self._names[place.asked.rank][place.asked.name] += 1
        self._strangers[place.asked.rank] += not place.asked.known

    def remove(self, place: Place) -> None:
        """*place* waits no more."""
        del self._places[place]
        rank, name, _, known = place.asked
        self._strangers[rank] -= not known
        names = self._names[rank]
        names[name] -= 1
        if not names[name]:
            del names[name]
        if not names:
            del self._names[rank]

    def first(self, is_fair: Callable[[PlaceRequest], bool], *, at: float) -> tuple[Turn, Place]:
        """Whose turn it is, of at least one that waits."""
        self._look(at)
        ordered = reversed(self._places) if self.crowded else iter(self._places)
        best: Turn = (min(self._names), False, False)

        def turn_of(asked: PlaceRequest) -> Turn:
            return asked.rank, not is_fair(asked), not asked.known

        first = next(ordered)
        found = turn_of(first.asked), first
        for place in ordered:
            if found[0] == best:
                break
            if place.asked.rank <= found[0][0] and (turn := turn_of(place.asked)) < found[0]:
                found = turn, place
        return found

    def has_worse(self, asked: PlaceRequest, share: float) -> bool:
        """Whether one would give way to a request that is *asked*: `worst` finds it."""
        rank, name, _, known = asked
        if any(other > rank for other in self._names) or (known and self._strangers[rank]):
            return True
        if rank not in self._names:
            return False
        names = self._names[rank]
        return max(names.values()) > max(share, names[name] + 1)

    def worst(self, asked: PlaceRequest, share: float) -> Place | None:
        """Who gives way to a request that is *asked*.

        One of a rank below, or a stranger to who is known, or one of a caller that has more
        requests in this line than its *share*, and than who asks.
        """
        rank, name, _, known = asked
        mine = (rank, not known)
        below = [one for one in self._places if _rate_waiting_place(one) > mine]
        if below:
            return max(below, key=lambda one: (_rate_waiting_place(one), -one.since))
        names = self._names.get(rank, Counter[str]())
        most = max(share, names[name] + 1)
        many = [
            one for one in self._places if one.asked.rank == rank and names[one.asked.name] > most
        ]
        return max(many, key=lambda one: (names[one.asked.name], -one.since), default=None)

    def late(self, is_alone: Callable[[PlaceRequest], bool], *, at: float) -> list[Place]:
        """Those that have waited too long.

        The only request of its caller is given more time: it is others who crowd.
        """
        self._look(at)
        most = _LATE_S if self.crowded else _LATEST_S
        return [
            one
            for one in self._places
            if at - one.since > (_LATEST_S if is_alone(one.asked) else most)
        ]

    def _look(self, at: float) -> None:
        first = next(iter(self._places), None)
        self._least = min(self._least, 0.0 if first is None else at - first.since)
        if at - self._since >= _INTERVAL_S:
            self.crowded = self._least > _TARGET_S
            self._least, self._since = inf, at


@dataclass(slots=True)
class Waiting:
    """A line for each lane, and one beside it for those of the lane that were at work before."""

    _lines: defaultdict[tuple[Lane, bool], Line] = field(default_factory=lambda: defaultdict(Line))

    def __len__(self) -> int:
        return sum(map(len, self._lines.values()))

    @property
    def crowded(self) -> bool:
        """Whether what only the limit bounds does not drain by itself."""
        return self.line(Lane.COMMON).crowded

    def line(self, lane: Lane) -> Line:
        """Those of *lane* that have not begun."""
        return self._lines[lane, False]

    def line_of(self, place: Place) -> Line:
        """Where *place* waits."""
        return self._lines[place.asked.lane, place.returns]

    def pick(
        self, fits: Callable[[Lane], bool], is_fair: Callable[[PlaceRequest], bool], *, at: float
    ) -> Place | None:
        """Whose turn it is in the lanes that *fits*; of two lanes, who has waited longer."""
        turns = [
            line.first(is_fair, at=at)
            for (lane, _), line in self._lines.items()
            if len(line) and fits(lane)
        ]
        found = min(turns, key=lambda one: (one[0], one[1].since), default=None)
        return None if found is None else found[1]

    def late(self, is_alone: Callable[[PlaceRequest], bool], *, at: float) -> Iterator[Place]:
        """Those that have waited too long."""
        for line in self._lines.values():
            yield from line.late(is_alone, at=at)


def _rate_waiting_place(place: Place) -> tuple[Rank, bool]:
    return place.asked.rank, not place.asked.known
