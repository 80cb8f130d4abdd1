"""Following changes: nothing skipped, nothing twice, nothing of others."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from synergie.errors import NotFound
from synergie.exchange._passing_on import list_permit_changes
from synergie.exchange.assets.sites import Sites
from synergie.exchange.door import authorize_changes as door_news
from synergie.exchange.readings import changes
from synergie.exchange.readings.changes import Changes
from synergie.exchange.readings.curves import Curves
from synergie.exchange.readings.deposits import Deposits
from synergie.exchange.trust.agreements import Agreements
from synergie.policy import Principal, permit_own_data
from synergie.schemas.trust.agreement import Agreement
from synergie.storage.head import head
from synergie.storage.store import Store
from tests.exchange.people import NOW, Body, site, terms
from tests.exchange.test_curves import curve, declared, put

WRITERS, BATCHES = 4, 12


def test_every_change_comes_once_and_in_order_under_concurrent_writers(
    store: Store, owner: Body
) -> None:
    def write(writer: int) -> None:
        for n in range(BATCHES):
            Sites(store).publish(owner.caller, [site(f"{writer}-{n}")], now=NOW)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(WRITERS)]
    for thread in threads:
        thread.start()
    seen, cursor = _follow(store, owner.caller, None)
    while any(thread.is_alive() for thread in threads):
        more, cursor = _follow(store, owner.caller, cursor)
        seen += more
    for thread in threads:
        thread.join()
    seen += _follow(store, owner.caller, cursor)[0]
    batches = [seq for seq, kind in seen if kind == "site"]
    assert batches == sorted(set(batches))
    assert len(batches) == WRITERS * BATCHES


def test_a_stranger_follows_nothing(
    store: Store, owner: Body, stranger: Body, things: dict[str, str]
) -> None:
    found, _ = _follow(store, stranger.caller, None)
    assert {kind for _, kind in found} <= {"organisation"}


def test_a_draft_is_news_to_its_author_only_and_a_proposal_to_both(
    store: Store, owner: Body, partner: Body, things: dict[str, str]
) -> None:
    book = Agreements(store)
    made = book.draft(owner.caller, terms(owner, partner, {"sites": [things["s1"]]}), now=NOW)
    assert "agreement" not in {kind for _, kind in _follow(store, partner.caller, None)[0]}
    book.act(owner.caller, made.id, "propose", signature=owner.sign(made), now=NOW)
    assert "agreement" in {kind for _, kind in _follow(store, partner.caller, None)[0]}


def test_a_cursor_is_good_for_its_own_list_only(
    store: Store, owner: Body, partner: Body, things: dict[str, str]
) -> None:
    cursor = Changes(store).after(owner.caller, now=NOW).next
    assert Changes(store).after(owner.caller, cursor, now=NOW).items == ()
    for bad in (cursor[:-2] + "aa", "x", "é", ""):
        with pytest.raises(NotFound):
            Changes(store).after(owner.caller, bad, now=NOW)
    with pytest.raises(NotFound):
        Changes(store).after(partner.caller, cursor, now=NOW)


def test_a_cursor_is_another_one_each_time_whether_or_not_something_came(
    store: Store, owner: Body, stranger: Body, things: dict[str, str]
) -> None:
    """It moves on with what others do: a cursor that stayed would tell that nothing came."""
    cursor, seen = Changes(store).after(stranger.caller, now=NOW).next, set[str]()
    for n in range(6):
        if n % 2:
            for place in range(12):
                Sites(store).publish(owner.caller, [site(f"more-{n}-{place}")], now=NOW)
        page = Changes(store).after(stranger.caller, cursor, now=NOW)
        assert (page.items, page.more, len(page.next)) == ((), False, len(cursor))
        assert page.next not in seen | {cursor}
        seen.add(page.next)


@pytest.mark.parametrize("limit", [1, 2, 5, 200])
def test_what_is_not_told_fills_no_page_and_is_not_more_to_come(
    limit: int, store: Store, owner: Body, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "may_be_told", lambda *one, **_: one[2].seq % 7 == 0)
    for n in range(40):
        Sites(store).publish(owner.caller, [site(f"S{n}")], now=NOW)
    with store.read() as session:
        last = head(session).n
    wanted = [seq for seq in range(1, last + 1) if seq % 7 == 0]
    page = Changes(store).after(owner.caller, limit=limit, now=NOW)
    seen, pages = [one.seq for one in page.items], 1
    while page.more:
        assert len(page.items) == limit
        page = Changes(store).after(owner.caller, page.next, limit=limit, now=NOW)
        seen, pages = [*seen, *(one.seq for one in page.items)], pages + 1
    assert seen == [seq for seq in wanted if seq in seen]
    assert len(seen) >= 5
    assert pages == -(-len(seen) // limit)
    assert {seq for seq in wanted if seq > last - 39} <= {*seen}


@pytest.mark.parametrize("limit", [1, 5])
def test_what_comes_after_many_that_are_not_told_is_more_to_come(
    limit: int, store: Store, owner: Body, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request ends before it has looked at all: who follows is not told that this was all."""
    for n in range(40):
        Sites(store).publish(owner.caller, [site(f"S{n}")], now=NOW)
    with store.read() as session:
        last = head(session).n
    monkeypatch.setattr(changes, "may_be_told", lambda *one, **_: one[2].seq == last)
    monkeypatch.setattr(changes, "_LOOK", 3)
    monkeypatch.setattr(changes, "_LOOKS", 4)
    page = Changes(store).after(owner.caller, limit=limit, now=NOW)
    assert (page.items, page.more) == ((), True)
    while page.more:
        page = Changes(store).after(owner.caller, page.next, limit=limit, now=NOW)
    assert [one.seq for one in page.items] == [last]


