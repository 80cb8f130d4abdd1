"""Who asks to come in while the disk is written to comes in with the next writing, all at once."""

import asyncio
import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

from synergie.exchange.trust.clients import Answer, Ask, Clients, LiveToken, require_live_token


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    ask: Ask
    loop: asyncio.AbstractEventLoop
    answer: asyncio.Future[Answer]


class Admission:
    """Admits the requests of an event loop, in a thread of its own, many in one transaction.

    One that comes alone is written at once; those that come meanwhile are written together. So a
    request costs one change of thread, and under load far less than one commit.
    """

    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self._thread = ThreadPoolExecutor(1, "synergie-admission")
        self._lock = threading.Lock()
        self._waiting: list[_Waiting] = []
        self._busy = False

    async def admit(self, ask: Ask) -> LiveToken:
        """The token as it holds now, and its proof used up. NotAuthenticated."""
        loop = asyncio.get_running_loop()
        one = _Waiting(ask, loop, loop.create_future())
        with self._lock:
            self._waiting.append(one)
            begin, self._busy = not self._busy, True
        if begin:
            self._thread.submit(self._work)
        return require_live_token(await one.answer)

    def _work(self) -> None:
        """Until nobody waits."""
        while batch := self._next():
            try:
                answers: list[Answer | Exception] = [
                    *self._clients.answers([one.ask for one in batch])
                ]
            except Exception as error:  # noqa: BLE001 (told to each that waits)
                answers = [error] * len(batch)
            _send_answers_to_loops(batch, answers)

    def _next(self) -> list[_Waiting]:
        with self._lock:
            batch, self._waiting = self._waiting, []
            self._busy = bool(batch)
        return batch


def _send_answers_to_loops(batch: list[_Waiting], answers: list[Answer | Exception]) -> None:
    """One call for each loop: to wake it costs more than all it is told."""
    loops: defaultdict[asyncio.AbstractEventLoop, list[tuple[_Waiting, Answer | Exception]]]
    loops = defaultdict(list)
    for one, answer in zip(batch, answers, strict=True):
        loops[one.loop].append((one, answer))
    for loop, told in loops.items():
        with suppress(RuntimeError):  # closed meanwhile: nobody waits there
            loop.call_soon_threadsafe(_settle_waiting_answers, told)


def _settle_waiting_answers(told: list[tuple[_Waiting, Answer | Exception]]) -> None:
    for one, answer in told:
        if one.answer.done():  # the caller is gone
            continue
        if isinstance(answer, Exception):
            one.answer.set_exception(answer)
        else:
            one.answer.set_result(answer)
