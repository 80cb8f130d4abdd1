"""Every page of a house in a real browser, in every way it is looked at; and a story by clicks.

Account or none, French or English, with scripts or without, 1280 px or 320 px: each two of these
meet on each page, all of them when `SYNERGIE_TEST_EVERY_WAY` is set; one server and one browser.
Papers, and what axe leaves to a person, are kept in pytest's folder; pictures, for people alone,
are taken when `SYNERGIE_TEST_KEEP_PICTURES` names a folder.
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
from fastapi.routing import APIRoute

from synergie.server.pages import page_routers
from tests.browser.furnished import COORDINATOR, furnish, link
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
    rows = (f"9900000000{n:04d};{span};{n if n % 13 else '70W '};<b>x</b>\n" for n in range(1, 40))
    return f"PRM;Du;Au;Consommation (kWh);{column}\n{''.join(rows)}"


BILLS = _bills(_LAST, "Remarque")
"""Its profile has to be confirmed."""
OPEN = _bills(_LAST.replace(day=27), "Site")
"""It does not say whether a period ends with its last day."""

PAGES: dict[str, View] = {
    "home": {"path": "/", "dark": True},
    "home-technician": {"path": "/?pour=technicien", "as": "lead", "title": "home"},
    "morning": {"path": "/matin"},
    "sites": {"path": "/sites"},
    "sites-shared": {"path": "/sites?vue=partage"},
    "sites-view": {
        "path": "/sites?sort=-energie&columns=point,energie,etat&etat=late",
        "title": "sites",
    },
    "bills": {"path": "/sites?vue=factures"},
    "site": {"from": "sites", "link": "main a[href*='/sites/sit']"},
    "point": {"from": "sites", "link": "main a[href*='/sites/points/']"},
    "series": {"from": "point", "link": "main a[href*='/sites/series/']", "dark": True},
    "map": {"path": "/carte", "dark": True},
    "map-near": {"path": "/carte?bbox=6.11,48.76,6.13,48.78", "title": "map"},
    "map-cabinets": {"path": "/carte?quoi=cabinets", "title": "map"},
    "map-table": {"path": "/carte?vue=tableau&sort=-power_w", "dark": True},
    "agreements": {"path": "/accords"},
    "agreement": {"from": "/accords", "link": "main h3 a:text-is('Éclairer mieux')"},
    "agreement-revoke": {"from": "agreement", "link": "main a[href$='/revoquer']"},
    "agreement-suspend": {"from": "agreement", "link": "main a[href$='/suspendre']"},
    "agreement-change": {"from": "agreement", "link": "main a[href$='/modifier']"},
    "agreement-renew": {"from": "agreement", "link": "main a[href$='/renouveler']"},
    "agreement-waits": {"path": "/accords/{sign}"},
    "agreement-sign": {"path": "/accords/{sign}/accepter"},
    "agreement-new": {"path": "/accords/nouveau"},
    "agreement-key": {"path": "/accords/cle"},
    "need-asked": {"from": "/accords", "link": "main a[href*='/accords/besoins/']"},
    "study-shared": {"path": "/scenarios/{study}", "title": "study"},
    "plans": {"path": "/plans"},
    "scenarios": {"path": "/scenarios"},
    "question": {"drop": {"name": "question.csv", "text": OPEN}},
    "report": {"drop": {"name": "factures.csv", "text": BILLS, "done": True, "answers": []}},
    "deposit": {"path": "/depot?flux=enedis-r50"},
    "undo": {"from": "report", "link": "main a[href$='/annuler']"},
    "journal": {"path": "/journal"},
    "sittings": {"path": "/mes-sessions"},
    "views": {"path": "/vues"},
    "accounts": {"path": "/comptes"},
    "account": {"from": "accounts", "link": "main a[href*='/comptes/']"},
    "publications": {"path": "/publications"},
    "embeds": {"path": "/figures"},
    "publication": {"path": "/publications/{dataset}"},
    "publication-end": {"path": "/publications/{dataset}/terminer"},
    "publication-new": {"path": "/publications/nouvelle"},
    "publication-seen": {"path": "/publications/apercu?{query}"},
    "publication-sign": {"path": "/publications/signature?{query}"},
    "publication-names": {"path": "/publications/accords"},
    "plan": {"path": "/plans/{campaign}", "as": "lead"},
    "plan-data": {"path": "/plans/{campaign}/donnees", "as": "lead"},
    "plan-sheet": {"path": "/plans/{campaign}/feuille", "as": "lead"},
    "plan-report": {"from": "plan", "link": "main a[href*='/plan_']", "as": "lead"},
    "plan-compared": {
        "path": "/plans/{toured}/{planned}?avec={fewer}",
        "title": "plan-report",
        "as": "lead",
    },
    "plan-part": {"from": "plan-report", "link": "main a[href*='vue=part']", "as": "lead"},
    "plan-decide": {"from": "plan", "link": "main a[href*='/decider']", "as": "lead"},
    "market": {"path": "/plans/{bought}/marche", "as": "lead"},
    "alerts": {"path": "/alertes", "as": "lead"},
    "alert": {"path": "/alertes/{alert}", "as": "lead"},
    "contracts": {"path": "/contrats", "as": "lead"},
    "contract": {"from": "contracts", "link": "main th a:text-matches('éclairage$')", "as": "lead"},
    "statement": {"from": "contract", "link": "main th a[href*='/sta_']", "as": "lead"},
    "contract-sign": {"path": "/contrats/{contract}/signer", "as": "lead"},
    "budget": {"path": "/budget?annee={budget}", "as": "lead", "dark": True},
    "budget-unknown": {"path": "/budget?annee=2001", "as": "lead"},
    "budget-next": {"path": "/budget/prevision", "as": "lead"},
    "rounds": {"from": "/plans/{toured}", "link": "main a[href*='/tournees/']", "as": "lead"},
    "study": {"path": "/scenarios/{study}", "as": "lead"},
    "study-sheet": {"path": "/scenarios/{study}/feuille", "as": "lead"},
    "comparison": {"from": "study", "link": "main a[href*='/lcp_']", "as": "lead"},
    "comparison-part": {"from": "comparison", "link": "main a[href*='vue=part']", "as": "lead"},
    "comparison-decide": {"from": "comparison", "link": "main a[href*='/decider']", "as": "lead"},
    "consultation": {"from": "study", "link": "main a[href*='/consultations/']", "as": "lead"},
    "closed": {"path": "/comptes", "as": "lead", "status": 403},
    "public": {"path": "/public", "public": True},
    "public-data": {"path": "/public/donnees/{dataset}", "public": True},
    "map-service": {"path": "/ogc", "public": True},
    "map-conformance": {"path": "/ogc/conformance", "public": True},
    "map-api": {"path": "/ogc/api", "public": True},
    "map-collections": {"path": "/ogc/collections", "public": True},
    "map-collection": {
        "from": "map-collections",
        "link": "main h2 a[href*='/ogc/collections/']",
        "public": True,
    },
    "map-columns": {
        "from": "map-collection",
        "link": "main a[href*='/schema?']",
        "public": True,
    },
    "map-features": {"from": "map-collection", "link": "main a[href*='/items?']", "public": True},
    "map-feature": {"from": "map-features", "link": "main th a", "public": True, "dark": True},
    "policy": {"path": "/public/politique", "public": True},
    "proof": {"path": "/public/preuve", "public": True},
    "catalogue": {"path": "/catalogue", "public": True},
    "need": {"path": "/besoin", "public": True},
    "need-received": {"path": "/besoin?recu=oui", "public": True},
    "enter": {"path": "/entrer", "public": True},
    "link": {"path": "{link}", "public": True},
    "link-spent": {"path": "/entrer/lien?jeton=faux", "public": True, "title": "link"},
    "week-end": {"path": "/semaine/arret", "public": True},
    "help": {"path": "/aide", "public": True},
    "accessibility": {"path": "/accessibilite", "public": True},
    "nowhere": {"path": "/nulle-part", "public": True, "status": 404},
    "need-refused": {
        "post": "/besoin",
        "public": True,
        "status": 409,
        "without": 422,
        "title": "session-ended",
    },
    "too-large": {"post": "/besoin", "size": 3_000_000, "public": True, "status": 413},
    "session-ended": {"post": "/comptes", "public": True, "nobody": True, "status": 409},
}
"""Name → its address, or the page and the link that lead to it, or a file or a form that makes it.

