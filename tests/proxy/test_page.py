"""The relay's warning page in a real browser: accessible, silent, asking nothing elsewhere."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.browser.test_pages import FAULTS
from tests.components import node, node_packages, program
from tests.proxy.conftest import Relaying

pytestmark = pytest.mark.browser

BROWSER = Path(__file__).resolve().parents[1] / "browser"
ELSEWHERE = {"rules that had something to judge", "skip link"}
"""Judged of pages with a menu and tables; this one has neither."""


@pytest.fixture(scope="module")
def seen(relay: Relaying, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    node_packages(BROWSER)
    given = {
        "url": relay.home,
        "browser": program("chromium", "chromium-browser", "google-chrome"),
        "profile": str(tmp_path_factory.mktemp("profile")),
        "pictures": None,
    }
    found: dict[str, Any] = node(BROWSER / "look.mjs", given, seconds=180)
    return found


def test_the_page_is_accessible_and_silent(seen: dict[str, Any]) -> None:
    faults = {
        f"{kind}, {way}": wrong
        for way, view in seen.items()
        for kind, judge in FAULTS.items()
        if kind not in ELSEWHERE and (wrong := judge(view))
    }
    assert faults == {}, json.dumps(faults, ensure_ascii=False)[:4000]


def test_it_asks_the_relay_and_nobody_else(seen: dict[str, Any], relay: Relaying) -> None:
    asked = {address for view in seen.values() for address in view["requests"]}
    assert relay.home in asked
    assert {address for address in asked if not address.startswith(relay.home)} <= {
        f"http://{relay.address}/favicon.ico"
    }


def test_without_scripts_it_says_the_same(seen: dict[str, Any]) -> None:
    """But for the minute at which it was made, its last words: the relay has a clock of its own."""
    plain, scripted = (seen[way]["text"].split("Page faite le ") for way in ("no script", "narrow"))
    assert len(plain) == len(scripted) == 2
    assert plain[0] == scripted[0]
    assert plain[1].count("\n") == scripted[1].count("\n") == 0
