"""When a search stops."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from synergie.maintenance.plan.routing._task import Ended

_NONE = (1 << 63) - 1  # PyVRP's cost of routes that break something
_PATIENCE = 0.5  # share of the limit after which routes for all are no longer awaited


@dataclass(slots=True)
class Limit:
    """Asked once a step with the cost of the best routes so far; *part*: of the limit, for now."""

    seconds: float | None
    iterations: int | None
    cancel: Callable[[], bool] | None
    begun: float = field(default_factory=time.thread_time)
    done: int = 0
    ended: Ended | None = None
    hopeful: bool = True
    part: float = 1.0

    def __call__(self, best_cost: int) -> bool:
        self.ended = self._ended()
        hopeless = best_cost == _NONE and self.hopeful and self._past(_PATIENCE)
        if self.ended is None and not hopeless and not self._past(self.part):
            self.done += 1
            return False
        return True

    def stopped(self) -> bool:
        """Whether the caller said so, or the seconds are up: asked where there are no steps yet."""
        ended = self._ended()
        self.ended = None if ended == "iterations" else ended
        return self.ended is not None

    def _ended(self) -> Ended | None:
        if self.ended == "cancelled" or (self.cancel is not None and self.cancel()):
            return "cancelled"
        return self._past(1.0)

    def _past(self, share: float) -> Ended | None:
        """What is past of the limit's share."""
        if self.iterations is not None and self.done >= self.iterations * share:
            return "iterations"
        away = time.thread_time() - self.begun
        return "time" if self.seconds is not None and away > self.seconds * share else None

    def share(self) -> float:
        """Share of the limit that is used."""
        used = [0.0]
        if self.iterations:
            used.append(self.done / self.iterations)
        if self.seconds:
            used.append((time.thread_time() - self.begun) / self.seconds)
        return min(max(used), 1.0)

    def remaining_s(self, share: float, most: float) -> float:
        """Seconds for a part of the work: a share of the limit, at most *most* and what is left.

        Without a limit in seconds, enough: then the clock decides nothing.
        """
        if self.seconds is None:
            return 1e6
        left = self.begun + self.seconds - time.thread_time()
        return min(share * self.seconds, most, left)
