"""The files of a store are its owner's alone, however they and their folder were made."""

import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from synergie.errors import Misconfigured
from synergie.storage import private_files
from synergie.storage.store import Store

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


def used(store: Store) -> None:
    """The file of used proofs is made at its first use."""
    assert store.beside is not None
    assert store.beside.note("proof", "holder", "jti", until=NOW)
    with store.write() as session:
        session.connection().exec_driver_sql("create table if not exists noted (n integer)")


def test_all_files_are_private_in_a_folder_with_usual_rights(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    before = os.umask(0o022)
    try:
        store = Store.open(f"sqlite:///{tmp_path / 's.db'}")
        used(store)
        found = modes(tmp_path)
    finally:
        os.umask(before)
    store.close()
    assert {"s.db", "s.db-wal", "s.db-shm", "s.db-used", "s.db-used-wal"} <= found.keys()
    assert set(found.values()) == {0o600}


def test_a_store_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 's.db'}"
    first = Store.open(url)
    used(first)
    for path in tmp_path.iterdir():
        path.chmod(0o644)
    second = Store.open(url)
    used_again = second.beside
    assert used_again is not None
    used_again.note("proof", "holder", "other", until=NOW)
    assert set(modes(tmp_path).values()) == {0o600}
    second.close()
    first.close()


def test_a_file_of_another_user_that_others_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "s.db"
    Store.open(f"sqlite:///{file}").close()
    file.chmod(0o644)

    def refuse(self: Path, mode: int) -> None:
        raise PermissionError(1, "not yours", str(self))

    monkeypatch.setattr(Path, "chmod", refuse)
    with pytest.raises(Misconfigured) as found:
        private_files.make_private(file)
    assert "mode 0644" in found.value.tell(str)


def test_a_folder_that_is_missing_is_told_by_the_store(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured):
        Store.open(f"sqlite:///{tmp_path / 'none' / 's.db'}")
