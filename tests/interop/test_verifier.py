"""A second verifier, written from the documentation alone in another language, names what is wrong.

`verifier.mjs` shares no code with ours: what it needs is in docs/reference/proofs.md.
"""

import base64
import json
from collections.abc import Callable
from copy import deepcopy
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx2
import pytest

from synergie.client import Auth, Client
from synergie.client.keys import new_key, public_jwks
from synergie.client.trust.audit import public_audit
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.publication.signed_publication import PUBLICATION_TYPE, claims_for
from synergie.testing import Running, server
from tests.cli.published import paper, release
from tests.components import node
from tests.interop.conftest import terms

pytestmark = pytest.mark.interop

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
VECTOR = REFERENCE / "agreement-proof.json"
RECEIPTS = REFERENCE / "receipt-proof.json"
type Documents = dict[str, Any]
type Change = Callable[[Documents], object]


def _published() -> Documents:
    key = new_key("ES256")
    claims = claims_for(paper(), 1_800_000_000).model_dump(mode="json")
    jws = Auth(key, "program", "https://donnees.example").prove(PUBLICATION_TYPE, claims)
    return {"jws": jws, "record": release().model_dump(mode="json"), "jwks": public_jwks(key)}


def _told(body: Any) -> Any:
    return body.model_dump(mode="json")


def _exchange(running: Running, folder: Path) -> dict[str, Documents]:
    """An agreement, an export, a receipt and the journal of it, as both parties get them."""
    owner, auth = running.client("org-one"), running.auth("org-two")
    batch = owner.publish_cabinets([CabinetRecord(external_id="A1", provenance="synthetic")])
    draft = owner.draft(terms(batch.items[0].id))
    owner.propose(draft.id)
    jwks = httpx2.get(f"{running.url}/jwks", timeout=60).json()
    file = folder / "points.csv"
    file.write_text("id;commune;armoire;puissance\nL1;54430;A1;70\n")
    deposit = owner.deposit(file).id
    assert deposit is not None
    with Client(running.url, auth) as reader:
        reader.accept(draft.id)
        earlier = public_audit(running.url).head()
        made = reader.exports.make(["cabinets"], agreement=draft.id)
        reader.exports.download(made.id, folder / "remise")
        (seen,) = [one for one in reader.audit.accesses() if one.record.event == "export.made"][:1]
        seq, head = seen.record.seq, reader.audit.head()
        growth = f"{running.url}/audit/proof?first={earlier.tree_size}&second={head.tree_size}"
        proof = reader.papers.proof(draft.id)
        return {
            "agreement": {"proof": _told(proof)},
            "plainAgreement": {
                "agreement": _told(reader.agreement(draft.id)), "keys": _told(proof)["keys"],
            },
            "receipt": {
                "receipt": owner.exports.signed_receipt(deposit), "file": file.read_text(),
                "jwks": jwks,
            },
            "exported": _folder(folder / "remise") | {"jwks": jwks},
            "journal": {
                "record": _told(reader.audit.record(seq)),
                "inclusion": _told(reader.audit.inclusion(seq, head.tree_size)),
                "head": _told(head), "earlier": _told(earlier),
                "growth": httpx2.get(growth, timeout=60).json(), "jwks": jwks,
            },
        }  # fmt: skip


def _folder(folder: Path) -> Documents:
    signed = {"manifest": "manifest.jws", "receipt": "receipt.jws", "head": "tree-head.jws"}
    return {
        **{name: (folder / file).read_text().strip() for name, file in signed.items()},
        "theirs": json.loads((folder / "receipt-jwks.json").read_text()),
        "files": {"cabinets.ndjson": _packed((folder / "cabinets.ndjson").read_bytes())},
    }


def _packed(content: bytes) -> str:
    return base64.b64encode(content).decode()


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Documents]:
    with server() as running:
        found = _exchange(running, tmp_path_factory.mktemp("verifier"))
    vector = json.loads(VECTOR.read_text())
    return found | {"publication": _published(), "vector": {"proof": vector}}


