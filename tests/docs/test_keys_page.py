"""The commands of `docs/serve/keys-and-clients.md`, run in their order as they stand."""

import json
import re
import shlex
from pathlib import Path

import pytest

from synergie.cli import main

PAGE = Path(__file__).resolve().parents[2] / "docs" / "serve" / "keys-and-clients.md"
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_every_command_of_the_page_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SYNERGIE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("SYNERGIE_PUBLIC_URL", "https://donnees.example")
    monkeypatch.chdir(tmp_path)
    assert main(["db", "upgrade"]) == 0
    said = {"MOT": "", "KID": ""}
    commands = "".join(BLOCK.findall(PAGE.read_text(encoding="utf-8"))).splitlines()
    assert len(commands) > 15
    for command in commands:
        program, *line = [said.get(word, word) for word in shlex.split(command)]
        assert program == "synergie"
        assert main(line) == 0, command
        told = capsys.readouterr().out
        if line[:2] == ["client", "invite"]:
            said["MOT"] = told.split()[1]
        if line[:2] == ["keys", "new"]:
            said["KID"] = _kid("cle.json" if "cle-2.json" in line else line[3])


def _kid(path: str) -> str:
    return str(json.loads(Path(path).read_text(encoding="utf-8"))["kid"])
