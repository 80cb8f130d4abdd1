"""Hostile input on every body and every parameter: a clear refusal, never a 500, never a trace."""

import gzip
import json
import time
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from synergie.schemas.readings.coding import compress
from tests.access.routes import DOCUMENT, OPERATIONS, ROWS
from tests.server.place import Furnished, curve, light_point, point, site, terms

GOOD: dict[str, Callable[[Furnished], Any]] = {
    "/v1/sites": lambda _: {"items": [site()]},
    "/v1/sites?mode=keep": lambda _: {"items": [site()]},
    "/v1/supply-points": lambda _: {"items": [point()]},
    "/v1/light-points": lambda _: {"items": [light_point()]},
    "/v1/curves": lambda x: curve(x.ids["series"]),
    "/v1/agreements": lambda x: terms(x.owner, x.partner),
    "/v1/agreements/{agreement}/propose": lambda _: {"signature": "x"},
}
"""A body that each route takes: hostile ones are made from it."""

NOT_JSON: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda _: b"",
    "10,000 lists deep": lambda _: b"[" * 10_000 + b"]" * 10_000,
    "10,000 objects deep": lambda _: b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "NaN": lambda good: good[:-1] + b',"zz":NaN}',
    "-Infinity": lambda good: good[:-1] + b',"zz":-Infinity}',
    "an integer of 5,000 digits": lambda good: good[:-1] + b',"zz":' + b"9" * 5_000 + b"}",
    "half of a surrogate pair": lambda good: good[:-1] + rb',"zz":"\ud800"}',
    "bytes that are not UTF-8": lambda good: good[:-1] + b',"zz":"\xff\xfe"}',
    "UTF-16": lambda good: good.decode().encode("utf-16"),
    "a byte order mark": lambda good: b"\xef\xbb\xbf" + good,
    "text after the end": lambda good: good + b" x",
    "cut in the middle": lambda good: good[: len(good) // 2],
    "a key twice": lambda good: good[:-1] + b"," + good[1:],
}

WRONG: dict[str, Callable[[bytes], bytes]] = {
    "a list": lambda _: b"[]",
    "a number": lambda _: b"1",
    "null": lambda _: b"null",
    "a text": lambda _: b'"x"',
    "1e999": lambda good: good[:-1] + b',"zz":1e999}',
    "an integer of 1,000 digits": lambda good: good[:-1] + b',"zz":' + b"9" * 1_000 + b"}",
    "an unknown field": lambda good: good[:-1] + b',"zz":1}',
    "a name of control characters": lambda good: good[:-1] + rb',"\u0001\u202e\u0000":1}',
    "a name of 100,000 characters": lambda good: good[:-1] + b',"' + b"z" * 100_000 + b'":1}',
}

RECORDS: dict[str, tuple[str, dict[str, Any], str]] = {
    "a PRM of 13 digits": ("/v1/supply-points", {"code": "9900000000001"}, "/items/0"),
    "a PRM of Arabic digits": ("/v1/supply-points", {"code": "٩" * 14}, "/items/0/code"),
    "a PRM as a number": ("/v1/supply-points", {"code": 99000000000017}, "/items/0/code"),
    "a unit that is none": ("/v1/series", {"unit": "furlong"}, "/items/0/unit"),
    "a name with NUL": ("/v1/sites", {"name": "a\0b"}, "/items/0/name"),
    "an area that is infinite": ("/v1/sites", {"floor_area_m2": "inf"}, "/items/0/floor_area_m2"),
    "true for a number": ("/v1/sites", {"floor_area_m2": True}, "/items/0/floor_area_m2"),
    "a huge power": ("/v1/light-points", {"power_w": 10**30}, "/items/0/power_w"),
    "10^400 kVA": ("/v1/cabinets", {"subscribed_power_kva": 10**400}, "/items/0/subscribed_power"),
    "a latitude of 91": (
        "/v1/sites",
        {"location": {"longitude": 1.0, "latitude": 91.0}},
        "/items/",
    ),
    "a date that is none": (
        "/v1/cabinets",
        {"inspected_on": "2026-02-30"},
        "/items/0/inspected_on",
    ),
    "a time for a date": ("/v1/cabinets", {"inspected_on": "1767225600"}, "/items/0/inspected_on"),
}

