"""Agreements over HTTP: versions, papers, consents and perimeters, as partners meet them."""

import json
import sys
from typing import Any

import pytest

from tests.server.place import Furnished, Member, consent, perimeter, terms

HOSTILE = '</title><script>alert(1)</script> #panic("x") \u2028'


def _fresh(owner: Member, partner: Member, furnished: Furnished, **more: Any) -> dict[str, Any]:
    selector = {"sites": [furnished.ids["site"]]}
    answer = owner.post("/v1/agreements", terms(owner, partner, **({"selector": selector} | more)))
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def _sign(member: Member, agreement: dict[str, Any], act: str) -> dict[str, Any]:
    body = {"signature": member.signature(agreement)}
    answer = member.post(f"/v1/agreements/{agreement['id']}/{act}", body)
    assert answer.status_code == 200, answer.text
    done: dict[str, Any] = answer.json()
    return done


def test_a_version_is_drafted_signed_twice_and_the_old_one_stays_readable(
    furnished: Furnished,
) -> None:
    owner, partner = furnished.owner, furnished.partner
    made = _fresh(owner, partner, furnished)
    _sign(owner, made, "propose")
    _sign(partner, made, "accept")
    path = f"/v1/agreements/{made['id']}"
    new = owner.post(f"{path}/versions", made["terms"] | {"retention_days": 7}).json()
    assert (new["version"], new["version_in_force"], new["version_pending"]) == (2, 1, 2)
    assert [one["version"] for one in partner.get(f"{path}/versions").json()["items"]] == [1]
    assert partner.get(f"{path}?version=2").status_code == 404
    _sign(owner, new, "propose")
    told = partner.get(path).json()
    assert (told["version"], told["version_pending"]) == (1, 2)
    _sign(partner, partner.get(f"{path}?version=2").json(), "accept")
    assert partner.get(path).json()["terms"]["retention_days"] == 7
    assert partner.get(f"{path}?version=1").json()["state"] == "terminated"


def test_the_same_key_drafts_one_version(furnished: Furnished) -> None:
    owner, partner = furnished.owner, furnished.partner
    made = _fresh(owner, partner, furnished)
    _sign(owner, made, "propose")
    _sign(partner, made, "accept")
    path = f"/v1/agreements/{made['id']}/versions"
    first, again = (owner.post(path, made["terms"], key="v2") for _ in range(2))
    assert first.json() == again.json()


@pytest.mark.parametrize("version", ["0", "x", "1_0", "-1", "99999999999"])
def test_a_version_that_is_no_number_is_refused(furnished: Furnished, version: str) -> None:
    answer = furnished.owner.get(f"/v1/agreements/{furnished.ids['agreement']}?version={version}")
    assert answer.status_code == 422


@pytest.mark.parametrize("since", ["hier", "2026-11-25", "1767225600"])
def test_a_moment_that_is_none_is_refused(furnished: Furnished, since: str) -> None:
    assert furnished.owner.get(f"/v1/agreements?changed_since={since}").status_code == 422


def test_what_changed_since_is_told_once_it_changed(furnished: Furnished) -> None:
    owner, partner = furnished.owner, furnished.partner
    furnished.place.clock.forward(3600)
    since = f"{furnished.place.clock.now:%Y-%m-%dT%H:%M:%SZ}"
    path = f"/v1/agreements?changed_since={since}"
    assert partner.get(path).json()["items"] == []
    made = _fresh(owner, partner, furnished)
    assert partner.get(path).json()["items"] == []
    _sign(owner, made, "propose")
    assert [one["id"] for one in partner.get(path).json()["items"]] == [made["id"]]


def test_the_page_is_sent_with_the_policy_of_its_own_style(furnished: Furnished) -> None:
    made = _fresh(furnished.owner, furnished.partner, furnished, title=HOSTILE.strip("\u2028 "))
    answer = furnished.owner.get(f"/v1/agreements/{made['id']}/document.html")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "frame-ancestors 'none'" in policy
    assert "script-src" not in policy
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "<script" not in answer.text


