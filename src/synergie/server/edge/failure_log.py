"""Lines of the log about what is tried again and again, and fails again and again."""

from dataclasses import dataclass

from synergie.server.log import logger

_SELDOM_S = 3600.0


@dataclass(slots=True)
class FailureLog:
    """Tells the first failure of a row, the second, the fourth, the eighth…, then one an hour.

    On a full disk what is tried each second would fill the log, which is often on the same disk.
    `event`: the name of the line; `every_s`: seconds between two tries.
    """

    event: str
    every_s: float
    failures: int = 0
    _silent: int = 0
    _pause: int = 1

    def tell_failure(self, error: Exception) -> None:
        """Count *error*; log it with its trace when its turn has come."""
        self.failures += 1
        if self._silent > 0:
            self._silent -= 1
            return
        logger().error(self.event, failures=self.failures, exc_info=error)
        self._silent = self._pause - 1
        self._pause = max(1, min(2 * self._pause, int(_SELDOM_S / max(self.every_s, 0.001))))

    def tell_success(self) -> None:
        """Say that it works again, when it failed before."""
        if self.failures:
            logger().info(f"{self.event.partition('.')[0]}.works_again", failures=self.failures)
        self.failures, self._silent, self._pause = 0, 0, 1
