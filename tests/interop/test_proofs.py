"""Our manifest, receipts and tree head, verified by another program with other code (npm jose)."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from synergie.client import Client
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.testing import server
from tests.components import node
from tests.interop.conftest import terms

pytestmark = pytest.mark.interop


@pytest.fixture(scope="module")
def found(packages: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What `proofs.mjs` makes of a folder that our client fetched."""
    folder = tmp_path_factory.mktemp("proofs") / "remise"
    with server() as running:
        owner, auth = running.client("org-one"), running.auth("org-two")
        batch = owner.publish_cabinets([CabinetRecord(external_id="A1", provenance="synthetic")])
        draft = owner.draft(terms(batch.items[0].id))
        owner.propose(draft.id)
        with Client(running.url, auth) as reader:
            reader.accept(draft.id)
            made = reader.exports.make(["cabinets"], agreement=draft.id)
            reader.exports.download(made.id, folder)
        given = {
            "folder": str(folder),
            "issuer": running.url,
            "owner": "org-one",
            "recipient": "org-two",
            "stored": owner.exports.signed_receipt(batch.id),
        }
        told: dict[str, Any] = node(packages / "proofs.mjs", given)
        assert told["manifest"]["jti"] == made.id
        assert told["digest"] == made.manifest_sha256
        assert told["stored"]["sub"] == batch.id
        assert told["disclosed"][1:] == ["sha256", batch.digest]
    return told


def test_another_program_verifies_the_manifest_and_its_files(found: dict[str, Any]) -> None:
    said = found["manifest"]
    assert (said["owner"], said["aud"], said["version"]) == ("org-one", "org-two", 1)
    assert (said["purpose"], said["retention_days"]) == ("joint_maintenance", 365)
    assert found["files"] == {"cabinets.ndjson": True}


def test_another_program_verifies_the_receipt_of_the_recipient(found: dict[str, Any]) -> None:
    told = found["receipt"]
    assert told["files_ok"] is True
    assert told["manifest_sha256"] == found["digest"]
    assert datetime.fromisoformat(told["received_at"]).tzinfo is UTC


def test_another_program_verifies_the_head_that_the_manifest_names(found: dict[str, Any]) -> None:
    assert found["head"]["tree_size"] == found["manifest"]["tree_size"] > 0
    assert found["head"]["root"] == found["manifest"]["root"]


def test_another_program_refuses_another_kind_key_or_text(found: dict[str, Any]) -> None:
    assert found["refused"] == {
        "typ": "ERR_JWT_CLAIM_VALIDATION_FAILED",
        "key": "ERR_JWKS_NO_MATCHING_KEY",
        "changed": "ERR_JWS_SIGNATURE_VERIFICATION_FAILED",
    }
