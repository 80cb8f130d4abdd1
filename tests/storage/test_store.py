"""Opening a store: safe settings read back, one migration, and failures in our words."""

import sqlite3
import threading
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select

from synergie.errors import Misconfigured, Overloaded, StorageFull, StoreDamaged
from synergie.storage import _sqlite, head
from synergie.storage import store as store_module
from synergie.storage.store import Store
from synergie.storage.tables import ChangeRow, Row
from synergie.storage.transfer import _list_table_modules

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)


def test_sqlite_is_durable_and_strict(tmp_path: Path) -> None:
    opened = Store.open(f"sqlite:///{tmp_path}/a.db")
    with opened.engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar_one() == 2
        tables = connection.execute(
            text("SELECT name FROM pragma_table_list WHERE schema='main' AND strict = 0")
        ).scalars()
        assert {name for name in tables if not name.startswith("sqlite_")} == {"alembic_version"}
    opened.close()


def test_the_migrations_make_the_tables_that_the_code_reads(store: Store) -> None:
    for module in _list_table_modules():
        import_module(module)
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        found = compare_metadata(context, Row.metadata)
    parts = [change for change in found if "segment_" in str(change)]
    assert [change for change in found if change not in parts] == []


def test_segments_are_partitioned_by_series_on_postgresql(store: Store) -> None:
    if store.is_sqlite:
        return
    with store.engine.connect() as connection:
        n = connection.execute(
            text("SELECT count(*) FROM pg_inherits WHERE inhparent = 'segment'::regclass")
        ).scalar_one()
    assert n == 16


def test_stores_that_open_together_migrate_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/a.db"
    opened: list[Store] = []
    threads = [threading.Thread(target=lambda: opened.append(Store.open(url))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened) == 4
    with opened[0].read() as session:
        assert head.head(session).n == 0
    for one in opened:
        one.close()


def test_an_unmigrated_store_is_refused_with_the_command_to_run(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="synergie db upgrade"):
        Store.open(f"sqlite:///{tmp_path}/a.db", migrate=False)


@pytest.mark.parametrize("url", ["mysql://x", "file.db", ""])
def test_another_engine_is_refused(url: str) -> None:
    with pytest.raises(Misconfigured, match="names no file"):
        Store.open("sqlite:///")
    with pytest.raises(Misconfigured, match="expected sqlite or postgresql"):
        Store.open(url)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    path.write_bytes(b"not a database, but long enough to be read as one" * 20)
    with pytest.raises(Misconfigured, match="cannot be opened"):
        Store.open(f"sqlite:///{path}")


def test_a_file_is_opened_by_its_one_name_only(tmp_path: Path) -> None:
    """A link had a lock, used proofs and a mark of its own: two servers served one file."""
    file, link, second = (tmp_path / name for name in ("s.db", "link.db", "second.db"))
    Store.open(f"sqlite:///{file}").close()
    link.symlink_to(file)
    with pytest.raises(Misconfigured, match="is a link: name the file itself"):
        Store.open(f"sqlite:///{link}")
    second.hardlink_to(file)
    for name in (file, second):
        with pytest.raises(Misconfigured, match="has a second name"):
            Store.open(f"sqlite:///{name}")
    second.unlink()
    Store.open(f"sqlite:///{file}").close()
    beside = {one.name.removeprefix("s.db") for one in tmp_path.iterdir() if one != link}
    assert beside <= {"", "-used", "-wal", "-shm", "-mark", "-used-wal", "-used-shm"}


def test_a_failed_write_leaves_nothing(store: Store) -> None:
    news = head.News(owner="o", kind="site", subject="bat_x", act="published")

    class Failed(Exception):
        """What went wrong."""

    def fail() -> None:
        with store.write() as session:
            head.tell(session, head.take_sequence_numbers(session), news, now=NOW)
            raise Failed

    with pytest.raises(Failed):
        fail()
    with store.read() as session:
        assert head.head(session).n == 0


def test_a_lock_held_elsewhere_is_overload_not_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(_sqlite.PRAGMAS, "busy_timeout", "50")
    opened = Store.open(f"sqlite:///{tmp_path}/a.db")
    other = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(Overloaded), opened.write():
        pass
    other.close()
    opened.close()


def test_a_disk_without_room_is_refused_before_it_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Store.open(f"sqlite:///{tmp_path}/a.db")
    monkeypatch.setattr(store_module, "_RESERVE_BYTES", 1 << 62)
    with pytest.raises(StorageFull), opened.write():
        pass
    with opened.write(essential=True) as session:
        assert head.take_sequence_numbers(session) == 1
    with opened.read() as session:
        assert head.head(session).n == 1
    opened.close()


def test_an_error_of_the_store_tells_no_value(store: Store) -> None:
    """It goes to the log of the server."""
    query = text("INSERT INTO nowhere VALUES (:name)")
    with pytest.raises(Overloaded) as error, store.write() as session:
        session.connection().execute(query, {"name": "prm:99000000000017"})
    cause = error.value.__cause__
    assert isinstance(cause, DBAPIError)
    assert "99000000000017" not in str(cause)


def test_times_of_any_year_are_kept_and_sorted(store: Store) -> None:
    """A date with a mistake in it, the year 202 for 2020, is kept as it was told."""
    years = [datetime(year, 3, 1, tzinfo=UTC) for year in (1, 202, 2026, 9999)]
    with store.write() as session:
        for at in reversed(years):
            change = ChangeRow(
                seq=at.year, at=at, owner="o", kind="curve", subject="b", act="published"
            )
            session.add(change)
    with store.read() as session:
        found = session.exec(select(col(ChangeRow.at)).order_by(col(ChangeRow.at)))
        assert list(found) == years


def test_numbers_are_given_without_holes(store: Store) -> None:
    with store.write() as session:
        assert head.take_sequence_numbers(session, 3) == 1
    with store.write() as session:
        assert head.take_sequence_numbers(session) == 4


def test_an_id_is_stable_and_tells_nothing(store: Store) -> None:
    with store.read() as session:
        secret = head.head(session).secret
    one = head.opaque_id(secret, "sp", "owner", "prm:99000000000017")
    assert one == head.opaque_id(secret, "sp", "owner", "prm:99000000000017")
    assert one != head.opaque_id(secret, "sp", "other", "prm:99000000000017")
    assert "99000000000017" not in one
    assert one.startswith("sp_")
    assert len(one) == 23


@pytest.mark.parametrize("replaced", [False, True])
def test_a_write_to_a_file_that_was_taken_away_is_not_acknowledged(
    tmp_path: Path, *, replaced: bool
) -> None:
    path = tmp_path / "a.db"
    opened = Store.open(f"sqlite:///{path}")
    with opened.write() as session:
        session.add(_change(1))
    opened.look()
    path.rename(tmp_path / "gone.db")
    if replaced:
        path.write_bytes(b"")
    with pytest.raises(StoreDamaged), opened.write() as session:
        session.add(_change(2))
    assert opened.damage.is_set(), "the process ends: more would be lost"
    opened.damage.clear()
    with pytest.raises(StoreDamaged):
        opened.look()
    assert opened.damage.is_set()
    opened.close()


def _change(seq: int) -> ChangeRow:
    return ChangeRow(seq=seq, at=NOW, owner="o", kind="curve", subject="b", act="published")
