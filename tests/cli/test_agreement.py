"""`synergie agreement`: the whole life on the command line, here and on a server."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import synergie.testing
from synergie.cli import main
from synergie.client.keys import new_key, public_jwks
from synergie.proof import jose
from synergie.schemas.trust.agreement import Terms
from synergie.schemas.trust.agreement_bytes import terms_digest
from tests.reports.english import french_left

ONE, TWO = "org-one", "org-two"

type Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `synergie agreement …`, in English unless told: exit code, stdout, stderr."""

    def line(*words: str, locale: str = "en") -> tuple[int, str, str]:
        code = main(["agreement", *words, "--locale", locale])
        told = capsys.readouterr()
        return code, told.out, told.err

    return line


@pytest.fixture
def terms(tmp_path: Path) -> Callable[..., str]:
    """A file with terms."""

    def write(**more: Any) -> str:
        path = tmp_path / "terms.json"
        told: dict[str, Any] = {
            "owner": ONE, "recipient": TWO, "title": "Achat groupé 2027",
            "purpose": "joint_purchase",
            "datasets": ["consumption"], "selector": {"sites": ["site_0001"]}, "granularity": "day",
            "legal_basis": "contract", "data_period": {"start": "2020-01-01T00:00:00Z"},
            "valid_from": "2020-01-01T00:00:00Z", "valid_until": "2090-01-01T00:00:00Z",
            "retention_days": 365,
        }  # fmt: skip
        path.write_text(json.dumps(told | more), encoding="utf-8")
        return str(path)

    return write


@pytest.fixture
def keys(tmp_path: Path) -> dict[str, str]:
    """The private key of each organisation, and its public half beside."""
    found = {}
    for name in (ONE, TWO):
        key, path = new_key(), tmp_path / f"{name}.json"
        path.write_text(json.dumps(key))
        path.chmod(0o600)
        (tmp_path / f"{name}.jwks").write_text(json.dumps(public_jwks(key)))
        found[name] = str(path)
    return found


