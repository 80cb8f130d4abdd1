"""An agreement is verified from its document and keys alone, and what does not hold is named."""

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from synergie.proof import jose
from synergie.proof.agreement import MOST, proof_flaws, proof_terms
from synergie.schemas.trust.agreement_bytes import SIGNATURE_TYPE
from synergie.schemas.trust.agreement_proof import AgreementProof
from tests.server.partner import ec_signer, jwt

VECTOR = Path(__file__).parents[2] / "docs" / "reference" / "agreement-proof.json"
type Told = dict[str, Any]


def _finer(told: Told) -> None:
    told["signed_text"] = told["signed_text"].replace('"day"', '"raw"')


def _digest(told: Told) -> None:
    _finer(told)
    told["terms_sha256"] = sha256(told["signed_text"].encode()).hexdigest()


def _spaced(told: Told) -> None:
    """The same members in another form: its digest is not the one that was signed."""
    told["signed_text"] = told["signed_text"].replace(",", ", ")
    told["terms_sha256"] = sha256(told["signed_text"].encode()).hexdigest()


def _swapped(told: Told) -> None:
    one, two = told["signatures"]
    one["jws"], two["jws"] = two["jws"], one["jws"]


CHANGES: dict[str, tuple[Callable[[Told], object], str, str]] = {
    "a finer grain": (_finer, "terms", "signed_text"),
    "a finer grain with its digest": (_digest, "digest", "signatures/0/terms_sha256"),
    "the text in another form": (_spaced, "terms", "signed_text"),
    "another agreement": (lambda t: t.update(agreement="agr_2"), "terms", "signed_text"),
    "another version": (lambda t: t.update(version=2), "terms", "signed_text"),
    "one signature": (lambda t: t["signatures"].pop(), "signature", "signatures"),
    "the signatures exchanged": (_swapped, "key", "signatures/0"),
    "a moment": (
        lambda t: t["signatures"][0].update(signed_at="2026-01-05T09:00:01Z"),
        "signature", "signatures/0/signed_at",
    ),
    "a key that ended before": (
        lambda t: t["keys"][0].update(valid_until="2026-01-05T09:00:00Z"), "key", "signatures/0",
    ),
    "no key": (lambda t: t["keys"].pop(0), "key", "signatures/0"),
    "a key that is none": (
        lambda t: t["keys"][0].update(jwk={"kty": "EC"}), "signature", "signatures/0",
    ),
    "a signature that is none": (
        lambda t: t["signatures"][0].update(jws="a.b.c"), "signature", "signatures/0",
    ),
}  # fmt: skip


def _vector() -> Told:
    told: Told = json.loads(VECTOR.read_text())
    return told


def _read(told: Told) -> AgreementProof:
    return AgreementProof.model_validate_json(json.dumps(told))


def test_the_published_vector_holds_and_says_its_terms() -> None:
    proof = _read(_vector())
    assert list(proof_flaws(proof)) == []
    terms = proof_terms(proof)
    assert terms is not None
    assert (terms.owner, terms.granularity) == ("cc-exemple", "day")
    assert proof.terms_sha256 in (VECTOR.parent / "proofs.md").read_text()


@pytest.mark.parametrize(("change", "code", "where"), CHANGES.values(), ids=CHANGES)
def test_what_was_changed_is_named(change: Callable[[Told], object], code: str, where: str) -> None:
    told = _vector()
    change(told)
    first = next(proof_flaws(_read(told)))
    assert (first.code, first.where) == (code, where)


def test_keys_that_were_kept_apart_are_the_ones_that_count() -> None:
    proof = _read(_vector())
    kept = [one.model_copy(update={"kid": "another"}) for one in proof.keys]
    assert [one.code for one in proof_flaws(proof, kept)] == ["key", "key"]


def test_keys_of_another_under_the_names_and_thumbprints_of_the_parties_are_named() -> None:
    """Who makes up both keys signs what he likes: only the key tells its thumbprint."""
    told = _vector()
    for one, key in zip(told["signatures"], told["keys"], strict=True):
        signed = jose.parse_unverified(one["jws"], limit=MOST)
        forger = ec_signer(key["kid"])
        header = {"alg": forger.alg, "typ": SIGNATURE_TYPE, "kid": signed.header["kid"]}
        one["jws"] = jwt(header, dict(signed.claims), forger)
        key["jwk"] = forger.jwk
    found = {(one.code, one.where) for one in proof_flaws(_read(told))}
    assert found == {("key", "keys/0/thumbprint"), ("key", "keys/1/thumbprint")}


def test_no_key_at_all_is_not_the_document_s_own() -> None:
    proof = _read(_vector())
    assert [one.code for one in proof_flaws(proof, [])] == ["key", "key"]


def test_two_keys_of_one_name_are_named() -> None:
    told = _vector()
    told["keys"].append(told["keys"][0])
    assert ("key", "keys/2/kid") in {(one.code, one.where) for one in proof_flaws(_read(told))}


def test_no_character_of_the_signed_text_may_change() -> None:
    told = _vector()
    for place in range(0, len(told["signed_text"]), 7):
        text = told["signed_text"]
        changed = text[:place] + chr(ord(text[place]) ^ 1) + text[place + 1 :]
        assert list(proof_flaws(_read(told | {"signed_text": changed}))), place