`as`: who looks, the keeper of accounts unless another is named; `status`: of an error, `without`
an account another one; `title`: the page whose title it bears too, being a view of it; `nobody`:
its picture is of who has no account.
"""

EVERY = "SYNERGIE_TEST_EVERY_WAY"
"""Set in the environment: all eight ways of language, scripts and width instead of four."""
KEPT = "SYNERGIE_TEST_KEEP_PICTURES"
"""Set in the environment: the folder where pictures and papers are kept."""
SKIP = ["Aller au contenu", "#contenu", True]
"""What Tab meets first: its words, where it leads, whether it is seen."""
REFUSED = 400


def _status(view: View) -> int:
    """What the page answers with."""
    page = PAGES[view["page"]]
    if "without" in page and not view["account"]:
        return int(page["without"])
    if not view["account"] and not page.get("public"):
        return 200
    return int(page.get("status", 200))


def _messages(view: View) -> list[str]:
    """Messages of the console, but that the page itself is refused where it must be."""
    status = _status(view)
    told = f"status of {status}" if status >= REFUSED else None
    return [one for one in view["messages"] if told is None or told not in one]


FAULTS: dict[str, Callable[[View], Any]] = {
    "status": lambda view: view["status"] if view["status"] != _status(view) else None,
    "language": lambda view: view["page"] and view["lang"] != view["asked"],
    "title": lambda view: not view["title"],
    "headings": lambda view: view["h1"] if len(view["h1"]) != 1 else None,
    "scrolls sideways": lambda view: max(0, view["over"]),
    "header of a telephone": lambda view: view["width"] == 320 and max(0, view["head"] - 56),
    "regions out of the keyboard's reach": lambda view: view["regions"],
    "console": _messages,
    "refused by the policy": lambda view: view["refused"],
    "requests elsewhere": lambda view: view["away"],
    "style or script in the page": lambda view: 0 if view["script"] else view["inline"],
    "accessibility": lambda view: view["axe"]["violations"],
    "rules that had something to judge": lambda view: view["axe"]["passes"] < 20,
    "left to a person, and looked at by none": lambda view: [
        one for one in view["axe"]["incomplete"] if one[0] not in REVIEWED
    ],
    "accessibility in the dark": lambda view: view.get("dark", {}).get("violations"),
    "accessibility in forced colours": lambda view: view.get("forced", {}).get("violations"),
    "out of the keyboard's reach": lambda view: view.get("tab", {}).get("missed"),
    "focus that is not seen": lambda view: view.get("tab", {}).get("unlit"),
    "focus out of sight": lambda view: view.get("tab", {}).get("unseen"),
    "met twice by Tab": lambda view: view.get("tab", {}).get("twice"),
    "met out of order by Tab": lambda view: view.get("tab", {}).get("disordered"),
    "skip link": lambda view: view.get("tab") and view["tab"]["first"] != SKIP,
    "skip link that does not skip": lambda view: view.get("skip") is False,
    "print": lambda view: view.get("print") and not _printed(view["print"]),
    "beyond the sheet": lambda view: view.get("print", {}).get("beyond"),
    "cut on the sheet": lambda view: view.get("print", {}).get("cut"),
    "sheet without its date": lambda view: view.get("print") and not view["print"]["dated"],
}
"""Name → what is wrong of that kind; nothing, if it is false."""

REVIEWED: dict[str, str] = {
    "color-contrast: elmPartiallyObscuring": "a box that scrolls or a code that wraps, in a frame",
    "color-contrast: elmPartiallyObscured": "the part of a table that its frame scrolls to",
    "color-contrast: imgNode": "ink on the paper of a drawing: see the ratios of the palette",
    "color-contrast: bgOverlap": "panes of the map beyond its frame, which cuts them; a drawing",
    "color-contrast: shortTextContent": "a figure or a dash, in the ink of the page",
    "color-contrast: nonBmp": "a mark beside its word, hidden from readers",
    "label-content-name-mismatch: label-content-name-mismatch": "the map's + and −, with a name",
}
"""What axe leaves to a person, by kind → why it was found right when it was looked at."""


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


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of pictures and papers."""
    if place := os.environ.get(KEPT):
        Path(place).mkdir(parents=True, exist_ok=True)
        return Path(place)
    return tmp_path_factory.mktemp("images")