@pytest.fixture
def here(
    tmp_path: Path,
    keys: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Path:
    """A local store with both organisations."""
    monkeypatch.setenv("SYNERGIE_DATABASE_URL", f"sqlite:///{tmp_path}/synergie.db")
    monkeypatch.chdir(tmp_path)
    assert main(["db", "upgrade"]) == 0
    for name in (ONE, TWO):
        line = ["org", "add", name, "--kind", "epci", "--name", name.title()]
        assert main([*line, "--jwks", str(tmp_path / f"{name}.jwks")]) == 0
    capsys.readouterr()
    return tmp_path


def _drafted(run: Run, terms: str, *where: str) -> str:
    code, out, err = run("draft", terms, *where, "--json")
    assert code == 0, err
    return str(json.loads(out)["id"])


def test_what_was_signed_is_verified_from_files_alone(
    run: Run, here: Path, terms: Callable[..., str], keys: dict[str, str]
) -> None:
    name = _drafted(run, terms(), "--org", ONE)
    assert run("propose", name, "--org", ONE, "--key", keys[ONE], "--yes")[0] == 0
    assert run("accept", name, "--org", TWO, "--key", keys[TWO], "--yes")[0] == 0
    proof = here / "preuve.json"
    assert run("print", name, "--org", TWO, "--out", str(proof))[0] == 0
    code, out, err = run("verify", str(proof))
    assert (code, err) == (0, "")
    assert "“Achat groupé 2027”: org-one opens to org-two" in out
    assert out.count("signed by org-") == 2
    assert "the keys lie in the same document" in out
    kept = here / "kept.json"
    kept.write_text(proof.read_text())
    assert "the keys lie" not in run("verify", str(proof), "--keys", str(kept))[1]
    proof.write_text(proof.read_text().replace('\\"day\\"', '\\"raw\\"'))
    code, out, err = run("verify", str(proof), "--keys", str(kept))
    assert (code, out) == (1, "")
    assert "signed_text: the text is not the one that was signed; found" in err
    told = json.loads(run("verify", str(proof), "--json")[1])
    assert (told["holds"], told["faults"][0]["code"]) == (False, "terms")


def test_the_whole_life_in_the_local_store(
    run: Run, here: Path, terms: Callable[..., str], keys: dict[str, str]
) -> None:
    one, two = ("--org", ONE), ("--org", TWO)
    name = _drafted(run, terms(), *one)
    assert run("list", *two)[1] == "No agreement.\n"
    assert run("propose", name, *one, "--key", keys[ONE], "--yes")[0] == 0
    code, out, err = run("accept", name, *two, "--key", keys[TWO], "--yes")
    assert (code, out) == (0, f"{name}, version 1: active\n")
    assert "“Achat groupé 2027”: org-one opens to org-two" in err, "what is signed is shown first"
    assert "« Achat groupé 2027 » : org-one ouvre à" in run("show", name, *one, locale="fr")[1]
    newer = _drafted(run, terms(retention_days=7), *one, "--of", name)
    assert newer == name
    assert "version 2 waits" in run("show", name, *one)[1]
    for act, where, key in (("propose", one, ONE), ("accept", two, TWO)):
        assert run(act, name, *where, "--key", keys[key], "--yes")[1].startswith(
            f"{name}, version 2"
        )
    assert (
        json.loads(run("show", name, *two, "--version", "1", "--json")[1])["state"] == "terminated"
    )
    assert run("suspend", name, "--operator")[1] == f"{name}, version 2: suspended for now\n"
    assert "operator of the server" in run("show", name, *one)[1]
    assert run("resume", name, *one)[0] == 4
    assert run("resume", name, "--operator")[0] == 0
    assert run("suspend", name, *one)[0] == run("resume", name, *one)[0] == 0
    assert run("terminate", name, *one, "--yes")[0] == 4
    assert run("revoke", name, *one, "--yes")[1] == f"{name}, version 2: revoked\n"
    assert run("resume", name, *one)[0] == 1
    assert name in run("list", *two)[1]


def test_a_paper_is_written_whole_or_not(
    run: Run, here: Path, terms: Callable[..., str], keys: dict[str, str]
) -> None:
    name = _drafted(run, terms(), "--org", ONE)
    for out, begins in (("accord.pdf", b"%PDF-"), ("accord.HTML", b"<!DOCTYPE html>")):
        assert run("print", name, "--org", ONE, "--out", out)[0] == 0
        assert (here / out).read_bytes().startswith(begins)
    assert run("print", name, "--org", ONE, "--out", "accord.docx")[0] == 1
    assert run("print", name, "--org", TWO, "--out", "autre.pdf")[0] == 5
    assert not (here / "autre.pdf").exists()


def test_clauses_are_shown_with_what_they_mean(
    run: Run, here: Path, terms: Callable[..., str]
) -> None:
    name = _drafted(run, terms(), "--org", ONE)
    words = ("show", name, "--org", ONE, "--clauses")
    told = run(*words, locale="fr")[1]
    assert "La finalité" in told
    assert "→ Tout autre usage est interdit." in told
    english = run(*words)[1]
    assert "The purpose" in english and "→ Any other use is forbidden." in english
    assert french_left(english.splitlines(), [ONE.title(), TWO.title(), "Achat groupé 2027"]) == []
    document = run(*words, "--json")[1]
    assert document == run(*words, "--json", locale="fr")[1], "the same for every reader"
    assert len(json.loads(document)["clauses"]) == 16


@pytest.mark.parametrize(("locale", "title"), [("fr", "Détenteur"), ("en", "Owner")])
def test_a_paper_is_in_the_language_of_who_reads(
    run: Run, here: Path, terms: Callable[..., str], locale: str, title: str
) -> None:
    name = _drafted(run, terms(), "--org", ONE)
    assert run("print", name, "--org", ONE, "--out", "accord.html", locale=locale)[0] == 0
    paper = (here / "accord.html").read_text(encoding="utf-8")
    assert f'<html lang="{locale}">' in paper and f"<dt>{title}</dt>" in paper
    assert run("print", name, "--org", ONE, "--out", "accord.pdf", locale=locale)[0] == 0
    assert (
        f"{locale}-{'FR' if locale == 'fr' else 'GB'}".encode()
        in (here / "accord.pdf").read_bytes()
    )


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("list",), 2),
        (("list", "--server", "https://donnees.example"), 2),
        (("list", "--org", "nobody"), 1),
        (("list", "--org", ONE, "--changed-since", "hier"), 1),
        (("show", "agr_2222222222222222", "--org", ONE), 5),
        (("suspend", "agr_2222222222222222", "--operator", "--org", ONE), 2),
        (("suspend", "agr_2222222222222222", "--operator"), 5),
        (("revoke", "agr_2222222222222222", "--org", ONE), 2),
    ],
)
def test_a_line_that_cannot_be_done_says_so(
    run: Run, here: Path, words: tuple[str, ...], code: int
) -> None:
    found, out, err = run(*words)
    assert found == code, err
    assert out == ""
    assert err


def test_without_a_key_nothing_is_signed(run: Run, here: Path, terms: Callable[..., str]) -> None:
    name = _drafted(run, terms(), "--org", ONE)
    code, _, err = run("propose", name, "--org", ONE, "--yes")
    assert code == 2
    assert "--key" in err


def test_terms_that_are_refused_are_said_with_their_place(
    run: Run, here: Path, terms: Callable[..., str]
) -> None:
    code, _, err = run("draft", terms(legal_basis="public_task"), "--org", ONE)
    assert (code, "/legal_reference" in err) == (1, True)
    code, _, err = run("draft", terms(purpose="billing"), "--org", ONE)
    assert (code, "/purpose" in err) == (1, True)


