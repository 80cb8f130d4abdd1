"""Signed messages over HTTP: a write that was changed does nothing, an answer that is asked for."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from joserfc.jwk import ECKey

from synergie.proof import message
from synergie.proof.jose import Unsigned
from synergie.storage.store import Store
from tests.server.partner import URL
from tests.server.place import Furnished, Member, Place, curve, site


def _key(member: Member) -> ECKey:
    return ECKey.import_key(member.partner.key.private_jwk | {"kid": member.partner.key.kid})


def _signed(
    member: Member, method: str, path: str, body: bytes, *, key: ECKey | None = None, **more: str
) -> dict[str, str]:
    """The headers of a signed request; *more* are covered by the token's proof alone."""
    bare = member.headers(method, path) | {"Content-Type": "application/json"}
    bare |= {"Idempotency-Key": f'"{time.monotonic_ns()}"'} | {
        name.replace("_", "-"): value for name, value in more.items()
    }
    request = message.Request(method, f"{URL}{path}", tuple(bare.items()))
    now = member.place.clock.now.timestamp()
    return bare | message.signed_request(request, body, key or _key(member), now=now)


def _send(
    member: Member, method: str, path: str, body: bytes, headers: dict[str, str]
) -> httpx2.Response:
    return member.place.http.request(method, path, content=body, headers=headers)


SITE = json.dumps({"items": [site("SIGNED")]}).encode()


def _there(member: Member) -> bool:
    return "SIGNED" in {one["external_id"] for one in member.every("/v1/sites")}


def test_a_signed_write_is_done(furnished: Furnished) -> None:
    owner = furnished.owner
    headers = _signed(owner, "POST", "/v1/sites?mode=keep", SITE)
    answer = _send(owner, "POST", "/v1/sites?mode=keep", SITE, headers)
    assert answer.status_code == 201, answer.text
    assert _there(owner)


