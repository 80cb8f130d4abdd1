"""A database put back by hand is seen: SQLite by its mark, PostgreSQL by its place."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import text

from synergie.errors import Misconfigured
from synergie.policy import permit_operator
from synergie.storage import epochs
from synergie.storage.head import head
from synergie.storage.mark import mark_path, read_mark
from synergie.storage.store import Store
from tests.databases import postgres
from tests.exchange.people import NOW, body


def change(store: Store, *names: str) -> None:
    """One change a name."""
    for name in names:
        body(store, name)


def _n(store: Store) -> int:
    with store.read() as session:
        return head(session).n


def test_an_older_file_put_back_does_not_open_and_says_which_command_does(tmp_path: Path) -> None:
    file, copy = tmp_path / "synergie.db", tmp_path / "copy.db"
    url = f"sqlite:///{file}"
    store = Store.open(url)
    change(store, "first")
    store.close()
    shutil.copy(file, copy)
    store = Store.open(url)
    change(store, "second", "third")
    reached = _n(store)
    store.close()
    shutil.copy(copy, file)
    with pytest.raises(Misconfigured, match="synergie restore --accept --store sqlite:///"):
        Store.open(url)
    mark = read_mark(mark_path(url) or file)
    assert mark is not None
    assert mark.n == reached, "the refusal changed nothing"
    Store.open(url, accept=True).close()


def test_a_file_made_anew_at_the_place_of_another_does_not_open(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'synergie.db'}"
    store = Store.open(url)
    change(store, "first")
    store.close()
    (tmp_path / "synergie.db").unlink()
    with pytest.raises(Misconfigured, match="--accept"):
        Store.open(url)


def test_a_mark_that_is_behind_or_gone_asks_for_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'synergie.db'}"
    store = Store.open(url)
    change(store, "first")
    store.close()
    older = (tmp_path / "synergie.db-mark").read_bytes()
    store = Store.open(url)
    change(store, "second")
    with store.write() as session:
        epochs.begin_epoch(permit_operator(now=NOW), session, "restored", now=NOW)
    store.close()
    (tmp_path / "synergie.db-mark").write_bytes(older)
    Store.open(url).close()
    (tmp_path / "synergie.db-mark").unlink()
    Store.open(url).close()
    for torn in ("", "{}", '{"epoch": "e'):  # what a power cut leaves
        (tmp_path / "synergie.db-mark").write_text(torn, encoding="ascii")
        Store.open(url).close()


@pytest.mark.postgres
def test_another_cluster_or_timeline_is_another_epoch_from_the_first_connection_on() -> None:
    with postgres() as url:
        store = Store.open(url)
        change(store, "first")
        with store.write() as session:
            assert [one.why for one in epochs.list_epochs(session)] == ["created"]
            before = head(session)
            session.connection().execute(text("UPDATE head SET place = '7/00000001'"))
        store.engine.dispose()  # as a fail-over does: every connection is lost
        change(store, "second")
        with store.read() as session:
            assert [one.why for one in epochs.list_epochs(session)] == ["created", "moved"]
            assert epochs.list_epochs(session)[1].since_seq == before.n
            assert epochs.find_common_seq(session, before.epoch, before.n + 1) == before.n
        store.close()
        store = Store.open(url)
        with store.read() as session:
            assert len(epochs.list_epochs(session)) == 2
        store.close()
