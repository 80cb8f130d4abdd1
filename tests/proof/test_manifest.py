"""A manifest holds by its one kind, its named key and its claims; nothing else passes for one."""

from collections.abc import Callable
from typing import Any

import pytest

from synergie.proof import manifest, receipt
from synergie.proof.jose import Unsigned
from synergie.schemas.trust.export import ManifestClaims
from tests.proof.signers import ISSUER, Hand
from tests.server.partner import ec_signer, ed_signer, jwt, rsa_signer

FILE = {
    "name": "curves.ndjson",
    "media_type": "application/x-ndjson",
    "bytes": 12,
    "rows": 1,
    "sha256": "ab" * 32,
}
CLAIMS: dict[str, Any] = {
    "iss": ISSUER,
    "aud": "syndicat",
    "iat": 1_800_000_000,
    "jti": "exp_22222222222222222222",
    "owner": "commune",
    "agreement": "agr_2222222222222222",
    "version": 2,
    "purpose": "joint_purchase",
    "granularity": "day",
    "period": {"start": "2026-01-01T00:00:00Z", "end": "2026-02-01T00:00:00Z"},
    "retention_days": 365,
    "onward": "none",
    "provenance": ["synthetic"],
    "files": [FILE],
    "tree_size": 7,
    "root": "cd" * 32,
}


def claims(**more: Any) -> ManifestClaims:
    return ManifestClaims.model_validate(CLAIMS | more)


def test_what_is_signed_is_what_is_read() -> None:
    hand = Hand()
    compact = manifest.sign_manifest(hand, claims())
    assert manifest.verify_manifest(compact, hand.jwks()) == claims()
    assert manifest.verify_manifest(compact, hand.jwks(role="proofs")) == claims()


@pytest.mark.parametrize("make", [ec_signer, ed_signer, rsa_signer])
def test_each_algorithm_of_the_profile_is_taken(make: Callable[[], Any]) -> None:
    hand = Hand(make())
    assert manifest.verify_manifest(manifest.sign_manifest(hand, claims()), hand.jwks()) == claims()


def test_one_digit_of_the_claims_changed_and_it_holds_no_more() -> None:
    hand, other = Hand(), Hand()
    compact = manifest.sign_manifest(hand, claims())
    forged = manifest.sign_manifest(other, claims(retention_days=3650)).split(".")[1]
    head, _, tail = compact.split(".")
    with pytest.raises(Unsigned):
        manifest.verify_manifest(f"{head}.{forged}.{tail}", hand.jwks())


def test_another_kind_of_signed_text_is_no_manifest() -> None:
    hand = Hand()
    for typ in (receipt.TYP, "at+jwt", "JWT", "SYNERGIE-MANIFEST+JWT"):
        with pytest.raises(Unsigned):
            manifest.verify_manifest(hand.sign(typ, CLAIMS), hand.jwks())


def test_a_text_without_kind_is_no_manifest() -> None:
    hand = Hand()
    compact = jwt({"alg": "ES256", "kid": "k1"}, CLAIMS, hand.key)
    with pytest.raises(Unsigned):
        manifest.verify_manifest(compact, hand.jwks())


def test_the_key_of_another_does_not_verify_it() -> None:
    hand, other = Hand(), Hand()
    with pytest.raises(Unsigned):
        manifest.verify_manifest(manifest.sign_manifest(hand, claims()), other.jwks())


def test_a_key_is_taken_by_its_name_only() -> None:
    hand = Hand()
    unnamed = jwt({"alg": "ES256", "typ": manifest.TYP}, CLAIMS, hand.key)
    misnamed = jwt({"alg": "ES256", "typ": manifest.TYP, "kid": "k2"}, CLAIMS, hand.key)
    for compact in (unnamed, misnamed):
        with pytest.raises(Unsigned):
            manifest.verify_manifest(compact, hand.jwks())
    twice = {"keys": hand.jwks()["keys"] * 2}
    with pytest.raises(Unsigned):
        manifest.verify_manifest(manifest.sign_manifest(hand, claims()), twice)


def test_a_rotated_key_still_verifies_what_it_signed_in_its_time() -> None:
    old, new = Hand(), Hand(ec_signer("k2"))
    compact = manifest.sign_manifest(old, claims())
    until = {"valid_from": "2027-01-01T00:00:00Z", "valid_until": "2027-02-01T00:00:00Z"}
    history = {"keys": [*new.jwks()["keys"], *old.jwks(**until)["keys"]]}
    assert manifest.verify_manifest(compact, history).iat == 1_800_000_000  # 2027-01-15


@pytest.mark.parametrize(
    "times",
    [
        {"valid_until": "2027-01-01T00:00:00Z"},
        {"valid_from": "2027-02-01T00:00:00Z"},
        {"valid_from": "yesterday"},
    ],
)
def test_a_key_verifies_nothing_of_another_time(times: dict[str, str]) -> None:
    hand = Hand()
    with pytest.raises(Unsigned):
        manifest.verify_manifest(manifest.sign_manifest(hand, claims()), hand.jwks(**times))


def test_a_key_of_tokens_signs_no_manifest() -> None:
    hand = Hand()
    with pytest.raises(Unsigned):
        manifest.verify_manifest(manifest.sign_manifest(hand, claims()), hand.jwks(role="tokens"))


def test_a_history_of_many_keys_is_taken() -> None:
    hands = [Hand(ec_signer(f"k{number}")) for number in range(30)]
    history = {"keys": [key for hand in hands for key in hand.jwks()["keys"]]}
    assert manifest.verify_manifest(manifest.sign_manifest(hands[7], claims()), history) == claims()


@pytest.mark.parametrize(
    "wrong",
    [
        {"files": []},
        {"files": [FILE | {"name": "../../etc/passwd"}]},
        {"files": [FILE | {"name": ".."}]},
        {"files": [FILE | {"bytes": True}]},
        {"iat": "1800000000"},
        {"version": 0},
        {"purpose": "anything"},
        {"root": "cd"},
    ],
)
def test_claims_of_another_form_are_none(wrong: dict[str, Any]) -> None:
    hand = Hand()
    with pytest.raises(Unsigned):
        manifest.verify_manifest(hand.sign(manifest.TYP, CLAIMS | wrong), hand.jwks())


def test_claims_that_are_not_known_are_left_alone() -> None:
    hand = Hand()
    later = hand.sign(manifest.TYP, CLAIMS | {"colour": "blue"})
    assert manifest.verify_manifest(later, hand.jwks()) == claims()


@pytest.mark.parametrize("jwks", [{}, {"keys": None}, {"keys": [1, None, {}]}, {"keys": {}}])
def test_a_key_set_of_another_form_holds_no_key(jwks: dict[str, Any]) -> None:
    with pytest.raises(Unsigned):
        manifest.verify_manifest(manifest.sign_manifest(Hand(), claims()), jwks)
