"""One round of faults: a server that is struck while it ingests, then read back value by value."""

import os
import random
import threading
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from synergie.client import Client
from tests.faults.disk import Disk
from tests.faults.process import Process
from tests.faults.senders import (
    Sender,
    await_more,
    compare_with_server,
    count_acknowledged,
    declare_series,
)

type Fault = Literal["kill", "cut", "torn", "eio"]


@dataclass(frozen=True)
class Round:
    """What a round found: counts. `starts` are those after which the server was ready."""

    seed: int
    faults: dict[str, int]
    acknowledged: int
    lost: int
    doubled: int
    starts: int


def play_round(
    faults: Mapping[Fault, int], folder: Path, *, seed: int, postgres: str | None = None
) -> Round:
    """Play *faults* in a random order on a store of SQLite, or on the empty database *postgres*.

    A power cut and a failing disk are played below SQLite only. AssertionError when a value that
    is read back is not what was acknowledged.
    """
    assert postgres is None or set(faults) <= {"kill"}, "PostgreSQL has a disk of its own"
    chance = random.Random(seed)  # noqa: S311 (when to strike: no secret)
    order = [fault for fault, n in faults.items() for _ in range(n)]
    chance.shuffle(order)
    store = folder / "store.db"
    disk = Disk.built(folder / "disk", store.name)
    with ExitStack() as stack:
        running = Process.started(folder, postgres or f"sqlite:///{store}", disk.environment)
        process = stack.enter_context(running)
        client = stack.enter_context(process.client("owner"))
        senders = [Sender(client, one, n) for n, one in enumerate(declare_series(client))]
        for sender in senders:
            sender.start()
        for n, fault in enumerate(order):
            threading.Event().wait(chance.uniform(0.05, 0.6))
            await_more(senders, n)
            _strike(process, disk, fault, chance)
            process.start()
        await_more(senders, len(order))
        for sender in senders:
            sender.stop()
        return _found(client, senders, process, order, seed)


def _strike(process: Process, disk: Disk, fault: Fault, chance: random.Random) -> None:
    if fault == "eio":
        disk.fail()
        assert process.wait() == os.EX_IOERR
        disk.mend()
        return
    process.kill()
    if fault != "kill":
        store = Path(process.store_url.removeprefix("sqlite:///"))
        disk.cut_power(store, chance if fault == "torn" else None)


def _found(
    client: Client, senders: list[Sender], process: Process, order: list[Fault], seed: int
) -> Round:
    """Value by value: `check` raises at the first that differs."""
    for sender in senders:
        sender.check(client)
    lost, doubled = compare_with_server(senders, client)
    return Round(
        seed=seed,
        faults=dict(Counter(order)),
        acknowledged=count_acknowledged(senders),
        lost=lost,
        doubled=doubled,
        starts=len(process.starts),
    )