CURVES: dict[str, tuple[dict[str, Any], str]] = {
    "no value": ({"values": []}, "/values"),
    "a text among values": ({"values": [1, "2"]}, "/values/1"),
    "true among values": ({"values": [1, True]}, "/values/1"),
    "2^63": ({"values": [1, 2**63]}, "/values/1"),
    "10^300": ({"values": [10**300]}, "/values/0"),
    "an infinite value": ({"values": [float("inf")]}, "/"),
    "more decimals than the series keeps": ({"values": [1.5]}, "/values/0"),
    "another unit": ({"unit": "kW"}, "/unit"),
    "a start without offset": ({"start": "2026-11-01T00:00:00"}, "/start"),
    "a start as a number": ({"start": 1767225600}, "/start"),
    "a start in the year 0": ({"start": "0000-01-01T00:00:00Z"}, "/start"),
    "a start in the year 9999": ({"start": "9999-12-31T23:30:00Z"}, "/start"),
    "a start off the step": ({"start": "2026-11-01T00:07:00Z"}, "/start"),
    "a step that is none": ({"step": "PT7M"}, "/step"),
    "quality that does not cover": ({"quality": [{"n": 1, "quality": "measured"}]}, "/quality"),
    "quality of 10^12 values": ({"quality": [{"n": 10**12, "quality": "measured"}]}, "/quality"),
    "a series that is no id": ({"series": "../../etc"}, "/series"),
}

TEXTS = [
    "%00", "%FF", "%ED%A0%80", "%0d%0aX:1", "..%2f..%2fetc", "NaN", "1e999", "-1", "9" * 400,
    "x" * 5_000, "%F0%9F%98%80", "%E2%80%AE", "'%20OR%201=1--", "%7B%7B1%7D%7D", "",
    "0001-01-01T00:00:00%2B23:00", "9999-12-31T23:59:59-23:00", "0202-01-01T00:00:00Z",
]  # fmt: skip
"""For every parameter of every address."""


def refused(answer: httpx2.Response, *statuses: int) -> dict[str, Any]:
    """The problem of a refusal that tells nothing of ours."""
    assert answer.status_code in statuses, answer.text[:500]
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert "Traceback" not in answer.text
    assert "synergie/" not in answer.text.replace("synergie.example", "")
    assert len(answer.content) < 40_000
    return problem


@pytest.mark.parametrize("path", GOOD)
@pytest.mark.parametrize("name", NOT_JSON)
def test_what_is_not_json_is_refused_with_400(furnished: Furnished, path: str, name: str) -> None:
    good = json.dumps(GOOD[path](furnished)).encode()
    answer = furnished.owner.post(path.format(**furnished.ids), NOT_JSON[name](good))
    if path.endswith("propose") and name == "nothing":
        refused(answer, 409)  # an act without a body is an act
        return
    refused(answer, 400, 422)


@pytest.mark.parametrize("path", GOOD)
@pytest.mark.parametrize("name", WRONG)
def test_json_of_another_form_is_refused_with_422(
    furnished: Furnished, path: str, name: str
) -> None:
    good = json.dumps(GOOD[path](furnished)).encode()
    answer = furnished.owner.post(path.format(**furnished.ids), WRONG[name](good))
    problem = refused(answer, 422)
    assert problem["faults"]
    assert all(len(fault["found"]) <= 80 for fault in problem["faults"])


def test_of_a_swarm_of_faults_a_hundred_are_told_with_their_places(furnished: Furnished) -> None:
    """`{}`, three bytes on the wire, took 1.6 kB: 2.8 MB of them 1.6 GB."""
    swarm = {"items": [{f"k{i}": 1 for i in range(20)}] * 3_000}
    faults = refused(furnished.owner.post("/v1/sites", swarm), 422)["faults"]
    assert len(faults) == 100
    assert {fault["where"].split("/")[2] for fault in faults} == set("01234")


def test_an_object_of_too_many_members_is_too_large(furnished: Furnished) -> None:
    many = {f"k{i}": 1 for i in range(1_001)}
    for path, body in (("/v1/sites", {"items": [many]}), ("/v1/agreements", many)):
        refused(furnished.owner.post(path, body), 413)
    series = {"series": furnished.ids["series"]}
    refused(furnished.owner.post("/v1/curves", curve("ser_x") | series | many), 413)


