"""Curves: exactly once, corrected by revision, and told no finer than agreed."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, text

from synergie.calendar import day_bounds, month_bounds
from synergie.errors import (
    BadInput,
    Conflict,
    KeyReused,
    NotAllowed,
    NotFound,
    SynergieError,
    TooLarge,
)
from synergie.exchange.readings.batches import Batches
from synergie.exchange.readings.changes import Changes
from synergie.exchange.readings.curves import Curves
from synergie.exchange.readings.deposits import Deposits
from synergie.exchange.readings.once import Once, delete_old_answers, find_answers
from synergie.exchange.readings.series import SeriesBook
from synergie.exchange.trust.agreements import Agreements
from synergie.policy import Principal
from synergie.schemas.readings.batch import Receipt
from synergie.schemas.readings.curve import MAX_VALUES, Curve
from synergie.schemas.series import SeriesRecord
from synergie.schemas.trust.agreement import Agreement
from synergie.storage.readings.compaction import compact_segments
from synergie.storage.store import Store
from tests.exchange.people import NOW, Body
from tests.storage.meter import PARIS

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

type Make = Callable[..., Agreement]


def record(code: str = "99000000000017", **more: Any) -> SeriesRecord:
    values: dict[str, Any] = {
        "supply_point": f"prm:{code}",
        "quantity": "active_power",
        "form": "mean_power",
        "unit": "W",
        "provenance": "synthetic",
    }
    return SeriesRecord.model_validate(values | more)


@pytest.fixture
def series(store: Store, owner: Body, things: dict[str, str]) -> str:
    """A power series of the first delivery point."""
    return declared(store, owner)


def declared(store: Store, owner: Body, **more: Any) -> str:
    receipt = SeriesBook(store).publish(owner.caller, [record(**more)], now=NOW)
    return receipt.items[0].id


@pytest.fixture
def curves(store: Store) -> Curves:
    return Curves(store)


def curve(series: str, values: list[Any], **more: Any) -> Curve:
    fields = {"series": series, "start": MONDAY, "step": "PT30M", "unit": "W"}
    return Curve.model_validate(fields | {"values": values} | more)


def put(curves: Curves, who: Body, one: Curve, *, now: datetime = NOW) -> Receipt:
    """The receipt of one curve; raises why it is refused."""
    (answer,) = curves.deposit(who.caller, [one], onces=[None], now=now)
    if isinstance(answer, SynergieError):
        raise answer
    return answer


def values_of(curves: Curves, caller: Principal, series: str, **more: Any) -> list[Any]:
    asked = {"start": MONDAY, "end": MONDAY + DAY, "now": NOW} | more
    return [run.values for run in curves.extract(caller, series, **asked).runs]


def refusal(curves: Curves, who: Body, one: Curve) -> tuple[str, str]:
    with pytest.raises(BadInput) as caught:
        put(curves, who, one)
    return caught.value.where, caught.value.expected


def test_a_curve_is_stored_and_read_back(curves: Curves, owner: Body, series: str) -> None:
    receipt = put(curves, owner, curve(series, [1, None, 3]))
    assert (receipt.received, receipt.kept, receipt.unchanged) == (3, 3, 0)
    found = curves.extract(owner.caller, series, start=MONDAY, end=MONDAY + DAY, now=NOW)
    assert (found.granularity, found.unit, found.agreement) == ("raw", "W", None)
    assert [(run.start, run.step, run.values) for run in found.runs] == [
        (MONDAY, "PT30M", [1, None, 3])
    ]
    assert found.freshness.last_reading == MONDAY + timedelta(minutes=90)
    assert found.freshness.received_at == NOW


def test_the_digest_is_that_of_the_canonical_content(
    curves: Curves, owner: Body, series: str
) -> None:
    content = {
        "series": series,
        "start": "2026-03-02T00:00:00Z",
        "step": "PT30M",
        "unit": "W",
        "values": [1, None, 3],
        "quality": None,
        "supersedes": None,
    }
    receipt = put(curves, owner, curve(series, [1.0, None, 3]))
    assert receipt.digest == sha256(rfc8785.dumps(content)).hexdigest()


@given(values=st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=20), data=st.data())
def test_the_digest_of_decimals_is_canonical_too(values: list[int], data: st.DataObject) -> None:
    from synergie.exchange.readings._arrival import _encode_canonical_numbers

    decimals = data.draw(st.integers(1, 6))
    told = [value / 10**decimals for value in values]
    assert _encode_canonical_numbers([*values], 10**decimals) == rfc8785.dumps(told)


def test_the_same_content_in_other_words_is_a_replay(
    curves: Curves, owner: Body, series: str
) -> None:
    first = put(curves, owner, curve(series, [1, None, 3]))
    plain = [{"n": 1, "quality": "measured"}, {"n": 1, "quality": "missing"}]
    words = [*plain, {"n": 1, "quality": "measured"}]
    start = "2026-03-02T01:00:00+01:00"
    again = put(curves, owner, curve(series, [1.0, None, 3], quality=words, start=start))
    assert again == first.model_copy(update={"replayed": True})


def test_an_old_file_sent_again_does_not_undo_a_correction(
    curves: Curves, owner: Body, series: str
) -> None:
    a, b = curve(series, [1, 2]), curve(series, [1, 20])
    first, correction = put(curves, owner, a), put(curves, owner, b)
    assert (correction.kept, correction.unchanged) == (1, 1)
    again = put(curves, owner, a)
    assert again.id == first.id
    assert again.replayed
    assert again.superseded_by == correction.id
    assert values_of(curves, owner.caller, series) == [[1, 20]]


def test_who_wants_the_old_values_back_says_so(curves: Curves, owner: Body, series: str) -> None:
    a, b = curve(series, [1, 2]), curve(series, [1, 20])
    first, correction = put(curves, owner, a), put(curves, owner, b)
    back = a.model_copy(update={"supersedes": correction.id})
    restored = put(curves, owner, back)
    assert not restored.replayed
    assert values_of(curves, owner.caller, series) == [[1, 2]]
    assert put(curves, owner, b).superseded_by == restored.id
    assert put(curves, owner, a).superseded_by == restored.id
    assert put(curves, owner, back).replayed
    with pytest.raises(Conflict):
        put(curves, owner, curve(series, [5, 5], supersedes=first.id))


def test_what_is_superseded_must_be_a_batch_of_the_series(
    curves: Curves, owner: Body, series: str, store: Store
) -> None:
    other = declared(store, owner, direction="export")
    receipt = put(curves, owner, curve(other, [1]))
    where, _ = refusal(curves, owner, curve(series, [1], supersedes=receipt.id))
    assert where == "/supersedes"


def test_values_that_hold_already_leave_a_receipt_and_no_segment(
    curves: Curves, owner: Body, series: str, store: Store
) -> None:
    put(curves, owner, curve(series, [1, 2, 3]))
    receipt = put(curves, owner, curve(series, [2, 3], start=MONDAY + HOUR / 2))
    assert (receipt.kept, receipt.unchanged) == (0, 2)
    with store.read() as session:
        assert session.connection().execute(text("SELECT count(*) FROM segment")).scalar() == 1
        assert session.connection().execute(text("SELECT count(*) FROM batch")).scalar() == 5


def test_a_group_is_stored_without_its_faults(curves: Curves, owner: Body, series: str) -> None:
    group = [
        curve(series, [1]),
        curve(series, [1], unit="kW"),
        curve("ser_nothing", [1]),
        curve(series, [1]),
        curve(series, [9, 2]),
    ]
    first, unit, unknown, again, correction = curves.deposit(
        owner.caller, group, onces=[None] * 5, now=NOW
    )
    assert isinstance(unit, BadInput)
    assert isinstance(unknown, NotFound)
    assert isinstance(first, Receipt)
    assert isinstance(correction, Receipt)
    assert again == first.model_copy(update={"replayed": True})
    assert (correction.seq, correction.kept) == (first.seq + 1, 2)
    assert values_of(curves, owner.caller, series) == [[9, 2]]
    assert put(curves, owner, group[0]).superseded_by == correction.id


def test_a_group_has_a_limit(curves: Curves, owner: Body, series: str) -> None:
    with pytest.raises(TooLarge):
        curves.deposit(owner.caller, [curve(series, [1])] * 65, onces=[None] * 65, now=NOW)


def test_a_group_costs_few_statements(
    curves: Curves, owner: Body, series: str, store: Store
) -> None:
    """One look at what holds a curve, and what the group shares, however large it is."""
    seen: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    shared = []
    for n, first in ((20, 0), (60, 20)):
        seen.clear()
        group = [curve(series, [i], start=MONDAY + (first + i) * DAY) for i in range(n)]
        curves.deposit(owner.caller, group, onces=[None] * n, now=NOW)
        shared.append(len(seen) - n)
    assert shared[1] <= shared[0] <= 16


def key(name: str, body: str = "0" * 64) -> Once:
    return Once(client="owner-app", key=name, request="POST /v1/curves", body_sha256=body)


def test_a_key_gives_its_answer_again(curves: Curves, owner: Body, series: str) -> None:
    one = curve(series, [1])
    first = curves.deposit(owner.caller, [one], onces=[key("k")], now=NOW)
    put(curves, owner, curve(series, [2]))
    assert curves.deposit(owner.caller, [one], onces=[key("k")], now=NOW) == first


def test_a_key_is_free_after_a_day_whether_its_row_is_gone_or_not(
    store: Store, curves: Curves, owner: Body, series: str
) -> None:
    first, other = key("k"), key("k", "1" * 64)
    curves.deposit(owner.caller, [curve(series, [1])], onces=[first], now=NOW)
    soon, late = NOW + 23 * HOUR, NOW + 25 * HOUR
    delete_old_answers(store, now=soon)
    (answer,) = curves.deposit(owner.caller, [curve(series, [2])], onces=[other], now=soon)
    assert isinstance(answer, KeyReused), "it is kept for a day"
    (answer,) = curves.deposit(owner.caller, [curve(series, [2])], onces=[other], now=late)
    assert isinstance(answer, Receipt)
    delete_old_answers(store, now=late + 25 * HOUR)
    with store.read() as session:
        assert not session.connection().execute(text("SELECT key FROM idempotency")).all()


def test_a_key_that_another_request_used_meanwhile_gives_its_answer(
    curves: Curves, owner: Body, series: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other's answer is committed after this one looked, and before it keeps its own."""
    one, asked = curve(series, [1]), []
    first = curves.deposit(owner.caller, [one], onces=[key("k")], now=NOW)

    def too_early(*args: Any, **more: Any) -> Any:
        asked.append(1)
        return {} if len(asked) == 1 else find_answers(*args, **more)

    monkeypatch.setattr("synergie.exchange.readings._group.find_answers", too_early)
    assert curves.deposit(owner.caller, [one], onces=[key("k")], now=NOW) == first
    assert len(asked) == 2


