"""Who sends while the server falls: day after day, the same again until it is acknowledged."""

import threading
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import override

from synergie.client import Client
from synergie.errors import SynergieError
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.readings.batch import Receipt
from synergie.schemas.readings.curve import Curve
from synergie.schemas.series import SeriesRecord
from tests.faults.process import until

SERIES = 3
FIRST = datetime(2020, 1, 1, tzinfo=UTC)
STEPS = 144


def count_acknowledged(senders: "list[Sender]") -> int:
    """Days that were acknowledged, of all of them."""
    return sum(len(sender.acknowledged) for sender in senders)


def await_more(senders: "list[Sender]", n: int) -> None:
    """Wait until more than *n* days were acknowledged."""
    until(lambda: count_acknowledged(senders) > n)


def compare_receipts(acknowledged: Iterable[Receipt], held: Iterable[Receipt]) -> tuple[int, int]:
    """How many of *acknowledged* are lost, and how many of *held* nobody was told of: doubled.

    Batch by batch, by identifier and digest, each as often as it is there: a loss and a double do
    not make up for each other. Senders repeat until they are acknowledged, so both are to be 0.
    """
    told, found = (
        Counter((one.id, one.digest) for one in receipts) for receipts in (acknowledged, held)
    )
    return (told - found).total(), (found - told).total()


def compare_with_server(senders: "list[Sender]", client: Client) -> tuple[int, int]:
    """`compare_receipts` of all *senders* with the curves that the server lists."""
    told = [one for sender in senders for one in sender.acknowledged]
    return compare_receipts(told, (one for one in client.batches() if one.kind == "curve"))


def declare_series(client: Client) -> list[str]:
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


class Sender(threading.Thread):
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
