"""Sums over HTTP: a scheme, a release, what the public reads of it, and what it does not."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from synergie.errors import Misconfigured
from synergie.server.settings import Settings
from synergie.storage.store import Store
from tests.server.place import Furnished, Place, cell_scheme, january, point, series, site, sums

CODE = "99000000000555"


@pytest.fixture
def opened(furnished: Furnished) -> dict[str, Any]:
    """A release for the public, of another organisation; made once."""
    if "open" not in furnished.ids:
        owner = furnished.place.member("org-open")
        owner.made("/v1/sites", site(insee_code="54430"))
        owner.made("/v1/supply-points", point(CODE, site="S1", usage="public_lighting"))
        (measured,) = owner.made("/v1/series", series(CODE))
        owner.post("/v1/curves", january(measured))
        scheme = owner.put("/v1/cell-schemes/communes", cell_scheme(title="Éclairage")).json()
        made = owner.post("/v1/releases", sums(scheme["id"], open_data=True))
        assert made.status_code == 201, made.text
        furnished.ids["open"] = made.json()["id"]
    answer = furnished.place.http.get(f"/open/releases/{furnished.ids['open']}")
    told: dict[str, Any] = answer.json()
    return told


def test_a_release_says_what_was_summed_and_under_which_rule(furnished: Furnished) -> None:
    owner = furnished.owner
    made = owner.get(f"/v1/releases/{furnished.ids['release']}").json()
    assert [cell["energy_wh"] for cell in made["cells"]] == [744_000] * 2
    assert made["thresholds"] == {"min_points": 11, "min_enterprises": 3, "max_share": 0.85}
    again = owner.post("/v1/releases", sums(furnished.ids["scheme"]))
    assert again.json() == made
    assert owner.get("/v1/releases").json()["items"] == [made]


def test_what_is_wrong_with_a_scheme_or_a_release_is_said(furnished: Furnished) -> None:
    owner = furnished.owner
    cells = [one for one in cell_scheme()["cells"] if one["id"] != "mouvements"]
    refused = owner.put("/v1/cell-schemes/sans", cell_scheme(cells=cells))
    assert refused.status_code == 422
    assert "/cells" in refused.text
    scheme = furnished.ids["scheme"]
    wrongs: list[dict[str, Any]] = [
        {"period": "2025-13"},
        {"period": "2099"},
        {"energy": "heat"},
        {"cells": []},
    ]
    for wrong in wrongs:
        assert owner.post("/v1/releases", sums(scheme, **wrong)).status_code == 422
    assert owner.post("/v1/releases", sums(scheme, energy="gas")).status_code == 409


def test_the_public_reads_an_open_release_without_token(
    furnished: Furnished, opened: dict[str, Any]
) -> None:
    assert opened["publisher"] == "org-open"
    assert opened["title"] == "Éclairage, électricité, 2025-01"
    assert opened["licence_url"].startswith("https://")
    assert opened["freshness"]["data_until"] == "2025-01-31T23:00:00Z"
    assert opened["release"]["cells"][0]["energy_wh"] == 744_000
    assert set(opened["fields"]) == set(opened["release"]["cells"][0])
    listed = furnished.place.http.get("/open/releases")
    assert [line["id"] for line in listed.json()["items"]] == [furnished.ids["open"]]
    assert "max-age" in listed.headers["cache-control"]


def test_the_public_reads_it_as_a_table_too(furnished: Furnished, opened: dict[str, Any]) -> None:
    path = f"/open/releases/{furnished.ids['open']}?format=csv"
    answer = furnished.place.http.get(path)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith("attachment;")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["energy_wh"] for row in rows] == ["744000", "744000"]
    assert {row["status"] for row in rows} == {"published"}
    assert len(rows) == len(opened["release"]["cells"])


def test_a_release_that_is_not_open_is_as_absent_to_the_public(furnished: Furnished) -> None:
    http = furnished.place.http
    absent = http.get("/open/releases/rel_22222222222222222222")
    closed = http.get(f"/open/releases/{furnished.ids['release']}")
    assert (closed.status_code, absent.status_code) == (404, 404)
    told = [
        {k: v for k, v in answer.json().items() if k not in {"instance", "trace", "reference"}}
        for answer in (closed, absent)
    ]
    assert told[0] == told[1]


def test_an_unknown_form_or_parameter_is_refused(furnished: Furnished) -> None:
    http = furnished.place.http
    assert http.get("/open/releases?limit=0").status_code == 422
    assert http.get("/open/releases?agreement=agr_1").status_code == 422
    path = f"/open/releases/{furnished.ids['release']}"
    assert http.get(f"{path}?format=xml").status_code == 422
    assert http.get("/open/releases?after=AAAA").status_code == 404


def test_one_address_does_not_read_without_end(store: Store, tmp_path: Path) -> None:
    place = Place.of(store, tmp_path / "data", open_reads_per_min=3, limits=True)
    answers = [place.http.get("/open/releases").status_code for _ in range(5)]
    assert answers == [200, 200, 200, 429, 429]


@pytest.mark.parametrize(
    "weak",
    [
        {"SYNERGIE_AGGREGATE_MIN_POINTS": "9"},
        {"SYNERGIE_AGGREGATE_MIN_ENTERPRISES": "2"},
        {"SYNERGIE_AGGREGATE_MAX_SHARE": "0.8501"},
        {"SYNERGIE_AGGREGATE_MAX_SHARE": "0"},
        {"SYNERGIE_AGGREGATE_MAX_SHARE": "nan"},
    ],
)
def test_a_server_does_not_start_with_weaker_thresholds(weak: dict[str, str]) -> None:
    with pytest.raises(Misconfigured, match=next(iter(weak))):
        Settings.read(weak)
    assert Settings.read({"SYNERGIE_AGGREGATE_MIN_POINTS": "10"}).aggregate_min_points == 10