def test_lines_cost_no_statement_of_their_own_for_their_keys(
    store: Store, curves: Curves, owner: Body, series: str
) -> None:
    seen: list[str] = []
    event.listen(
        store.engine, "before_cursor_execute", lambda *told: seen.append(told[2]), named=False
    )
    counts = []
    for first, n in ((0, 4), (100, 64)):
        seen.clear()
        group = [curve(series, [i], start=MONDAY + (first + i) * HOUR / 2) for i in range(n)]
        onces: list[Once | None] = [key(f"{first}/{i}") for i in range(n)]
        curves.deposit(owner.caller, group, onces=onces, now=NOW)
        counts.append(len(seen))
    assert counts[1] <= counts[0] + 2 <= 24, "as many statements for 64 lines as for 4"


def test_a_key_with_another_body_is_refused(curves: Curves, owner: Body, series: str) -> None:
    curves.deposit(owner.caller, [curve(series, [1])], onces=[key("k")], now=NOW)
    other = key("k", "1" * 64)
    (answer,) = curves.deposit(owner.caller, [curve(series, [2])], onces=[other], now=NOW)
    assert isinstance(answer, KeyReused)
    assert values_of(curves, owner.caller, series) == [[1]]


def test_the_key_of_a_refused_curve_stays_free(curves: Curves, owner: Body, series: str) -> None:
    group = [curve(series, [1], unit="kW"), curve(series, [3])]
    refused, kept = curves.deposit(owner.caller, group, onces=[key("a"), key("b")], now=NOW)
    assert isinstance(refused, BadInput)
    assert isinstance(kept, Receipt)
    mended = curve(series, [1])
    (answer,) = curves.deposit(owner.caller, [mended], onces=[key("a", "1" * 64)], now=NOW)
    assert isinstance(answer, Receipt)


