"""Random lives of a delivery point: two series that tell the same, sites, agreements to come.

Both series are opened together: where one is opened alone, what comes of it after a period of the
other was told is not promised.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Self, override

from synergie.errors import SynergieError
from synergie.exchange.assets.sites import Sites
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.readings.series import SeriesBook
from synergie.storage.store import Store
from tests.adversary.series_histories import SeriesHistory
from tests.adversary.series_periods import CODE, DAY, Reading, Slot
from tests.exchange.people import NOW, point, site
from tests.exchange.test_curves import record


@dataclass
class PointHistory(SeriesHistory):
    """As of one curve; `series` is the one of both that is played with now."""

    both: Sequence[str] = ()
    point: str = ""
    sites: Sequence[str] = ()
    sent: dict[tuple[str, Slot], int] = field(default_factory=dict)
    """How many versions of a slot there were when one was last sent to a series."""
    weights: Sequence[int] = (8, 1, 1, 6, 3, 1, 0, 2)

    @classmethod
    @override
    def draw(cls, random: Random, store: Store) -> Self:
        history = super().draw(random, store)
        caller = history.owner.caller
        made = Sites(store).publish(caller, [site("S1"), site("S2")], now=NOW)
        history.sites = [one.id for one in made.items]
        history.point = SupplyPoints(store).publish(caller, [point(CODE)], now=NOW).items[0].id
        fields = {"quantity": "active_energy", "form": "period_energy", "unit": "Wh"}
        other = SeriesBook(store).publish(caller, [record(CODE, **fields)], now=NOW).items[0].id
        history.sent = {(history.series, slot): len(v) for slot, v in history.versions.items()}
        history.both = history.series, other
        return history

    @override
    def deposit(self) -> str:
        self.series = self.random.choice(self.both)
        return super().deposit()

    @override
    def correct(self) -> str:
        self.series = self.random.choice(self.both)
        return super().correct()

    @override
    def next_reading(self, slot: Slot) -> Reading:
        """The newest, to a series that has not got it; else another value."""
        seen = self.sent.get((self.series, slot), 0)
        some = self.versions.get(slot, [])
        one = some[-1] if seen < len(some) else super().next_reading(slot)
        self.sent[self.series, slot] = len(self.versions[slot])
        return one

    @override
    def draw_selector(self) -> dict[str, list[str]]:
        if self.random.random() < 0.5:
            return {"supply_points": [self.point]}
        return {"sites": [self.random.choice(self.sites)]}

    @override
    def draw_begin(self) -> dict[str, datetime]:
        begin = self.random.choice([NOW - DAY, NOW - DAY, self.now + DAY, self.now + 8 * DAY])
        return {"valid_from": begin}

    @override
    def move(self) -> str:
        """To a site, or to none."""
        where = self.random.choice(["S1", "S2", None])
        moved = [point(CODE, site=where)]
        try:
            SupplyPoints(self.store).publish(self.owner.caller, moved, now=self.now)
        except SynergieError as error:
            return f"move to {where} refused: {error}"
        return f"move to {where}"

    @override
    def read(self, as_of: datetime | None, *, coarser: bool = False) -> None:
        for one in self.both:
            self.series = one
            super().read(as_of, coarser=coarser)
