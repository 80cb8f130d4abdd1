"""The language that reports are told in: forms of English, and what keeps the two apart."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from synergie.reports import english, french, written
from synergie.reports.document import Document, Figure, Paragraph, Section, Table
from synergie.reports.language import choose_text, get_language, use_language
from synergie.reports.page import html
from synergie.reports.teller import build_translator
from tests.reports.english import french_left

PARIS = ZoneInfo("Europe/Paris")
amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=3)


@given(amounts, st.integers(0, 3))
def test_english_numbers_are_those_of_cldr(value: Decimal, decimals: int) -> None:
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    rounded = value.quantize(Decimal(1).scaleb(-decimals), rounding="ROUND_HALF_UP")
    expected = format_decimal(rounded + 0, pattern, locale="en_GB").replace("-", french.MINUS)
    assert english.format_number(value, decimals) == expected


@given(amounts)
def test_english_amounts_are_those_of_cldr(value: Decimal) -> None:
    rounded = value.quantize(Decimal("0.01"), rounding="ROUND_HALF_UP") + 0
    expected = format_currency(rounded, "EUR", locale="en_GB").replace("-", french.MINUS)
    assert english.format_euros(value) == expected


def test_english_percentages_are_those_of_cldr() -> None:
    assert (
        english.format_percent(0.125)
        == format_percent(0.125, "#,##0.0%", locale="en_GB")
        == "12.5%"
    )


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_english_dates_are_those_of_cldr(day: date) -> None:
    assert english.long_date(day) == format_date(day, "EEEE d MMMM y", locale="en_GB")
    assert english.short_date(day) == format_date(day, "d MMM y", locale="en_US")


def test_an_english_interval_says_its_last_day() -> None:
    told = english.format_interval
    assert told(date(2026, 11, 1), date(2026, 12, 1)) == "from 1 to 30 November 2026"
    assert told(date(2025, 1, 1), date(2026, 1, 1)) == "from 1 January to 31 December 2025"
    assert told(date(2025, 12, 30), date(2026, 1, 3)) == ("from 30 December 2025 to 2 January 2026")
    assert told(date(2026, 5, 4), date(2026, 5, 5)) == "on 4 May 2026"


def test_the_repeated_hour_says_which_one_it_is_in_english() -> None:
    early, late = (datetime(2026, 10, 25, h, 30, tzinfo=UTC) for h in (0, 1))
    assert english.format_hour(early, PARIS) == "02:30 (summer time)"
    assert english.format_hour(late, PARIS) == "02:30 (winter time)"
    assert english.format_moment(datetime(2026, 11, 24, 13, 30, tzinfo=UTC), PARIS) == (
        "Tuesday 24 November 2026 at 14:30"
    )


@pytest.mark.parametrize(
    ("kwh", "text"),
    [(9_999.4, "9,999\u00a0kWh"), (10_000, "10.0\u00a0MWh"), (None, "no reading")],
)
def test_an_english_energy_changes_unit_at_10_000_kwh(kwh: float | None, text: str) -> None:
    with use_language("en"):
        assert written.format_energy(kwh) == text
    assert written.format_energy(kwh) == french.format_energy(kwh) != text


def test_what_is_made_inside_is_told_in_its_language_and_french_comes_back() -> None:
    assert get_language() == "fr"
    with use_language("en"):
        assert choose_text("oui", "yes") == "yes"
        assert build_translator()("late") == "late"
        with use_language("fr"):
            assert written.typeset_text("a : b") == "a\u00a0: b"
        assert written.typeset_text("a : b") == "a : b"
    assert choose_text("oui", "yes") == "oui"


def test_an_error_inside_leaves_french_behind() -> None:
    def fail() -> None:
        with use_language("en"):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert get_language() == "fr"


def test_readers_of_two_languages_at_once_do_not_hear_each_other() -> None:
    def told(language: str) -> set[str]:
        with use_language("en" if language == "en" else "fr"):
            return {written.format_euros(n) for n in range(400)}

    with ThreadPoolExecutor(4) as pool:
        asked = ["fr", "en"] * 20
        made = list(pool.map(lambda one: copy_context().run(told, one), asked))
    for language, texts in zip(asked, made, strict=True):
        assert all(text.startswith("€") == (language == "en") for text in texts)


def _document() -> Document:
    title = choose_text("Le plan : tout", "The plan: all of it")
    table = Table(choose_text("Qui", "Who"), (choose_text("Membre", "Member"),), (("Pompey",),))
    figure = Figure(choose_text("Une ligne.", "A line."), Markup(), table)
    section = Section(
        "a", choose_text("Début", "Beginning"), (Paragraph(written.format_euros(1_234)), figure)
    )
    return Document(title=title, lead="", banner=None, dated="", sections=(section,))


def test_a_document_keeps_its_language_wherever_it_is_drawn() -> None:
    with use_language("en"):
        made = _document()
    page = html(made)
    assert '<html lang="en">' in page
    assert "€1,234.00" in page
    assert "The same figures as a table" in page
    with use_language("en"):
        french_page = html(_french_document())
    assert '<html lang="fr">' in french_page
    assert "Les mêmes chiffres en tableau" in french_page
    assert "Le plan\u00a0: tout" in french_page


def _french_document() -> Document:
    with use_language("fr"):
        return _document()


def test_french_that_is_left_is_found() -> None:
    with use_language("en"):
        made = _document()
    assert french_left(made, ["Pompey"]) == []
    assert french_left(_document(), ["Pompey"]) != []
    assert french_left({"head": ["Gain par an"]}) == ["Gain par an"]
    assert french_left("Total for Malleloy-lès-Nancy", ["Malleloy-lès-Nancy"]) == []
