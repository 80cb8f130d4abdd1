"""The client of PostgreSQL that copies: the nearest to the server's version, and not older."""

from pathlib import Path

import pytest

from synergie.errors import Misconfigured
from synergie.storage import dump


@pytest.fixture
def clients(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where Debian keeps one client a version."""
    monkeypatch.setattr(dump, "Path", lambda _: tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    return tmp_path


def install(clients: Path, *versions: str) -> None:
    for version in versions:
        program = clients / version / "bin" / "pg_dump"
        program.parent.mkdir(parents=True)
        program.touch(mode=0o755)


@pytest.mark.parametrize(
    ("there", "server", "taken"),
    [
        (("15", "16", "17"), 15, "15"),
        (("15", "16", "17"), 16, "16"),
        (("9", "15", "18"), 16, "18"),
        (("15", "16"), 17, "16"),
        (("9", "15"), 15, "15"),
        (("local", "16"), 15, "16"),
    ],
    ids=["same", "same-of-more", "next", "none-so-new", "by-number", "no-number"],
)
def test_the_nearest_that_is_not_older(
    clients: Path, there: tuple[str, ...], server: int, taken: str
) -> None:
    install(clients, *there)
    assert dump._find_dump_program("pg_dump", server) == str(clients / taken / "bin" / "pg_dump")


def test_without_one_it_is_said_what_to_install(clients: Path) -> None:
    with pytest.raises(Misconfigured, match="pg_dump: not on this machine"):
        dump._find_dump_program("pg_dump", 15)
    (clients / "nothing").mkdir()
    program = clients / "nothing" / "pg_dump"
    program.touch(mode=0o755)
    assert dump._find_dump_program("pg_dump", 15) == str(program)
