"""How much effort a search may take, and which one a year of that size gets."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from synergie.plan._solver import Progress
from synergie.plan.maintenance._blocks import Found, Search
from synergie.plan.maintenance._year import Year


@dataclass(frozen=True, slots=True)
class Effort:
    """Limits of a search, who may stop it, who hears of it, and where it may compute."""

    gap_abs: float
    """EUR between plan and bound at which a plan is proved."""
    limit_s: float
    cancel: Callable[[], bool] | None = None
    progress: Callable[[Progress], None] | None = None
    workers: int = 1
    cluster: str | None = None
    began: float = field(default_factory=time.monotonic)

    def within(self, limit_s: float) -> "Effort":
        """The same from now on, for *limit_s* seconds."""
        return replace(self, limit_s=max(limit_s, 0.0), began=time.monotonic())

    def left(self) -> float:
        """Seconds that remain."""
        return max(0.0, self.limit_s - (time.monotonic() - self.began))

    def stopped(self) -> bool:
        """Whether someone asked to stop."""
        return self.cancel is not None and self.cancel()


def cheapest(year: Year, effort: Effort, *, gap: float = 0.0) -> Found:
    """The cheapest year within *effort*. Raises Infeasible with what conflicts."""
    return Search(year, effort.gap_abs, effort.left(), gap, effort.cancel, effort.progress).run()
