"""What a user would run instead, on the same total-quantity discount, each with its best model.

`plain`: the textbook model, a binary place by supplier and no row `w <= y`, in the same solver.
`strong`, CBC and CP-SAT get the strong rows; CP-SAT gets cents and watt-hours, scaled by us.
"""

import json
import time
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from tests.bench.purchase_cases import Discounts

GAP = 1e-5
"""Relative gap at which a peer may stop; ours goes on to the cent."""


def published(shared: Path, name: str) -> Discounts:
    """An instance of synergie-tqd."""
    path = shared / "benchmarks" / "synergie-tqd" / "data" / f"{name}.json"
    data = json.loads(path.read_text("utf-8"))
    return Discounts(
        np.array(data["volume_mwh"]),
        np.array(data["cost_eur"]),
        np.array(data["tier_min_mwh"]),
        np.array(data["tier_max_mwh"]),
        np.array(data["fixed_eur_per_supplier"]),
    )


def plain(given: Discounts, limit_s: float, gap: float = GAP) -> float:
    """Seconds of HiGHS on the textbook model, from arrays: building costs it nothing."""
    began = time.perf_counter()
    _run_highs(given, limit_s, gap, strong=False)
    return time.perf_counter() - began


def strong(given: Discounts, limit_s: float) -> float:
    """Seconds of the processor of HiGHS on that model with a row w <= y for each place and tier."""
    began = time.process_time()
    _run_highs(given, limit_s, GAP, strong=True)
    return time.process_time() - began


def _run_highs(given: Discounts, limit_s: float, gap: float, *, strong: bool) -> None:
    highspy: Any = import_module("highspy")
    engine = highspy.Highs()
    for name, value in (("output_flag", False), ("threads", 1), ("random_seed", 0)):
        engine.setOptionValue(name, value)
    engine.setOptionValue("time_limit", float(limit_s))
    engine.setOptionValue("mip_rel_gap", gap)
    engine.setOptionValue("mip_abs_gap", 0.009)
    engine.passModel(_textbook(given, highspy, strong=strong))
    engine.run()


def _textbook(given: Discounts, highspy: Any, *, strong: bool) -> Any:
    rows, suppliers, tiers = given.cost.shape
    places = np.arange(rows * suppliers * tiers).reshape(rows, suppliers, tiers)
    opens = places.size + np.arange(suppliers * tiers).reshape(suppliers, tiers)
    joins = places.size + opens.size + np.arange(rows * suppliers).reshape(rows, suppliers)
    lines: list[tuple[Any, Any, float, float]] = []
    for m in range(rows):
        lines.append((joins[m], np.ones(suppliers), 1, 1))
        for s in range(suppliers):
            terms = np.append(places[m, s], joins[m, s])
            lines.append((terms, np.append(np.ones(tiers), -1), 0, 0))
            if strong:
                two = np.array([1.0, -1.0])
                pairs = zip(places[m, s], opens[s], strict=True)
                lines += [(np.array(pair), two, -np.inf, 0) for pair in pairs]
    for s in range(suppliers):
        lines.append((opens[s], np.ones(tiers), -np.inf, 1))
        for k in range(tiers):
            terms = np.append(places[:, s, k], opens[s, k])
            lines.append((terms, np.append(given.volume, -given.low[s, k]), 0, np.inf))
            lines.append((terms, np.append(given.volume, -given.high[s, k]), -np.inf, 0))
    count = places.size + opens.size + joins.size
    cost, whole = np.zeros(count), np.zeros(count, dtype=bool)
    cost[places], cost[opens] = given.cost, given.fixed[:, None]
    whole[opens], whole[joins] = True, True
    return _lp(highspy, cost, whole, lines)


def _lp(highspy: Any, cost: Any, whole: Any, lines: list[tuple[Any, Any, float, float]]) -> Any:
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(cost), len(lines)
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = cost, np.zeros(len(cost)), np.ones(len(cost))
    lp.row_lower_ = np.array([low for _, _, low, _ in lines], dtype=float)
    lp.row_upper_ = np.array([high for _, _, _, high in lines], dtype=float)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.cumsum([0, *(len(terms) for terms, _, _, _ in lines)])
    lp.a_matrix_.index_ = np.concatenate([terms for terms, _, _, _ in lines])
    lp.a_matrix_.value_ = np.concatenate([factors for _, factors, _, _ in lines])
    kinds = highspy.HighsVarType
    lp.integrality_ = [kinds.kInteger if one else kinds.kContinuous for one in whole]
    return lp


