"""A bound by branching, each of its leaves proved in exact rationals.

HiGHS gives no tree, and its cuts no derivation; so the relaxation is branched here. Its answers
are floats and are not believed: of each node its prices are rounded to rationals, and only what
they prove exactly counts. Stopped early, the nodes that are left keep the bound of their parent:
the whole is a bound all the same.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from heapq import heappop, heappush
from math import ceil, floor

from synergie.plan.certificate.exact import (
    PRICES,
    Bounds,
    ExactModel,
    Part,
    build_exact_model,
    list_parts,
)
from synergie.plan.linear import Linear
from synergie.plan.seconds import check_seconds
from synergie.plan.solver import Model

_ZERO = Fraction(0)
_WHOLE = 1e-6
"""How far from whole a value may be and count as whole: below it no branch moves it."""
_TRIALS = 8
"""Columns whose two branches are solved before one is chosen (strong branching)."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A box in which *prices* of the rows of its part prove *bound*; None: that it is empty."""

    prices: dict[int, int]
    """Multiples of 1 / `PRICES`, by row."""
    bound: Fraction | None


@dataclass(slots=True)
class Node:
    """A box of the tree: split at a column, or a leaf."""

    box: dict[int, Bounds]
    leaf: Leaf
    column: int | None = None
    below: "Node | None" = None
    above: "Node | None" = None


@dataclass(frozen=True, slots=True)
class PartProof:
    """The tree of a part that no row ties to the rest."""

    part: Part
    root: Node
    bound: Fraction | None
    """What its columns cost at least, EUR. None: it has no plan."""
    leaves: int
    complete: bool
    """Whether it reaches what was to be proved."""


@dataclass(frozen=True, slots=True)
class BoundProof:
    """A bound on all plans: what the parts cost at least, together."""

    exact: ExactModel
    parts: tuple[PartProof, ...]

    @property
    def complete(self) -> bool:
        """Whether nothing cheaper is left."""
        return all(one.complete for one in self.parts)

    @property
    def leaves(self) -> int:
        """Boxes that are proved apart."""
        return sum(one.leaves for one in self.parts)

    @property
    def bound(self) -> Fraction | None:
        """No plan costs less, EUR. None: there is no plan."""
        total = Fraction(0)
        for one in self.parts:
            if one.bound is None:
                return None
            total += self.exact.round_bound(one.part, one.bound)
        return total


@check_seconds
def prove_bound(
    model: Model,
    values: Mapping[int, float],
    *,
    within: Fraction = _ZERO,
    loose: frozenset[int] = frozenset(),
    limit_s: float = 60,
) -> BoundProof:
    """That nothing in *model* costs less than the plan *values*, or the best bound that time gives.

    A bound *within* EUR of what the plan costs is enough, in each part. *loose*: rows that are
    left out first, since they only tie parts together; when that is not enough, all is proved with
    them. *limit_s* counts seconds of the processor. Raises SolverFailed when HiGHS breaks down.
    """
    exact = build_exact_model(model)
    run = _Run(model, exact, values, within, time.thread_time() + limit_s)
    proof = run.prove(list_parts(exact, loose))
    if proof.complete or not loose:
        return proof
    tied = run.prove(list_parts(exact, frozenset()))
    return max(proof, tied, key=lambda one: (one.bound is None, one.bound or 0))


@dataclass(frozen=True, slots=True)
class _Run:
    model: Model
    exact: ExactModel
    values: Mapping[int, float]
    within: Fraction
    until: float

    def prove(self, parts: list[Part]) -> BoundProof:
        """Each part in an even part of the time that is left."""
        proofs = []
        for number, part in enumerate(parts):
            now = time.thread_time()
            own = now + (self.until - now) / (len(parts) - number)
            enough = self._sum_costs(part) - self.within
            proofs.append(_Search(self.model, self.exact, part, enough, own).run())
        return BoundProof(self.exact, tuple(proofs))

    def _sum_costs(self, part: Part) -> Fraction:
        """What the plan costs in *part*."""
        exact = self.exact
        paid = (exact.cost_of(j) * Fraction(repr(self.values[j])) for j in part.columns)
        return sum(paid, _ZERO)


