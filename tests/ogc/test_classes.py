"""Each conformance class that is claimed, held to the abstract tests of its standard, on each side.

OGC 17-069r4, annex A (core, GeoJSON, OpenAPI 3.0, HTML), and OGC 18-058r1, annex A (CRS).
"""

import re
from collections.abc import Callable
from datetime import datetime
from html import unescape
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from pyproj import Transformer

from synergie.server.ogc import _documents
from tests.ogc.world import GEO, World

JSON = "application/json"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
CONF = "http://www.opengis.net/spec/ogcapi-features"


class Seen:
    """One side of `/ogc` as somebody reads it: anybody, an owner, a partner under an agreement."""

    def __init__(self, world: World, side: str) -> None:
        self.base = {"public": "/ogc", "own": "/ogc/own", "agreement": world.shared}[side]
        readers: dict[str, Callable[..., httpx2.Response]] = {
            "public": world.http.get,
            "own": world.owner.get,
            "agreement": world.partner.get,
        }
        self._read = readers[side]

    def get(self, path: str, status: int = 200, *, accept: str | None = None) -> httpx2.Response:
        """What is at *path* below the side, or at a link."""
        found = urlsplit(path)
        whole = f"{found.path}?{found.query}" if found.query else found.path
        headers = {} if accept is None else {"headers": {"Accept": accept}}
        answer = self._read(whole if found.scheme else f"{self.base}{path}", **headers)
        assert answer.status_code == status, answer.text
        return answer

    def collections(self) -> list[dict[str, Any]]:
        """Those that hold something."""
        told: list[dict[str, Any]] = self.get("/collections").json()["collections"]
        some = [one for one in told if self.items(one, "?limit=1").json()["features"]]
        assert some
        return some

    def items(self, one: dict[str, Any], query: str = "", status: int = 200) -> httpx2.Response:
        return self.get(f"/collections/{one['id']}/items{query}", status)


def links(answer: httpx2.Response | dict[str, Any]) -> dict[str, dict[str, Any]]:
    told = answer if isinstance(answer, dict) else answer.json()
    return {one["rel"]: one for one in told["links"]}


def pairs(geometry: Any) -> list[tuple[float, float]]:
    """The places of a geometry, whatever its kind."""
    if geometry is None:
        return []
    found: list[tuple[float, float]] = []
    stack = [geometry["coordinates"]]
    while stack:
        one = stack.pop()
        if isinstance(one[0], list):
            stack += one
        else:
            found.append((one[0], one[1]))
    return found


def core(side: Seen) -> None:
    landing = links(side.get(""))
    assert {"service-desc", "conformance", "data"} <= set(landing)
    assert side.get(landing["data"]["href"]).headers["content-type"] == JSON
    assert "self" in links(side.get("/collections"))
    for one in side.collections():
        assert one == side.get(f"/collections/{one['id']}").json()
        assert links(one)["items"]["type"] == GEO
        assert one["extent"].get("spatial", {"bbox": [True]})["bbox"][0]
        first = side.items(one, "?limit=1")
        told = first.json()
        assert told["numberReturned"] == len(told["features"]) == 1
        assert datetime.fromisoformat(told["timeStamp"]).tzinfo is not None
        assert links(first)["self"]["type"] == GEO
        assert ("next" in links(first)) == (told["numberMatched"] > 1)
        feature = told["features"][0]
        alone = side.get(f"/collections/{one['id']}/items/{feature['id']}")
        assert {"self", "collection"} <= set(links(alone))
        assert alone.json()["properties"] == feature["properties"]
        _filtered(side, one)
    side.get("/collections/none/items", 404)


def _filtered(side: Seen, one: dict[str, Any]) -> None:
    """A part by place and by time; what is asked wrong is 400."""
    if "spatial" not in one["extent"]:  # nothing of it stands anywhere
        assert side.items(one, "?bbox=-180,-90,180,90").json()["numberMatched"] == 0
        return
    west, south, east, north = one["extent"]["spatial"]["bbox"][0]
    inside = side.items(one, f"?bbox={west},{south},{east},{north}&limit=1000").json()
    placed = [f for f in side.items(one, "?limit=1000").json()["features"] if f["geometry"]]
    assert {f["id"] for f in placed} <= {f["id"] for f in inside["features"]}
    beyond = side.items(one, "?bbox=-60,-60,-59,-59").json()["features"]
    assert all(f["geometry"] is None for f in beyond)
    assert side.items(one, "?datetime=../..", 200).json()["numberMatched"] >= 1
    for wrong in ("?bbox=1,2,3", "?datetime=x", "?limit=0", "?unknown=1"):
        side.items(one, wrong, 400)


def geojson(side: Seen) -> None:
    for one in side.collections():
        answer = side.items(one, "?limit=1000")
        assert answer.headers["content-type"] == GEO
        told = answer.json()
        assert told["type"] == "FeatureCollection" and "crs" not in told
        for feature in told["features"]:
            assert feature["type"] == "Feature" and isinstance(feature["properties"], dict)
            assert isinstance(feature["id"], str) and "geometry" in feature
            for lon, lat in pairs(feature["geometry"]):
                assert 5 < lon < 8 and 47 < lat < 50  # longitude first (RFC 7946 §3.1.1)
            if feature["geometry"] and feature["geometry"]["type"] == "Polygon":
                (ring,) = feature["geometry"]["coordinates"]
                assert ring[0] == ring[-1] and turning(ring) > 0  # §3.1.6, counter-clockwise
        alone = side.get(f"/collections/{one['id']}/items/{told['features'][0]['id']}")
        assert alone.headers["content-type"] == GEO


