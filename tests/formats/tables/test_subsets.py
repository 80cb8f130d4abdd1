"""Numbers that are the sum of others, against all choices tried one by one."""

from decimal import Decimal
from itertools import chain, combinations
from random import Random

import pytest

from synergie.formats.tables._subsets import sums_among, tries


def by_force(numbers: list[Decimal], most: int) -> set[tuple[int, tuple[int, ...]]]:
    """Every choice of two to *most* numbers that adds up to another one."""
    places = [at for at, number in enumerate(numbers) if number > 0]
    choices = chain.from_iterable(combinations(places, size) for size in range(2, most + 1))
    return {
        (whole, parts)
        for parts in choices
        for whole in places
        if whole not in parts and sum(numbers[at] for at in parts) == numbers[whole]
    }


@pytest.mark.parametrize("count", [0, 1, 3, 4, 9, 10])
def test_every_choice_of_a_few_numbers_is_looked_at(count: int) -> None:
    draw = Random(count)  # noqa: S311 (the same at each run)
    for _ in range(20):
        numbers = [Decimal(draw.randrange(0, 30)) / 10 for _ in range(count)]
        assert set(sums_among(numbers)) == by_force(numbers, count)


def test_of_many_numbers_two_and_three_are_added() -> None:
    draw = Random(1)  # noqa: S311 (the same at each run)
    numbers = [Decimal(draw.randrange(1, 10**9)) for _ in range(40)]
    numbers[7] = numbers[30] + numbers[2]
    numbers[8] = numbers[3] + numbers[39] + numbers[20]
    numbers[9] = sum(numbers[10:15], Decimal(0))
    found = {(whole, tuple(sorted(parts))) for whole, parts in sums_among(numbers)}
    assert found == {(7, (2, 30)), (8, (3, 20, 39))} == by_force(numbers, 3)
    assert list(sums_among([*numbers, *numbers, *numbers] * 3)) == [], "too many"
    assert tries(40) < tries(22) < 9
