"""Folders that killed processes left: the next one removes them, and nothing of the living."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from synergie.demo.left import LOCK, note_server, open_temporary_folder, sweep

PREFIX = "essai-"
_HOLDS = """
import subprocess, sys
from synergie.demo.left import note_server, open_temporary_folder
with open_temporary_folder("essai-") as place:
    server = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"])
    note_server(place, server.pid)
    (place / "serveur").mkdir()
    print(place, server.pid, flush=True)
    server.wait()
"""


class Maker:
    """A process with a folder and a server of its own."""

    def __init__(self, temporary: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", _HOLDS],
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"TMPDIR": str(temporary)},
        )
        assert self.process.stdout is not None
        told, pid = self.process.stdout.readline().split()
        self.folder, self.server = Path(told), int(pid)

    def killed(self) -> None:
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def serves(self) -> bool:
        try:
            stat = Path(f"/proc/{self.server}/stat").read_text(encoding="utf-8")
        except OSError:
            return False
        return stat.rpartition(")")[2].split()[0] != "Z"


@pytest.fixture
def maker(tmp_path: Path) -> Iterator[Maker]:
    made = Maker(tmp_path)
    yield made
    made.killed()
    if made.serves():
        os.kill(made.server, signal.SIGKILL)


def test_what_a_killed_process_left_is_removed_with_its_server(
    maker: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert sweep(tmp_path, PREFIX) == []
    assert maker.folder.is_dir() and maker.serves(), "its process lives"
    maker.killed()
    assert maker.serves()
    with open_temporary_folder(PREFIX) as place:
        assert list(tmp_path.iterdir()) == [place]
    assert not maker.serves()
    assert list(tmp_path.iterdir()) == []


def test_a_later_process_of_the_same_number_is_let_live(maker: Maker, tmp_path: Path) -> None:
    lock = maker.folder / LOCK
    told = json.loads(lock.read_text(encoding="ascii"))
    lock.write_text(json.dumps(told | {"started": told["started"] - 1}), encoding="ascii")
    maker.killed()
    assert sweep(tmp_path, PREFIX) == [maker.folder]
    assert maker.serves()


def test_what_bears_no_lock_is_a_link_or_is_named_otherwise_stays(tmp_path: Path) -> None:
    for name in ("essai-sans-verrou", "autre"):
        (tmp_path / name).mkdir()
    (tmp_path / "autre" / LOCK).touch()
    (tmp_path / "essai-lien").symlink_to(tmp_path / "autre")
    (tmp_path / "essai-fichier").touch()
    before = sorted(tmp_path.rglob("*"))
    assert sweep(tmp_path, PREFIX) == []
    assert sorted(tmp_path.rglob("*")) == before


def test_a_lock_that_says_nothing_of_a_server_is_swept_too(tmp_path: Path) -> None:
    for name, text in (("essai-vide", ""), ("essai-autre", '{"pid": "x"}')):
        (tmp_path / name).mkdir()
        (tmp_path / name / LOCK).write_text(text, encoding="ascii")
    assert len(sweep(tmp_path, PREFIX)) == 2
    assert list(tmp_path.iterdir()) == []


def test_a_process_that_is_gone_is_not_written_down(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        gone.wait()
    note_server(tmp_path, gone.pid)
    assert not (tmp_path / LOCK).exists()
