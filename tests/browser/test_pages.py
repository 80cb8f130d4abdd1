"""The pages that people see, in a real browser: accessible, silent, and asking nothing elsewhere.

Each page is looked at wide, narrow (320 px: 400 % of 1280), dark and without scripts.
"""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from synergie.errors import Overloaded, StorageFull, TooManyRequests
from synergie.maintenance.reports.note import member_notes
from synergie.maintenance.reports.report import maintenance_document
from synergie.maintenance.reports.sheets import day_sheets, work_sheets
from synergie.policy import Principal
from synergie.policy.trust.decide import permit_party
from synergie.purchase.plan.award.view import member_view
from synergie.purchase.reports.brief import purchase_document
from synergie.purchase.reports.note import note_document
from synergie.reports.document import Document
from synergie.reports.page import html
from synergie.schemas.assets.site import SiteRecord
from synergie.schemas.trust.agreement import Period, Selector, Terms
from synergie.server.quota import Quotas
from synergie.testing import server
from tests.components import node, node_packages, program
from tests.plan.test_purchase_view import MANY
from tests.reports.maintained import kept
from tests.reports.purchases import NOW, bought
from tests.reports.test_purchase_note import FRAME, view_of

pytestmark = pytest.mark.browser

HERE = Path(__file__).parent
ADDRESSES = ("http:", "https:", "ws:", "wss:", "file:", "ftp:")

type View = dict[str, Any]
"""What `look.mjs` found in one way of looking."""

FAULTS: dict[str, Callable[[View], Any]] = {
    "language": lambda view: None if view["lang"] == "fr" else view["lang"] or "none",
    "title": lambda view: None if view["title"] else "none",
    "headings": lambda view: None if len(view["h1"]) == 1 else view["h1"],
    "scrolls sideways": lambda view: max(0, view["needs"] - view["width"]),
    "regions out of the keyboard's reach": lambda view: view["hidden"],
    "texts cut by their drawing": lambda view: view["cut"],
    "messages": lambda view: view["messages"],
    "refused by the policy": lambda view: view["refused"],
    "cookies": lambda view: view["cookies"],
    "accessibility": lambda view: view["axe"] and view["axe"]["violations"],
    "left to a person": lambda view: view["axe"] and _unknown(view["axe"]["incomplete"]),
    "rules that had something to judge": lambda view: view["axe"] and view["axe"]["passes"] < 30,
    "skip link": lambda view: view["tab"] and not _skips(view["tab"]),
    "print": lambda view: view["print"] and not _printed(view["print"]),
}
"""Name → what is wrong of that kind; nothing, if it is false."""


def _unknown(incomplete: list[str]) -> list[str]:
    """What axe cannot judge, but contrast: texts on drawings, whose palette has its own test."""
    return [rule for rule in incomplete if rule != "color-contrast"]


def _skips(tab: View) -> bool:
    return (tab["name"], tab["href"][:1], tab["shown"]) == ("Aller au contenu", "#", True)


def _printed(pdf: View) -> bool:
    return (pdf["begins"], pdf["tagged"]) == ("%PDF-", True) and bool(pdf["pages"])


def _faults(ways: dict[str, View], origin: str) -> dict[str, Any]:
    """What is wrong, by kind and way of looking."""
    found = {
        f"{kind}, {way}": wrong
        for way, view in ways.items()
        for kind, finds in FAULTS.items()
        if (wrong := finds(view))
    }
    for way, view in ways.items():
        away = [url for url in view["requests"] if not url.startswith((origin, "data:"))]
        if away or not view["requests"]:
            found[f"requests, {way}"] = away or "none"
    if ways["no script"]["text"] != ways["narrow"]["text"]:
        found["text without scripts"] = ways["no script"]["text"][:500]
    return found


@pytest.fixture
def look(tmp_path: Path) -> Callable[[str], dict[str, View]]:
    """Look at an address, in every way."""
    node_packages(HERE)
    browser = program("chromium", "chromium-browser", "google-chrome")
    given = {"browser": browser, "profile": str(tmp_path / "profile")}
    return lambda url: node(HERE / "look.mjs", given | {"url": url}, seconds=180)


@pytest.fixture
def documentation() -> Iterator[tuple[str, str]]:
    """Address of the page of the interface on a real server, and where it may ask."""
    with server() as running:
        yield f"{running.url}/docs", f"{running.url}/"


