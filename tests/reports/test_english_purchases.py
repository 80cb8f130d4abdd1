"""A group purchase in English: no French word is left, the same facts are told, French stays."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from synergie.energy.records.offer import Price
from synergie.purchase.records.member_view import MemberLot, MemberView
from synergie.purchase.reports.brief import purchase_document
from synergie.purchase.reports.note import NoteFrame, note_document
from synergie.purchase.reports.purchase import purchase_section
from synergie.purchase.reports.words import Brief
from synergie.purchase.reports.workbook import build_workbook_sheets, write_purchase
from synergie.reports.document import Document
from synergie.reports.language import Language, use_language
from synergie.reports.page import html
from synergie.reports.sheets import Sheet
from synergie.reports.written import format_count
from tests.plan.test_purchase_view import MANY, NOW
from tests.reports.english import french_left, texts
from tests.reports.purchase_ways import names, ways, whole
from tests.reports.purchases import amounts
from tests.reports.test_purchase_note import ME, view_of

ALL = ways()
FRENCH_NUMBER = re.compile("[\u202f]|[0-9],[0-9]{1,2}\\b|\u00a0[€%]")


@pytest.fixture(scope="module")
def made() -> Brief:
    return whole()


def _euros(text: str) -> list[Decimal]:
    """Every amount in euros of an English text."""
    found = re.findall("(\u2212?)€([0-9,]+(?:\\.[0-9]+)?)", text)
    return [Decimal(f"{'-' if sign else ''}{digits.replace(',', '')}") for sign, digits in found]


def _document(brief: Brief, language: Language) -> Document:
    with use_language(language):
        return purchase_document(brief)


def _sheets(brief: Brief, language: Language) -> list[Sheet]:
    with use_language(language):
        return [replace(one, rows=[*one.rows]) for one in build_workbook_sheets(brief)]


@pytest.mark.parametrize("way", [pytest.param(one, id=name) for name, one in ALL.items()])
def test_a_report_is_english_whatever_there_is_to_tell(made: Brief, way: Any) -> None:
    brief = way(made)
    french = _document(brief, "fr")
    english = _document(brief, "en")
    assert french_left(english, names(brief)) == []
    assert [one for one in texts(english) if FRENCH_NUMBER.search(one)] == []
    assert english.language == "en" and _document(brief, "fr") == french
    assert french.language == "fr" and french_left(french, names(brief)) != []


@pytest.mark.parametrize("way", [pytest.param(one, id=name) for name, one in ALL.items()])
def test_both_languages_tell_the_same_amounts_in_the_same_places(made: Brief, way: Any) -> None:
    brief = way(made)
    pairs = zip(texts(_document(brief, "fr")), texts(_document(brief, "en")), strict=True)
    told = [(amounts(french), _euros(english)) for french, english in pairs]
    assert [pair for pair in told if pair[0] != pair[1]] == []
    assert sum(len(pair[0]) for pair in told) > 20


BOTH = frozenset({"Lot", "Total", "Plan", "Gain", "Gain (%)", "Gain (€)", "Question", "Regret",
                  "Segment", "Usage"})  # fmt: skip
"""Words that are the same in both languages."""


GIVEN = frozenset({
    "All of it is synthetic.", "One year is bought.", "All volumes −10 %", "nobody left",
    "the supplier", "perimeter", "offers", "Cal-27",
    "Shares are rounded to the cent, largest remainders first, then by name.",
})  # fmt: skip
"""What callers gave to be told as it is, and sentences of studies, which are English here."""


@pytest.mark.parametrize("name", ["whole", "one-silent", "refused", "asked", "moving", "stopped"])
def test_no_word_is_the_same_in_both_but_names_and_what_was_given(made: Brief, name: str) -> None:
    brief = ALL[name](made)
    given = {*names(brief), *(one.sha256 for one in brief.sources)}
    given |= {*brief.sentences((*brief.plan.assumptions, *brief.plan.baseline))}
    given |= {brief.say_phrase(line.reason) for line in brief.plan.lines}
    given |= {brief.say_phrase(case.said) for case in brief.study.cases} if brief.study else set()
    french, english = (
        [*texts(_document(brief, spoken)), *_heads(brief, spoken)] for spoken in ("fr", "en")
    )
    same = {one for one, other in zip(french, english, strict=True) if one == other}
    alike = {one for one in same if re.search("[a-zà-ü]{4}", _without(one, given))}
    assert alike <= GIVEN | BOTH


def _heads(brief: Brief, language: Language) -> list[str]:
    """Names and heads of the sheets."""
    told = _sheets(brief, language)
    return [word for one in told for word in (one.name, *(c.head for c in one.columns))]


def _without(text: str, given: set[str]) -> str:
    for one in sorted(filter(None, given), key=len, reverse=True):
        text = text.replace(one, "")
    return text


@pytest.mark.parametrize("way", [pytest.param(one, id=name) for name, one in ALL.items()])
def test_a_workbook_is_english_and_holds_the_same_numbers(made: Brief, way: Any) -> None:
    brief = way(made)
    french, english = _sheets(brief, "fr"), _sheets(brief, "en")
    assert french_left(english, names(brief)) == []
    assert _sheets(brief, "fr") == french and french_left(french, names(brief)) != []
    titles = [one.name for one in english]
    assert len(set(titles)) == len(titles) and max(map(len, titles)) <= 31
    for one, other in zip(french, english, strict=True):
        assert [column.kind for column in one.columns] == [c.kind for c in other.columns]
        assert _numbers(one) == _numbers(other), one.name
        heads = [column.head for column in other.columns]
        assert len(set(heads)) == len(heads)


def _numbers(sheet: Sheet) -> list[list[object]]:
    return [[cell for cell in row if not isinstance(cell, str)] for row in sheet.rows]


def test_a_written_workbook_says_its_sheets_in_english(made: Brief) -> None:
    sink = BytesIO()
    with use_language("en"):
        write_purchase(made, sink)
    book = CalamineWorkbook.from_filelike(BytesIO(sink.getvalue()))
    assert book.sheet_names == [
        "Read me", "Perimeter", "Offers", "Awards", "Members", "Sharing", "Sensitivity",
        "Assumptions",
    ]  # fmt: skip
    rows = book.get_sheet_by_name("Read me").to_python()
    told = {str(row[0]): str(row[1]) for row in rows[1:]}
    assert set(book.sheet_names[1:]) <= set(told)
    assert told["How sure is it?"].startswith(
        "Bound of the solver reached: no other plan costs less."
    )


def test_the_first_page_answers_in_english(made: Brief) -> None:
    page = _document(made, "en")
    said = [*texts(page.sections[0])]
    assert said[1:3] == ["How much?", f"€{made.plan.objective_eur:,.2f} a year, excluding VAT."]
    assert "members, " in said[said.index("For whom?") + 1]
    assert page.lead == (
        "What the group purchase costs, to whom, against what, and what is to be decided."
    )
    assert page.dated.startswith("Computed on Tuesday 24 November 2026, problem ")


def test_a_section_of_a_longer_report_is_english_too(made: Brief) -> None:
    called: dict[str, Any] = {"names": made.names, "assumptions": made.assumptions, "tell": str}
    with use_language("en"):
        told = purchase_section(made.problem, made.plan, **called)
    assert french_left(told, names(made)) == []
    assert told.title == "Plan of a group purchase of electricity"


def test_a_purchase_that_has_no_name_is_called_in_the_language_of_its_report(made: Brief) -> None:
    bare: dict[str, Any] = {"problem": made.problem, "plan": made.plan, "names": {}, "tell": str}
    with use_language("en"):
        assert Brief(**bare).group == "Electricity buying group"
    assert Brief(**bare).group == "Groupement d'achat d'électricité"


def test_a_count_is_singular_in_english_for_one_alone() -> None:
    with use_language("en"):
        assert [format_count(n, "lot") for n in (0, 1, 2)] == ["0 lots", "1 lot", "2 lots"]
    assert [format_count(n, "lot") for n in (0, 1, 2)] == ["0 lot", "1 lot", "2 lots"]


def _out(lot: MemberLot) -> MemberLot:
    """The same lot, bought alone."""
    return lot.model_copy(update={
        "supplier": None, "offer": None, "pricing": None, "prices": (), "subscriptions": (),
        "expires_at": None, "alone_eur": None, "gain_eur": None,
    })  # fmt: skip


def _indexed(lot: MemberLot) -> MemberLot:
    """The same lot at many prices that move."""
    prices = tuple(
        Price(tariff_code="BTINFMU4", time_class=name, eur_per_mwh=Decimal("99.125"), year=year)
        for name in ("HPH", "HCH", "HPB", "HCB")
        for year in (2027, 2028, None)
    )
    return lot.model_copy(update={"prices": prices, "pricing": "indexed", "index": "Cal-27"})


def _staying(view: MemberView) -> dict[str, Any]:
    days = {"entry": date(2027, 3, 1), "exit": date(2028, 1, 1)}
    points = tuple(point.model_copy(update=days) for point in view.points)
    return {"mandate_until": date(2027, 1, 1), "points": points}


NOTES: dict[str, Callable[[MemberView], dict[str, Any]]] = {
    "green": lambda _: {"green_share": 0.5},
    "few": lambda _: {"group": None},
    "out": lambda view: {"lots": (_out(view.lots[0]),), "decide_before": None},
    "half-out": lambda view: {"lots": (view.lots[0], _out(view.lots[0]))},
    "blind": lambda _: {"alone_eur": None, "gain_eur": None},
    "dearer": lambda _: {"gain_eur": Decimal(-3), "mandate": None},
    "unproved": lambda _: {"status": "feasible", "gap": 0.01, "decide_before": None},
    "no-proof": lambda _: {"status": "feasible", "gap": None, "nobody_pays_more": False},
    "mandate": _staying,
    "prices": lambda view: {"lots": (_indexed(view.lots[0]),)},
}


@pytest.fixture(scope="module")
def own() -> MemberView:
    return view_of(MANY)


@pytest.mark.parametrize("way", [pytest.param(one, id=name) for name, one in NOTES.items()])
@pytest.mark.parametrize("at", [NOW, None], ids=["dated", "undated"])
def test_a_note_of_a_member_is_english(own: MemberView, way: Any, at: datetime | None) -> None:
    view = own.model_copy(update=way(own))

    def note(language: Language) -> Document:
        frame = NoteFrame(name="Here", group="The basin", tell=str, made_at=at)
        with use_language(language):
            return note_document(view, frame)

    french, english = note("fr"), note("en")
    typed = [lot.name for lot in view.lots] + [view.mandate or "", ME, "Fournisseur"]
    assert french_left(english, typed) == [] and english.language == "en"
    assert french_left(french, typed) != [] and note("fr") == french
    assert [one for one in texts(english) if FRENCH_NUMBER.search(one)] == []
    pairs = zip(texts(french), texts(english), strict=True)
    assert [pair for pair in pairs if amounts(pair[0]) != _euros(pair[1])] == []
    assert "no other plan" in html(english) or view.status != "proved"
