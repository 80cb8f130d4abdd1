"""The one file that names a solver: rows of numbers in, values and a certified bound out.

A `Model` holds plain numbers, so that the same rows serve the solve, the list of the rows that
conflict, and the elastic model that says by how much. PuLP and HiGHS are imported on first use
(half a second of processor time). Traps of both, measured: see docs/plan/purchase.md, "Solver".
"""

import math
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any, Literal, SupportsFloat

from synergie.errors import MissingExtra, OutOfTime, SolverFailed

type Stop = Literal["proved", "time", "nodes", "cancelled", "infeasible"]
type Number = SupportsFloat  # numpy scalars too: PuLP would misread them
type Terms = Iterable[tuple[int, Number]]

SEED = 0
THREADS = 1  # HiGHS keeps one thread count a process: a second value fails inside it
OPTIONS = frozenset(
    {
        "mip_feasibility_tolerance",
        "mip_heuristic_effort",
        "mip_max_nodes",
        "primal_feasibility_tolerance",
    }
)
"""Options a caller may give. HiGHS through PuLP takes a mistyped one in silence."""

_FAR = 1e-6
_LOOK = 50
"""Rows between two looks at the time while a model is built."""
_SECONDS_A_TERM = 1e-6
"""Seconds of a processor that HiGHS takes a coefficient before it first asks whether to end."""
_NO_ENUMERATION = 1 << 16
"""Rules of presolve left out: HiGHS 1.16 loses equations after it, and optima (#3216)."""
_WAIT = 20.0
"""Seconds of the clock for one of the processor at which a solve ends whatever it counts."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a solve stands: seconds, best plan so far (None: none yet), certified bound.

    `done` is the share of the parts that are solved, when the problem is solved in parts.
    """

    seconds: float
    best: float | None
    bound: float | None
    done: float = 0.0


@dataclass(frozen=True, slots=True)
class Need:
    """A requirement people can change.

    `sentence` states it. `missing` says what would lift it: a constant text whose first `{}` is
    the amount, in the unit of the row divided by `per`, and whose others are `about`. `weight`
    ranks it against the others when amounts are sought. `handle` is what it stands for in the
    problem, its kind first: who seeks another way out relaxes there.
    """

    sentence: str
    missing: str
    weight: float = 1.0
    per: float = 1.0
    about: tuple[object, ...] = ()
    handle: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a solve gave. `values` follows the columns, empty when there is no plan.

    `bound` is certified by HiGHS, None when it has none; `objective` is the solver's own float
    and only good for logs: a plan adds its cost again in Decimal.
    """

    stop: Stop
    values: tuple[float, ...]
    objective: float | None
    bound: float | None
    seconds: float
    nodes: int

    def chosen(self, column: int) -> bool:
        """Whether a binary column is one."""
        return self.values[column] > 0.5  # noqa: PLR2004 (the middle of 0 and 1)

    def count(self, column: int) -> int:
        """The value of an integer column."""
        return round(self.values[column])

    def contradicts_itself(self, *, gap: float, gap_abs: float) -> bool:
        """Whether it says "proved" of a plan that its own bound does not prove.

        HiGHS 1.16 does, now and then, when it is given a plan to begin from: it stops at the
        root, calls the given plan optimal, and tells a bound far below.
        """
        if self.stop != "proved" or self.objective is None or self.bound is None:
            return False
        size = abs(self.objective)
        return self.objective - self.bound > max(gap_abs, gap * size, 1e-6 * max(size, 1.0))


@dataclass(frozen=True, slots=True)
class Column:
    """A variable: its cost in the objective, its bounds, whether it is a whole number."""

    name: str
    cost: float
    low: float
    high: float
    integer: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A constraint: terms as (column, factor), between two bounds; None: no bound."""

    terms: tuple[tuple[int, float], ...]
    low: float | None
    high: float | None
    need: Need | None
    implied: bool = False


