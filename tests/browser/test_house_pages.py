"""Every page of a house in a real browser, in every way it is looked at; and a story by clicks.

Account or none, French or English, with scripts or without, 1280 px or 320 px: each two of these
meet on each page, all of them when `SYNERGIE_TEST_EVERY_WAY` is set; one server and one browser.
Pictures, and what axe leaves to a person, are kept in pytest's folder.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from tests.components import node, node_packages, program

pytestmark = pytest.mark.browser

HERE = Path(__file__).parent

type View = dict[str, Any]
"""What `house.mjs` found in one way of looking at one page."""

_LAST = datetime.fromtimestamp(time.time(), UTC).date().replace(day=1) - timedelta(days=1)
"""The last day of the month that is over: bills of it are not late."""


def _bills(ends: date, column: str) -> str:
    """A table of bills of that month, some rows of which are refused."""
    span = f"{_LAST:01/%m/%Y};{ends:%d/%m/%Y}"
    rows = (f"9900000000{n:04d};{span};{n if n % 7 else '70W '};<b>x</b>\n" for n in range(1, 40))
    return f"PRM;Du;Au;Consommation (kWh);{column}\n{''.join(rows)}"


BILLS = _bills(_LAST, "Remarque")
"""Its profile has to be confirmed."""
OPEN = _bills(_LAST.replace(day=27), "Site")
"""It does not say whether a period ends with its last day."""

PAGES: dict[str, View] = {
    "home": {"path": "/"},
    "morning": {"path": "/matin"},
    "sites": {"path": "/sites"},
    "sites-shared": {"path": "/sites?vue=partage"},
    "site": {"from": "sites", "link": "main a[href*='/sites/sit']"},
    "point": {"from": "sites", "link": "main a[href*='/sites/points/']"},
    "series": {"from": "point", "link": "main a[href*='/sites/series/']"},
    "map": {"path": "/carte"},
    "agreements": {"path": "/accords"},
    "agreement": {"from": "/accords", "link": "main a[href*='/accords/agr_']"},
    "agreement-new": {"path": "/accords/nouveau"},
    "agreement-key": {"path": "/accords/cle"},
    "plans": {"path": "/plans"},
    "plan": {"from": "/plans", "link": "main a[href*='/plans/']"},
    "scenarios": {"path": "/scenarios"},
    "study": {"from": "/scenarios", "link": "main a[href*='/scenarios/']"},
    "question": {"drop": {"name": "question.csv", "text": OPEN}},
    "report": {"drop": {"name": "factures.csv", "text": BILLS, "done": True, "answers": []}},
    "deposit": {"path": "/depot?flux=enedis-r50"},
    "undo": {"from": "report", "link": "main a[href$='/annuler']"},
    "journal": {"path": "/journal"},
    "sittings": {"path": "/mes-sessions"},
    "accounts": {"path": "/comptes"},
    "publications": {"path": "/publications"},
    "public": {"path": "/public", "public": True},
    "policy": {"path": "/public/politique", "public": True},
    "proof": {"path": "/public/preuve", "public": True},
    "catalogue": {"path": "/catalogue", "public": True},
    "need": {"path": "/besoin", "public": True},
    "enter": {"path": "/entrer", "public": True},
    "help": {"path": "/aide", "public": True},
    "accessibility": {"path": "/accessibilite", "public": True},
    "nowhere": {"path": "/nulle-part", "public": True, "absent": True},
}
"""Name → its address, or the page and the link that lead to it, or a file that makes it."""

EVERY = "SYNERGIE_TEST_EVERY_WAY"
"""Set in the environment: all eight ways of language, scripts and width instead of four."""
SKIP = ["Aller au contenu", "#contenu", True]
"""What Tab meets first: its words, where it leads, whether it is seen."""


def _messages(view: View) -> list[str]:
    """Messages of the console, but that the page itself is not there where it must not be."""
    absent = PAGES[view["page"]].get("absent")
    return [one for one in view["messages"] if not (absent and "status of 404" in one)]


FAULTS: dict[str, Callable[[View], Any]] = {
    "status": lambda view: view["status"] != (404 if PAGES[view["page"]].get("absent") else 200),
    "language": lambda view: view["page"] and view["lang"] != view["asked"],
    "title": lambda view: not view["title"],
    "headings": lambda view: view["h1"] if len(view["h1"]) != 1 else None,
    "scrolls sideways": lambda view: max(0, view["over"]),
    "regions out of the keyboard's reach": lambda view: view["regions"],
    "console": _messages,
    "refused by the policy": lambda view: view["refused"],
    "requests elsewhere": lambda view: view["away"],
    "style or script in the page": lambda view: 0 if view["script"] else view["inline"],
    "accessibility": lambda view: view["axe"]["violations"],
    "rules that had something to judge": lambda view: view["axe"]["passes"] < 25,
    "accessibility in the dark": lambda view: view.get("dark", {}).get("violations"),
    "out of the keyboard's reach": lambda view: view.get("tab", {}).get("missed"),
    "focus that is not seen": lambda view: view.get("tab", {}).get("unlit"),
    "skip link": lambda view: view.get("tab") and view["tab"]["first"] != SKIP,
    "print": lambda view: view.get("print") and not _printed(view["print"]),
}
"""Name → what is wrong of that kind; nothing, if it is false."""


def _printed(pdf: View) -> bool:
    return bool(pdf["tagged"]) and 1 <= pdf["pages"] <= 40


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """A server on a synthetic territory, with people to log in as and a late flow."""
    node_packages(HERE)
    program("chromium", "chromium-browser", "google-chrome")
    temporary = tmp_path_factory.mktemp("territoire")
    environ = {name: text for name, text in os.environ.items() if not name.startswith("SYNERGIE_")}
    with subprocess.Popen(
        [sys.executable, "-m", "synergie", "sandbox", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environ | {"TMPDIR": str(temporary), "PYTHONUNBUFFERED": "1"},
    ) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def _link(house: dict[str, Any], role: str) -> str:
    (found,) = [
        one["link"]
        for one in house["seats"]
        if one["role"] == role and one["organisation"] == house["client"].removesuffix("-demo")
    ]
    return str(found)


@pytest.fixture(scope="module")
def views(house: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> list[View]:
    """Every page, in every way."""
    pictures = tmp_path_factory.mktemp("images")
    given = {
        "browser": program("chromium", "chromium-browser", "google-chrome"),
        "url": house["url"],
        "link": _link(house, "keeper"),
        "pictures": str(pictures),
        "every": bool(os.environ.get(EVERY)),
        "pages": [{"name": name, **page} for name, page in PAGES.items()],
    }
    told = node(HERE / "house.mjs", given, seconds=600)
    assert told["absent"] == [], "pages that no link leads to"
    left = {view["way"]: view["axe"]["incomplete"] for view in told["views"]}
    (pictures / "left-to-a-person.json").write_text(json.dumps(left, indent=1), encoding="utf-8")
    found: list[View] = told["views"]
    return found


def test_nothing_is_wrong_with_any_page_in_any_way(views: list[View]) -> None:
    found = {
        f"{kind}, {view['way']}": wrong
        for view in views
        for kind, finds in FAULTS.items()
        if (wrong := finds(view | {"asked": view["way"].split(", ")[2]}))
    }
    assert found == {}


def test_each_page_is_looked_at_in_every_way(views: list[View]) -> None:
    ways = Counter(view["page"] for view in views)
    inside = 8 if os.environ.get(EVERY) else 4
    assert {name: ways[name] for name in PAGES} == {
        name: 2 * inside if page.get("public") else inside + inside // 2
        for name, page in PAGES.items()
    }
    for pair in combinations(("lang", "script", "width"), 2):
        met = {(view["page"], *(view[one] for one in pair)) for view in views if view["account"]}
        assert len(met) == 4 * len(PAGES), pair


def test_each_title_names_its_page_alone(views: list[View]) -> None:
    for lang in ("fr", "en"):
        titles = {
            view["page"]: view["title"]
            for view in views
            if view["account"] and view["lang"] == lang
        }
        same = {one: n for one, n in Counter(titles.values()).items() if n > 1}
        assert same == {}, lang


def test_without_an_account_a_page_of_the_house_is_the_way_in(views: list[View]) -> None:
    outside = [view for view in views if not view["account"]]
    for view in outside:
        public = PAGES[view["page"]].get("public")
        assert public or view["at"] == "/entrer", view["way"]


def test_a_late_flow_turns_green_by_clicks_alone(house: dict[str, Any], tmp_path: Path) -> None:
    given = {
        "browser": program("chromium", "chromium-browser", "google-chrome"),
        "url": house["url"],
        "link": _link(house, "agent"),
        "file": house["missing_file"],
        "pictures": str(tmp_path),
    }
    told = node(HERE / "house_story.mjs", given, seconds=180)
    text = {step["name"]: " ".join(step["text"].split()) for step in told["steps"]}
    assert "en retard" in text["late"].partition("À faire")[0]
    assert f"Attendu : {house['flow']}" in text["awaited"]
    assert "0 refusée. Tout est enregistré." in text["report"]
    assert f"De nouveau à jour : {house['flow']}" in text["report"]
    assert "en retard" not in text["green"].partition("À faire")[0]
    assert told["clicks"] <= 5
    assert [step["at"] for step in told["steps"]][::3] == ["/", "/"]
