"""Which connections have a seat, of one address and of all, and who gives it up to whom."""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf
from typing import Protocol

_STANDING = 256
"""Connections without a seat that wait for a head: it shows who was let in lately."""


class PeerConnection(Protocol):
    """A connection."""

    heard: bool
    """Whether a request on it has begun, ever."""
    known: bool
    """Whether the last of them came from a caller that was let in lately."""

    def cut(self) -> None:
        """End it now, whatever is unread."""

    @property
    def is_unread(self) -> bool:
        """Whether an answer waits for its reader: cut, it would be lost."""


type Group[HeldT: PeerConnection] = dict[str, dict[HeldT, None]]
"""Connections by their address, in the order in which they came."""


@dataclass(slots=True)
class Peers[HeldT: PeerConnection]:
    """At most *each* seats of an address, *most* of all; a connection is named with its address.

    "" is nobody's address, or a proxy's: it counts among all, and gives way last. Without the first
    bound one address opens as many as the process takes; without the second four addresses do, ask
    for something now and then, and all others are refused for good. Who finds no seat may stand, so
    many as *standing*, until it has asked for something.
    """

    each: int
    most: int
    standing: int = _STANDING
    _seated: Group[HeldT] = field(default_factory=dict)
    _idle: Group[HeldT] = field(default_factory=dict)
    """Those seated that no request works on; the one that has been so for longest first."""
    _stand: Group[HeldT] = field(default_factory=dict)
    _seats: int = 0
    _standing: int = 0
    _least: float = inf
    """Nothing gives way to who has so many seats, or more: a flood looks through all only once."""

    def add(self, one: HeldT, address: str) -> HeldT | None:
        """*one* of *address* is open; the connection to be closed for it.

        None while there is room. The oldest idle one of the address with most, if that has no fewer
        than this; one that was never heard only if it has more. Else, when too many stand, the
        oldest that does of the address with most: who opens many puts out its own.
        """
        found = self._take_seat(one, address, lambda: self._idle_one(address))
        if one in self._seated.get(address, ()):
            self.rest(one, address)
            return found
        self._stand.setdefault(address, {})[one] = None
        self._standing += 1
        if self._standing <= self.standing:
            return None
        most = max(self._stand, key=lambda other: len(self._stand[other]))
        found = next(iter(self._stand[most]))
        self.remove(found, most)
        return found

    def ask(self, one: HeldT, address: str, *, known: bool) -> tuple[bool, HeldT | None]:
        """Whether *one* of *address* has a seat for its request; the connection cut for it.

        Beside those of `add`, who is *known* puts out a stranger, whatever it does.
        """
        seated = self._seated.get(address, {})
        if one in seated:
            return True, None

        def give_way() -> HeldT | None:
            found = self._idle_one(address)
            if found is None and known:
                found = self._find(self._seated, address, lambda other, _n: not other.known)
            return found

        found = self._take_seat(one, address, give_way)
        return one in self._seated.get(address, ()), found

    def use(self, one: HeldT, address: str) -> None:
        """A request works on *one* of *address*."""
        _remove_from_group(self._idle, one, address)

    def rest(self, one: HeldT, address: str) -> None:
        """No request works on *one* of *address* any more."""
        if one in self._seated.get(address, ()):
            self._least = inf
            self._idle.setdefault(address, {})[one] = None

    def remove(self, one: HeldT, address: str) -> None:
        """*one* of *address* is closed."""
        self._standing -= _remove_from_group(self._stand, one, address)
        _remove_from_group(self._idle, one, address)
        self._seats -= _remove_from_group(self._seated, one, address)

    def _take_seat(
        self, one: HeldT, address: str, give_way: Callable[[], HeldT | None]
    ) -> HeldT | None:
        """Seat *one* if there is room, or one that can *give_way*; that one, seated no more."""
        found = None
        if self._seats >= self.most or self._fills(address):
            found = give_way()
            if found is None:
                return None
        self._standing -= _remove_from_group(self._stand, one, address)
        self._seated.setdefault(address, {})[one] = None
        self._seats += 1
        self._least = inf
        return found

    def _fills(self, address: str) -> bool:
        """Whether *address* has all seats that one may have."""
        return address != "" and len(self._seated.get(address, ())) >= self.each

    def _idle_one(self, address: str) -> HeldT | None:
        own = len(self._seated.get(address, ())) if address else 0
        if own >= self._least:
            return None

        def gives_way(other: HeldT, n: int) -> bool:
            return not other.is_unread and (n > own + 1 or (other.heard and n >= own))

        found = self._find(self._idle, address, gives_way)
        if found is None and not self._fills(address):
            self._least = own
        return found

    def _find(
        self, group: Group[HeldT], address: str, gives_way: Callable[[HeldT, int], bool]
    ) -> HeldT | None:
        """The oldest of *group* that *gives_way*, seated no more.

        Of *address* when that has all it may, else of who has most; *gives_way* is told how many.
        """
        own = self._fills(address)
        order = sorted(group, key=lambda other: (not other, -len(self._seated[other])))
        for other in [address] if own and address in group else [] if own else order:
            n = len(self._seated[other])
            for one in group[other]:
                if gives_way(one, n):
                    self.remove(one, other)
                    return one
        return None


def _remove_from_group[HeldT: PeerConnection](
    group: Group[HeldT], one: HeldT, address: str
) -> bool:
    """Whether *one* of *address* was in *group*; it is no more."""
    found = group.get(address, {})
    if one not in found:
        return False
    del found[one]
    if not found:
        del group[address]
    return True
