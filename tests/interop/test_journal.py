"""A record of the journal, checked by a program that shares no code with ours (Node, npm jose)."""

from pathlib import Path
from typing import Any

import httpx2
import pytest

from synergie.client import Client
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.testing import server
from tests.components import node
from tests.interop.conftest import terms

pytestmark = pytest.mark.interop


def test_another_program_finds_every_record_in_its_place(packages: Path) -> None:
    with server() as running:
        owner, auth = running.client("org-one"), running.auth("org-two")
        batch = owner.publish_cabinets([CabinetRecord(external_id="A1", provenance="synthetic")])
        draft = owner.draft(terms(batch.items[0].id))
        owner.propose(draft.id, terms_sha256=draft.terms_sha256)
        with Client(running.url, auth) as reader:
            reader.accept(draft.id)
            for _ in range(3):
                reader.cabinet(batch.items[0].id)
            seen = list(reader.audit.accesses())
            assert len(seen) == 3
            jwks = httpx2.get(f"{running.url}/jwks", timeout=60).json()
            head = reader.audit.head()
            for one in seen:
                seq = one.record.seq
                kept, proof = reader.audit.record(seq), reader.audit.inclusion(seq, head.tree_size)
                given = {
                    "issuer": running.url,
                    "jwks": jwks,
                    "head": head.model_dump(mode="json"),
                    "kept": kept.model_dump(mode="json"),
                    "proof": proof.model_dump(mode="json"),
                }
                found: dict[str, Any] = node(packages / "journal.mjs", given)
                assert (found["root"], found["leaf"]) == (head.root, kept.leaf)
                assert found["signed"] == head.root
                assert found["record"]["subjects"] == [batch.items[0].id]
                given["kept"]["record"] = kept.record.replace("org-two", "org-six")
                assert node(packages / "journal.mjs", given)["root"] != head.root
