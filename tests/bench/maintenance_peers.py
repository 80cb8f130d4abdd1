"""What a user would run instead on a published maintenance year: the model it is published with.

`z` binary by cabinet and week, `d` whole by zone and week. All get the same rows in arrays; CP-SAT
gets whole numbers, scaled by us. Each gives the cost of its plan and its bound; None: it has none.
"""

import json
import time
from collections import defaultdict
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

type Stand = tuple[float | None, float | None]
"""Cost of the plan, bound; None: none was found."""


@dataclass(frozen=True, slots=True)
class Compact:
    """The published model: columns with their costs, rows with their ends."""

    cost: Any
    high: Any
    lines: list[tuple[list[int], list[float], float, float]]


def compact(shared: Path, name: str) -> Compact:
    """An instance of synergie-maintenance as it is published."""
    path = shared / "benchmarks" / "synergie-maintenance" / "data" / f"{name}.json"
    data = json.loads(path.read_text("utf-8"))
    weeks, zones = data["weeks"], data["zones"]
    cost: list[float] = []
    lines: list[tuple[list[int], list[float], float, float]] = []
    work: dict[tuple[int, int], list[tuple[int, float]]] = defaultdict(list)
    for c in range(data["clusters"]):
        first = data["first_week"][c]
        columns = list(range(len(cost), len(cost) + len(data["visit_cost_eur"][c])))
        cost += data["visit_cost_eur"][c]
        lines.append((columns, [1.0] * len(columns), 1.0, 1.0))
        for week, column in enumerate(columns, first):
            work[data["zone"][c], week].append((column, data["hours"][c]))
    days = len(cost)
    cost += [data["crew_day_cost_eur"][g] for g in range(zones) for _ in range(weeks)]
    for (g, week), terms in work.items():
        columns = [column for column, _ in terms] + [days + g * weeks + week]
        factors = [hours for _, hours in terms] + [-data["crew_day_hours"]]
        lines.append((columns, factors, -np.inf, 0.0))
    for week in range(weeks):
        columns = [days + g * weeks + week for g in range(zones)]
        lines.append((columns, [1.0] * zones, -np.inf, float(data["crew_days_per_week"][week])))
    high = np.ones(len(cost))
    high[days:] = max(data["crew_days_per_week"])
    return Compact(np.array(cost), high, lines)


def plain(given: Compact, limit_s: float) -> Stand:
    """HiGHS on the arrays, one thread: building costs it nothing."""
    highspy: Any = import_module("highspy")
    engine = highspy.Highs()
    for name, value in (("output_flag", False), ("threads", 1), ("random_seed", 0)):
        engine.setOptionValue(name, value)
    engine.setOptionValue("time_limit", float(limit_s))
    engine.setOptionValue("mip_rel_gap", 0.0)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(given.cost), len(given.lines)
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = given.cost, np.zeros(len(given.cost)), given.high
    lp.row_lower_ = np.array([low for _, _, low, _ in given.lines])
    lp.row_upper_ = np.array([high for _, _, _, high in given.lines])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.cumsum([0, *(len(columns) for columns, _, _, _ in given.lines)])
    lp.a_matrix_.index_ = np.concatenate([columns for columns, _, _, _ in given.lines])
    lp.a_matrix_.value_ = np.concatenate([factors for _, factors, _, _ in given.lines])
    lp.integrality_ = [highspy.HighsVarType.kInteger] * len(given.cost)
    engine.passModel(lp)
    engine.run()
    info = engine.getInfo()
    found = float(info.objective_function_value)
    bound = float(info.mip_dual_bound)
    return (found if np.isfinite(found) and info.primal_solution_status else None, bound)


def cbc(given: Compact, limit_s: float) -> Stand:
    """PuLP and CBC on the same rows; its bound is what it says."""
    pulp: Any = import_module("pulp")
    began = time.perf_counter()
    problem = pulp.LpProblem("peer")
    columns = [
        problem.add_variable(f"x{i}", 0, high, "Integer")
        for i, high in enumerate(given.high.tolist())
    ]
    problem.setObjective(
        pulp.lpSum_vars_coefs(list(zip(columns, given.cost.tolist(), strict=True)))
    )
    for places, factors, low, high in given.lines:
        left = pulp.lpSum_vars_coefs(
            [(columns[i], float(f)) for i, f in zip(places, factors, strict=True)]
        )
        problem += left == high if low == high else left <= high
    spent = time.perf_counter() - began
    stats = problem.solve(
        pulp.COIN_CMD(
            path="/usr/bin/cbc", msg=False, timeLimit=limit_s - spent, gapRel=0.0, threads=1
        )
    )
    return (stats.objective if stats.has_solution else None, stats.best_bound)


def cp_sat(given: Compact, limit_s: float) -> Stand:
    """OR-Tools CP-SAT, one worker: costs times 10,000, hours times 4."""
    cp_model: Any = import_module("ortools.sat.python.cp_model")
    model = cp_model.CpModel()
    columns = [model.new_int_var(0, int(high), "") for high in given.high.tolist()]
    for places, factors, low, high in given.lines:
        left = cp_model.LinearExpr.weighted_sum(
            [columns[i] for i in places], [round(4 * f) for f in factors]
        )
        model.add(left == round(4 * high) if low == high else left <= round(4 * high))
    costs = np.rint(given.cost * 1e4).astype(int).tolist()
    model.minimize(cp_model.LinearExpr.weighted_sum(columns, costs))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = limit_s
    status = solver.solve(model)
    held = status in {cp_model.OPTIMAL, cp_model.FEASIBLE}
    bound = solver.best_objective_bound / 1e4
    return (solver.objective_value / 1e4 if held else None, bound if np.isfinite(bound) else None)
