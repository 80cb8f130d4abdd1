"""Which cells may be published together, and which are hidden: the least, and why.

Every atom of what can be found out must pass in every slice of time (security.md §9.2, rules 3,
4 and 6). Slices: each month that is published, the rest of the year, the year itself.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from synergie.policy.publication.cells import Tree
from synergie.policy.trust.atoms import Limits, Part, fault, has_mixed_kinds
from synergie.schemas.publication.release import Fault

_ROUGH, _MOST = 64, 20_000
"""States of a node that are kept: for a first good answer, and when proving the least. That nothing
is lost is tried before both: it mostly is so, and is seen in a state or two a node."""
_MIXED = -1
"""Open leaves that are never told together, whatever else is: every bit is set, and stays."""
_BUDGET = 500_000
"""Pairs of states that are looked at before no more than the first few are kept."""


@dataclass(frozen=True, slots=True)
class Slice:
    """Parts of one slice of time by leaf, and the cells whose sums of it are out already."""

    parts: Mapping[str, Sequence[Part]]
    told: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Hidden:
    """A cell that is not published. `protects`: the cell whose atom would fail with it."""

    cell: str
    kind: Literal["primary", "complementary"]
    fault: Fault
    protects: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """What may be published, and what is hidden. `loss`: points of hidden cells; their number."""

    published: frozenset[str]
    hidden: tuple[Hidden, ...]
    loss: tuple[int, int]
    optimal: bool


class Unsafe(NamedTuple):
    """The first atom that fails: the cell it is of, and why."""

    cell: str
    fault: Fault


def find_atom_leaves(made: Tree, cell: str, published: frozenset[str]) -> tuple[str, ...]:
    """The leaves of *cell* that no published cell below it holds."""
    if not made.children[cell]:
        return (cell,)
    return tuple(
        leaf
        for child in made.children[cell]
        if child not in published
        for leaf in find_atom_leaves(made, child, published)
    )


def find_unsafe_atom(
    made: Tree,
    slices: Sequence[Slice],
    published: frozenset[str],
    limits: Limits,
    *,
    change: bool = False,
) -> Unsafe | None:
    """The first atom, from below, that may not be told when *published* is; None when all may.

    *change*: the parts are differences between two values that are both out.
    """
    return next(every_unsafe(made, slices, published, limits, change=change), None)


def every_unsafe(
    made: Tree,
    slices: Sequence[Slice],
    published: frozenset[str],
    limits: Limits,
    *,
    change: bool = False,
) -> Iterator[Unsafe]:
    """The atoms, from below, that may not be told when *published* is: see `unsafe`."""
    for cell in made.order:
        for one in slices:
            family = published | one.told
            if cell not in family:
                continue
            parts = [
                part
                for leaf in find_atom_leaves(made, cell, family)
                for part in one.parts.get(leaf, ())
            ]
            failed = fault(parts, limits, change=change)
            if failed is not None:
                yield Unsafe(cell, failed)


def choose_cells(made: Tree, slices: Sequence[Slice], limits: Limits) -> Choice:
    """The cells to publish in all *slices*, hiding the fewest points, then the fewest cells.

    A cell without any counted point is neither published nor hidden. Nothing published is always
    a choice, unless what is out already fails by itself; then nothing may be added, either.
    """
    search = _Search(made, slices, limits)
    best = search.run(_ROUGH, (0, 0)) or search.run(_ROUGH, None)
    optimal = best is not None and not search.cut
    if best is not None and not optimal:
        best = search.run(_MOST, best.loss) or best
        optimal = not search.cut
    if best is None:
        found = find_unsafe_atom(made, slices, frozenset(), limits)
        if found is None:
            raise AssertionError("nothing is a choice where what is out passes")
        return build_empty_choice(made, slices, found)
    published = frozenset(name for i, name in enumerate(made.order) if best.chosen >> i & 1)
    if not optimal:
        published = _fill_publication(search, published)
    hidden = tuple(
        _explain_hidden(search, published, cell)
        for cell in made.downwards()
        if search.points[cell] and cell not in published
    )
    loss = sum(search.points[one.cell] for one in hidden), len(hidden)
    return Choice(published, hidden, loss, optimal)


def build_empty_choice(made: Tree, slices: Sequence[Slice], found: Unsafe) -> Choice:
    """No cell at all: with what is out, any would tell the atom that was *found*."""
    points = {
        leaf: len({part.point for one in slices for part in one.parts.get(leaf, ())})
        for leaf in made.leaves
    }
    lost = {name: sum(points[leaf] for leaf in made.below(name)) for name in made.downwards()}
    hidden = tuple(
        Hidden(cell, "complementary", found.fault, found.cell) for cell, n in lost.items() if n
    )
    return Choice(frozenset(), hidden, (sum(lost.values()), len(hidden)), optimal=True)


def _fill_publication(search: "_Search", published: frozenset[str]) -> frozenset[str]:
    """*published* with what a search that was cut left out though it passes."""
    for cell in search.made.downwards():
        if (
            cell not in published
            and search.points[cell]
            and not _find_failing_atom(search, published, cell)
        ):
            published |= {cell}
    return published


def _find_failing_atom(search: "_Search", published: frozenset[str], cell: str) -> Unsafe | None:
    """The atom that fails when *cell* is published, too: its own, or that of the next above."""
    made, more = search.made, published | {cell}
    for one in search.slices:
        family = more | one.told
        for changed in (cell, _next_above(made, cell, family)):
            if changed is None:
                continue
            leaves = find_atom_leaves(made, changed, family)
            parts = [part for leaf in leaves for part in one.parts.get(leaf, ())]
            failed = fault(parts, search.limits)
            if failed is not None:
                return Unsafe(changed, failed)
    return None


def _next_above(made: Tree, cell: str, family: frozenset[str]) -> str | None:
    above = made.cells[cell].parent
    while above is not None and above not in family:
        above = made.cells[above].parent
    return above


class _State(NamedTuple):
    """Of the cells of a subtree: leaves not yet accounted for, slice by slice, as bits."""

    open: tuple[int, ...]
    loss: tuple[int, int]
    chosen: int


@dataclass(slots=True)
class _Search:
    """From the leaves up, states of subtrees.

    A state is what the cells above still need to know: of two with the same open leaves only the
    better one is kept. `cut`: some were given up, so that the best may have been among them.
    """

    made: Tree
    slices: Sequence[Slice]
    limits: Limits
    cut: bool = False
    budget: int = _BUDGET
    points: dict[str, int] = field(default_factory=dict)
    """Points of each cell that are counted in some slice: what hiding it loses."""
    _forced: frozenset[str] = frozenset()
    """Leaves that fail by themselves: hidden in every state, so that they count in none."""
    _place: dict[str, int] = field(default_factory=dict)
    _kinds: dict[tuple[int, int], bool] = field(default_factory=dict)
    _verdicts: dict[tuple[int, int], bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._place = {name: i for i, name in enumerate(self.made.order)}
        of_leaf: dict[str, set[str]] = defaultdict(set)
        for one in self.slices:
            for leaf, some in one.parts.items():
                of_leaf[leaf].update([part.point for part in some])
        self.points = {}
        for name in self.made.order:  # from below
            below = self.made.children[name]
            there = len(of_leaf.get(name, ()))
            self.points[name] = sum(self.points[one] for one in below) if below else there
        alone = ((k, leaf) for leaf in of_leaf for k in range(len(self.slices)))
        self._forced = frozenset(leaf for k, leaf in alone if not self._leaf_passes(k, leaf))

    def _leaf_passes(self, k: int, leaf: str) -> bool:
        """Whether *leaf* passes by itself in one slice; nothing counted of it does."""
        return not self.slices[k].parts.get(leaf) or self._passes(k, 1 << self._place[leaf])

    def run(self, most: int, bound: tuple[int, int] | None) -> _State | None:
        """The best state of the tree, of at most *most* a node and none over *bound*, or None."""
        self.cut, self.budget = False, _BUDGET
        states: dict[str, list[_State]] = {}
        for name in self.made.order:
            below = [states.pop(child) for child in self.made.children[name]]
            states[name] = self._prune_states(
                self._closed(name, self._joined(name, below, most, bound)), most, bound
            )
        return min(states[self.made.root], key=_rank_state, default=None)

    def _joined(
        self, name: str, below: list[list[_State]], most: int, bound: tuple[int, int] | None
    ) -> list[_State]:
        """Every combination of the states of the children of *name*."""
        if not below:
            bit = 1 << self._place[name]
            opened = tuple(bit if one.parts.get(name) else 0 for one in self.slices)
            return [_State(opened, (0, 0), 0)]
        found, *others = below
        for other in others:
            if len(found) * len(other) > self.budget:
                self.cut, most = True, _ROUGH
                found, other = _select_best_states(found, most), _select_best_states(other, most)  # noqa: PLW2901
            self.budget = max(0, self.budget - len(found) * len(other))
            pairs = (self._both(a, b) for a in found for b in other)
            found = self._prune_states(pairs, most, bound)
        return found

    def _both(self, one: _State, other: _State) -> _State:
        """Two states side by side. What is mixed stays mixed whatever joins it: all one state."""
        opened = (a | b for a, b in zip(one.open, other.open, strict=True))
        return _State(
            tuple(_MIXED if self._mixed(k, rest) else rest for k, rest in enumerate(opened)),
            (one.loss[0] + other.loss[0], one.loss[1] + other.loss[1]),
            one.chosen | other.chosen,
        )

    def _mixed(self, k: int, rest: int) -> bool:
        if rest == _MIXED:
            return True
        known = self._kinds.get((k, rest))
        if known is None:
            kinds = {
                (part.category, part.moves)
                for leaf in self._leaves(rest)
                for part in self.slices[k].parts.get(leaf, ())
            }
            known = has_mixed_kinds(kinds)
            self._kinds[k, rest] = known
        return known

    def _closed(self, name: str, states: list[_State]) -> list[_State]:
        """Each of *states* with *name* published, where its atoms pass, and with it hidden."""
        bit, n = 1 << self._place[name], self.points[name]
        cost = (0, 0) if name in self._forced or not n else (n, 1)
        found, shut = [], (0,) * len(self.slices)
        for state in states:
            if n and all(self._passes(k, rest) for k, rest in enumerate(state.open)):
                found.append(_State(shut, state.loss, state.chosen | bit))
            kept = self._out_already(name, state.open)
            if kept is not None:
                loss = state.loss[0] + cost[0], state.loss[1] + cost[1]
                found.append(_State(kept, loss, state.chosen))
        return found

    def _out_already(self, name: str, opened: tuple[int, ...]) -> tuple[int, ...] | None:
        """The open leaves when *name* is hidden now: none where its sum is out already."""
        kept = []
        for k, (one, rest) in enumerate(zip(self.slices, opened, strict=True)):
            told = name in one.told
            if told and not self._passes(k, rest):
                return None
            kept.append(0 if told else rest)
        return tuple(kept)

    def _leaves(self, rest: int) -> Iterator[str]:
        while rest:
            lowest = rest & -rest
            yield self.made.order[lowest.bit_length() - 1]
            rest ^= lowest

    def _passes(self, k: int, rest: int) -> bool:
        if not rest or rest == _MIXED:
            return not rest
        known = self._verdicts.get((k, rest))
        if known is None:
            some = self._leaves(rest)
            parts = [part for leaf in some for part in self.slices[k].parts.get(leaf, ())]
            known = self._verdicts[k, rest] = fault(parts, self.limits) is None
        return known

    def _prune_states(
        self, states: Iterable[_State], most: int, bound: tuple[int, int] | None
    ) -> list[_State]:
        best: dict[tuple[int, ...], _State] = {}
        for state in states:
            if bound is not None and state.loss > bound:
                continue
            known = best.get(state.open)
            if known is None or _rank_state(state) < _rank_state(known):
                best[state.open] = state
        if len(best) <= most:
            return list(best.values())
        self.cut = True
        return _select_best_states(best.values(), most)


def _select_best_states(states: Iterable[_State], most: int) -> list[_State]:
    return sorted(states, key=_rank_state)[:most]


def _rank_state(state: _State) -> tuple[tuple[int, int], int]:
    """The order of preference; among equals any fixed one, so that the same data give the same."""
    return state.loss, -state.chosen


def _explain_hidden(search: _Search, published: frozenset[str], cell: str) -> Hidden:
    """Why *cell* is not among *published*."""
    made = search.made
    for one in search.slices:
        parts = [part for leaf in made.below(cell) for part in one.parts.get(leaf, ())]
        failed = fault(parts, search.limits)
        if failed is not None and (failed != "mixed" or not made.children[cell]):
            return Hidden(cell, "primary", failed)
    found = _find_failing_atom(search, published, cell)
    if found is None:
        raise AssertionError("a cell that passes is published")
    return Hidden(cell, "complementary", found.fault, found.cell)