@pytest.fixture(scope="module")
def views(house: dict[str, Any], kept: Path) -> list[View]:
    """Every page, in every way."""
    places = furnish(house)
    given = {
        "browser": program("chromium", "chromium-browser", "google-chrome"),
        "url": house["url"],
        "links": {"keeper": link(house, "keeper"), "lead": link(house, "signer", COORDINATOR)},
        "pictures": str(kept) if os.environ.get(KEPT) else None,
        "papers": str(kept),
        "log": str(kept / "views.jsonl"),
        "every": bool(os.environ.get(EVERY)),
        "pages": [_spec(name, page, places) for name, page in PAGES.items()],
    }
    told = node(HERE / "house.mjs", given, seconds=7200)
    assert told["absent"] == [], "pages that no link leads to"
    left = {view["way"]: view["axe"]["incomplete"] for view in told["views"]}
    (kept / "left-to-a-person.json").write_text(json.dumps(left, indent=1), encoding="utf-8")
    n, seconds = len(told["views"]), told["seconds"]
    summary = f"{n} ways of looking at {len(PAGES)} pages in {seconds:.0f} s\n"
    (kept / "summary.txt").write_text(summary, encoding="utf-8")
    sys.stdout.write(summary)
    found: list[View] = told["views"]
    return found


def _spec(name: str, page: View, places: dict[str, str]) -> View:
    """A page as the browser is told of it."""
    found = {"name": name, "as": "keeper", **page}
    for field in ("path", "from"):
        if field in page:
            found[field] = page[field].format_map(places)
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
            if view["account"] and view["lang"] == lang and "title" not in PAGES[view["page"]]
        }
        same = {one: n for one, n in Counter(titles.values()).items() if n > 1}
        assert same == {}, lang


