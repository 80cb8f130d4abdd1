"""A year solved in blocks of zones that merge only when they ask for the same crews.

Zones are linked by shared days and by the crew-days of a week. Each block is solved with all
crews at hand, so the sum of the bounds is a bound of the whole at every step; when no week
overflows, the plans together are a plan, and the optimum is proved without the large model.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from synergie.errors import Infeasible
from synergie.plan._solver import Outcome, Progress, Stop
from synergie.plan._year import Year
from synergie.plan._year_model import Decisions, Zones, block_model, decided

type Cancel = Callable[[], bool] | None
type Report = Callable[[Progress], None] | None


@dataclass(frozen=True, slots=True)
class Found:
    """The cheapest year that was found. `decisions` is None when the limit came first."""

    decisions: Decisions | None
    bound: float | None
    outcomes: tuple[Outcome, ...]
    stop: Stop


@dataclass(slots=True)
class Search:
    """One search for the cheapest year, with what is left of its time."""

    year: Year
    gap_abs: float
    limit_s: float
    cancel: Cancel = None
    progress: Report = None
    solved: dict[Zones, tuple[Decisions | None, Outcome]] = field(default_factory=dict)
    outcomes: list[Outcome] = field(default_factory=list)

    def run(self) -> Found:
        """The cheapest year. Raises Infeasible with the requirements that conflict."""
        blocks = _linked(self.year)
        while True:
            for number, block in enumerate(blocks):
                if block not in self.solved:
                    self._solve(block, number / len(blocks))
                if self.solved[block][0] is None:
                    return self._found(None, blocks)
            merged = self._merged(blocks)
            if merged == blocks:
                return self._found(self._together(blocks), blocks)
            blocks = merged

    def _spent(self) -> float:
        return sum(outcome.seconds for outcome in self.outcomes)

    def _solve(self, block: Zones, done: float) -> None:
        model, columns = block_model(self.year, block)
        outcome = model.minimise(
            limit_s=self.limit_s - self._spent(),
            gap_abs=self.gap_abs,
            cancel=self.cancel,
            progress=self._teller(done),
        )
        self.outcomes.append(outcome)
        if outcome.stop == "infeasible":
            raise Infeasible(model.conflicts(limit_s=self.limit_s))
        held = bool(outcome.values) or not model.columns
        self.solved[block] = (decided(self.year, columns, outcome) if held else None, outcome)

    def _teller(self, done: float) -> Report:
        """The cost of one block is not the cost of the year: only time and share are told."""
        tell, before = self.progress, self._spent()
        if tell is None:
            return None
        return lambda p: tell(
            replace(p, seconds=before + p.seconds, best=None, bound=None, done=done)
        )

    def _merged(self, blocks: list[Zones]) -> list[Zones]:
        """The blocks, those that overdraw a depot in a week joined together."""
        groups = [
            {block for block in blocks if block in users} for users in self._overdrawn(blocks)
        ]
        if groups and self._spent() > self.limit_s / 2:
            groups = [set(blocks)]  # little time left: one model of all that conflicts or not
        return _joined(blocks, [frozenset().union(*group) for group in groups])

    def _overdrawn(self, blocks: list[Zones]) -> list[set[Zones]]:
        used: dict[tuple[str, int], dict[Zones, int]] = defaultdict(lambda: defaultdict(int))
        for block in blocks:
            decisions = self.solved[block][0]
            for (way, week), count in (decisions.days if decisions else {}).items():
                used[way.depot, week][block] += count
        have = {depot.id: depot.crew_days for depot in self.year.depots}
        return [
            set(users)
            for (depot, week), users in used.items()
            if sum(users.values()) > have[depot][week - 1]
        ]

    def _together(self, blocks: list[Zones]) -> Decisions:
        whole = Decisions({}, {})
        for block in blocks:
            part = self.solved[block][0]
            whole = whole | part if part else whole
        return whole

    def _found(self, decisions: Decisions | None, blocks: list[Zones]) -> Found:
        last = [self.solved[block][1] for block in blocks if block in self.solved]
        bounds = [outcome.bound for outcome in last if outcome.bound is not None]
        bound = sum(bounds) if len(bounds) == len(blocks) else None
        stops = [outcome.stop for outcome in last if outcome.stop != "proved"]
        return Found(decisions, bound, tuple(self.outcomes), stops[0] if stops else "proved")


def _linked(year: Year) -> list[Zones]:
    """Zones that may share a day, together; the others each alone. In a fixed order."""
    blocks = [frozenset([zone]) for zone in year.zones()]
    return _joined(blocks, [way.zones for way in year.ways if len(way.zones) > 1])


def _joined(blocks: list[Zones], links: list[Zones]) -> list[Zones]:
    """*blocks* with those that a link touches united."""
    for link in links:
        touched = [block for block in blocks if block & link]
        if len(touched) > 1:
            rest = [block for block in blocks if not block & link]
            blocks = [*rest, frozenset().union(*touched)]
    return sorted(blocks, key=sorted)
