"""A sweep on processes of this machine, started anew so that no lock or solver is inherited."""

import multiprocessing
import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Any

from synergie.errors import SolverFailed
from synergie.plan.sweep._work import Found, Numbered, Work, answer_case, make_portable

_SPAWN = multiprocessing.get_context("spawn")
_LOOK_S = 0.1
"""How often a sweep looks whether it is to stop, seconds."""
_DIED = "the process that computed this case ended"
_UNBORN = "no process could begin: the function of a sweep must be importable there"
_BEGUN, _OVER = 1, 2

_mine: list[Any] = []
"""In a worker: the function, the flag that says stop, and the marks of the cases."""


def run_in_processes(work: Work, portions: list[list[Numbered]], processes: int) -> Iterator[Found]:
    """The answers as they come.

    When a process dies, the pool goes with it: the cases that were under way are done again each
    in a process of its own, so that the one at fault is known, and all others together.
    """
    marks = _SPAWN.RawArray("b", work.total)
    kept = _SharedWork(_share_function(work.function), marks)
    left = portions
    while left:
        lost: list[list[Numbered]] = []
        yield from _run_portions(work, left, processes, (lost, kept))
        suspects = [one for portion in lost for one in portion if marks[one[0]] == _BEGUN]
        if lost and not suspects:
            yield from (_build_failure(work, one, _UNBORN) for portion in lost for one in portion)
            return
        for one in suspects:
            again: list[list[Numbered]] = []
            yield from _run_portions(work, [[one]], 1, (again, kept))
            if again:
                yield _build_failure(work, one, _DIED)
        rest = ([one for one in portion if one not in suspects] for portion in lost)
        left = [portion for portion in rest if portion]


@dataclass(frozen=True, slots=True)
class _SharedWork:
    """Memory that the processes share: the function, pickled, and the marks of the cases."""

    function: Any
    marks: Any


def _share_function(function: Callable[[Any], Any]) -> Any:
    """The function in shared memory.

    Handed to a new process directly, more than a pipe holds (64 kB) blocks this one for ever when
    that process dies before it reads (CPython 3.13, popen_spawn_posix).
    """
    packed = pickle.dumps(function)
    memory = _SPAWN.RawArray("c", len(packed))
    memory.raw = packed
    return memory


def _build_failure(work: Work, one: Numbered, why: str) -> Found:
    work.advanced(1)
    return one[0], None, SolverFailed(why)


def _run_portions(
    work: Work,
    portions: list[list[Numbered]],
    processes: int,
    sinks: "tuple[list[list[Numbered]], _SharedWork]",
) -> Iterator[Found]:
    """The answers of *portions*; the first of *sinks* takes what a dead process took along."""
    if work.stopped():
        return
    lost, kept = sinks
    stop = _SPAWN.Event()
    pool = ProcessPoolExecutor(
        processes, mp_context=_SPAWN, initializer=_start_worker, initargs=(kept, stop)
    )
    try:
        handed = {_submit_portion(pool, portion): portion for portion in portions}
        yield from _gather_answers(work, handed, stop.set, lost)
    finally:
        stop.set()
        pool.shutdown(cancel_futures=True)


def _submit_portion(pool: ProcessPoolExecutor, portion: list[Numbered]) -> Future[list[Found]]:
    try:
        return pool.submit(_answer_shared_portion, portion)
    except BrokenProcessPool as error:  # it broke while portions were still being handed out
        broken: Future[list[Found]] = Future()
        broken.set_exception(error)
        return broken


def _gather_answers(
    work: Work,
    open_: dict[Future[list[Found]], list[Numbered]],
    stop: Callable[[], None],
    lost: list[list[Numbered]],
) -> Iterator[Found]:
    while open_:
        done, _ = wait(open_, timeout=_LOOK_S, return_when=FIRST_COMPLETED)
        for future in done:
            portion = open_.pop(future)
            error = future.exception()
            if isinstance(error, BrokenProcessPool):
                lost.append(portion)
                continue
            found = future.result()
            work.advanced(len(found))
            yield from found
        if work.stopped():
            stop()
            for future in [f for f in open_ if f.cancel()]:
                del open_[future]


def _start_worker(kept: _SharedWork, stop: Any) -> None:
    """In a new worker: keep what all its cases share."""
    _mine[:] = [pickle.loads(bytes(kept.function)), stop, kept.marks]  # noqa: S301 (our own bytes)


def _answer_shared_portion(portion: list[Numbered]) -> list[Found]:
    """In a worker: the answers of a portion, up to where it is told to stop."""
    function, stop, marks = _mine
    found = []
    for one in portion:
        if stop.is_set():
            break
        marks[one[0]] = _BEGUN
        found.append(make_portable(answer_case(function, one)))
        marks[one[0]] = _OVER
    return found
