"""A joint maintenance in English: its pages, its report and notes, its workbook and calendars."""

import re
from html import unescape
from io import BytesIO

import httpx2
import pytest
from icalendar import Calendar
from markupsafe import Markup
from python_calamine import CalamineWorkbook

from tests.pages.people import People
from tests.pages.test_plans import SCRIPT, _maintained
from tests.reports.english import french_left, texts

NAMES = (
    f"Entretien {SCRIPT}",
    "Convention d'entente du 12 mars",
    "la personne chargée de",
    "Français",
)
"""What people typed, what they are called by, and the way to the other language."""


@pytest.fixture(scope="module")
def campaign(people: People) -> tuple[str, tuple[str, str]]:
    """A campaign of two bodies, with two plans and rounds."""
    return _maintained(people.furnished.owner, people.furnished.partner)


def english(people: People, who: str, path: str) -> httpx2.Response:
    """A page as somebody reads it whose pages are English."""
    mark = "&" if "?" in path else "?"
    answer = people.browser(who).get(f"{path}{mark}lang=en")
    assert answer.status_code == 200, answer.text[:300]
    return answer


def told(answer: httpx2.Response) -> list[str]:
    """What stands between the tags."""
    page = re.sub(r"<(style|script)\b.*?</\1>", "", answer.text, flags=re.DOTALL)
    return [unescape(one) for one in texts(Markup(page))]  # noqa: S704 (a page of ours)


@pytest.mark.parametrize("who", ["reader", "other-reader"])
def test_pages_and_papers_hold_no_french(
    people: People, campaign: tuple[str, tuple[str, str]], who: str
) -> None:
    item, (first, second) = campaign
    name = "rapport.html" if who == "reader" else "note.html"
    paths = ["", f"/{first}", f"/{second}?avec={first}", f"/{first}/fichiers/{name}"]
    pages = {path: told(english(people, who, f"/plans/{item}{path}")) for path in paths}
    left = {path: french_left(page, NAMES) for path, page in pages.items()}
    assert {path: some for path, some in left.items() if some} == {}
    assert any("excluding VAT" in one for one in pages[paths[-1]])


def test_the_workbook_and_the_calendars_hold_no_french(
    people: People, campaign: tuple[str, tuple[str, str]]
) -> None:
    item, (first, _) = campaign
    packed = english(people, "reader", f"/plans/{item}/{first}/fichiers/classeur.xlsx").content
    book = CalamineWorkbook.from_filelike(BytesIO(packed))
    cells = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    assert french_left([book.sheet_names, cells], NAMES) == []
    page = english(people, "reader", f"/plans/{item}").text
    rounds = page.split("/tournees/")[1].split('"')[0].partition("?")[0]
    path = f"/plans/{item}/tournees/{rounds}"
    for who, name in (("reader", "equipe-1.ics"), ("other-reader", "part.ics")):
        packed = english(people, who, f"{path}/{name}").content
        events = Calendar.from_ical(packed).walk("VEVENT")
        shown = [str(one.get(key, "")) for one in events for key in ("SUMMARY", "DESCRIPTION")]
        assert events and french_left(shown, NAMES) == []
        assert any(": " in one and " : " not in one for one in shown)
