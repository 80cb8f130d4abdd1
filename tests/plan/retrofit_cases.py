"""Segments and options: drawn at random, of the published instances, and every choice tried."""

import json
from decimal import Decimal
from itertools import product
from pathlib import Path

import numpy as np

from synergie.lighting.plan.retrofit import Problem
from synergie.lighting.plan.retrofit.problem import Floats, Ints

MMKP = Path("benchmarks") / "mmkp"


def known(shared: Path) -> dict[str, dict[str, object]]:
    """The published instances with the best value that is known."""
    found: dict[str, dict[str, object]] = json.loads((shared / MMKP / "known.json").read_text())
    return found


def published(shared: Path, name: str) -> Problem:
    """One of them; its values enter as negative costs."""
    file = shared / MMKP / "data" / str(known(shared)[name]["file"])
    words = iter(file.read_text().split())
    segments, limits = int(next(words)), int(next(words))
    most = [float(next(words)) for _ in range(limits)]
    segment, cost, uses = [], [], []
    for i in range(segments):
        for _ in range(int(next(words))):
            segment.append(i)
            cost.append(-float(next(words)))
            uses.append([float(next(words)) for _ in range(limits)])
    return Problem(np.array(segment), np.array(cost), np.array(uses), np.array(most))


def drawn(
    seed: int,
    segments: int,
    options: int,
    limits: int,
    *,
    tight: float = 0.9,
    cabinets: int = 0,
    scale: float = 1.0,
) -> Problem:
    """Costs and uses of whole numbers (times *scale*); *tight*: limits in mean uses."""
    rng = np.random.default_rng(seed)
    n = segments * options
    uses: Floats = np.round(rng.integers(0, 30, (n, limits)) * scale, 2)
    mean = uses.reshape(segments, options, limits).mean(axis=1).sum(axis=0)
    return Problem(
        segment=np.repeat(np.arange(segments), options),
        cost=-((rng.integers(1, 60, n) + uses.sum(axis=1) / scale).round() * scale).round(2),
        uses=uses,
        limits=(np.floor(mean * tight / scale) * scale).round(2),
        schedule=np.tile(np.arange(options) % 2, segments) if cabinets else None,
        cabinet=np.arange(segments) % cabinets if cabinets else None,
    )


def choices(problem: Problem) -> list[Ints]:
    """Every choice that keeps limits and schedules, in exact numbers."""
    groups = [np.flatnonzero(problem.segment == i).tolist() for i in range(problem.segments)]
    return [np.array(one) for one in product(*groups) if holds(problem, one)]


def holds(problem: Problem, choice: tuple[int, ...]) -> bool:
    """Whether a choice may be taken."""
    for r, limit in enumerate(problem.limits.tolist()):
        if sum(Decimal(str(problem.uses[j, r])) for j in choice) > Decimal(str(limit)):
            return False
    if problem.schedule is None or problem.cabinet is None:
        return True
    pairs = {(int(problem.cabinet[i]), int(problem.schedule[j])) for i, j in enumerate(choice)}
    return len(pairs) == len({cabinet for cabinet, _ in pairs})


def cost(problem: Problem, choice: Ints) -> Decimal:
    """What a choice costs, exactly."""
    return sum((Decimal(str(problem.cost[j])) for j in choice), Decimal(0))
