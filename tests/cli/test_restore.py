"""`synergie restore`: what the operator is told that nobody else can know."""

from pathlib import Path

import pytest

from synergie.cli import main
from synergie.server.keyring import Keyring
from synergie.server.settings import Settings
from synergie.storage.store import Store


def test_it_says_that_what_was_taken_back_since_is_in_force_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A program that was disabled because its key was stolen is open again, in silence."""
    old, new, kept = (tmp_path / name for name in ("old", "new", "kept"))
    phrase = tmp_path / "phrase.txt"
    phrase.write_text("correct horse battery staple\n", encoding="utf-8")
    old.mkdir()
    settings = Settings.read({}, data_dir=old)
    Store.open(settings.store_url).close()
    Keyring.open(settings.keys_dir)
    monkeypatch.setenv("SYNERGIE_DATA_DIR", str(old))
    assert main(["backup", "create", str(kept), "--passphrase-file", str(phrase)]) == 0
    monkeypatch.setenv("SYNERGIE_DATA_DIR", str(new))
    capsys.readouterr()
    assert main(["restore", str(kept), "--passphrase-file", str(phrase), "--locale", "fr"]) == 0
    told = capsys.readouterr().out
    assert "ce qui a été retiré depuis la sauvegarde est de nouveau en vigueur" in told
    assert "journal.client.disabled" in told