def _parts(jws: str, **changed: object) -> str:
    """*jws* with other claims, and the signature that was over the first ones."""
    header, claims, signature = jws.split(".")
    told = json.loads(_decoded(claims)) | changed
    return f"{header}.{_encoded(json.dumps(told).encode())}.{signature}"


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _finer(it: Documents) -> None:
    it["proof"]["signed_text"] = it["proof"]["signed_text"].replace('"day"', '"raw"')


def _finer_digest(it: Documents) -> None:
    _finer(it)
    it["proof"]["terms_sha256"] = sha256(it["proof"]["signed_text"].encode()).hexdigest()


def _parties(it: Documents) -> None:
    one, two = it["proof"]["signatures"]
    one["organisation"], two["organisation"] = two["organisation"], one["organisation"]


def _strange_key(it: Documents) -> None:
    """Another key under the name of the owner's."""
    key = new_key("ES256")
    mine = next(one for one in it["proof"]["keys"] if one["organisation"] == "org-one")
    mine["jwk"] = {name: key[name] for name in ("kty", "crv", "x", "y")}


def _retired(it: Documents) -> None:
    for one in it["proof"]["keys"]:
        one["valid_until"] = _moved(one["valid_from"], timedelta(days=-1))


def _without_part(it: Documents) -> None:
    """The manifest without one of its files, under the signature it had."""
    it["manifest"] = _parts(it["manifest"], files=[])


def _receipt(it: Documents, **changed: object) -> None:
    """Other claims under the signature that was, or another digest under its salt."""
    jws, disclosure, _ = it["receipt"].split("~")
    if "sha256" in changed:
        salt, name, _ = json.loads(_decoded(disclosure))
        disclosure = _encoded(json.dumps([salt, name, changed["sha256"]]).encode())
    else:
        jws = _parts(jws, **changed)
    it["receipt"] = f"{jws}~{disclosure}~"


def _record(it: Documents) -> None:
    it["record"]["record"] = it["record"]["record"].replace("org-two", "org-six")


def _record_leaf(it: Documents) -> None:
    """A record that was changed, with the leaf that is its own then."""
    _record(it)
    told = it["record"]
    leaf = sha256(b"\0" + bytes.fromhex(told["salt"]) + told["record"].encode())
    told["leaf"] = it["inclusion"]["leaf"] = leaf.hexdigest()


def _shrunk(it: Documents) -> None:
    it["earlier"], it["head"] = it["head"], it["earlier"]
    it["inclusion"]["size"] = it["head"]["tree_size"]