@dataclass(slots=True)
class Model:
    """Columns and rows of one minimisation, as plain numbers."""

    name: str
    columns: list[Column] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    until: float | None = None
    """Where `time.thread_time` ends its building and its solve. None: only the solve has an end."""
    terms: int = 0
    """Coefficients of its rows."""
    ended: bool = False
    """Whether time ended while it was built: it lacks rows, and is not solved."""

    def binary(self, name: str, cost: Number = 0.0) -> int:
        """A new column that is 0 or 1; its number."""
        return self.column(name, cost, high=1.0, integer=True)

    def column(
        self,
        name: str,
        cost: Number = 0.0,
        *,
        high: Number,
        integer: bool = False,
        low: Number = 0.0,
    ) -> int:
        """A new column between *low* and *high*; its number. numpy scalars become plain floats."""
        if not all(map(math.isfinite, (float(cost), float(low), float(high)))):
            raise ValueError(f"column {name}: cost and bounds are finite numbers")
        self.columns.append(Column(name, float(cost), float(low), float(high), integer))
        return len(self.columns) - 1

    def require(
        self,
        terms: Terms,
        *,
        low: Number | None = None,
        high: Number | None = None,
        need: Need | None = None,
        implied: bool = False,
    ) -> int:
        """A new row `low <= sum of coefficient * column <= high`; its number.

        *implied*: the other rows say it already for whole numbers; it helps the proof and is
        left out when conflicts are sought.
        """
        plain = tuple((int(column), float(factor)) for column, factor in terms)
        if not all(math.isfinite(factor) for _, factor in plain):
            raise ValueError("coefficients are finite numbers")
        ends = [None if end is None else float(end) for end in (low, high)]
        self.terms += len(plain)
        if self.until is not None and len(self.rows) % _LOOK == 0:
            self.ended = self.ended or time.thread_time() > self.until
        self.rows.append(Row(plain, ends[0], ends[1], need, implied))
        return len(self.rows) - 1

    def minimise(
        self,
        *,
        limit_s: float,
        gap: float = 0.0,
        gap_abs: float = 0.0,
        cancel: Callable[[], bool] | None = None,
        progress: Callable[[Progress], None] | None = None,
        start: Mapping[int, float] | None = None,
        options: Mapping[str, float] | None = None,
    ) -> Outcome:
        """The cheapest values, or why there is none: `stop` says.

        *limit_s* counts seconds of the processor, so that a busy machine changes nothing. *gap* is
        relative, *gap_abs* in the unit of the objective. *cancel* is asked during the
        solve; *start* is a plan to begin from. Raises SolverFailed when HiGHS breaks down, and
        what *cancel* or *progress* raised.
        """
        given = dict(options or {})
        for name in given.keys() - OPTIONS:
            raise TypeError(f"unknown solver option {name!r}; known: {', '.join(sorted(OPTIONS))}")
        if cancel is not None and cancel():
            return Outcome("cancelled", (), None, None, 0.0, 0)
        if not self.columns and not self.ended:
            return _solve_empty_model(self)
        limit = max(float(limit_s), 0.0)
        if self.until is not None:  # a model that cannot even be handed over in time is not solved
            limit = max(min(limit, self.until - time.thread_time()), 0.0)
            if self.ended or limit < self.terms * _SECONDS_A_TERM:
                return Outcome("time", (), None, None, 0.0, 0)
        watch = _Watch(cancel, progress, time.thread_time() + limit)
        chosen = {
            "timeLimit": limit * _WAIT,
            "gapRel": float(gap),
            "gapAbs": float(gap_abs),
            **{name: _convert_to_python(value) for name, value in given.items()},
        }
        if start:  # first with the start, and again without when the answer contradicts itself
            problem, variables = _build_problem(self, start)
            outcome = _Solve(problem, variables, watch).run({**chosen, "warmStart": True})
            if not outcome.contradicts_itself(gap=gap, gap_abs=gap_abs):
                return outcome
        problem, variables = _build_problem(self, None)
        return _Solve(problem, variables, watch).run({**chosen, "warmStart": False})


@cache
def describe_solver() -> str:
    """The solver and its version, as a plan names it. Example: `HiGHS 1.16.0, PuLP 4.2.0`."""
    pulp, highspy = _import_engines()
    return f"HiGHS {highspy.Highs().version()}, PuLP {pulp.__version__}"


def build_engine() -> Any:
    """A quiet HiGHS for linear programmes that grow (`_linear`): fine tolerances, kept basis."""
    _, highspy = _import_engines()
    fresh = highspy.Highs()
    settings = {
        "output_flag": False,
        "threads": THREADS,
        "random_seed": SEED,
        "presolve": "off",
        "solver": "simplex",
        "primal_feasibility_tolerance": 1e-10,
        "dual_feasibility_tolerance": 1e-10,
    }
    for name, value in settings.items():
        fresh.setOptionValue(name, value)
    return fresh


