"""What is left of a sum to organisations that subtract the points they know: one, or two. Pure.

Two organisations may join what they know (docs/security/threats.md); three or more are not
considered. A remainder that surely passes by its size is not built, so that a thousand small
insiders cost little more than their number.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Protocol


class Contribution(Protocol):
    """What is needed of a part of a sum: see `atoms.Part`."""

    @property
    def point(self) -> str:
        """The point."""

    @property
    def holder(self) -> str:
        """The household or enterprise."""

    @property
    def wh(self) -> int:
        """What it adds, Wh."""

    @property
    def known_to(self) -> frozenset[str]:
        """The organisations that can subtract it."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The thresholds: least points and holders, and the largest share as a fraction."""

    points: int
    holders: int
    share: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Size:
    """How much of a sum is known to somebody: points, holders, absolute Wh, Wh drawn."""

    points: int
    holders: int
    absolute: int
    drawn: int

    def __add__(self, other: "_Size") -> "_Size":
        return _Size(
            self.points + other.points,
            self.holders + other.holders,
            self.absolute + other.absolute,
            self.drawn + other.drawn,
        )

    def peak(self, other: "_Size") -> "_Size":
        """The larger of each."""
        return _Size(
            max(self.points, other.points),
            max(self.holders, other.holders),
            max(self.absolute, other.absolute),
            max(self.drawn, other.drawn),
        )


def list_remainders[P: Contribution](parts: Sequence[P], bounds: Bounds) -> list[list[P]]:
    """What is left of *parts* to each organisation and each two of them, unless it surely passes.

    Of organisations that know the same points only the first counts; no remainder is empty.
    """
    test = _Test(
        _measure_parts(parts),
        sum([part.wh for part in parts]),
        _find_largest_holding(parts),
        bounds,
    )
    if test.passes(_measure_worst(parts)):
        return []
    knowledge = _read_knowledge(parts)
    sizes = [_measure_parts([parts[i] for i in places]) for places in knowledge]
    near = {places for places, size in zip(knowledge, sizes, strict=True) if not test.passes(size)}
    near |= {knowledge[one] | knowledge[other] for one, other in _list_pairs(sizes, test)}
    left = ([p for i, p in enumerate(parts) if i not in some] for some in _sort_groups(near))
    return [some for some in left if some]


@dataclass(frozen=True, slots=True)
class _Test:
    """Whether a sum less what is known of it passes, whoever is in both."""

    whole: _Size
    signed: int
    largest: int
    bounds: Bounds

    def passes(self, known: _Size) -> bool:
        """True only when it surely does."""
        part, of = self.bounds.share
        left = self.whole.absolute - known.absolute
        return (
            self.whole.points - known.points >= self.bounds.points
            and self.whole.holders - known.holders >= self.bounds.holders
            and self.signed - known.drawn > 0
            and self.largest * of <= part * left
        )


def _list_pairs(sizes: Sequence[_Size], test: _Test) -> Iterator[tuple[int, int]]:
    """The places of two organisations whose remainder does not surely pass.

    From each on, none is looked at once the largest that follow would pass with it.
    """
    largest = [*accumulate(reversed(sizes), _Size.peak)][::-1]
    for one, size in enumerate(sizes):
        for other in range(one + 1, len(sizes)):
            if test.passes(size + largest[other]):
                break
            if not test.passes(size + sizes[other]):
                yield one, other


def _read_knowledge(parts: Sequence[Contribution]) -> list[frozenset[int]]:
    """The places of the parts that each organisation knows, those that know the same once."""
    found: dict[str, set[int]] = defaultdict(set)
    for place, part in enumerate(parts):
        for one in part.known_to:
            found[one].add(place)
    return _sort_groups({frozenset(some) for some in found.values()})


def _sort_groups(some: Iterable[frozenset[int]]) -> list[frozenset[int]]:
    return sorted(some, key=lambda one: (-len(one), sorted(one)))


def _measure_worst(parts: Sequence[Contribution]) -> _Size:
    """No less than what two organisations know, whichever parts they are: the largest count."""
    known = Counter([one for part in parts for one in part.known_to])
    many = 2 * max(known.values(), default=0)
    drawn = sorted([part.wh for part in parts], reverse=True)
    if not drawn or drawn[-1] >= 0:
        most = sum(drawn[:many])
        return _Size(many, many, most, most)
    absolute = sorted(map(abs, drawn), reverse=True)[:many]
    return _Size(many, many, sum(absolute), sum(max(wh, 0) for wh in drawn[:many]))


def _measure_parts(parts: Sequence[Contribution]) -> _Size:
    return _Size(
        len({part.point for part in parts}),
        len({part.holder for part in parts}),
        sum([abs(part.wh) for part in parts]),
        sum([part.wh for part in parts if part.wh > 0]),
    )


def _find_largest_holding(parts: Sequence[Contribution]) -> int:
    return max(sizes_by_holder(parts).values(), default=0)


def sizes_by_holder(parts: Iterable[Contribution]) -> dict[str, int]:
    """Absolute Wh of each holder."""
    found: dict[str, int] = {}
    for part in parts:
        holder = part.holder
        found[holder] = found.get(holder, 0) + abs(part.wh)
    return found
