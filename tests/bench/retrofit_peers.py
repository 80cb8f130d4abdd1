"""What is compared in the bench of retrofit: plain HiGHS, CP-SAT, and problems of known size."""

from importlib import import_module
from typing import Any

import numpy as np

from synergie.lighting.plan.front import FrontOptions
from synergie.lighting.plan.retrofit import Problem
from synergie.lighting.plan.retrofit.problem import Ints


def highs(problem: Problem, limit_s: float, seed: int = 0) -> float | None:
    """Cost found by HiGHS on the whole model, one thread, from arrays. None: no plan."""
    highspy: Any = import_module("highspy")
    engine = _build_programme(highspy, problem)
    engine.setOptionValue("time_limit", limit_s)
    engine.setOptionValue("random_seed", seed)
    n = len(problem.segment)
    engine.changeColsIntegrality(n, np.arange(n, dtype=np.int32), np.ones(n, np.uint8))
    engine.run()
    found = engine.getInfo().objective_function_value
    return float(found) if abs(found) < highspy.kHighsInf else None


def _build_programme(highspy: Any, problem: Problem) -> Any:
    """The linear programme: one option a segment, within the limits."""
    engine = highspy.Highs()
    engine.setOptionValue("output_flag", False)
    engine.setOptionValue("threads", 1)
    n = len(problem.segment)
    none = np.empty(0, dtype=np.int32)
    engine.addCols(
        n, problem.cost, np.zeros(n), np.ones(n), 0, np.zeros(n, np.int32), none, np.empty(0)
    )
    for i in range(problem.segments):
        own = np.flatnonzero(problem.segment == i).astype(np.int32)
        engine.addRow(1.0, 1.0, len(own), own, np.ones(len(own)))
    for r, limit in enumerate(problem.limits.tolist()):
        own = np.flatnonzero(problem.uses[:, r]).astype(np.int32)
        engine.addRow(-highspy.kHighsInf, limit, len(own), own, problem.uses[own, r])
    return engine


def cp_sat(problem: Problem, limit_s: float) -> float | None:
    """Cost found by CP-SAT, one worker, hinted by the linear programme; figures are whole numbers.

    None: no plan.
    """
    programme = _build_programme(import_module("highspy"), problem)
    programme.run()
    share = np.array(programme.getSolution().col_value)
    cp_model: Any = import_module("ortools.sat.python.cp_model")
    model = cp_model.CpModel()
    columns = [model.new_bool_var("") for _ in problem.segment]
    for i in range(problem.segments):
        model.add_exactly_one([columns[j] for j in np.flatnonzero(problem.segment == i)])
    for r, limit in enumerate(problem.limits.tolist()):
        weights = problem.uses[:, r].astype(int).tolist()
        model.add(cp_model.LinearExpr.weighted_sum(columns, weights) <= int(limit))
    model.minimize(cp_model.LinearExpr.weighted_sum(columns, problem.cost.astype(int).tolist()))
    for i in range(problem.segments):
        own = np.flatnonzero(problem.segment == i)
        for j in own:
            model.add_hint(columns[j], bool(j == own[np.argmax(share[own])]))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = limit_s
    held = solver.solve(model) in {cp_model.OPTIMAL, cp_model.FEASIBLE}
    return float(solver.objective_value) if held else None


def large(segments: int = 1000, options: int = 30, limits: int = 20) -> Problem:
    """A drawn one whose values go with its uses, limits at the middle of what may be used."""
    rng = np.random.default_rng(7)
    n = segments * options
    uses = rng.integers(1, 100, (n, limits)).astype(np.float64)
    cost = -np.rint(uses.mean(axis=1) * rng.uniform(0.8, 1.2, n) * 10)
    middle = uses.reshape(segments, options, limits).mean(axis=1).sum(axis=0)
    return Problem(np.repeat(np.arange(segments), options), cost, uses, np.floor(middle))


_SHARE = np.array([1, 0.85, 0.55, 0.5, 0.4, 0.35, 0.3, 0.25])
_PRICE = np.array([0, 30, 60, 420, 450, 520, 600, 700])
_UP = np.array([1, 0.85, 0.6, 0.3, 0.25, 0.2, 0.15, 0.1])


def territory(segments: int = 191, bodies: int = 3) -> FrontOptions:
    """Cabinets with eight options and a budget for each body: investment against upward flux."""
    rng = np.random.default_rng(0)
    lamps = np.rint(rng.lognormal(3.4, 0.6, segments)) + 1
    euros = np.round(lamps[:, None] * _PRICE * rng.uniform(0.8, 1.2, (segments, 8)), 2)
    upward = np.round(lamps[:, None] * 0.9 * _UP * rng.uniform(0.7, 1.3, (segments, 8)), 4)
    body: Ints = rng.integers(0, bodies, segments)
    own = np.repeat(body, 8)[:, None] == np.arange(bodies)
    uses = np.where(own, euros.ravel()[:, None], 0.0)
    problem = Problem(
        segment=np.repeat(np.arange(segments), 8),
        cost=np.zeros(segments * 8),
        uses=uses,
        limits=np.round(uses.sum(axis=0) / 8, 2),
        keep=np.arange(segments) * 8,
    )
    return FrontOptions(problem, np.column_stack([euros.ravel(), upward.ravel()]))


def three_criteria() -> FrontOptions:
    """40 segments, six options: investment, energy, service (as its lack), without a budget."""
    rng = np.random.default_rng(3)
    lamps = rng.integers(5, 60, 40)
    price = np.array([0, 40, 420, 450, 500, 650])
    energy = np.array([1, 0.8, 0.45, 0.36, 0.22, 0.3])
    lack = np.array([0, 0.3, 0, 0.25, 0.6, 0.1])
    columns = [
        np.rint(lamps[:, None] * each * rng.uniform(0.7, 1.3, (40, 6))).ravel()
        for each in (price, energy * 500, lack * 900)
    ]
    segment = np.repeat(np.arange(40), 6)
    return FrontOptions(
        Problem(segment, np.zeros(240), np.zeros((240, 0)), np.zeros(0)), np.column_stack(columns)
    )
