"""A joint maintenance in English: report, notes, workbook, agendas, layers; sheets stay French."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from python_calamine import CalamineWorkbook

from synergie.maintenance.plan.year.view import Views
from synergie.maintenance.reports.brief import MaintenanceBrief
from synergie.maintenance.reports.folder import NAMES as FILES
from synergie.maintenance.reports.folder import maintenance_folder
from synergie.maintenance.reports.ics import build_crew_calendars
from synergie.maintenance.reports.maintenance import maintenance_section
from synergie.maintenance.reports.note import build_own_view, member_note, member_notes
from synergie.maintenance.reports.report import maintenance_document
from synergie.maintenance.reports.rounds_layers import build_rounds_layers, rounds_geopackage
from synergie.maintenance.reports.sheets import day_sheets, work_sheets
from synergie.maintenance.reports.workbook import build_workbook_sheets
from synergie.reports.document import Document
from synergie.reports.language import use_language
from synergie.reports.page import html
from tests.reports.english import french_left, texts
from tests.reports.maintained import CREWS, MONDAY
from tests.reports.maintained_ways import TYPED, ways

type Told = Callable[[MaintenanceBrief], Any]

ALIKE = frozenset(
    {"Commune", "Communes", "Description", "Gain", "Gain (%)", "Gain (€)", "LED", "Latitude",
     "Longitude", "Points", "Question", "Service", "Total"}
)  # fmt: skip
"""Words that both languages write alike."""
_GIVEN = re.compile(
    r"(Reason|A day more|Each|Rounded|Only week|Lamps of).*\.|\S+\.csv,?|fusible-10A|"
    r"\(depot-\d\)|(, SHA-256 )?(ab|cd|ef)+"
)
KEYS = (*TYPED, *(crew for crew, *_ in CREWS), "cc-bassin", "sde", "sivom", "ville-de-frouard")
"""What is typed, and identifiers."""


def notes(brief: MaintenanceBrief) -> list[Document]:
    """The note of each body, also as one that is known in part only."""
    return [*member_notes(brief).values(), *_bare_notes(brief)]


def _bare_notes(brief: MaintenanceBrief) -> Iterator[Document]:
    problem, plan = brief.problem, brief.plan
    if problem is None or plan is None:
        return
    views = Views(problem=problem, plan=plan, starts_on=MONDAY, seal="ab" * 32).all()
    crews: dict[str, object] = {"days": None, "hours": None}
    for body, view in views.items():
        for known, status in ((view.gap, "feasible"), (None, "feasible"), (0.0, "proved")):
            part = view.model_copy(
                update={
                    "visits": (), "status": status, "gap": known, "totals": None, "given": (),
                    "alone_eur": None if known else view.alone_eur,
                    "crews": tuple(one.model_copy(update=crews) for one in view.crews),
                }
            )  # fmt: skip
            yield member_note(part, build_own_view(brief, body, part))


def workbook(brief: MaintenanceBrief) -> list[tuple[str, list[str], list[Any]]]:
    """Sheets, heads, cells."""
    return [
        (s.name, [c.head for c in s.columns], [*map(list, s.rows)])
        for s in build_workbook_sheets(brief)
    ]


def agendas(brief: MaintenanceBrief) -> list[str]:
    """What people read of each calendar."""
    shown = ("NAME", "X-WR-CALNAME", "DESCRIPTION", "SUMMARY", "LOCATION")
    found: list[Any] = [
        event
        for one in build_crew_calendars(brief).values()
        for event in Calendar.from_ical(one).walk()
    ]
    told = [str(value) for event in found for key, value in event.items() if key in shown]
    kinds = [event["CATEGORIES"].to_ical().decode() for event in found if "CATEGORIES" in event]
    return [*told, *kinds]


def section(brief: MaintenanceBrief) -> Any:
    """The part of a joint maintenance in a report on other things."""
    if brief.problem is None or brief.plan is None:
        return ()
    return maintenance_section(
        brief.problem, brief.plan, names=brief.names, assumptions=(), tell=str
    )


def layer_words(brief: MaintenanceBrief) -> list[Any]:
    """Titles, meanings, legends, cells of the layers."""
    return [
        (one.title, [(f.title, f.about) for f in one.fields], one.values, one.told,
         [feature.cells for feature in one.features])
        for one in build_rounds_layers(brief)
    ]  # fmt: skip


FORMS: dict[str, Told] = {
    "report": maintenance_document, "notes": notes, "workbook": workbook, "calendars": agendas,
    "layers": layer_words, "section": section,
}  # fmt: skip
NAMES = sorted(ways())


@cache
def in_english(name: str, form: str) -> Any:
    """One form of one of the joint maintenances, made in English from the beginning."""
    with use_language("en"):
        return FORMS[form](ways()[name])


def bare(told: Any) -> set[str]:
    """The texts of it that hold a word, without what is typed."""
    found = {_untyped(one) for one in texts(told)}
    return {one.strip() for one in found if re.search(r"[^\W\d_]{3}", one)}


def _untyped(text: str) -> str:
    for one in sorted(KEYS, key=len, reverse=True):
        text = text.replace(one, "")
    return text


@pytest.mark.parametrize("form", sorted(FORMS))
@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_left_in_french(name: str, form: str) -> None:
    assert french_left(in_english(name, form), TYPED) == []


@pytest.mark.parametrize("form", sorted(FORMS))
def test_french_is_found_where_it_is(form: str) -> None:
    assert len(french_left(FORMS[form](ways()["whole"]), TYPED)) > 10


@pytest.mark.parametrize("form", sorted(FORMS))
@pytest.mark.parametrize("name", NAMES)
def test_no_sentence_is_the_same_in_both_languages(name: str, form: str) -> None:
    alike = bare(in_english(name, form)) & bare(FORMS[form](ways()[name]))
    assert alike - ALIKE - {one for one in alike if _is_given(one)} == set()


def _is_given(text: str) -> bool:
    """Whether it is a sentence of these plans (English with `str` as catalogue), a file, a key."""
    return _GIVEN.fullmatch(text) is not None


@pytest.mark.parametrize("name", NAMES)
def test_the_language_ends_with_its_context(name: str) -> None:
    brief = ways()[name]
    before = {form: repr(make(brief)) for form, make in FORMS.items()}
    with use_language("en"):
        told = {form: repr(make(brief)) for form, make in FORMS.items()}
    assert {form: repr(make(brief)) for form, make in FORMS.items()} == before
    assert all(told[form] != before[form] for form in ("report", "workbook", "layers"))


def test_each_document_says_its_language_and_the_page_too() -> None:
    document = in_english("whole", "report")
    assert {document.language, *(one.language for one in in_english("whole", "notes"))} == {"en"}
    assert html(document).startswith('<!DOCTYPE html>\n<html lang="en"')
    assert maintenance_document(ways()["whole"]).language == "fr"


def test_numbers_dates_and_hours_are_those_of_english_readers() -> None:
    told = " ".join(texts(in_english("revised", "report")))
    for wanted in ("€7,636.00 excluding VAT", "25.1%", "Thursday 26 November 2026", "30 Nov 2026",
                   "07:45", "25.2 km", "4 h 10 min",
                   "from 30 November to 1 December 2026"):  # fmt: skip
        assert wanted in told.replace("\xa0", " ")
    assert not re.search(r"\d[\u202f ]\d{3} €|\d,\d\d €|\d\d/\d\d/\d{4}|\d h \d\d(?! min)", told)


@pytest.mark.parametrize("name", ["revised", "whole"])
def test_work_sheets_stay_french_whatever_is_spoken(name: str) -> None:
    with use_language("en"):
        brief, other = ways()[name], ways()[name]
    french = work_sheets(brief) | day_sheets(brief)
    with use_language("en"):
        assert agendas(brief) == in_english(name, "calendars")  # of stops told in French before
        assert work_sheets(brief) | day_sheets(brief) == french
        assert agendas(other) == in_english(name, "calendars")
        assert work_sheets(other) | day_sheets(other) == french  # of stops told in English before


@pytest.mark.parametrize("name", NAMES)
def test_sheets_have_names_that_a_workbook_holds(name: str) -> None:
    names = [sheet for sheet, _, _ in in_english(name, "workbook")]
    assert len({one.lower() for one in names}) == len(names) == 13
    assert all(0 < len(one) <= 31 and not set(one) & set("[]:*?/\\") for one in names)
    told = {row[0] for row in in_english(name, "workbook")[0][2]}
    assert set(names[1:]) <= told


def test_a_layer_tells_its_date_and_columns_in_english(tmp_path: Path) -> None:
    path = tmp_path / "made.gpkg"
    with use_language("en"):
        path.write_bytes(rounds_geopackage(ways()["whole"]))
    with closing(sqlite3.connect(path)) as database:
        found = [
            *database.execute("SELECT identifier, description FROM gpkg_contents"),
            *database.execute("SELECT title, description FROM gpkg_data_columns"),
            *database.execute("SELECT styleName, description FROM layer_styles"),
        ]
    assert french_left([list(row) for row in found], TYPED) == []
    assert any("Last update: 25 Nov 2026. Rounds computed on " in row[1] for row in found)


def test_the_folder_keeps_the_names_of_its_files_and_its_records() -> None:
    french = maintenance_folder(ways()["whole"])
    with use_language("en"):
        english = maintenance_folder(ways()["whole"])
    assert set(english) == set(french)
    assert {name.partition("/")[0] for name in english} <= FILES
    same = {name for name in english if english[name] == french[name]}
    assert same == {n for n in french if n.startswith("feuilles/") or n.endswith(".json")}
    book = CalamineWorkbook.from_filelike(BytesIO(english["classeur.xlsx"]))
    assert book.sheet_names == [name for name, _, _ in in_english("whole", "workbook")]
