"""`synergie backup age`: an old backup, none, or one that failed is told by the exit code."""

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from synergie.cli import main
from synergie.server.backup import Ages, note_done, read_ages
from synergie.server.keyring import Keyring
from synergie.server.settings import Settings
from synergie.storage.store import Store

NOW = datetime(2026, 11, 30, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A server's folder, with a store."""
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.setenv("SYNERGIE_DATA_DIR", str(folder))
    settings = Settings.read({}, data_dir=folder)
    Store.open(settings.store_url).close()
    Keyring.open(settings.keys_dir)
    return folder


def test_each_is_noted_when_it_ended_well(tmp_path: Path) -> None:
    assert read_ages(tmp_path, now=NOW) == Ages(None, None)
    note_done(tmp_path, "backup", now=NOW - 3 * HOUR)
    note_done(tmp_path, "drill", now=NOW - 50 * HOUR)
    note_done(tmp_path, "backup", now=NOW - HOUR)
    assert read_ages(tmp_path, now=NOW) == Ages(3600, 50 * 3600)
    assert [one.name for one in tmp_path.iterdir()] == ["backup-times.json"]


@pytest.mark.parametrize(
    "content", ["", "[", "[]", "{}", '{"backup": 1}', '{"backup": "2026-11-30"}', "[" * 100_000]
)
def test_a_file_that_cannot_be_read_is_no_backup(tmp_path: Path, content: str) -> None:
    (tmp_path / "backup-times.json").write_text(content, encoding="utf-8")
    assert read_ages(tmp_path, now=NOW) == Ages(None, None)
    note_done(tmp_path, "drill", now=NOW)
    assert read_ages(tmp_path, now=NOW) == Ages(None, 0)


def test_a_backup_of_a_time_to_come_is_none(tmp_path: Path) -> None:
    note_done(tmp_path, "backup", now=NOW + HOUR)
    assert read_ages(tmp_path, now=NOW) == Ages(None, None)


def test_the_commands_note_it_and_the_age_is_told(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["backup", "age", "--locale", "en"]) == 1
    assert capsys.readouterr().out == "last backup  never\nlast drill  never\n"
    assert main(["backup", "age", "--prometheus"]) == 1
    assert "synergie_backup_age_seconds +Inf\n" in capsys.readouterr().out
    phrase = tmp_path / "phrase.txt"
    phrase.write_text("correct horse battery staple\n", encoding="utf-8")
    kept = tmp_path / "kept"
    assert main(["backup", "create", str(kept), "--passphrase-file", str(phrase)]) == 0
    capsys.readouterr()
    assert main(["backup", "age", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["ok"], told["drill_s"]) == (False, None)
    assert told["backup_s"] >= 0
    phrase.write_text("another one\n", encoding="utf-8")
    assert main(["backup", "drill", str(kept), "--passphrase-file", str(phrase)]) == 1
    assert main(["backup", "age"]) == 1, "a drill that failed is none"
    phrase.write_text("correct horse battery staple\n", encoding="utf-8")
    assert main(["backup", "drill", str(kept), "--passphrase-file", str(phrase)]) == 0
    capsys.readouterr()
    assert main(["backup", "age", "--prometheus"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [one.rpartition(" ")[0] for one in lines] == [
        "# TYPE synergie_backup_age_seconds", "synergie_backup_age_seconds",
        "# TYPE synergie_drill_age_seconds", "synergie_drill_age_seconds",
    ]  # fmt: skip


def test_a_drill_on_another_machine_has_its_verdict_and_makes_no_folder(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "kept"
    assert main(["backup", "create", str(kept), "--plain-keys"]) == 0
    capsys.readouterr()
    elsewhere = tmp_path / "elsewhere"
    monkeypatch.setenv("SYNERGIE_DATA_DIR", str(elsewhere))
    assert main(["backup", "drill", str(kept), "--json"]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["ok"]
    assert "noted" not in told.err
    assert not elsewhere.exists()


def test_what_cannot_be_noted_is_a_remark(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (data / "backup-times.json").mkdir()  # no file can take its place
    kept = tmp_path / "kept"
    for command in (["create", str(kept), "--plain-keys"], ["drill", str(kept)]):
        assert main(["backup", *command, "--locale", "en"]) == 0
        told = capsys.readouterr()
        assert told.out, "the outcome is told"
        assert "done, but not noted for `backup age`: " in told.err


def test_the_bounds_are_chosen(data: Path) -> None:
    now = datetime.fromtimestamp(time.time(), UTC)
    note_done(data, "backup", now=now - 27 * HOUR)
    note_done(data, "drill", now=now - HOUR)
    assert main(["backup", "age"]) == 1
    assert main(["backup", "age", "--backup-hours", "28"]) == 0
    assert main(["backup", "age", "--backup-hours", "28", "--drill-days", "0"]) == 1