@dataclass(slots=True)
class _Search:
    model: Model
    exact: ExactModel
    part: Part
    enough: Fraction
    until: float
    engine: Linear = field(default_factory=Linear)
    number: dict[int, int] = field(init=False)
    """Columns of the engine by those of the model."""
    at: dict[int, Bounds] = field(default_factory=dict)
    """The box that the engine is in."""

    def __post_init__(self) -> None:
        self.number = {j: n for n, j in enumerate(self.part.columns)}
        small = Model(self.model.name, [self.model.columns[j] for j in self.part.columns])
        for i in self.part.rows:
            row = self.model.rows[i]
            terms = [(self.number[j], f) for j, f in row.terms if j in self.number]
            small.require(terms, low=row.low, high=row.high)
        self.engine.take(small)

    def run(self) -> PartProof:
        """The tree, best bound first: stopped early, its bound is the best of its size."""
        root = Node({}, self._prove({})[0])
        heap: list[tuple[Fraction, int, Node]] = []
        self._push(heap, root)
        count = 0
        while heap and not self._is_over():
            node = heappop(heap)[2]
            for child in self._split(node):
                count += 1
                self._push(heap, child, count)
        leaves = [leaf.bound for leaf in _iterate_leaves(root)]
        bounds = [bound for bound in leaves if bound is not None]
        return PartProof(
            part=self.part,
            root=root,
            bound=min(bounds, default=None),
            leaves=len(leaves),
            complete=all(bound >= self.enough for bound in bounds),
        )

    def _is_over(self) -> bool:
        return time.thread_time() > self.until

    def _push(self, heap: list[tuple[Fraction, int, Node]], node: Node, count: int = 0) -> None:
        if node.leaf.bound is not None and node.leaf.bound < self.enough:
            heappush(heap, (node.leaf.bound, count, node))

    def _split(self, node: Node) -> Iterator[Node]:
        """The two parts of *node*; none when its relaxation is whole."""
        _, values = self._prove(node.box)
        column = None if values is None else self._choose_column(node, values)
        if column is None or values is None:
            return
        below, above = self._halve(node.box, column, values[column])
        node.column = column
        node.below = Node(below, self._choose_leaf(node.leaf, self._prove(below)[0]))
        node.above = Node(above, self._choose_leaf(node.leaf, self._prove(above)[0]))
        yield from (node.below, node.above)

    def _choose_leaf(self, outer: Leaf, leaf: Leaf) -> Leaf:
        """The better of both: what is proved of a box holds of its parts, too."""
        if leaf.bound is None or outer.bound is None:
            return leaf
        return leaf if leaf.bound >= outer.bound else outer

    def _halve(
        self, box: dict[int, Bounds], column: int, value: float
    ) -> tuple[dict[int, Bounds], dict[int, Bounds]]:
        inside = box.get(column, self.exact.bounds[column])
        below = Bounds(inside.low, Fraction(floor(value)))
        above = Bounds(Fraction(ceil(value)), inside.high)
        return {**box, column: below}, {**box, column: above}

    def _choose_column(self, node: Node, values: Mapping[int, float]) -> int | None:
        """The column whose branches gain most, among those nearest the middle."""
        broken = [
            (abs(value - floor(value) - 0.5), -abs(self.exact.costs[j]), j)
            for j, value in values.items()
            if self.exact.whole[j] and abs(value - round(value)) > _WHOLE
        ]
        trials = [j for *_, j in sorted(broken)[:_TRIALS]]
        if len(trials) < 2:  # noqa: PLR2004 (nothing to choose)
            return trials[0] if trials else None
        return max(trials, key=lambda j: self._score(node, j, values[j]))

    def _score(self, node: Node, column: int, value: float) -> float:
        """The product of what both branches gain, as floats: to choose by, not to prove with."""
        known = float(node.leaf.bound or 0)
        most = float(self.enough) - known
        score = 1.0
        for box in self._halve(node.box, column, value):
            self._enter(box)
            answer = self.engine.minimise()
            gain = most if answer is None else min(answer.objective - known, most)
            score *= max(gain, 1e-6)
        return score

    def _prove(self, box: dict[int, Bounds]) -> tuple[Leaf, dict[int, float] | None]:
        """What the prices of the relaxation of *box* prove, and its values."""
        self._enter(box)
        answer = self.engine.minimise()
        if answer is not None:
            leaf = self._build_leaf(answer.duals.tolist(), box)
            return leaf, dict(zip(self.part.columns, answer.values.tolist(), strict=True))
        prices = self._round_prices(self.engine.find_infeasible_prices())
        if self.exact.compute_bound(self.part, prices, box, costs=False) > 0:
            return Leaf(prices, None), None
        return self._build_leaf([], box), None  # the ray proves nothing: what costs alone prove

    def _build_leaf(self, duals: list[float], box: dict[int, Bounds]) -> Leaf:
        prices = self._round_prices(duals)
        return Leaf(prices, self.exact.compute_bound(self.part, prices, box, costs=True))

    def _round_prices(self, duals: list[float]) -> dict[int, int]:
        """Multiples of 1 / `PRICES` that press on an end which their row has."""
        rounded = zip(self.part.rows, (round(price * PRICES) for price in duals), strict=False)
        return {i: n for i, n in rounded if n and self.exact.get_end(i, n) is not None}

    def _enter(self, box: dict[int, Bounds]) -> None:
        """Move the engine to *box*."""
        for column in self.at.keys() | box.keys():
            inside = box.get(column, self.exact.bounds[column])
            if self.at.get(column, self.exact.bounds[column]) != inside:
                self.engine.limit(self.number[column], float(inside.low), float(inside.high))
        self.at = box


def _iterate_leaves(root: Node) -> Iterator[Leaf]:
    pending = [root]
    while pending:
        node = pending.pop()
        if node.below is None or node.above is None:
            yield node.leaf
        else:
            pending += (node.above, node.below)