def test_one_key_twice_in_a_group_acts_once(curves: Curves, owner: Body, series: str) -> None:
    group = [curve(series, [1]), curve(series, [1]), curve(series, [2])]
    onces = [key("k"), key("k"), key("k", "1" * 64)]
    first, again, other = curves.deposit(owner.caller, group, onces=onces, now=NOW)
    assert isinstance(first, Receipt)
    assert again == first
    assert isinstance(other, KeyReused)


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ({"unit": "kW"}, "/unit"),
        ({"start": MONDAY + timedelta(minutes=1)}, "/start"),
        ({"start": MONDAY + timedelta(seconds=1), "step": "PT5M"}, "/start"),
        ({"start": MONDAY, "step": "P1D"}, "/start"),
        ({"start": day_bounds(date(2026, 3, 2), PARIS)[0], "step": "P1M"}, "/start"),
        ({"start": datetime(1969, 12, 31, tzinfo=UTC)}, "/start"),
        ({"start": datetime(2027, 1, 1, tzinfo=UTC)}, "/start"),
        ({"start": NOW, "values": [1] * 60}, "/values/48"),
        ({"values": [1, 2.5]}, "/values/1"),
        ({"values": [1, 10**10 + 1]}, "/values/1"),
        ({"values": [None, -(10**11)]}, "/values/1"),
        ({"values": [1, 2**63]}, "/values/1"),
        ({"values": [1.0, 1e300]}, "/values/1"),
        ({"quality": [{"n": 1, "quality": "measured"}]}, "/quality"),
        ({"quality": [{"n": 3, "quality": "measured"}]}, "/quality"),
        ({"quality": [{"n": 2, "quality": "missing"}]}, "/quality/0"),
        ({"values": [1, None], "quality": [{"n": 2, "quality": "measured"}]}, "/quality/0"),
    ],
)
def test_a_fault_is_told_with_its_place(
    curves: Curves, owner: Body, series: str, more: dict[str, Any], where: str
) -> None:
    found, expected = refusal(curves, owner, curve(series, **{"values": [1, 2]} | more))
    assert found == where
    assert expected
    assert values_of(curves, owner.caller, series) == []


