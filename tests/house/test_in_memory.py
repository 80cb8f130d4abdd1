"""Tests run with their temporary files in memory where there is plenty, and as ever elsewhere."""

import os
import subprocess
from pathlib import Path

import pytest

SHOW = 'printf "%s" "${TMPDIR:-none}"; test -z "${TMPDIR:-}" || touch "$TMPDIR/left"; exit 7'
FREE = "Filesystem 1024-blocks Used Available Capacity Mounted\n{} 9000000 0 {} 0% /dev/shm\n"


def _ran(
    root: Path, told: Path, script: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    """What *script* did below `.ci/in-memory`, where `df` is the program of the folder *told*."""
    path = f"{told}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["sh", root / ".ci" / "in-memory", "sh", "-c", script],
        env={"PATH": path} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def _free(folder: Path, kind: str, kib: int) -> None:
    """A `df` in *folder* that tells of *kib* free on a file system of that kind."""
    program = folder / "df"
    program.write_text(f"#!/bin/sh\ncat <<'END'\n{FREE.format(kind, kib)}END\n", encoding="ascii")
    program.chmod(0o755)


@pytest.mark.skipif(not os.access("/dev/shm", os.W_OK), reason="no memory to write to")  # noqa: S108
def test_temporary_files_are_in_memory_and_gone_at_the_end(root: Path, tmp_path: Path) -> None:
    _free(tmp_path, "tmpfs", 5 << 20)
    done = _ran(root, tmp_path, SHOW)
    assert done.returncode == 7
    assert done.stdout.startswith("/dev/shm/synergie-")  # noqa: S108
    assert not Path(done.stdout).exists()


@pytest.mark.parametrize(("kind", "kib"), [("tmpfs", 3 << 20), ("/dev/sda1", 5 << 20)])
def test_without_plenty_of_memory_they_are_where_they_were(
    root: Path, tmp_path: Path, kind: str, kib: int
) -> None:
    _free(tmp_path, kind, kib)
    done = _ran(root, tmp_path, SHOW)
    assert (done.stdout, done.returncode) == ("none", 7)


def test_a_folder_that_was_chosen_is_kept(root: Path, tmp_path: Path) -> None:
    _free(tmp_path, "tmpfs", 5 << 20)
    done = _ran(root, tmp_path, SHOW, TMPDIR=str(tmp_path))
    assert (done.stdout, done.returncode) == (str(tmp_path), 7)
    assert (tmp_path / "left").exists()
