"""P1, P2, P5, P12: the server is killed while it ingests; nothing acknowledged is lost.

kill -9 leaves the page cache, so this does not test fsync: the settings that do are read back
when the store opens (`tests/storage/test_store.py`).
"""

import random
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from secrets import randbelow
from typing import override

import pytest

from synergie.client import Client
from synergie.errors import SynergieError
from synergie.schemas.batch import Receipt
from synergie.schemas.curve import Curve
from synergie.schemas.series import SeriesRecord
from synergie.schemas.supply_point import SupplyPointRecord
from tests.depth import times
from tests.faults.process import Process, until

KILLS = times(25, deep=50)
SERIES = 3
FIRST = datetime(2020, 1, 1, tzinfo=UTC)
STEPS = 144


@pytest.mark.faults
def test_nothing_acknowledged_is_lost_or_doubled_and_nothing_is_invented(
    process: Process, record_property: Callable[[str, object], None]
) -> None:
    seed = randbelow(1 << 32)
    record_property("seed", seed)
    chance = random.Random(seed)  # noqa: S311 (when to kill: no secret)
    with process.client("owner") as client:
        series = _series(client)
        senders = [_Sender(client, one, n) for n, one in enumerate(series)]
        for sender in senders:
            sender.start()
        for n in range(KILLS):
            threading.Event().wait(chance.uniform(0.05, 0.6))
            _past(senders, n)
            process.kill()
            process.start()
        _past(senders, KILLS)
        for sender in senders:
            sender.stop()
        for sender in senders:
            sender.check(client)
        receipts = [one for one in client.batches() if one.kind == "curve"]
    sent = _sent(senders)
    assert sent > KILLS, f"too little was sent for the kills to fall into it (seed {seed})"
    assert len(receipts) == sent, seed
    assert sorted(one.seq for one in receipts) == sorted({one.seq for one in receipts})


def _sent(senders: "list[_Sender]") -> int:
    return sum(len(sender.acknowledged) for sender in senders)


def _past(senders: "list[_Sender]", n: int) -> None:
    """Wait until more than *n* days were acknowledged."""
    until(lambda: _sent(senders) > n)


def _series(client: Client) -> list[str]:
    codes = [f"990000000000{n:02}" for n in range(SERIES)]
    client.publish_supply_points(
        [
            SupplyPointRecord(scheme="prm", code=code, personal_data="none", provenance="synthetic")
            for code in codes
        ]
    )
    receipt = client.publish_series(
        [
            SeriesRecord(
                supply_point=f"prm:{code}",
                quantity="active_power",
                form="mean_power",
                unit="W",
                provenance="synthetic",
            )
            for code in codes
        ]
    )
    return [one.id for one in receipt.items]


class _Sender(threading.Thread):
    """Sends day after day of one series; what is not acknowledged is sent again, same key."""

    def __init__(self, client: Client, series: str, number: int) -> None:
        super().__init__(daemon=True)
        self.client, self.series, self.number = client, series, number
        self.acknowledged: list[Receipt] = []
        self.failed: BaseException | None = None
        self._stop_asked = threading.Event()

    @override
    def run(self) -> None:
        try:
            while not self._stop_asked.is_set():
                self._send(len(self.acknowledged))
        except BaseException as error:  # told by the test, not lost with the thread
            self.failed = error
            raise

    def _send(self, day: int) -> None:
        curve, key = self._curve(day), f"{self.number}-{day}"
        while True:
            try:
                self.acknowledged.append(self.client.send_curve(curve, key=key))
            except SynergieError as error:
                if error.code not in {"unreachable", "overloaded", "in-progress", "server-fault"}:
                    raise
            else:
                return

    def stop(self) -> None:
        """Ask it to end after the day under way, and wait."""
        self._stop_asked.set()
        self.join(120)
        assert not self.is_alive()
        assert self.failed is None

    def check(self, client: Client) -> None:
        """What is read back is what was acknowledged, value by value, and not one more."""
        days = len(self.acknowledged)
        end = FIRST + timedelta(days=days + 30)
        extract = client.curve(self.series, start=FIRST, end=end).extract
        found = [value for run in extract.runs for value in run.values]
        expected = [value for day in range(days) for value in self._curve(day).values]
        assert found == expected
        assert all(receipt.received == STEPS for receipt in self.acknowledged)

    def _curve(self, day: int) -> Curve:
        first = (self.number * 10_000 + day) * STEPS
        return Curve(
            series=self.series,
            start=FIRST + timedelta(days=day),
            step="PT10M",
            unit="W",
            values=[first + n for n in range(STEPS)],
        )
