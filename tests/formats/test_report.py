"""What a reading notes, and how it is told."""

import pytest

from synergie.errors import BadInput
from synergie.formats import Report
from synergie.formats import report as _report


def parse(row: int) -> int:
    if row < 0:
        raise BadInput("/value", row, "a positive number")
    return row


def test_what_is_kept_and_what_is_refused_add_up() -> None:
    report = Report()
    assert list(report.keep(parse, enumerate([1, -2, 3], start=2))) == [1, 3]
    assert (report.kept, report.refusals) == (2, 1)
    assert (
        str(report.refused[0].with_line())
        == "line 3, /value: found '-2', expected a positive number"
    )
    assert report.refused[0].column == "value"


@pytest.mark.parametrize(
    ("place", "where", "told"),
    [
        (7, "row", "line 7, row"),
        (7, "/a", "line 7, /a"),
        ("/features/3", "row", "/features/3"),
        ("/features/3", "/a", "/features/3/a"),
        ("record 3", "/a", "record 3, /a"),
        (None, "/a", "/a"),
    ],
)
def test_the_place_of_a_refusal_is_told(place: int | str | None, where: str, told: str) -> None:
    report = Report()
    report.refuse(place, BadInput(where, "x", "y"))
    assert report.refused[0].with_line().where == told


def test_refusals_beyond_the_list_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_report, "MAX_DETAILS", 2)
    report = Report()
    for line in range(5):
        report.refuse(line + 1, BadInput("row", "x", "y"))
    assert (report.refusals, len(report.refused)) == (5, 2)
    assert report.tell(str) == ["5 refusals in all; the first are told"]


def test_a_repeated_remark_is_told_once_and_in_the_readers_language() -> None:
    report = Report()
    for _ in range(3):
        report.note("lamp {!r} is new", "Cosmo")
    french = {"lamp {!r} is new": "lampe {!r} nouvelle"}
    assert report.tell(lambda text: french[text]) == ["lampe 'Cosmo' nouvelle (× 3)"]


def test_shown_values_are_cut_and_can_be_printed() -> None:
    assert len(_report.shorten_value("é" * 200)) == 80
    _report.shorten_value("a\udcffb" * 40).encode()
