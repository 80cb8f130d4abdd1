"""What a sweep hands around: numbered cases, their answers, and who watches."""

import pickle
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from synergie.errors import SolverFailed

type Numbered = tuple[int, Any]
"""A case and its place."""
type Found = tuple[int, Any, BaseException | None]
"""Place, value, error."""


@dataclass(slots=True)
class Work:
    """The function of a sweep, how far it is, and who may stop it."""

    function: Callable[[Any], Any]
    total: int
    progress: Callable[[int, int], None] | None
    cancel: Callable[[], bool] | None
    done: int = field(default=0, init=False)

    def advanced(self, count: int) -> None:
        """*count* cases more are answered."""
        self.done += count
        if self.progress is not None:
            self.progress(self.done, self.total)

    def stopped(self) -> bool:
        """Whether somebody asked to stop."""
        return self.cancel is not None and self.cancel()


def answer_case(function: Callable[[Any], Any], one: Numbered) -> Found:
    """The answer of one case; what it raised, when it did."""
    number, case = one
    try:
        return number, function(case), None
    except Exception as error:  # noqa: BLE001 (whatever it is, it is the answer of this case)
        return number, None, error


def make_portable(found: Found) -> Found:
    """The same answer, fit to travel: what does not pickle is told in words."""
    number, value, error = found
    try:
        pickle.loads(pickle.dumps((value, error)))  # noqa: S301 (our own bytes, a moment ago)
    except Exception as fault:  # noqa: BLE001 (an answer that cannot travel is a failed case)
        kept = error if error is not None else fault
        return number, None, SolverFailed(f"{type(kept).__name__}: {kept}")
    return found
