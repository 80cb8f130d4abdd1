"""A party signs the terms it read, and nothing else."""

import json
from typing import Any

import httpx2
import pytest
from joserfc import jws
from joserfc.jwk import KeySet

from synergie.client.keys import Jwk, new_key, public_jwks
from synergie.errors import BadInput, Misconfigured, NotAllowed
from synergie.schemas.trust.agreement import Agreement, Signature
from tests.client.fake import NOW, Fake
from tests.client.things import START, agreement, terms

_PATH = "/v1/agreements/agr_0001"


def _fake(shown: Agreement) -> Fake:
    fake = Fake()
    body = shown.model_dump_json()
    fake.on("GET", _PATH, httpx2.Response(200, content=body))
    for act in ("propose", "accept"):
        fake.on("POST", f"{_PATH}/{act}", httpx2.Response(200, content=body))
    return fake


def _signature(fake: Fake, key: Jwk) -> tuple[dict[str, Any], dict[str, Any]]:
    text = json.loads(fake.seen[-1].body)["signature"]
    keys = KeySet.import_key_set({"keys": public_jwks(key)["keys"]})
    found = jws.deserialize_compact(text, keys, algorithms=["ES256", "PS256", "Ed25519"])
    return dict(found.headers()), json.loads(found.payload)


def _signed(role: str, organisation: str) -> Signature:
    fields = {"role": role, "organisation": organisation, "signed_at": START, "jws": "x.y.z"}
    return Signature.model_validate(fields)


@pytest.mark.parametrize(
    ("organisation", "role"), [("cc-bassin-de-pompey", "owner"), ("sdel-54", "recipient")]
)
def test_a_proposal_is_signed_with_the_key_of_the_client(organisation: str, role: str) -> None:
    fake = _fake(agreement())
    with fake.client(organisation=organisation) as client:
        client.propose("agr_0001", terms_sha256=agreement().terms_sha256)
    header, payload = _signature(fake, fake.key)
    assert header == {"alg": "ES256", "kid": fake.key["kid"], "typ": "synergie-agreement+jwt"}
    assert payload == {
        "agreement": "agr_0001", "version": 1, "terms_sha256": agreement().terms_sha256,
        "role": role, "org": organisation, "iat": int(NOW),
    }  # fmt: skip


def test_another_key_may_sign() -> None:
    own = new_key("Ed25519")
    fake = _fake(agreement())
    with fake.client(organisation="sdel-54", signing_key=own) as client:
        client.propose("agr_0001")
    assert _signature(fake, own)[0]["kid"] == own["kid"]


def test_the_one_that_has_not_signed_yet_accepts_without_saying_who_it_is() -> None:
    fake = _fake(agreement(state="proposed", signatures=(_signed("recipient", "sdel-54"),)))
    with fake.client() as client:
        client.accept("agr_0001")
    payload = _signature(fake, fake.key)[1]
    assert (payload["role"], payload["org"]) == ("owner", "cc-bassin-de-pompey")


def test_a_proposal_needs_to_know_who_signs() -> None:
    fake = _fake(agreement())
    with fake.client() as client, pytest.raises(Misconfigured, match="organisation"):
        client.propose("agr_0001")
    assert {seen.method for seen in fake.seen} == {"GET"}


def test_a_third_organisation_signs_nothing() -> None:
    fake = _fake(agreement())
    with fake.client(organisation="someone") as client, pytest.raises(NotAllowed):
        client.accept("agr_0001")
    assert {seen.method for seen in fake.seen} == {"GET"}


@pytest.mark.parametrize(
    "changes",
    [
        {"terms_sha256": "0" * 64},
        {"version": 2},
        {"id": "agr_0002"},
        {"terms": terms().model_copy(update={"granularity": "raw"})},
    ],
    ids=["digest", "version", "id", "terms"],
)
def test_terms_whose_digest_does_not_hold_are_not_signed(changes: dict[str, Any]) -> None:
    fake = _fake(agreement(**changes))
    with fake.client(organisation="sdel-54") as client, pytest.raises(BadInput, match="SHA-256"):
        client.accept("agr_0001")
    assert {seen.method for seen in fake.seen} == {"GET"}


def test_terms_that_were_changed_since_they_were_read_are_not_signed() -> None:
    fake = _fake(agreement())
    with fake.client(organisation="sdel-54") as client, pytest.raises(BadInput, match="were read"):
        client.accept("agr_0001", terms_sha256="1" * 64)
    assert {seen.method for seen in fake.seen} == {"GET"}
