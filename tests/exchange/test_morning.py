"""The morning is summed from what deposits keep; a full count, and the list, say the same."""

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from synergie.errors import Conflict, NotFound
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.readings.curves import Curves
from synergie.exchange.readings.deposits import Deposits
from synergie.exchange.readings.freshness import Freshnesses
from synergie.exchange.readings.morning import Mornings
from synergie.exchange.readings.series import SeriesBook
from synergie.policy import permit_operator, permit_own_data
from synergie.policy.readings.morning import Ages, Tally, is_undated
from synergie.schemas.freshness import FreshnessLine
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.series import SeriesRecord
from synergie.schemas.trust.agreement import Agreement
from synergie.storage.readings.compaction import compact_segments
from synergie.storage.readings.morning import group_alike_series, newest_told
from synergie.storage.readings.morning_check import (
    AstrayFacts,
    AstraySeries,
    find_astray_rows,
    mend_astray_rows,
)
from synergie.storage.readings.morning_tables import NewestFactRow
from synergie.storage.store import Store
from synergie.storage.tables import SeriesRow
from tests.exchange.lines import LINES, RAW, curve, index, put, register
from tests.exchange.newest_readings import last_by_source
from tests.exchange.people import NOW, Body, point

DAY = datetime(2026, 5, 31, 22, tzinfo=UTC)
HOUR = timedelta(hours=1)
HALF = timedelta(minutes=30)
SECOND = timedelta(seconds=1)
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture(autouse=True)
def _lines(monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch)


def right(store: Store, who: Body, now: datetime = NOW) -> Tally:
    """The tally of the morning, once it is what the whole count and the list of lines say."""
    with store.read() as session:
        assert list(find_astray_rows(permit_operator(now=now), session)) == []
        permit = permit_own_data(who.caller, action="read", now=now)
        assert newest_told(permit, session, group_alike_series(permit, session)) == last_by_source(
            permit, session
        )
    lines: list[FreshnessLine] = []
    after = None
    while True:
        page = Freshnesses(store).page(who.caller, after=after, now=now)
        lines += page.items
        after = page.next
        if after is None:
            break
    states = Counter(one.state for one in lines if one.subject == "series")
    morning = Mornings(store).read(who.caller, now=now)
    assert {one.line.id: one.line for one in morning.flows} == {
        one.id: one for one in lines if one.subject == "flow"
    }
    undated = [one for one in lines if one.subject == "series" and is_undated(one)]
    assert morning.series[:4] == (
        states["up_to_date"] - len(undated), states["late"], len(undated), states["never_received"],
    )  # fmt: skip
    days = [(local(now) - local(one.last_reading - SECOND)).days for one in undated
            if one.last_reading]  # fmt: skip
    assert morning.series.ages == ((max(0, min(days)), max(0, *days)) if days else None)
    tally, received_at = Mornings(store).tally(who.caller, now=now)
    assert (tally, received_at) == (morning.series, morning.received_at)
    return morning.series


def local(at: datetime) -> date:
    return at.astimezone(PARIS).date()


def other(code: str = "prm:99000000000025", **more: Any) -> Any:
    return curve(DAY, [1, 2], supply_point=code, **more)


def billed(first: date, last: date) -> PeriodEnergy:
    return PeriodEnergy(
        name="RUE HAUTE", supply_point="prm:99000000000017", from_date=first, to_date=last,
        energy_kwh=Decimal(12), provenance="synthetic",
    )  # fmt: skip


def test_an_empty_store_has_nothing_late(store: Store, owner: Body) -> None:
    assert right(store, owner) == Tally()
    morning = Mornings(store).read(owner.caller, now=NOW)
    assert (morning.flows, morning.never, morning.received_at) == ((), (), None)


