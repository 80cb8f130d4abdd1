"""Numbers and dates of the pages: English ones as English readers write them."""

from datetime import UTC, date, datetime
from decimal import Decimal

from synergie.reports import english, french
from synergie.server.pages import words as _words


def test_an_amount_below_zero_has_its_minus_before_the_sign() -> None:
    assert _words.format_page_euros("en", Decimal(-12)) == "\u2212€12.00"
    assert _words.format_page_euros("fr", Decimal(-12)) == "\u221212,00\u00a0€"


def test_nothing_that_is_rounded_away_keeps_its_minus() -> None:
    assert _words.format_page_number("en", -0.001) == _words.format_page_number("fr", -0.001) == "0"


def test_the_repeated_hour_says_which_one_it_is_in_both() -> None:
    late = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert _words.format_page_moment("en", late) == "Sunday 25 October 2026 at 02:30 (winter time)"
    assert _words.format_page_moment("fr", late).endswith("(heure d'hiver)")


def test_what_is_not_known_is_told_in_words() -> None:
    missing: dict[_words.Lang, str] = {"fr": french.MISSING, "en": english.MISSING}
    for lang, word in missing.items():
        told = (
            _words.format_page_number(lang, None),
            _words.format_quantity(lang, None, "kWh"),
            _words.format_energy(lang, None),
            _words.format_percent(lang, None),
            _words.format_page_euros(lang, None),
        )
        assert set(told) == {word}


def test_pages_and_reports_write_alike() -> None:
    day = date(2026, 11, 3)
    assert _words.short_date("en", day) == english.short_date(day) == "3 Nov 2026"
    assert _words.long_date("en", day) == english.long_date(day)
    assert _words.format_percent("en", 0.125) == english.format_percent(0.125)
    assert _words.format_energy("en", 12_345.0) == english.format_energy(12_345.0)
