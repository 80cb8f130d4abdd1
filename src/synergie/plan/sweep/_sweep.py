"""Many cases by one function: on this machine's processes, or on a Dask cluster given by address.

The answers are those of a plain loop, in the order of the cases, wherever they are computed. A
case that fails says so in its own place and takes no other along.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from synergie.errors import Cancelled
from synergie.plan.sweep import _cluster, _here
from synergie.plan.sweep._work import Found, Numbered, Work, answer_case

_PORTIONS = 8
"""Portions of cases to each process: enough that none waits long for the last, few to send."""
_LARGEST = 25


@dataclass(frozen=True, slots=True)
class Answer[C, A]:
    """What became of one case: a value, or the error that its function raised."""

    case: C
    value: A | None = None
    error: BaseException | None = None

    def expect(self) -> A:
        """The value. Raises the error of the case when it has one."""
        if self.error is not None:
            raise self.error
        return cast("A", self.value)


def sweep[C, A](
    function: Callable[[C], A],
    cases: Sequence[C],
    *,
    processes: int = 1,
    cluster: str | None = None,
    progress: Callable[[int, int], None] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> tuple[Answer[C, A], ...]:
    """`function(case)` for every case, in the order given.

    *function* and the cases travel to other processes: the function is one of a module, or a
    `functools.partial` of one; a problem that all cases share belongs into the partial, which is
    sent once. Processes are started anew (spawn), so a script that calls this has its
    `if __name__ == "__main__":`. *cluster* is the address of a Dask scheduler
    (`tcp://host:8786`) whose workers have synergie too; it goes before *processes*. Each case
    runs on one thread.

    *progress* hears how many cases are done, and of how many. Once *cancel* says so, cases not
    begun answer `Cancelled`. Raises MissingExtra without Dask, Unreachable without its scheduler.
    """
    if processes < 1:
        raise ValueError("at least one process")
    work = Work(function, len(cases), progress, cancel)
    portions = _split_portions(
        list(enumerate(cases)), processes if cluster is None else 2 * _LARGEST
    )
    if cluster is not None:
        done = _cluster.run_on_cluster(work, portions, cluster)
    elif processes > 1 and len(cases) > 1:
        done = _here.run_in_processes(work, portions, min(processes, len(cases)))
    else:
        done = _in_turn(work, portions)
    found: dict[int, tuple[Any, BaseException | None]] = {
        number: (value, error) for number, value, error in done
    }
    not_begun = None, Cancelled()
    return tuple(Answer(case, *found.get(n, not_begun)) for n, case in enumerate(cases))


def _split_portions(numbered: list[Numbered], processes: int) -> list[list[Numbered]]:
    size = max(1, min(_LARGEST, -(-len(numbered) // (processes * _PORTIONS))))
    return [numbered[i : i + size] for i in range(0, len(numbered), size)]


def _in_turn(work: Work, portions: list[list[Numbered]]) -> Iterator[Found]:
    for one in (case for portion in portions for case in portion):
        if work.stopped():
            return
        yield answer_case(work.function, one)
        work.advanced(1)
