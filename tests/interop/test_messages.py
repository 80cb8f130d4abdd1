"""Signed messages and webhooks: independent programs verify ours, and we verify theirs."""

import time
from pathlib import Path
from typing import Any

import pytest

from synergie.client.keys import jose_key, new_key, public_jwks
from synergie.proof import webhook
from synergie.proof.jose import Unsigned
from synergie.proof.message import (
    Answer,
    Request,
    answer_signer,
    digest,
    request_signer,
    signed_answer,
    signed_request,
)
from tests.components import node

pytestmark = pytest.mark.interop

URL = "https://donnees.example/v1/agreements?x=%C3%A9"
BODY = '{"title":"Éclairage"}'.encode()


def _lines(headers: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(headers.items())


@pytest.mark.parametrize("alg", ["ES256", "Ed25519"])
def test_the_package_of_rfc_9421_verifies_ours_and_we_verify_its_own(
    packages: Path, alg: str
) -> None:
    jwk, now = new_key(alg), time.time()
    key = jose_key(jwk)[0]
    bearing = {"Authorization": "DPoP eyJ", "DPoP": "eyJ.e30.AA"}
    request = Request("POST", URL, _lines(bearing))
    sent = bearing | signed_request(request, BODY, key, now=now)
    whole = Request("POST", URL, _lines(sent))
    told = signed_answer(Answer(200, whole), BODY, key, now=now)
    found: dict[str, Any] = node(
        packages / "messages.mjs",
        {
            "key": jwk,
            "jwks": public_jwks(jwk),
            "digest": digest(BODY),
            "request": {"method": "POST", "url": URL, "headers": sent},
            "answer": {"status": 200, "headers": told},
        },
    )
    assert (found["request"], found["changed"]) == (True, False)
    assert (found["answer"], found["changedAnswer"]) == (True, False)

    theirs = Request("POST", URL, _lines(found["signedRequest"]["headers"]))
    assert request_signer(theirs, [key], now=time.time()) == jwk["kid"]
    with pytest.raises(Unsigned):
        request_signer(Request("PUT", URL, theirs.headers), [key], now=time.time())

    asked = Request("POST", URL, (("Content-Digest", digest(BODY)),))
    reply = Answer(200, asked, _lines(found["signedAnswer"]["headers"]))
    assert answer_signer(reply, BODY, [key], now=time.time()) == jwk["kid"]
    with pytest.raises(Unsigned):
        answer_signer(reply, b"{}", [key], now=time.time())


def test_the_package_of_standard_webhooks_verifies_ours_and_we_verify_its_own(
    packages: Path,
) -> None:
    now, body = int(time.time()), '{"type":"agreement.revoked","title":"Éclairage"}'
    secret, shared = webhook.new_secret(), webhook.new_secret("v1")
    headers = webhook.headers([shared, secret], id_="msg_1", timestamp=now, body=body.encode())
    found: dict[str, Any] = node(
        packages / "webhooks.mjs",
        {
            "id": "msg_1",
            "timestamp": now,
            "body": body,
            "headers": headers,
            "shared": shared,
            "secret": secret,
            "public": webhook.derive_receiver_key(secret),
        },
    )
    assert found["v1"] == {"type": "agreement.revoked", "title": "Éclairage"}
    assert found["v1Changed"] == "No matching signature found"
    assert (found["v1a"], found["v1aChanged"]) == (True, False)
    for key in (shared, webhook.derive_receiver_key(secret)):
        told = webhook.verify_webhook(found["theirs"], body.encode(), [key], now=now)
        assert told.id == "msg_1"
        with pytest.raises(webhook.Forged):
            webhook.verify_webhook(found["theirs"], f"{body} ".encode(), [key], now=now)
