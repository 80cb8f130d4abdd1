"""Text as files hold it: encodings, quotes, limits."""

import io
from collections.abc import Callable
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.errors import BadInput, TooLarge
from synergie.formats import text as _text
from synergie.formats.report import Report
from synergie.formats.text import (
    Feed,
    detect_encoding,
    normalize_column_name,
    read_csv_rows,
    read_lines,
    rows_of,
    separator_of,
)


def table(data: bytes, separator: str = ";") -> tuple[list[tuple[int, list[str]]], Report]:
    report, source = Report(), io.BytesIO(data)
    return list(
        read_csv_rows(source, detect_encoding(source, report), separator=separator, report=report)
    ), report


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ("é".encode(), "utf-8"),
        ("é".encode("utf-8-sig"), "utf-8-sig"),
        ("é".encode("cp1252"), "cp1252"),
        (b"abc", "utf-8"),
        (b"x" * (1 << 20) + "é".encode("cp1252"), "cp1252"),
        (b"x" * ((1 << 20) - 1) + "é".encode(), "utf-8"),
        ("é".encode() + b"\xff", "utf-8"),
        ("é".encode() + b"x" * (1 << 20) + b"\xff", "utf-8"),
    ],
)
def test_the_encoding_is_found(data: bytes, name: str) -> None:
    assert detect_encoding(io.BytesIO(data), Report()).name == name


def test_windows_text_is_read_and_said() -> None:
    found, report = table("nom;été\n".encode("cp1252"))
    assert found == [(1, ["nom", "été"])]
    assert [note.args for note in report.notes] == [("4",)]


def test_a_byte_that_cp1252_does_not_have_costs_its_row() -> None:
    found, report = table("é;1\n".encode("cp1252") + b"\x81;2\nc;3\n")
    assert [line for line, _ in found] == [1, 3]
    assert [refused.line for refused in report.refused] == [2]


def test_utf_16_is_refused() -> None:
    with pytest.raises(BadInput, match=r"UTF-16.*save the file as CSV UTF-8"):
        detect_encoding(io.BytesIO("a;b".encode("utf-16")), Report())


def test_a_quoted_cell_may_hold_a_line_end_and_lines_are_counted_right() -> None:
    found, _ = table(b'a;"b\nc"\nd;e\n')
    assert found == [(1, ["a", "b\nc"]), (3, ["d", "e"])]


def test_blank_lines_are_passed_over() -> None:
    assert [line for line, _ in table(b"a;b\n\n\r\nc;d")[0]] == [1, 4]


@pytest.mark.parametrize("filler", [b"", b"x;y\n" * 300])
def test_an_unclosed_quote_is_told_where_it_opens(filler: bytes) -> None:
    with pytest.raises(BadInput) as caught:
        table(b'a;b\nc;"d\n' + filler)
    assert caught.value.where == "line 2"
    assert "closing quote" in caught.value.expected


def test_a_stray_quote_costs_its_row() -> None:
    found, report = table(b'a;b\n"c"x;d\ne;f\n')
    assert [line for line, _ in found] == [1, 3]
    assert [refused.line for refused in report.refused] == [2]


def test_nul_bytes_and_too_many_columns_cost_their_rows() -> None:
    found, report = table(b"a;b\nc\0;d\n" + b";" * 1_000 + b"\ne;f\n")
    assert [line for line, _ in found] == [1, 4]
    assert [refused.line for refused in report.refused] == [2, 3]


def test_a_line_without_end_is_refused() -> None:
    with pytest.raises(BadInput, match="262,144"):
        table(b"a;b\n" + b"x" * 300_000)


def test_a_cell_over_the_limit_costs_its_row() -> None:
    found, report = table(b"a;b\n" + b"x" * 200_000 + b";c\nd;e\n")
    assert [line for line, _ in found] == [1, 3]
    assert "32,768" in report.refused[0].fault.expected


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_text, "MAX_ROWS", 3)
    with pytest.raises(TooLarge):
        table(b"a;b\n" * 4)


@pytest.mark.parametrize(
    ("header", "mark"),
    [("a;b,c;d", ";"), ("a,b", ","), ("a\tb\tc", "\t"), ("a|b", "|"), ("abc", None), ("", None)],
)
def test_the_separator_that_gives_most_cells_is_taken(header: str, mark: str | None) -> None:
    assert separator_of(header) == mark


def test_names_are_compared_without_accents_or_signs() -> None:
    assert normalize_column_name("Température de Couleur (K)") == normalize_column_name(
        "temperature_de_couleur_k"
    )


PARTS = [
    b"a",
    b";",
    b'"',
    b"\n",
    b"\n",
    b"\r\n",
    b"\r",
    b"\0",
    "é".encode(),
    b"\xe9",
    b"\x81",
    b"  ",
]


@given(data=st.lists(st.sampled_from(PARTS), max_size=60).map(b"".join), many=st.integers(1, 9))
def test_rows_that_are_cut_together_are_those_cut_one_by_one(data: bytes, many: int) -> None:
    def alone() -> tuple[list[tuple[int, list[str]]], Report]:
        report, source = Report(), io.BytesIO(data)
        coding = detect_encoding(source, report)
        feed = Feed(read_lines(source, coding))
        each = rows_of(feed, separator=";", damaged=coding.damaged, report=report)
        return list(each), report

    with patch.object(_text, "_START", 1), patch.object(_text, "_MANY", many):
        assert told(lambda: table(data)) == told(alone)


def told(act: Callable[[], tuple[list[tuple[int, list[str]]], Report]]) -> object:
    """Rows and every word of the report, or the error."""
    try:
        found, report = act()
    except BadInput as fault:
        return fault.where, fault.found, fault.expected
    refused = [(one.line, one.fault.where, one.value, one.expected) for one in report.refused]
    return found, refused, report.notes
