"""What `synergie proxy` refuses before it opens anything."""

from pathlib import Path

import pytest

from synergie.cli import main
from synergie.client.keys import new_key, save_key

SERVER = "http://127.0.0.1:9"
AGREEMENT = "agr_0123456789abcdef"


@pytest.fixture
def line(tmp_path: Path) -> list[str]:
    """A line that is whole, towards a server that is not there."""
    key = save_key(new_key(), tmp_path / "cle.json")
    return ["proxy", "--server", SERVER, "--client", "relais", "--key", str(key)]


@pytest.mark.parametrize(
    ("more", "told"),
    [([], "--own"), (["--own", "--agreement", AGREEMENT], "--own"),
     (["--own", "--scope", "curves:write"], "curves:write"),
     (["--own", "--host", "192.0.2.1"], "127.0.0.1"), (["--own", "--host", "localhost"], "::1"),
     (["--own", "--server", "http://echange.example"], "--server")],
    ids=["neither", "both", "a scope that writes", "another machine", "a name", "two servers"],
)  # fmt: skip
def test_misuse_is_told(
    line: list[str], more: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*line, *more]) == 2
    said = capsys.readouterr()
    assert told in said.err
    assert said.out == ""


def test_a_server_in_clear_is_refused(line: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    clear = ["http://echange.example" if text == SERVER else text for text in line]
    assert main([*clear, "--own"]) == 2
    assert "https" in capsys.readouterr().err


def test_a_server_that_is_not_there_is_told_before_anything_is_open(
    line: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*line, "--own"]) == 6
    assert capsys.readouterr().out == ""


def test_a_pass_word_that_others_may_read_is_refused(
    line: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "mot"
    kept.write_text("A" * 32)
    kept.chmod(0o644)
    assert main([*line, "--own", "--secret-file", str(kept)]) == 2
    assert "0600" in capsys.readouterr().err
    kept.chmod(0o600)
    kept.write_text("court")
    assert main([*line, "--own", "--secret-file", str(kept)]) == 2
    assert "court" not in capsys.readouterr().err