def test_numbers_that_are_no_numbers_are_refused(curves: Curves, owner: Body, series: str) -> None:
    for bad in (True, float("nan"), float("inf"), "1"):
        one = curve(series, [1]).model_copy(update={"values": [1, bad]})
        assert refusal(curves, owner, one)[0] == "/values/1"


def test_a_curve_made_without_validation_is_still_checked(
    curves: Curves, owner: Body, series: str
) -> None:
    long = curve(series, [1]).model_copy(update={"values": [1] * (MAX_VALUES + 1)})
    assert refusal(curves, owner, long)[0] == "/values"
    months = curve(series, [1]).model_copy(
        update={"values": [1] * MAX_VALUES, "step": "P1M", "start": month_bounds(MONDAY, PARIS)[0]}
    )
    assert refusal(curves, owner, months)[0] == "/values/8"


def test_energy_is_not_negative_but_for_a_period(
    curves: Curves, owner: Body, store: Store, things: dict[str, str]
) -> None:
    fields = {"quantity": "active_energy", "unit": "kWh", "decimals": 3}
    energy = declared(store, owner, form="interval_energy", **fields)
    period = declared(store, owner, form="period_energy", **fields)
    one = curve(energy, [0.5, -0.001], unit="kWh")
    assert refusal(curves, owner, one) == ("/values/1", "zero or more")
    put(curves, owner, curve(period, [0.5, -0.001], unit="kWh"))
    assert values_of(curves, owner.caller, period) == [[0.5, -0.001]]


