"""How many connections one address holds open, and which of them gives way to a new one."""

from dataclasses import dataclass, field
from typing import Protocol


class Held(Protocol):
    """A connection."""

    def rests(self) -> bool:
        """Whether nothing of it is asked or answered now."""


@dataclass(slots=True)
class Peers[HeldT: Held]:
    """At most *most* connections of an address. "" is nobody's address, or a proxy's: not counted.

    Without it one address opens as many as the process takes, asks for something now and then, and
    all others are refused for good.
    """

    most: int
    _held: dict[str, dict[HeldT, None]] = field(default_factory=dict)

    def add(self, one: HeldT, address: str) -> HeldT | None:
        """*one* of *address* is open; the one to be closed for it, when they are too many.

        The oldest that rests, or *one* itself when all the others are in use.
        """
        if not address:
            return None
        held = self._held.setdefault(address, {})
        held[one] = None
        if len(held) <= self.most:
            return None
        found = next((other for other in held if other.rests()), one)
        del held[found]
        return found

    def remove(self, one: HeldT, address: str) -> None:
        """*one* of *address* is closed."""
        held = self._held.get(address)
        if held is not None:
            held.pop(one, None)
            if not held:
                del self._held[address]
