"""POSTs that come at once: one commit, each its own answer, and a fault is one member's alone."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from synergie.errors import BadInput, KeyReused, NotFound, Overloaded, StorageFull, SynergieError
from synergie.exchange.readings import _gather
from synergie.exchange.readings._group import store_group
from synergie.exchange.readings.curves import Curves
from synergie.exchange.readings.once import Once
from synergie.exchange.readings.series import SeriesBook
from synergie.policy import permit_own_data
from synergie.schemas.readings.batch import Receipt
from synergie.schemas.readings.curve import Curve
from synergie.schemas.series import SeriesRecord
from synergie.storage.assets.held import lock_series
from synergie.storage.store import Store
from tests.exchange.people import NOW, Body

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
STEP = timedelta(minutes=30)
N = 12

type Sent = Future[list[Receipt | SynergieError]]
type Post = Callable[..., Sent]


@pytest.fixture
def series(store: Store, owner: Body, things: dict[str, str]) -> str:
    """A power series of the first delivery point."""
    record = SeriesRecord(
        supply_point="prm:99000000000017", quantity="active_power", form="mean_power", unit="W",
        provenance="synthetic",
    )  # fmt: skip
    return SeriesBook(store).publish(owner.caller, [record], now=NOW).items[0].id


def reading(series: str, n: int, value: int | None = None) -> Curve:
    told: list[Any] = [n if value is None else value]
    return Curve(series=series, start=MONDAY + n * STEP, step="PT30M", unit="W", values=told)


def key(name: str, body: str = "0" * 64) -> Once:
    return Once(client="owner-app", key=name, request="POST /v1/curves", body_sha256=body)


@contextmanager
def at_once(store: Store, curves: Curves, owner: Body, series: str) -> Iterator[Post]:
    """What is posted in the block waits for its end: the first to commit, the others behind it."""
    permit = permit_own_data(owner.caller, action="write", now=NOW)
    sent: list[Sent] = []
    with ThreadPoolExecutor(N + 1) as pool:

        def post(one: Curve, once: Once | None = None, **more: Any) -> Sent:
            def act() -> list[Receipt | SynergieError]:
                return curves.deposit(owner.caller, [one], onces=[once], now=NOW, **more)

            sent.append(pool.submit(act))
            return sent[-1]

        with store.write() as session:
            lock_series(permit, session, [series])
            yield post
            await_gathered(curves, len(sent) - 1)


def await_gathered(curves: Curves, n: int) -> None:
    """Wait until *n* members wait behind the one that tries to commit."""
    for _ in range(2_000):
        lanes = curves._gathering._lanes
        if any(one.busy for one in lanes) and sum(len(one.waiting) for one in lanes) == n:
            return
        threading.Event().wait(0.005)
    raise AssertionError("they do not gather")


def values_of(curves: Curves, owner: Body, series: str) -> list[Any]:
    end = MONDAY + timedelta(days=1)
    found = curves.extract(owner.caller, series, start=MONDAY, end=end, now=NOW)
    return [value for run in found.runs for value in run.values]


def test_what_comes_while_one_commits_is_one_commit(store: Store, owner: Body, series: str) -> None:
    curves, commits = Curves(store), list[int]()
    with at_once(store, curves, owner, series) as post:
        sent = [post(reading(series, n), key(f"k{n}")) for n in range(N)]
        event.listen(store.engine, "commit", lambda _: commits.append(1))
    answers = [one.result()[0] for one in sent]
    receipts = [one for one in answers if isinstance(one, Receipt)]
    assert len({one.id for one in receipts}) == len({one.seq for one in receipts}) == N
    assert values_of(curves, owner, series) == list(range(N))
    assert len(commits) == 3, "the block's own, the first, and all others"
    for n, one in enumerate(receipts):
        once = [key(f"k{n}")]
        assert curves.deposit(owner.caller, [reading(series, n)], onces=once, now=NOW) == [one]


def test_one_key_on_two_connections_acts_once(store: Store, owner: Body, series: str) -> None:
    curves = Curves(store)
    with at_once(store, curves, owner, series) as post:
        sent = [
            post(reading(series, 0), key("k")),
            post(reading(series, 0), key("k")),
            post(reading(series, 0, 7), key("k", "1" * 64)),
        ]
    answers = [one.result()[0] for one in sent]
    assert sum(isinstance(one, KeyReused) for one in answers) in {1, 2}
    assert len({one.id for one in answers if isinstance(one, Receipt)}) == 1
    assert values_of(curves, owner, series) in ([0], [7])


def test_a_member_that_is_refused_is_refused_alone(store: Store, owner: Body, series: str) -> None:
    """Of another agreement, and in the group itself."""
    curves = Curves(store)
    with at_once(store, curves, owner, series) as post:
        sent = [post(reading(series, n)) for n in range(4)]
        wrong = post(reading(series, 4), agreement="agr_unknown")
        unit = post(Curve(series=series, start=MONDAY, step="PT30M", unit="kW", values=[1]))
    with pytest.raises(NotFound):
        wrong.result()
    assert isinstance(unit.result()[0], BadInput)
    assert all(isinstance(one.result()[0], Receipt) for one in sent)
    assert values_of(curves, owner, series) == [0, 1, 2, 3]


def test_a_group_that_fails_as_one_leaves_nothing_and_is_stored_one_by_one(
    store: Store, owner: Body, series: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    curves, sizes = Curves(store), list[int]()

    def fragile(session: Any, caller: Any, some: Any, *args: Any, **more: Any) -> Any:
        sizes.append(len(some))
        found = store_group(session, caller, some, *args, **more)
        if any(one.values == [3] for one in some):
            raise BadInput("/values", 3, "no such value, after all was written")
        return found

    monkeypatch.setattr(_gather, "store_group", fragile)
    with at_once(store, curves, owner, series) as post:
        sent = [post(reading(series, n)) for n in range(6)]
    faults = [one.exception() for one in sent]
    assert [type(one) for one in faults if one is not None] == [BadInput]
    assert values_of(curves, owner, series) == [0, 1, 2, None, 4, 5]
    assert max(sizes) > 1 and sizes.count(1) >= 5
    with store.read() as session:
        numbers = session.connection().exec_driver_sql(
            "SELECT seq FROM change WHERE kind = 'curve' ORDER BY seq"
        )
        found = list(numbers.scalars())
    assert found == list(range(found[0], found[0] + 5)), "no hole"


@pytest.mark.parametrize(("fault", "expected"), [(StorageFull, 2), (Overloaded, 4)])
def test_a_store_that_fails_is_told_to_all_who_wait(
    store: Store,
    owner: Body,
    series: str,
    monkeypatch: pytest.MonkeyPatch,
    fault: type[StorageFull | Overloaded],
    expected: int,
) -> None:
    """Of an overload two are tried alone first: it may be one member's own."""
    curves, tries = Curves(store), list[int]()

    permit = permit_own_data(owner.caller, action="write", now=NOW)

    def busy(session: Any, *_: Any, **__: Any) -> Any:
        tries.append(1)
        lock_series(permit, session, [series])
        raise fault(1)

    monkeypatch.setattr(_gather, "store_group", busy)
    with at_once(store, curves, owner, series) as post:
        sent = [post(reading(series, n)) for n in range(6)]
    assert all(isinstance(one.exception(), fault) for one in sent)
    assert len(tries) == expected
    monkeypatch.undo()
    (answer,) = curves.deposit(owner.caller, [reading(series, 0)], onces=[None], now=NOW)
    assert isinstance(answer, Receipt), "the lane is free"


def test_a_commit_takes_64_curves_and_4_mb(owner: Body) -> None:
    lane = _gather._Lane()

    def member(curves: int, values: int) -> _gather.Member:
        one = Curve(series="ser_1", start=MONDAY, step="PT30M", unit="W", values=[0] * values)
        return _gather.Member(owner.caller, [one] * curves, [None] * curves, None, NOW)

    lane.waiting = [member(60, 1), member(4, 1), member(1, 1), member(1, 100_000)]
    lane.waiting += [member(2, 100_000), member(4, 100_000), member(1, 1)]
    taken = []
    while lane.waiting:
        taken.append(len(lane.take()))
    assert taken == [2, 2, 1, 1, 1], "what is more than a commit takes goes alone"
