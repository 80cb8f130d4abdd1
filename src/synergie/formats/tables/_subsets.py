"""Which of some numbers are the sum of others, wherever these stand."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations
from math import comb, log10

_ALL = 22
"""Numbers of which every choice is looked at: 2¹¹ sums of one half beside those of the other."""
_MOST = 250
"""Numbers of which two or three are added at most; of more, none."""

type Sum = tuple[int, tuple[int, ...]]
"""Place of a number, and those of the numbers that add up to it."""


def sums_among(numbers: Sequence[Decimal]) -> Iterator[Sum]:
    """Each number that is the sum of two or more others, exactly; those of zero are left out."""
    places = [at for at, number in enumerate(numbers) if number > 0]
    told = [numbers[at] for at in places]
    if len(told) > _MOST:
        return
    found = _of_any(told) if len(told) <= _ALL else _of_three(told)
    for whole, parts in found:
        yield places[whole], tuple(places[one] for one in parts)


def tries(count: int) -> float:
    """Powers of ten: how many sums are compared among so many numbers."""
    choices = 2.0**count if count <= _ALL else comb(count, 2) + comb(count, 3)
    return log10(max(1.0, choices * count))


def _of_any(numbers: Sequence[Decimal]) -> Iterator[Sum]:
    """Every choice: the sums of the first half, met by what each of the second half lacks."""
    half = len(numbers) // 2
    left: dict[Decimal, list[int]] = defaultdict(list)
    for mask, total in enumerate(_sums(numbers[:half])):
        left[total].append(mask)
    for high, total in enumerate(_sums(numbers[half:])):
        for whole, number in enumerate(numbers):
            for low in left.get(number - total, ()):
                mask = low | high << half
                parts = tuple(at for at in range(len(numbers)) if mask >> at & 1)
                if whole not in parts and len(parts) > 1:
                    yield whole, parts


def _sums(numbers: Sequence[Decimal]) -> list[Decimal]:
    """The sum of each choice, by its bits."""
    sums = [Decimal(0)]
    for number in numbers:
        sums += [number + one for one in sums]
    return sums


def _of_three(numbers: Sequence[Decimal]) -> Iterator[Sum]:
    """Two or three that add up to another."""
    pairs: dict[Decimal, list[tuple[int, int]]] = defaultdict(list)
    for one, other in combinations(range(len(numbers)), 2):
        pairs[numbers[one] + numbers[other]].append((one, other))
    for whole, number in enumerate(numbers):
        for pair in pairs.get(number, ()):
            yield whole, pair
        for first, part in enumerate(numbers):
            for pair in pairs.get(number - part, ()):
                if first < pair[0]:
                    yield whole, (first, *pair)