@given(
    values=st.lists(
        st.none() | st.integers(-(10**10), 10**10).map(lambda n: n / 1000), min_size=1, max_size=30
    )
)
def test_decimals_are_kept_exactly_or_refused(values: list[float | None]) -> None:
    from synergie.exchange.readings._arrival import _scale_exact_values

    kinds = set(map(type, values))
    assert _scale_exact_values([*values], kinds, 1000) == [
        None if value is None else round(value * 1000) for value in values
    ]
    spoilt = [*values, 0.0005]
    with pytest.raises(BadInput) as caught:
        _scale_exact_values(spoilt, set(map(type, spoilt)), 1000)
    assert caught.value.where == f"/values/{len(values)}"


def test_a_series_of_others_looks_like_none(
    curves: Curves, stranger: Body, owner: Body, series: str
) -> None:
    put(curves, owner, curve(series, [1]))
    told = []
    for name in (series, "ser_nothing"):
        with pytest.raises(NotFound) as caught:
            put(curves, stranger, curve(name, [2]))
        told.append(str(caught.value))
        with pytest.raises(NotFound) as caught:
            values_of(curves, stranger.caller, name)
        told.append(str(caught.value))
    assert len(set(told)) == 1
    assert values_of(curves, owner.caller, series) == [[1]]


def test_a_recipient_does_not_write(
    curves: Curves, partner: Body, series: str, things: dict[str, str], agreed: Make
) -> None:
    agreed({"supply_points": [things["p1"]]}, granularity="raw")
    with pytest.raises(NotFound):
        put(curves, partner, curve(series, [2]))


def test_each_curve_is_one_change_told_after_the_commit(
    curves: Curves, owner: Body, series: str, store: Store
) -> None:
    receipt = put(curves, owner, curve(series, [1]))
    page = Changes(store).after(owner.caller, None, limit=100, now=NOW)
    last = page.items[-1]
    assert (last.kind, last.id, last.seq) == ("curve", receipt.id, receipt.seq)


def test_an_empty_interval_is_refused(curves: Curves, owner: Body, series: str) -> None:
    for end in (MONDAY, MONDAY - DAY, datetime(2200, 1, 1, tzinfo=UTC)):
        with pytest.raises(BadInput) as caught:
            curves.extract(owner.caller, series, start=MONDAY, end=end, now=NOW)
        assert caught.value.where == "/end"


def test_days_of_a_voltage_are_refused(
    curves: Curves, owner: Body, store: Store, things: dict[str, str]
) -> None:
    name = declared(store, owner, quantity="voltage", unit="V")
    with pytest.raises(BadInput) as caught:
        values_of(curves, owner.caller, name, granularity="day")
    assert caught.value.where == "/granularity"


# Under an agreement


def day_of(day: date) -> dict[str, Any]:
    return {"start": day_bounds(day, PARIS)[0], "end": day_bounds(day, PARIS)[1]}


def filled(day: date, value: int = 2) -> dict[str, Any]:
    start, end = day_bounds(day, PARIS)
    return {"start": start, "values": [value] * int((end - start) / (HOUR / 2))}


def test_a_recipient_sees_days_and_nothing_finer(
    curves: Curves, owner: Body, partner: Body, series: str, things: dict[str, str], agreed: Make
) -> None:
    made = agreed({"sites": [things["s1"]]}, granularity="day")
    for day, n in ((date(2026, 3, 29), 46), (date(2026, 3, 30), 48), (date(2026, 10, 25), 50)):
        put(curves, owner, curve(series, **filled(day)))
        found = curves.extract(partner.caller, series, **day_of(day), now=NOW)
        assert [(run.step, run.values, run.quality) for run in found.runs] == [("P1D", [n], None)]
        assert (found.unit, found.granularity) == ("Wh", "day")
        assert found.agreement == f"{made.id}/1"
        assert found.freshness.received_at is None
    with pytest.raises(NotAllowed) as caught:
        values_of(curves, partner.caller, series, granularity="raw")
    assert caught.value.reason == "granularity_too_fine"
    assert values_of(curves, owner.caller, series, granularity="raw", **day_of(day)) == [[2] * 50]


