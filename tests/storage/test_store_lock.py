"""One server a SQLite file, and a file that its disk failed is looked at before it is served."""

import os
from pathlib import Path

import pytest

from synergie.errors import Misconfigured
from synergie.storage.store import Store
from synergie.storage.store_lock import lock_store, mark_damage


def _url(folder: Path) -> str:
    return f"sqlite:///{folder / 'store.db'}"


def test_a_second_holder_is_refused_with_the_name_of_the_first(tmp_path: Path) -> None:
    with (
        lock_store(_url(tmp_path), "https://energie.example (pid 7, host)"),
        pytest.raises(Misconfigured, match=r"energie\.example \(pid 7, host\)"),
        lock_store(_url(tmp_path), "another"),
    ):
        raise AssertionError("two at once")


def test_it_is_free_again_after_the_end_and_after_a_failure(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="fell"), lock_store(_url(tmp_path), "a"):
        raise ValueError("fell")
    with lock_store(_url(tmp_path), "b"):
        pass


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "postgresql://u@h/n"])
def test_what_is_no_file_is_not_locked(url: str) -> None:
    with lock_store(url, "a"), lock_store(url, "b"):
        pass


def test_nobody_else_reads_the_lock(tmp_path: Path) -> None:
    with lock_store(_url(tmp_path), "a"):
        assert (tmp_path / "store.db-server").stat().st_mode & 0o077 == 0


def test_a_marked_file_that_holds_is_served_again_and_one_that_does_not_is_refused(
    tmp_path: Path,
) -> None:
    Store.open(_url(tmp_path)).close()
    mark_damage(_url(tmp_path))
    with lock_store(_url(tmp_path), "a"):
        assert not (tmp_path / "store.db-damaged").exists()
    mark_damage(_url(tmp_path))
    file = tmp_path / "store.db"
    spoiled = bytearray(file.read_bytes())
    spoiled[4096:8192] = os.urandom(4096)
    file.write_bytes(spoiled)
    for _ in range(2):  # it stays refused
        with pytest.raises(Misconfigured, match="from a backup"), lock_store(_url(tmp_path), "a"):
            raise AssertionError("served")
