"""A joint maintenance in English: report, notes, workbook, calendars, layers; sheets stay French."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from icalendar import Calendar

from synergie.plan.maintenance.view import Views
from synergie.reports.document import Document
from synergie.reports.language import told_in
from synergie.reports.maintenance import maintenance_section
from synergie.reports.maintenance_brief import MaintenanceBrief
from synergie.reports.maintenance_ics import calendars
from synergie.reports.maintenance_note import member_note, member_notes, own
from synergie.reports.maintenance_report import maintenance_document
from synergie.reports.maintenance_sheets import day_sheets, work_sheets
from synergie.reports.maintenance_workbook import sheets
from synergie.reports.rounds_layers import layers, rounds_geojson, rounds_geopackage
from tests.reports.english import french_left, texts
from tests.reports.maintained import NOW
from tests.reports.maintained_ways import TYPED, ways

type Told = Callable[[MaintenanceBrief], Any]


def notes(brief: MaintenanceBrief) -> list[Document]:
    """The note of each body, and one of a body whose plan is known in part only."""
    return [*member_notes(brief).values(), *_rare_notes(brief)]


def _rare_notes(brief: MaintenanceBrief) -> Iterator[Document]:
    problem, plan = brief.problem, brief.plan
    if problem is None or plan is None or problem.starts_on is None:
        return
    for body, view in Views(problem=problem, plan=plan, starts_on=NOW.date(), seal="ab" * 32).all(
        
    ).items():
        bare = view.model_copy(
            update={"visits": (), "zones": (), "status": "feasible", "totals": None}
        )
        yield member_note(bare, own(brief, body, bare))


def workbook(brief: MaintenanceBrief) -> list[tuple[Any, ...]]:
    """Sheets, heads, cells."""
    return [
        (one.name, [column.head for column in one.columns], list(map(list, one.rows)))
        for one in sheets(brief)
    ]


def agendas(brief: MaintenanceBrief) -> list[list[str]]:
    """What people read of each calendar."""
    shown = ("NAME", "DESCRIPTION", "SUMMARY", "CATEGORIES", "LOCATION")
    return [
        [
            str(value.cats if key == "CATEGORIES" else value)
            for event in Calendar.from_ical(packed).walk()
            for key, value in event.items()
            if key in shown
        ]
        for packed in calendars(brief).values()
    ]


def section(brief: MaintenanceBrief) -> Any:
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
        for one in layers(brief)
    ]  # fmt: skip


FORMS: dict[str, Told] = {
    "report": maintenance_document, "notes": notes, "workbook": workbook, "calendars": agendas,
    "layers": layer_words, "section": section,
}  # fmt: skip
NAMES = sorted(ways())
ALIKE = frozenset()


def in_english(name: str, form: str) -> Any:
    with told_in("en"):
        return FORMS[form](ways()[name])


@pytest.mark.parametrize("form", sorted(FORMS))
@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_left_in_french(name: str, form: str) -> None:
    assert french_left(in_english(name, form), TYPED) == []


@pytest.mark.parametrize("form", sorted(FORMS))
@pytest.mark.parametrize("name", NAMES)
def test_no_text_is_the_same_in_both_languages(name: str, form: str) -> None:
    english = set(map(untyped, texts(in_english(name, form))))
    french = set(map(untyped, texts(FORMS[form](ways()[name]))))
    assert {one for one in english & french if re.search(r"[^\W\d_]{3}", one)} <= ALIKE


def untyped(text: str) -> str:
    for one in sorted(TYPED, key=len, reverse=True):
        text = text.replace(one, "")
    return text