def test_an_agreement_that_is_not_yours_tells_no_change(
    store: Store, stranger: Body, things: dict[str, str], agreed: Callable[..., Agreement]
) -> None:
    made = agreed({"sites": [things["s1"]]})
    with pytest.raises(NotFound):
        Changes(store).after(stranger.caller, agreement=made.id, now=NOW)


OCTOBER = datetime(2026, 9, 30, 22, tzinfo=UTC)
"""Its first moment in Paris; the clock changes in it: 1,490 half-hours."""
HALF = timedelta(minutes=30)


@pytest.fixture
def followed(
    store: Store, owner: Body, partner: Body, things: dict[str, str],
    agreed: Callable[..., Agreement],
) -> "Followed":  # fmt: skip
    """A series that a partner follows under four agreements, from September on."""
    begins = {"start": "2026-09-01T00:00:00Z"}
    of = {
        step: agreed(
            {"supply_points": [things["p1"]]},
            granularity=step,
            datasets=["consumption"],
            data_period=begins,
        ).id
        for step in ("raw", "hour", "month", "year")
    }
    return Followed(store, owner, partner, declared(store, owner), of)


@dataclass
class Followed:
    """A series, and what is news under each agreement since the last look."""

    store: Store
    owner: Body
    partner: Body
    series: str
    agreements: dict[str, str]
    cursors: dict[str, str] = field(default_factory=dict)

    def news(self) -> set[str]:
        """The steps of the agreements under which there are some."""
        told = set()
        for step, one in self.agreements.items():
            page = Changes(self.store).after(
                self.partner.caller, self.cursors.get(step), agreement=one, now=NOW
            )
            self.cursors[step] = page.next
            assert {item.id for item in page.items} <= {self.series}
            told |= {step} if page.items else set()
        return told

    def opens(self, now: datetime) -> int:
        """New published states are looked for; of how many series something may be told."""
        return Changes(self.store).announce_restatements(now=now)

    def came(self, start: datetime, n: int, value: int = 5) -> str:
        """Half-hours come; the batch."""
        one = curve(self.series, [value] * n, start=start)
        return put(Curves(self.store), self.owner, one).id


def test_a_curve_is_news_where_it_shows_in_what_is_open(followed: Followed) -> None:
    """Else who may read months would count the half-hours as they come."""
    assert followed.news() == set()
    followed.came(OCTOBER, 1000)
    assert followed.news() == {"raw", "hour"}  # a month that is not whole is not told
    followed.came(NOW - 4 * HALF, 2)
    assert followed.news() == {"raw", "hour"}  # this month is not over
    followed.came(NOW - HALF + timedelta(days=1), 1)
    assert followed.news() == {"raw"}  # nor that hour
    followed.came(datetime(2026, 8, 1, tzinfo=UTC), 48)
    assert followed.news() == set()  # before what is open
    followed.came(OCTOBER + 1000 * HALF, 490)
    assert followed.news() == {"raw", "hour", "month"}


def test_a_correction_is_news_as_the_next_month_starts_and_what_is_known_is_not(
    followed: Followed,
) -> None:
    """Raw readers see it at once; below raw it is in no answer before."""
    december, january = NOW + timedelta(days=10), NOW + timedelta(days=40)
    assert followed.opens(NOW) == 0
    followed.came(OCTOBER, 1490)
    assert followed.news() == {"raw", "hour", "month"}
    correction = followed.came(OCTOBER + 3 * HALF, 2, value=6)
    assert followed.news() == {"raw"}
    known = followed.came(OCTOBER + 4 * HALF, 1, value=6)
    assert followed.news() == set()
    Deposits(followed.store).undo(followed.owner.caller, known, now=NOW)
    assert followed.news() == set()
    assert followed.opens(NOW) == 0
    assert followed.opens(december) == 1
    assert followed.opens(december) == 0
    assert followed.news() == {"hour", "month"}
    Deposits(followed.store).undo(followed.owner.caller, correction, now=december)
    assert followed.news() == {"raw", "hour", "month"}  # null at once
    assert followed.opens(january) == 1
    assert followed.news() == {"hour", "month"}  # what was there before


