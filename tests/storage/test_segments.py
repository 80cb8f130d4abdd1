"""The codec of a segment: what is written is read back, missing stays missing."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.schemas.readings.quality import WORST_FIRST, Quality
from synergie.storage.readings.segments import (
    DELTA_ZSTD,
    Runs,
    Values,
    decode,
    decode_quality,
    encode,
    encode_quality,
    join_quality_runs,
    plain_quality,
    quality_slice,
    select_present_values,
    simplify_quality,
    summarise_values,
)

BIG = 1 << 46
numbers = st.integers(-3, 3) | st.integers(-40_000, 40_000) | st.integers(-BIG, BIG)
values_lists = st.lists(st.none() | numbers, min_size=1, max_size=200)
run_lists = st.lists(st.tuples(st.integers(1, 50), st.sampled_from(WORST_FIRST)), max_size=20)


@given(values_lists)
def test_what_is_written_is_read_back(values: Values) -> None:
    assert decode(DELTA_ZSTD, encode(values, select_present_values(values))) == values


@given(st.lists(numbers, min_size=1, max_size=200))
def test_a_full_list_may_be_given_as_its_own_present_values(values: list[int]) -> None:
    full: Values = [*values]
    assert encode(full, values) == encode(full, select_present_values(full))


@given(values_lists)
def test_a_row_tells_the_sum_and_the_bounds(values: Values) -> None:
    there = [value for value in values if value is not None]
    told = summarise_values(values, select_present_values(values))
    assert told.total == sum(there)
    assert (told.least, told.most) == ((min(there), max(there)) if there else (None, None))
    assert told.n_missing == len(values) - len(there)


def test_half_hours_of_a_year_cost_less_than_two_bytes_each() -> None:
    values: Values = [3000 + (i * i * 7919) % 601 for i in range(17_520)]
    assert len(encode(values, select_present_values(values))) < 2 * 17_520


def test_a_missing_value_is_not_a_zero() -> None:
    assert decode(DELTA_ZSTD, encode([0, None, 0], [0, 0])) == [0, None, 0]
    assert encode([0, None, 0], [0, 0]) != encode([0, 0, 0], [0, 0, 0])


def test_a_codec_of_a_newer_version_is_refused() -> None:
    with pytest.raises(ValueError, match="segment codec 2"):
        decode(2, encode([1], [1]))


@given(run_lists)
def test_quality_is_read_back(runs: list[tuple[int, Quality]]) -> None:
    told = tuple(runs)
    assert decode_quality(encode_quality(told)) == told


def test_nothing_said_of_quality_costs_nothing() -> None:
    assert encode_quality(None) is None
    assert decode_quality(None) is None


@given(run_lists)
def test_joined_runs_say_the_same_in_fewer_words(runs: list[tuple[int, Quality]]) -> None:
    told = join_quality_runs(runs)
    assert _spelled(told) == _spelled(tuple(runs))
    assert all(one[1] != two[1] for one, two in pairwise(told))


@given(run_lists, st.integers(0, 300), st.integers(0, 300))
def test_a_slice_of_runs_is_the_slice_of_what_they_say(
    runs: list[tuple[int, Quality]], first: int, last: int
) -> None:
    told = tuple(quality_slice(tuple(runs), first, last))
    assert _spelled(told) == _spelled(tuple(runs))[first:last]


@given(values_lists)
def test_plain_quality_is_measured_or_missing(values: Values) -> None:
    plain = plain_quality(values)
    assert _spelled(plain) == ["missing" if one is None else "measured" for one in values]
    assert simplify_quality(plain, values) is None


def _spelled(runs: Runs) -> list[Quality]:
    return [quality for n, quality in runs for _ in range(n)]
