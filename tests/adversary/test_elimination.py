"""The solver sees what answers give away, no more and no less, as plain fractions say."""

from fractions import Fraction
from itertools import chain, combinations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.adversary.elimination import OTHER_PRIME, PRIME, ContradictionError, Elimination
from tests.policy.cells import rank

SEEDS = st.integers(0, 10**9)


def draw_answers(random: Random, n: int, unknowns: int) -> list[dict[int, int]]:
    """Sums of some of few unknowns, with a few coefficients that are not one."""
    return [
        {
            u: random.choice([1, 1, 1, -1, 2])
            for u in random.sample(range(unknowns), random.randint(1, unknowns))
        }
        for _ in range(n)
    ]


def rank_over(answers: list[dict[int, int]], columns: list[int]) -> int:
    return rank([[one.get(u, 0) for u in columns] for one in answers])


@given(SEEDS)
def test_what_it_says_is_what_ranks_over_the_fractions_say(seed: int) -> None:
    random = Random(seed)  # noqa: S311 (drawn again from its seed)
    answers, everything = draw_answers(random, random.randint(1, 6), 6), list(range(6))
    values = [random.randint(-50, 1000) for _ in everything]
    book, again = Elimination[int](), Elimination[int](prime=OTHER_PRIME)
    for one in answers:
        value = sum(k * values[u] for u, k in one.items())
        assert book.add_answer(one, value) == again.add_answer(one, value)
    assert book.rank == rank_over(answers, everything)
    assert set(book.list_single_unknowns()) == set(again.list_single_unknowns())
    subsets = chain.from_iterable(combinations(everything, n) for n in range(1, 7))
    for some in subsets:
        outside = [u for u in everything if u not in some]
        inside = book.list_sums_inside(some)
        assert len(inside) == book.rank - rank_over(answers, outside), some
        assert all(support <= set(some) for support in inside)
        plain = dict.fromkeys(some, 1)
        spanned = rank_over([*answers, plain], everything) == book.rank
        assert book.spans_sum(plain) == spanned
        wanted = Fraction(sum(values[u] for u in some)) if spanned else None
        assert book.read_value(plain) == wanted
    alone = {u for u in everything if book.spans_sum({u: 1})}
    assert set(book.list_single_unknowns()) == alone


@given(SEEDS)
def test_unknowns_of_one_class_are_told_apart_by_no_answer(seed: int) -> None:
    random = Random(seed)  # noqa: S311 (drawn again from its seed)
    answers = draw_answers(random, random.randint(1, 5), 6)
    book = Elimination[int]()
    for one in answers:
        book.add_answer(one)
    by_column: dict[tuple[int, ...], set[int]] = {}
    for u in range(6):
        by_column.setdefault(tuple(one.get(u, 0) for one in answers), set()).add(u)
    by_column.pop((0,) * len(answers), None)
    assert set(book.list_classes()) == set(map(frozenset, by_column.values()))


def test_a_year_without_eleven_months_is_the_twelfth_and_says_by_which_answers() -> None:
    book = Elimination[str]()
    months = [f"m{i}" for i in range(12)]
    book.add_answer(dict.fromkeys(months, 1), 120)
    for name in months[:10]:
        book.add_answer({name: 1}, 9)
    assert set(book.list_single_unknowns()) == set(months[:10])
    assert book.list_sums_inside(months[10:]) == [frozenset(months[10:])]
    book.add_answer({months[10]: 1}, 9)
    assert set(book.list_single_unknowns()) == set(months)
    assert book.read_value({months[11]: 1}) == 21
    proof = book.prove_sum({months[11]: 1})
    assert proof == {0: Fraction(1)} | dict.fromkeys(range(1, 12), Fraction(-1))


def test_fractions_are_solved_exactly() -> None:
    book = Elimination[str]()
    book.add_answer({"a": Fraction(1, 2), "b": Fraction(1, 3)}, Fraction(5, 6))
    book.add_answer({"a": Fraction(1, 2), "b": Fraction(-1, 3)}, Fraction(1, 6))
    assert book.read_value({"a": 1}) == 1
    assert book.read_value({"b": 1}) == 1


def test_an_answer_that_cannot_be_is_refused() -> None:
    book = Elimination[str]()
    book.add_answer({"a": 1, "b": 1}, 5)
    book.add_answer({"a": 1}, 2)
    assert not book.add_answer({"b": 1}, 3)
    with pytest.raises(ContradictionError):
        book.add_answer({"b": 1}, 4)


def test_what_is_added_to_a_copy_is_not_in_the_first() -> None:
    book = Elimination[str]()
    book.add_answer({"a": 1, "b": 1}, 5)
    other = book.copy()
    other.add_known(["a"], {"a": 2})
    assert other.read_value({"b": 1}) == 3
    assert book.list_single_unknowns() == []


def test_the_primes_are_prime() -> None:
    for prime in (PRIME, OTHER_PRIME):
        assert all(prime % divisor for divisor in range(2, int(prime**0.5) + 1))


def test_of_thousands_of_half_hours_a_day_that_fills_is_solved() -> None:
    """A day that is read again after each half-hour: sums of prefixes give every value."""
    book = Elimination[tuple[int, int]]()
    for day in range(20):
        for n in range(1, 49):
            book.add_answer({(day, k): 1 for k in range(n)}, n)
    assert len(book.list_single_unknowns()) == 960
