"""The round: a thread of the server that writes and sends webhooks, again and again."""

import threading
from collections.abc import Iterable
from dataclasses import replace

from synergie.exchange.trust.webhooks.webhook_courier import DeliveryAttempt, WebhookSender
from synergie.server.edge.failure_log import FailureLog
from synergie.server.log import logger

_FORGET_EVERY = 1_000


class Round:
    """Runs a courier every so many seconds, from `start` to `stop`.

    What fails is told in the log, ever less often while it fails, and tried again the next time:
    nothing of it stops the server.
    """

    def __init__(self, courier: WebhookSender, every_s: float) -> None:
        self._over = threading.Event()
        self._courier, self._every_s = replace(courier, stopping=self._over.is_set), every_s
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, unless the interval is 0: then another process sends."""
        self._over.clear()
        if self._every_s > 0:
            self._thread = threading.Thread(target=self._go, name="synergie-round", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Begin no other message, and wait for the ones in hand: 10 s at most each."""
        self._over.set()
        if self._thread is not None:
            self._thread.join(2 * self._courier.timeout)

    def _go(self) -> None:
        rounds, log = 0, FailureLog("webhooks.failed", self._every_s)
        while not self._over.wait(self._every_s):
            try:
                log_delivery_attempts(self._courier.run())
                if rounds % _FORGET_EVERY == 0:
                    self._courier.forget()
            except Exception as error:  # noqa: BLE001 (the next round may do better)
                log.tell_failure(error)
            else:
                log.tell_success()
            rounds += 1


def log_delivery_attempts(sent: Iterable[DeliveryAttempt]) -> None:
    """Tell the log what came of each message: identifiers and statuses, no address and no body."""
    for one in sent:
        log = logger().info if one.problem is None else logger().warning
        log(
            "webhook.sent",
            webhook=one.webhook,
            message=one.message,
            attempt=one.attempt,
            status=one.status,
            problem=one.problem,
        )
        if one.disabled is not None:
            logger().error("webhook.disabled", webhook=one.webhook, reason=one.disabled)
