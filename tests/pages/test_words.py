"""Numbers and dates of the pages: English ones as English readers write them."""

from datetime import UTC, date, datetime
from decimal import Decimal

from synergie.reports import english, french
from synergie.server.pages import words as _words


def test_an_amount_below_zero_has_its_minus_before_the_sign() -> None:
    assert _words.euros("en", Decimal(-12)) == "\u2212€12.00"
    assert _words.euros("fr", Decimal(-12)) == "\u221212,00\u00a0€"


def test_nothing_that_is_rounded_away_keeps_its_minus() -> None:
    assert _words.number("en", -0.001) == _words.number("fr", -0.001) == "0"


def test_the_repeated_hour_says_which_one_it_is_in_both() -> None:
    late = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert _words.moment("en", late) == "Sunday 25 October 2026 at 02:30 (winter time)"
    assert _words.moment("fr", late).endswith("(heure d'hiver)")


def test_what_is_not_known_is_told_in_words() -> None:
    missing: dict[_words.Lang, str] = {"fr": french.MISSING, "en": english.MISSING}
    for lang, word in missing.items():
        told = (
            _words.number(lang, None), _words.quantity(lang, None, "kWh"), _words.kwh(lang, None),
            _words.percent(lang, None), _words.euros(lang, None),
        )  # fmt: skip
        assert set(told) == {word}


def test_pages_and_reports_write_alike() -> None:
    day = date(2026, 11, 3)
    assert _words.short_date("en", day) == english.short_date(day) == "3 Nov 2026"
    assert _words.long_date("en", day) == english.long_date(day)
    assert _words.percent("en", 0.125) == english.percent(0.125)
    assert _words.kwh("en", 12_345.0) == english.energy(12_345.0)