FILES = {
    "/pages/{name:path}": "a style, a script or a picture",
    "/figures/{embed}.svg": "an image",
    "/figures/{embed}.html": "a frame of another site",
    "/matin.txt": "text for an e-mail",
    "/matin.ics": "a calendar",
    "/agenda/{secret}.ics": "a calendar",
    "/sites/series/{series_id}.csv": "a table",
    "/depot/{name}/etat": "what the script of the deposit asks",
    "/depot/{name}/refus.{kind}": "a file to send back",
    "/depot/{name}/recu.jws": "a receipt to verify",
    "/alertes/alertes.csv": "a table of alerts",
    "/budget/feuille.{form}": "a workbook",
    "/contrats/{document}/fichier.json": "what both sign, to compute it again",
    "/contrats/{document}/points.csv": "a table of points",
    "/carte/points": "what the script of the map asks",
    "/carte/communes.geojson": "what the script of the map asks",
    "/carte/points-lumineux.gpkg": "a GeoPackage",
    "/journal/tete.jws": "a signed head",
    "/journal/{seq}/preuve.json": "a proof",
    "/accords/{agreement_id}/accord.json": "the file that is signed",
    "/accords/{agreement_id}/document.html": "a document to file, without a menu",
    "/accords/{agreement_id}/document.pdf": "the same on paper",
    "/plans/{item}/tournees/{rounds}/{name}": "a calendar",
    "/plans/{item}/{plan}/fichiers/{name}": "a report, a workbook or JSON",
    "/scenarios/{study}/{comparison}/fichiers/{name}": "a report, a workbook or JSON",
    "/scenarios/{study}/consultations/{consultation}/{name}": "a form (`test_consultation.py`)",
    "/publications/a-signer.json": "the file that is signed",
    "/public/preuve/tete.jws": "a signed head",
    "/public/politique.md": "the deliberation, to edit",
    "/public/donnees/{dataset_id}/{name}": "an open file",
    "/public/donnees/{dataset_id}/{period}/{version}/{name}": "an open file",
    "/catalog.jsonld": "a catalogue for programs",
    "/sandbox": "open where the server is a public sandbox only (`test_public_sandbox.py`)",
}
"""Routes of the pages' routers that are no page of this house, and what they are."""


def test_every_route_of_a_page_is_looked_at_or_a_file(views: list[View]) -> None:
    routes = [
        route
        for router in page_routers()
        for route in router.routes
        if isinstance(route, APIRoute) and "GET" in (route.methods or ())
    ]
    seen = {_route(routes, view["at"]) for view in views if view["status"] < REFUSED}
    assert seen - {None} == {route.path for route in routes} - FILES.keys()


def _route(routes: list[APIRoute], path: str) -> str | None:
    """The route that answers at *path*."""
    return next((one.path for one in routes if one.path_regex.match(path)), None)


def test_without_an_account_a_page_of_the_house_is_the_way_in(views: list[View]) -> None:
    outside = [view for view in views if not view["account"]]
    for view in outside:
        public = PAGES[view["page"]].get("public")
        assert public or view["at"] == "/entrer", view["way"]


@pytest.fixture(scope="module")
def agent() -> list[View]:
    """The cookies of the agent: a link logs in once."""
    return []


@pytest.mark.parametrize("hand", ["mouse", "keys"])
def test_a_late_flow_turns_green_by_hand(
    house: dict[str, Any], agent: list[View], hand: str, tmp_path: Path
) -> None:
    given = {
        "browser": program("chromium", "chromium-browser", "google-chrome"),
        "url": house["url"],
        "link": None if agent else link(house, "agent"),
        "cookies": agent,
        "file": house["missing_file"],
        "keys": hand == "keys",
        "pictures": str(tmp_path),
    }
    told = node(HERE / "house_story.mjs", given, seconds=180)
    agent[:] = told["cookies"]
    text = {step["name"]: " ".join(step["text"].split()) for step in told["steps"]}
    label = "Mesures en retard"  # of the card, however many there are
    first = {name: one.partition("À faire")[0].replace(label, "") for name, one in text.items()}
    assert "en retard" in first["late"]
    assert f"Attendu : {house['flow']}" in text["awaited"]
    assert "0 refusée. Tout est enregistré." in text["report"]
    assert f"De nouveau à jour : {house['flow']}" in text["report"]
    assert "en retard" not in first["green"]
    assert "en retard" in first["undone"]
    assert told["gestures"] <= 5
    assert [step["at"] for step in told["steps"]][::3] == ["/", "/"]