@pytest.fixture
def there(tmp_path: Path) -> Iterator[dict[str, tuple[str, ...]]]:
    """A server with both organisations: what the line says of each."""
    with synergie.testing.server() as running:
        where: dict[str, tuple[str, ...]] = {}
        for name in (ONE, TWO):
            auth = running.auth(name)
            path = tmp_path / f"{name}-there.json"
            path.write_text(json.dumps(dict(auth.key)))
            path.chmod(0o600)
            where[name] = (
                "--server", running.url, "--client", auth.client_id, "--key", str(path),
                "--org", name,
            )  # fmt: skip
        yield where


def test_the_same_life_on_a_server(
    run: Run, there: dict[str, tuple[str, ...]], terms: Callable[..., str]
) -> None:
    agreement = _drafted(run, terms(), *there[ONE])
    assert run("propose", agreement, *there[ONE], "--yes")[0] == 0
    assert run("accept", agreement, *there[TWO], "--yes")[0] == 0
    since = ("--changed-since", "2020-01-01T00:00:00Z")
    assert agreement in run("list", *there[TWO], *since)[1]
    assert _drafted(run, terms(retention_days=3), *there[TWO], "--of", agreement) == agreement
    assert run("terminate", agreement, *there[TWO], "--yes")[1].endswith("terminated\n")


def test_what_a_server_prints_is_french_and_said_to_be(
    run: Run, there: dict[str, tuple[str, ...]], terms: Callable[..., str], tmp_path: Path
) -> None:
    agreement, out = _drafted(run, terms(), *there[ONE]), tmp_path / "accord.pdf"
    words = ("print", agreement, *there[ONE], "--out", str(out))
    code, told, _ = run(*words)
    assert (code, told) == (0, f"{out}: written, in French as the server prints it\n")
    assert out.read_bytes().startswith(b"%PDF-") and b"fr-FR" in out.read_bytes()
    assert run(*words, locale="fr")[1] == f"{out}\u00a0: écrit\n"


def test_clauses_of_a_server_are_told_in_the_readers_language(
    run: Run, there: dict[str, tuple[str, ...]], terms: Callable[..., str]
) -> None:
    words = ("show", _drafted(run, terms(), *there[ONE]), *there[ONE], "--clauses")
    french, english = run(*words, locale="fr")[1], run(*words)[1]
    assert "La durée" in french and "How long the agreement lasts" in english
    (bound,) = [line for line in english.splitlines() if "This agreement binds" in line]
    for name in (ONE, TWO):
        assert name in bound and name in french
    assert french_left(english.splitlines(), ["Achat groupé 2027"]) == []


def test_a_file_is_signed_without_a_connection(
    run: Run, terms: Callable[..., str], keys: dict[str, str], tmp_path: Path
) -> None:
    with synergie.testing.server() as running:
        owner = running.client("cc-essai")
        running.client("syndicat-essai")
        told = json.loads(Path(terms(owner="cc-essai", recipient="syndicat-essai")).read_text())
        made = owner.draft(Terms.model_validate_json(json.dumps(told)))
        file, out = tmp_path / "accord.json", tmp_path / "signature.txt"
        file.write_text(made.model_dump_json(), encoding="utf-8")
    key = keys[ONE]
    words = ("sign", str(file), "--org", "cc-essai", "--key", key)
    code, _, err = run(*words, "--out", str(out), "--yes")
    assert code == 0
    assert made.terms_sha256 in err and "cc-essai opens to syndicat-essai" in err
    signed = jose.verify_compact(
        out.read_text().strip(),
        "synergie-agreement+jwt",
        jose.public_keys(json.loads(Path(key).with_suffix(".jwks").read_text())),
        limit=4096,
    )
    wanted = {"agreement": made.id, "version": 1, "terms_sha256": made.terms_sha256}
    assert wanted.items() <= dict(signed.claims).items()
    assert (signed.claims["org"], signed.claims["role"]) == ("cc-essai", "owner")


@pytest.mark.parametrize("change", ["terms", "digest", "party"])
def test_a_file_that_was_changed_is_not_signed(
    run: Run, terms: Callable[..., str], keys: dict[str, str], tmp_path: Path, change: str
) -> None:
    one = Terms.model_validate_json(Path(terms()).read_text())
    body = {
        "id": "agr_0001", "version": 1, "terms": json.loads(one.model_dump_json()),
        "terms_sha256": terms_digest("agr_0001", 1, one), "state": "draft", "signatures": [],
        "history": [], "summary": "x",
    }  # fmt: skip
    org = ONE
    if change == "terms":
        body["terms"]["retention_days"] = 3660
    elif change == "digest":
        body["terms_sha256"] = "0" * 64
    else:
        org = "org-three"
    file = tmp_path / "accord.json"
    file.write_text(json.dumps(body), encoding="utf-8")
    code, out, _ = run("sign", str(file), "--org", org, "--key", keys[ONE], "--yes")
    assert (code, out) == (1, "")