def test_each_kind_of_change_keeps_the_sums(store: Store, owner: Body) -> None:
    """Deposit, the same again, correction, an older part, undo, its return, compaction."""
    first = put(store, owner, curve(DAY, [1, 2]), other())
    assert right(store, owner).all == 2
    put(store, owner, curve(DAY, [1, 2]), other(), now=NOW + HOUR)
    right(store, owner)
    better = put(store, owner, curve(DAY, [5, 2, 3]), now=NOW + 2 * HOUR)
    right(store, owner)
    put(store, owner, curve(DAY - HOUR, [7, 7]), form=RAW, name="raw", now=NOW + 3 * HOUR)
    right(store, owner)
    Deposits(store).undo(owner.caller, better.receipts[-1].id, now=NOW + 4 * HOUR)
    right(store, owner)
    put(store, owner, curve(DAY, [5, 2, 3]), now=NOW + 5 * HOUR)
    right(store, owner)
    compact_segments(store, now=NOW + 6 * HOUR, saving=False)
    right(store, owner)
    with pytest.raises(Conflict):
        Deposits(store).undo(owner.caller, str(first.id), now=NOW + 10 * HOUR)
    right(store, owner)


def test_a_series_that_is_removed_and_comes_again_is_counted_when_it_is_there(
    store: Store, owner: Body
) -> None:
    put(store, owner, curve(DAY, [1, 2]), other())
    alone = put(store, owner, other("prm:99000000000033"), now=NOW + 7 * HOUR)
    assert right(store, owner).all == 3
    Deposits(store).undo(owner.caller, str(alone.id), now=NOW + 8 * HOUR)
    assert right(store, owner).all == 2
    put(store, owner, other("prm:99000000000033"), now=NOW + 9 * HOUR)
    assert right(store, owner).all == 3


def test_what_a_program_sends_is_a_flow_of_its_own(store: Store, owner: Body) -> None:
    put(store, owner, curve(DAY, [1, 2]))
    (series,) = SeriesBook(store).page(owner.caller, now=NOW).items
    sent = curve(DAY + HOUR, [3]).curve(series.id)
    Curves(store).deposit(owner.caller, [sent], onces=[None], now=NOW + HOUR)
    right(store, owner)
    flows = {one.line.id: one for one in Mornings(store).read(owner.caller, now=NOW).flows}
    assert flows["api"].series.all == 1
    assert flows[LINES].series.all == 0


def test_readings_that_are_facts_date_their_flow(store: Store, owner: Body) -> None:
    put(store, owner, index(5, day=3), index(4, day=2))
    right(store, owner)
    newest = put(store, owner, index(6, day=5), now=NOW + HOUR)
    right(store, owner)
    put(store, owner, index(1, day=1), now=NOW + 2 * HOUR)
    right(store, owner)
    Deposits(store).undo(owner.caller, str(newest.id), now=NOW + 3 * HOUR)
    right(store, owner)
    put(store, owner, index(6, day=5), now=NOW + 4 * HOUR)
    right(store, owner)


def test_a_bill_dates_its_flow_by_its_last_day(store: Store, owner: Body) -> None:
    put(store, owner, billed(date(2026, 9, 1), date(2026, 10, 1)))
    right(store, owner)
    last = put(store, owner, billed(date(2026, 10, 1), date(2026, 11, 1)), now=NOW + HOUR)
    right(store, owner)
    (flow,) = Mornings(store).read(owner.caller, now=NOW).flows
    assert flow.line.last_reading == datetime(2026, 10, 31, 23, tzinfo=UTC)
    Deposits(store).undo(owner.caller, str(last.id), now=NOW + 2 * HOUR)
    right(store, owner)


def test_a_dry_undo_changes_no_sum(store: Store, owner: Body) -> None:
    made = put(store, owner, curve(DAY, [1, 2]))
    before = right(store, owner)
    Deposits(store).undo(owner.caller, str(made.id), dry_run=True, now=NOW + HOUR)
    assert right(store, owner) == before


def test_a_series_without_a_value_was_never_read(store: Store, owner: Body) -> None:
    put(store, owner, curve(DAY, [None, None]), other())
    assert right(store, owner).never == 1
    morning = Mornings(store).read(owner.caller, now=NOW)
    assert [key for _, key in morning.never] == [
        "prm:99000000000017/active_power/mean_power/import"
    ]


