"""The model of docs/plan/depots.md (D1 to D5) over chosen pairs of site and zone."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from synergie.maintenance.plan.depots import _text
from synergie.maintenance.plan.depots._ground import DepotsModelInputs
from synergie.plan.solver import Model, Need, Outcome

type Pair = tuple[int, int]

_DUST = 1e-9


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns of the model by what they stand for."""

    opened: dict[int, int] = field(default_factory=dict)
    served: dict[Pair, int] = field(default_factory=dict)
    elsewhere: dict[int, int] = field(default_factory=dict)
    """One a zone: its share from any pair that is not in the model, at the least price."""

    def sites(self, outcome: Outcome) -> frozenset[int]:
        """The sites that are open in *outcome*."""
        return frozenset(i for i, column in self.opened.items() if outcome.chosen(column))

    def outside(self, outcome: Outcome) -> list[int]:
        """The zones of which pairs that are not in the model serve more than the dust of floats."""
        return [j for j, column in self.elsewhere.items() if outcome.values[column] > _DUST]

    def start(self, amounts: Mapping[Pair, int], ground: DepotsModelInputs) -> dict[int, float]:
        """*amounts* as values of the columns."""
        values = dict.fromkeys((*self.opened.values(), *self.served.values()), 0.0)
        values |= dict.fromkeys(self.elsewhere.values(), 0.0)
        for i in {i for i, _ in amounts} | set(np.flatnonzero(ground.kept).tolist()):
            values[self.opened[i]] = 1.0
        for (i, j), amount in amounts.items():
            values[self.served[i, j]] = amount / ground.demand[j]
        return values


@dataclass(frozen=True, slots=True)
class Choice:
    """What the model may decide: its pairs, sites that are open for sure, and the rest's price."""

    pairs: Sequence[Pair]
    must: frozenset[int] = frozenset()
    elsewhere: Mapping[int, float] = field(default_factory=dict)
    strong: bool = True


def build_depots_model(ground: DepotsModelInputs, choice: Choice) -> tuple[Model, Columns]:
    """Sites of the pairs and of `must` may open; the others are closed."""
    program, columns = Model("depots"), Columns()
    open_for_sure = choice.must | frozenset(np.flatnonzero(ground.kept).tolist())
    for i in sorted({i for i, _ in choice.pairs} | open_for_sure):
        low = 1.0 if i in open_for_sure else 0.0
        columns.opened[i] = program.column(
            f"open_{i}", ground.fixed[i], low=low, high=1.0, integer=True
        )
    for i, j in choice.pairs:
        columns.served[i, j] = program.column(
            f"serve_{i}_{j}", ground.cost[i, j], high=1.0, integer=ground.problem.single
        )
    for j, price in choice.elsewhere.items():
        columns.elsewhere[j] = program.column(f"else_{j}", price, high=1.0)
    _served_whole(program, ground, columns)
    _within_capacity(program, ground, columns)
    if choice.strong:
        _open_to_serve(program, columns)
    _enough_in_all(program, ground, columns)
    return program, columns


def _served_whole(program: Model, ground: DepotsModelInputs, columns: Columns) -> None:
    """D1."""
    terms: dict[int, list[tuple[int, float]]] = {j: [] for j in range(len(ground.demand))}
    for (_, j), column in columns.served.items():
        terms[j].append((column, 1.0))
    for j, column in columns.elsewhere.items():
        terms[j].append((column, 1.0))
    for row in terms.values():
        program.require(row, low=1.0, high=1.0)


def _within_capacity(program: Model, ground: DepotsModelInputs, columns: Columns) -> None:
    """D2, each row over its capacity."""
    terms: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for (i, j), column in columns.served.items():
        terms[i].append((column, float(ground.demand[j] / ground.capacity[i])))
    for i, row in terms.items():
        site = ground.problem.sites[i]
        need = Need(
            sentence=_text.HOLDS.format(site.id, site.capacity, ground.problem.unit),
            missing=_text.MORE,
            per=float(1 / site.capacity),
            about=(ground.problem.unit, site.id),
            handle=("capacity", site.id),
        )
        program.require([*row, (columns.opened[i], -1.0)], high=0.0, need=need)


def _open_to_serve(program: Model, columns: Columns) -> None:
    """D3, the strong rows: implied for whole numbers, and what makes the bound."""
    for (i, _), column in columns.served.items():
        program.require([(column, 1.0), (columns.opened[i], -1.0)], high=0.0, implied=True)


def _enough_in_all(program: Model, ground: DepotsModelInputs, columns: Columns) -> None:
    """D4: the open sites hold the whole demand; as many as it takes when all hold the same."""
    total = ground.demand.sum()
    sizes = ground.capacity[list(columns.opened)]
    scale = float(sizes.max()) if len(sizes) else 1.0
    terms = [(column, ground.capacity[i] / scale) for i, column in columns.opened.items()]
    same = len(sizes) > 0 and sizes.min() == sizes.max()
    low = np.ceil(total / scale - 1e-9) if same else total / scale - 1e-9
    program.require(terms, low=low, implied=True)


def all_pairs(ground: DepotsModelInputs, sites: Iterable[int] | None = None) -> list[Pair]:
    """Every pair that has a cost, of *sites* or of all."""
    chosen = range(len(ground.fixed)) if sites is None else sorted(sites)
    return [(i, int(j)) for i in chosen for j in np.flatnonzero(np.isfinite(ground.cost[i]))]
