"""What works, what waits, what is refused: ranks, limit, queue and shares, with a clock of ours."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import product

import pytest

from synergie.errors import Overloaded
from synergie.policy import Principal
from synergie.server.capacity import (
    Caller,
    Capacity,
    ConcurrencyLimit,
    Lane,
    Phase,
    Place,
    PlaceRequest,
    Rank,
    RecentCallers,
)
from synergie.server.capacity.rank import ask_of

KNOWN = (Rank.USUAL, Rank.LARGE)
LANES = {Rank.VITAL: Lane.HEALTH, Rank.TOKEN: Lane.TOKEN}


@dataclass
class Desk:
    """A capacity whose time passes when a test says so."""

    at: float = 100.0
    capacity: Capacity = field(init=False)
    begun: list[Place] = field(default_factory=list)
    refused: list[Place] = field(default_factory=list)
    _due: list[tuple[float, Callable[[], None]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        limit = ConcurrencyLimit(least=4, most=4)
        self.capacity = Capacity(limit, clock=lambda: self.at, later=self._later)

    def _later(self, seconds: float, call: Callable[[], None]) -> None:
        self._due.append((self.at + seconds, call))

    def passes(self, seconds: float) -> None:
        end = self.at + seconds
        while due := sorted((one for one in self._due if one[0] <= end), key=lambda one: one[0]):
            self._due.remove(due[0])
            self.at = max(self.at, due[0][0])
            due[0][1]()
        self.at = end

    def comes(
        self,
        name: str = "a",
        rank: Rank = Rank.USUAL,
        *,
        lane: Lane | None = None,
        known: bool | None = None,
    ) -> Place | None:
        """A request comes; None when there is no room for it."""
        lane = lane or LANES.get(rank, Lane.COMMON)
        asked = PlaceRequest(rank, name, lane, rank in KNOWN if known is None else known)
        if not self.capacity.has_room(asked):
            return None
        place = Place(asked, lambda: None, lambda: None)
        place.begin = lambda: self.begun.append(place)
        place.refuse = lambda: self.refused.append(place)
        self.capacity.enter(place)
        return place

    def several(self, n: int, name: str = "a", rank: Rank = Rank.USUAL) -> list[Place]:
        made = [self.comes(name, rank) for _ in range(n)]
        assert None not in made
        return [one for one in made if one is not None]


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.mark.parametrize(
    ("line", "known", "rank", "lane"),
    [
        (b"GET /health/ready", False, Rank.VITAL, Lane.HEALTH),
        (b"GET /health/none", False, Rank.STRANGER, Lane.COMMON),
        (b"GET /health/live", False, Rank.VITAL, Lane.HEALTH),
        (b"GET /jwks", False, Rank.VITAL, Lane.HEALTH),
        (b"POST /revoke", False, Rank.VITAL, Lane.RIGHTS),
        (b"POST /v1/agreements/a-1/suspend", False, Rank.VITAL, Lane.RIGHTS),
        (b"POST /v1/agreements/a-1/resume", True, Rank.USUAL, Lane.COMMON),
        (b"POST /token", False, Rank.TOKEN, Lane.TOKEN),
        (b"POST /v1/sites", True, Rank.USUAL, Lane.COMMON),
        (b"GET /v1/changes?after=0&wait=30", True, Rank.USUAL, Lane.COMMON),
        (b"GET /v1/curves?x", True, Rank.LARGE, Lane.STREAM),
        (b"POST /v1/curves", True, Rank.USUAL, Lane.COMMON),
        (b"GET /v1/exports/e/files/f", True, Rank.LARGE, Lane.STREAM),
        (b"POST /v1/exports", True, Rank.LARGE, Lane.COMMON),
        (b"POST /v1/campaigns/c/plans", True, Rank.LARGE, Lane.COMMON),
        (b"GET /v1/campaigns/c/plans", True, Rank.USUAL, Lane.COMMON),
        (b"GET /v1/sites", False, Rank.STRANGER, Lane.COMMON),
        (b"GET /health/../v1/sites", False, Rank.STRANGER, Lane.COMMON),
        (b"GET /%68ealth/live", False, Rank.STRANGER, Lane.COMMON),
    ],
)
def test_the_rank_of_a_request(line: bytes, *, known: bool, rank: Rank, lane: Lane) -> None:
    method, target = line.split()
    assert ask_of(method, target, "x", known=known) == (rank, "x", lane, known)


def test_as_many_work_as_the_limit_says_and_the_first_to_come_is_the_next(desk: Desk) -> None:
    places = desk.several(6)
    assert desk.begun == places[:4]
    desk.capacity.leave(places[2])
    assert desk.begun == places[:5]


def test_the_better_rank_is_served_first(desk: Desk) -> None:
    places = desk.several(4)
    stranger = desk.comes("s", Rank.STRANGER)
    usual = desk.comes("b")
    token = desk.comes("t", Rank.TOKEN)
    for one in places[:3]:
        desk.capacity.leave(one)
    assert desk.begun[4:] == [token, usual, stranger]


def test_health_is_served_beside_all_others_four_at_once(desk: Desk) -> None:
    desk.several(40)
    vital = desk.several(6, "h", Rank.VITAL)
    assert desk.begun[4:] == vital[:4]
    desk.capacity.leave(vital[0])
    assert desk.begun[4:] == vital[:5]


def test_health_is_let_in_when_the_queue_is_full(desk: Desk) -> None:
    for _ in range(200):
        desk.comes()
    assert desk.comes() is None
    assert desk.comes("h", Rank.VITAL) in desk.begun


def test_two_requests_for_tokens_work_at_once_and_hold_up_nobody_else(desk: Desk) -> None:
    tokens = desk.several(4, "t", Rank.TOKEN)
    assert desk.begun == tokens[:2]
    assert desk.comes("b") in desk.begun
    desk.capacity.leave(tokens[0])
    assert desk.begun[-1] is tokens[2]


def test_streams_beyond_their_number_wait_and_hold_up_nobody_else(desk: Desk) -> None:
    desk.capacity.streams = 1
    first, second = (desk.comes("a", Rank.LARGE, lane=Lane.STREAM) for _ in range(2))
    other = desk.comes("b")
    assert desk.begun == [first, other]
    assert first is not None
    desk.capacity.leave(first)
    assert desk.begun == [first, other, second]


def test_a_full_queue_refuses_strangers_first(desk: Desk) -> None:
    desk.several(4)
    strangers = [desk.comes(f"s{n}", Rank.STRANGER) for n in range(64)]
    assert desk.comes("s", Rank.STRANGER) is None
    assert desk.comes("b", Rank.USUAL) is not None
    assert desk.refused == [strangers[0]]


def test_a_flood_of_one_caller_gives_way_to_another(desk: Desk) -> None:
    for _ in range(200):
        desk.comes("flood")
    other = desk.comes("b")
    assert other is not None
    assert len(desk.refused) == 1
    assert desk.comes("flood") is None, "it has its share, and another waits"
    desk.capacity.leave(desk.begun[0])
    assert desk.begun[-1] is other, "whose turn it is, since the flood has its share at work"


def test_a_caller_alone_may_have_everything(desk: Desk) -> None:
    desk.several(4 + 64, "a")
    assert desk.comes("a") is None


def test_who_waits_too_long_while_the_queue_does_not_drain_is_refused(desk: Desk) -> None:
    desk.several(4)
    places = desk.several(3)
    desk.passes(0.19)
    assert desk.refused == []
    desk.passes(0.2)
    assert desk.refused == places


def test_the_only_request_of_a_caller_is_given_more_time(desk: Desk) -> None:
    desk.several(4, "flood")
    many, one = desk.several(2, "flood"), desk.comes("b")
    desk.passes(0.6)
    assert desk.refused == many
    desk.passes(0.6)
    assert desk.refused == [*many, one]


def test_while_the_queue_does_not_drain_the_newest_is_served_first(desk: Desk) -> None:
    working = desk.several(4)
    old = desk.several(2)
    desk.passes(0.15)
    new = desk.comes("b")
    desk.capacity.leave(working[0])
    assert desk.begun[-1] is new
    assert old[0].phase is Phase.WAITS


def test_a_queue_that_drains_serves_in_order_and_refuses_nobody(desk: Desk) -> None:
    desk.several(4)
    for _ in range(100):
        place = desk.comes()
        desk.passes(0.015)
        desk.capacity.leave(desk.begun[-4])
        assert desk.begun[-1] is place
    assert desk.refused == []


def test_who_leaves_while_waiting_has_no_turn(desk: Desk) -> None:
    working = desk.several(4)
    gone, other = desk.several(2)
    desk.capacity.leave(gone)
    desk.capacity.leave(working[0])
    assert desk.begun[-1] is other
    assert len(desk.capacity.waiting) == 0


def test_all_is_given_back(desk: Desk) -> None:
    for rank, lane in product(Rank, Lane):
        for n in range(20):
            desk.comes(f"c{n % 3}", rank, lane=lane)
    for place in list(desk.begun):
        desk.capacity.leave(place)
    while left := [one for one in desk.begun if one.phase is not Phase.OVER]:
        desk.capacity.leave(left[0])
    assert desk.capacity.working == 0
    assert len(desk.capacity.waiting) == 0
    assert not any(desk.capacity._at_work.values())
    assert not any(desk.capacity._here.values())
    assert not any(desk.capacity._lanes.values())


def test_who_waits_for_others_lends_its_place(desk: Desk) -> None:
    async def lend() -> None:
        first, *_ = desk.several(4)
        waits = desk.comes("b")
        async with first.lent(desk.capacity):
            assert desk.begun[-1] is waits
            assert desk.capacity.working == 4
            assert waits is not None
            desk.capacity.leave(waits)
        assert desk.capacity.working == 4
        assert first.phase is Phase.WORKS

    asyncio.run(lend())


def test_who_comes_back_waits_for_its_turn_or_is_refused(desk: Desk) -> None:
    async def lend() -> None:
        first, *_ = desk.several(4)
        desk.several(1, "b")

        async def goes_on() -> None:
            async with first.lent(desk.capacity):
                pass

        task = asyncio.create_task(goes_on())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert first.phase is Phase.WAITS
        desk.passes(0.3)
        with pytest.raises(Overloaded):
            await task
        desk.capacity.leave(first)
        assert desk.capacity.working == 4

    asyncio.run(lend())


def test_what_has_begun_to_answer_goes_on_without_a_turn(desk: Desk) -> None:
    async def lend() -> None:
        first, *_ = desk.several(4)
        desk.several(1, "b")
        async with first.lent(desk.capacity, at_once=True):
            pass
        assert first.phase is Phase.WORKS
        assert desk.capacity.working == 5

    asyncio.run(lend())


def test_what_has_a_bound_of_its_own_waits_in_no_greater_number_where_much_is_done(
    desk: Desk,
) -> None:
    desk.capacity.limit.value = desk.capacity.limit.most = 64
    for n in range(200):
        desk.comes(f"s{n}", Rank.TOKEN)
    assert len(desk.capacity.waiting) == 64


def test_tokens_of_strangers_that_wait_take_no_room_from_others(desk: Desk) -> None:
    for n in range(200):
        desk.comes(f"s{n}", Rank.TOKEN)
    assert len(desk.capacity.waiting) == 64
    assert desk.comes("b") in desk.begun
    desk.several(1, "c")
    waits = [desk.comes(f"u{n}") for n in range(64)]
    assert None not in waits, "their bound is their own"
    assert desk.refused == []


def test_a_strangers_token_puts_out_no_write_and_gives_way_to_who_is_known(desk: Desk) -> None:
    desk.several(4)
    writes = [desk.comes(f"u{n}") for n in range(64)]
    tokens = [desk.comes(f"s{n}", Rank.TOKEN) for n in range(64)]
    assert None not in writes + tokens
    assert desk.comes("s", Rank.TOKEN) is None
    known = desk.comes("k", Rank.TOKEN, known=True)
    assert known is not None
    assert desk.refused == [tokens[0]]
    desk.capacity.leave(desk.begun[0])
    assert desk.begun[-1] is known


def test_who_fits_is_let_in_whatever_waits_for_a_place_of_another_kind(desk: Desk) -> None:
    desk.capacity.limit.value = desk.capacity.limit.most = 16
    desk.several(9)
    desk.several(4, "s", Rank.TOKEN)
    desk.several(6, "h", Rank.VITAL)
    assert len(desk.capacity.waiting) == 4
    assert desk.comes() in desk.begun


def test_what_goes_first_takes_from_no_share(desk: Desk) -> None:
    desk.capacity.limit.value = desk.capacity.limit.most = 16
    desk.several(4)
    desk.several(13, "b")
    for n in range(64):
        assert desk.comes(f"h{n}", Rank.VITAL) is not None
    assert desk.comes() is not None, "it has 4 of 8"


def test_who_takes_rights_away_waits_for_no_flood_of_health(desk: Desk) -> None:
    for _ in range(200):
        desk.comes("flood", Rank.VITAL)
    assert desk.comes("b", Rank.VITAL, lane=Lane.RIGHTS) in desk.begun


@pytest.mark.parametrize("lane", [Lane.HEALTH, Lane.RIGHTS])
def test_one_address_shuts_nobody_out_of_what_goes_first(desk: Desk, lane: Lane) -> None:
    for _ in range(200):
        desk.comes("flood", Rank.VITAL, lane=lane)
    stranger = desk.comes("s", Rank.VITAL, lane=lane)
    known = desk.comes("k", Rank.VITAL, lane=lane, known=True)
    desk.capacity.leave(desk.begun[0])
    assert desk.begun[-1] is known
    desk.capacity.leave(desk.begun[1])
    desk.capacity.leave(desk.begun[2])
    assert desk.begun[-2] is stranger, "the flood has its share"


@pytest.mark.parametrize("first", [Rank.TOKEN, Rank.USUAL, Rank.STRANGER])
def test_the_queue_is_never_longer_than_its_bound(desk: Desk, first: Rank) -> None:
    desk.several(4, "o")
    for _ in range(100):
        desk.comes("x", first)
    for rank in (Rank.USUAL, Rank.LARGE, Rank.STRANGER):
        for n in range(100):
            desk.comes(f"u{n}", rank)
            desk.comes("many", rank)
    assert len(desk.capacity.waiting.line(Lane.COMMON)) == 64
    assert len(desk.capacity.waiting) <= 2 * 64


def test_who_comes_back_takes_no_room_from_who_comes(desk: Desk) -> None:
    async def lend() -> None:
        desk.several(4, "o")
        for n in range(63):
            assert desk.comes(f"u{n}") is not None
        for n in range(100):
            back = Place(PlaceRequest(Rank.USUAL, f"p{n}", known=True), lambda: None, lambda: None)
            back.returns = True
            desk.capacity.enter(back)
        assert desk.comes("b") is not None
        back = Place(PlaceRequest(Rank.USUAL, "p", known=True), lambda: None, lambda: None)
        back.returns = True
        desk.capacity.enter(back)
        assert back.phase is Phase.WAITS
        assert desk.comes("c") is None, "the queue is full of those that have not begun"
        assert desk.refused == []

    asyncio.run(lend())


def test_many_that_come_back_are_not_gone_through_for_each() -> None:
    desk = Desk()
    looked = 0
    fair = desk.capacity._is_fair

    def counted(asked: PlaceRequest) -> bool:
        nonlocal looked
        looked += 1
        return fair(asked)

    desk.several(4, "o")
    for n in range(1_000):
        back = Place(PlaceRequest(Rank.USUAL, f"p{n}", known=True), lambda: None, lambda: None)
        back.returns = True
        desk.capacity.enter(back)
    for _ in range(1_000):
        turn = desk.capacity.waiting.pick(desk.capacity._fits, counted, at=desk.at)
        assert turn is None, "none fits: none is looked at"
    assert looked == 0
    desk.capacity.working = 0
    assert desk.capacity.waiting.pick(desk.capacity._fits, counted, at=desk.at) is not None
    assert looked == 1, "the first is as good as any"


@dataclass
class Work:
    """Requests that end one after another, as their limit lets them."""

    limit: ConcurrencyLimit = field(default_factory=lambda: ConcurrencyLimit(most=256))
    at: float = 0.0

    def lasts(self, seconds: float, *, windows: int, a_second: float = 1000.0) -> float:
        """The limit after so many *windows* of requests that take *seconds* each."""
        for _ in range(windows):
            for _ in range(int(a_second * 0.11) + 1):
                self.at += 1 / a_second
                self.limit.learn(seconds, at=self.at, busy=int(self.limit.value))
        return self.limit.value


def test_the_limit_grows_while_requests_take_as_long_as_usual() -> None:
    work = Work()
    assert work.lasts(0.01, windows=60) > 2 * 16


def test_the_limit_falls_when_they_take_longer() -> None:
    work = Work()
    work.lasts(0.01, windows=60)
    assert work.lasts(0.05, windows=60) < 9


def test_a_flood_does_not_teach_it_that_slowness_is_usual() -> None:
    """A processor that is shared: what each takes grows with how many there are."""
    work = Work()
    work.lasts(0.01, windows=60)
    for _ in range(600):  # a minute
        work.lasts(0.01 * work.limit.value, windows=1)
    assert work.limit.value < 12


def test_no_more_work_than_end_in_a_quarter_of_a_second() -> None:
    work = Work()
    assert work.lasts(0.1, windows=100, a_second=100) == pytest.approx(25, abs=2)


def test_where_each_takes_long_by_itself_eight_work_all_the_same() -> None:
    assert Work().lasts(2.0, windows=100, a_second=8) == 8


def test_a_limit_that_is_not_used_is_not_moved() -> None:
    limit = ConcurrencyLimit()
    before = limit.value
    for n in range(1000):
        limit.learn(0.01, at=n * 0.02, busy=1)
    assert limit.value == before


@pytest.mark.parametrize("idle", [100_000.0, 1.0])
def test_what_was_idle_is_not_counted_in_how_many_end(idle: float) -> None:
    work = Work()
    before = work.limit.value
    for _ in range(3):
        work.at += idle
        assert work.lasts(0.01, windows=2, a_second=100) >= before


def test_it_comes_back_when_all_is_fast_again() -> None:
    work = Work()
    work.lasts(0.01, windows=60)
    low = work.lasts(0.2, windows=50)
    assert work.lasts(0.01, windows=50) > 2 * low


def scope_of(principal: object, *, visit: bool = False, **headers: str) -> dict[str, object]:
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    state = {"principal": principal} if principal else {}
    return {"headers": raw, "state": state | ({"visit": None} if visit else {})}


def found(recent: RecentCallers, **headers: str) -> Caller | None:
    return recent.find([(name.encode(), value.encode()) for name, value in headers.items()])


def test_a_caller_is_known_by_what_it_was_let_in_with() -> None:
    recent = RecentCallers()
    someone = Principal(client_id="app", organisation="org", scopes=frozenset())
    recent.add(scope_of(someone, authorization="DPoP t", dpop="key.a.b"))
    by_token = found(recent, authorization="DPoP t", dpop="key.c.d")
    assert by_token is not None
    assert (by_token.share, by_token.client) == ("organisation org", "app")
    assert found(recent, authorization="DPoP new", dpop="key.e.f") is None, "one of a request"
    recent.add(scope_of(None, dpop="key.a.b"))  # of a new token
    by_key = found(recent, authorization="DPoP new", dpop="key.e.f")
    assert by_key is not None
    assert by_key.client is None
    assert by_key.share == by_key.name, "another may know the key: it takes from no other's share"
    assert found(recent, authorization="DPoP new", dpop="other.e.f") is None
    recent.add(scope_of(someone, cookie="lang=en; synergie=s", visit=True))
    by_cookie = found(recent, cookie="synergie=s; more=m")
    assert by_cookie is not None
    assert (by_cookie.share, by_cookie.client) == ("organisation org", None)
    assert found(recent, cookie="lang=en") is None


@pytest.mark.parametrize("visit", [False, True])
def test_what_a_request_bears_besides_what_let_it_in_names_nobody(*, visit: bool) -> None:
    recent = RecentCallers()
    someone = Principal(client_id="app", organisation="org", scopes=frozenset())
    more = [(b"cookie", b"synergie=%d" % n) for n in range(5_000)]
    more += [(b"dpop", b"k%d.a.b" % n) for n in range(5_000)]
    more += [(b"authorization", b"DPoP %d" % n) for n in range(5_000)]
    recent.add({"headers": more, "state": {}})
    assert len(recent._known) == 1
    assert recent.find([(b"dpop", b"k0.c.d")]) is not None
    recent.add({"headers": more, "state": {"principal": someone} | ({"visit": 1} if visit else {})})
    assert len(recent._known) == 2
    assert (recent.find([(b"cookie", b"synergie=4999")]) is not None) is visit
    assert (recent.find([(b"authorization", b"DPoP 0")]) is not None) is not visit


def test_who_comes_in_again_and_again_puts_nobody_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("synergie.server.capacity.recent._MOST", 400)
    recent = RecentCallers()
    other = Principal(client_id="other", organisation="o", scopes=frozenset())
    recent.add(scope_of(other, authorization="DPoP other"))
    for n in range(1_000):
        recent.add(scope_of(None, dpop=f"k{n}.a.b"))
        one = Principal(client_id=f"app{n % 50}", organisation="org", scopes=frozenset())
        recent.add(scope_of(one, authorization=f"DPoP {n}"))
    assert found(recent, authorization="DPoP other") is not None
    assert found(recent, authorization="DPoP 999") is not None
    assert found(recent, authorization="DPoP 0") is None
    assert sum(map(len, recent._groups.values())) < 1_000, "what is forgotten is forgotten whole"
    assert len(recent._known) == 1 + 256 + 64
    for n in range(1_000):
        recent.add(scope_of(other, authorization=f"DPoP o{n}"))
    assert len(recent._known) == 32 + 256 + 64


def test_a_token_is_known_no_longer_than_it_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    recent, now = RecentCallers(), 1_000.0
    monkeypatch.setattr("synergie.server.capacity.recent.time.monotonic", lambda: now)
    someone = Principal(client_id="app", organisation="org", scopes=frozenset())
    recent.add(scope_of(someone, authorization="DPoP t", dpop="key.a.b"))
    now += 299
    assert found(recent, authorization="DPoP t") is not None
    now += 2
    assert found(recent, authorization="DPoP t") is None
    recent.add(scope_of(None, dpop="key.a.b"))
    now += 3_599
    assert found(recent, dpop="key.z.z") is not None
    now += 2
    assert found(recent, dpop="key.z.z") is None
