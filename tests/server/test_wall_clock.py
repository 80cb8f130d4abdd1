"""The clock: it never goes back, it says when it is off, and nobody is called a stranger for it."""

import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import override

import pytest

from synergie.errors import Overloaded
from synergie.exchange.time_marks import TimeMarks
from synergie.server import wall_clock
from synergie.server.clock_check import check_clock, start_clock
from synergie.server.dpop import WINDOW_S
from synergie.server.wall_clock import CLOCK, ServerClock
from synergie.storage.store import Store
from tests.server.partner import NOW, URL, Partner, World, ec_signer, enrol
from tests.server.place import Place

START = datetime(2026, 11, 30, 12, tzinfo=UTC)


@dataclass
class Wall:
    """A clock that a test sets."""

    at: datetime = START

    def __call__(self) -> datetime:
        return self.at


class Alone(TimeMarks):
    """A store whose machine has no other clock: those of tests show any time."""

    @override
    def database_time(self) -> None:
        return None


def test_the_clock_of_postgresql_is_a_witness(store: Store) -> None:
    now = datetime.fromtimestamp(time.time(), UTC)
    right, late = ServerClock(Wall(now)), ServerClock(Wall(now - timedelta(hours=2)))
    for clock in (right, late):
        check_clock(TimeMarks(store), clock)
    assert not right.is_off
    assert late.is_off is not store.is_sqlite
    assert TimeMarks(store).last_use() == now


def test_a_small_step_back_is_evened_out_and_a_large_one_answers_nobody() -> None:
    wall = Wall()
    clock = ServerClock(wall)
    assert clock.now() == START
    wall.at = START - timedelta(seconds=59)
    assert clock.now() == START
    wall.at = START - timedelta(days=1)
    with pytest.raises(Overloaded):
        clock.now()
    assert clock.is_off
    wall.at = START + timedelta(seconds=1)
    assert clock.now() == wall.at
    assert not clock.is_off


def test_what_was_passed_stays_passed_after_a_start(store: Store) -> None:
    wall = Wall(START + timedelta(hours=2))
    check_clock(Alone(store), ServerClock(wall))
    wall.at = START
    again = ServerClock(wall)
    start_clock(Alone(store), again, accept=False)
    with pytest.raises(Overloaded):
        again.now()
    start_clock(Alone(store), again, accept=True)  # the operator says that it is right
    assert again.now() == START
    later = ServerClock(wall)
    start_clock(Alone(store), later, accept=False)
    assert later.now() == START


def test_a_clock_that_is_off_puts_no_mark(store: Store) -> None:
    clock = ServerClock(Wall(START))
    check_clock(Alone(store), clock)
    clock.wall = Wall(START + timedelta(days=1))
    for name in "abc":
        clock.add_witness(name, timedelta(days=-1))
    clock.database_skew = timedelta()
    check_clock(Alone(store), clock)
    assert TimeMarks(store).last_use() == START


def test_one_program_alone_does_not_make_the_clock_wrong() -> None:
    clock = ServerClock(Wall())
    for _ in range(30):
        clock.add_witness("one", timedelta(hours=2))
    clock.add_witness("two", timedelta())
    clock.add_witness("three", timedelta())
    assert not clock.is_off
    clock.add_witness("two", timedelta(hours=2))
    assert clock.skew() == timedelta(hours=2)
    assert clock.is_off


def test_the_last_twenty_programs_are_the_witnesses() -> None:
    clock = ServerClock(Wall())
    for n in range(40):
        clock.add_witness(f"old-{n}", timedelta(hours=2))
    for n in range(20):
        clock.add_witness(f"new-{n}", timedelta())
    assert len(clock.witnesses) == 20
    assert not clock.is_off


def test_a_witness_counts_for_ten_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a clock that is right again would be off until others come, who are sent elsewhere."""
    clock = ServerClock(Wall())
    for name in "abc":
        clock.add_witness(name, timedelta(hours=2))
    assert clock.is_off
    later = time.monotonic() + 601
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert not clock.is_off


@pytest.fixture
def witnesses(monkeypatch: pytest.MonkeyPatch) -> None:
    """No witness of another test."""
    monkeypatch.setattr(CLOCK, "witnesses", OrderedDict())


@pytest.mark.usefixtures("witnesses")
def test_programs_are_told_to_wait_and_not_that_they_are_strangers(
    store: Store, tmp_path: Path
) -> None:
    """Three programs whose clocks agree, and a server two hours behind."""
    world = World.of(store, tmp_path / "data")
    third = Partner("three-app", world.clock)
    enrol(store, "org-three")
    world.clients.register(
        third.client_id, "org-three", name="A program", jwks=third.key.jwks, scopes=[], now=NOW
    )
    for partner in (world.p1, world.p2):
        assert _ask_ahead(world, partner, 7200) == (400, "invalid_client")
    assert _ask_ahead(world, third, 7200) == (503, "overloaded")
    token_of = world.p1.proof("POST", f"{URL}/token", iat=world.clock.at(7200))
    assert world.ask(world.p1, proof=token_of).status_code == 503
    assert CLOCK.skew() == timedelta(hours=2)
    assert world.ask(world.p1).status_code == 200  # the clocks agree again: two of three do
    assert world.ask(world.p2).status_code == 200
    assert not CLOCK.is_off


@pytest.mark.usefixtures("witnesses")
def test_a_server_whose_clock_is_off_is_not_ready_and_says_by_how_much(
    store: Store, tmp_path: Path
) -> None:
    place = Place.of(store, tmp_path / "data")
    for name in "abc":
        CLOCK.add_witness(name, timedelta(hours=2))
    ready = place.http.get("/health/ready")
    assert ready.status_code == 503
    (clock,) = (one for one in ready.json()["checks"] if one["name"] == "clock")
    assert (clock["ok"], clock["behind_s"]) == (False, 7200.0)
    assert place.http.get("/health/live").status_code == 200


@pytest.mark.parametrize("path", ["/public", "/sites", "/ogc/collections?f=html", "/nowhere"])
def test_people_are_told_to_wait_while_the_clock_is_far_behind(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """The page that says so needs no moment of its own: it must not fail for the same cause."""
    place = Place.of(store, tmp_path / "data")
    place.app.state.now = CLOCK.now
    wall = Wall()
    monkeypatch.setattr(CLOCK, "wall", wall)
    monkeypatch.setattr(CLOCK, "floor", START)
    wall.at = START - timedelta(days=1)
    answer = place.http.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == (404 if path == "/nowhere" else 503)
    assert answer.headers["Content-Type"].startswith("text/html")
    if answer.status_code == 503:
        assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.usefixtures("witnesses")
def test_what_no_key_signed_is_no_witness(store: Store, tmp_path: Path) -> None:
    world = World.of(store, tmp_path / "data")
    for partner in (world.p1, world.p2):
        made = world.clock.at(7200)
        forged = partner.assertion(signer=ec_signer(), iat=made, nbf=made, exp=made + 60)
        assert world.ask(partner, client_assertion=forged).status_code == 400
    assert not CLOCK.witnesses


def _ask_ahead(world: World, partner: Partner, seconds: float) -> tuple[int, str]:
    """What a token request answers whose clock is *seconds* ahead of the server's."""
    made = world.clock.at(seconds)
    ahead = partner.assertion(iat=made, nbf=made, exp=made + 60)
    told = world.ask(partner, client_assertion=ahead)
    body = told.json()
    return told.status_code, body.get("error") or body["type"].rpartition("/")[2]


def test_the_window_is_that_of_a_proof() -> None:
    assert timedelta(seconds=WINDOW_S) == wall_clock.TOLERANCE
