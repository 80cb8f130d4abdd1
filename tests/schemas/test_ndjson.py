"""Lines out of chunks cut anywhere."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.errors import TooLarge
from synergie.schemas.readings.ndjson import LineSplitter, end_line, end_of, error_line

lines_of_text = st.lists(st.binary(max_size=30).map(lambda raw: raw.hex().encode()), max_size=12)


@given(lines_of_text, st.integers(1, 50), st.sampled_from([b"", b"\n"]))
def test_lines_are_the_same_wherever_the_chunks_are_cut(
    lines: list[bytes], cut: int, end: bytes
) -> None:
    data = b"\n".join(lines) + end
    splitter = LineSplitter()
    found: list[bytes] = []
    for start in range(0, len(data), cut):
        found.extend(splitter.feed(data[start : start + cut]))
    found.extend(splitter.close())
    assert found == [line for line in lines if line]


def test_a_line_over_the_limit_is_refused_before_it_ends() -> None:
    splitter = LineSplitter(limit=10)
    assert list(splitter.feed(b"1234567890\n12345")) == [b"1234567890"]
    with pytest.raises(TooLarge):
        list(splitter.feed(b"678901"))


def test_the_closing_line_tells_how_many_lines_there_were() -> None:
    assert end_of(end_line(7)) == 7
    assert end_of(b'{"series":"ser_x"}') is None
    assert end_of(b'{"end":{"lines":"7"}}') is None
    assert end_of(b'{"end":') is None


def test_an_error_line_carries_the_problem_and_its_line() -> None:
    assert json.loads(error_line(b'{"title":"x"}', 3)) == {"error": {"title": "x"}, "line": 3}
    assert json.loads(error_line(b'{"title":"x"}')) == {"error": {"title": "x"}}