CHANGES: dict[str, Callable[[dict[str, str]], dict[str, str]]] = {
    "another digest": lambda h: h | {"Content-Digest": message.digest(b"{}")},
    "no digest": lambda h: {n: v for n, v in h.items() if n != "Content-Digest"},
    "no signature": lambda h: {n: v for n, v in h.items() if n != "Signature"},
    "no input": lambda h: {n: v for n, v in h.items() if n != "Signature-Input"},
    "another tag": lambda h: (
        h | {"Signature-Input": h["Signature-Input"].replace("fapi-2-request", "other")}
    ),
    "another kid": lambda h: h | {"Signature-Input": h["Signature-Input"].replace('"k1"', '"k9"')},
    "another time": lambda h: (
        h | {"Signature-Input": h["Signature-Input"].replace("created=1", "created=2")}
    ),
    "not structured": lambda h: h | {"Signature-Input": "sig1=("},
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_write_whose_signature_does_not_hold_does_nothing(
    furnished: Furnished, change: str
) -> None:
    owner = furnished.stranger
    headers = CHANGES[change](_signed(owner, "POST", "/v1/sites", SITE))
    answer = _send(owner, "POST", "/v1/sites", SITE, headers)
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"].endswith("/bad-signature")
    assert not _there(owner)


def test_a_body_that_is_not_the_one_that_was_signed_does_nothing(furnished: Furnished) -> None:
    owner = furnished.stranger
    other = SITE.replace(b"SIGNED", b"FORGED")
    headers = _signed(owner, "POST", "/v1/sites", other)
    answer = _send(owner, "POST", "/v1/sites", SITE, headers)
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (400, "bad-signature")
    assert not _there(owner)


def test_the_key_of_another_program_does_not_sign(furnished: Furnished) -> None:
    owner, other = furnished.owner, furnished.partner
    headers = _signed(owner, "POST", "/v1/sites", SITE, key=_key(other))
    assert _send(owner, "POST", "/v1/sites", SITE, headers).status_code == 400


def test_the_query_is_signed_too(furnished: Furnished) -> None:
    owner = furnished.owner
    headers = _signed(owner, "POST", "/v1/sites?mode=strict", SITE)
    assert _send(owner, "POST", "/v1/sites?mode=keep", SITE, headers).status_code == 400


def test_a_stream_of_curves_is_held_until_it_is_known_to_be_the_signed_one(
    furnished: Furnished,
) -> None:
    owner, series = furnished.owner, furnished.ids["series"]
    lines = b"".join(
        json.dumps(curve(series, start=f"2026-0{n}-01T00:00:00Z")).encode() + b"\n"
        for n in range(1, 6)
    )
    headers = _signed(owner, "POST", "/v1/curves", lines) | {"Content-Type": "application/x-ndjson"}
    before = owner.get("/v1/changes?limit=1000").json()["items"]
    forged = _send(owner, "POST", "/v1/curves", lines.replace(b"1000", b"9999", 1), headers)
    assert "bad-signature" in forged.text
    assert owner.get("/v1/changes?limit=1000").json()["items"] == before
    headers = _signed(owner, "POST", "/v1/curves", lines) | {"Content-Type": "application/x-ndjson"}
    good = _send(owner, "POST", "/v1/curves", lines, headers)
    assert good.text.count('"kept"') == 5, good.text


def test_a_large_signed_body_goes_through_the_disk(furnished: Furnished) -> None:
    owner = furnished.owner
    items = [site(f"L{n}", name="x" * 180) for n in range(6_000)]
    body = json.dumps({"items": items}).encode()
    assert len(body) > 1 << 20
    headers = _signed(owner, "POST", "/v1/sites", body)
    assert _send(owner, "POST", "/v1/sites", body, headers).status_code == 201


def test_a_signed_act_without_a_body_is_verified(furnished: Furnished) -> None:
    path = "/v1/webhooks/wh_0000000000000000"
    headers = _signed(furnished.owner, "DELETE", path, b"")
    assert _send(furnished.owner, "DELETE", path, b"", headers).status_code == 404
    headers = CHANGES["another kid"](_signed(furnished.owner, "DELETE", path, b""))
    assert _send(furnished.owner, "DELETE", path, b"", headers).status_code == 400


def test_a_signed_get_is_verified_too(furnished: Furnished) -> None:
    owner = furnished.owner
    headers = _signed(owner, "GET", "/v1/sites", b"")
    assert _send(owner, "GET", "/v1/sites", b"", headers).status_code == 200
    headers = CHANGES["another digest"](_signed(owner, "GET", "/v1/sites", b""))
    assert _send(owner, "GET", "/v1/sites", b"", headers).status_code == 400


@pytest.mark.parametrize("demanded", ["*", "org-one-app", "org-one", "other, org-one"])
def test_a_server_may_demand_that_writes_be_signed(
    store: Store, tmp_path: Path, demanded: str
) -> None:
    place = Place.of(store, tmp_path / "data", demand_signatures=demanded)
    owner = place.member("org-one")
    bare = owner.post("/v1/sites", {"items": [site("SIGNED")]})
    assert (bare.status_code, bare.json()["type"].rpartition("/")[2]) == (400, "bad-signature")
    assert owner.get("/v1/sites").json()["items"] == []
    headers = _signed(owner, "POST", "/v1/sites", SITE)
    assert _send(owner, "POST", "/v1/sites", SITE, headers).status_code == 201
    if demanded != "*":
        other = place.member("org-two")
        assert other.post("/v1/sites", {"items": [site("S")]}).status_code == 201


ASK = {"Accept-Signature": message.ACCEPT}


def _proof_keys(furnished: Furnished) -> list[Any]:
    keys = furnished.place.http.get("/jwks").json()["keys"]
    return [ECKey.import_key(key) for key in keys if key["role"] == "proofs"]


def _reply(
    furnished: Furnished, answer: httpx2.Response, path: str, headers: dict[str, str]
) -> message.Answer:
    request = message.Request("GET", f"{URL}{path}", tuple(headers.items()))
    return message.Answer(answer.status_code, request, tuple(answer.headers.multi_items()))


@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_an_answer_is_signed_when_that_is_asked_for(furnished: Furnished, coding: str) -> None:
    """What is signed is what travels: the packed bytes."""
    path = "/v1/sites?limit=20"
    furnished.owner.made("/v1/sites", *(site(f"{coding}-{n}") for n in range(20)))
    headers = furnished.owner.headers("GET", path) | ASK | {"Accept-Encoding": coding}
    with furnished.place.http.stream("GET", path, headers=headers) as answer:
        raw = b"".join(answer.iter_raw())
    assert answer.status_code == 200
    assert answer.headers.get("content-encoding", "identity") == coding
    keys = _proof_keys(furnished)
    reply = _reply(furnished, answer, path, headers)
    kid = message.answer_signer(reply, raw, keys, now=time.time())
    assert kid in {key.kid for key in keys}
    with pytest.raises(Unsigned):
        message.answer_signer(reply, raw + b" ", keys, now=time.time())
    other = _reply(furnished, answer, path.replace("20", "21"), headers)
    with pytest.raises(Unsigned):
        message.answer_signer(other, raw, keys, now=time.time())


def test_a_refusal_is_signed_too_and_a_stranger_gets_no_signature(furnished: Furnished) -> None:
    answer = furnished.owner.get("/v1/sites/site_absent", headers=ASK)
    assert (answer.status_code, "signature" in answer.headers) == (404, True)
    bare = furnished.place.http.get("/v1/sites", headers=ASK)
    assert (bare.status_code, "signature" in bare.headers) == (401, False)


def test_nothing_is_signed_that_nobody_asked_for_or_that_streams(furnished: Furnished) -> None:
    path = "/v1/curves?start=2026-11-01T00:00:00Z&end=2026-11-02T00:00:00Z"
    assert "signature" not in furnished.owner.get("/v1/sites").headers
    assert "signature" not in furnished.owner.get(path, headers=ASK).headers
    head = furnished.owner.call("HEAD", "/v1/sites", headers=ASK)
    assert (head.status_code, "signature" in head.headers) == (200, False)


def test_the_real_server_signs_and_verifies(live: Furnished) -> None:
    owner = live.owner
    headers = _signed(owner, "POST", "/v1/sites", SITE) | ASK
    answer = _send(owner, "POST", "/v1/sites", SITE, headers)
    assert answer.status_code == 201, answer.text
    request = message.Request("POST", f"{URL}/v1/sites", tuple(headers.items()))
    reply = message.Answer(201, request, tuple(answer.headers.multi_items()))
    assert message.answer_signer(reply, answer.content, _proof_keys(live), now=time.time())
