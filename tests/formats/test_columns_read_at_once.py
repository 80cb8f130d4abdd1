"""A column read at once gives what its cells give one by one."""

from datetime import datetime

from hypothesis import example, given
from hypothesis import strategies as st

from synergie.formats._once import Moments, parse_digits, parse_whole_numbers

TEXTS = st.sampled_from(
    ["0", "00", "7", "-7", "7.0", "7,5", "", " 7", "٧", "²", "1" * 12, "1" * 13]
)


@given(cells=st.lists(TEXTS, min_size=1, max_size=6))
@example(cells=["", "12"])
@example(cells=["1" * 13])
def test_whole_numbers_of_texts_are_those_of_each(cells: list[str]) -> None:
    each = [parse_digits(cell) for cell in cells]
    assert parse_whole_numbers(cells) == (None if None in each else each)


FLOATS = st.sampled_from([0.0, -0.0, 7.0, -7.0, 7.5, 999_999_999_999.0, 1e12, float("nan"), 1e400])


@given(cells=st.lists(FLOATS, min_size=1, max_size=4))
def test_whole_numbers_of_floats_are_those_that_lose_nothing(cells: list[float]) -> None:
    sound = all(cell.is_integer() and 0 <= cell < 10**12 for cell in cells)
    assert parse_whole_numbers(cells) == ([int(cell) for cell in cells] if sound else None)


@given(cells=st.lists(st.sampled_from(["7", 7.0, True, None, 7]), min_size=1, max_size=4))
def test_a_column_of_several_kinds_has_no_whole_numbers(cells: list[object]) -> None:
    kinds = set(map(type, cells))
    assert (parse_whole_numbers(cells) is None) == (kinds not in ({str}, {float}))


def test_times_are_the_same_with_and_without_their_offsets() -> None:
    texts = ["2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00", "2026-10-26T00:00:00+01:00"]
    moments = Moments(datetime.fromisoformat, day="2026-11-25", mark="T", midnight="00:00:00")
    assert moments.walls(texts) == moments.column(texts)[0]
