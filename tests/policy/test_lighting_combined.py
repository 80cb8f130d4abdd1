"""What follows from totals of several scenarios: whoever reads, alone or with another, finds none.

The attacks are those of who adds and subtracts what is told; the rule is held to brute force.
"""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synergie.lighting.policy.combined import select_sum_readers
from synergie.lighting.policy.span import Pattern, build_equality_pattern, stands_on_more

NAMES = tuple(f"b{n:02d}" for n in range(15))


def rows_of(columns: Sequence[Sequence[int]]) -> list[dict[str, Decimal]]:
    """Row by row what each body has, of columns body by body."""
    rows = zip(*columns, strict=True)
    return [dict(zip(NAMES, map(Decimal, row), strict=True)) for row in rows]


def told(columns: Sequence[Sequence[int]]) -> frozenset[str]:
    return select_sum_readers(rows_of(columns), NAMES)


def drawn(seed: int, scenarios: int = 4) -> list[list[int]]:
    """Bodies that no two rows have alike."""
    draw = Random(seed)  # noqa: S311 (a drawn case)
    return [[draw.randrange(10_000, 20_000) for _ in range(scenarios)] for _ in NAMES]


def additive(seed: int) -> list[list[int]]:
    """S1 changes some, S2 others, S3 all of these: S1 + S2 - S0 - S3 is nothing of each."""
    draw, columns = Random(seed), list[list[int]]()  # noqa: S311 (a drawn case)
    for n, _ in enumerate(NAMES):
        first, one, two = draw.randrange(10_000, 20_000), 0, 0
        if n < 10:
            one = draw.randrange(100, 900)
        if n >= 5:
            two = draw.randrange(100, 900)
        columns.append([first, first - one, first - two, first - one - two])
    return columns


def test_scenarios_that_change_many_bodies_are_told() -> None:
    assert told(drawn(1)) == told(additive(1)) == set(NAMES)


def test_four_totals_that_add_up_but_for_one_body_are_not_told() -> None:
    """Each total, and each difference of two, stands on enough: the sum of four is one body's."""
    columns = additive(2)
    columns[7][3] += 37
    rows = rows_of(columns)
    s0, s1, s2, s3 = (sum(row.values()) for row in rows)
    assert s0 + s3 - s1 - s2 == 37  # what it would tell
    assert told(columns) <= {NAMES[7]}  # who knows it
    for some in combinations(rows, 3):
        assert select_sum_readers(some, NAMES) == set(NAMES)


def test_six_totals_of_which_the_sum_is_one_body_are_not_told() -> None:
    """S0 + S1 + S2 - S3 - S4 - S5 tells of it; no difference of two or four stands on few."""
    draw, columns = Random(5), list[list[int]]()  # noqa: S311 (a drawn case)
    for n, _ in enumerate(NAMES):
        some, turn = [draw.randrange(10_000, 20_000) for _ in range(3)], n % 3
        columns.append([*some, *some[turn:], *some[:turn]])
    assert told(columns) == set(NAMES)
    columns[4][5] += 37
    assert told(columns) <= {NAMES[4]}


@pytest.mark.parametrize("others", [1, 2, 3])
def test_what_few_bodies_do_otherwise_is_told_to_nobody_beside_them(others: int) -> None:
    columns = additive(3)
    for column in columns[:others]:
        column[3] += 37
    assert told(columns) <= set(NAMES[:others]) and (others == 1 or not told(columns))


def test_a_share_that_all_save_does_not_tell_of_one_that_saves_more() -> None:
    """S1 less 70 % of S0 is what one does beyond the others."""
    columns = [[1_000 * n, 700 * n] for n in range(31, 31 + len(NAMES))]
    assert told(columns) == set(NAMES)
    columns[3][1] -= 1_234
    assert told(columns) <= {NAMES[3]}


def test_of_four_bodies_nothing_is_told_since_two_may_read_together() -> None:
    columns = [[7, 5, 3, 2], [6, 4, 3, 1], [8, 5, 2, 1], [7, 6, 5, 4]]
    rows = [dict(zip("abcd", map(Decimal, row), strict=True)) for row in zip(*columns, strict=True)]
    assert select_sum_readers(rows, "abcd") == frozenset()


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.lists(st.integers(0, 2), min_size=4, max_size=4), min_size=1, max_size=7),
    st.integers(1, 4),
)
def test_elimination_finds_what_brute_force_finds(columns: list[list[int]], few: int) -> None:
    """Some combination stands on a set alone when without its bodies the rank is less."""
    patterns = [build_equality_pattern(column) for column in columns]
    whole = rank(patterns)
    small = any(
        rank([one for n, one in enumerate(patterns) if n not in some]) < whole
        for size in range(1, few + 1)
        for some in combinations(range(len(patterns)), size)
    )
    assert stands_on_more(Counter(patterns), few) == (not small)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.lists(st.integers(1, 3), min_size=3, max_size=3), min_size=7, max_size=7))
def test_no_two_who_are_told_find_a_sum_of_one_or_two_others(columns: list[list[int]]) -> None:
    """All combinations, of the totals and of what both know of themselves: by elimination."""
    names = NAMES[:7]
    rows = [
        {name: Decimal(1_000 + one[row]) for name, one in zip(names, columns, strict=True)}
        for row in range(3)
    ]
    patterns = {name: build_equality_pattern(one) for name, one in zip(names, columns, strict=True)}
    for reader in select_sum_readers(rows, names):
        for other in names:
            left = {n: one for n, one in patterns.items() if n not in {reader, other}}
            whole = rank(list(left.values()))
            for some in combinations(left, 2):
                assert rank([one for n, one in left.items() if n not in some]) == whole


def rank(patterns: Sequence[Pattern]) -> int:
    """The rank, over the fractions, of the unknowns of bodies of these patterns."""
    vectors = [
        [Fraction(place == number) for place in one]
        for one in patterns
        for number in range(1, max(one, default=0) + 1)
    ]
    found = 0
    for place in range(max(map(len, patterns), default=0)):
        pivot = next((v for v in vectors if v[place]), None)
        if pivot is None:
            continue
        found += 1
        vectors = [
            [a - v[place] / pivot[place] * b for a, b in zip(v, pivot, strict=True)]
            for v in vectors
            if v is not pivot
        ]
    return found
