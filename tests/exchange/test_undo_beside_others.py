"""An undo beside others: what is stored meanwhile, and what partners read afterwards."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from synergie.errors import Conflict
from synergie.exchange.assets.sites import Sites
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.readings._filing import Filing
from synergie.exchange.readings.batches import Batches
from synergie.exchange.readings.curves import Curves
from synergie.exchange.readings.deposits import Deposits
from synergie.exchange.readings.series import SeriesBook
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.trust.agreement import Agreement
from synergie.storage.readings.arrivals import note_ends
from synergie.storage.store import Store
from tests.exchange.lines import PRM, curve, index, put, register
from tests.exchange.people import NOW, Body, site

DAY = datetime(2026, 5, 31, 22, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _lines(monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch)


@pytest.mark.parametrize("rest", [index(7), site("S1"), curve(DAY, [1, 2])])
def test_what_comes_after_the_undo_of_its_own_deposit_is_not_stored(
    store: Store, owner: Body, rest: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The deposit is undone while it runs: its first part is taken back, its second not taken."""
    store_some, seen = Filing._stored, list[str]()

    def undone_after_the_first(self: Filing, group: Any, some: Any) -> Any:
        yield from store_some(self, group, some)
        if not seen:
            seen.append(self.filed.deposit)
            Deposits(store).undo(owner.caller, self.filed.deposit, now=NOW + HOUR)

    monkeypatch.setattr(Filing, "_stored", undone_after_the_first)
    with pytest.raises(Conflict, match="nobody undoes"):
        put(store, owner, LightPointRecord(external_id="L1", provenance="synthetic"), rest)
    assert seen
    assert all(one.undone_at for one in Batches(store).page(owner.caller, now=NOW).items)
    assert Sites(store).page(owner.caller, now=NOW).items == ()


def test_a_series_that_gets_readings_while_it_is_undone_stays(
    store: Store, owner: Body, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No reading is left of a series that is gone, and neither waits for the other for ever."""
    report = put(store, owner, curve(DAY, [1, 2]))
    declared, readings = (one.id for one in report.receipts[-2:])
    Deposits(store).undo(owner.caller, readings, now=NOW + HOUR)
    (series,) = SeriesBook(store).page(owner.caller, now=NOW).items
    started = threading.Event()

    def slowly(*args: Any, **more: Any) -> None:
        started.set()
        time.sleep(0.5)
        note_ends(*args, **more)

    monkeypatch.setattr("synergie.exchange.readings._group.note_ends", slowly)
    sent = curve(DAY, [3, 4]).curve(series.id)
    with ThreadPoolExecutor() as pool:
        book = Curves(store)
        late = pool.submit(book.deposit, owner.caller, [sent], onces=[None], now=NOW + 2 * HOUR)
        assert started.wait(60)
        done = Deposits(store).undo(owner.caller, declared, now=NOW + 3 * HOUR)
        late.result()
    assert [one.id for one in done.stays] == [series.id]
    (held,) = SeriesBook(store).page(owner.caller, now=NOW).items
    assert held.freshness.last_reading == DAY + HOUR


def test_a_partner_reads_nothing_of_what_was_undone(
    store: Store, owner: Body, partner: Body, agreed: Callable[..., Agreement]
) -> None:
    """Not of an earlier moment either: it may be of another body, deposited by mistake."""
    code = PRM.removeprefix("prm:")
    lamp = SupplyPointRecord(scheme="prm", code=code, personal_data="none", provenance="synthetic")
    put(store, owner, lamp, curve(DAY, [100] * 48))
    wrong = put(store, owner, curve(DAY, [900] * 48), now=NOW + HOUR)
    (held,) = SupplyPoints(store).page(owner.caller, now=NOW).items
    (series,) = SeriesBook(store).page(owner.caller, now=NOW).items
    made = agreed({"supply_points": [held.id]}, granularity="raw")
    Deposits(store).undo(owner.caller, wrong.receipts[-1].id, now=NOW + 2 * HOUR)

    def first(who: Body, as_of: datetime, agreement: str | None) -> Any:
        end = DAY + 24 * HOUR
        found = Curves(store).extract(
            who.caller,
            series.id,
            start=DAY,
            end=end,
            as_of=as_of,
            agreement=agreement,
            now=NOW + 9 * HOUR,
        )
        return found.runs[0].values[0]

    assert first(owner, NOW + HOUR, None) == 900
    assert first(partner, NOW + HOUR, made.id) == 100
