"""A campaign of faults: `python -m tests.faults.campaign [--deep] [--out FILE]`.

A server on SQLite takes readings from three senders while it is killed, while its power is cut
(what was not synced is gone, or torn sector by sector) and while its disk answers EIO. Then what
was acknowledged is read back: nothing lost, nothing doubled, nothing made up. `--deep`: 1,000
kills and 200 power cuts, which takes hours; figures go to `docs/reference/faults.json`.
"""

import argparse
import json
import os
import random
import threading
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from synergie.client import Client
from tests.faults.disk import Disk
from tests.faults.process import Process
from tests.faults.senders import Sender, await_more, count_acknowledged, declare_series

type Fault = Literal["kill", "cut", "torn", "eio"]

ROOT = Path(__file__).resolve().parents[2]
_FEW: dict[Fault, int] = {"kill": 6, "cut": 4, "torn": 4, "eio": 2}
_DEEP: dict[Fault, int] = {"kill": 1000, "cut": 90, "torn": 90, "eio": 20}


@dataclass(frozen=True)
class Figures:
    """What a campaign found. `faults`: how many of each; `starts_s`: the slowest and the median."""

    seed: int
    faults: dict[str, int]
    acknowledged: int
    lost: int
    doubled: int
    slowest_start_s: float
    median_start_s: float


def run_campaign(faults: dict[Fault, int], folder: Path, *, seed: int) -> Figures:
    """Play *faults* in a random order; AssertionError when a value is not what was acknowledged."""
    chance = random.Random(seed)  # noqa: S311 (when to strike: no secret)
    order = [fault for fault, n in faults.items() for _ in range(n)]
    chance.shuffle(order)
    store = folder / "store.db"
    disk = Disk.built(folder / "disk", store.name)
    with ExitStack() as stack:
        running = Process.started(folder, f"sqlite:///{store}", disk.environment)
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
        return _figures(client, senders, process, order, seed)


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


def _figures(
    client: Client, senders: list[Sender], process: Process, order: list[Fault], seed: int
) -> Figures:
    """Value by value: `check` raises at the first that differs."""
    for sender in senders:
        sender.check(client)
    receipts = [one for one in client.batches() if one.kind == "curve"]
    sent, numbers = count_acknowledged(senders), {one.seq for one in receipts}
    starts = sorted(process.starts)
    return Figures(
        seed=seed,
        faults=dict(Counter(order)),
        acknowledged=sent,
        lost=max(0, sent - len(numbers)),
        doubled=len(receipts) - len(numbers),
        slowest_start_s=round(starts[-1], 2),
        median_start_s=round(starts[len(starts) // 2], 2),
    )


def main() -> None:
    """Run it and print, or write, what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deep", action="store_true")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--seed", type=int, default=time.time_ns() % (1 << 32))
    chosen = parser.parse_args()
    with TemporaryDirectory() as folder:
        figures = run_campaign(_DEEP if chosen.deep else _FEW, Path(folder), seed=chosen.seed)
    now = datetime.fromtimestamp(time.time(), UTC)
    text = json.dumps({"at": now.date().isoformat(), **asdict(figures)}, indent=2) + "\n"
    print(text)  # noqa: T201 (a command)
    out = chosen.out or (ROOT / "docs" / "reference" / "faults.json" if chosen.deep else None)
    if out is not None:
        out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
