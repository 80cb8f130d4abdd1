"""A period that one agreement opens as one is never told beside a part that another one opens."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import event

from synergie.calendar import day_bounds
from synergie.errors import BadInput, Conflict
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.readings.changes import Changes
from synergie.exchange.readings.curves import Curves
from synergie.exchange.readings.deposits import Deposits
from synergie.exchange.readings.series import SeriesBook
from synergie.exchange.trust import _agreement_acts
from synergie.exchange.trust._agreement_acts import ANEW
from synergie.exchange.trust._split_periods import hold_periods
from synergie.exchange.trust.agreements import Agreements
from synergie.exchange.trust.consents import Consents
from synergie.policy import Permit
from synergie.schemas.trust.agreement import Agreement
from synergie.schemas.trust.consent import ConsentRecord
from synergie.storage.store import Session, Store
from synergie.storage.trust.agreements.openings import other_agreements
from tests.exchange.people import Body, point, terms
from tests.exchange.test_curves import DAY, HOUR, curve, declared, put, record
from tests.storage.meter import PARIS

DATE = date(2026, 11, 3)
START, END = day_bounds(DATE, PARIS)
NOON = START + 12 * HOUR
AT = START + DAY + 6 * HOUR
"""The morning after: the day is over."""
YEAR = datetime(2026, 1, 1, tzinfo=UTC)

type Agree = Callable[..., Agreement]


@pytest.fixture
def curves(store: Store) -> Curves:
    return Curves(store)


@pytest.fixture
def series(store: Store, owner: Body, things: dict[str, str]) -> str:
    return declared(store, owner, quantity="active_energy", form="interval_energy", unit="kWh")


@pytest.fixture
def agree(store: Store, owner: Body, things: dict[str, str]) -> Agree:
    """Makes an agreement over the first point: who, how fine, from when, until when, at which."""

    def make(
        who: Body,
        granularity: str,
        start: datetime = YEAR,
        end: datetime | None = None,
        *,
        now: datetime = AT,
        **more: Any,
    ) -> Agreement:
        book = Agreements(store)
        fields: dict[str, Any] = {
            "granularity": granularity,
            "data_period": {"start": start, "end": end},
            "valid_from": YEAR,
        }
        selector = more.pop("selector", {"supply_points": [things["p1"]]})
        draft = book.draft(owner.caller, terms(owner, who, selector, **fields | more), now=now)
        book.act(owner.caller, draft.id, "propose", signature=owner.sign(draft), now=now)
        return book.act(who.caller, draft.id, "accept", signature=who.sign(draft), now=now)

    return make


def fill(
    curves: Curves, owner: Body, series: str, hours: tuple[int, int], now: datetime = AT
) -> None:
    """The half-hours of some hours of the day, 1 kWh each."""
    first, last = hours
    values = [1] * 2 * (last - first)
    put(curves, owner, curve(series, values, unit="kWh", start=START + first * HOUR), now=now)


def days(
    curves: Curves, who: Body, series: str, now: datetime = AT + DAY, **more: Any
) -> dict[datetime, float | None]:
    """The sums that *who* reads from the day on, by start."""
    asked: dict[str, Any] = {"start": START, "end": END + 5 * DAY, "granularity": "day"} | more
    found = curves.extract(who.caller, series, **asked, now=now)
    return {
        run.start + place * DAY: value
        for run in found.runs
        for place, value in enumerate(run.values)
        if value is not None
    }


def test_a_day_is_not_told_beside_its_afternoon(
    curves: Curves, owner: Body, partner: Body, stranger: Body, series: str, agree: Agree
) -> None:
    agree(partner, "raw", NOON)
    agree(stranger, "day")
    fill(curves, owner, series, (0, 48))
    assert days(curves, stranger, series) == {END: 48}
    cut = curves.extract(
        stranger.caller, series, start=START, end=END + DAY, granularity="day", now=AT + DAY
    )
    assert [run.values for run in cut.runs] == [[48]]
    assert days(curves, owner, series) == {START: 48, END: 48}
    afternoon = curves.extract(partner.caller, series, start=START, end=END, now=AT + DAY)
    assert [len(run.values) for run in afternoon.runs] == [24]


def test_a_day_of_half_hours_that_may_all_be_read_is_told_beside_a_raw_afternoon(
    curves: Curves, owner: Body, partner: Body, stranger: Body, series: str, agree: Agree
) -> None:
    """It tells no more than its half-hours, of which none is open in part."""
    agree(partner, "raw", NOON)
    mine = [agree(who, "half_hour") for who in (partner, stranger)]
    fill(curves, owner, series, (0, 48))
    for who, agreement in zip((partner, stranger), mine, strict=True):
        assert days(curves, who, series, agreement=agreement.id) == {START: 48, END: 48}


def test_a_day_that_was_told_is_not_opened_in_part_afterwards(
    curves: Curves,
    owner: Body,
    partner: Body,
    stranger: Body,
    series: str,
    agree: Agree,
) -> None:
    agree(stranger, "day", end=END)
    fill(curves, owner, series, (0, 48))
    assert days(curves, stranger, series) == {START: 48}
    for start, end, place, better in (
        (NOON, None, "start", END),
        (YEAR, NOON, "end", START),
        (START + HOUR, START + 2 * HOUR, "start", END),
    ):
        with pytest.raises(BadInput) as refused:
            agree(partner, "raw", start, end, now=AT + DAY)
        assert refused.value.where == f"/data_period/{place}"
        edge = start if place == "start" else end
        told = " → ".join(one.astimezone(PARIS).isoformat() for one in (edge, better) if one)
        assert refused.value.found == told
        assert refused.value.expected.startswith("where a day starts")
    agree(partner, "raw", END + 3 * HOUR, now=AT + DAY)
    agree(partner, "raw", END, now=AT + DAY)
    agree(partner, "hour", START, END, now=AT + DAY)
    assert days(curves, stranger, series) == {START: 48}


def test_the_longest_period_that_was_told_decides_and_ended_agreements_count(
    store: Store,
    curves: Curves,
    owner: Body,
    partner: Body,
    stranger: Body,
    series: str,
    agree: Agree,
) -> None:
    later = AT + 40 * DAY
    for step in ("day", "month"):
        one = agree(stranger, step)
        Agreements(store).act(owner.caller, one.id, "revoke", now=later)
    with pytest.raises(BadInput) as refused:
        agree(partner, "half_hour", NOON, now=later + DAY)
    assert refused.value.expected.startswith("where a month starts")
    assert str(refused.value.found).endswith("→ 2026-12-01T00:00:00+01:00")
    agree(partner, "raw", later - 2 * HOUR, now=later + DAY)


def test_a_partner_that_proposes_learns_nothing_of_other_agreements(
    store: Store, owner: Body, partner: Body, stranger: Body, series: str, agree: Agree
) -> None:
    one = agree(stranger, "day")
    book = Agreements(store)
    wanted = terms(
        owner,
        partner,
        {"series": [series]},
        granularity="raw",
        data_period={"start": NOON, "end": None},
        valid_from=YEAR,
    )
    draft = book.draft(partner.caller, wanted, now=AT + DAY)
    signed = partner.sign(draft)
    book.act(partner.caller, draft.id, "propose", signature=signed, now=AT + DAY)
    with pytest.raises(BadInput, match="/data_period/start"):
        book.act(owner.caller, draft.id, "accept", signature=owner.sign(draft), now=AT + DAY)
    assert one.state == "active"


def test_a_partner_that_accepts_learns_nothing_of_other_agreements(
    store: Store, owner: Body, partner: Body, stranger: Body, series: str, agree: Agree
) -> None:
    """The day was not over when its owner proposed, and was told before the partner answered."""
    agree(stranger, "day")
    book = Agreements(store)
    wanted = terms(
        owner,
        partner,
        {"series": [series]},
        granularity="raw",
        data_period={"start": NOON, "end": None},
        valid_from=YEAR,
    )
    draft = book.draft(owner.caller, wanted, now=NOON)
    book.act(owner.caller, draft.id, "propose", signature=owner.sign(draft), now=NOON)
    with pytest.raises(Conflict) as refused:
        book.act(partner.caller, draft.id, "accept", signature=partner.sign(draft), now=AT)
    assert str(refused.value) == f"state is 'out of date', expected {ANEW}"
    assert book.read(partner.caller, draft.id, now=AT).state == "proposed"


def test_who_reads_the_period_as_finely_already_may_be_opened_a_part_again(
    curves: Curves, owner: Body, partner: Body, stranger: Body, series: str, agree: Agree
) -> None:
    agree(stranger, "day")
    agree(partner, "raw")
    fill(curves, owner, series, (0, 48))
    agree(partner, "raw", NOON, now=AT + DAY)
    assert days(curves, stranger, series, AT + DAY) == {START: 48, END: 48}


def test_who_left_the_site_or_has_not_begun_or_reads_another_series_does_not_have_the_period(
    store: Store,
    curves: Curves,
    owner: Body,
    partner: Body,
    stranger: Body,
    things: dict[str, str],
    series: str,
    agree: Agree,
) -> None:
    power = declared(store, owner)
    agree(partner, "raw", selector={"sites": [things["s1"]]})
    agree(stranger, "day")
    SupplyPoints(store).publish(owner.caller, [point("99000000000017", site="S2")], now=START - DAY)
    agree(partner, "raw", valid_from=AT + 60 * DAY)
    agree(partner, "raw", selector={"series": [power]})
    fill(curves, owner, series, (0, 48))
    assert days(curves, stranger, series) == {START: 48, END: 48}
    for selector in ({"supply_points": [things["p1"]]}, {"series": [series]}):
        with pytest.raises(BadInput, match="/data_period/start"):
            agree(partner, "raw", NOON, now=AT + DAY, selector=selector)
    agree(partner, "raw", NOON, now=AT + DAY, selector={"series": [power]})


def test_signing_asks_no_more_of_the_store_beside_many_agreements(
    store: Store,
    owner: Body,
    partner: Body,
    stranger: Body,
    series: str,
    agree: Agree,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """1,500 agreements of 20,000 points are held within a second: never one by one."""
    asked: list[int] = []

    def counted(permit: Permit, session: Session, body: Agreement) -> None:
        list(other_agreements(permit, session, body))  # read once, and kept in memory
        statements: list[str] = []
        connection = session.connection()

        def note(*args: Any) -> None:
            statements.append(args[2])

        event.listen(connection, "before_cursor_execute", note)
        try:
            hold_periods(permit, session, body)
        finally:
            event.remove(connection, "before_cursor_execute", note)
            asked.append(len(statements))

    monkeypatch.setattr(_agreement_acts, "hold_periods", counted)
    for more in (1, 9):
        for _ in range(more):
            agree(stranger, "day")
        asked.clear()
        with pytest.raises(BadInput, match="/data_period/start"):
            agree(partner, "raw", NOON, now=AT + DAY)
        assert asked == [4]


@pytest.mark.parametrize("act", ["revoke", "suspend", "expire"])
def test_what_came_after_a_finer_agreement_ended_is_not_told_with_what_came_before(
    store: Store,
    curves: Curves,
    owner: Body,
    partner: Body,
    stranger: Body,
    series: str,
    agree: Agree,
    act: str,
) -> None:
    ended = AT + 3 * HOUR
    until = {"valid_until": ended} if act == "expire" else {}
    finer = agree(partner, "raw", **until)
    agree(stranger, "day")
    agree(stranger, "month")
    fill(curves, owner, series, (-24, 12))
    if act != "expire":
        Agreements(store).act(owner.caller, finer.id, act, now=ended)  # type: ignore[arg-type]  # two of the acts
    fill(curves, owner, series, (12, 48), now=ended + HOUR)
    whole = {"start": START - DAY}
    assert days(curves, stranger, series, **whole) == {START - DAY: 48, END: 48}
    assert days(curves, owner, series, **whole) == {START - DAY: 48, START: 48, END: 48}
    if act == "suspend":
        Agreements(store).act(owner.caller, finer.id, "resume", now=ended + 2 * HOUR)
        assert days(curves, stranger, series) == {START: 48, END: 48}


def test_a_month_is_null_when_a_finer_agreement_ended_in_it(
    store: Store,
    curves: Curves,
    owner: Body,
    partner: Body,
    stranger: Body,
    series: str,
    agree: Agree,
) -> None:
    month = int((datetime(2026, 11, 30, 23, tzinfo=UTC) - END) / HOUR) + 24
    finer = agree(partner, "day")
    agree(stranger, "month")
    agree(partner, "month", end=END + 60 * DAY)
    fill(curves, owner, series, (-48, 24))
    Agreements(store).act(owner.caller, finer.id, "revoke", now=AT + DAY)
    fill(curves, owner, series, (24, month), now=AT + 40 * DAY)
    asked: dict[str, Any] = {"start": START - 40 * DAY, "end": END + 40 * DAY}
    for who in (partner, stranger):
        found = curves.extract(who.caller, series, **asked, granularity="month", now=AT + 41 * DAY)
        assert found.runs == ()


def test_a_consent_that_is_withdrawn_in_mid_day_leaves_the_day_null(
    store: Store,
    curves: Curves,
    owner: Body,
    partner: Body,
    stranger: Body,
    things: dict[str, str],
    series: str,
    agree: Agree,
) -> None:
    home = [point("99000000000017", site="S1", personal_data="yes")]
    SupplyPoints(store).publish(owner.caller, home, now=YEAR)
    told = ConsentRecord(
        subject="0" * 32,
        supply_points=(things["p1"],),
        purpose="joint_purchase",
        granularity="raw",
        given_at=YEAR,
    )
    given = Consents(store).give(owner.caller, told, now=YEAR)
    agree(partner, "raw", data_subject="natural_person", consent_refs=[given.id])
    agree(stranger, "day")
    fill(curves, owner, series, (-24, 12))
    Consents(store).withdraw(owner.caller, given.id, now=AT + 3 * HOUR)
    fill(curves, owner, series, (12, 48), now=AT + 4 * HOUR)
    whole = {"start": START - DAY}
    assert days(curves, stranger, series, **whole) == {START - DAY: 48, END: 48}


def test_a_point_that_leaves_a_site_leaves_what_was_read_there(
    store: Store,
    curves: Curves,
    owner: Body,
    partner: Body,
    stranger: Body,
    things: dict[str, str],
    series: str,
    agree: Agree,
) -> None:
    agree(partner, "raw", selector={"sites": [things["s1"]]})
    agree(stranger, "day")
    fill(curves, owner, series, (0, 12))
    moved = [point("99000000000017", site="S2")]
    SupplyPoints(store).publish(owner.caller, moved, now=AT + 3 * HOUR)
    fill(curves, owner, series, (12, 48), now=AT + 4 * HOUR)
    assert days(curves, stranger, series) == {END: 48}


def test_a_point_does_not_move_to_where_a_part_of_a_day_that_was_told_is_open(
    store: Store,
    curves: Curves,
    owner: Body,
    partner: Body,
    stranger: Body,
    things: dict[str, str],
    series: str,
    agree: Agree,
) -> None:
    agree(partner, "raw", NOON, selector={"sites": [things["s2"]]})
    agree(stranger, "day")
    fill(curves, owner, series, (0, 24))
    assert days(curves, stranger, series) == {START: 48}
    book = SupplyPoints(store)
    beside = [point("99000000000018", site="S1"), point("99000000000017", site="S2")]
    with pytest.raises(BadInput, match="/items/1/site"):
        book.publish(owner.caller, beside, now=AT + DAY)
    book.publish(owner.caller, beside[:1], now=AT + DAY)
    book.publish(owner.caller, [point("99000000000017", site=None)], now=AT + DAY)


def test_a_point_does_not_move_to_where_an_agreement_may_be_resumed(
    store: Store,
    curves: Curves,
    owner: Body,
    partner: Body,
    stranger: Body,
    things: dict[str, str],
    series: str,
    agree: Agree,
) -> None:
    finer = agree(partner, "raw", NOON, selector={"sites": [things["s2"]]})
    agree(stranger, "day")
    fill(curves, owner, series, (0, 24))
    assert days(curves, stranger, series) == {START: 48}
    acts, book = Agreements(store), SupplyPoints(store)
    moved = [point("99000000000017", site="S2")]
    acts.act(owner.caller, finer.id, "suspend", now=AT + DAY)
    with pytest.raises(BadInput, match="/items/0/site"):
        book.publish(owner.caller, moved, now=AT + DAY)
    acts.act(owner.caller, finer.id, "revoke", now=AT + DAY)
    book.publish(owner.caller, moved, now=AT + DAY)


def test_another_series_of_the_point_tells_the_same(
    store: Store,
    curves: Curves,
    owner: Body,
    partner: Body,
    stranger: Body,
    series: str,
    agree: Agree,
) -> None:
    power = declared(store, owner)
    agree(partner, "raw", NOON, selector={"series": [power]})
    agree(stranger, "day", selector={"series": [series]})
    fill(curves, owner, series, (0, 48))
    assert days(curves, stranger, series) == {END: 48}


def test_news_are_not_told_of_a_day_that_is_not(
    store: Store,
    curves: Curves,
    owner: Body,
    partner: Body,
    stranger: Body,
    series: str,
    agree: Agree,
) -> None:
    agree(partner, "raw", NOON)
    one = agree(stranger, "day")
    fill(curves, owner, series, (0, 24))
    changes = Changes(store)

    def news() -> int:
        page = changes.after(stranger.caller, agreement=one.id, now=AT + DAY)
        return len(page.items)

    assert news() == 0
    fill(curves, owner, series, (24, 48), now=AT + DAY)
    assert news() == 1


def test_the_zone_of_days_that_were_told_does_not_change(
    store: Store, curves: Curves, owner: Body, stranger: Body, series: str, agree: Agree
) -> None:
    """Days that begin an hour apart tell hours: undone, declared in another zone, sent again."""
    fields: dict[str, Any] = {"quantity": "active_energy", "form": "interval_energy", "unit": "kWh"}
    sent = put(curves, owner, curve(series, [1] * 48, unit="kWh", start=START), now=AT)
    Deposits(store).undo(owner.caller, sent.id, now=AT)
    moved = [point("99000000000017", site="S1", time_zone="Atlantic/Canary")]
    SupplyPoints(store).publish(owner.caller, moved, now=AT)
    SeriesBook(store).publish(owner.caller, [record(**fields, decimals=2)], now=AT)
    agree(stranger, "day")
    back = [point("99000000000017", site="S1", time_zone="Europe/Paris")]
    SupplyPoints(store).publish(owner.caller, back, now=AT)
    for other in (record(**fields, decimals=1), record()):
        with pytest.raises(BadInput, match="/items/0/time_zone"):
            SeriesBook(store).publish(owner.caller, [other], now=AT)


def test_days_of_one_point_are_not_opened_in_two_zones(
    store: Store, owner: Body, stranger: Body, things: dict[str, str], series: str, agree: Agree
) -> None:
    """What was undone before the first agreement does not count."""
    moved = [point("99000000000017", site="S1", time_zone="Atlantic/Canary")]
    SupplyPoints(store).publish(owner.caller, moved, now=YEAR)
    sent = SeriesBook(store).publish(owner.caller, [record()], now=YEAR)
    for selector in ({"supply_points": [things["p1"]]}, {"sites": [things["s1"]]}):
        with pytest.raises(BadInput, match="/selector") as refused:
            agree(stranger, "day", selector=selector)
        assert refused.value.found == things["p1"]
    agree(stranger, "raw")
    Deposits(store).undo(owner.caller, sent.id, now=AT)
    agree(stranger, "day")
