"""One parser of numbers, dates and identifiers for every table."""

import pytest

from synergie.formats.values import date_parts, point_fault, read_number, read_point


@pytest.mark.parametrize(
    ("text", "decimal", "groups", "number"),
    [
        ("1 234,50", ",", " ", "1234.50"),
        ("1\u202f234\u202f567", ",.", " \u202f", "1234567"),
        (" \u221212.5\u00a0", ",.", " ", "-12.5"),
        ("1.234,5", ",", ".", "1234.5"),
        ("1,234.5", ".", ",", "1234.5"),
        ("12 34", ",", " ", None),
        ("1234 567", ",", " ", None),
        ("1.2345", ",", ".", None),
        ("1,2", ".", " ", None),
        ("1_0", ",.", " ", None),
        ("\uff11", ",.", " ", None),
        ("1e5", ",.", " ", None),
        ("nan", ",.", " ", None),
        ("1 234", ",", "", None),
        ("1234567890123456", ",", "", None),
    ],
)
def test_a_number_is_what_its_locale_writes_or_none(
    text: str, decimal: str, groups: str, number: str | None
) -> None:
    found = read_number(text, decimal, groups)
    assert (None if found is None else str(found)) == number


@pytest.mark.parametrize(
    ("text", "order", "parts"),
    [
        ("05/11/2026", "dmy", (2026, 11, 5)),
        ("05/11/2026", "mdy", (2026, 5, 11)),
        ("05/11/2026", "ymd", None),
        ("2026-11-05", "dmy", (2026, 11, 5)),
        ("20261105", "dmy", (2026, 11, 5)),
        ("5.11.26", "dmy", None),
        ("5/11-2026", "dmy", None),
    ],
)
def test_a_date_is_read_in_the_order_of_its_file(
    text: str, order: str, parts: tuple[int, int, int] | None
) -> None:
    assert date_parts(text, order) == parts


def test_a_short_year_is_of_this_century_only_where_it_is_asked_for() -> None:
    assert date_parts("5.11.26", short_years=True) == (2026, 11, 5)


def test_a_point_is_never_completed_and_its_fault_has_the_remedy() -> None:
    assert read_point(" 99 000 000 000 017", "prm") == "prm:99000000000017"
    assert read_point('="01234567890123"', "prm") == "prm:01234567890123"
    for text, remedy in (
        ("1234567890123", "the zero in front is lost"),
        ("9,9E+13", "set to Text"),
        ("123", "a PRM of 14 digits"),
    ):
        assert read_point(text, "prm") is None
        assert remedy in point_fault("/PRM", text, "prm").expected
