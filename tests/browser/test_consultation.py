"""The forms of a consultation in a real browser: accessible, silent, filled in by keyboard."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from synergie.cli.texts import translate_to_french
from synergie.lighting.plan.consultation import AnswersRead, read_answers, result
from synergie.lighting.reports.consultation.consultation_form import form_html, paper_html
from synergie.lighting.reports.consultation.consultation_result import result_document
from synergie.reports.document import Document
from synergie.reports.page import html
from tests.browser.test_pages import FAULTS, View
from tests.components import node, node_packages, program
from tests.scenarios.consulted import ASKED, answer, consultation

pytestmark = pytest.mark.browser

HERE = Path(__file__).parent


def _result() -> Document:
    rows = [answer(n, order=ASKED[n % 3 :]) for n in range(25)]
    rows += [answer(f"e{n}", "entreprises", order=("energy",)) for n in range(14)]
    told = result(consultation(), AnswersRead(tuple(rows), 0, (), ()))
    return result_document(consultation(), told, tell=translate_to_french)


NAMES = {"54430": "Pompey", "54357": "Marbache", "54592": "Liverdun"}
PAGES: dict[str, Callable[[], str]] = {
    "form": lambda: form_html(consultation(), communes=NAMES),
    "english": lambda: form_html(consultation(), language="en", communes=NAMES),
    "result": lambda: html(_result()),
    "paper": lambda: paper_html(consultation(), communes=NAMES),
}
ENGLISH = {"language", "skip link"}
"""Faults that stand on French; the English page has its own."""


def _given(folder: Path) -> dict[str, Any]:
    browser = program("chromium", "chromium-browser", "google-chrome")
    return {"browser": browser, "profile": str(folder / "profile")}


def _saved(page: str, folder: Path) -> str:
    """Address of a page that is saved as a file."""
    path = folder / f"{page}.html"
    path.write_text(PAGES[page](), encoding="utf-8")
    return path.as_uri()


@pytest.fixture(scope="module")
def look(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], dict[str, View]]:
    """Look at a page in every way, once; the address is its `url`."""
    node_packages(HERE)

    @cache
    def looked(page: str) -> dict[str, View]:
        folder = tmp_path_factory.mktemp(page)
        url = _saved(page, folder)
        ways: dict[str, View] = node(HERE / "look.mjs", _given(folder) | {"url": url}, seconds=180)
        return {way: view | {"url": url} for way, view in ways.items()}

    return looked


@pytest.mark.parametrize("page", PAGES)
def test_nothing_is_wrong_with(page: str, look: Callable[[str], dict[str, View]]) -> None:
    ways = look(page)
    kinds = {kind for kind in FAULTS if page != "english" or kind not in ENGLISH}
    found = {
        f"{kind}, {way}": wrong
        for way, view in ways.items()
        for kind in kinds
        if (wrong := FAULTS[kind](view))
    }
    assert found == {}
    for way, view in ways.items():
        asked = [one for one in view["requests"] if not one.startswith("data:")]
        assert asked == [view["url"]], way
    if page == "english":
        assert {view["lang"] for view in ways.values()} == {"en"}
        assert ways["wide"]["tab"]["name"] == "Skip to content"


def test_all_can_be_read_and_filled_in_without_scripts(
    look: Callable[[str], dict[str, View]],
) -> None:
    ways = look("form")
    plain, scripted = ways["no script"]["text"], ways["narrow"]["text"]
    only = {line.strip() for line in scripted.splitlines()} - {
        line.strip() for line in plain.splitlines()
    }
    assert " ".join(sorted(only, reverse=True)) == "Préparer ma réponse Nouveau formulaire"
    assert "imprimez cette page" in plain
    assert "imprimez cette page" not in scripted


def test_the_paper_form_prints_large_in_black_on_a_few_sheets(
    look: Callable[[str], dict[str, View]],
) -> None:
    told = look("paper")["wide"]["print"]
    assert told["smallest"] >= 12
    assert told["inks"] == []
    assert told["pages"] <= 2


STEPS: list[dict[str, Any]] = [
    {"go": "rang_A", "type": "2"},
    {"go": "points_A", "type": "40"},
    {"go": "rang_B", "type": "2"},
    {"go": "make", "press": "Enter", "state": True},
    {"type": "1"},
    {"go": "points_B", "type": "101"},
    {"go": "make", "press": "Enter", "state": True},
    {"press": "Backspace"},
    {"press": "Backspace"},
    {"press": "Backspace"},
    {"type": "60"},
    {"go": "groupe", "type": "Entre"},
    {"go": "commune", "type": "Liver"},
    {"go": "remarque", "type": "=1+1; « merci »"},
    {"go": "make", "press": "Enter", "state": True},
    {"go": "download", "press": "download"},
    {"go": "copy", "press": "Enter", "state": True},
    {"go": "again", "press": "Enter", "state": True},
]


def test_an_answer_made_by_keyboard_is_read_back(tmp_path: Path) -> None:
    node_packages(HERE)
    url = _saved("form", tmp_path)
    made = node(HERE / "consultation.mjs", _given(tmp_path) | {"url": url, "steps": STEPS})
    twice, beyond, ready, copied, fresh = made["states"]
    assert (twice["wrong"], twice["focus"], twice["ready"]) == (["rang_B"], "rang_B", False)
    assert twice["status"] == "Le rang 2 est donné deux fois."
    assert (beyond["wrong"], beyond["focus"]) == (["points_B"], "points_B")
    assert (ready["wrong"], ready["ready"], ready["focus"]) == ([], True, "download")
    assert copied["focus"] in {"copy", "line"}
    assert (fresh["ready"], fresh["focus"]) == (False, "rang_A")
    assert fresh["number"] not in {"", ready["number"]}
    assert all(state["needs"] <= 0 for state in made["states"])
    assert made["messages"] == []
    away = [one for one in made["requests"] if one != url]
    assert [one for one in away if not one.startswith(("data:", "blob:"))] == []
    assert made["file"]["name"] == f"reponse-{ready['number']}.csv"
    read = read_answers(made["file"]["text"].encode(), consultation())
    assert read.refused == ()
    (one,) = read.answers
    assert one.order == ("upward_flux", "energy")
    assert (one.points, one.group, one.insee_code) == ((60, 40), "entreprises", "54592")
    assert (one.number, one.remark) == (ready["number"], "=1+1; « merci »")
