"""P1, P2, P5, P12: the server is killed while it ingests; nothing acknowledged is lost.

kill -9 leaves the page cache, so this does not test fsync: the settings that do are read back
when the store opens (`tests/storage/test_store.py`).
"""

import random
import threading
from collections.abc import Callable
from secrets import randbelow

import pytest

from tests.depth import times
from tests.faults.process import Process
from tests.faults.senders import (
    Sender,
    await_more,
    compare_with_server,
    count_acknowledged,
    declare_series,
)

KILLS = times(12, deep=50)


@pytest.mark.faults
def test_nothing_acknowledged_is_lost_or_doubled_and_nothing_is_invented(
    process: Process, record_property: Callable[[str, object], None]
) -> None:
    seed = randbelow(1 << 32)
    record_property("seed", seed)
    chance = random.Random(seed)  # noqa: S311 (when to kill: no secret)
    with process.client("owner") as client:
        series = declare_series(client)
        senders = [Sender(client, one, n) for n, one in enumerate(series)]
        for sender in senders:
            sender.start()
        for n in range(KILLS):
            threading.Event().wait(chance.uniform(0.05, 0.6))
            await_more(senders, n)
            process.kill()
            process.start()
        await_more(senders, KILLS)
        for sender in senders:
            sender.stop()
        for sender in senders:
            sender.check(client)
        assert compare_with_server(senders, client) == (0, 0), f"lost, doubled (seed {seed})"
    sent = count_acknowledged(senders)
    assert sent > KILLS, f"too little was sent for the kills to fall into it (seed {seed})"
