"""Used proofs and assertions beside the store: each once, in few commits, waiting for nobody."""

import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from synergie.errors import Overloaded, StorageFull, StoreDamaged
from synergie.storage import _sqlite
from synergie.storage._beside import Beside
from synergie.storage.store import Store
from synergie.storage.trust.replays import remember_proof

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
SOON = NOW + timedelta(minutes=2)
KEYS = 1_000


@pytest.fixture
def beside(tmp_path: Path) -> Beside:
    return Beside(str(tmp_path / "used.db"))


def test_what_was_used_is_known_in_another_process_at_once(tmp_path: Path) -> None:
    path = str(tmp_path / "used.db")
    one, two = Beside(path), Beside(path)
    assert one.note("proof", "k", "j", until=SOON)
    assert not two.note("proof", "k", "j", until=SOON)
    assert two.note("assertion", "k", "j", until=SOON)
    assert two.note("proof", "k2", "j", until=SOON)
    assert one.note("proof", "k", "j2", until=SOON)
    for each in (one, two):
        each.close()


def test_of_many_threads_exactly_one_is_the_first(beside: Beside) -> None:
    with ThreadPoolExecutor(16) as pool:
        uses = [
            pool.submit(beside.note, "proof", "k", str(n % KEYS), until=SOON)
            for n in range(4 * KEYS)
        ]
        assert sum(use.result() for use in uses) == KEYS
    beside.close()


RACER = """
import sys
from datetime import datetime
from synergie.storage.store import Store
from synergie.storage.trust.replays import remember_proof
store = Store.open(sys.argv[1], migrate=False)
until = datetime.fromisoformat(sys.argv[2])
print("ready", flush=True)
sys.stdin.readline()
print(sum(remember_proof(store, "k", str(n), until=until) for n in range(1000)))
"""


def test_of_two_processes_that_race_over_a_thousand_keys_each_has_one_winner(store: Store) -> None:
    """On both engines; §2.4."""
    command = [sys.executable, "-c", RACER, store.url, SOON.isoformat()]
    racers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    wins = [int(racer.communicate()[0]) for racer in racers]
    assert sum(wins) == KEYS
    assert not remember_proof(store, "k", "7", until=SOON)


def test_threads_that_wait_together_are_written_together(
    beside: Beside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One commit, hence one wait for the disk, for all that gathered during the last one."""
    sizes: list[int] = []
    written = Beside._written

    def counted(self: Beside, rows: list[tuple[str, str, bytes, int]]) -> list[bool]:
        sizes.append(len(rows))
        return written(self, rows)

    monkeypatch.setattr(Beside, "_written", counted)
    with ThreadPoolExecutor(8) as pool:
        with beside._committing:  # a commit is under way
            uses = [pool.submit(beside.note, "proof", "k", str(n), until=SOON) for n in range(8)]
            while len(beside._waiting) < 8:
                threading.Event().wait(0.001)
        assert all(use.result() for use in uses)
    assert sizes == [8]
    beside.close()


def test_a_long_write_in_the_store_holds_nobody_up(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'store.db'}")
    with store.write(), ThreadPoolExecutor(1) as pool:
        use = pool.submit(remember_proof, store, "k", "j", until=SOON)
        assert use.result(timeout=60)
    store.close()


def test_what_is_over_is_forgotten(beside: Beside) -> None:
    beside.note("proof", "k", "old", until=NOW)
    beside.note("proof", "k", "new", until=SOON)
    assert beside.forget(now=NOW) == 0
    assert beside.forget(now=NOW + timedelta(seconds=1)) == 1
    assert not beside.note("proof", "k", "new", until=SOON)
    assert beside.note("proof", "k", "old", until=SOON)
    beside.close()


def test_a_use_that_was_told_is_on_the_disk(tmp_path: Path) -> None:
    """Synchronous FULL, read back: NORMAL would lose the last commits at a power cut."""
    beside = Beside(str(tmp_path / "used.db"))
    assert beside._connection().execute("PRAGMA synchronous").fetchone() == (2,)
    assert beside._connection().execute("PRAGMA journal_mode").fetchone() == ("wal",)
    beside.close()


def test_a_lock_held_elsewhere_is_overload_for_all_that_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(_sqlite.PRAGMAS, "busy_timeout", "50")
    beside = Beside(str(tmp_path / "used.db"))
    other = sqlite3.connect(tmp_path / "used.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Overloaded):
        beside.note("proof", "k", "j", until=SOON)
    other.execute("ROLLBACK")
    assert beside.note("proof", "k", "j", until=SOON)
    other.close()
    beside.close()


def test_a_full_disk_is_said(beside: Beside) -> None:
    pages = beside._connection().execute("PRAGMA page_count").fetchone()[0]
    beside._connection().execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(StorageFull):
        _fill(beside)
    beside.close()


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    (tmp_path / "used.db").write_bytes(b"something else entirely" * 100)
    beside = Beside(str(tmp_path / "used.db"))
    with pytest.raises(StoreDamaged):
        beside.note("proof", "k", "j", until=SOON)
    assert beside.damage.is_set()


def _fill(beside: Beside) -> None:
    for n in range(10_000):
        beside.note("proof", "k", str(n), until=SOON)
