"""Signatures made by our client, verified by another program with other code."""

from pathlib import Path
from typing import Any

import pytest

from synergie.client import Auth
from synergie.client.keys import new_key, public_jwks
from synergie.schemas.publication.signed_publication import PUBLICATION_TYPE, claims_for
from synergie.schemas.trust.agreement import Agreement, Terms
from synergie.schemas.trust.agreement_bytes import terms_digest
from tests.cli.published import paper, release
from tests.components import node
from tests.interop.conftest import terms

pytestmark = pytest.mark.interop

ISSUER = "https://donnees.example"


def _draft() -> Agreement:
    """A draft whose title holds what canonical JSON may be got wrong on."""
    odd = terms("cab_0000000000").model_dump() | {"title": 'Éclairage « 2027 » "\\" € 🜂'}
    agreed = Terms.model_validate(odd)
    return Agreement(
        id="agr_0000000000000001",
        version=1,
        terms=agreed,
        terms_sha256=terms_digest("agr_0000000000000001", 1, agreed),
        state="draft",
        signatures=(),
        history=(),
        summary="Un accord.",
    )


@pytest.mark.parametrize("alg", ["ES256", "PS256", "Ed25519"])
def test_another_program_verifies_it_and_finds_the_same_digest(packages: Path, alg: str) -> None:
    key, draft = new_key(alg), _draft()
    auth = Auth(key, "program", ISSUER, clock=lambda: 1_800_000_000)
    given = {
        "jws": auth.sign(draft, "owner", "org-one"),
        "jwks": public_jwks(key),
        "agreement": draft.model_dump(mode="json"),
    }
    found: dict[str, Any] = node(packages / "signature.mjs", given)
    assert found["header"] == {"alg": alg, "kid": key["kid"], "typ": "synergie-agreement+jwt"}
    assert found["payload"] == {
        "agreement": draft.id,
        "version": 1,
        "terms_sha256": found["digest"],
        "role": "owner",
        "org": "org-one",
        "iat": 1_800_000_000,
    }
    assert found["digest"] == draft.terms_sha256
    assert found["changed"] == "ERR_JWS_SIGNATURE_VERIFICATION_FAILED"


@pytest.mark.parametrize("alg", ["ES256", "Ed25519"])
def test_another_program_verifies_a_publication_and_finds_the_digest_of_its_record(
    packages: Path, alg: str
) -> None:
    key, one = new_key(alg), paper()
    auth = Auth(key, "program", ISSUER)
    claims = claims_for(one, 1_800_000_000).model_dump(mode="json")
    given = {
        "jws": auth.prove(PUBLICATION_TYPE, claims),
        "jwks": public_jwks(key),
        "record": release().model_dump(mode="json"),
    }
    found: dict[str, Any] = node(packages / "publication.mjs", given)
    assert found["header"] == {"alg": alg, "kid": key["kid"], "typ": "synergie-publication+jwt"}
    assert found["payload"] == claims
    assert found["digest"] == found["payload"]["cells_sha256"] == one.cells_sha256
