"""Sweeps: the same answers in the same order on one process, on two and on a cluster."""

import os
import pickle
import subprocess
import sys
import time
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from synergie.errors import (
    BadInput,
    Cancelled,
    Infeasible,
    MissingExtra,
    Reason,
    SolverFailed,
    Unreachable,
)
from synergie.plan.sweep import Answer, _cluster, sweep


def square(case: int) -> int:
    return case * case


def scaled(factor: int, case: int) -> int:
    return factor * case


def odd_ones_fail(case: int) -> int:
    if case == 3:
        raise BadInput("/cases/3", case, "an even case")
    if case == 5:
        raise Infeasible((Reason("{} MWh more", Decimal("4.20")),))
    return case


class _Lost(Exception):
    def __init__(self, one: str, two: str) -> None:
        super().__init__(one)  # does not unpickle: it asks for two
        self.two = two


def cannot_travel(case: int) -> object:
    if case == 1:
        raise _Lost("one", "two")
    return (lambda: case) if case == 2 else case


def dies(case: int) -> int:
    if case == 4:
        os._exit(3)
    return case


def slow(case: int) -> int:
    time.sleep(0.05)
    return case


def who(folder: Path, _case: int) -> int:
    """This process, once another one has come to the same work."""
    (folder / str(os.getpid())).touch()
    end = time.monotonic() + 60
    while len(list(folder.iterdir())) < 2 and time.monotonic() < end:
        time.sleep(0.01)
    return os.getpid()


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """The address of a Dask scheduler with two workers on loopback, ended with the tests."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        scheduler_port=0,
        dashboard_address=None,
        silence_logs=50,
    ) as started:
        yield started.scheduler_address


def test_answers_come_in_the_order_of_the_cases() -> None:
    cases = list(range(40))
    assert [one.expect() for one in sweep(square, cases)] == [n * n for n in cases]
    assert sweep(square, cases, processes=2) == sweep(square, cases)
    assert sweep(square, []) == ()


def test_two_processes_share_the_work(tmp_path: Path) -> None:
    hands = {one.expect() for one in sweep(partial(who, tmp_path), range(30), processes=2)}
    assert len(hands - {os.getpid()}) == 2


def test_a_cluster_gives_the_same(cluster: str) -> None:
    cases = list(range(60))
    there = sweep(partial(scaled, 7), cases, cluster=cluster)
    assert there == sweep(partial(scaled, 7), cases)
    assert pickle.dumps([one.value for one in there]) == pickle.dumps([7 * n for n in cases])


@pytest.mark.parametrize("processes", [1, 2])
def test_a_case_that_fails_says_so_and_loses_no_other(processes: int) -> None:
    _fails_in_its_place(sweep(odd_ones_fail, range(8), processes=processes))


def test_a_case_that_fails_on_a_cluster_loses_no_other(cluster: str) -> None:
    _fails_in_its_place(sweep(odd_ones_fail, range(8), cluster=cluster))


def _fails_in_its_place(answers: tuple[Answer[int, int], ...]) -> None:
    assert [one.value for one in answers] == [0, 1, 2, None, 4, None, 6, 7]
    bad, stuck = answers[3], answers[5]
    assert bad.case == 3
    assert isinstance(bad.error, BadInput) and bad.error.where == "/cases/3"
    assert isinstance(stuck.error, Infeasible) and stuck.error.conflicts == ("4.2 MWh more",)
    assert isinstance(stuck.error.conflicts[0], Reason)
    with pytest.raises(BadInput):
        bad.expect()


def test_what_cannot_travel_is_a_failed_case() -> None:
    answers = sweep(cannot_travel, range(4), processes=2)
    assert [one.value for one in answers] == [0, None, None, 3]
    assert all(isinstance(one.error, SolverFailed) for one in answers[1:3])
    assert "_Lost: one" in str(answers[1].error)


def test_a_script_that_no_process_can_find_fails_case_by_case() -> None:
    """A script from standard input has no file that a new process could read."""
    script = (
        "from functools import partial\n"
        "from synergie.plan.sweep import sweep\n"
        "from tests.plan.test_sweep import scaled\n"
        "found = sweep(partial(scaled, 'x' * 300_000), [1, 2], processes=2)\n"
        "print([str(one.error) for one in found])\n"
    )
    done = subprocess.run(
        [sys.executable, "-"], input=script, capture_output=True, text=True, check=True,
        timeout=60, cwd=Path(__file__).resolve().parents[2],
    )  # fmt: skip
    assert done.stdout.count("must be importable") == 2


def test_a_process_that_dies_takes_one_case_along() -> None:
    heard: list[int] = []
    answers = sweep(dies, range(50), processes=2, progress=lambda count, _: heard.append(count))
    assert [one.value for one in answers] == [n if n != 4 else None for n in range(50)]
    assert isinstance(answers[4].error, SolverFailed)
    assert heard[-1] == 50


def test_a_function_that_no_process_can_import_fails_case_by_case(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here_only = ModuleType("here_only")
    exec("def echo(load, case):\n    return case", here_only.__dict__)  # noqa: S102 (in memory)
    monkeypatch.setitem(sys.modules, "here_only", here_only)
    load = "x" * 300_000  # more than a pipe holds: a process that dies must not block this one
    answers = sweep(partial(here_only.echo, load), range(3), processes=2)
    assert all("must be importable" in str(one.error) for one in answers)


@pytest.mark.parametrize("processes", [1, 2])
def test_stopping_keeps_what_is_done(processes: int) -> None:
    done: list[int] = []

    def hear(count: int, total: int) -> None:
        assert total == 60
        done.append(count)

    answers = sweep(slow, range(60), processes=processes, progress=hear, cancel=lambda: bool(done))
    values = [one.value for one in answers if one.error is None]
    assert len(values) == done[-1] < 60
    assert all(isinstance(one.error, Cancelled) for one in answers if one.value is None)
    assert [one.case for one in answers] == list(range(60))


def test_stopping_a_cluster_keeps_what_is_done(cluster: str) -> None:
    done: list[int] = []
    answers = sweep(
        slow,
        range(200),
        cluster=cluster,
        progress=lambda count, _: done.append(count),
        cancel=lambda: bool(done),
    )
    assert 0 < sum(one.error is None for one in answers) < 200
    assert sum(isinstance(one.error, Cancelled) for one in answers) > 0


def test_progress_ends_at_all() -> None:
    heard: list[tuple[int, int]] = []
    sweep(square, range(9), processes=2, progress=lambda *step: heard.append(step))
    assert heard[-1] == (9, 9)
    assert heard == sorted(heard)


def test_cancelled_before_it_begins_does_nothing() -> None:
    answers = sweep(dies, [4, 4], processes=2, cancel=lambda: True)
    assert all(isinstance(one.error, Cancelled) for one in answers)


def test_a_scheduler_that_is_not_there_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(_cluster, "_CONNECT_S", 1)
    with pytest.raises(Unreachable):
        sweep(square, [1], cluster="tcp://127.0.0.1:9")


def test_without_dask_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> Any:
        raise ModuleNotFoundError(name=name)

    monkeypatch.setattr(_cluster, "import_module", absent)
    with pytest.raises(MissingExtra, match="all"):
        sweep(square, [1], cluster="tcp://127.0.0.1:9")


def test_no_process_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        sweep(square, [1], processes=0)


def test_a_module_of_sweeps_loads_no_cluster(root: Path) -> None:
    text = (root / "src" / "synergie" / "plan" / "sweep" / "_cluster.py").read_text("utf-8")
    assert "import distributed" not in text
