"""A plan of one zone from the columns of its bound: rounded, put together, kicked and mended.

Three ways, each from the best so far: the weeks that the master prefers; its patterns put
together by branch and bound (a visit covered twice keeps its cheaper week); a few visits moved to
other likely weeks at random, the rest mended by exchanges. A fixed number of each, so that equal
inputs give equal plans when time does not end them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from synergie.maintenance.plan.year._moves import Layout
from synergie.maintenance.plan.year._patch import Floats, Ints, Patch
from synergie.plan.solver import SEED, Model

type Pattern = tuple[int, int, Any]
"""Week, whole days, which visits."""
type Over = Callable[[], bool]

_NODES = 150
_WARMTH = 2e-4  # how much dearer, relative, a kicked plan may be and still be gone on from
_LIKELY = 4


@dataclass(frozen=True, slots=True)
class Hints:
    """What the bound of a zone tells of its good plans."""

    share: Floats
    """How much of each visit the master makes in each week."""
    patterns: tuple[Pattern, ...]
    reduced: Floats
    """EUR that a visit in a week costs above the duals."""


@dataclass(slots=True)
class Planner:
    """The search for a plan of one zone; `layout` is the best so far."""

    layout: Layout
    hints: Hints
    over: Over

    def rounded(self) -> None:
        """Begin again where the master would be, when that is better."""
        share = np.where(np.isfinite(self.layout.cost_of), self.hints.share, -1.0)
        self._keep(self._at(share.argmax(axis=1)))

    def again(self, weeks: Sequence[int]) -> None:
        """Begin from a plan that was found before, when that is better."""
        week = np.array(weeks, dtype=np.int64)
        if np.isfinite(self.layout.cost_of[np.arange(len(week)), week]).all():
            self._keep(self._at(week))

    def together(self, limit_s: float) -> None:
        """The best plan that whole patterns make, by branch and bound."""
        model, columns = self._model()
        start = {column: float(p in self._own()) for p, column in columns}
        outcome = model.minimise(limit_s=limit_s, start=start, options={"mip_max_nodes": _NODES})
        if not outcome.values:
            return
        week = np.full(len(self.layout.week), -1)
        for pattern, column in columns:
            if outcome.chosen(column):
                self._cover(week, pattern)
        self._keep(self._at(np.where(week < 0, self.layout.week, week)))

    def kicked(self, kicks: int, seed: int = SEED) -> None:
        """Move a few visits, mend, and go on from what is not much dearer."""
        chance = np.random.default_rng(seed)
        likely = self._likely()
        now, cost = self.layout, self.layout.cost()
        best = cost
        for turn in range(kicks):
            if self.over():
                break
            other, touched = self._kick(now, likely, chance)
            other.improve(touched, self.over)
            found = other.cost()
            if found < cost + abs(best) * _WARMTH * chance.random() * (1 - turn / kicks):
                now, cost = other, found
            if found < best - 1e-9:
                best, self.layout = found, other

    def _at(self, week: Ints) -> Layout:
        fresh = Layout(
            self.layout.given, self.layout.cost_of, self.layout.stairs, week.astype(np.int64)
        )
        fresh.improve(over=self.over)
        return fresh

    def _keep(self, other: Layout) -> None:
        if other.cost() < self.layout.cost():
            self.layout = other

    def _own(self) -> list[tuple[int, bytes]]:
        """The patterns of the best plan."""
        layout = self.layout
        return [(w, (layout.week == w).tobytes()) for w in np.unique(layout.week).tolist()]

    def _model(self) -> tuple[Model, list[tuple[tuple[int, bytes], int]]]:
        """Columns are patterns: each visit covered, one pattern a week."""
        layout, model = self.layout, Model("zone")
        found = {(week, chosen.tobytes()): chosen for week, _, chosen in self.hints.patterns}
        for week, packed in self._own():
            found[week, packed] = layout.week == week
        columns, cover, weeks = [], [[] for _ in layout.week], [[] for _ in layout.load]  # type: ignore[var-annotated]
        for (week, packed), chosen in found.items():
            days = -(-int(layout.given.ticks[chosen].sum()) // layout.given.day)
            cost = layout.cost_of[chosen, week].sum() + layout.stairs[week, days]
            if np.isfinite(cost):
                column = model.binary("p", cost)
                columns.append(((week, packed), column))
                weeks[week].append((column, 1))
                for c in np.flatnonzero(chosen).tolist():
                    cover[c].append((column, 1))
        for terms in cover:
            model.require(terms, low=1)
        for terms in weeks:
            if terms:
                model.require(terms, high=1)
        return model, columns

    def _cover(self, week: Ints, pattern: tuple[int, bytes]) -> None:
        """Give the visits of *pattern* its week, unless they have a cheaper one."""
        cost = self.layout.cost_of
        for c in np.flatnonzero(np.frombuffer(pattern[1], dtype=bool)).tolist():
            if week[c] < 0 or cost[c, pattern[0]] < cost[c, week[c]]:
                week[c] = pattern[0]

    def _likely(self) -> list[Ints]:
        """Weeks worth trying, for each visit."""
        cost = np.where(np.isfinite(self.layout.cost_of), self.hints.reduced, np.inf)
        near = np.argsort(cost, axis=1)[:, :_LIKELY]
        rows = []
        for c, weeks in enumerate(near):
            told = np.flatnonzero(self.hints.share[c] > 0)
            both = np.union1d(weeks, told)
            rows.append(both[np.isfinite(self.layout.cost_of[c, both])])
        return rows

    def _kick(self, now: Layout, likely: list[Ints], chance: Any) -> tuple[Layout, list[int]]:
        week = now.week.copy()
        about = int(chance.integers(len(week)))
        apart = np.abs(week - week[about]) + chance.random(len(week)) * 4
        touched: set[int] = set()
        for c in np.argsort(apart)[: int(chance.integers(2, 6))].tolist():
            to = int(chance.choice(likely[c]))
            touched |= {int(week[c]), to}
            week[c] = to
        return Layout(now.given, now.cost_of, now.stairs, week), sorted(touched)


def build_first_layout(given: Patch, cost_of: Floats, stairs: Floats) -> Layout:
    """A first plan: each visit where it and its part of a day cost least, then exchanges."""
    part = cost_of + given.ticks[:, None] / given.day * stairs[:, 1][None, :]
    layout = Layout(given, cost_of, stairs, part.argmin(axis=1).astype(np.int64))
    layout.improve()
    return layout