def cbc(given: Discounts, limit_s: float) -> float:
    """Seconds of PuLP and CBC on the strong model."""
    pulp: Any = import_module("pulp")

    began = time.perf_counter()
    rows, suppliers, tiers = given.cost.shape
    problem = pulp.LpProblem("peer")
    keys = [(s, k) for s in range(suppliers) for k in range(tiers)]
    y = {key: problem.add_variable(f"y{key[0]}_{key[1]}", 0, 1, "Integer") for key in keys}
    w = {
        (m, *key): problem.add_variable(f"w{m}_{key[0]}_{key[1]}", 0, 1, "Integer")
        for m in range(rows)
        for key in keys
    }
    cost, fixed = given.cost.tolist(), given.fixed.tolist()
    volume, low, high = given.volume.tolist(), given.low.tolist(), given.high.tolist()
    terms = [(column, cost[m][s][k]) for (m, s, k), column in w.items()]
    terms += [(column, fixed[s]) for (s, _), column in y.items()]
    problem.setObjective(pulp.lpSum_vars_coefs(terms))
    for m in range(rows):
        problem += pulp.lpSum_vars_coefs([(w[m, s, k], 1) for s, k in keys]) == 1
        for s, k in keys:
            problem += pulp.lpSum_vars_coefs([(w[m, s, k], 1), (y[s, k], -1)]) <= 0
    for s in range(suppliers):
        problem += pulp.lpSum_vars_coefs([(y[s, k], 1) for k in range(tiers)]) <= 1
    for s, k in keys:
        supplied = [(w[m, s, k], volume[m]) for m in range(rows)]
        problem += pulp.lpSum_vars_coefs([*supplied, (y[s, k], -low[s][k])]) >= 0
        problem += pulp.lpSum_vars_coefs([*supplied, (y[s, k], -high[s][k])]) <= 0
    problem.solve(
        pulp.COIN_CMD(path="/usr/bin/cbc", msg=False, timeLimit=limit_s, gapRel=GAP, threads=1)
    )
    return time.perf_counter() - began


def cp_sat(given: Discounts, limit_s: float) -> float:
    """Seconds of OR-Tools CP-SAT, one worker, on the strong model in cents and watt-hours."""
    cp_model: Any = import_module("ortools.sat.python.cp_model")

    began = time.perf_counter()
    rows, suppliers, tiers = given.cost.shape
    keys = [(s, k) for s in range(suppliers) for k in range(tiers)]
    cost = np.rint(given.cost * 100).astype(int).tolist()
    fixed = np.rint(given.fixed * 100).astype(int).tolist()
    volume = np.rint(given.volume * 1000).astype(int).tolist()
    low = np.rint(given.low * 1000).astype(int).tolist()
    high = np.rint(given.high * 1000).astype(int).tolist()
    model = cp_model.CpModel()
    y = {key: model.new_bool_var("") for key in keys}
    w = {(m, *key): model.new_bool_var("") for m in range(rows) for key in keys}
    for m in range(rows):
        model.add_exactly_one(w[m, s, k] for s, k in keys)
        for s, k in keys:
            model.add_implication(w[m, s, k], y[s, k])
    for s in range(suppliers):
        model.add_at_most_one(y[s, k] for k in range(tiers))
    for s, k in keys:
        supplied = sum(volume[m] * w[m, s, k] for m in range(rows))
        model.add(supplied >= low[s][k] * y[s, k])
        model.add(supplied <= high[s][k] * y[s, k])
    model.minimize(
        sum(cost[m][s][k] * column for (m, s, k), column in w.items())
        + sum(fixed[s] * column for (s, _), column in y.items())
    )
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = limit_s
    solver.parameters.relative_gap_limit = GAP
    solver.solve(model)
    return time.perf_counter() - began


@dataclass(frozen=True)
class Direct:
    """A discount of which each row is given by its points."""

    rows: Discounts
    owner: Any
    """The row of each point."""
    share: Any
    """The part of its row that each point is."""


def direct(given: Direct, limit_s: float) -> tuple[float, float]:
    """Seconds and cost of HiGHS with each point in the model, the points of a row together."""
    highspy: Any = import_module("highspy")

    began = time.perf_counter()
    engine = highspy.Highs()
    for name, value in (("output_flag", False), ("threads", 1), ("random_seed", 0)):
        engine.setOptionValue(name, value)
    engine.setOptionValue("time_limit", float(limit_s))
    engine.setOptionValue("mip_rel_gap", GAP / 10)
    engine.passModel(_pointwise(given, highspy))
    engine.run()
    return time.perf_counter() - began, engine.getInfo().objective_function_value


def _pointwise(given: Direct, highspy: Any) -> Any:
    rows, suppliers, tiers = given.rows.cost.shape
    count = len(given.owner)
    places = np.arange(count * suppliers * tiers).reshape(count, suppliers, tiers)
    opens = places.size + np.arange(suppliers * tiers).reshape(suppliers, tiers)
    joins = places.size + opens.size + np.arange(rows * suppliers).reshape(rows, suppliers)
    lines: list[tuple[Any, Any, float, float]] = [
        (joins[m], np.ones(suppliers), 1.0, 1.0) for m in range(rows)
    ]
    two = np.array([1.0, -1.0])
    for p in range(count):
        for s in range(suppliers):
            terms = np.append(places[p, s], joins[given.owner[p], s])
            lines.append((terms, np.append(np.ones(tiers), -1), 0, 0))
            lines += [
                (np.array([places[p, s, k], opens[s, k]]), two, -np.inf, 0) for k in range(tiers)
            ]
    volume = given.rows.volume[given.owner] * given.share
    for s in range(suppliers):
        lines.append((opens[s], np.ones(tiers), -np.inf, 1))
        for k in range(tiers):
            terms = np.append(places[:, s, k], opens[s, k])
            lines.append((terms, np.append(volume, -given.rows.low[s, k]), 0, np.inf))
            lines.append((terms, np.append(volume, -given.rows.high[s, k]), -np.inf, 0))
    total = places.size + opens.size + joins.size
    cost, whole = np.zeros(total), np.zeros(total, dtype=bool)
    cost[places] = given.rows.cost[given.owner] * given.share[:, None, None]
    cost[opens] = given.rows.fixed[:, None]
    whole[opens], whole[joins] = True, True
    return _lp(highspy, cost, whole, lines)
