"""What a reader of whole periods hears of how fresh a curve is follows from what it may read.

Of a part of a period it hears nothing, on no surface: not that it came, nor when, nor how fine.
"""

from datetime import UTC, datetime
from typing import Any

import pytest

from synergie.errors import BadInput
from synergie.exchange.readings.curves import Curves
from synergie.exchange.readings.deposits import Deposits
from synergie.exchange.readings.freshness import Freshnesses
from synergie.exchange.readings.series import SeriesBook
from synergie.exchange.trust.agreements import Agreements
from synergie.exchange.trust.webhooks.outgoing import Outgoing, Wish
from synergie.schemas.readings.curve import CurveExtract
from synergie.schemas.trust.agreement import Agreement
from synergie.storage.store import Store
from tests.exchange.people import NOW, Body, terms
from tests.exchange.test_curves import DAY, HOUR, Make, curve, declared, put
from tests.exchange.test_published_states import END, HALF, START

AT = END + 5 * DAY + 6 * HOUR
SINCE = datetime(2020, 1, 1, tzinfo=UTC)
ENERGY = {"quantity": "active_energy", "form": "interval_energy", "unit": "kWh"}


class Reader:
    """A partner that reads one series by whole periods, and everything that it is told of it."""

    def __init__(self, store: Store, partner: Body, series: str, agreement: Agreement) -> None:
        self.store, self.partner, self.series, self.agreement = store, partner, series, agreement

    def _asked(self, now: datetime) -> dict[str, Any]:
        return {"agreement": self.agreement.id, "now": now}

    def extract(self, now: datetime = AT, **more: Any) -> CurveExtract:
        asked: dict[str, Any] = {"start": START - 10 * DAY, "end": AT + DAY} | more
        return Curves(self.store).extract(self.partner.caller, self.series, **asked, now=now)

    def told_end(self, now: datetime = AT) -> datetime | None:
        """The same end on each surface."""
        who, asked = self.partner.caller, self._asked(now)
        (one,) = SeriesBook(self.store).page(who, **asked).items
        (line,) = Freshnesses(self.store).page(who, **asked).items
        fresh = self.extract(now).freshness
        assert (line.last_reading, line.state) == (fresh.last_reading, fresh.state)
        assert one.freshness == fresh
        return fresh.last_reading

    def everything(self, now: datetime = AT) -> list[str]:
        """All that is told, as it is sent."""
        who, asked = self.partner.caller, self._asked(now)
        desk = Outgoing(self.store, who, clock=lambda: now)
        wish = Wish(kinds=("curves",), agreement=self.agreement.id, start=SINCE, end=now)
        pages = Curves(self.store).export(
            who, start=SINCE, end=now, agreement=self.agreement.id, clock=lambda: now
        )
        return [
            SeriesBook(self.store).page(who, **asked).model_dump_json(),
            Freshnesses(self.store).page(who, **asked).model_dump_json(),
            self.extract(now).model_dump_json(),
            desk.about(wish).model_dump_json(),
            *(page.model_dump_json() for page in pages),
        ]


@pytest.fixture
def reader(
    store: Store, owner: Body, partner: Body, things: dict[str, str], agreed: Make
) -> Reader:
    """By the day."""
    series = declared(store, owner, **ENERGY)
    made = agreed({"supply_points": [things["p1"]]}, granularity="day", **_since(SINCE))
    return Reader(store, partner, series, made)


def _since(start: datetime, end: datetime | None = None) -> dict[str, Any]:
    """Terms of an agreement that holds, over [start, end)."""
    return {"data_period": {"start": start, "end": end}, "valid_from": SINCE}


def fill(store: Store, owner: Body, series: str, start: datetime, n: int, **more: Any) -> str:
    """Half-hours from *start* on; the batch."""
    values = [1] * n
    sent = curve(series, values, **({"unit": "kWh", "start": start} | more))
    return put(Curves(store), owner, sent, now=AT).id


def test_of_a_day_that_fills_nothing_is_told_until_it_is_whole(
    store: Store, owner: Body, reader: Reader
) -> None:
    """Nor of a day after it of which something came: the hole, and its end, would show."""
    fill(store, owner, reader.series, START - DAY, 48)
    before = reader.everything()
    assert reader.told_end() == START
    for place, n in ((0, 1), (47, 1), (60, 1), (1, 20), (48 + 48, 10), (30, 17)):
        fill(store, owner, reader.series, START + place * HALF, n)
        assert reader.everything() == before
    fill(store, owner, reader.series, START + 21 * HALF, 9)
    assert reader.told_end() == END
    assert reader.everything() != before