@pytest.fixture
def report(tmp_path: Path) -> tuple[str, str]:
    """Address of the demonstration's report, and where it may ask: itself."""
    line = [sys.executable, "-m", "synergie", "demo", "--fast", "--json"]
    done = subprocess.run(
        [*line, "--dir", str(tmp_path / "demo")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    url = Path(json.loads(done.stdout)["report"]).resolve().as_uri()
    return url, url


@pytest.fixture
def agreement(tmp_path: Path) -> tuple[str, str]:
    """Address of an agreement to print and sign, saved as a file, and where it may ask: itself."""
    with server() as running:
        owner, partner = running.client("org-one"), running.client("org-two")
        site = SiteRecord(external_id="S1", name="École", kind="building", provenance="synthetic")
        now = running.now()
        terms = Terms(
            owner="org-one", recipient="org-two", title="Suivi de l'énergie des écoles",
            datasets=("consumption", "assets"), granularity="month", purpose="energy_monitoring",
            selector=Selector(sites=(owner.publish_sites([site]).items[0].id,)),
            legal_basis="public_task", legal_reference="code de l'énergie, L.111-73",
            data_period=Period(start=now), valid_from=now, valid_until=now + timedelta(days=365),
            retention_days=365,
        )  # fmt: skip
        made = partner.accept(owner.propose(owner.draft(terms).id).id)
        page = tmp_path / "accord.html"
        page.write_text(partner.papers.html(made.id), encoding="utf-8")
    return page.as_uri(), page.as_uri()


@pytest.fixture
def purchase(tmp_path: Path) -> tuple[str, str]:
    """Address of the report of a purchase, and where it may ask: itself."""
    page = tmp_path / "rapport.html"
    page.write_text(html(purchase_document(bought())), encoding="utf-8")
    return page.as_uri(), page.as_uri()


@pytest.fixture
def note(tmp_path: Path) -> tuple[str, str]:
    """Address of the note of a member, and where it may ask: itself."""
    page = tmp_path / "note.html"
    page.write_text(html(note_document(view_of(MANY), FRAME)), encoding="utf-8")
    return page.as_uri(), page.as_uri()


@pytest.fixture
def maintenance(tmp_path: Path) -> tuple[str, str]:
    """Address of the report of a joint maintenance, and where it may ask: itself."""
    return _saved(tmp_path, html(maintenance_document(kept())))


@pytest.fixture
def body(tmp_path: Path) -> tuple[str, str]:
    """Address of the note of a body of a joint maintenance, and where it may ask: itself."""
    return _saved(tmp_path, html(member_notes(kept())["sde"]))


@pytest.fixture
def sheet(tmp_path: Path) -> tuple[str, str]:
    """Address of the work sheet of a crew, and where it may ask: itself."""
    return _saved(tmp_path, next(iter(work_sheets(kept()).values())))


@pytest.fixture
def sheets(tmp_path: Path) -> tuple[str, str]:
    """Address of the sheets of all crews of a day, and where it may ask: itself."""
    return _saved(tmp_path, next(iter(day_sheets(kept()).values())))


def _saved(folder: Path, text: str) -> tuple[str, str]:
    page = folder / "page.html"
    page.write_text(text, encoding="utf-8")
    return page.as_uri(), page.as_uri()


@pytest.mark.parametrize(
    "page",
    [
        "documentation",
        "report",
        "agreement",
        "purchase",
        "note",
        "maintenance",
        "body",
        "sheet",
        "sheets",
    ],
)
def test_nothing_is_wrong_with(
    page: str, request: pytest.FixtureRequest, look: Callable[[str], dict[str, View]]
) -> None:
    url, origin = request.getfixturevalue(page)
    ways = look(url)
    assert _faults(ways, origin) == {}
    assert len(ways["no script"]["text"]) > 2_000


@pytest.mark.parametrize(
    ("error", "status"),
    [(TooManyRequests(90.0), 429), (Overloaded(2.0), 503), (StorageFull(60.0), 507)],
    ids=["429", "503", "507"],
)
def test_a_refusal_that_passes_is_a_calm_page(
    error: Exception,
    status: int,
    look: Callable[[str], dict[str, View]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It says in words when to come back, and leads back to the page that was asked for."""

    def refused(*_: object) -> None:
        raise error

    monkeypatch.setattr(Quotas, "read", refused)
    with server() as running:
        running.app.state.now = lambda: NOW  # looks a minute apart are alike
        url = f"{running.url}/public?x=1"
        ways = look(url)
    told = f"status of {status}"
    heard = [one for view in ways.values() for one in view["messages"]]
    assert all(told in one for one in heard)
    calm = {way: view | {"messages": []} for way, view in ways.items()}
    found = _faults(calm, f"{running.url}/")
    assert {k: v for k, v in found.items() if not k.startswith("rules that had")} == {}
    for view in ways.values():
        assert "Réessayez dans" in view["text"] and "Rien n’a été perdu." in view["text"]
        assert "Réessayer" in view["text"]
        assert "mardi 24 novembre 2026 à 10 h 00" in " ".join(view["text"].split())


def _member_of_most_lots() -> Document:
    """The note of the member that buys in the most lots of the demonstration."""
    brief = bought()
    lots = Counter(place.member for place in brief.plan.places)
    member, many = lots.most_common(1)[0]
    assert many >= 4
    principal = Principal(client_id="c", organisation=member, scopes=frozenset())
    permit = permit_party(principal, action="read", now=NOW)
    view = member_view(brief.problem, brief.plan, member, permit)
    return note_document(view, replace(FRAME, name=brief.member(member), banner="Tout est fictif."))


@pytest.mark.parametrize("kind", ["purchase", "note", "note of most lots"])
def test_the_answers_of_a_purchase_print_on_one_page(
    kind: str, look: Callable[[str], dict[str, View]], tmp_path: Path
) -> None:
    make: dict[str, Callable[[], Document]] = {
        "purchase": lambda: purchase_document(bought()),
        "note": lambda: note_document(view_of(MANY), FRAME),
        "note of most lots": _member_of_most_lots,
    }
    whole = make[kind]()
    pages = []
    for sections in (whole.sections[:1], whole.sections):
        page = tmp_path / f"{len(sections)}.html"
        page.write_text(html(replace(whole, sections=sections)), encoding="utf-8")
        pages.append(look(page.as_uri())["wide"]["print"]["pages"])
    assert pages[0] == 1
    assert pages[1] > 1


A4 = (595, 842)
"""Points."""


@pytest.mark.parametrize(("page", "least", "most"), [("sheet", 2, 6), ("sheets", 6, 15)])
def test_work_sheets_print_large_in_black_on_a4(
    page: str,
    least: int,
    most: int,
    request: pytest.FixtureRequest,
    look: Callable[[str], dict[str, View]],
) -> None:
    told = look(request.getfixturevalue(page)[0])["wide"]["print"]
    assert told["smallest"] >= 12
    assert told["inks"] == []
    assert least <= told["pages"] <= most
    assert told["boxes"]
    for box in told["boxes"]:
        *_, wide, tall = box.strip("]").split("[")[1].split()
        assert (float(wide), float(tall)) == pytest.approx(A4, abs=1.5)


@pytest.mark.parametrize("kind", ["maintenance", "body"])
def test_the_answers_of_a_maintenance_print_on_one_page(
    kind: str, look: Callable[[str], dict[str, View]], tmp_path: Path
) -> None:
    whole = {"maintenance": maintenance_document(kept()), "body": member_notes(kept())["sde"]}[kind]
    first = _saved(tmp_path, html(replace(whole, sections=whole.sections[:1])))
    assert look(first[0])["wide"]["print"]["pages"] == 1


PLANTED = """<!doctype html><html><head><meta http-equiv="Content-Security-Policy"
content="script-src 'none'"><meta name="viewport" content="width=device-width"></head><body>
<a href="nowhere">Là</a><h1>Un</h1><h1>Deux</h1><p style="color:#ccc;background:#fff">pâle</p>
<div class="wide">un tableau</div><div style="width:2000px;height:1px;background:#000"></div>
<svg width="40" height="20"><text x="-9" y="12">coupé</text></svg>
<script>alert(1)</script><img src="http://127.0.0.2:59999/dehors.png"></body></html>"""


def test_each_check_finds_what_is_planted_for_it(
    look: Callable[[str], dict[str, View]], tmp_path: Path
) -> None:
    page = tmp_path / "planted.html"
    page.write_text(PLANTED, encoding="utf-8")
    found = _faults(look(page.as_uri()), page.as_uri())
    assert {kind.partition(",")[0] for kind in found} >= {
        "accessibility",
        "headings",
        "language",
        "messages",
        "refused by the policy",
        "regions out of the keyboard's reach",
        "requests",
        "scrolls sideways",
        "skip link",
        "texts cut by their drawing",
        "title",
    }, found
    rules = {one["rule"] for one in found["accessibility, wide"]}
    assert {"color-contrast", "html-has-lang", "image-alt"} <= rules
