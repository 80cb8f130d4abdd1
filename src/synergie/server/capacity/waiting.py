"""Those that wait for their turn: bounded in number and, above all, in time.

CoDel as servers use it (Facebook's folly): when even the shortest wait of a tenth of a second was
long, the queue does not drain by itself; then the newest is served first, who still listens, and
who has waited too long is refused.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from math import inf

from synergie.server.capacity.place import Place
from synergie.server.capacity.rank import Rank

_INTERVAL_S = 0.1
_TARGET_S = 0.02
_LATE_S = 0.2
_LATEST_S = 1.0
"""Longest wait of anybody, seconds."""


_APART = (Rank.VITAL, Rank.TOKEN)
"""Ranks with a bound of their own: that one of them waits tells nothing of the others."""


@dataclass(slots=True)
class Waiting:
    """Places in the order in which they came."""

    crowded: bool = False
    """Whether the queue does not drain by itself."""
    names: Counter[str] = field(default_factory=Counter)
    """How many wait, by caller."""
    ranks: Counter[Rank] = field(default_factory=Counter)
    """How many wait, by rank."""
    _places: list[Place] = field(default_factory=list)
    _least: float = 0.0
    """The shortest that the first one has waited since `_since`."""
    _since: float = 0.0

    def __len__(self) -> int:
        return len(self._places)

    def others_than(self, name: str) -> bool:
        """Whether another caller waits."""
        return len(self._places) > self.names[name]

    def add(self, place: Place, *, at: float) -> None:
        """*place* waits from now on."""
        self._look(at)
        place.since = at
        self._places.append(place)
        self.names[place.asked.name] += 1
        self.ranks[place.asked.rank] += 1

    def remove(self, place: Place) -> None:
        """*place* waits no more."""
        self._places.remove(place)
        name = place.asked.name
        self.ranks[place.asked.rank] -= 1
        self.names[name] -= 1
        if not self.names[name]:
            del self.names[name]

    def pick(
        self, fits: Callable[[Place], bool], fair: Callable[[Place], bool], *, at: float
    ) -> Place | None:
        """Whose turn it is among those that *fits*: the best rank, and in it who is *fair* first.

        It waits no more.
        """
        self._look(at)
        ordered: Iterable[Place] = reversed(self._places) if self.crowded else self._places
        best: tuple[Rank, bool] | None = None
        found: Place | None = None
        for place in ordered:
            if (best is None or place.asked.rank <= best[0]) and fits(place):
                value = (place.asked.rank, not fair(place))
                if best is None or value < best:
                    best, found = value, place
        if found is not None:
            self.remove(found)
        return found

    def has_worse(self, rank: Rank, name: str, share: float) -> bool:
        """Whether one would give way to a request of *rank* by *name*: `worst` finds it."""
        if any(n for other, n in self.ranks.items() if other > rank):
            return True
        most = max(share, self.names[name] + 1)
        return any(n > most for n in self.names.values())

    def worst(self, place: Place, share: float) -> Place | None:
        """Who gives way to *place*: of a rank below, or of a caller with more than its *share*."""
        rank, name = place.asked.rank, place.asked.name
        below = [one for one in self._places if one.asked.rank > rank]
        if below:
            return max(below, key=lambda one: (one.asked.rank, -one.since))
        most = max(share, self.names[name] + 1)
        many = [
            one
            for one in self._places
            if one.asked.rank == rank and self.names[one.asked.name] > most
        ]
        return max(many, key=lambda one: (self.names[one.asked.name], -one.since), default=None)

    def late(self, is_alone: Callable[[Place], bool], *, at: float) -> list[Place]:
        """Those that have waited too long; they wait no more.

        The only request of its caller is given more time: it is others who crowd.
        """
        self._look(at)
        most = _LATE_S if self.crowded else _LATEST_S
        found = [
            one for one in self._places if at - one.since > (_LATEST_S if is_alone(one) else most)
        ]
        for one in found:
            self.remove(one)
        return found

    def _look(self, at: float) -> None:
        first = next((one for one in self._places if one.asked.rank not in _APART), None)
        self._least = min(self._least, 0.0 if first is None else at - first.since)
        if at - self._since >= _INTERVAL_S:
            self.crowded = self._least > _TARGET_S
            self._least, self._since = inf, at
