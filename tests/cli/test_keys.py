"""`synergie keys new`."""

import json
import stat
from pathlib import Path

import pytest

from synergie.cli import main


@pytest.mark.parametrize("alg", ["ES256", "PS256", "Ed25519"])
def test_the_public_half_is_printed_and_the_private_one_kept(
    alg: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "key.json"
    assert main(["keys", "new", "--out", str(out), "--alg", alg]) == 0
    (public,) = json.loads(capsys.readouterr().out)["keys"]
    private = json.loads(out.read_text(encoding="utf-8"))
    assert public["alg"] == alg
    assert "d" in private
    assert not {"d", "p", "q"} & public.keys()
    assert public["kid"] == private["kid"]
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


def test_a_key_is_never_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "key.json"
    out.write_text("kept", encoding="utf-8")
    assert main(["keys", "new", "--out", str(out)]) == 2
    assert "existe déjà" in capsys.readouterr().err
    assert out.read_text(encoding="utf-8") == "kept"


def test_the_public_half_goes_into_a_file_on_request(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, jwks = tmp_path / "key.json", tmp_path / "public.json"
    assert main(["keys", "new", "--out", str(out), "--jwks", str(jwks)]) == 0
    assert capsys.readouterr().out == ""
    assert len(json.loads(jwks.read_text(encoding="utf-8"))["keys"]) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["key.json", "public.json"]


def test_a_new_key_beside_the_old_is_published_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from synergie.client.keys import load_key

    monkeypatch.chdir(tmp_path)
    assert main(["keys", "new", "--out", "old.json", "--jwks", "first.json"]) == 0
    line = ["keys", "new", "--beside", "old.json", "--out", "new.json", "--jwks", "both.json"]
    assert main(line) == 0
    both = json.loads(Path("both.json").read_text(encoding="ascii"))["keys"]
    assert [key["kid"] for key in both] == [load_key(n)["kid"] for n in ("new.json", "old.json")]
    assert not any("d" in key for key in both)
