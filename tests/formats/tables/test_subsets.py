"""Numbers that are the sum of others, against all choices tried one by one."""

from decimal import Decimal
from itertools import chain, combinations
from random import Random

import pytest

from synergie.formats.tables._subsets import estimate_tries, most_members, sums_among


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


@pytest.mark.parametrize(("count", "most"), [(23, 12), (40, 6), (62, 6), (105, 4), (180, 3)])
def test_of_many_numbers_some_are_added(count: int, most: int) -> None:
    draw = Random(count)  # noqa: S311 (the same at each run)
    numbers = [Decimal(draw.randrange(10**8, 10**9)) / 10 for _ in range(count)]
    wholes = {at: tuple(sorted(draw.sample(range(10, count), at))) for at in range(2, 8)}
    for at, parts in wholes.items():
        numbers[at] = sum((numbers[one] for one in parts), Decimal(0))
    found = {(whole, tuple(sorted(parts))) for whole, parts in sums_among(numbers)}
    assert most_members(count) == most
    assert found == {(at, parts) for at, parts in wholes.items() if at <= most}
    assert estimate_tries(count) < 11


def test_of_too_many_numbers_none_are_added() -> None:
    numbers = [Decimal(one) for one in range(1, 252)]
    assert list(sums_among(numbers)) == []


def test_two_and_three_are_the_choices_that_force_finds() -> None:
    draw = Random(1)  # noqa: S311 (the same at each run)
    numbers = [Decimal(draw.randrange(1, 60)) for _ in range(24)]
    found = {(whole, tuple(sorted(parts))) for whole, parts in sums_among(numbers)
             if len(parts) <= 3}  # fmt: skip
    assert found == by_force(numbers, 3)
