"""A small generator of pseudo-random numbers whose stream no Python version can change.

SplitMix64 (Steele, Lea, Flood 2014): 64-bit integer arithmetic only, so the same seed and name give
the same territory byte for byte everywhere. Not for secrets.
"""

from collections.abc import Sequence
from hashlib import sha256

_MASK = (1 << 64) - 1
_GAMMA = 0x9E3779B97F4A7C15
_UNIT = 1 << 53


class Draw:
    """A stream of draws named by a seed and a text: streams of other names are independent."""

    def __init__(self, seed: int, name: str) -> None:
        digest = sha256(f"{seed}/{name}".encode()).digest()
        self._state = int.from_bytes(digest[:8], "big")

    def bits(self) -> int:
        """64 bits, uniform."""
        self._state = (self._state + _GAMMA) & _MASK
        mixed = self._state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        return mixed ^ (mixed >> 31)

    def unit(self) -> float:
        """A number in [0, 1), uniform, a multiple of 2^-53."""
        return (self.bits() >> 11) / _UNIT

    def between(self, low: float, high: float) -> float:
        """A number in [low, high), uniform."""
        return low + (high - low) * self.unit()

    def draw_integer(self, low: int, high: int) -> int:
        """A whole number from *low* to *high*, both included."""
        return low + self.bits() % (high - low + 1)

    def choose[T](self, choices: Sequence[T]) -> T:
        """One of *choices*."""
        return choices[self.draw_integer(0, len(choices) - 1)]

    def shuffled[T](self, items: Sequence[T]) -> list[T]:
        """The items in another order (Fisher and Yates)."""
        out = list(items)
        for i in range(len(out) - 1, 0, -1):
            j = self.draw_integer(0, i)
            out[i], out[j] = out[j], out[i]
        return out
