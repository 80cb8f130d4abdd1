"""The public side as pages for people: who is given one, what it holds, and what it may load."""

import re
from html import unescape

import httpx2
import pytest

from synergie.server.pages.visit import POLICY
from tests.ogc.world import SCRIPT, World

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
QGIS = "application/geo+json, application/json"
PATHS = ["", "/conformance", "/collections", "/collections/{open}", "/collections/{open}/items"]


def got(world: World, path: str, accept: str = BROWSER) -> httpx2.Response:
    """What a reader who accepts *accept* is given at *path*."""
    return world.http.get(f"/ogc{path.format(**world.ids)}", headers={"Accept": accept})


@pytest.mark.parametrize("path", PATHS)
def test_a_browser_is_given_a_page_that_loads_nothing_else(world: World, path: str) -> None:
    page = got(world, path)
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-security-policy"] == POLICY
    assert page.headers["cache-control"] == "no-store"
    assert "Accept" in page.headers["vary"].split(", ")
    assert page.text.count("<h1") == 1 and '<html lang="fr">' in page.text
    assert not re.search(r"<style|style=|<script(?! src)", page.text)
    assert SCRIPT not in page.text


@pytest.mark.parametrize(
    "accept",
    ["*/*", QGIS, "application/json", "application/json, text/html;q=0.9", "", "text/html;q=0",
     "text/html, application/geo+json", "text/html;q=0.4, */*;q=0.8",
     "text/html;q=0.5, application/*"],
)  # fmt: skip
@pytest.mark.parametrize("path", PATHS)
def test_a_program_is_given_json(world: World, path: str, accept: str) -> None:
    answer = got(world, path, accept)
    assert "json" in answer.headers["content-type"]
    assert answer.headers["cache-control"] == "public, max-age=60"
    assert "Accept" in answer.headers["vary"].split(", ")


def test_the_form_that_is_asked_for_goes_before_what_is_accepted(world: World) -> None:
    assert got(world, "/collections?f=json").headers["content-type"] == "application/json"
    assert "text/html" in got(world, "/collections?f=html", QGIS).headers["content-type"]
    assert got(world, "/collections?f=xml", QGIS).status_code == 400


def test_each_form_links_the_other(world: World) -> None:
    for path in [*PATHS, "/collections/{open}/items?limit=1"]:
        document = got(world, path, QGIS).json()
        if "links" not in document:
            continue
        (there,) = [one for one in document["links"] if one["type"] == "text/html" and
                    one["rel"] == "alternate"]  # fmt: skip
        page = world.http.get(there["href"])
        assert "text/html" in page.headers["content-type"]
        back = re.findall(r'<a rel="alternate" href="([^"]*f=json[^"]*)"', page.text)[-1]
        again = world.http.get(unescape(back), headers={"Accept": BROWSER}).json()
        assert again["links"] == document["links"]


@pytest.mark.parametrize("path", PATHS)
def test_each_link_of_a_page_gives_the_form_it_names(world: World, path: str) -> None:
    """Whatever the browser accepts; and no collection among others calls itself this page."""
    page = got(world, path)
    links = re.findall(r'<a rel="[^"]+" href="([^"]+)" type="([^"]+)"', page.text)
    assert len(links) > 1 or path == "/conformance"
    for href, kind in links:
        there = world.http.get(unescape(href), headers={"Accept": BROWSER})
        if there.url.host == world.http.base_url.host:
            assert there.headers["content-type"].partition(";")[0] == kind.partition(";")[0], href
    if path == "/collections":
        assert "cette page" not in page.text.partition("Liens de ce document")[0]


@pytest.mark.parametrize(
    ("accept", "form", "status"),
    [("application/json, text/html;q=0.1", "", 404), (BROWSER, "f=json", 404),
     (BROWSER, "f=json&colour=red", 400), (QGIS, "colour=red", 400)],
    ids=["liked better", "asked for", "asked for and wrong", "wrong"],
)  # fmt: skip
def test_an_error_comes_in_the_form_that_was_asked_for(
    world: World, accept: str, form: str, status: int
) -> None:
    answer = got(world, f"/collections/none?{form}", accept)
    assert (answer.status_code, answer.headers["content-type"]) == (
        status, "application/problem+json"
    )  # fmt: skip
    assert answer.json()["status"] == status
    assert "Accept" in answer.headers["vary"].split(", ")


def test_a_language_that_is_not_spoken_is_no_page(world: World) -> None:
    assert got(world, "/collections?lang=de", QGIS).json()["faults"][0]["where"] == "query lang"
    assert got(world, "/collections?lang=en", QGIS).status_code == 200
    assert world.owner.get("/ogc/own/collections?lang=fr").status_code == 400


def test_a_page_that_was_asked_for_is_given_for_an_error_too(world: World) -> None:
    for path, status in (("/collections/none?f=html", 404), ("/collections?f=html&x=1", 400)):
        answer = got(world, path, QGIS)
        assert answer.status_code == status
        assert answer.headers["content-type"].startswith("text/html")


def test_pages_of_features_are_turned_by_links(world: World) -> None:
    """Each shows one feature, and the last one leads nowhere further."""
    seen, here = [], "/ogc/collections/{open}/items?limit=1&lang=fr".format(**world.ids)
    while here:
        page = world.http.get(here, headers={"Accept": BROWSER})
        assert "1 sur cette page, 2 en tout." in unescape(page.text)
        seen += re.findall(r'<th scope="row" lang="fr"><a href="([^"]+)">', page.text)
        following = re.search(r'<a class="button quiet" rel="next" href="([^"]+)"', page.text)
        here = unescape(following[1]) if following else ""
    assert len(seen) == len(set(seen)) == 2
    one = world.http.get(unescape(seen[0]))
    assert "<h1" in one.text and "energy_kwh" in one.text
    assert "Polygon" in one.text or "sans place sur la carte" in one.text


def test_english_is_one_link_away_and_stays(world: World) -> None:
    page = got(world, "/collections?lang=en")
    assert '<html lang="en">' in page.text and "Links of this document" in page.text
    assert "lang=en" in page.headers["set-cookie"]
    world.http.cookies.delete("lang")


@pytest.mark.parametrize(
    ("path", "status"),
    [("/collections/none", 404), ("/nowhere", 404), ("/collections?colour=red", 400)],
)
def test_what_is_wrong_is_a_page_for_a_person(world: World, path: str, status: int) -> None:
    page = got(world, path)
    assert page.status_code == status
    assert "text/html" in page.headers["content-type"] and "<h1>" in page.text
    assert got(world, path, QGIS).headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("side", ["own", "agreement"])
def test_what_wants_a_token_has_no_pages(world: World, side: str) -> None:
    member, base = {"own": (world.owner, "/ogc/own"), "agreement": (world.partner, world.shared)}[
        side
    ]
    refused = member.get(f"{base}/collections?f=html")
    assert (refused.status_code, refused.json()["status"]) == (400, 400)
    accepted = member.get(f"{base}/collections", headers={"Accept": BROWSER})
    assert accepted.headers["content-type"] == "application/json"
    assert world.http.get(base, headers={"Accept": BROWSER}).status_code == 401