def turning(ring: list[list[float]]) -> float:
    """Twice the area, positive when counter-clockwise."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))


def oas30(side: Seen) -> None:
    described = links(side.get(""))["service-desc"]
    assert described["type"] == "application/vnd.oai.openapi+json;version=3.0"
    answer = side.get(described["href"])
    assert answer.headers["content-type"] == described["type"]
    document = answer.json()
    from openapi_spec_validator import validate  # two seconds, of this test alone

    validate(document)
    assert document["openapi"].startswith("3.0.")
    some = side.collections()[0]
    feature = side.items(some, "?limit=1").json()["features"][0]["id"]
    for path, operations in document["paths"].items():
        filled = path.replace("{collectionId}", some["id"]).replace("{featureId}", feature)
        assert "{" not in filled
        got = side.get(filled)
        declared = operations["get"]["responses"]["200"]["content"]
        assert got.headers["content-type"].partition(";")[0] in {
            kind.partition(";")[0] for kind in declared
        }


def crs(side: Seen) -> None:
    for one in side.collections():
        assert CRS84 in one["crs"] and one["storageCrs"] in one["crs"]
        plain = side.items(one, "?limit=1000")
        assert plain.headers["content-crs"] == f"<{CRS84}>"
        places = {f["id"]: pairs(f["geometry"]) for f in plain.json()["features"]}
        for name in one["crs"]:
            there = side.items(one, f"?limit=1000&crs={name}")
            assert there.headers["content-crs"] == f"<{name}>"
            code = name.rpartition("/")[2]
            known = "OGC:CRS84" if name == CRS84 else f"EPSG:{code}"
            near, step = (1e-6, 0.01) if code in {"CRS84", "4326"} else (0.02, 1_000)
            turn = Transformer.from_crs("OGC:CRS84", known)
            for feature in there.json()["features"]:
                wanted = [turn.transform(*place) for place in places[feature["id"]]]
                for got, expected in zip(pairs(feature["geometry"]), wanted, strict=True):
                    assert got == pytest.approx(expected, abs=near)
            corner = [place for some in places.values() for place in some]
            if not corner:  # nothing of it stands anywhere
                continue
            (x0, y0), (x1, y1) = (
                turn.transform(*(pick(axis) for axis in zip(*corner, strict=True)))
                for pick in (min, max)
            )
            box = f"{x0 - step},{y0 - step},{x1 + step},{y1 + step}"
            found = side.items(one, f"?limit=1000&bbox-crs={name}&bbox={box}").json()
            assert {f["id"] for f in found["features"]} >= {k for k, v in places.items() if v}
        side.items(one, "?crs=http://www.opengis.net/def/crs/EPSG/0/9999", 400)
        side.items(one, "?bbox=1,2,3,4&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/9999", 400)


def html(side: Seen) -> None:
    """Each answer of 200 has an HTML form that holds what it says, and all its links (A.4)."""
    some = side.collections()[0]
    feature = side.items(some, "?limit=1").json()["features"][0]["id"]
    for path in side.get("/api").json()["paths"]:
        filled = path.replace("{collectionId}", some["id"]).replace("{featureId}", feature)
        told, page = side.get(filled), side.get(f"{filled}?f=html")
        assert page.headers["content-type"] == "text/html; charset=utf-8", path
        assert page.text.startswith("<!DOCTYPE html>")
        body = unescape(page.text.partition("<body>")[2])
        document = told.json()
        for one in document.get("links", []):
            shown = urlsplit(one["href"])._replace(query="").geturl()
            assert f'href="{shown}' in body, (path, one["rel"])
        for word in _words(document, path):
            assert word in body, (path, word)
        accepted = side.get(filled, accept=BROWSER)
        assert accepted.headers["content-type"] == "text/html; charset=utf-8", path


def _words(document: dict[str, Any], path: str) -> list[str]:
    """What a page must hold of a document, beside its links."""
    if path == "/api":
        return [*document["paths"], *document["components"]["parameters"]]
    found: list[str] = []
    stack: list[Any] = [{k: v for k, v in document.items() if k not in ("links", "geometry")}]
    while stack:
        match stack.pop():
            case dict() as one:
                stack += [v for k, v in one.items() if k not in ("links", "geometry", "type")]
            case list() as some:
                stack += some
            case str() as text if not MOMENT.fullmatch(text):
                found.append(text)
            case _:  # a number, which a page writes as its reader does
                pass
    return found


BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
MOMENT = re.compile(r"20\d\d-.*T.*Z")
"""A `timeStamp`, which a page says in words; an end of a period stands beside the other."""

CLASSES: dict[str, Callable[[Seen], None]] = {
    f"{CONF}-1/1.0/conf/core": core,
    f"{CONF}-1/1.0/conf/geojson": geojson,
    f"{CONF}-1/1.0/conf/oas30": oas30,
    f"{CONF}-2/1.0/conf/crs": crs,
}
SIDES = ("public", "own", "agreement")


PUBLIC = {_documents.HTML_CLASS: html}
"""What the public side promises besides."""


@pytest.mark.parametrize("side", SIDES)
def test_what_is_claimed_is_what_is_tested(world: World, side: str) -> None:
    told = Seen(world, side).get("/conformance").json()["conformsTo"]
    assert sorted(_documents.CONFORMANCE) == sorted(CLASSES)
    assert sorted(told) == sorted(CLASSES | PUBLIC if side == "public" else CLASSES)


def test_the_public_side_holds_its_pages(world: World) -> None:
    html(Seen(world, "public"))


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("name", CLASSES, ids=lambda name: name.rpartition("/")[2])
def test_each_class_that_is_claimed_holds(world: World, side: str, name: str) -> None:
    CLASSES[name](Seen(world, side))
