"""A year solved in blocks of zones that merge only when they ask for the same crews.

Zones are linked by shared days and by the crew-days of a week. Each block is solved with all
crews at hand, so the sum of the bounds is a bound of the whole at every step; when no week
overflows, the plans together are a plan, and the optimum is proved without the large model.
"""

import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from synergie.errors import Infeasible
from synergie.maintenance.plan.year._columns import Zones
from synergie.maintenance.plan.year._decisions import Decisions, compute_plan_weight
from synergie.maintenance.plan.year._year import Year
from synergie.maintenance.plan.year._year_model import block_model, build_decisions
from synergie.maintenance.records.maintenance import Depot
from synergie.plan.conflicts import find_conflicts
from synergie.plan.solver import Outcome, Progress, Stop

type Cancel = Callable[[], bool] | None
type Report = Callable[[Progress], None] | None

_NEAR = 1e-4  # relative gap at which merging stops: the tolerance of every plan
_TRIES = 30
_FREE = 0.25  # share of the time left for a block without counting crews
_MOST_LINKED = 4  # zones of a block that is solved by itself
_HALF = 0.5  # share of the time left for a block that is not the whole year


@dataclass(frozen=True, slots=True)
class YearSearchResult:
    """The cheapest year that was found. `decisions` is None when the limit came first."""

    decisions: Decisions | None
    bound: float | None
    outcomes: tuple[Outcome, ...]
    stop: Stop


@dataclass(frozen=True, slots=True)
class _Part:
    """A block solved: its plan (None: the limit came first) and how its solve ended."""

    decisions: Decisions | None
    outcome: Outcome


@dataclass(slots=True)
class Search:
    """One search for the cheapest year, with what is left of its time."""

    year: Year
    gap_abs: float
    limit_s: float
    gap: float = 0.0
    cancel: Cancel = None
    progress: Report = None
    as_one: bool = False
    """Whether it begins with all zones as one block."""
    best: Decisions | None = None
    """The cheapest plan so far that overdraws no depot."""
    bound: float | None = None
    """The greatest sum of bounds of blocks that cover the year: no plan costs less."""
    began: float = field(default_factory=time.thread_time)
    solved: dict[Zones, _Part] = field(default_factory=dict)
    outcomes: list[Outcome] = field(default_factory=list)

    def run(self) -> YearSearchResult:
        """The cheapest year. Raises Infeasible with the requirements that conflict."""
        whole, blocks = [frozenset(self.year.zones())], group_linked_zones(self.year)
        if self.as_one:
            blocks = whole
        while True:
            if self._all_solved(blocks):
                self._raise_bound(blocks)
                parts = {block: self.solved[block].decisions for block in blocks}
                clashes = _find_overdrawn_blocks(self.year, parts)
                self._keep(parts if not clashes else self._repaired(parts))
                proved = all(self.solved[block].outcome.stop == "proved" for block in blocks)
                if self._near() or len(blocks) == 1 or (proved and not clashes):
                    return self._combine_outcomes(blocks)
                blocks = self._merged(blocks, clashes) if clashes and proved else whole
            elif len(blocks) > 1:
                blocks = whole
            else:
                return self._combine_outcomes(blocks)

    def spent(self) -> float:
        """Seconds used, models built included."""
        return time.thread_time() - self.began

    def _all_solved(self, blocks: list[Zones]) -> bool:
        for number, block in enumerate(blocks):
            if block not in self.solved:
                self.solved[block] = self._block(block, number / len(blocks))
                if self.solved[block].outcome.stop == "infeasible":
                    model, _ = block_model(self.year, block)
                    raise Infeasible(find_conflicts(model, limit_s=self.limit_s))
            if self.solved[block].decisions is None:
                return False
        return True

    def _block(self, block: Zones, done: float) -> _Part:
        """*block*: without counting crews first, which is enough when it overdraws no depot.

        No block but the whole year takes more than half of what is left.
        """
        whole = len(block) == len(self.year.by_zone)
        last = whole and (self.as_one or self.best is not None)
        part = None if last else self._solve(self.year, block, done=done, free=True, share=_FREE)
        if (
            part
            and part.decisions
            and not _find_overdrawn_blocks(self.year, {block: part.decisions})
        ):
            return part
        return self._solve(self.year, block, done=done, share=1.0 if last else _HALF)

    def _solve(
        self, year: Year, block: Zones, *, done: float, free: bool = False, share: float = 1.0
    ) -> _Part:
        """*block* with the crews of *year*, from the best plan when there is one."""
        limit_s = max(share * (self.limit_s - self.spent()), 0.0)
        model, columns = block_model(year, block, free=free, limit_s=limit_s)
        outcome = model.minimise(
            limit_s=limit_s,
            gap=self.gap,
            gap_abs=self.gap_abs,
            cancel=self.cancel,
            progress=self._teller(done),
            start=columns.start(year, self.best, len(model.columns)) if self.best else None,
        )
        self.outcomes.append(outcome)
        held = bool(outcome.values) or outcome.stop == "proved"
        return _Part(build_decisions(year, columns, outcome) if held else None, outcome)

    def _teller(self, done: float) -> Report:
        """The cost of one block is not the cost of the year: only time and share are told."""
        tell, before = self.progress, self.spent()
        if tell is None:
            return None
        return lambda p: tell(Progress(before + p.seconds, None, None, done))

    def _keep(self, parts: dict[Zones, Decisions | None] | None) -> None:
        """Remember the plan made of *parts* when it is the cheapest so far."""
        if parts is None:
            return
        plan = Decisions({}, {})
        for part in parts.values():
            plan = plan | part if part else plan
        if self.best is None or compute_plan_weight(self.year, plan) < compute_plan_weight(
            self.year, self.best
        ):
            self.best = plan

    def _repaired(
        self, parts: dict[Zones, Decisions | None]
    ) -> dict[Zones, Decisions | None] | None:
        """The same parts with overdrawn depots relieved, one block a step, the cheapest first.

        None when the few tries end or time is short: the blocks are merged then.
        """
        for _ in range(_TRIES):
            clashes = _find_overdrawn_blocks(self.year, parts)
            if not clashes:
                return parts
            tries = [self._with_the_rest(parts, block) for block in sorted(clashes[0], key=sorted)]
            fit = [(dearer, block, plan) for dearer, block, plan in tries if plan is not None]
            if not fit:
                return None
            _, block, plan = min(fit, key=lambda one: one[0])
            parts = {**parts, block: plan}
        return None

    def _with_the_rest(
        self, parts: dict[Zones, Decisions | None], block: Zones
    ) -> tuple[Decimal, Zones, Decisions | None]:
        """*block* solved with the crew-days that the others leave; what it costs more."""
        used: dict[tuple[str, int], int] = defaultdict(int)
        for other, plan in parts.items():
            for (way, week), count in plan.days.items() if plan and other != block else ():
                used[way.depot, week] += count
        left = replace(
            self.year, depots=tuple(_reduce_depot_days(d, used) for d in self.year.depots)
        )
        plan = self._solve(left, block, done=1.0).decisions
        before = parts[block]
        if plan is None or before is None:
            return Decimal(0), block, None
        return (
            compute_plan_weight(self.year, plan) - compute_plan_weight(self.year, before),
            block,
            plan,
        )

    def _near(self) -> bool:
        """Whether the best plan is proved within the tolerance."""
        if self.best is None or self.bound is None:
            return False
        total = float(compute_plan_weight(self.year, self.best))
        return total - self.bound <= _NEAR * abs(total)

    def _merged(self, blocks: list[Zones], clashes: list[set[Zones]]) -> list[Zones]:
        """The blocks, those that overdraw a depot in a week joined together."""
        late = self.spent() > self.limit_s / 2
        groups = [set(blocks)] if late else clashes  # one model when little time is left
        return _unite_linked_blocks(blocks, [frozenset().union(*group) for group in groups])

    def _raise_bound(self, blocks: list[Zones]) -> None:
        bounds = [self.solved[block].outcome.bound for block in blocks]
        known = [bound for bound in bounds if bound is not None]
        if len(known) == len(bounds):
            self.bound = sum(known) if self.bound is None else max(self.bound, sum(known))

    def _combine_outcomes(self, blocks: list[Zones]) -> YearSearchResult:
        parts = [self.solved[block].outcome for block in blocks if block in self.solved]
        stops = [outcome.stop for outcome in parts if outcome.stop != "proved"]
        stop = stops[0] if stops else "proved"
        return YearSearchResult(self.best, self.bound, tuple(self.outcomes), stop)