def test_windows_that_differ_by_half_an_hour_give_the_same_rows(
    curves: Curves, owner: Body, partner: Body, series: str, things: dict[str, str], agreed: Make
) -> None:
    agreed({"supply_points": [things["p1"]]}, granularity="day")
    put(curves, owner, curve(series, **filled(date(2026, 3, 3))))
    start = day_bounds(date(2026, 3, 3), PARIS)[0]
    found = [
        curves.extract(
            partner.caller, series, start=start + i * HOUR / 2, end=start + 12 * HOUR, now=NOW
        )
        for i in range(20)
    ]
    assert all(one == found[0] for one in found)
    assert found[0].runs[0].values == [48]


def test_a_day_that_fills_up_is_not_told_until_it_is_whole(
    curves: Curves, owner: Body, partner: Body, series: str, things: dict[str, str], agreed: Make
) -> None:
    agreed({"supply_points": [things["p1"]]}, granularity="day")
    day = date(2026, 3, 3)
    start = day_bounds(day, PARIS)[0]
    told = []
    for i in range(48):
        now = NOW + timedelta(minutes=i)
        put(curves, owner, curve(series, [i], start=start + i * HOUR / 2), now=now)
        told.append(values_of(curves, partner.caller, series, **day_of(day), now=now))
    assert told == [[]] * 47 + [[[sum(range(48)) / 2]]]
    past = [
        values_of(curves, partner.caller, series, as_of=NOW + timedelta(minutes=i), **day_of(day))
        for i in range(47)
    ]
    assert past == [[]] * 47
    mine = values_of(curves, owner.caller, series, granularity="day", as_of=NOW, **day_of(day))
    assert mine == [[0]]


def test_a_blank_that_is_told_leaves_the_day_null_until_it_is_filled(
    curves: Curves, owner: Body, partner: Body, series: str, things: dict[str, str], agreed: Make
) -> None:
    """Else each value that fills a blank would be the difference of two sums."""
    agreed({"supply_points": [things["p1"]]}, granularity="day")
    day = filled(date(2026, 3, 3))
    day["values"][7] = None
    put(curves, owner, curve(series, **day))
    mine = curves.extract(
        owner.caller, series, granularity="day", **day_of(date(2026, 3, 3)), now=NOW
    )
    (run,) = mine.runs
    assert run.values == [47]
    assert run.quality is not None
    assert [one.quality for one in run.quality] == ["partial"]
    found = curves.extract(partner.caller, series, **day_of(date(2026, 3, 3)), now=NOW)
    assert found.runs == ()
    put(curves, owner, curve(series, [2], start=day["start"] + 7 * HOUR / 2))
    found = curves.extract(partner.caller, series, **day_of(date(2026, 3, 3)), now=NOW)
    assert [one.values for one in found.runs] == [[48]]


def test_nothing_outside_the_period_is_given(
    curves: Curves, owner: Body, partner: Body, series: str, things: dict[str, str], agreed: Make
) -> None:
    start, end = MONDAY + 2 * DAY, MONDAY + 4 * DAY
    agreed(
        {"supply_points": [things["p1"]]},
        granularity="raw",
        data_period={"start": start, "end": end},
    )
    put(curves, owner, curve(series, list(range(8 * 48))))
    found = curves.extract(partner.caller, series, start=MONDAY, end=MONDAY + 8 * DAY, now=NOW)
    assert (found.start, found.end, found.freshness.last_reading) == (start, end, end)
    assert [run.values for run in found.runs] == [list(range(2 * 48, 4 * 48))]
    days = curves.extract(
        partner.caller, series, start=MONDAY, end=MONDAY + 8 * DAY, granularity="day", now=NOW
    )
    assert day_bounds(date(2026, 3, 5), PARIS) == (days.start, days.end)
    assert sum(len(run.values) for run in days.runs) == 1
    with pytest.raises(NotAllowed) as caught:
        values_of(curves, partner.caller, series, end=start)
    assert caught.value.reason == "period"