def test_all_wrong_records_of_a_long_list_are_told(furnished: Furnished) -> None:
    """Beyond 10,000 values each list is left at its first fault, the list of records not."""
    items = [site(f"L{i}") for i in range(3_000)]
    items[7]["kind"], items[2_999]["name"] = "castle", 5
    body = {"items": items, "supersedes": "?"}
    faults = refused(furnished.owner.post("/v1/sites", body), 422)["faults"]
    wrong = {"/supersedes", "/items/7/kind", "/items/2999/name"}
    assert {fault["where"] for fault in faults} == wrong


def test_a_list_whose_members_are_all_wrong_is_not_called_too_short(furnished: Furnished) -> None:
    body = {"items": [site(kind="castle")]}
    (fault,) = refused(furnished.owner.post("/v1/sites", body), 422)["faults"]
    assert fault["where"] == "/items/0/kind"


@pytest.mark.parametrize("name", RECORDS)
def test_a_wrong_record_is_refused_with_its_place(furnished: Furnished, name: str) -> None:
    path, change, place = RECORDS[name]
    makers = {"/v1/sites": site, "/v1/supply-points": point, "/v1/series": _series}
    make: Callable[..., dict[str, Any]] = makers.get(path, light_point)
    item = make(**change)
    before = furnished.owner.get(path).json()
    problem = refused(furnished.owner.post(path, {"items": [item]}), 422)
    assert problem["faults"][0]["where"].startswith(place)
    assert furnished.owner.get(path).json() == before


def _series(**change: Any) -> dict[str, Any]:
    return {
        "supply_point": "prm:99000000000017",
        "quantity": "active_power",
        "form": "mean_power",
        "unit": "W",
        "provenance": "synthetic",
    } | change


@pytest.mark.parametrize("name", CURVES)
def test_a_wrong_curve_is_refused_with_its_place(furnished: Furnished, name: str) -> None:
    change, place = CURVES[name]
    sent = curve(furnished.ids["series"], **change)
    before = furnished.owner.get("/v1/batches").json()
    for media_type in ("application/json", "application/x-ndjson"):
        answer = furnished.owner.post("/v1/curves", sent, headers={"Content-Type": media_type})
        problem = (
            refused(answer, 400, 422)
            if media_type == "application/json"
            else json.loads(answer.text.splitlines()[0])["error"]
        )
        assert problem["faults"][0]["where"].startswith(place)
    assert furnished.owner.get("/v1/batches").json() == before


def parameters() -> list[tuple[str, str, str]]:
    """Operation, place and name of every parameter of an address."""
    return [
        (operation["operationId"], one["in"], one["name"])
        for verbs in DOCUMENT["paths"].values()
        for operation in verbs.values()
        if operation["operationId"] in OPERATIONS
        for one in operation.get("parameters", ())
        if one["in"] in ("path", "query")
    ]


@pytest.mark.parametrize("parameter", parameters(), ids="-".join)
def test_a_hostile_parameter_is_refused_or_means_nothing(
    furnished: Furnished, parameter: tuple[str, str, str]
) -> None:
    operation, place, name = parameter
    method, template, _ = OPERATIONS[operation]
    row = ROWS[operation]
    good = row.path.format(**furnished.ids)
    for text in TEXTS:
        if place == "path":
            parts = zip(template.split("/"), good.partition("?")[0].split("/"), strict=True)
            path = "/".join(text if told == f"{{{name}}}" else given for told, given in parts)
        else:
            path = f"{good}{'&' if '?' in good else '?'}{name}={text}"
        body = row.body(furnished, furnished.ids) if row.body else None
        answer = furnished.owner.call(method, path, body)
        assert answer.status_code < 500, (path, answer.text)
        assert "Traceback" not in answer.text


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_a_parameter_that_is_not_known_is_refused(furnished: Furnished, operation: str) -> None:
    method, _, _ = OPERATIONS[operation]
    row = ROWS[operation]
    path = row.path.format(**furnished.ids)
    body = row.body(furnished, furnished.ids) if row.body else None
    answer = furnished.owner.call(method, f"{path}{'&' if '?' in path else '?'}zz=1", body)
    problem = refused(answer, 422)
    assert problem["faults"][0] == {
        "where": "query zz",
        "found": "1",
        "expected": "no such parameter",
    }