TAMPERINGS: list[tuple[str, str, Change, str]] = [
    ("a term of the text", "agreement", _finer, "text"),
    ("a term, with the digest made anew", "agreement", _finer_digest, "terms"),
    (
        "a term of the agreement as the API gives it", "plainAgreement",
        lambda it: it["agreement"]["terms"].update(retention_days=3660), "text",
    ),
    (
        "one signature taken away", "agreement",
        lambda it: it["proof"]["signatures"].pop(), "missing signature",
    ),
    ("each signature told as the other party's", "agreement", _parties, "party"),
    ("another key under the same name", "agreement", _strange_key, "signature"),
    ("a key that ended before it signed", "agreement", _retired, "key not in use"),
    (
        "keys of somebody else, kept apart", "agreement",
        lambda it: it.update(kept=[]), "unknown key",
    ),
    (
        "the agreement's number", "agreement",
        lambda it: it["proof"].update(agreement="agr_ffffffffffffffff"), "another agreement",
    ),
    (
        "the file that was sent", "receipt",
        lambda it: it.update(file=it["file"].replace("70", "71")), "content",
    ),
    (
        "the count in a receipt", "receipt",
        lambda it: _receipt(it, kept=0), "signature",
    ),
    (
        "the digest of a receipt, under its salt", "receipt",
        lambda it: _receipt(it, sha256=sha256(b"other").hexdigest()), "disclosure",
    ),
    (
        "a receipt without its digest", "receipt",
        lambda it: it.update(receipt=it["receipt"].split("~")[0]), "content not shown",
    ),
    (
        "a file of an export", "exported",
        lambda it: it["files"].update({"cabinets.ndjson": _packed(b"{}\n")}), "file",
    ),
    ("a file taken out", "exported", lambda it: it["files"].clear(), "missing file"),
    ("a part of the manifest taken out", "exported", _without_part, "signature"),
    ("a head for a manifest", "exported", lambda it: it.update(manifest=it["head"]), "kind"),
    (
        "the purpose in the manifest", "exported",
        lambda it: it.update(manifest=_parts(it["manifest"], purpose="joint_purchase")),
        "signature",
    ),
    (
        "a sum", "publication",
        lambda it: it["record"]["cells"][1].update(energy_wh=1), "sums",
    ),
    ("a hidden cell taken out", "publication", lambda it: it["record"]["hidden"].pop(), "sums"),
    (
        "the month that is told", "publication",
        lambda it: it["record"].update(period="2025-02"), "another version",
    ),
    (
        "the licence in the signature", "publication",
        lambda it: it.update(jws=_parts(it["jws"], terms={})), "signature",
    ),
    ("a record of the journal", "journal", _record, "record"),
    ("a record with its leaf made anew", "journal", _record_leaf, "place"),
    ("a hash of its path", "journal", lambda it: it["inclusion"]["path"].pop(), "place"),
    ("a root", "journal", lambda it: it["head"].update(root="0" * 64), "head"),
    (
        "the time beside a head", "journal",
        lambda it: it["head"].update(signed_at="2020-01-01T00:00:00Z"), "moment",
    ),
    ("the journal cut off", "journal", _shrunk, "place"),
    ("a hash of the growth", "journal", lambda it: it["growth"]["path"].pop(), "growth"),
]  # fmt: skip


def test_it_holds_what_is_whole_and_names_each_of_the_tamperings(
    packages: Path, documents: dict[str, Documents]
) -> None:
    given = {
        f"whole {name}": {"kind": name if name != "vector" else "agreement", "documents": one}
        for name, one in documents.items()
    }
    for name, kind, change, _ in TAMPERINGS:
        changed = deepcopy(documents[kind])
        change(changed)
        assert changed != documents[kind], name
        given[name] = {"kind": kind, "documents": changed}
    assert len(TAMPERINGS) >= 20
    found: dict[str, str | None] = node(packages / "verify.mjs", given)
    assert {found[name] for name in given if name.startswith("whole ")} == {None}
    assert {name: found[name] for name, *_ in TAMPERINGS} == {
        name: expected for name, _, _, expected in TAMPERINGS
    }


def test_it_holds_the_receipts_of_the_page(packages: Path) -> None:
    """That of today whole, one of an earlier version, and the first shown without its digest."""
    vector = json.loads(RECEIPTS.read_text())
    given = {
        name: {
            "kind": "receipt",
            "documents": {"receipt": text, "file": vector["file"], "jwks": vector["jwks"]},
        }
        for name, text in vector["receipts"].items()
    }
    assert node(packages / "verify.mjs", given) == {
        "whole": None, "earlier": None, "without_digest": "content not shown",
    }  # fmt: skip


def test_it_needs_a_key_that_signed_then_and_no_later_one(
    packages: Path, documents: dict[str, Documents]
) -> None:
    """A signature by a key that was retired: from before it holds, from after it does not."""
    given = {}
    for name, days in (("before", 1), ("after", -1)):
        changed = deepcopy(documents["agreement"])
        for one in changed["proof"]["keys"]:
            signed = changed["proof"]["signatures"][0]["signed_at"]
            one["valid_until"] = _moved(signed, timedelta(days=days))
        given[name] = {"kind": "agreement", "documents": changed}
    assert node(packages / "verify.mjs", given) == {"before": None, "after": "key not in use"}


def _moved(moment: str, by: timedelta) -> str:
    return (datetime.fromisoformat(moment) + by).isoformat()
