"""How long to search: a number of steps that repeats, or seconds for people who wait."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

type Cancel = Callable[[], bool] | None


@dataclass(slots=True)
class Budget:
    """Counts rounds that are looked at. *steps* None: no limit; *until* None: no clock."""

    steps: int | None
    until: float | None
    cancel: Cancel = None
    stride: int = 64
    """Steps from one look at the clock to the next."""
    used: int = 0
    _over: bool = field(default=False)

    @staticmethod
    def lasting(seconds: float, cancel: Cancel = None) -> "Budget":
        """For *seconds* from now."""
        return Budget(None, time.thread_time() + max(0.0, seconds), cancel)

    def over(self) -> bool:
        """Whether to stop now."""
        self.used += 1
        if self._over or (self.steps is not None and self.used > self.steps):
            self._over = True
        elif not self.used % self.stride:
            late = self.until is not None and time.thread_time() > self.until
            self._over = late or (self.cancel is not None and self.cancel())
        return self._over
