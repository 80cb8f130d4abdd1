"""Retrofit choices on the published knapsacks, against plain HiGHS and CP-SAT; frontiers."""

import time
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from synergie.lighting.plan import front as frontier
from synergie.lighting.plan import retrofit
from synergie.lighting.plan.frontier import frontier as of_study
from synergie.lighting.plan.retrofit import Chosen, Problem
from synergie.lighting.samples import study as lighting_study
from tests.bench import retrofit_peers as peers
from tests.bench.harness import Bench, Goal, Measured, NotMeasured
from tests.plan import retrofit_cases as cases

SHARED = Path(__file__).resolve().parents[3] / "shared"
SHORT_S, LONG_S = 10.0, 60.0
FAMILIES = ("mmkp_a_07", "mmkp_b_05", "mmkp_b_08", "mmkp_c_21", "mmkp_d_10")
CLOSE = 0.06
"""Distance to a stored value, %, up to which the long run is tried."""


@cache
def _known() -> dict[str, float]:
    if not (SHARED / cases.MMKP).is_dir():
        raise NotMeasured("needs the instances of mmkp")
    return {name: float(str(told["best_known"])) for name, told in cases.known(SHARED).items()}


@cache
def _problem(name: str) -> Problem:
    return cases.published(SHARED, name)


@cache
def _solved(name: str, limit_s: float = SHORT_S) -> Chosen:
    return retrofit.solve(_problem(name), limit_s=limit_s)


def _below(name: str, cost: float | None) -> float:
    """How far a plan is below the best value known, %; a hundred without a plan."""
    return 100.0 if cost is None else (1 + cost / _known()[name]) * 100


def _short() -> dict[str, float]:
    return {name: _below(name, float(_solved(name).cost)) for name in _known()}


def worst() -> Measured:
    """The plan farthest below the best value that is known, %."""
    below = _short()
    name = max(below, key=lambda one: below[one])
    gaps = sorted(_solved(one).gap * 100 for one in below)
    mean = sum(below.values()) / len(below)
    notes = f"{name}; mean {mean:.3f} %; certified gap {gaps[len(gaps) // 2]:.2f} % in the middle"
    return Measured(below[name], f"{notes}, {gaps[-1]:.2f} % at most")


def beaten_short() -> Measured:
    """Stored values that are beaten in ten seconds."""
    names = [name for name, below in _short().items() if below < 0]
    return Measured(len(names), ", ".join(one.removeprefix("mmkp_") for one in names))


def beaten_long() -> Measured:
    """The same in a minute, tried where ten seconds ended close to the stored value."""
    found = []
    for name, below in _short().items():
        if below >= 0 and below <= CLOSE:
            below = min(below, _below(name, float(_solved(name, LONG_S).cost)))  # noqa: PLW2901
        if below < 0:
            found.append(name.removeprefix("mmkp_"))
    return Measured(len(found), ", ".join(found))


def bounds() -> Measured:
    """Instances whose bound is better than that of the linear programme."""
    lead = {
        name: (_solved(name).bound - _solved(name).lp_bound) / -_solved(name).lp_bound * 100
        for name in _known()
    }
    return Measured(
        sum(one > 0 for one in lead.values()), f"most {max(lead.values()):.3f} % of the value"
    )


def _against(peer: Callable[[Problem, float], float | None]) -> Measured:
    """Mean of how far we are below the best known, less that of the peer, % points."""
    ours, theirs, without = [], [], 0
    for name, below in _short().items():
        other = peer(_problem(name), SHORT_S)
        without += other is None
        if other is not None:
            ours.append(below)
            theirs.append(_below(name, other))
    mine, other_mean = sum(ours) / len(ours), sum(theirs) / len(theirs)
    ahead = sum(a < b for a, b in zip(ours, theirs, strict=True))
    notes = f"ours {mine:.3f} %, peer {other_mean:.3f} %; ahead on {ahead}, peer without a plan on"
    return Measured(mine - other_mean, f"{notes} {without}")


def by_family() -> Measured:
    """The family where we are farthest behind HiGHS, three seeds of it, % points."""
    behind: dict[str, list[float]] = {}
    for name in FAMILIES:
        mine = _below(name, float(_solved(name).cost))
        for seed in range(3):
            other = _below(name, peers.highs(_problem(name), SHORT_S, seed))
            behind.setdefault(name.split("_")[1], []).append(mine - other)
    means = {family: sum(each) / len(each) for family, each in behind.items()}
    worst = {family: max(each) for family, each in behind.items()}
    told = ", ".join(f"{one} {means[one]:+.3f} (worst {worst[one]:+.3f})" for one in sorted(means))
    return Measured(max(means.values()), told)


