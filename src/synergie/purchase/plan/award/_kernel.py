"""A large model solved by its gates: which tiers are open is decided apart from who is in them.

1. The linear relaxation gives prices; any prices give a lower bound (weak duality), added here
   again so that no tolerance of the solver is in it.
2. Of the gates that the relaxation opens, those that pay when a gate is opened whole: a plan over
   them is found quickly, and is known to be the best of them when it reaches their bound.
3. A column whose reduced cost would lift the bound over that plan is zero in every better plan.
4. A better plan opens a gate that no round had: the model with that row, places as shares, gives
   the next gates to try, or a bound over the plan, which is then the optimum.

Exact: each round solves all plans over its gates, and what is left is bounded.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from synergie.plan import solver as _solver
from synergie.plan.solver import Model, Outcome, Progress

SMALL = 100
"""Columns under which the solver alone is as fast."""
_OPEN = 1e-6
_CENT = 0.01
_FLOATS = 0.002
"""What the sums of floats may be off, EUR: a fifth of a cent."""


_SLACK = 1e-9
"""What a bound loses when it is certified: a share of it."""
_BOUNDING = {"mip_heuristic_effort": 0.001}
"""Options of a solve that is for its bound."""


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
    began: float = field(default_factory=time.thread_time)

    def seconds(self) -> float:
        """Since it began."""
        return time.thread_time() - self.began

    def remaining_s(self) -> float:
        """Seconds that are left."""
        return max(self.limit_s - self.seconds(), 0.0)

    def cancelled(self) -> bool:
        """Whether who asked for it no longer wants it."""
        return self.cancel is not None and self.cancel()

    def solve(self, model: Model, start: Mapping[int, float] | None = None) -> Outcome:
        """By the solver alone."""
        return model.minimise(
            limit_s=self.remaining_s(),
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

    def bounding(self) -> "Effort":
        """The same, for the sake of the bound: little is spent on plans."""
        return replace(self, options={**(self.options or {}), **_BOUNDING})

    def until(self, enough: float) -> "Effort":
        """The same, stopped as soon as a bound is over *enough*."""
        return self._stopped(lambda now: now.bound is not None and now.bound > enough)

    def down_to(self, enough: float) -> "Effort":
        """The same, stopped as soon as a plan costs *enough* or less."""
        return self._stopped(lambda now: now.best is not None and now.best <= enough)

    def _stopped(self, holds: Callable[[Progress], bool]) -> "Effort":
        reached: list[bool] = []

        def look(now: Progress) -> None:
            if holds(now):
                reached.append(True)
            if self.progress is not None:
                self.progress(now)

        def stop() -> bool:
            return bool(reached) or self.cancelled()

        return replace(self, progress=look, cancel=stop)


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns by their part in the search."""

    gates: frozenset[int]
    """Binary; a closed one closes the places behind it."""
    places: frozenset[int]
    """Binary; taken as shares when a bound is sought."""


def minimise_model(
    model: Model, columns: Columns, effort: Effort, start: Mapping[int, float] | None = None
) -> Outcome:
    """As `Model.minimise`, for costs in whole cents."""
    if len(model.columns) < SMALL or effort.cancelled():
        return effort.solve(model, start)
    relaxed = _solve_relaxation(model, effort)
    if relaxed is None:
        return effort.solve(model, start)
    under = effort.under(relaxed.bound)
    gates, least = _choose_cheapest_gates(model, columns, relaxed, under)
    first = _solve_open_gates(model, columns.gates - gates, under, least)
    if first is None or not first.values or first.objective is None:
        return effort.solve(model, start)
    if first.objective - relaxed.bound <= effort.gap_abs:
        return replace(first, stop="proved", bound=relaxed.bound, seconds=effort.seconds())
    if first.stop != "proved":
        return replace(first, bound=relaxed.bound, seconds=effort.seconds())
    return _Rounds(model, columns, relaxed, under).run(first, gates)


def _choose_cheapest_gates(
    model: Model, columns: Columns, relaxed: _Relaxed, effort: Effort
) -> tuple[frozenset[int], float]:
    """Of the gates that the relaxation opens, the cheapest to open whole; a bound over them all."""
    some = frozenset(g for g in columns.gates if relaxed.values[g] > _OPEN)
    found = _solve_with_zeros(
        _relax_places(model, columns), set(columns.gates - some), effort.bounding()
    )
    if found is None or not found.values or found.bound is None:
        return some, relaxed.bound
    return frozenset(g for g in some if found.chosen(g)), found.bound


def _relax_places(model: Model, columns: Columns) -> Model:
    """The same with places as shares: gates alone are whole."""
    kept = [
        replace(column, integer=False) if j in columns.places else column
        for j, column in enumerate(model.columns)
    ]
    return Model(model.name, kept, list(model.rows))


