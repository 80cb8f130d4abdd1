"""Who gives up a seat to whom: by the number of seats that each address has."""

from dataclasses import dataclass

import pytest

from synergie.server.peers import Peers

SEATS = 6


@dataclass(eq=False)
class One:
    """A connection."""

    address: str
    heard: bool = False
    known: bool = False
    is_unread: bool = False

    def cut(self) -> None:
        """Nothing."""


def open_(peers: Peers[One], address: str, *, heard: bool = False) -> tuple[One, One | None]:
    """A new connection, and the one that is closed for it."""
    new = One(address, heard)
    return new, peers.add(new, address)


def full(**seats: int) -> tuple[Peers[One], list[One]]:
    """All seats taken, so many of each address; none rests that was never heard."""
    assert sum(seats.values()) == SEATS
    peers: Peers[One] = Peers(SEATS, SEATS)
    return peers, [open_(peers, name, heard=True)[0] for name, n in seats.items() for _ in range(n)]


@pytest.mark.parametrize(
    ("seats", "new", "gone"),
    [
        ({"a": 4, "b": 1, "c": 1}, "b", "a"),
        ({"a": 4, "b": 1, "c": 1}, "a", "a"),
        ({"a": 3, "b": 3}, "b", "a"),  # as many: the first of them
    ],
)
def test_one_that_rests_gives_way_of_the_address_with_most(
    seats: dict[str, int], new: str, gone: str
) -> None:
    peers, _ = full(**seats)
    _, closed = open_(peers, new)
    assert closed is not None
    assert closed.address == gone


def test_none_gives_way_of_an_address_with_fewer_than_the_newcomers() -> None:
    peers, seated = full(a=4, b=2)
    for one in seated[:4]:
        peers.use(one, "a")  # only those of "b" rest
    new, closed = open_(peers, "a")
    assert closed is None
    assert peers.ask(new, "a", known=False) == (False, None)
    peers.remove(seated[0], "a")
    peers.remove(seated[1], "a")
    for name in ("c", "d"):
        open_(peers, name, heard=True)
    _, closed = open_(peers, "a")  # two against two
    assert closed is seated[4]


def test_one_never_heard_gives_way_only_to_an_address_with_fewer_by_two() -> None:
    peers, seated = full(a=3, b=3)
    for one in seated:
        one.heard = False
    peers.remove(seated[3], "b")
    open_(peers, "c")
    assert open_(peers, "b")[1] is None, "three against two: it would be four against three"
    assert open_(peers, "c")[1] is seated[0]


def test_who_is_known_takes_a_strangers_of_the_address_with_most_of_them() -> None:
    peers, seated = full(a=3, b=2, c=1)
    for one in seated:
        peers.use(one, one.address)
    seated[0].known = True
    new, closed = open_(peers, "d")
    assert closed is None
    assert peers.ask(new, "d", known=True) == (True, seated[1])
    peers.use(new, "d")
    for one in (*seated, new):
        one.known = True
    other, _ = open_(peers, "d")
    assert peers.ask(other, "d", known=True) == (False, None), "all others are known, too"


def test_a_flood_of_one_address_that_finds_no_seat_puts_out_its_own() -> None:
    """The second one was put out by whoever opened many before its head had come."""
    peers, seated = full(a=3, b=3)
    peers.standing = 4
    for one in seated:
        peers.use(one, one.address)
    slow, _ = open_(peers, "live")
    flood = [open_(peers, "many") for _ in range(20)]
    assert [closed for _, closed in flood] == [None] * 3 + [one for one, _ in flood[:17]]
    assert peers.ask(slow, "live", known=True)[0]


def test_a_flood_that_finds_no_seat_looks_through_all_once_until_something_changes() -> None:
    """Of 2,048 addresses it cost 0.6 ms of the loop for each connection and each request."""
    looked: list[object] = []

    class Counted:
        heard = known = False

        def cut(self) -> None:
            """Nothing."""

        @property
        def is_unread(self) -> bool:
            looked.append(self)
            return False

    peers: Peers[Counted] = Peers(SEATS, SEATS)
    seated = [Counted() for _ in range(SEATS)]
    for n, one in enumerate(seated):
        peers.add(one, f"a{n}")
    new = [Counted() for _ in range(50)]
    for n, one in enumerate(new):
        assert peers.add(one, f"b{n}") is None
        assert peers.ask(one, f"b{n}", known=False) == (False, None)
    assert len(looked) == SEATS
    seated[3].heard = True
    peers.rest(seated[3], "a3")
    assert peers.add(Counted(), "c") is seated[3]
    beside = Counted()
    assert peers.add(beside, "a0") is None
    assert peers.ask(new[0], "b0", known=False) == (False, None)
    peers.remove(seated[5], "a5")
    assert peers.ask(beside, "a0", known=False) == (True, None), "a seat was left"
    assert peers.ask(new[0], "b0", known=False) == (True, seated[0]), "one of two"
