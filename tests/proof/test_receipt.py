"""Receipts: each by the keys of whoever must have signed, and each of its one kind."""

import base64
import json
from hashlib import sha256
from typing import Any

import pytest

from synergie.proof import manifest, receipt
from synergie.proof.jose import Unsigned
from synergie.schemas.trust.export import ReceiptClaims, StoredClaims
from tests.proof.signers import ISSUER, Hand
from tests.proof.test_manifest import CLAIMS, claims

RECEIVED: dict[str, Any] = {
    "iss": "syndicat",
    "aud": ISSUER,
    "iat": 1_800_000_000,
    "manifest_sha256": "ab" * 32,
    "received_at": "2026-11-25T10:00:00Z",
    "files_ok": True,
}
STORED: dict[str, Any] = {
    "iss": ISSUER,
    "aud": "syndicat",
    "iat": 1_800_000_000,
    "sub": "bat_22222222222222222222",
    "kind": "curve",
    "sha256": "ab" * 32,
    "received_at": "2026-11-25T10:00:00Z",
    "rows": 48,
    "kept": 47,
    "refused": 0,
    "seq": 3,
}


def test_what_a_recipient_signs_is_what_is_read() -> None:
    hand = Hand()
    told = ReceiptClaims.model_validate(RECEIVED)
    assert receipt.verify_receipt(receipt.sign_receipt(hand.sign, told), hand.jwks()) == told


def test_what_the_server_signs_is_what_is_read() -> None:
    hand = Hand()
    told = StoredClaims.model_validate(STORED)
    assert receipt.verified_stored(receipt.sign_stored_receipt(hand, told), hand.jwks()) == told


def test_the_digest_of_what_came_in_is_nowhere_in_what_is_signed() -> None:
    """A reading is one of few: whoever tries them all finds none without the salt."""
    hand = Hand()
    digests = [sha256(f'{{"value_w":{w}}}'.encode()) for w in range(20_000)]
    told = StoredClaims.model_validate(STORED | {"sha256": digests[4711].hexdigest()})
    jws, disclosure, _ = receipt.sign_stored_receipt(hand, told).split("~")
    (covered,) = payload(jws)["_sd"]
    guesses = {one.digest() for one in digests}
    guesses |= {sha256(one.hexdigest().encode()).digest() for one in digests}
    guesses |= {
        sha256(encoded(["", "sha256", one.hexdigest()]).encode()).digest() for one in digests
    }
    assert base64url(covered) not in guesses
    assert not any(one.hexdigest() in json.dumps(payload(jws)) for one in digests)
    salt, *rest = json.loads(base64url(disclosure))
    assert (len(base64url(salt)), rest) == (16, ["sha256", told.sha256])
    again = receipt.sign_stored_receipt(hand, told).split("~")
    assert payload(again[0])["_sd"] != [covered], "a salt serves once"


def test_a_receipt_is_shown_with_its_digest_or_without() -> None:
    hand = Hand()
    told = StoredClaims.model_validate(STORED)
    whole = receipt.sign_stored_receipt(hand, told)
    for text in (whole.split("~")[0], whole.split("~")[0] + "~"):
        shown = receipt.verified_stored(text, hand.jwks())
        assert shown == told.model_copy(update={"sha256": None})


def test_a_receipt_of_an_earlier_version_holds() -> None:
    hand = Hand()
    earlier = hand.sign(receipt.TYP, STORED)
    assert receipt.verified_stored(earlier, hand.jwks()) == StoredClaims.model_validate(STORED)


@pytest.mark.parametrize(
    "forge",
    [
        lambda jws, own: [encoded(["c2FsdA", "sha256", "cd" * 32])],
        lambda jws, own: [own, own],
        lambda jws, own: [own + "="],
        lambda jws, own: [own[:-1]],
        lambda jws, own: ["%%%"],
        lambda jws, own: [own, ""],
        lambda jws, own: [encoded({"sha256": "cd" * 32})],
    ],
    ids=["another", "twice", "padded", "cut", "no-base64", "empty", "no-list"],
)
def test_a_disclosure_that_the_signature_does_not_cover_is_refused(forge: Any) -> None:
    hand = Hand()
    jws, own, _ = receipt.sign_stored_receipt(hand, StoredClaims.model_validate(STORED)).split("~")
    text = "~".join((jws, *forge(jws, own), ""))
    with pytest.raises(Unsigned):
        receipt.verified_stored(text, hand.jwks())
    with pytest.raises(Unsigned):
        receipt.check_disclosed(text)
    with pytest.raises(Unsigned):
        receipt.verified_stored(f"{jws}~{own}~key.binding.jwt", hand.jwks())


@pytest.mark.parametrize(
    ("name", "value"),
    [("rows", 1), ("tree_size", 7), ("_sd", []), ("sha256", "AB" * 32), ("sha256", None)],
)
def test_a_covered_disclosure_tells_the_digest_and_nothing_else(name: str, value: Any) -> None:
    """Even when the server signed it: what the claims say is not said twice."""
    hand = Hand()
    claims = {key: told for key, told in STORED.items() if key != "sha256"}
    one = encoded(["c2FsdA", name, value])
    covered = base64.urlsafe_b64encode(sha256(one.encode()).digest()).decode().rstrip("=")
    jws = hand.sign(receipt.TYP, claims | {"_sd": [covered], "_sd_alg": "sha-256"})
    if (name, value) == ("sha256", None):
        assert receipt.verified_stored(f"{jws}~{one}~", hand.jwks()).sha256 is None
        return
    with pytest.raises(Unsigned):
        receipt.verified_stored(f"{jws}~{one}~", hand.jwks())


def payload(jws: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(base64url(jws.split(".")[1]))
    return told


def base64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def test_one_receipt_does_not_pass_for_the_other() -> None:
    hand = Hand()
    with pytest.raises(Unsigned):
        receipt.verify_receipt(hand.sign(receipt.TYP, STORED), hand.jwks())
    with pytest.raises(Unsigned):
        receipt.verified_stored(hand.sign(receipt.TYP, RECEIVED), hand.jwks())


def test_a_manifest_is_no_receipt_and_a_receipt_no_manifest() -> None:
    hand = Hand()
    with pytest.raises(Unsigned):
        receipt.verify_receipt(hand.sign(manifest.TYP, RECEIVED), hand.jwks())
    with pytest.raises(Unsigned):
        manifest.verify_manifest(hand.sign(receipt.TYP, CLAIMS), hand.jwks())


@pytest.mark.parametrize(
    "wrong",
    [
        {"files_ok": False},
        {"refused": [{"name": "curves.ndjson", "reason": "sha256"}]},
        {"received_at": 1_800_000_000},
        {"manifest_sha256": "AB" * 32},
    ],
)
def test_a_receipt_says_all_is_well_or_what_is_not(wrong: dict[str, Any]) -> None:
    hand = Hand()
    with pytest.raises(Unsigned):
        receipt.verify_receipt(hand.sign(receipt.TYP, RECEIVED | wrong), hand.jwks())


def test_the_digest_of_a_manifest_is_that_of_its_bytes() -> None:
    compact = manifest.sign_manifest(Hand(), claims())
    assert manifest.digest(compact) != manifest.digest(compact + "A")
    assert manifest.digest("abc").startswith("ba7816bf8f01cfea")  # FIPS 180-4, of "abc"