def group_linked_zones(year: Year) -> list[Zones]:
    """Zones that may share a day, together; the others each alone. In a fixed order."""
    blocks = [frozenset([zone]) for zone in year.zones()]
    return _unite_linked_blocks(blocks, [day.zones for day in year.shared])


def is_widely_linked(year: Year) -> bool:
    """Whether more zones are linked by days that they share than are solved as a block."""
    return max(map(len, group_linked_zones(year)), default=0) > _MOST_LINKED


def _unite_linked_blocks(blocks: list[Zones], links: list[Zones]) -> list[Zones]:
    """*blocks* with those that a link touches united."""
    for link in links:
        touched = [block for block in blocks if block & link]
        if len(touched) > 1:
            rest = [block for block in blocks if not block & link]
            blocks = [*rest, frozenset().union(*touched)]
    return sorted(blocks, key=sorted)


def _find_overdrawn_blocks(year: Year, parts: dict[Zones, Decisions | None]) -> list[set[Zones]]:
    """For each depot and week that gives more than it has, in order: the blocks that ask."""
    used: dict[tuple[str, int], dict[Zones, int]] = defaultdict(lambda: defaultdict(int))
    for block, plan in parts.items():
        for (way, week), count in plan.days.items() if plan else ():
            used[way.depot, week][block] += count
    have = {depot.id: depot.crew_days for depot in year.depots}
    return [
        set(users)
        for (depot, week), users in sorted(used.items(), key=lambda item: item[0])
        if sum(users.values()) > have[depot][week - 1]
    ]


def _reduce_depot_days(depot: Depot, used: dict[tuple[str, int], int]) -> Depot:
    left = [max(0, n - used[depot.id, week]) for week, n in enumerate(depot.crew_days, 1)]
    return depot.model_copy(update={"crew_days": tuple(left)})
