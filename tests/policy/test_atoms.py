"""Thresholds at their exact bounds, in whole watt-hours."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.policy.trust.atoms import Limits, Part, fault
from synergie.schemas.publication.cell_scheme import Category

TEN = Limits(min_points=10)


def some(
    *values: int, category: Category = "residential", holders: int | None = None
) -> list[Part]:
    """Parts of as many points; of *holders* of them each in turn."""
    return [
        Part(f"p{i}", f"h{i if holders is None else i % holders}", category, wh)
        for i, wh in enumerate(values)
    ]


def test_nine_points_are_too_few_and_ten_are_enough() -> None:
    assert fault(some(*[5] * 9), TEN) == "few_points"
    assert fault(some(*[5] * 10), TEN) is None


def test_by_default_eleven_are_asked_for() -> None:
    assert fault(some(*[5] * 10), Limits()) == "few_points"
    assert fault(some(*[5] * 11), Limits()) is None


def test_a_point_told_twice_is_one_point() -> None:
    assert fault([*some(*[5] * 9), Part("p0", "other", "residential", 5)], TEN) == "few_points"


def test_a_share_of_85_percent_passes_and_one_hundredth_more_does_not() -> None:
    assert fault(some(8500, *[150] * 10), TEN) is None
    assert fault(some(8501, 149, *[150] * 9), TEN) == "dominated"


def test_shares_are_of_whole_watt_hours_that_no_float_can_tell_apart() -> None:
    many = 10**20
    assert fault(some(85 * many, *[many] * 15), TEN) is None
    assert fault(some(85 * many + 1, *[many] * 15), TEN) == "dominated"


def test_two_enterprises_are_too_few_however_many_points_they_hold() -> None:
    points = [5] * 12
    assert fault(some(*points, category="professional", holders=2), TEN) == "few_enterprises"
    assert fault(some(*points, category="professional", holders=3), TEN) is None


def test_an_enterprise_is_large_by_all_its_points_together() -> None:
    parts = some(*[10] * 12, category="professional", holders=12)
    grouped = [Part(p.point, "h0" if i < 11 else p.holder, p.category, 10 * (i < 11) or 5)
               for i, p in enumerate(parts)]  # fmt: skip
    grouped.append(Part("q", "h9", "professional", 5))
    assert fault(grouped, TEN) == "dominated"


def test_what_is_fed_in_does_not_hide_who_is_large() -> None:
    """Plain sums would give 1000 of 1900; of absolute values it is 1000 of 1100."""
    parts = some(-1000, *[10] * 10)
    assert fault(parts, TEN) == "zero"  # the sum is below zero
    assert fault(parts, TEN, change=True) == "dominated"
    assert fault(some(1000, -40, *[10] * 10), TEN) == "dominated"


def test_a_sum_of_zero_tells_each_of_them() -> None:
    assert fault(some(*[0] * 20), TEN) == "zero"
    assert fault(some(*[0] * 20), TEN, change=True) == "zero"


def test_households_and_enterprises_are_in_no_set_together() -> None:
    mixed = [*some(*[5] * 20), Part("e", "e", "professional", 5)]
    assert fault(mixed, TEN) == "mixed"


def owned(n: int, owner: str, wh: int = 5) -> list[Part]:
    return [
        Part(f"{owner}{i}", f"{owner}{i}", "residential", wh, known_to=frozenset({owner}))
        for i in range(n)
    ]


def test_who_contributes_cannot_subtract_its_own_points() -> None:
    assert fault([*owned(12, "a"), *owned(9, "b")], TEN) == "insider"
    assert fault([*owned(12, "a"), *owned(10, "b")], TEN) is None
    assert fault(owned(12, "a"), TEN) is None  # there is nobody else's to be told


def test_what_is_left_to_an_insider_passes_every_threshold() -> None:
    large = Part("x", "x", "residential", 9_000, known_to=frozenset({"b"}))
    assert fault([*owned(12, "a", 800), *owned(10, "b", 100), large], TEN) == "insider"
    assert fault([*owned(12, "a"), *owned(10, "b", 0)], TEN) == "insider"


def test_a_point_that_two_declare_is_known_to_both() -> None:
    both = [part._replace(known_to=frozenset({"a", "b"})) for part in owned(3, "a")]
    assert fault([*owned(12, "a"), *owned(10, "b"), *both], TEN) is None
    assert fault([*owned(12, "a"), *owned(9, "b"), *both], TEN) == "insider"


def test_who_moves_is_in_no_set_with_who_stays() -> None:
    assert fault([*some(*[5] * 20), Part("j", "j", "residential", 5, moves=True)], TEN) == "mixed"


def test_a_public_body_s_own_points_need_no_threshold() -> None:
    assert fault(some(7, category="public_body"), TEN) is None
    assert fault([], TEN) is None


@pytest.mark.parametrize(
    "weak",
    [
        {"min_points": 9},
        {"min_enterprises": 2},
        {"max_share": Fraction(8501, 10_000)},
        {"max_share": Fraction(0)},
    ],
)
def test_thresholds_weaker_than_the_law_s_are_refused(weak: Any) -> None:
    with pytest.raises(ValueError, match="at "):
        Limits(**weak)


@given(st.lists(st.integers(-50, 5_000), min_size=1, max_size=25))
def test_a_set_passes_as_plain_counting_says(values: list[int]) -> None:
    whole = sum(map(abs, values))
    passes = len(values) >= 10 and sum(values) > 0 and 100 * max(map(abs, values)) <= 85 * whole
    assert (fault(some(*values), TEN) is None) == passes