def test_a_parameter_told_twice_is_refused_unless_it_is_a_list(furnished: Furnished) -> None:
    problem = refused(furnished.owner.get("/v1/sites?limit=1&limit=2"), 422)
    assert problem["faults"][0]["where"] == "query limit"
    many = "&".join(["series=" + furnished.ids["series"]] * 2)
    period = "start=2026-11-01T00:00:00Z&end=2026-11-02T00:00:00Z"
    assert furnished.owner.get(f"/v1/curves?{period}&{many}").status_code == 200


def test_a_thousand_parameters_are_too_many(furnished: Furnished) -> None:
    refused(furnished.owner.get("/v1/sites?" + "&".join(["limit=1"] * 1_001)), 413)


@pytest.mark.parametrize("limit", ["0", "1001", "1_0", "%201", "1.0", "+1", "١"])
def test_a_limit_is_digits_from_1_to_1000(furnished: Furnished, limit: str) -> None:
    refused(furnished.owner.get(f"/v1/sites?limit={limit}"), 422)


@pytest.mark.parametrize("coding", ["zstd", "gzip"])
def test_a_bomb_is_refused_while_it_unpacks(furnished: Furnished, coding: str) -> None:
    zeros = b" " * (200 << 20)
    bomb = compress(zeros, coding)
    began = time.process_time()
    for path in ("/v1/sites", "/v1/curves", "/v1/deposits?name=a.csv"):
        answer = furnished.owner.post(path, bomb, headers={"Content-Encoding": coding})
        refused(answer, 413)
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("coding", "body", "status"),
    [
        ("br", b"x", 415),
        ("gzip, zstd", b"x", 415),
        ("gzip", b"not gzip", 400),
        ("zstd", b"not zstd", 400),
        ("gzip", gzip.compress(b'{"items":[]}', mtime=0)[:-5], 400),
        ("zstd", compress(b'{"items":[]}', "zstd")[:-3], 400),
    ],
)
def test_a_coding_that_is_not_taken_or_is_broken_is_refused(
    furnished: Furnished, coding: str, body: bytes, status: int
) -> None:
    answer = furnished.owner.post("/v1/sites", body, headers={"Content-Encoding": coding})
    refused(answer, status)


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "", "application/json; charset=utf-16"]
)
def test_another_content_type_is_refused_with_415(furnished: Furnished, kind: str) -> None:
    refused(furnished.owner.post("/v1/sites", b"{}", headers={"Content-Type": kind}), 415)


def test_a_swarm_of_empty_lists_is_refused_before_it_is_held(furnished: Furnished) -> None:
    swarm = b'{"items":[' + b"[]," * 3_000_000 + b"[]]}"
    refused(furnished.owner.post("/v1/sites", swarm), 413)


def test_more_records_than_a_batch_holds_are_refused(furnished: Furnished) -> None:
    problem = refused(furnished.owner.post("/v1/sites", {"items": [site()] * 10_001}), 422)
    assert problem["faults"][0]["where"] == "/items"


def test_in_mode_keep_a_hostile_record_is_reported_and_the_good_one_stored(
    furnished: Furnished,
) -> None:
    items = [site("KEPT"), {"\u202e\u0001": "\u0000"}, 7, None, site("X", name="a\u0000")]
    answer = furnished.owner.post("/v1/sites?mode=keep", {"items": items})
    receipt = answer.json()
    assert answer.status_code == 201, answer.text
    assert (receipt["received"], receipt["kept"], receipt["refused"]) == (5, 1, 4)
    places = [refusal["where"].split("/")[2] for refusal in receipt["refusals"]]
    assert places == ["1", "2", "3", "4"]


@pytest.mark.parametrize("query", ["?access_token=eyJhbGciOiJub25lIn0.e30.x", "?unknown=1"])
def test_nobody_is_told_what_a_route_takes(furnished: Furnished, query: str) -> None:
    """Found by the conformance suite: 422 came before 401, and showed the token it had found."""
    answer = furnished.place.http.get(f"/v1/sites{query}")
    assert answer.status_code == 401
    assert "eyJ" not in answer.text
    told = furnished.owner.get(f"/v1/sites{query}")
    assert told.status_code == (401 if "access_token" in query else 422)
