"""Quiet hours: from one time of day to another, over midnight and over both clock changes."""

from datetime import UTC, datetime, timedelta

import pytest

from synergie.calendar.quiet import QuietHours

NIGHT = QuietHours.parse("20:00-07:00")


def at(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "span"),
    [
        (at(2026, 11, 25, 18, 59), None),
        (at(2026, 11, 25, 19, 0), (at(2026, 11, 25, 19), at(2026, 11, 26, 6))),
        (at(2026, 11, 26, 5, 59), (at(2026, 11, 25, 19), at(2026, 11, 26, 6))),
        (at(2026, 11, 26, 6, 0), None),
        (at(2026, 3, 29, 4, 59), (at(2026, 3, 28, 19), at(2026, 3, 29, 5))),
        (at(2026, 3, 29, 5, 0), None),
        (at(2026, 10, 25, 5, 59), (at(2026, 10, 24, 18), at(2026, 10, 25, 6))),
    ],
)
def test_the_span_of_a_moment_is_in_french_time(
    now: datetime, span: tuple[datetime, datetime] | None
) -> None:
    assert NIGHT is not None
    assert NIGHT.find_span(now) == span


def test_hours_of_one_day_do_not_cross_midnight() -> None:
    noon = QuietHours.parse("12:00-14:00")
    assert noon is not None
    assert noon.find_span(at(2026, 11, 25, 10, 59)) is None
    assert noon.find_span(at(2026, 11, 25, 11, 30)) is not None
    assert noon.find_span(at(2026, 11, 25, 23)) is None
    assert noon.find_span(at(2026, 11, 25, 11) + timedelta(hours=2)) is None


@pytest.mark.parametrize("text", ["20:00", "20-07", "24:00-07:00", "20:00-20:00", "20:00–07:00"])
def test_other_words_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="two times of day"):
        QuietHours.parse(text)
    assert QuietHours.parse("") is None