def end_engine_at(engine: Any, until: float) -> None:
    """Interrupt all further runs of *engine* once `time.thread_time` is past *until*."""
    _, highspy = _import_engines()
    engine.setCallback(_Watch(None, None, until), None)
    engine.startCallback(highspy.cb.HighsCallbackType.kCallbackSimplexInterrupt)


def _solve_empty_model(model: Model) -> Outcome:
    """A model without columns: nothing to decide, and it holds when zero is inside each row."""
    fits = all((row.low or 0) <= 0 <= (0 if row.high is None else row.high) for row in model.rows)
    return Outcome("proved" if fits else "infeasible", (), 0.0, 0.0, 0.0, 0)


def _convert_to_python(value: float) -> float | int:
    """A Python number from a numpy scalar or a Python number."""
    return int(value) if float(value).is_integer() and value >= 1 else float(value)


_loaded: list[tuple[ModuleType, ModuleType]] = []


def _import_engines() -> tuple[ModuleType, ModuleType]:
    """PuLP and highspy, imported once; the two banner lines of HiGHS go to the null device."""
    if not _loaded:
        try:
            import pulp  # noqa: PLC0415 (half a second: only who solves pays it)

            highspy = import_module("highspy")  # after pulp, which loads its symbols first
        except ImportError as error:
            raise MissingExtra("plan") from error
        _run_silently(highspy.Highs)
        _loaded.append((pulp, highspy))
    return _loaded[0]


def _run_silently(act: Callable[[], object]) -> None:
    """Do *act* with file descriptor 1 on the null device: HiGHS writes there, not to sys.stdout."""
    kept, null = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(null, 1)
        act()
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(null)


def _build_problem(model: Model, start: Mapping[int, float] | None) -> tuple[Any, list[Any]]:
    """The PuLP problem and its variables, in the order of the columns."""
    pulp, _ = _import_engines()
    problem = pulp.LpProblem(model.name)
    variables = [
        problem.add_variable(
            f"x{number}", column.low, column.high, "Integer" if column.integer else "Continuous"
        )
        for number, column in enumerate(model.columns)
    ]
    costs = zip(variables, model.columns, strict=True)
    problem.setObjective(pulp.lpSum_vars_coefs([(v, column.cost) for v, column in costs]))
    for row in model.rows:
        _add_row(problem, pulp.lpSum_vars_coefs([(variables[i], f) for i, f in row.terms]), row)
    for number, value in (start or {}).items():
        variables[number].varValue = float(value)
    return problem, variables


def _add_row(problem: Any, left: Any, row: Row) -> None:
    """PuLP has no ranged row: one with two different ends becomes two."""
    if row.low is not None and row.low == row.high:
        problem += left == row.low
        return
    if row.low is not None:
        problem += left >= row.low
    if row.high is not None:
        problem += left <= row.high


@dataclass(slots=True)
class _Watch:
    """What HiGHS calls while it runs. HiGHS swallows an exception raised here: it is kept."""

    cancel: Callable[[], bool] | None
    progress: Callable[[Progress], None] | None
    until: float
    """Where `time.thread_time` ends the solve."""
    error: BaseException | None = None
    stop: Stop | None = None
    """Why it was interrupted."""

    def __call__(self, *call: Any) -> None:
        _kind, _message, out, back, _data = call
        try:
            self._look(out, back)
        except BaseException as error:  # noqa: BLE001 (kept, raised after the solve)
            self.error = error
            if back is not None:
                back.user_interrupt = True

    def _look(self, out: Any, back: Any) -> None:
        if self.progress is not None and out is not None:
            best, bound = out.mip_primal_bound, out.mip_dual_bound
            self.progress(
                Progress(out.running_time, _replace_infinite(best), _replace_infinite(bound))
            )
        if self.error is not None or (self.cancel is not None and self.cancel()):
            self.stop = "cancelled"
        elif time.thread_time() > self.until:
            self.stop = self.stop or "time"
        if self.stop is not None and back is not None:
            back.user_interrupt = True