def test_lateness_is_the_clocks_and_follows_the_flows_own_rule(
    store: Store, owner: Body, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R50 is due the day after, before 10:00 in Paris: also over the day with 25 hours."""
    from synergie.formats import registry
    from synergie.formats.format import Format
    from tests.exchange import lines

    form = Format(name="enedis-r50", title="R50", sniff=lambda _: 0.0, read=lines._read)
    monkeypatch.setitem(registry.load_formats(), "enedis-r50", form)
    midnight = datetime(2026, 10, 24, 22, tzinfo=UTC)  # 25 October 2026, the day of 25 hours
    came = midnight + timedelta(hours=26)
    put(
        store, owner, curve(midnight, [1] * 50), other(), form="enedis-r50", now=came
    )  # until the 26th, 00:00 in Paris
    due = datetime(2026, 10, 27, 9, tzinfo=UTC)  # the 27th, 10:00 in Paris, in winter time
    assert right(store, owner, due) == Tally(up_to_date=1, late=1)
    assert right(store, owner, due + timedelta(seconds=1)) == Tally(late=2)
    (flow,) = Mornings(store).read(owner.caller, now=due).flows
    assert (flow.line.state, flow.left_out, flow.line.expected_by) == ("up_to_date", 1, due)
    assert [key.split("/")[0] for _, key in flow.left_out_named] == ["prm:99000000000025"]


def test_what_no_file_is_due_for_is_never_up_to_date(store: Store, owner: Body) -> None:
    """A flow without promise or rhythm: told apart, with its age, however old it is."""
    put(store, owner, curve(DAY, [1, 2]), other())
    put(store, owner, curve(DAY + timedelta(days=30), [1, 2]), now=NOW + HOUR)
    for days in (0, 1, 333):
        now = NOW + 2 * HOUR + timedelta(days=days)
        newest = (local(now) - date(2026, 7, 1)).days
        assert right(store, owner, now) == Tally(undated=2, ages=Ages(newest, newest + 30))
    (flow,) = Mornings(store).read(owner.caller, now=NOW).flows
    assert is_undated(flow.line) and not flow.left_out
    put(store, owner, curve(DAY, [3, 4]), now=NOW + timedelta(days=7))
    put(store, owner, curve(DAY, [5, 6]), now=NOW + timedelta(days=14))
    assert right(store, owner, NOW + timedelta(days=15)) == Tally(up_to_date=2)  # each 7 days
    assert right(store, owner, NOW + timedelta(days=60)) == Tally(late=2)


def test_a_late_flow_is_the_first_thing_that_is_due(store: Store, owner: Body) -> None:
    for week in range(4):
        at = NOW + timedelta(days=7 * week)
        put(store, owner, curve(DAY + week * HOUR, [week, 1]), now=at)
    later = NOW + timedelta(days=40)
    right(store, owner, later)
    morning = Mornings(store).read(owner.caller, now=later)
    due, *later_ends = morning.dues
    assert (due.kind, due.subject, due.who) == ("deposit", LINES, "deposits")
    assert {one.kind for one in later_ends} == {"table_ends"}
    assert due.late_days == morning.flows[0].line.late_days
    assert due.late_days is not None


def test_what_others_own_is_in_no_sum(
    store: Store, owner: Body, partner: Body, agreed: Callable[..., Agreement]
) -> None:
    put(store, owner, curve(DAY, [1, 2]), other())
    put(store, partner, other("prm:99000000000041"))
    assert right(store, owner).all == 2
    assert right(store, partner).all == 1
    (held, _) = SupplyPoints(store).page(owner.caller, now=NOW).items
    agreed({"supply_points": [held.id]})
    assert right(store, partner).all == 1


def test_an_agreement_that_ends_or_waits_is_due_to_each_side(
    store: Store, owner: Body, partner: Body, agreed: Callable[..., Agreement]
) -> None:
    put(store, owner, curve(DAY, [1, 2]))
    (held,) = SupplyPoints(store).page(owner.caller, now=NOW).items
    soon = NOW + timedelta(days=20)
    made = agreed({"supply_points": [held.id]}, valid_until=soon)
    for who, whom in ((owner, partner), (partner, owner)):
        found = [one for one in Mornings(store).read(who.caller, now=NOW).dues if one.day]
        (end,) = [one for one in found if one.kind == "agreement_ends"]
        assert (end.subject, end.name) == (made.id, whom.caller.organisation.title())
        assert end.day == soon.date()
    early = Mornings(store).read(partner.caller, now=NOW - timedelta(days=100)).dues
    assert early == ()


def test_concurrent_deposits_keep_the_sums(store: Store, owner: Body) -> None:
    codes = [f"prm:990000000{n:05}" for n in range(100, 112)]
    put(store, owner, *(other(code) for code in codes))
    with ThreadPoolExecutor(4) as pool:
        done = [
            pool.submit(
                put,
                store,
                owner,
                *(curve(DAY + turn * HOUR, [turn, 1], supply_point=code) for code in codes),
                form=LINES if turn % 2 else RAW,
                name=f"{turn}.lines",
                now=NOW + turn * HOUR,
            )
            for turn in range(1, 9)
        ]
        for one in done:
            one.result()
    assert right(store, owner, NOW + 12 * HOUR).all == 12


@pytest.mark.parametrize("seed", range(6))
def test_any_order_of_changes_keeps_the_sums(store: Store, owner: Body, seed: int) -> None:
    """Deposits of two sources, undos of files and of parts, compactions, over three series."""
    dice, made = random.Random(seed), []  # noqa: S311 (the same each time)
    codes = ["prm:99000000000017", "prm:99000000000025", "prm:99000000000033"]
    for turn in range(14):
        now = NOW + turn * HOUR
        match dice.choice(["put", "put", "put", "facts", "undo", "part", "compact"]):
            case "put":
                some = [
                    curve(
                        DAY + dice.randrange(6) * HALF,
                        [dice.choice([None, 1, 2]) for _ in range(dice.randrange(1, 4))],
                        supply_point=code,
                    )
                    for code in dice.sample(codes, dice.randrange(1, 3))
                ]
                form = dice.choice([LINES, RAW])
                made.append(put(store, owner, *some, form=form, name=f"{turn}", now=now))
            case "facts":
                fact = index(dice.randrange(4), day=dice.randrange(1, 5))
                made.append(put(store, owner, fact, name=f"{turn}", now=now))
            case "compact":
                compact_segments(store, now=now, saving=False)
            case act if made:
                report = dice.choice(made)
                subject = report.id if act == "undo" else dice.choice(report.receipts).id
                with suppress(Conflict, NotFound):  # something later may stand on it
                    Deposits(store).undo(owner.caller, str(subject), now=now)
            case _:
                pass
        right(store, owner, now)


def test_what_differs_is_found_and_set_right(store: Store, owner: Body) -> None:
    put(store, owner, curve(DAY, [1, 2]), index(5, day=3))
    with store.write() as session:
        for row in session.exec(select(SeriesRow)):
            row.fed_by, row.told_by = RAW, None
        for kept in session.exec(select(NewestFactRow)):
            kept.at -= HOUR
    with store.write() as session:
        found = list(find_astray_rows(permit_operator(now=NOW), session))
        assert [type(one) for one in found] == [AstraySeries, AstrayFacts]
        assert mend_astray_rows(permit_operator(now=NOW), session) == 2
    right(store, owner)


def test_only_the_operator_counts_again(store: Store, owner: Body) -> None:
    permit = permit_own_data(owner.caller, action="read", now=NOW)
    with store.read() as session, pytest.raises(TypeError):
        list(find_astray_rows(permit, session))


def test_a_series_that_is_declared_and_not_read_is_counted_as_never(
    store: Store, owner: Body
) -> None:
    SupplyPoints(store).publish(owner.caller, [point("99000000000058")], now=NOW)
    record = SeriesRecord(
        supply_point="prm:99000000000058", quantity="active_power", form="mean_power", unit="W",
        provenance="synthetic",
    )  # fmt: skip
    SeriesBook(store).publish(owner.caller, [record], now=NOW)
    assert right(store, owner) == Tally(never=1)
