"""A large model solved by its linear bound: most columns are shown to be useless, then dropped.

1. The linear relaxation gives prices; any prices give a lower bound (weak duality), added here
   again so that no tolerance of the solver is in it.
2. With only the gates that the relaxation opens, a plan is found quickly.
3. A column whose reduced cost would lift the bound over that plan is zero in every better plan:
   what is left is solved to the end. Exact: nothing better was dropped.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from synergie.plan import _solver
from synergie.plan._solver import Model, Outcome, Progress

_SMALL = 1500
"""Columns under which the solver alone is as fast."""
_OPEN = 1e-6
_CENT = 0.01
_FLOATS = 0.002
"""What the sums of floats may be off, EUR: a fifth of a cent."""


@dataclass(frozen=True, slots=True)
class _Relaxed:
    values: Any
    reduced: Any
    bound: float


@dataclass(frozen=True, slots=True)
class Effort:
    """How much a solve may take, and who looks on."""

    limit_s: float
    gap_abs: float
    cancel: Callable[[], bool] | None = None
    progress: Callable[[Progress], None] | None = None
    options: Mapping[str, float] | None = None
    began: float = field(default_factory=time.perf_counter)

    def seconds(self) -> float:
        """Since it began."""
        return time.perf_counter() - self.began

    def left(self) -> float:
        """Seconds that are left."""
        return max(self.limit_s - self.seconds(), 0.0)

    def solve(self, model: Model, start: Mapping[int, float] | None = None) -> Outcome:
        """By the solver alone."""
        return model.minimise(
            limit_s=self.left(),
            gap_abs=self.gap_abs,
            cancel=self.cancel,
            progress=self.progress,
            start=start,
            options=self.options,
        )

    def under(self, bound: float) -> "Effort":
        """The same; what it tells of its progress is bounded by *bound*."""
        tell = self.progress
        if tell is None:
            return self
        return replace(self, progress=lambda now: tell(replace(now, bound=bound)))


def minimise(
    model: Model,
    gates: Iterable[int],
    effort: Effort,
    start: Mapping[int, float] | None = None,
) -> Outcome:
    """As `Model.minimise`, for costs in whole cents and columns that *gates* close."""
    if len(model.columns) < _SMALL or (effort.cancel is not None and effort.cancel()):
        return effort.solve(model, start)
    relaxed = _relaxed(model, effort)
    if relaxed is None:
        return effort.solve(model, start)
    under = effort.under(relaxed.bound)
    first = _part(model, {g for g in gates if relaxed.values[g] <= _OPEN}, under)
    if first is None or not first.values or first.objective is None:
        return effort.solve(model, start)
    if first.objective - relaxed.bound <= effort.gap_abs:
        return replace(first, stop="proved", bound=relaxed.bound, seconds=effort.seconds())
    if first.stop != "proved":
        return replace(first, bound=relaxed.bound, seconds=effort.seconds())
    return _finished(model, relaxed, first, under)


def _finished(model: Model, relaxed: _Relaxed, first: Outcome, effort: Effort) -> Outcome:
    """The first plan, or a better one among what its cost does not rule out."""
    upper = first.objective or 0.0
    cut = upper - _CENT + _FLOATS - relaxed.bound
    integer = [column.integer and column.low == 0 for column in model.columns]
    useless = {j for j, whole in enumerate(integer) if whole and relaxed.reduced[j] > cut}
    second = _part(model, useless, effort)
    seconds = effort.seconds()
    nodes = first.nodes + (second.nodes if second else 0)
    if second is None or second.stop == "infeasible":  # nothing left is better
        return replace(first, bound=upper, seconds=seconds, nodes=nodes)
    bound = min(upper, max(relaxed.bound, second.bound or relaxed.bound))
    better = bool(second.values) and second.objective is not None and second.objective < upper
    best = second if better else first
    return replace(best, stop=second.stop, bound=bound, seconds=seconds, nodes=nodes)


def _part(model: Model, zeros: set[int], effort: Effort) -> Outcome | None:
    """The model with columns at zero, those that they close with them. None: it cannot hold."""
    _close(model, zeros)
    kept = [j for j in range(len(model.columns)) if j not in zeros]
    number = {j: n for n, j in enumerate(kept)}
    part = Model(model.name, [model.columns[j] for j in kept])
    for row in model.rows:
        terms = tuple((number[c], f) for c, f in row.terms if c in number)
        if terms:
            part.rows.append(replace(row, terms=terms))
        elif (row.low or 0) > 0 or (row.high is not None and row.high < 0):
            return None
    outcome = effort.solve(part)
    if not outcome.values:
        return outcome
    values = [0.0] * len(model.columns)
    for j, value in zip(kept, outcome.values, strict=True):
        values[j] = value
    return replace(outcome, values=tuple(values))


def _close(model: Model, zeros: set[int]) -> None:
    """Add what a closed gate closes: in a row `w - y <= 0`, w with y."""
    for row in model.rows:
        if row.high == 0 and row.low is None:
            rest = [(c, f) for c, f in row.terms if c not in zeros]
            if all(f > 0 and model.columns[c].low >= 0 for c, f in rest):
                zeros.update(c for c, _ in rest)


@dataclass(frozen=True, slots=True)
class _Arrays:
    """Columns and rows as numpy arrays; entry n is factors[n] of columns[n] in rows[n]."""

    costs: Any
    floor: Any
    roof: Any
    low: Any
    high: Any
    rows: Any
    columns: Any
    factors: Any


def _arrays(model: Model) -> _Arrays:
    import numpy as np  # noqa: PLC0415 (only large models need it)

    pairs = [pair for row in model.rows for pair in row.terms]
    return _Arrays(
        costs=np.array([column.cost for column in model.columns]),
        floor=np.array([column.low for column in model.columns]),
        roof=np.array([column.high for column in model.columns]),
        low=np.array([-np.inf if row.low is None else row.low for row in model.rows]),
        high=np.array([np.inf if row.high is None else row.high for row in model.rows]),
        rows=np.repeat(np.arange(len(model.rows)), [len(row.terms) for row in model.rows]),
        columns=np.array([c for c, _ in pairs], dtype=np.int32),
        factors=np.array([f for _, f in pairs]),
    )


def _relaxed(model: Model, effort: Effort) -> _Relaxed | None:
    """The linear relaxation with a bound that holds whatever its prices; None: not solved."""
    import numpy as np  # noqa: PLC0415

    given = _arrays(model)
    engine = _loaded(given)
    engine.setOptionValue("time_limit", effort.left())
    if effort.cancel is not None:
        engine.cbSimplexInterrupt.subscribe(_stopper(effort.cancel))
    engine.run()
    if engine.getModelStatus().name != "kOptimal":
        return None
    solution = engine.getSolution()
    prices = np.array(solution.row_dual)
    prices[(prices > 0) & np.isinf(given.low)] = 0.0
    prices[(prices < 0) & np.isinf(given.high)] = 0.0
    paid = np.bincount(given.columns, given.factors * prices[given.rows], len(given.costs))
    reduced = given.costs - paid
    ends = np.where(prices > 0, given.low, np.where(prices < 0, given.high, 0.0))
    least = np.minimum(reduced * given.floor, reduced * given.roof).sum()
    return _Relaxed(np.array(solution.col_value), reduced, float(prices @ ends + least))


def _loaded(given: _Arrays) -> Any:
    """The engine with the relaxation in it."""
    import numpy as np  # noqa: PLC0415

    engine = _solver.engine()
    engine.setOptionValue("presolve", "on")
    for name in ("primal_feasibility_tolerance", "dual_feasibility_tolerance"):
        engine.setOptionValue(name, 1e-7)
    count, none = len(given.costs), np.empty(0, dtype=np.int32)
    starts = np.zeros(count, dtype=np.int32)
    engine.addCols(count, given.costs, given.floor, given.roof, 0, starts, none, np.empty(0))
    lines = len(given.low)
    starts = np.searchsorted(given.rows, np.arange(lines)).astype(np.int32)
    entries = (len(given.factors), starts, given.columns, given.factors)
    engine.addRows(lines, given.low, given.high, *entries)
    return engine


def _stopper(cancel: Callable[[], bool]) -> Callable[[Any], None]:
    """Stops the engine when *cancel* says so."""

    def ask(event: Any) -> None:
        event.interrupt(cancel())

    return ask