@contextmanager
def _hold_interrupt(watch: _Watch) -> Iterator[None]:
    """Ctrl-C stops the solve and is raised after it.

    Raised inside the callback it would be swallowed by HiGHS, whose answer is then undefined.
    """
    mine = signal.default_int_handler
    if threading.current_thread() is not threading.main_thread() or (
        signal.getsignal(signal.SIGINT) is not mine
    ):
        yield
        return

    def keep(_number: int, _frame: object) -> None:
        watch.error = KeyboardInterrupt()

    signal.signal(signal.SIGINT, keep)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, mine)


def _replace_infinite(value: float) -> float | None:
    return value if math.isfinite(value) else None


@dataclass(frozen=True, slots=True)
class _Solve:
    problem: Any
    variables: list[Any]
    watch: _Watch

    def run(self, settings: dict[str, Any]) -> Outcome:
        with _hold_interrupt(self.watch):
            return self._run(settings)

    def _run(self, settings: dict[str, Any]) -> Outcome:
        began = time.thread_time()
        stats = self._once(settings)
        if stats.status.name == "NotSolved" and self.watch.error is None:
            # someone in this process ran HiGHS with another thread count: start its pool anew
            _import_engines()[1].Highs.resetGlobalScheduler(True)
            stats = self._once(settings)
        if self.watch.error is not None:
            raise self.watch.error
        return self._outcome(stats, time.thread_time() - began)

    def _once(self, settings: dict[str, Any]) -> Any:
        pulp, highspy = _import_engines()
        kinds = highspy.cb.HighsCallbackType
        solver = pulp.HiGHS(
            msg=False,
            threads=THREADS,
            random_seed=SEED,
            presolve_rule_off=_NO_ENUMERATION,
            callbackTuple=(self.watch, None),
            callbacksToActivate=[
                kinds.kCallbackMipInterrupt,
                kinds.kCallbackSimplexInterrupt,
                kinds.kCallbackIpmInterrupt,
            ],
            **settings,
        )
        return self.problem.solve(solver)

    def _outcome(self, stats: Any, seconds: float) -> Outcome:
        stop = _find_stop_reason(stats, self.watch.stop)
        # a stopped linear programme hands back an iterate that need not be feasible
        usable = stats.has_solution and (stats.is_mip or stats.status.name == "Optimal")
        values = tuple(float(v.varValue) for v in self.variables) if usable else ()
        bound = stats.best_bound if stats.is_mip else stats.objective if usable else None
        nodes = int(self.problem.solverModel.getInfo().mip_node_count)
        objective = stats.objective if usable else None
        return Outcome(stop, values, objective, bound, seconds, max(nodes, 0))


_STOPS: dict[str, Stop] = {
    "Optimal": "proved",
    "Infeasible": "infeasible",
    "TimeLimit": "time",
    "SolutionLimit": "nodes",  # what HiGHS answers to mip_max_nodes
    "IterationLimit": "nodes",
}


def _find_stop_reason(stats: Any, interrupted: Stop | None) -> Stop:
    """Why the solve ended; SolverFailed for all that is neither a plan nor a proof."""
    name = str(stats.status.name)
    if name == "Interrupted" and interrupted is not None:
        return interrupted
    if name not in _STOPS:
        raise SolverFailed(name)
    return _STOPS[name]


def find_irreducible_conflict(model: Model) -> tuple[str, ...]:
    """The sentences of an irreducible infeasible set of rows of the linear relaxation.

    Empty when the relaxation holds, or HiGHS finds none.
    """
    single = Model(model.name, list(model.columns))
    for row in model.rows:  # one PuLP row each, so that row numbers agree
        ends = [(row.low, row.high)] if row.low == row.high else [(row.low, None), (None, row.high)]
        single.rows += [
            replace(row, low=a, high=b) for a, b in ends if a is not None or b is not None
        ]
    problem, _ = _build_problem(single, None)
    pulp, _ = _import_engines()
    solver = pulp.HiGHS(msg=False, mip=False, threads=THREADS)
    if problem.solve(solver).status.name != "Infeasible":
        return ()
    engine = problem.solverModel
    engine.setOptionValue("iis_strategy", 6)
    _, found = engine.getIis()
    needs = [single.rows[number].need for number in found.row_index_]
    return tuple(dict.fromkeys(need.sentence for need in needs if need is not None))


def check_outcome(outcome: Outcome, limit_s: float) -> Outcome:
    """The same outcome when it holds a plan; OutOfTime otherwise, for stops that carry none."""
    if not outcome.values and outcome.stop in {"time", "nodes"}:
        raise OutOfTime(limit_s)
    return outcome