def against_highs() -> Measured:
    """Against HiGHS on the whole model."""
    return _against(peers.highs)


def against_cp_sat() -> Measured:
    """Against CP-SAT with one worker, where it finds a plan at all."""
    if find_spec("ortools") is None:
        raise NotMeasured("needs OR-Tools (group peers)")
    return _against(peers.cp_sat)


def large() -> Measured:
    """Certified gap of a large one, %."""
    found = retrofit.solve(peers.large(), limit_s=SHORT_S)
    return Measured(found.gap * 100, f"{found.stop} in {found.seconds:.1f} s")


def points() -> Measured:
    """Seconds for twenty proved points; a front that is not proved counts as a thousand."""
    began = time.perf_counter()
    found = frontier.front(peers.territory(), points=20, limit_s=LONG_S)
    taken = time.perf_counter() - began
    notes = f"{len(found.points)} points, {found.solves} solves, {found.status}"
    return Measured(taken if found.status == "proved" else 1000.0, notes)


def study() -> Measured:
    """The same from the study of the demonstration, each point measured again as a scenario."""
    began = time.perf_counter()
    found = of_study(lighting_study.study(), ("investment", "upward_flux"), seconds=LONG_S)
    taken = time.perf_counter() - began
    notes = f"{len(found.points)} points, {found.solves} solves, {found.status}"
    return Measured(taken if found.status == "proved" else 1000.0, notes)


def solves() -> Measured:
    """Share of the solves of the full grid, %, on three criteria with 11 × 11 steps."""
    found = frontier.front(peers.three_criteria(), points=121, limit_s=300)
    unsupported = sum(not one.supported for one in found.points)
    notes = f"{found.solves} of {found.grid} solves, {len(found.points)} points, {unsupported}"
    return Measured(found.solves / found.grid * 100, f"{notes} of them unsupported")


def _row(name: str, title: str, goal: Goal, unit: str, run: Callable[[], Measured]) -> Bench:
    peer = "best values stored with the instances"
    return Bench(name=name, title=title, goal=goal, unit=unit, peer=peer, run=run)


BENCHES = [
    _row(
        "retrofit-worst",
        "32 knapsacks, 10 s each: the plan farthest below the best value known",
        Goal("<=", 0.2),
        "%",
        worst,
    ),
    _row(
        "retrofit-beaten-10s",
        "32 knapsacks, 10 s each: stored values beaten",
        Goal(">=", 10),
        "values",
        beaten_short,
    ),
    _row(
        "retrofit-beaten-60s",
        "32 knapsacks, 60 s where it was close: stored values beaten",
        Goal(">=", 12),
        "values",
        beaten_long,
    ),
    Bench(
        name="retrofit-bounds",
        title="32 knapsacks, 10 s each: certified bounds better than the linear programme's",
        goal=Goal(">=", 32),
        unit="bounds",
        peer="the bound of the linear programme",
        run=bounds,
    ),
    Bench(
        name="retrofit-against-highs",
        title="32 knapsacks at equal time: mean distance to the best known, less that of the peer",
        goal=Goal("<=", 0),
        unit="% points",
        peer="HiGHS on the whole model, one thread, 10 s",
        run=against_highs,
    ),
    Bench(
        name="retrofit-families-highs",
        title="knapsacks of each family at equal time: the family farthest behind the peer",
        goal=Goal("<=", 0),
        unit="% points",
        peer="HiGHS on the whole model, one thread, 10 s, three seeds",
        run=by_family,
    ),
    Bench(
        name="retrofit-against-cp-sat",
        title="32 knapsacks at equal time: mean distance to the best known, less that of the peer",
        goal=Goal("<=", 0),
        unit="% points",
        peer="CP-SAT, one worker, hinted by the linear programme, 10 s",
        run=against_cp_sat,
    ),
    Bench(
        name="retrofit-large",
        title="1,000 segments, 30 options, 20 limits, 10 s: certified gap",
        goal=Goal("<=", 0.2),
        unit="%",
        peer="its own bound",
        run=large,
    ),
    Bench(
        name="frontier-points",
        title="20 points for 191 cabinets × 8 options × 3 budgets, each proved",
        goal=Goal("<", 60),
        unit="s",
        peer="itself: wall clock",
        run=points,
    ),
    Bench(
        name="frontier-study",
        title="20 points of the demonstration's study, each proved and measured as a scenario",
        goal=Goal("<", 60),
        unit="s",
        peer="itself: wall clock",
        run=study,
    ),
    Bench(
        name="frontier-solves",
        title="three criteria, 11 × 11 steps: solves as a share of the full grid",
        goal=Goal("<=", 60),
        unit="%",
        peer="every step of the grid",
        run=solves,
    ),
]
