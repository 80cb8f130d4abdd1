"""`/ogc/own` and `/ogc/agreements`: the same door, journal and rows as `/v1`, in another shape."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from synergie.schemas.publication.feature import RECORDS
from tests.ogc.world import CANARY, GEO, SCRIPT, World, places, turned

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
L93 = "http://www.opengis.net/def/crs/EPSG/0/2154"
ITEMS = "/ogc/own/collections/light_points/items"
PATHS = (
    "", "/", "/api", "/conformance", "/collections", "/collections/light_points",
    "/collections/light_points/schema", "/collections/light_points/items",
)  # fmt: skip


def refused(answer: httpx2.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    return told


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("side", ["own", "shared"])
def test_nothing_of_it_is_read_without_a_token(world: World, side: str, path: str) -> None:
    home = "/ogc/own" if side == "own" else world.shared
    answer = world.http.get(home + path)
    refused(answer, 401)
    assert answer.headers["www-authenticate"].startswith("DPoP")
    assert "access-control-allow-origin" not in answer.headers
    given = (world.owner if side == "own" else world.partner).get(home + path)
    assert given.status_code == 200, given.text
    assert "access-control-allow-origin" not in given.headers
    assert given.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", PATHS)
def test_an_agreement_of_others_is_as_absent_as_none(world: World, path: str) -> None:
    theirs = world.stranger.get(world.shared + path)
    none = world.stranger.get(f"/ogc/agreements/agr_2222222222222222{path}")
    odd = world.stranger.get(f"/ogc/agreements/%00{path}")
    assert refused(theirs, 404) == refused(none, 404) == refused(odd, 404)


def test_a_token_without_the_scope_is_told_which_one(world: World) -> None:
    token = world.owner.token("sites:read")
    told = refused(world.owner.get(ITEMS, token=token), 403)
    assert told["reason"] == "light-points:read"
    listed = world.owner.get("/ogc/own/collections", token=token).json()["collections"]
    assert [one["id"] for one in listed] == ["sites"]


def test_the_title_of_an_agreement_is_for_who_may_read_agreements(world: World) -> None:
    """A token for light points alone gets them; what the agreement is called it does not read."""
    title = world.partner.get(f"/v1/agreements/{world.ids['map']}").json()["terms"]["title"]
    assert title in world.partner.get(world.shared).json()["description"]
    token = world.partner.token("light-points:read")
    assert world.partner.get(f"/v1/agreements/{world.ids['map']}", token=token).status_code == 403
    for path in ("", "/api", "/collections"):
        answer = world.partner.get(world.shared + path, token=token)
        assert answer.status_code == 200 and title not in answer.text


def test_an_agreement_opens_what_it_covers_and_nothing_else(world: World) -> None:
    found = world.every(world.partner, f"{world.shared}/collections/light_points/items?limit=7")
    names = {one["properties"]["external_id"] for one in found}
    assert names == {f"L{n}" for n in range(20)} | {"L-nowhere"}
    listed = world.partner.get(f"{world.shared}/collections").json()["collections"]
    assert {one["id"] for one in listed} == {"light_points", "cabinets", "sites"}
    told = world.partner.get(f"{world.shared}/collections/supply_points/items")
    assert refused(told, 403)["reason"] == "dataset"


def test_who_reads_under_an_agreement_is_in_the_owners_journal(world: World) -> None:
    page = world.partner.get(f"{world.shared}/collections/light_points/items?limit=5").json()
    page_ids = [one["id"] for one in page["features"]]
    told = world.owner.get("/v1/audit/accesses?limit=1000").json()["items"]
    mine = [one["record"] for one in told if one["record"].get("rows") == 5]
    assert {mine[0]["event"], mine[-1]["event"]} == {"data.read"}
    assert page_ids in [one["subjects"] for one in mine]
    assert {one["agreement"] for one in mine} == {f"{world.ids['map']}/1"}
    before = len(told)
    assert world.partner.get(f"{world.shared}/collections/supply_points/items").status_code == 403
    after = world.owner.get("/v1/audit/accesses?limit=1000").json()["items"]
    assert len(after) == before + 1
    assert {one["record"]["event"] for one in after} == {"data.read", "access.refused"}


def test_the_rows_are_those_of_v1(world: World) -> None:
    for noun in RECORDS:
        listed = world.owner.every(f"/v1/{noun.replace('_', '-')}")
        found = world.every(world.owner, f"/ogc/own/collections/{noun}/items?limit=9")
        assert [one["id"] for one in found] == [one["id"] for one in listed]
        for feature, item in zip(found, listed, strict=True):
            told = {k: v for k, v in item.items() if v is not None and k in feature["properties"]}
            assert feature["properties"] | told == feature["properties"]
            left = set(item) - set(feature["properties"])
            assert all(item[name] is None for name in left - {"location", "raw"})


def test_a_measure_is_always_written_with_its_point(world: World) -> None:
    body = world.owner.get(f"{ITEMS}?limit=1000").content
    assert b'"power_w":70.0' in body
    assert b'"power_w":70,' not in body


def test_a_thing_without_a_place_has_a_null_geometry(world: World) -> None:
    found = world.every(world.owner, ITEMS)
    nowhere = {one["properties"]["external_id"] for one in found if one["geometry"] is None}
    assert nowhere == {"L-nowhere"}


def test_a_delivery_point_stands_where_its_site_does(world: World) -> None:
    found = world.every(world.owner, "/ogc/own/collections/supply_points/items")
    at = {one["properties"]["code"]: one["geometry"] for one in found}
    assert at["99000000000031"]["coordinates"] == list(places(4)[3])
    assert at["99000000000017"] is None


def test_script_in_a_name_cannot_stand_in_a_page(world: World) -> None:
    body = world.owner.get(f"{ITEMS}?limit=1000").content
    assert SCRIPT.encode() not in body
    assert b"\\u003cscript>" in body
    model = world.every(world.owner, ITEMS)[0]["properties"]["luminaire_model"]
    assert model == SCRIPT


def test_nothing_of_another_organisation_shows(world: World) -> None:
    foreign = world.ids["foreign"]
    for member in (world.owner, world.partner):
        for noun in RECORDS:
            answer = member.get(f"/ogc/own/collections/{noun}/items?limit=1000")
            assert CANARY not in answer.text
            assert foreign not in answer.text
    refused(world.owner.get(f"{ITEMS}/{foreign}"), 404)
    refused(world.owner.get(f"{ITEMS}/lp_22222222222222222222"), 404)
    refused(world.partner.get(f"{world.shared}/collections/light_points/items/{foreign}"), 404)


def test_one_feature_says_where_it_comes_from(world: World) -> None:
    first = world.owner.get(f"{ITEMS}?limit=1").json()["features"][0]
    answer = world.owner.get(f"{ITEMS}/{first['id']}?crs={L93}")
    assert answer.headers["content-crs"] == f"<{L93}>"
    told = answer.json()
    assert told["properties"] == first["properties"]
    assert turned(answer, "collection") == "/ogc/own/collections/light_points"


def test_pages_turn_forward_and_back_over_the_same_features(world: World) -> None:
    forward, here = [], f"{ITEMS}?limit=4"
    answers = []
    while here:
        answers.append(world.owner.get(here))
        forward.append([one["id"] for one in answers[-1].json()["features"]])
        here = turned(answers[-1], "next") or ""
    seen = [item for page in forward for item in page]
    assert seen == sorted(set(seen))
    assert {answer.json()["numberMatched"] for answer in answers} == {len(seen)}
    assert all(a.json()["numberReturned"] == len(a.json()["features"]) for a in answers)
    assert turned(answers[0], "prev") is None
    back, here = [forward[-1]], turned(answers[-1], "prev") or ""
    while here:
        answer = world.owner.get(here)
        back.append([one["id"] for one in answer.json()["features"]])
        here = turned(answer, "prev") or ""
    assert back[::-1] == forward


def test_a_cursor_is_of_no_use_to_another_question_or_reader(world: World) -> None:
    after = turned(world.owner.get(f"{ITEMS}?limit=4"), "next")
    assert after is not None
    refused(world.owner.get(f"{after}&bbox=6,48,7,49"), 404)
    refused(world.partner.get(after), 404)
    refused(world.owner.get(after.replace("light_points", "cabinets")), 404)


def test_a_limit_over_the_most_is_cut_and_said(world: World) -> None:
    answer = world.owner.get(f"{ITEMS}?limit=999999")
    assert answer.status_code == 200
    document = world.owner.get("/ogc/own/api").json()
    limit = document["components"]["parameters"]["limit"]["schema"]
    assert (limit["default"], limit["maximum"]) == (100, 1000)


def test_what_is_there_already_is_not_sent_again(world: World) -> None:
    first = world.owner.get(ITEMS)
    again = world.owner.get(ITEMS, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert world.owner.get(ITEMS, headers={"If-None-Match": '"x"'}).status_code == 200


def test_a_page_says_when_it_was_made_and_is_the_same_page_later(world: World) -> None:
    clock = world.furnished.place.clock
    first = world.owner.get(ITEMS)
    assert first.json()["timeStamp"] == clock.now.strftime("%Y-%m-%dT%H:%M:%SZ")
    clock.now += timedelta(seconds=2)
    later = world.owner.get(ITEMS)
    assert later.json()["timeStamp"] > first.json()["timeStamp"]
    assert later.headers["etag"] == first.headers["etag"]
    again = world.owner.get(ITEMS, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304


def test_what_a_light_point_does_not_tell_takes_no_room_and_stays_null_on_v1(world: World) -> None:
    with world.furnished.place.store.read() as session:
        bodies = session.connection().execute(text("SELECT body FROM light_point")).scalars().all()
    assert bodies and not any("null" in body for body in bodies)
    item = world.owner.get("/v1/light-points?limit=1").json()["items"][0]
    assert item["flux_lm"] is None and item["valid_to"] is None


def test_head_and_options(world: World) -> None:
    head = world.owner.call("HEAD", ITEMS)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == GEO
    told = world.http.request("OPTIONS", ITEMS)
    assert (told.status_code, told.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
    assert "access-control-allow-origin" not in told.headers
    refused(world.owner.call("DELETE", ITEMS), 405)


def test_a_collection_says_how_fresh_it_is_and_where_it_stands(world: World) -> None:
    told = world.partner.get(f"{world.shared}/collections/light_points").json()
    west, south, east, north = told["extent"]["spatial"]["bbox"][0]
    assert (west, south) == places(1)[0]
    assert (east, north) == (max(x for x, _ in places(20)), max(y for _, y in places(20)))
    assert "20 sur 21 ont une place" in told["description"]
    assert "Dernière mise à jour" in told["freshness"]
    assert told["updated"].endswith("Z")
    assert told["crs"] == [CRS84, L93]
    assert told["storageCrs"] == CRS84
