"""A linear programme that grows while it is solved: rows and columns come in, the basis stays.

`Model` builds its problem anew for each solve; row and column generation solve dozens of times
what differs by a few rows or columns. Here the engine of `_solver` is kept, with its basis, and
gives duals.
"""

import time
from dataclasses import dataclass, field
from math import frexp
from typing import Any

import numpy as np

from synergie.errors import OutOfTime, SolverFailed
from synergie.plan import solver as _solver
from synergie.plan.solver import Model

type Floats = np.ndarray[Any, np.dtype[np.float64]]

_INFINITE = float("inf")
_DEAREST = 2.0**14
"""At costs of sixty times this, HiGHS 1.16 gives up now and then: "excessive dual values"."""

_ENDS = {"kOptimal", "kInfeasible", "kUnbounded", "kUnboundedOrInfeasible", "kInterrupt"}
"""All else is a breakdown: from a basis kept over thousands of solves, one in some 100,000."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An optimum: values of the columns, duals of the rows (both in their order), objective."""

    values: Floats
    duals: Floats
    objective: float


@dataclass(slots=True)
class Linear:
    """Columns, rows and solves in any order. Minimises."""

    columns: int = 0
    rows: int = 0
    solves: int = 0
    _dearest: float = 0.0
    _limited: bool = False
    _engine: Any = field(default_factory=_solver.build_engine)

    def column(self, cost: float = 0.0, *, low: float = -_INFINITE, high: float = _INFINITE) -> int:
        """A new column; its number."""
        self._dearest = max(self._dearest, abs(cost))
        self._engine.addCol(
            cost, low, high, 0, np.empty(0, dtype=np.int32), np.empty(0, dtype=np.float64)
        )
        self.columns += 1
        return self.columns - 1

    def take(self, model: Model) -> None:
        """All columns and rows of *model*, whole numbers left out."""
        for column in model.columns:
            self.column(column.cost, low=column.low, high=column.high)
        terms = [row.terms for row in model.rows]
        starts = np.cumsum([0, *(len(some) for some in terms)])[:-1].astype(np.int32)
        places = np.array([i for some in terms for i, _ in some], dtype=np.int32)
        factors = np.array([f for some in terms for _, f in some], dtype=np.float64)
        low = np.array([-_INFINITE if row.low is None else row.low for row in model.rows])
        high = np.array([_INFINITE if row.high is None else row.high for row in model.rows])
        self._engine.addRows(len(terms), low, high, len(factors), starts, places, factors)
        self.rows += len(terms)

    def enter(self, matrix: Floats, costs: Floats) -> range:
        """New columns of zero or more, one a line of *matrix* (its factor in each row there is)."""
        self._dearest = max(self._dearest, float(np.abs(costs).max(initial=0.0)))
        columns, rows = np.nonzero(matrix)
        starts = np.searchsorted(columns, np.arange(len(matrix))).astype(np.int32)
        factors = matrix[columns, rows].astype(np.float64)
        n = len(matrix)
        self._engine.addCols(
            n,
            costs.astype(np.float64),
            np.zeros(n),
            np.full(n, _INFINITE),
            len(factors),
            starts,
            rows.astype(np.int32),
            factors,
        )
        first, self.columns = self.columns, self.columns + n
        return range(first, self.columns)

    def require(self, matrix: Floats, low: Floats, high: Floats) -> range:
        """New rows `low <= matrix @ columns <= high`, one a line of *matrix*; their numbers."""
        rows, columns = np.nonzero(matrix)
        starts = np.searchsorted(rows, np.arange(len(matrix))).astype(np.int32)
        factors = matrix[rows, columns].astype(np.float64)
        self._engine.addRows(
            len(matrix), low, high, len(factors), starts, columns.astype(np.int32), factors
        )
        first, self.rows = self.rows, self.rows + len(matrix)
        return range(first, self.rows)

    def change(self, row: int, column: int, factor: float) -> None:
        """Another coefficient."""
        self._engine.changeCoeff(row, column, factor)

    def bound(self, row: int, low: float, high: float) -> None:
        """Other ends of a row; infinite ones take it out."""
        self._engine.changeRowBounds(row, low, high)

    def limit(self, column: int, low: float, high: float) -> None:
        """Other ends of a column."""
        self._engine.changeColBounds(column, low, high)

    def find_infeasible_prices(self) -> list[float]:
        """Prices of rows that show why the last solve found nothing (Farkas), of at most 1 each.

        Zeros when the engine has none. They are floats: what they prove is to be computed.
        """
        _status, known, ray = self._engine.getDualRay()
        longest = max(map(abs, ray), default=0.0) if known else 0.0
        return [float(x) / longest for x in ray] if longest else [0.0] * self.rows

    def price(self, column: int, cost: float) -> None:
        """Another cost of a column."""
        self._dearest = max(self._dearest, abs(cost))
        self._engine.changeColCost(column, cost)

    def _scale(self) -> int:
        """The power of two that costs are taken times, so that none is over `_DEAREST`."""
        return -max(frexp(self._dearest / _DEAREST)[1], 0)

    def _run(self) -> str:
        """Solve from the kept basis, then from none, then behind presolve; the status of HiGHS."""
        self._engine.run()
        for presolve in ("off", "on"):
            status = str(self._engine.getModelStatus().name)
            if status in _ENDS:
                return status
            self._engine.clearSolver()
            self._engine.setOptionValue("presolve", presolve)
            self._engine.run()
        self._engine.setOptionValue("presolve", "off")
        return str(self._engine.getModelStatus().name)

    def minimise(self, *, limit_s: float = _INFINITE) -> Answer | None:
        """The optimum; None when nothing is feasible or the objective has no end.

        Raises OutOfTime after *limit_s* seconds of the processor, SolverFailed when HiGHS breaks
        down from the kept basis and from none.
        """
        if limit_s < _INFINITE or self._limited:
            self._limited = True  # from now on each solve says its own end
            _solver.end_engine_at(self._engine, time.thread_time() + limit_s)
        self._engine.setOptionValue("user_objective_scale", self._scale())
        self.solves += 1
        status = self._run()
        if status in {"kInfeasible", "kUnbounded", "kUnboundedOrInfeasible"}:
            return None
        if status == "kInterrupt":
            raise OutOfTime(limit_s)
        if status != "kOptimal":
            raise SolverFailed(status)
        solution = self._engine.getSolution()
        return Answer(
            np.array(solution.col_value, dtype=np.float64),
            np.array(solution.row_dual, dtype=np.float64),
            float(self._engine.getInfo().objective_function_value),
        )
