"""Receipts: each by the keys of whoever must have signed, and each of its one kind."""

from typing import Any

import pytest

from synergie.proof import manifest, receipt
from synergie.proof.jose import Unsigned
from synergie.schemas.export import ReceiptClaims, StoredClaims
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
    assert receipt.verified(receipt.signed(hand.sign, told), hand.jwks()) == told


def test_what_the_server_signs_is_what_is_read() -> None:
    hand = Hand()
    told = StoredClaims.model_validate(STORED)
    assert receipt.verified_stored(receipt.stored(hand, told), hand.jwks()) == told


def test_one_receipt_does_not_pass_for_the_other() -> None:
    hand = Hand()
    with pytest.raises(Unsigned):
        receipt.verified(hand.sign(receipt.TYP, STORED), hand.jwks())
    with pytest.raises(Unsigned):
        receipt.verified_stored(hand.sign(receipt.TYP, RECEIVED), hand.jwks())


def test_a_manifest_is_no_receipt_and_a_receipt_no_manifest() -> None:
    hand = Hand()
    with pytest.raises(Unsigned):
        receipt.verified(hand.sign(manifest.TYP, RECEIVED), hand.jwks())
    with pytest.raises(Unsigned):
        manifest.verified(hand.sign(receipt.TYP, CLAIMS), hand.jwks())


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
        receipt.verified(hand.sign(receipt.TYP, RECEIVED | wrong), hand.jwks())


def test_the_digest_of_a_manifest_is_that_of_its_bytes() -> None:
    compact = manifest.signed(Hand(), claims())
    assert manifest.digest(compact) != manifest.digest(compact + "A")
    assert manifest.digest("abc").startswith("ba7816bf8f01cfea")  # FIPS 180-4, of "abc"
