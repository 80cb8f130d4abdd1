"""`synergie audit check`: proofs of records and of growth, checked from files without a server."""

import json
import shutil
from pathlib import Path
from typing import Any

import httpx2
import pytest

from synergie.cli import main
from synergie.schemas.trust.journal import RecordProof
from synergie.testing import Running, server
from tests.client.test_audit import Shared
from tests.databases import new_store

type Capture = pytest.CaptureFixture[str]

PROOF, OLD, NEW, GREW, KEYS = "preuve.json", "tete.jws", "plus-tard.jws", "suite.json", "cles.json"
KEYED = ("--jwks", KEYS)


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def written(
    request: pytest.FixtureRequest, blank_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The proof of one access, a head before it and a later one, keys; the server is gone."""
    folder, served = (tmp_path_factory.mktemp(name) for name in ("written", "served"))
    with new_store(request.param, served, like=blank_sqlite) as store, server(store) as running:
        _write(running, folder)
    return folder


def _write(running: Running, folder: Path) -> None:
    shared = Shared(running)
    old = shared.owner.audit.head()
    shared.reader.site(shared.site)
    seen = next(iter(shared.owner.audit.accesses()))
    head = shared.owner.audit.head()
    seq, size = seen.record.seq, head.tree_size
    kept, path = shared.owner.audit.record(seq), shared.owner.audit.inclusion(seq, size)
    proof = RecordProof(record=kept, inclusion=path, head=head)
    (folder / PROOF).write_text(proof.model_dump_json(), encoding="utf-8")
    (folder / OLD).write_text(old.jws, encoding="utf-8")
    (folder / NEW).write_text(head.jws, encoding="utf-8")
    grew = shared.owner.audit.proof(old.tree_size, size)
    (folder / GREW).write_text(grew.model_dump_json(), encoding="utf-8")
    keys = httpx2.get(f"{running.url}/jwks", timeout=60).text
    (folder / KEYS).write_text(keys, encoding="utf-8")
    shared.close()


@pytest.fixture
def files(written: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of what was written, where the command is run."""
    shutil.copytree(written, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def said(capsys: Capture, *line: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main(["audit", "check", *line, "--locale", "en"])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def changed(path: Path, *where: str, value: Any) -> None:
    told = json.loads(path.read_text(encoding="utf-8"))
    part = told
    for name in where[:-1]:
        part = part[name]
    part[where[-1]] = value
    path.write_text(json.dumps(told), encoding="utf-8")


def test_a_record_is_under_its_head(files: Path, capsys: Capture) -> None:
    code, out, err = said(capsys, PROOF, *KEYED)
    assert (code, err) == (0, "")
    assert "data.read by reader" in out
    assert "it is under the head of" in out
    assert out.endswith("everything holds\n")
    code, out, _ = said(capsys, PROOF, *KEYED, "--json")
    told = json.loads(out)
    assert (told["ok"], told["signed"], len(told["steps"]), told["fault"]) == (True, True, 2, None)
    assert files.is_dir()


def test_the_head_of_a_proof_continues_one_that_was_kept(files: Path, capsys: Capture) -> None:
    code, out, err = said(capsys, PROOF, *KEYED, "--head", OLD, "--growth", GREW)
    assert (code, err) == (0, "")
    assert f"{PROOF}: the journal only grew since {OLD}" in out
    code, out, _ = said(capsys, *KEYED, "--head", NEW, "--head", OLD, "--growth", GREW)
    assert (code, f"{NEW}: the journal only grew since {OLD}" in out) == (0, True)
    code, out, _ = said(capsys, PROOF, "--head", NEW)
    assert code == 0
    assert "the signatures of the heads were not verified" in out
    code, _, err = said(capsys, PROOF, *KEYED, "--head", OLD)
    assert code == 2
    sizes = [json.loads((files / GREW).read_text(encoding="utf-8"))[k] for k in ("first", "second")]
    assert "/audit/proof?first={}&second={}".format(*sizes) in err


@pytest.mark.parametrize(
    ("where", "value", "step"),
    [
        (("record", "salt"), "0" * 32, f"{PROOF}, record, leaf"),
        (("record", "leaf"), "0" * 64, f"{PROOF}, record, leaf"),
        (("inclusion", "leaf"), "0" * 64, f"{PROOF}, inclusion, leaf"),
        (("record", "seq"), 0, f"{PROOF}, record, seq"),
        (("inclusion", "seq"), 0, f"{PROOF}, inclusion, seq"),
        (("inclusion", "size"), 4, f"{PROOF}, inclusion, size"),
        (("inclusion", "path"), ["0" * 64], f"{PROOF}, inclusion, path"),
        (("head", "root"), "0" * 64, f"{PROOF}, head, root"),
        (("head", "tree_size"), 4, f"{PROOF}, head, tree_size"),
        (("head", "signed_at"), "2020-01-01T00:00:00Z", f"{PROOF}, head, signed_at"),
        (("head", "signed_at"), None, f"{PROOF} /head/signed_at"),
        (("head", "jws"), "a.b.c", f"{PROOF}, head: another one found"),
    ],
    ids=[
        "salt", "leaf", "other-leaf", "seq", "other-seq", "size", "path", "root", "tree",
        "time", "no-time", "jws",
    ],
)  # fmt: skip
def test_the_step_that_does_not_hold_is_named(
    files: Path, capsys: Capture, where: tuple[str, ...], value: Any, step: str
) -> None:
    changed(files / PROOF, *where, value=value)
    code, out, err = said(capsys, PROOF, *KEYED)
    assert code == 1
    assert err.startswith(step), err
    assert "everything holds" not in out
    told = json.loads(said(capsys, PROOF, *KEYED, "--json")[1])
    assert (told["ok"], told["fault"]) == (False, err.strip())


def test_a_record_whose_text_was_changed_is_named(files: Path, capsys: Capture) -> None:
    text = (files / PROOF).read_text(encoding="utf-8").replace("data.read", "data.undone")
    (files / PROOF).write_text(text, encoding="utf-8")
    code, _, err = said(capsys, PROOF, *KEYED)
    assert code == 1
    assert err.startswith(f"{PROOF}, record, leaf")


def test_keys_of_another_sign_nothing(files: Path, capsys: Capture) -> None:
    (files / KEYS).write_text('{"keys": []}', encoding="utf-8")
    code, _, err = said(capsys, PROOF, *KEYED)
    assert code == 1
    assert "a tree head signed by a key of the set" in err


def test_a_history_that_is_another_is_named(files: Path, capsys: Capture) -> None:
    changed(files / GREW, "path", value=["0" * 64])
    code, _, err = said(capsys, PROOF, *KEYED, "--head", OLD, "--growth", GREW)
    assert code == 1
    assert err.startswith(f"{GREW}, path: another one found")
    with server() as elsewhere:
        foreign = httpx2.get(f"{elsewhere.url}/audit/head", timeout=60).json()["jws"]
    (files / OLD).write_text(foreign, encoding="utf-8")
    code, _, err = said(capsys, PROOF, "--head", OLD, "--growth", GREW)
    assert code == 1
    assert "a tree head of the same server" in err


def test_what_is_missing_is_asked_for(files: Path, capsys: Capture) -> None:
    assert said(capsys)[0] == 2
    assert said(capsys, PROOF)[0] == 2
    assert said(capsys, *KEYED, "--head", OLD)[0] == 2
    (files / PROOF).write_text('{"record": 1}', encoding="utf-8")
    code, _, err = said(capsys, PROOF, *KEYED)
    assert code == 1
    assert err.startswith(f"{PROOF} /record")
