"""`/ogc` without a token: published sums, each on the outline of its commune, for any page."""

import json
from typing import Any

import pytest

from tests.ogc.world import CANARY, GEO, OUTLINE, SCRIPT, World, turned

L93 = "http://www.opengis.net/def/crs/EPSG/0/2154"
PATHS = ("/ogc", "/ogc/", "/ogc/api", "/ogc/conformance", "/ogc/collections")


def items(world: World, query: str = "") -> str:
    return f"/ogc/collections/{world.ids['open']}/items{query}"


@pytest.mark.parametrize("path", PATHS)
def test_any_page_may_read_it_without_a_token(world: World, path: str) -> None:
    answer = world.http.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cache-control"] == "public, max-age=60"
    same = world.http.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")


def test_the_landing_page_has_what_qgis_wants(world: World) -> None:
    links = {one["rel"]: one for one in world.http.get("/ogc").json()["links"]}
    assert set(links) == {
        "self", "alternate", "service-desc", "service-doc", "conformance", "data",
    }  # fmt: skip
    assert links["service-desc"]["type"] == "application/vnd.oai.openapi+json;version=3.0"
    for rel in ("self", "service-desc", "conformance", "data"):
        path = links[rel]["href"].removeprefix("https://partners.example")
        answer = world.http.get(path[path.index("/ogc") :])
        assert answer.status_code == 200
        assert answer.headers["content-type"] == links[rel]["type"]


def test_its_openapi_document_is_one(world: World) -> None:
    for answer in (world.http.get("/ogc/api"), world.owner.get("/ogc/own/api")):
        document = answer.json()
        from openapi_spec_validator import validate  # two seconds, of this test alone

        validate(document)
        assert document["openapi"].startswith("3.0")
    ids = world.http.get("/ogc/api").json()["components"]["parameters"]["collectionId"]
    assert ids["schema"]["enum"] == [world.ids["open"]]


def test_a_collection_says_source_licence_and_age(world: World) -> None:
    (told,) = world.http.get("/ogc/collections").json()["collections"]
    assert told == world.http.get(f"/ogc/collections/{world.ids['open']}").json()
    assert told["license"] == "Licence Ouverte 2.0"
    assert "license" in {one["rel"] for one in told["links"]}
    assert "Données jusqu'au 01/02/2025 (exclu)" in told["description"]
    assert "org-open" in told["description"]
    assert told["extent"]["spatial"]["bbox"] == [[6.10, 48.75, 6.16, 48.80]]
    start, end = told["extent"]["temporal"]["interval"][0]
    assert (start, end) == ("2024-12-31T23:00:00Z", "2025-01-31T23:00:00Z")


def test_cells_stand_on_the_outline_of_their_commune(world: World) -> None:
    answer = world.http.get(items(world))
    assert answer.headers["content-type"] == GEO
    told = answer.json()
    assert told["numberMatched"] == told["numberReturned"] == len(told["features"]) == 2
    assert told["timeStamp"] == world.furnished.place.clock.now.strftime("%Y-%m-%dT%H:%M:%SZ")
    first, second = told["features"]
    assert first["geometry"] == {"type": "Polygon", "coordinates": OUTLINE}
    assert first["properties"]["energy_kwh"] == 744.0
    assert b'"energy_kwh":744.0' in answer.content
    assert first["properties"]["name"] == SCRIPT
    assert SCRIPT.encode() not in answer.content
    assert second["properties"]["category"] == "éclairage et bâtiments publics"
    assert set(first["properties"]) <= set(columns(world))


def columns(world: World) -> dict[str, Any]:
    answer = world.http.get(f"/ogc/collections/{world.ids['open']}/schema")
    assert answer.headers["content-type"] == "application/schema+json"
    told: dict[str, Any] = answer.json()["properties"]
    assert all(one.get("description") for name, one in told.items() if name != "geometry")
    return told


def test_one_cell_of_one_period(world: World) -> None:
    for feature in world.http.get(items(world)).json()["features"]:
        answer = world.http.get(items(world, f"/{feature['id']}"))
        assert answer.json()["properties"] == feature["properties"]
        assert turned(answer, "collection") == f"/ogc/collections/{world.ids['open']}"


def test_pages_turn_both_ways(world: World) -> None:
    whole = [one["id"] for one in world.http.get(items(world)).json()["features"]]
    first = world.http.get(items(world, "?limit=1"))
    assert turned(first, "prev") is None
    second = world.http.get(str(turned(first, "next")))
    assert turned(second, "next") is None
    assert [one.json()["features"][0]["id"] for one in (first, second)] == whole
    back = world.http.get(str(turned(second, "prev")))
    assert back.json()["features"] == first.json()["features"]


