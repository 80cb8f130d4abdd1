from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent
from hypothesis import given
from hypothesis import strategies as st

from synergie.reports import french

PARIS = ZoneInfo("Europe/Paris")
amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=3)


@given(amounts, st.integers(0, 3))
def test_numbers_are_those_of_cldr(value: Decimal, decimals: int) -> None:
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    rounded = value.quantize(Decimal(1).scaleb(-decimals), rounding="ROUND_HALF_UP")
    expected = format_decimal(rounded + 0, pattern, locale="fr_FR").replace("-", french.MINUS)
    assert french.format_number(value, decimals) == expected


@given(amounts)
def test_amounts_are_those_of_cldr(value: Decimal) -> None:
    rounded = value.quantize(Decimal("0.01"), rounding="ROUND_HALF_UP") + 0
    expected = format_currency(rounded, "EUR", locale="fr_FR").replace("-", french.MINUS)
    assert french.format_euros(value) == expected


def test_percentages_are_those_of_cldr_with_a_full_space() -> None:
    expected = format_percent(0.125, "#,##0.0 %", locale="fr_FR").replace(" ", french.FIXED)
    assert french.format_percent(0.125) == expected == "12,5\u00a0%"


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_dates_are_those_of_cldr(day: date) -> None:
    expected = format_date(day, "EEEE d MMMM y", locale="fr_FR").replace(" 1 ", " 1er ", 1)
    assert french.long_date(day) == expected
    assert french.short_date(day) == format_date(day, "dd/MM/y", locale="fr_FR")


@pytest.mark.parametrize(
    ("kwh", "text"),
    [
        (9_999.4, "9\u202f999\u00a0kWh"),
        (10_000, "10,0\u00a0MWh"),
        (4_006_300, "4\u202f006\u00a0MWh"),
        (None, "pas de mesure"),
    ],
)
def test_energy_changes_unit_at_10_000_kwh(kwh: float | None, text: str) -> None:
    assert french.format_energy(kwh) == text


def test_an_interval_says_its_last_day() -> None:
    assert (
        french.format_interval(date(2026, 11, 1), date(2026, 12, 1)) == "du 1er au 30 novembre 2026"
    )
    assert french.format_interval(date(2025, 1, 1), date(2026, 1, 1)) == (
        "du 1er janvier au 31 décembre 2025"
    )
    assert french.format_interval(date(2025, 12, 30), date(2026, 1, 3)) == (
        "du 30 décembre 2025 au 2 janvier 2026"
    )
    assert french.format_interval(date(2026, 5, 4), date(2026, 5, 5)) == "le 4 mai 2026"


def test_the_repeated_hour_says_which_one_it_is() -> None:
    early, late = (datetime(2026, 10, 25, h, 30, tzinfo=UTC) for h in (0, 1))
    assert french.format_hour(early, PARIS) == "02\u00a0h\u00a030 (heure d'été)"
    assert french.format_hour(late, PARIS) == "02\u00a0h\u00a030 (heure d'hiver)"


def test_the_hour_that_march_skips_and_other_hours_say_nothing_more() -> None:
    for moment, text in (
        (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), "01\u00a0h\u00a030"),
        (datetime(2026, 3, 29, 1, 30, tzinfo=UTC), "03\u00a0h\u00a030"),
        (datetime(2026, 11, 25, 13, 30, tzinfo=UTC), "14\u00a0h\u00a030"),
    ):
        assert french.format_hour(moment, PARIS) == text


def test_spaces_before_double_signs_do_not_break() -> None:
    assert french.typeset_french("Refusé : « le mois » ; non ! 12 %") == (
        "Refusé\u00a0: «\u00a0le mois\u00a0»\u202f; non\u202f! 12\u00a0%"
    )
    assert french.typeset_french("12:30 et a;b") == "12:30 et a;b"
    assert french.typeset_french("l'heure d'{}, qu'<b>ici</b>, 1'000 'x'") == (
        "l’heure d’{}, qu’<b>ici</b>, 1'000 'x'"
    )
    assert (
        french.typeset_french("de 36 kVA à 5 h 30, 3 hommes")
        == "de 36\u00a0kVA à 5\u00a0h 30, 3 hommes"
    )