def test_before_any_day_is_whole_a_part_of_one_is_as_nothing(
    store: Store, owner: Body, reader: Reader
) -> None:
    before = reader.everything()
    fill(store, owner, reader.series, START, 47)
    assert reader.everything() == before
    fresh = reader.extract().freshness
    assert (fresh.state, fresh.reason) == ("never_received", "Aucune période complète à ce jour")


def test_a_day_that_is_taken_back_is_not_told_any_more(
    store: Store, owner: Body, reader: Reader
) -> None:
    fill(store, owner, reader.series, START - DAY, 48)
    batch = fill(store, owner, reader.series, START, 48)
    assert reader.told_end() == END
    Deposits(store).undo(owner.caller, batch, now=AT)
    assert reader.told_end() == START


def test_it_looks_back_over_years_of_holes(store: Store, owner: Body, reader: Reader) -> None:
    fill(store, owner, reader.series, START - 2000 * DAY, 2)
    fill(store, owner, reader.series, START, 47)
    assert reader.told_end() is None
    midnight = datetime(2022, 3, 1, 23, tzinfo=UTC)
    fill(store, owner, reader.series, midnight, 48)
    assert reader.told_end() == midnight + DAY


def test_what_another_agreement_splits_is_not_told_to_be_there(
    store: Store,
    owner: Body,
    partner: Body,
    stranger: Body,
    things: dict[str, str],
    agreed: Make,
) -> None:
    """Somebody reads the afternoon: the day is null, as if it had a hole, and so it is told."""
    series, afternoon = declared(store, owner, **ENERGY), _since(START + 12 * HOUR, END + DAY)
    book, raw = Agreements(store), {"granularity": "raw"} | afternoon
    draft = book.draft(owner.caller, terms(owner, stranger, {"series": [series]}, **raw), now=NOW)
    book.act(owner.caller, draft.id, "propose", signature=owner.sign(draft), now=NOW)
    book.act(stranger.caller, draft.id, "accept", signature=stranger.sign(draft), now=NOW)
    made = agreed({"supply_points": [things["p1"]]}, granularity="day", **_since(SINCE))
    fill(store, owner, series, START - DAY, 96)
    assert Reader(store, partner, series, made).told_end() == START


def test_a_curve_that_does_not_add_up_over_days_is_as_fresh_as_nothing(
    store: Store, owner: Body, reader: Reader
) -> None:
    """An index of each half-hour: none of it may be read by the day, nor when it came."""
    more = {"quantity": "active_energy", "form": "register_index", "unit": "kWh"}
    name = SeriesBook(store)
    before = len(name.page(reader.partner.caller, agreement=reader.agreement.id, now=AT).items)
    index = declared(store, owner, **more)
    fill(store, owner, index, START, 48)
    told = name.page(reader.partner.caller, agreement=reader.agreement.id, now=AT).items
    assert len(told) == before + 1
    assert {one.freshness.state for one in told} == {"never_received"}


def test_that_finer_readings_came_in_part_is_not_told_by_the_step_that_is_given(
    store: Store, owner: Body, partner: Body, things: dict[str, str], agreed: Make
) -> None:
    """By the hour, of a curve of days: half an hour came, and the days are told as before."""
    series = declared(store, owner, **ENERGY)
    made = agreed({"supply_points": [things["p1"]]}, granularity="hour", **_since(SINCE))
    reader = Reader(store, partner, series, made)
    put(Curves(store), owner, curve(series, [9], step="P1D", unit="kWh", start=START), now=AT)
    before = reader.everything()
    assert reader.extract().granularity == "day"
    fill(store, owner, series, END + 3 * HALF, 2)
    assert reader.everything() == before
    with pytest.raises(BadInput, match="daily"):
        reader.extract(granularity="hour")
    fill(store, owner, series, END + 5 * HALF, 1)
    assert reader.extract().granularity == "hour"
    assert reader.told_end() == END + 6 * HALF


def test_pages_of_an_export_begin_where_they_would_whatever_came(
    store: Store, owner: Body, reader: Reader
) -> None:
    """Half an hour of a day long ago does not move where the pages after it begin."""
    first = datetime(2025, 2, 28, 23, tzinfo=UTC)
    values = [1] * 600
    sent = curve(reader.series, values, step="P1D", unit="kWh", start=first)
    put(Curves(store), owner, sent, now=AT)
    before = reader.everything()
    assert len(before) == 4 + 2
    fill(store, owner, reader.series, datetime(2023, 12, 31, 7, tzinfo=UTC), 1)
    assert reader.everything() == before
