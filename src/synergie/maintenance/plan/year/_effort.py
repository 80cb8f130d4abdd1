"""How much a search may take, who may stop it, who hears of it, and where it may compute."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from synergie.plan.solver import Progress


@dataclass(frozen=True, slots=True)
class Effort:
    """Limits of one search."""

    gap_abs: float
    """EUR between plan and bound at which a plan is proved."""
    limit_s: float
    cancel: Callable[[], bool] | None = None
    progress: Callable[[Progress], None] | None = None
    workers: int = 1
    cluster: str | None = None
    elsewhere: list[float] = field(default_factory=list)
    """Seconds of the processor that other processes took, answer by answer."""
    began: float = field(init=False)

    def __post_init__(self) -> None:
        """Begin now."""
        object.__setattr__(self, "began", self._clock())

    def within(self, limit_s: float) -> "Effort":
        """The same from now on, for *limit_s* seconds."""
        return replace(self, limit_s=max(limit_s, 0.0))

    def spent(self) -> float:
        """Seconds of the processor since it began; of other processes, the mean of each."""
        return self._clock() - self.began

    @property
    def is_shared(self) -> bool:
        """Whether other processes solve."""
        return self.workers > 1 or self.cluster is not None

    def _clock(self) -> float:
        return time.thread_time() + sum(self.elsewhere) / self.workers

    def remaining_s(self) -> float:
        """Seconds that remain."""
        return max(0.0, self.limit_s - self.spent())

    def stopped(self) -> bool:
        """Whether someone asked to stop."""
        return self.cancel is not None and self.cancel()

    def over(self) -> bool:
        """Whether it is to end: time is out, or someone asked."""
        return self.remaining_s() <= 0 or self.stopped()
