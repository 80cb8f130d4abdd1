"""Collections of applications: alerts and statements, by the permits of their lists on `/v1`."""

from typing import Any

import pytest
from sqlalchemy import text

from synergie import applications
from synergie.schemas.trust.journal import JournalRecord
from tests.ogc.world import World, turned
from tests.server import contracting
from tests.server.place import active, alert

ALERTS = "/collections/alerts/items"
STATEMENTS = "/collections/statements/items"


@pytest.fixture(scope="module")
def statement(world: World) -> str:
    owner = world.owner
    alert(owner, world.furnished.ids["series"], "A7", sign="5")
    told = contracting.reported(
        owner, world.partner.organisation, world.stranger.organisation, "CPE-OGC"
    )
    return told["statement"]


def test_alerts_are_those_of_v1_and_stand_where_their_cabinet_does(
    world: World, statement: str
) -> None:
    listed = {one["id"]: one for one in world.owner.every("/v1/alerts")}
    found = world.every(world.owner, f"/ogc/own{ALERTS}?limit=1")
    assert [one["id"] for one in found] == sorted(listed)
    at = {one["properties"]["cabinet"]: one["geometry"] for one in found}
    assert at["A1"] is None
    x, y = at["A7"]["coordinates"]
    for one in found:
        told = one["properties"]
        assert told == {
            k: v for k, v in listed[one["id"]].items() if v is not None and k != "verdict"
        }
    near = f"?bbox={x - 0.001},{y - 0.001},{x + 0.001},{y + 0.001}"
    (inside,) = world.every(world.owner, f"/ogc/own{ALERTS}{near}")
    assert inside["properties"]["cabinet"] == "A7"
    assert world.every(world.owner, f"/ogc/own{ALERTS}?bbox=0,0,1,1") == []
    assert world.every(world.owner, f"/ogc/own{ALERTS}?datetime=../2000-01-01") == []
    alone = world.owner.get(f"/ogc/own{ALERTS}/{inside['id']}").json()
    assert alone["geometry"] == inside["geometry"]
    metres = world.owner.get(
        f"/ogc/own{ALERTS}/{inside['id']}?crs=http://www.opengis.net/def/crs/EPSG/0/2154"
    ).json()
    assert metres["geometry"]["coordinates"][0] > 900_000


def test_pages_turn_both_ways(world: World, statement: str) -> None:
    first = world.owner.get(f"/ogc/own{ALERTS}?limit=1")
    second = world.owner.get(str(turned(first, "next")))
    assert turned(second, "next") is None
    back = world.owner.get(str(turned(second, "prev")))
    assert back.json()["features"] == first.json()["features"]
    assert turned(back, "prev") is None
    strange = str(turned(first, "next")).replace("limit=1", "limit=1&datetime=2000-01-01/..")
    assert world.owner.get(strange).status_code == 404


def test_a_scope_of_each_is_wanted(world: World, statement: str) -> None:
    token = world.owner.token("sites:read", "contracts:read")
    listed = world.owner.get("/ogc/own/collections", token=token).json()["collections"]
    assert [one["id"] for one in listed] == ["sites", "statements"]
    refused = world.owner.get(f"/ogc/own{ALERTS}", token=token)
    assert (refused.status_code, refused.json()["reason"]) == (403, "alerts:read")


def test_an_agreement_at_raw_opens_alerts_without_money(world: World, statement: str) -> None:
    covered: dict[str, Any] = {"selector": {"sites": [world.furnished.ids["site"]]}}
    raw = active(world.owner, world.partner, datasets=["consumption"], granularity="raw", **covered)
    coarse = active(
        world.owner, world.partner, datasets=["consumption"], granularity="day", **covered
    )
    home = f"/ogc/agreements/{raw}"
    names = {one["id"] for one in world.partner.get(f"{home}/collections").json()["collections"]}
    assert names == {"supply_points", "alerts"}
    listed = world.partner.get(f"/v1/alerts?agreement={raw}").json()["items"]
    found = world.every(world.partner, f"{home}{ALERTS}")
    assert [one["id"] for one in found] == [one["id"] for one in listed] != []
    for one in found:
        assert one["geometry"] is None, "the agreement opens no cabinet"
        assert not {"eur", "eur_kwh", "ticket", "verdict"} & set(one["properties"])
    told = world.owner.get("/v1/audit/accesses?limit=1000").json()["items"]
    read = [one["record"] for one in told if one["record"]["agreement"] == f"{raw}/1"]
    assert [one["id"] for one in found] in [one["subjects"] for one in read]
    other = f"/ogc/agreements/{coarse}"
    names = {one["id"] for one in world.partner.get(f"{other}/collections").json()["collections"]}
    assert names == {"supply_points"}
    refused = world.partner.get(f"{other}{ALERTS}")
    assert (refused.status_code, refused.json()["reason"]) == (403, "granularity_too_fine")
    assert world.partner.get(f"{home}{STATEMENTS}").status_code == 403
    assert world.stranger.get(f"{home}{ALERTS}").status_code == 404
    assert world.partner.get(f"/ogc/own{ALERTS}").json()["features"] == []
    one_of_owner = found[0]["id"]
    assert world.partner.get(f"/ogc/own{ALERTS}/{one_of_owner}").status_code == 404


def test_statements_are_read_by_parties_and_members_alone(world: World, statement: str) -> None:
    told = {}
    for who in (world.owner, world.partner, world.stranger):
        found = world.every(who, f"/ogc/own{STATEMENTS}")
        (mine,) = (one for one in found if one["id"] == statement)
        assert mine["geometry"] is None
        told[who.organisation] = mine["properties"]
    owner, operator, member = told.values()
    assert owner == operator
    assert 0 < member["saved_kwh"] < owner["saved_kwh"]
    assert "guaranteed_kwh" not in member and owner["guaranteed_kwh"] > 0
    year = world.owner.get(f"/v1/contracts/{statement}").json()["statement"]
    assert owner["saved_kwh"] == float(year["saved_kwh"])
    with world.furnished.place.store.read() as session:
        rows = session.connection().execute(text("SELECT record FROM journal ORDER BY seq"))
        told_of = [JournalRecord.model_validate_json(bytes(row[0])) for row in rows]
    read = [one.by for one in told_of if one.event == "contract.read" and statement in one.subjects]
    assert {world.partner.organisation, world.stranger.organisation} == set(read)
    nobody = world.furnished.place.member("org-nobody")
    assert world.every(nobody, f"/ogc/own{STATEMENTS}") == []
    assert nobody.get(f"/ogc/own{STATEMENTS}/{statement}").status_code == 404


def test_an_application_that_is_left_out_has_no_collection(
    world: World, statement: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = tuple(one for one in applications.NAMES if one != "watch")
    monkeypatch.setattr(applications, "NAMES", left)
    assert world.owner.get(f"/ogc/own{ALERTS}").status_code == 404
    listed = world.owner.get("/ogc/own/collections").json()["collections"]
    assert "statements" in {one["id"] for one in listed}
    assert "alerts" not in {one["id"] for one in listed}