def test_the_pdf_is_one(furnished: Furnished) -> None:
    made = _fresh(furnished.owner, furnished.partner, furnished)
    answer = furnished.owner.get(f"/v1/agreements/{made['id']}/document.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert answer.headers["Content-Disposition"] == f'inline; filename="accord-{made["id"]}.pdf"'


def test_a_server_without_the_typesetter_says_so(
    furnished: Furnished, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    answer = furnished.owner.get(f"/v1/agreements/{furnished.ids['agreement']}/document.pdf")
    assert answer.status_code == 501
    assert answer.json()["type"].endswith("/missing-extra")
    page = furnished.owner.get(f"/v1/agreements/{furnished.ids['agreement']}/document.html")
    assert page.status_code == 200


def test_the_policy_is_json_ld(furnished: Furnished) -> None:
    answer = furnished.partner.get(f"/v1/agreements/{furnished.ids['agreement']}/odrl")
    assert answer.headers["Content-Type"] == "application/ld+json"
    assert json.loads(answer.content)["assignee"].endswith(":org-two")


@pytest.mark.parametrize("part", ["clauses", "odrl", "document.html", "document.pdf", "versions"])
def test_a_draft_of_another_is_as_absent(furnished: Furnished, part: str) -> None:
    made = _fresh(furnished.owner, furnished.partner, furnished)
    theirs = furnished.partner.get(f"/v1/agreements/{made['id']}/{part}")
    none = furnished.partner.get(f"/v1/agreements/agr_2222222222222222/{part}")
    assert theirs.status_code == none.status_code == 404
    assert theirs.json()["type"] == none.json()["type"]


def test_a_withdrawn_consent_is_told_to_the_recipient_as_a_number(furnished: Furnished) -> None:
    owner, partner, ids = furnished.owner, furnished.partner, furnished.ids
    given = [
        owner.post("/v1/consents", consent(ids["supply_point"])).json()["id"] for _ in range(2)
    ]
    made = _fresh(
        owner, partner, furnished, granularity="half_hour", data_subject="natural_person",
        legal_basis="consent", consent_refs=given,
    )  # fmt: skip
    _sign(owner, made, "propose")
    _sign(partner, made, "accept")
    path = f"/v1/agreements/{made['id']}"
    assert partner.get(path).json()["consents_holding"] == 2
    assert owner.post(f"/v1/consents/{given[0]}/withdraw").json()["withdrawn_at"]
    assert partner.get(path).json()["consents_holding"] == 1
    assert partner.get(f"/v1/consents/{given[0]}").status_code == 404
    assert partner.get("/v1/consents").json()["items"] == []
    news = [one["act"] for one in partner.get("/v1/changes").json()["items"]]
    assert "consent_withdrawn" in news


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("subject", "Jeanne Dupont"),
        ("subject", "99000000000017"),
        ("supply_points", []),
        ("purpose", "marketing"),
        ("granularity", "aggregate"),
        ("until", "2025-01-01T00:00:00Z"),
        ("name", "Jeanne Dupont"),
    ],
)
def test_a_consent_that_is_not_one_is_refused(
    furnished: Furnished, name: str, value: object
) -> None:
    body = consent(furnished.ids["supply_point"]) | {name: value}
    assert furnished.owner.post("/v1/consents", body).status_code == 422


def test_a_perimeter_is_read_by_its_version(furnished: Furnished) -> None:
    owner, ids = furnished.owner, furnished.ids
    first = owner.put("/v1/perimeters", perimeter(ids["site"], name="Gymnases")).json()
    body = perimeter(name="Gymnases") | {"cabinets": [ids["cabinet"]]}
    second = owner.put("/v1/perimeters", body).json()
    assert (first["version"], second["version"]) == (1, 2)
    path = f"/v1/perimeters/{first['id']}"
    assert owner.get(f"{path}?version=1").json() == first
    assert owner.get(path).json() == second
    assert furnished.stranger.get(f"{path}?version=1").status_code == 404