def test_a_series_that_does_not_add_up_is_too_fine_for_days(
    curves: Curves, owner: Body, partner: Body, store: Store, things: dict[str, str], agreed: Make
) -> None:
    agreed({"supply_points": [things["p1"]]}, granularity="day")
    name = declared(store, owner, quantity="apparent_power_max", form="peak", unit="VA")
    with pytest.raises(NotAllowed) as caught:
        values_of(curves, partner.caller, name)
    assert caught.value.reason == "granularity_too_fine"


def test_an_agreement_that_is_named_is_the_one_that_counts(
    curves: Curves, owner: Body, partner: Body, series: str, things: dict[str, str], agreed: Make
) -> None:
    raw = agreed({"supply_points": [things["p1"]]}, granularity="raw")
    month = agreed({"supply_points": [things["p1"]]}, granularity="month")
    put(curves, owner, curve(series, [1]))
    found = [
        curves.extract(
            partner.caller, series, start=MONDAY, end=NOW, agreement=made.id, now=NOW
        ).granularity
        for made in (raw, month)
    ]
    assert found == ["raw", "month"]


# Exports


@pytest.fixture
def year(curves: Curves, owner: Body, series: str) -> list[int]:
    """A year of half-hours, stored: its values."""
    values = [i % 991 for i in range(17_520)]
    put(curves, owner, curve(series, values, start=datetime(2025, 1, 1, tzinfo=UTC)))
    return values


def export(curves: Curves, who: Body, **more: Any) -> Iterator[Curve]:
    asked: dict[str, Any] = {"start": datetime(2020, 1, 1, tzinfo=UTC), "end": NOW}
    return curves.export(who.caller, **asked | {"clock": lambda: NOW} | more)


def all_values(pages: Iterator[Curve]) -> list[Any]:
    return [value for page in pages for value in page.values]


def test_an_export_gives_everything_in_pages(
    curves: Curves, owner: Body, series: str, year: list[int], store: Store
) -> None:
    pages = list(export(curves, owner))
    assert all_values(iter(pages)) == year
    assert max(len(page.values) for page in pages) <= 6000
    assert len(pages) == 3
    compact_segments(store, now=NOW, saving=False)
    assert all_values(export(curves, owner)) == year


@pytest.mark.parametrize("step", ["PT5M", "PT1H", "P1D", "P1M"])
def test_every_step_is_exported_once(curves: Curves, owner: Body, series: str, step: str) -> None:
    start = month_bounds(date(2023, 1, 1), PARIS)[0]
    n = {"PT5M": 100_000, "PT1H": 20_000, "P1D": 1000, "P1M": 40}[step]
    values = list(range(n))
    put(curves, owner, curve(series, values, start=start, step=step))
    put(curves, owner, curve(series, [7, 8], start=MONDAY + 250 * DAY))
    pages = (page for page in export(curves, owner) if page.step == step)
    assert all_values(pages) == values


def test_months_that_follow_five_minutes_are_exported_too(
    curves: Curves, owner: Body, series: str
) -> None:
    start, end = month_bounds(date(2023, 1, 1), PARIS)
    put(curves, owner, curve(series, [1] * 31 * 288, start=start, step="PT5M"))
    put(curves, owner, curve(series, [7, 8, 9], start=end, step="P1M"))
    assert all_values(export(curves, owner)) == [1] * 31 * 288 + [7, 8, 9]


def test_an_export_of_days_covers_years_without_a_seam(
    curves: Curves, owner: Body, series: str
) -> None:
    start = day_bounds(date(2021, 1, 1), PARIS)[0]
    put(curves, owner, curve(series, [24] * 1900, start=start, step="P1D"))
    found = all_values(export(curves, owner, granularity="day"))
    assert len(found) == 1900
    assert (found[0], set(found)) == (576, {552, 576, 600})
    assert sum(all_values(export(curves, owner, granularity="month"))) == sum(found)


