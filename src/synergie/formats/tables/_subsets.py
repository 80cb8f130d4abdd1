"""Which of some numbers are the sum of others, wherever these stand."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations
from math import comb, log10

_ALL = 22
"""Numbers of which every choice is looked at: 2¹¹ sums of one half beside those of the other."""
_MOST = 250
"""Numbers of which some are added; of more, none."""
_LOOKS = 2_500_000
"""Sums of one half that are held against those of the other, at most."""

type Sum = tuple[int, tuple[int, ...]]
"""Place of a number, and those of the numbers that add up to it."""


def sums_among(numbers: Sequence[Decimal]) -> Iterator[Sum]:
    """Each number that is the sum of two or more others, exactly; those of zero are left out.

    Of few numbers every choice is looked at, of many only so many members as `most_members` says.
    """
    places = [at for at, number in enumerate(numbers) if number > 0]
    told = [numbers[at] for at in places]
    if len(told) > _MOST:
        return
    found = _of_any(told) if len(told) <= _ALL else _of_some(told)
    for whole, parts in found:
        yield places[whole], tuple(places[one] for one in parts)


def most_members(count: int) -> int:
    """How many of *count* numbers are added, at most."""
    if count <= _ALL:
        return count
    half = 1
    while comb(count, half + 1) * count <= _LOOKS:
        half += 1
    return max(3, 2 * half)


def estimate_tries(count: int) -> float:
    """Powers of ten: how many sums are compared among so many numbers."""
    choices = sum(comb(count, size) for size in range(2, most_members(count) + 1))
    return log10(max(1, choices * count))


def _of_any(numbers: Sequence[Decimal]) -> Iterator[Sum]:
    """Every choice: the sums of the first half, met by what each of the second half lacks."""
    half = len(numbers) // 2
    left: dict[Decimal, list[int]] = defaultdict(list)
    for mask, total in enumerate(_sum_subsets(numbers[:half])):
        left[total].append(mask)
    for high, total in enumerate(_sum_subsets(numbers[half:])):
        for whole, number in enumerate(numbers):
            for low in left.get(number - total, ()):
                mask = low | high << half
                parts = tuple(at for at in range(len(numbers)) if mask >> at & 1)
                if whole not in parts and len(parts) > 1:
                    yield whole, parts


def _sum_subsets(numbers: Sequence[Decimal]) -> list[Decimal]:
    """The sum of each choice, by its bits."""
    sums = [Decimal(0)]
    for number in numbers:
        sums += [number + one for one in sums]
    return sums


def _of_some(numbers: Sequence[Decimal]) -> Iterator[Sum]:
    """A few that add up to another: the lower half of them, met by what the upper half is."""
    step = min(int(one.normalize().as_tuple().exponent) for one in numbers)
    scaled = [int(one.scaleb(-step)) for one in numbers]
    most = most_members(len(numbers))
    upper: dict[int, list[tuple[int, ...]]] = defaultdict(list)
    for size in range(1, (most + 1) // 2 + 1):
        for parts in combinations(range(len(scaled)), size):
            upper[sum(scaled[at] for at in parts)].append(parts)
    for size in range(1, most // 2 + 1):
        for low in combinations(range(len(scaled)), size):
            added = sum(scaled[at] for at in low)
            for whole, number in enumerate(scaled):
                for high in upper.get(number - added, ()) if number > added else ():
                    # all of the lower half stand before the upper, which has as many or one more
                    fits = low[-1] < high[0] and len(high) - size in {0, 1}
                    if fits and whole not in low and whole not in high:
                        yield whole, (*low, *high)
