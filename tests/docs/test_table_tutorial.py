"""The tutorial on a bill exported from a spreadsheet, run as it is written, at a terminal."""

import os
import pty
import re
import select
import shlex
import sys
import time
from pathlib import Path

import pytest

PAGE = "docs/tutorials/une-facture-exportee-du-tableur.md"
NEXT = (
    "PRM;Nom du site;Du;Au;Consommation (kWh);Montant HT\r\n"
    "99000000000017;École du centre;01/03/2026;31/03/2026;900;135,00 €\r\n"
)
SECONDS = 180


def blocks(root: Path, kind: str) -> list[str]:
    """The blocks of that kind on the page."""
    text = (root / PAGE).read_text(encoding="utf-8")
    return re.findall(rf"^```{kind}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def typed(line: str, place: Path, answer: str) -> tuple[int, str]:
    """What the command prints at a terminal, with *answer* typed when it asks; its exit code."""
    words = shlex.split(line)
    assert words[0] == "synergie"
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(place)
        os.environ |= {
            "SYNERGIE_DATABASE_URL": f"sqlite:///{place / 'synergie.db'}", "COLUMNS": "200",
        }  # fmt: skip
        os.execv(sys.executable, [sys.executable, "-m", *words])  # noqa: S606 (no shell)
    said, answered = b"", False
    deadline = time.monotonic() + SECONDS
    while select.select([terminal], [], [], max(0, deadline - time.monotonic()))[0]:
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # the other end is closed
            break
        said += piece
        if b"[o/N]" in said and not answered:
            os.write(terminal, f"{answer}\n".encode())
            answered = True
        if not piece:
            break
    os.close(terminal)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return code, said.decode().replace("\r\n", "\n")


def same(text: str) -> str:
    """The text with all spaces alike, so that the page may be written with plain ones."""
    return re.sub(r"[\u00a0\u202f]", " ", text)


@pytest.fixture
def place(tmp_path: Path, root: Path) -> Path:
    """A folder with the file of the tutorial, as a spreadsheet writes it."""
    table = blocks(root, "text")[0].replace("\n", "\r\n")
    (tmp_path / "factures-2026.csv").write_bytes(table.encode("cp1252"))
    return tmp_path


def test_one_command_and_one_confirmation_give_checked_monthly_energy(
    place: Path, root: Path
) -> None:
    add, deposit = (block.strip() for block in blocks(root, "sh"))
    assert [typed(line, place, "")[0] for line in add.splitlines()] == [0, 0]
    code, said = typed(deposit, place, "o")
    assert code == 0, said
    _, shown, asked, done, known = (block.rstrip("\n") for block in blocks(root, "text"))
    for line in f"{shown}\n{asked}\n{done}".splitlines():
        assert line in same(said), line
    assert said.count("[o/N]") == 1

    (place / "factures-2026.csv").write_bytes(NEXT.encode("cp1252"))
    code, said = typed(deposit, place, "o")
    assert (code, "[o/N]" in said) == (0, False)
    assert known in same(said)


def test_a_no_stores_nothing_and_saves_no_profile(place: Path, root: Path) -> None:
    add, deposit = (block.strip() for block in blocks(root, "sh"))
    for line in add.splitlines():
        typed(line, place, "")
    code, said = typed(deposit, place, "n")
    assert code == 130
    assert "bat_" not in said
    assert typed(deposit, place, "o")[1].count("[o/N]") == 1