def test_a_correction_that_is_taken_back_within_the_month_is_no_news_below_raw(
    followed: Followed,
) -> None:
    followed.opens(NOW)
    followed.came(OCTOBER, 1490)
    followed.news()
    correction = followed.came(OCTOBER + 3 * HALF, 2, value=6)
    assert followed.news() == {"raw"}
    Deposits(followed.store).undo(followed.owner.caller, correction, now=NOW)
    assert followed.news() == {"raw"}
    assert followed.opens(NOW + timedelta(days=10)) == 1
    assert followed.news() == set()


def test_half_hours_that_fill_a_day_are_one_piece_of_news(
    store: Store, owner: Body, partner: Body, things: dict[str, str],
    agreed: Callable[..., Agreement],
) -> None:  # fmt: skip
    """Also for who looks later: how many came, and when, is finer than the day."""
    series = declared(store, owner)
    made = agreed({"supply_points": [things["p1"]]}, granularity="day")
    for place in range(48):
        at = NOW + timedelta(seconds=place)
        one = curve(series, [place], start=OCTOBER + place * HALF)
        put(Curves(store), owner, one, now=at)
    page = Changes(store).after(partner.caller, agreement=made.id, now=NOW + timedelta(days=1))
    assert [one.at for one in page.items] == [NOW + timedelta(seconds=47)]


def test_the_owner_is_not_told_of_published_states(followed: Followed) -> None:
    followed.opens(NOW)
    followed.came(OCTOBER, 1490)
    followed.came(OCTOBER, 2, value=6)
    followed.opens(NOW + timedelta(days=10))
    page = Changes(followed.store).after(followed.owner.caller, now=NOW)
    assert {one.act for one in page.items if one.kind == "curve"} == {"published"}


def test_the_news_of_a_series_that_has_no_sums_is_told_at_its_steps_only(
    store: Store, owner: Body, partner: Body, things: dict[str, str],
    agreed: Callable[..., Agreement],
) -> None:  # fmt: skip
    curves = Curves(store)
    volts = declared(store, owner, quantity="voltage", form="mean_power", unit="V")
    put(curves, owner, curve(volts, [230] * 1490, unit="V", start=OCTOBER))
    point = {"supply_points": [things["p1"]]}
    for step, n in (("raw", 1), ("month", 0)):
        made = agreed(point, granularity=step, datasets=["consumption"])
        assert len(Changes(store).after(partner.caller, agreement=made.id, now=NOW).items) == n


def test_many_curves_that_do_not_show_do_not_hide_those_that_do(
    store: Store, owner: Body, partner: Body, things: dict[str, str],
    agreed: Callable[..., Agreement], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("synergie.storage.readings.changes._LOOKED_AT", 2)
    curves, series = Curves(store), declared(store, owner)
    for place in range(5):
        put(curves, owner, curve(series, [place], start=NOW - timedelta(hours=place + 1)))
    put(curves, owner, curve(series, [5] * 1490, start=OCTOBER))
    made = agreed({"supply_points": [things["p1"]]}, granularity="month")
    first = Changes(store).after(partner.caller, agreement=made.id, limit=1, now=NOW)
    assert [one.id for one in first.items] == [series]
    again = Changes(store).after(partner.caller, first.next, agreement=made.id, now=NOW)
    assert (again.items, again.more) == ((), False)


def test_of_what_is_looked_at_up_to_a_number_nothing_later_is_told(
    store: Store, owner: Body, partner: Body, things: dict[str, str],
    agreed: Callable[..., Agreement],
) -> None:  # fmt: skip
    """What a message that waits asks of one change: those after it are not gone through."""
    curves, series = Curves(store), declared(store, owner)
    made = agreed({"supply_points": [things["p1"]]}, granularity="month")
    put(curves, owner, curve(series, [1], start=NOW - timedelta(hours=1)))
    put(curves, owner, curve(series, [5] * 1490, start=OCTOBER))
    with store.read() as session:
        opened = door_news(session, partner.caller, agreement=made.id, now=NOW)
        for permit in (opened, permit_own_data(owner.caller, action="read", now=NOW)):
            whole = [one.seq for one in list_permit_changes(permit, session, after=0, limit=50)]
            assert whole
            for last in range(head(session).n + 1):
                told = list_permit_changes(permit, session, after=0, limit=50, upto=last)
                assert [one.seq for one in told] == [seq for seq in whole if seq <= last]


def _follow(
    store: Store, caller: Principal, cursor: str | None
) -> tuple[list[tuple[int, str]], str | None]:
    seen: list[tuple[int, str]] = []
    while True:
        page = Changes(store).after(caller, cursor, limit=7, now=NOW)
        seen += [(one.seq, one.kind) for one in page.items]
        cursor = page.next
        if not page.more:
            return seen, cursor