def _solve_open_gates(
    model: Model, shut: frozenset[int], effort: Effort, least: float
) -> Outcome | None:
    """The best plan without the gates *shut*, of which none costs under *least*."""
    enough = least + effort.gap_abs - _FLOATS - abs(least) * _SLACK
    found = _solve_with_zeros(model, set(shut), effort.down_to(enough))
    if found is None or found.objective is None or found.objective > enough:
        stopped = found is not None and found.stop == "cancelled" and not effort.cancelled()
        return _solve_with_zeros(model, set(shut), effort) if stopped else found
    known = least if found.bound is None else max(found.bound, least)
    return replace(found, stop="proved", bound=known)


@dataclass(slots=True)
class _Rounds:
    """Gates that were tried, each set with all plans over it solved."""

    model: Model
    columns: Columns
    relaxed: _Relaxed
    effort: Effort
    tried: list[frozenset[int]] = field(default_factory=list)
    nodes: int = 0

    def run(self, first: Outcome, tried: frozenset[int]) -> Outcome:
        """The best plan, with a bound on all; *first* is the best over the gates *tried*."""
        best = first
        floor = first.bound if first.bound is not None else self.relaxed.bound
        self.nodes = first.nodes
        while True:
            self.tried.append(tried)
            rest = self._rest(best.objective or 0.0)
            bound = self._bound(rest, best, floor)
            if bound is not None:
                return replace(best, **bound, seconds=self.effort.seconds(), nodes=self.nodes)
            assert rest is not None  # noqa: S101 (without a rest there is a bound)
            tried = frozenset(g for g in self.columns.gates if rest.chosen(g))
            least = min(best.objective or 0.0, rest.bound or self.relaxed.bound)
            found = _solve_open_gates(self.model, self.columns.gates - tried, self.effort, least)
            if found is None or found.stop == "infeasible":
                continue
            self.nodes += found.nodes
            floor = min(floor, self.relaxed.bound if found.bound is None else found.bound)
            if found.values and (found.objective or 0.0) < (best.objective or 0.0):
                best = found
            if found.stop != "proved":
                stopped = min(floor, rest.bound or self.relaxed.bound)
                seconds = self.effort.seconds()
                return replace(
                    best, stop=found.stop, bound=stopped, nodes=self.nodes, seconds=seconds
                )

    def _rest(self, upper: float) -> Outcome | None:
        """The cheapest gates that were not tried, places as shares. None: nothing is left."""
        cut = upper - _CENT + _FLOATS - self.relaxed.bound
        integer = self.columns.gates | self.columns.places
        useless = {j for j in integer if self.relaxed.reduced[j] > cut}
        rest = _relax_places(self.model, self.columns)
        for tried in self.tried:
            rest.require([(g, 1) for g in sorted(self.columns.gates - tried)], low=1)
        outcome = _solve_with_zeros(
            rest, useless, self.effort.bounding().until(upper - _CENT + _FLOATS)
        )
        self.nodes += outcome.nodes if outcome else 0
        return outcome

    def _bound(self, rest: Outcome | None, best: Outcome, floor: float) -> dict[str, Any] | None:
        """Why the search is over and with what bound; None when it goes on."""
        upper = best.objective or 0.0
        if rest is None or rest.stop == "infeasible":
            return {"stop": "proved", "bound": min(floor, upper)}
        least = self.relaxed.bound if rest.bound is None else max(rest.bound, self.relaxed.bound)
        if least > upper - _CENT + _FLOATS:
            return {"stop": "proved", "bound": min(floor, upper)}
        if rest.stop != "proved" or not rest.values:
            return {"stop": rest.stop, "bound": min(floor, least)}
        return None


def _solve_with_zeros(model: Model, zeros: set[int], effort: Effort) -> Outcome | None:
    """The model with columns at zero, those that they close with them. None: it cannot hold."""
    _close_dependent_columns(model, zeros)
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


def _close_dependent_columns(model: Model, zeros: set[int]) -> None:
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


def _build_arrays(model: Model) -> _Arrays:
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


def _solve_relaxation(model: Model, effort: Effort) -> _Relaxed | None:
    """The linear relaxation with a bound that holds whatever its prices; None: not solved."""
    import numpy as np  # noqa: PLC0415

    given = _build_arrays(model)
    engine = _load_engine(given)
    engine.setOptionValue("time_limit", effort.remaining_s())
    if effort.cancel is not None:
        engine.cbSimplexInterrupt.subscribe(_build_stop_callback(effort.cancel))
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


def _load_engine(given: _Arrays) -> Any:
    """The engine with the relaxation in it."""
    import numpy as np  # noqa: PLC0415

    engine = _solver.build_engine()
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


def _build_stop_callback(cancel: Callable[[], bool]) -> Callable[[Any], None]:
    """Stops the engine when *cancel* says so."""

    def ask(event: Any) -> None:
        event.interrupt(cancel())

    return ask
