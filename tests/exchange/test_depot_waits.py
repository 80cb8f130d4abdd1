"""A dropped file waits while others take the memory and the processes that it needs."""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, override

import pytest

from synergie.errors import Overloaded
from synergie.exchange.files.byte_budget import ByteBudget
from synergie.exchange.readings import depot as depots
from synergie.exchange.readings.deposits import Deposits
from synergie.exchange.readings.depot import Depot
from synergie.exchange.readings.freshness import Freshnesses
from synergie.exchange.readings.profiles import Profiles
from synergie.storage.store import Store
from tests.exchange.people import NOW, Body
from tests.exchange.test_deposits import LIGHTS

SOON, LATE = 0.001, 60.0


@dataclass
class Budget(ByteBudget):
    """Memory of which others hold all, as often as `refusals`."""

    refusals: int = 0
    wait_s: float = SOON
    share: int = 1 << 30
    asked: int = 0
    refused: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    @override
    def reserve(self, organisation: str, size: int) -> Iterator[None]:
        self.asked += 1
        if self.asked <= self.refusals:
            self.refused.set()
            raise Overloaded(self.wait_s)
        yield


def opened(store: Store, folder: Path, budget: Any) -> Depot:
    deposits = replace(Deposits(store), budget=budget)
    return Depot(deposits, Profiles(store), Freshnesses(store), folder)


def drop(depot: Depot, who: Body) -> str:
    source = io.BytesIO(LIGHTS.encode())
    return depot.take(who.caller, source, name="points.csv", now=NOW).id


def test_it_is_read_once_the_others_are_done(store: Store, owner: Body, tmp_path: Path) -> None:
    budget = Budget(refusals=3)
    depot = opened(store, tmp_path, budget)
    name = drop(depot, owner)
    told = depot.settle(depot.drops.read(name), seconds=60)
    assert (told.state, told.deposit is None, told.again) == ("done", False, False)
    assert budget.asked > 3
    (report,) = depot.recent(owner.caller, now=NOW)
    assert report.rows == 3


def test_after_so_many_tries_it_is_refused_and_says_why(
    store: Store, owner: Body, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(depots, "_TRIES", 4)
    budget = Budget(refusals=10**9)
    depot = opened(store, tmp_path, budget)
    told = depot.settle(depot.drops.read(drop(depot, owner)), seconds=60)
    assert (told.state, told.deposit) == ("refused", None)
    assert told.fault is not None
    assert told.fault.code == "overloaded"
    assert budget.asked == 5
    assert depot.recent(owner.caller, now=NOW) == ()


def test_a_stop_does_not_wait_for_it_and_it_is_read_on_later(
    store: Store, owner: Body, tmp_path: Path
) -> None:
    budget = Budget(refusals=1, wait_s=LATE)
    depot = opened(store, tmp_path, budget)
    name = drop(depot, owner)
    assert budget.refused.wait(60)
    depot.stop()
    assert depot.drops.read(name).state == "reading", "cut, not refused"
    assert budget.asked == 1
    depot.start()
    depot.drops.beat(depot.drops.read(name), 0.0)
    assert depot.look(owner.caller, name).drop.state == "reading"