@pytest.mark.parametrize(
    ("query", "n"),
    [
        ("bbox=6.12,48.77,6.13,48.78", 2),
        ("bbox=6.12,48.77,-100,6.13,48.78,500", 2),
        ("bbox=6.17,48.77,6.2,48.78", 0),
        ("bbox=170,-10,6.11,60", 2),
        ("bbox=170,-10,-170,60", 0),
        ("datetime=2025-01-15", 2),
        ("datetime=2025-01-15T10:00:00Z", 2),
        ("datetime=2024-01-01/2024-12-30", 0),
        ("datetime=../2025-01-01T00:00:00Z", 2),
        ("datetime=2025-02-01T00:00:00Z/..", 0),
        (f"bbox-crs={L93}&bbox=900000,6800000,940000,6880000", 2),
        (f"bbox-crs={L93}&bbox=100000,6800000,200000,6880000", 0),
    ],
)
def test_a_part_of_the_map_or_of_time(world: World, query: str, n: int) -> None:
    told = world.http.get(items(world, f"?{query}")).json()
    assert told["numberMatched"] == len(told["features"]) == n


@pytest.mark.parametrize(
    "query",
    [
        "bbox=1,2,3", "bbox=a,b,c,d", "bbox=1,50,2,49", "bbox=nan,1,2,3", "bbox=1,2,3,4,5",
        "bbox=200,1,201,2", "bbox=1,2,3,4&bbox=1,2,3,4", "datetime=demain", "datetime=1700000000",
        "datetime=2026-01-02/2026-01-01", "datetime=2026-02-30", "limit=0", "limit=-1",
        "limit=1_0", "limit=ten", "crs=EPSG:4326", "bbox-crs=nowhere", "f=xml", "f=html&f=json",
        "colour=red",
    ],
)  # fmt: skip
def test_a_wrong_parameter_is_400_and_named(world: World, query: str) -> None:
    answer = world.http.get(items(world, f"?{query}"))
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["access-control-allow-origin"] == "*"
    told = answer.json()
    assert told["faults"][0]["where"].startswith("query ")
    assert told["faults"][0]["expected"]


@pytest.mark.parametrize("path", ["/ogc?x=1", "/ogc/collections?x=1", "/ogc/conformance?x=1"])
def test_descriptions_take_no_parameter(world: World, path: str) -> None:
    assert world.http.get(path).status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/ogc/collections/none-electricity", "/ogc/collections/none/items",
        "/ogc/collections/none/items/x", "/ogc/nowhere", "/public/umap/none.geojson",
    ],
)  # fmt: skip
def test_what_is_not_there_is_404(world: World, path: str) -> None:
    answer = world.http.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_lambert_93_comes_in_metres(world: World) -> None:
    answer = world.http.get(items(world, f"?crs={L93}&limit=1"))
    assert answer.headers["content-crs"] == f"<{L93}>"
    x, y = answer.json()["features"][0]["geometry"]["coordinates"][0][0]
    assert 920_000 < x < 930_000 and 6_850_000 < y < 6_860_000


def test_a_closed_release_and_light_points_are_not_there(world: World) -> None:
    closed = f"{world.furnished.ids['scheme']}-electricity"
    assert world.http.get(f"/ogc/collections/{closed}").status_code == 404
    assert world.http.get("/ogc/collections/light_points/items").status_code == 404
    everything = "".join(world.http.get(path).text for path in (*PATHS, items(world)))
    assert CANARY not in everything
    assert "lp_" not in everything


def test_a_page_of_another_origin_may_ask_first(world: World) -> None:
    asked = {"Origin": "https://umap.example", "Access-Control-Request-Method": "GET"}
    for path in ("/ogc", "/ogc/collections", items(world), "/public/umap/x.geojson"):
        answer = world.http.request("OPTIONS", path, headers=asked)
        assert answer.status_code == 204
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-headers" not in answer.headers
    head = world.http.head(items(world))
    assert (head.status_code, head.content) == (200, b"")
    assert world.http.post(items(world)).status_code == 405


def test_umap_reads_name_and_description(world: World) -> None:
    answer = world.http.get(f"/public/umap/{world.ids['open']}.geojson")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["content-type"] == GEO
    told = json.loads(answer.content)
    assert "Données jusqu'au" in told["description"]
    assert told["features"]
    for one in told["features"]:
        assert one["geometry"] is not None
        assert one["properties"]["name"]
        assert "744 kWh" in one["properties"]["description"].replace("\u00a0", " ")
    assert b"<script" not in answer.content
