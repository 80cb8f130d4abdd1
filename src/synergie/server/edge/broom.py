"""What is removed when its time is over, whether anybody calls or not."""

import threading
from collections.abc import Callable

from synergie.server.edge.failure_log import FailureLog


class CleanupWorker:
    """Calls *sweep* when the server starts and every *every_s* seconds after, until `stop`.

    *after_s*: seconds that the first call waits, for what may leave the processor to those who
    come first. What fails is told in the log, ever less often while it fails, and tried again the
    next time: nothing of it stops the server.
    """

    def __init__(
        self, sweep: Callable[[], object], *, every_s: float = 3600.0, after_s: float = 0.0
    ) -> None:
        self._sweep, self._every_s, self._after_s = sweep, every_s, after_s
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin."""
        self._over.clear()
        self._thread = threading.Thread(target=self._go, name="synergie-broom", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Begin no other sweep, and wait for the one in hand."""
        self._over.set()
        if self._thread is not None:
            self._thread.join(10)

    def _go(self) -> None:
        log = FailureLog("sweep.failed", self._every_s)
        self._over.wait(self._after_s)
        while not self._over.is_set():
            try:
                self._sweep()
            except Exception as error:  # noqa: BLE001 (the next time may do better)
                log.tell_failure(error)
            else:
                log.tell_success()
            self._over.wait(self._every_s)
