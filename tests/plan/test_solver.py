"""The solver file: silence, limits, options, threads, exceptions, diagnosis."""

import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from synergie.errors import MissingExtra, OutOfTime, SolverFailed
from synergie.plan import solver as _solver
from synergie.plan.conflicts import find_conflicts
from synergie.plan.solver import Model, Need, Outcome, Progress, Stop, check_outcome


def pick(costs: list[float]) -> Model:
    """Take exactly one of several things."""
    model = Model("pick")
    columns = [model.binary(f"x{i}", cost) for i, cost in enumerate(costs)]
    model.require([(c, 1) for c in columns], low=1, high=1)
    return model


def hard() -> Model:
    """A market-split problem: small, and not closed in minutes."""
    chance = random.Random(3)  # noqa: S311 (a draw that must repeat, not a secret)
    model = Model("hard")
    columns = [model.binary(f"x{i}") for i in range(40)]
    for _ in range(5):
        weights = [chance.randint(0, 99) for _ in columns]
        over, under = (model.column("s", 1.0, high=1e5) for _ in range(2))
        terms = [*zip(columns, weights, strict=True), (over, -1), (under, 1)]
        model.require(terms, low=sum(weights) // 2, high=sum(weights) // 2)
    return model


def test_the_cheapest_choice_comes_with_its_bound() -> None:
    outcome = pick([3.0, 2.0, 4.0]).minimise(limit_s=60)
    assert outcome.stop == "proved"
    assert [outcome.chosen(c) for c in range(3)] == [False, True, False]
    assert outcome.bound == pytest.approx(2.0)


def test_nothing_is_written_on_file_descriptor_1(root: Path) -> None:
    code = (
        "from synergie.plan.solver import Model\n"
        "m = Model('m'); x = m.binary('x', 1); m.require([(x, 1)], low=1)\n"
        "assert m.minimise(limit_s=60).chosen(x)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, cwd=root)
    assert done.stdout == b""


def test_importing_the_plans_does_not_import_the_solver(root: Path) -> None:
    code = (
        "import sys, synergie.plan; from synergie.purchase.plan import award\n"
        "from synergie.maintenance.plan import year\n"
        "print(sorted({'pulp', 'highspy', 'numpy'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, cwd=root)
    assert done.stdout.decode().strip() == "[]"


def test_without_the_solver_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_solver, "_loaded", [])
    monkeypatch.setitem(sys.modules, "pulp", None)
    with pytest.raises(MissingExtra) as caught:
        pick([1.0]).minimise(limit_s=1)
    assert caught.value.extra == "plan"


def test_a_mistyped_option_is_refused() -> None:
    with pytest.raises(TypeError, match="mip_max_nods"):
        pick([1.0]).minimise(limit_s=1, options={"mip_max_nods": 3})


def test_numpy_scalars_are_taken_as_numbers() -> None:
    model = Model("numpy")
    x = model.column("x", np.float64(2), high=np.int64(9), integer=True)
    model.require([(x, np.int64(1))], low=np.int64(3))
    model.require([(x, np.int32(1))], low=np.int64(4), high=np.int64(4))
    assert model.minimise(limit_s=60).count(x) == 4


def test_a_number_that_is_not_finite_is_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        Model("m").binary("x", float("nan"))
    with pytest.raises(ValueError, match="finite"):
        Model("m").require([(0, float("inf"))], low=1)


def test_a_solve_of_someone_else_with_other_threads_does_no_harm() -> None:
    outcome = pick([1.0]).minimise(limit_s=60)
    engine = _solver._import_engines()[1].Highs
    engine.resetGlobalScheduler(True)
    other = engine()
    other.setOptionValue("output_flag", False)
    other.setOptionValue("threads", 2)
    other.addVar(0, 1)
    other.run()
    again = pick([1.0]).minimise(limit_s=60)
    engine.resetGlobalScheduler(True)
    assert (outcome.stop, again.stop) == ("proved", "proved")


def test_a_cancelled_solve_stops_and_keeps_what_it_has() -> None:
    asked = threading.Event()
    seen: list[Progress] = []

    def watch(progress: Progress) -> None:
        seen.append(progress)
        if progress.seconds > 0.3:
            asked.set()

    outcome = hard().minimise(limit_s=60, cancel=asked.is_set, progress=watch)
    assert outcome.stop == "cancelled"
    assert outcome.seconds < 20
    assert seen and outcome.values and outcome.bound is not None


def test_a_solve_cancelled_before_it_starts_does_nothing() -> None:
    outcome = pick([1.0]).minimise(limit_s=5, cancel=lambda: True)
    assert (outcome.stop, outcome.values, outcome.bound) == ("cancelled", (), None)


def test_an_exception_in_a_callback_comes_out() -> None:
    def broken(_: Progress) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        hard().minimise(limit_s=30, progress=broken)


def test_a_limit_of_nothing_is_out_of_time() -> None:
    outcome = hard().minimise(limit_s=0)
    assert outcome.stop == "time" and not outcome.values
    with pytest.raises(OutOfTime):
        check_outcome(outcome, 0)


def test_nodes_stop_the_same_way_each_time() -> None:
    first, second = (hard().minimise(limit_s=60, options={"mip_max_nodes": 20}) for _ in range(2))
    assert first.stop == "nodes"
    assert (first.values, first.bound) == (second.values, second.bound)


def test_a_start_is_kept_when_there_is_no_time_to_better_it() -> None:
    model = hard()
    start = dict.fromkeys(range(40), 0.0)
    slacks = {i: float(row.low or 0) for i, row in enumerate(model.rows)}
    for row, much in slacks.items():
        start |= {40 + 2 * row: 0.0, 41 + 2 * row: much}
    outcome = model.minimise(limit_s=60, start=start, options={"mip_max_nodes": 1})
    assert outcome.values
    assert (outcome.objective or 0) <= sum(slacks.values())


def test_what_is_neither_a_plan_nor_a_proof_is_a_failure() -> None:
    stats = SimpleNamespace(status=SimpleNamespace(name="Undefined"))
    with pytest.raises(SolverFailed, match="Undefined"):
        _solver._find_stop_reason(stats, None)


def test_a_limit_counts_seconds_of_the_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock of the processor that jumps ends the solve; the clock on the wall does not move."""
    model = hard()
    seconds = iter(range(0, 10**6, 40))
    monkeypatch.setattr(time, "thread_time", lambda: next(seconds))
    outcome = model.minimise(limit_s=60)
    assert outcome.stop == "time"
    assert outcome.seconds >= 60


def test_conflicting_requirements_are_named_with_the_missing_amount() -> None:
    model = Model("clash")
    days = model.column("days", 1.0, high=100)
    other = model.column("other", 1.0, high=100)
    model.require([(days, 7)], low=35, need=Need("35 hours to do", "{} hours less", 5.0))
    model.require([(days, 1)], high=1.5, need=Need("1.5 crew-days", "{} crew-days more"))
    model.require([(other, 1)], low=3, need=Need("three others", "{} others less"))
    assert model.minimise(limit_s=60).stop == "infeasible"
    said = find_conflicts(model, limit_s=60)
    assert said == ("35 hours to do", "1.5 crew-days", "3.5 crew-days more")


def test_requirements_that_only_whole_numbers_break_are_named_too() -> None:
    model = Model("odd")
    x = model.column("x", 0.0, high=9, integer=True)
    model.require([(x, 2)], low=3, high=3, need=Need("three by twos", "{} off"))
    assert model.minimise(limit_s=60).stop == "infeasible"
    assert find_conflicts(model, limit_s=60) == ("three by twos", "1 off")


def test_of_what_clashes_in_whole_numbers_nothing_can_be_left_out() -> None:
    """Two of four requirements clash once x is whole; the relaxation holds all of them."""
    model = Model("odd")
    x = model.column("x", 0.0, high=9, integer=True)
    y = model.column("y", 0.0, high=9)
    model.require([(y, 1)], low=2, need=Need("two of y", "{} less"))
    model.require([(x, 2)], low=3, need=Need("three at least", "{} less"))
    model.require([(x, 2)], high=3.5, need=Need("three and a half at most", "{} more"))
    model.require([(y, 1)], high=8, need=Need("eight of y", "{} more"))
    assert model.minimise(limit_s=60).stop == "infeasible"
    first, second, *amounts = find_conflicts(model, limit_s=60)
    assert {first, second} == {"three at least", "three and a half at most"}
    assert amounts == ["0.5 more"]


def test_an_empty_model_is_solved() -> None:
    model = Model("empty")
    assert model.minimise(limit_s=60).stop == "proved"
    model.require([], low=1)
    assert model.minimise(limit_s=60).stop == "infeasible"


def test_only_the_solver_file_names_pulp(root: Path) -> None:
    named = [
        path.name
        for path in (root / "src").rglob("*.py")
        if "import pulp" in path.read_text("utf-8") or "highspy" in path.read_text("utf-8")
    ]
    assert named == ["solver.py"]


@pytest.mark.parametrize(
    ("stop", "objective", "bound", "contradicts"),
    [
        ("proved", 2574.0, 1300.0, True),
        ("proved", 1300.0, 1300.0, False),
        ("proved", 1300.0, 1299.995, False),
        ("proved", 1300.0, None, False),
        ("time", 2574.0, 1300.0, False),
    ],
)
def test_a_proof_that_its_own_bound_denies_is_seen(
    *, stop: Stop, objective: float, bound: float | None, contradicts: bool
) -> None:
    outcome = Outcome(stop, (1.0,), objective, bound, 0.0, 0)
    assert outcome.contradicts_itself(gap=0.0, gap_abs=0.009) is contradicts


@pytest.fixture
def usual_interrupt() -> Iterator[None]:
    """Ctrl-C as Python has it; workers of the tests leave it out."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("usual_interrupt")
def test_an_interrupt_ends_the_solve_and_is_raised_after_it() -> None:
    """HiGHS swallows what is raised inside its callback; the answer was "Undefined"."""

    def press(_now: Progress) -> None:
        signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        hard().minimise(limit_s=20, progress=press)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert pick([3.0, 1.0]).minimise(limit_s=10).objective == 1.0
