"""Exports over HTTP: headers, names, the same request again, and what ends in the middle."""

from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest

from synergie.exchange.trust.clients import Clients
from synergie.exchange.trust.exports import exports as exports_module
from synergie.proof import manifest
from synergie.server.settings import Settings
from tests.server.partner import NOW, URL
from tests.server.place import Furnished, active, site

PERIOD = {"start": "2026-11-01T00:00:00Z", "end": "2026-11-03T00:00:00Z"}


def made(furnished: Furnished, **more: Any) -> dict[str, Any]:
    """An export of the partner's under the agreement."""
    body = {"kinds": ["sites", "curves"], "agreement": furnished.ids["agreement"], **PERIOD, **more}
    answer = furnished.partner.post("/v1/exports", body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def folder(furnished: Furnished) -> Path:
    """Where the server keeps its exports."""
    found: Path = furnished.place.app.state.house.trust.exports.care.folder
    return found


def test_a_file_comes_with_its_name_and_its_size(furnished: Furnished) -> None:
    export = made(furnished)
    for file in export["files"]:
        answer = furnished.partner.get(f"/v1/exports/{export['id']}/files/{file['name']}")
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{file["name"]}"'
        assert answer.headers["Content-Type"] == file["media_type"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert len(answer.content) == file["bytes"]


def test_a_packed_file_is_the_same_once_unpacked(furnished: Furnished) -> None:
    export = made(furnished)
    path = f"/v1/exports/{export['id']}/files/sites.ndjson"
    plain = furnished.partner.get(path, headers={"Accept-Encoding": "identity"})
    packed = furnished.partner.get(path, headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.content == plain.content


def test_the_manifest_verifies_with_what_the_server_publishes(furnished: Furnished) -> None:
    export = made(furnished)
    answer = furnished.owner.get(f"/v1/exports/{export['id']}/manifest.jws")
    assert answer.headers["Content-Type"] == "application/jose"
    said = manifest.verify_manifest(answer.text, furnished.place.http.get("/jwks").json())
    assert (said.iss, said.aud, said.owner) == (URL, "org-two", "org-one")
    assert manifest.digest(answer.text) == export["manifest_sha256"]


@pytest.mark.parametrize(
    "name",
    [
        "%2e%2e",
        "..%2f..%2fsynergie.db",
        "%2e%2e%2f%2e%2e%2fkeys%2fcurrent.jwk",
        "..%5c..%5csynergie.db",
        "sites.ndjson%00",
        "SITES.NDJSON",
        ".draft-0",
        "sites.ndjson%0d%0aX-Header:%201",
    ],
)
def test_a_name_that_is_none_of_its_files_is_absent(furnished: Furnished, name: str) -> None:
    export = made(furnished)
    token = furnished.partner.usual()
    path = f"/v1/exports/{export['id']}/files/{name}"
    sent = httpx2.URL(URL).copy_with(raw_path=path.encode())
    headers = furnished.partner.headers("GET", path, token)
    answer = furnished.place.http.request("GET", sent, headers=headers)
    assert answer.status_code == 404
    assert "X-Header" not in answer.headers


def test_the_same_request_again_makes_one_export(furnished: Furnished) -> None:
    body = {"kinds": ["sites"]}
    before = len(list(folder(furnished).iterdir()))
    first = furnished.owner.post("/v1/exports", body, key="export-1")
    again = furnished.owner.post("/v1/exports", body, key="export-1")
    other = furnished.owner.post("/v1/exports", {"kinds": ["cabinets"]}, key="export-1")
    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert first.json() == again.json()
    assert len(list(folder(furnished).iterdir())) == before + 1
    headers = {"Idempotency-Key": ""}
    assert furnished.owner.post("/v1/exports", body, headers=headers).status_code == 400


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"kinds": []}, "/kinds"),
        ({"kinds": ["sites", "sites"]}, "/"),
        ({"kinds": ["secrets"]}, "/kinds/0"),
        ({"kinds": ["curves"]}, "/"),
        ({"kinds": ["curves"], "start": PERIOD["end"], "end": PERIOD["start"]}, "/"),
        ({"kinds": ["sites"], "path": "/etc/passwd"}, "/path"),
        ({"kinds": ["curves"], **PERIOD, "series": ["../.."]}, "/series/0"),
    ],
)
def test_what_is_wrong_in_a_request_is_told(
    furnished: Furnished, body: dict[str, Any], where: str
) -> None:
    answer = furnished.owner.post("/v1/exports", body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["faults"][0]["where"] == where


def test_a_program_that_is_closed_in_the_middle_leaves_nothing(furnished: Furnished) -> None:
    before = sorted(folder(furnished).iterdir())
    member = furnished.place.member("org-closed")
    member.made("/v1/sites", *(site(f"X{n}") for n in range(450)))  # three pages
    asked = 0

    def clock() -> datetime:
        nonlocal asked
        asked += 1
        if asked == 4:
            Clients(furnished.place.store).disable(member.partner.client_id, now=NOW)
        return furnished.place.clock.now

    token = member.usual()
    was = furnished.place.app.state.now
    furnished.place.app.state.now = clock
    try:
        answer = member.post("/v1/exports", {"kinds": ["sites"]}, token=token)
    finally:
        furnished.place.app.state.now = was
    assert answer.status_code == 401
    assert asked == 4
    assert sorted(folder(furnished).iterdir()) == before


def test_a_revocation_on_the_way_cuts_the_answer_short(
    live: Furnished, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a real connection: fewer bytes than announced, so that no reader takes it as whole."""
    monkeypatch.setattr(exports_module, "AGAIN", 1 << 18)
    ids = [name for start in range(16) for name in live.owner.made("/v1/sites", *_named(start))]
    agreement = active(live.owner, live.partner, selector={"sites": ids})
    body = {"kinds": ["sites"], "agreement": agreement}
    export = live.partner.post("/v1/exports", body).json()
    (file,) = export["files"]
    assert file["bytes"] > 6 << 20, "more than the buffers of a connection hold"
    path = f"/v1/exports/{export['id']}/files/{file['name']}"
    headers = live.partner.headers("GET", path) | {"Accept-Encoding": "identity"}
    with live.place.http.stream("GET", path, headers=headers) as answer:
        assert answer.headers["Content-Length"] == str(file["bytes"])
        pieces = answer.iter_raw(65_536)
        got = [len(next(pieces))]
        assert live.owner.act(agreement, "revoke").status_code == 200
        with pytest.raises(httpx2.RemoteProtocolError):
            got.extend(len(piece) for piece in pieces)
    assert sum(got) < file["bytes"]
    assert live.partner.get(path).status_code == 403


def _named(start: int) -> list[dict[str, Any]]:
    return [site(f"X{start}-{n}", name="x" * 190) for n in range(1000)]


def test_the_settings_bound_what_exports_may_cost() -> None:
    chosen = Settings.read({"SYNERGIE_EXPORT_DAYS": "2", "SYNERGIE_MAX_EXPORT_BYTES": "4096"})
    assert (chosen.export_days, chosen.max_export_bytes, chosen.max_exports) == (2.0, 4096, 4)
