"""Signed texts and public keys: what is taken, and that nothing hostile raises anything else."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from synergie.errors import BadInput
from synergie.proof import jose
from synergie.proof.jose import Unsigned
from tests.server.partner import Signer, b64, ec_signer, ed_signer, jwt, rsa_signer

OKP = {"kty": "OKP", "crv": "Ed25519", "x": b64(b"\x01" * 32)}


@pytest.mark.parametrize("signer", [ec_signer(), ed_signer(), rsa_signer()])
def test_what_is_well_signed_is_read(signer: Signer) -> None:
    text = jwt({"alg": signer.alg}, {"sub": "x"}, signer)
    signed = jose.parse_unverified(text, limit=8192)
    assert jose.verify_signature(signed, jose.public_key(signer.jwk)).claims == {"sub": "x"}
    with pytest.raises(Unsigned):
        jose.verify_signature(signed, jose.public_key(ec_signer().jwk))


def test_a_set_of_keys_is_asked_by_kid() -> None:
    one, two = ec_signer("k1"), ed_signer("k2")
    keys = jose.public_keys({"keys": [*one.jwks["keys"], *two.jwks["keys"]]})
    good = jwt({"alg": "Ed25519", "kid": "k2"}, {}, two)
    assert (
        jose.verify_signature(jose.parse_unverified(good, limit=8192), keys).header["kid"] == "k2"
    )
    for header in ({"alg": "Ed25519", "kid": "k1"}, {"alg": "Ed25519"}, {"alg": "ES256"}):
        with pytest.raises(Unsigned):
            jose.verify_signature(jose.parse_unverified(jwt(header, {}, two), limit=8192), keys)


@pytest.mark.parametrize(
    "jwk",
    [
        None, [], "x", {}, {"kty": "EC"}, {"kty": "oct", "k": "AAAA"}, {"kty": ["EC"]},
        {**ec_signer().jwk, "d": "AAAA"}, {**ec_signer().jwk, "use": "enc"},
        {**ec_signer().jwk, "alg": "ES384"}, {**ec_signer().jwk, "crv": "P-384"},
        {**ec_signer().jwk, "crv": "secp256k1"}, {**ec_signer().jwk, "y": b64(b"\x02" * 32)},
        {**ec_signer().jwk, "x": 1}, {**ec_signer().jwk, "key_ops": ["sign"]},
        {**ec_signer().jwk, "key_ops": 1}, rsa_signer(1024).jwk, {**rsa_signer().jwk, "e": "AA"},
        {**rsa_signer().jwk, "n": 1}, {**rsa_signer().jwk, "n": "é"}, {**OKP, "crv": "X25519"},
        {**OKP, "x": "AAAA"}, {**rsa_signer().jwk, "n": b64(b"\xff" * 2048)},
        {**rsa_signer().jwk, "e": b64(b"\xff" * 256)}, {**rsa_signer().jwk, "alg": "RS256"},
    ],
)  # fmt: skip
def test_a_key_that_is_weak_private_or_none_is_refused(jwk: object) -> None:
    with pytest.raises(Unsigned):
        jose.public_key(jwk)


@pytest.mark.parametrize(
    ("jwks", "where"),
    [
        ({}, "/jwks/keys"),
        ({"keys": []}, "/jwks/keys"),
        ({"keys": {}}, "/jwks/keys"),
        ({"keys": [ec_signer().jwk] * 11}, "/jwks/keys"),
        ({"keys": [ec_signer().jwk, ed_signer().jwk]}, "/jwks/keys"),
        ({"keys": [*ec_signer("a").jwks["keys"], *ec_signer("a").jwks["keys"]]}, "/jwks/keys"),
        ({"keys": [ec_signer().jwk, rsa_signer(1024).jwk]}, "/jwks/keys/1"),
        ({"keys": [ec_signer().private_jwk]}, "/jwks/keys/0"),
    ],
)
def test_a_wrong_set_of_keys_says_where(jwks: dict[str, Any], where: str) -> None:
    with pytest.raises(BadInput) as caught:
        jose.public_keys(jwks)
    assert caught.value.where == where


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", '{"a":1,"a":2}', "[" * 200_000, "9" * 5000])
def test_json_that_hides_something_is_refused(text: str) -> None:
    with pytest.raises(Unsigned):
        jose.parse_strict_json(text)


JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=5),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=5), inner),
    max_leaves=5,
)
NAMES = some.sampled_from(["alg", "kid", "typ", "crit", "b64", "jwk", "x5c", "jku", "x"])
KEY = ec_signer()


@given(some.dictionaries(NAMES, JSON), some.dictionaries(some.text(max_size=3), JSON))
def test_any_header_is_verified_or_refused(header: dict[str, Any], claims: dict[str, Any]) -> None:
    try:
        signed = jose.parse_unverified(jwt({"alg": "ES256", **header}, claims, KEY), limit=8192)
        jose.verify_signature(signed, jose.public_key(KEY.jwk))
        jose.verify_signature(signed, jose.public_keys(KEY.jwks))
    except Unsigned:
        return
    assert signed.header["alg"] == "ES256"


@given(some.text() | some.from_regex(r"[A-Za-z0-9_.-]{0,60}", fullmatch=True))
def test_any_text_is_peeked_or_refused(text: str) -> None:
    try:
        signed = jose.parse_unverified(text, limit=100)
    except Unsigned:
        return
    assert signed.header["alg"] in jose.ALGORITHMS


@given(JSON)
def test_any_key_is_taken_or_refused(jwk: Any) -> None:
    shaped = {"kty": "EC", "crv": "P-256", "x": jwk, "y": KEY.jwk["y"], "kid": jwk}
    for tried in (jwk, shaped, {**KEY.jwk, "kid": jwk}, {**KEY.jwk, "key_ops": jwk}):
        try:
            key = jose.public_key(tried)
        except Unsigned:
            continue
        assert json.dumps(key.as_dict(private=False))