def test_an_export_names_its_series(
    curves: Curves, owner: Body, series: str, year: list[int], store: Store
) -> None:
    other = declared(store, owner, direction="export")
    put(curves, owner, curve(other, [5]))
    pages = list(export(curves, owner, series=[other]))
    assert [(page.series, page.values) for page in pages] == [(other, [5])]
    with pytest.raises(NotFound):
        export(curves, owner, series=[other, "ser_nothing"])


def test_a_list_leaves_out_what_does_not_add_up(
    curves: Curves, owner: Body, partner: Body, series: str, year: list[int], store: Store,
    things: dict[str, str], agreed: Make,
) -> None:  # fmt: skip
    made = agreed({"supply_points": [things["p1"]]}, granularity="month")
    voltage = declared(store, owner, quantity="voltage", unit="V")
    put(curves, owner, curve(voltage, [230], unit="V"))
    pages = list(export(curves, partner, agreement=made.id))
    assert {(page.series, page.step, page.unit) for page in pages} == {(series, "P1M", "Wh")}


def test_a_revocation_cuts_a_running_export(
    curves: Curves, owner: Body, partner: Body, series: str, year: list[int], store: Store,
    things: dict[str, str], agreed: Make,
) -> None:  # fmt: skip
    made = agreed({"supply_points": [things["p1"]]}, granularity="raw")
    pages = export(curves, partner, agreement=made.id)
    assert len(next(pages).values) <= 6000
    Agreements(store).act(owner.caller, made.id, "revoke", signature=None, now=NOW)
    with pytest.raises(NotAllowed) as caught:
        next(pages)
    assert (caught.value.reason, caught.value.agreement) == ("ended", made.id)


def test_an_agreement_that_expires_cuts_a_running_export(
    curves: Curves, partner: Body, year: list[int], things: dict[str, str], agreed: Make
) -> None:
    made = agreed({"supply_points": [things["p1"]]}, granularity="raw")
    times = iter([NOW, NOW, NOW, made.terms.valid_until])
    start = datetime(2025, 1, 1, tzinfo=UTC)
    pages = export(curves, partner, agreement=made.id, start=start, clock=lambda: next(times))
    assert next(pages).values
    with pytest.raises(NotAllowed):
        next(pages)


def test_an_export_of_nobody_fails_before_it_starts(
    curves: Curves, stranger: Body, series: str
) -> None:
    with pytest.raises(NotFound):
        export(curves, stranger, agreement="agr_nothing")
    with pytest.raises(NotFound):
        export(curves, stranger, series=[series])
    assert list(export(curves, stranger)) == []


def test_a_receipt_is_told_from_the_columns_of_its_row_and_the_little_they_do_not_hold(
    store: Store, curves: Curves, owner: Body, series: str
) -> None:
    """All of it once more was a fifth of what a live reading took."""
    first = put(curves, owner, curve(series, [1]))
    with store.read() as session:
        query = text("SELECT receipt FROM batch WHERE id = :id")
        kept = session.connection().execute(query, {"id": first.id}).scalar_one()
    assert kept == '{"received":1,"kept":1,"unchanged":0,"refused":0}'
    book = Batches(store)
    assert book.read(owner.caller, first.id, now=NOW) == first
    second = put(curves, owner, curve(series, [2]))
    again = put(curves, owner, curve(series, [1]))
    expected = first.model_copy(update={"replayed": True, "superseded_by": second.id})
    assert again == expected
    Deposits(store).undo(owner.caller, second.id, now=NOW + HOUR)
    undone = book.read(owner.caller, second.id, now=NOW)
    assert undone == second.model_copy(update={"undone_at": NOW + HOUR})
    with store.write() as session:  # as an earlier version wrote it
        session.connection().execute(
            text("UPDATE batch SET receipt = :told WHERE id = :id"),
            {"told": first.model_dump_json(), "id": first.id},
        )
    assert book.read(owner.caller, first.id, now=NOW) == first
