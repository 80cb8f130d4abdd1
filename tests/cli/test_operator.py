"""What an operator does: organisations, clients, the store."""

import json
import re
from pathlib import Path

import pytest

from synergie.cli import main


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store named by the environment, as a server's would be."""
    path = tmp_path / "synergie.db"
    monkeypatch.setenv("SYNERGIE_DATABASE_URL", f"sqlite:///{path}")
    monkeypatch.chdir(tmp_path)
    assert main(["db", "upgrade"]) == 0
    return path


@pytest.fixture
def jwks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """The public half of a new key."""
    path = tmp_path / "public.json"
    assert main(["keys", "new", "--out", str(tmp_path / "key.json"), "--jwks", str(path)]) == 0
    return path


def _pompey(jwks: Path, *more: str) -> list[str]:
    line = ["org", "add", "cc-bassin-de-pompey", "--kind", "epci", "--name", "Bassin de Pompey"]
    return [*line, "--jwks", str(jwks), *more]


def test_an_organisation_and_its_program_are_registered(
    store: Path, jwks: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(_pompey(jwks, "--siren", "245400601")) == 0
    line = ["client", "add", "pompey-exports", "--org", "cc-bassin-de-pompey", "--jwks", str(jwks)]
    assert main([*line, "--scope", "curves:read"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "cc-bassin-de-pompey\u00a0: enregistrée",
        "pompey-exports\u00a0: enregistré pour cc-bassin-de-pompey",
    ]
    assert main([*line]) == 1, "the id is taken"
    assert main(["client", "disable", "pompey-exports", "--yes"]) == 0
    assert main(["db", "check"]) == 0
    assert store.is_file()


def test_a_wrong_fact_is_refused_with_its_place(
    store: Path, jwks: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(_pompey(jwks, "--siren", "245400602")) == 1
    said = capsys.readouterr().err
    assert "/siren" in said
    assert "245400602" in said
    assert main(_pompey(jwks, "--siren", "245400601")) == 0, "nothing of it was kept"


def test_a_private_key_is_not_taken_for_a_public_one(
    store: Path, jwks: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    private = tmp_path / "wrong.json"
    key = json.loads((tmp_path / "key.json").read_text(encoding="utf-8"))
    private.write_text(json.dumps({"keys": [key]}), encoding="utf-8")
    assert main(_pompey(private)) == 1
    assert key["d"] not in capsys.readouterr().err


def test_a_program_of_an_unknown_organisation_is_refused(store: Path, jwks: Path) -> None:
    assert main(["client", "add", "lost-exports", "--org", "nobody", "--jwks", str(jwks)]) == 1


def test_disabling_asks_and_cannot_ask_without_a_terminal(
    store: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["client", "disable", "pompey-exports"]) == 2
    assert "--yes" in capsys.readouterr().err


def test_disabling_an_unknown_program_ends_with_5(store: Path) -> None:
    assert main(["client", "disable", "pompey-exports", "--yes"]) == 5


def test_a_file_that_is_no_key_set_is_refused(store: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.json"
    for text in ("", "[", "[]", "[" * 100_000):
        wrong.write_text(text, encoding="utf-8")
        assert main(_pompey(wrong)) == 1


def test_an_unknown_setting_of_the_environment_is_refused(
    store: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SYNERGIE_HOTS", "x")
    assert main(["db", "upgrade"]) == 2
    assert "SYNERGIE_HOTS" in capsys.readouterr().err


def test_the_store_is_upgraded_and_upgrading_again_changes_nothing(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["db", "upgrade"]) == 0
    assert main(["db", "upgrade"]) == 0
    capsys.readouterr()
    assert main(["db", "compact", "--locale", "en"]) == 0
    merged, sizes = capsys.readouterr().out.splitlines()
    assert merged == "0 months merged"
    now, before = (int(one.replace(",", "")) for one in re.findall(r"([\d,]+) kB", sizes))
    assert 0 < now <= before
