"""The journal in its transaction: numbered without holes, hashed into one tree, all or nothing."""

import json
import threading
from datetime import UTC, datetime
from typing import Any

import pytest
import rfc8785
from sqlalchemy import text

from synergie.errors import Overloaded
from synergie.policy import Permit, Principal, permit_operator, permit_party
from synergie.proof import merkle
from synergie.storage.store import Store
from synergie.storage.trust.journal.journal import Entry, append

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
ORG = "cc-pompey"


def _permit(organisation: str = ORG) -> Permit:
    caller = Principal(client_id="app", organisation=organisation, scopes=frozenset())
    return permit_party(caller, action="read", now=NOW)


def _entry(n: int = 0, **more: Any) -> Entry:
    return Entry("data.read", by=ORG, owner="siem", subjects=(f"ser_{n:020}",), **more)


def _add(store: Store, n: int) -> None:
    with store.write() as session:
        append(_permit(), session, _entry(n), now=NOW)


def rows(store: Store) -> list[Any]:
    with store.read() as session:
        return list(session.connection().execute(text("SELECT * FROM journal ORDER BY seq")))


def _head(store: Store) -> tuple[int, bytes]:
    with store.read() as session:
        row = session.connection().execute(text("SELECT size, peaks FROM journal_head")).one()
        return row.size, bytes(row.peaks)


def test_the_tree_grows_with_each_record(store: Store) -> None:
    for n in range(13):
        _add(store, n)
    tree = merkle.Frontier()
    for seq, row in enumerate(rows(store)):
        assert row.seq == seq
        assert json.loads(row.record)["seq"] == seq
        hashed = merkle.hash_leaf(bytes(row.salt) + bytes(row.record))
        tree, made = tree.add(hashed)
        assert (bytes(row.leaf), bytes(row.nodes)) == (hashed, b"".join(made))
    assert _head(store) == (13, b"".join(tree.peaks))


def test_a_record_is_what_rfc_8785_writes_without_what_is_null(store: Store) -> None:
    with store.write() as session:
        append(_permit(), session, _entry(7, rows=48, reason="asked"), now=NOW)
    (row,) = rows(store)
    assert bytes(row.record) == (
        b'{"at":"2026-11-25T10:00:00Z","by":"cc-pompey","event":"data.read","owner":"siem",'
        b'"reason":"asked","rows":48,"seq":0,"subjects":["ser_00000000000000000007"]}'
    )
    assert len(row.salt) == 16


def test_several_records_of_one_act_are_written_together(store: Store) -> None:
    with store.write() as session:
        for n in range(5):
            append(_permit(), session, _entry(n), now=NOW)
        assert not session.connection().execute(text("SELECT seq FROM journal")).all()
    assert [row.seq for row in rows(store)] == [0, 1, 2, 3, 4]


def test_what_is_rolled_back_leaves_no_record(store: Store) -> None:
    with pytest.raises(RuntimeError, match="the act fails"), store.write() as session:  # noqa: PT012
        append(_permit(), session, _entry(1), now=NOW)
        raise RuntimeError("the act fails")
    with store.write() as session:
        append(_permit(), session, _entry(2), now=NOW)
        session.rollback()
    assert rows(store) == []


def test_a_savepoint_takes_its_record_away_and_leaves_the_others(store: Store) -> None:
    with store.write() as session:
        append(_permit(), session, _entry(1), now=NOW)
        with pytest.raises(RuntimeError), session.begin_nested():  # noqa: PT012
            append(_permit(), session, _entry(2), now=NOW)
            with session.begin_nested():
                append(_permit(), session, _entry(3), now=NOW)
            raise RuntimeError
        with session.begin_nested():
            append(_permit(), session, _entry(4), now=NOW)
    kept = [json.loads(row.record)["subjects"] for row in rows(store)]
    assert kept == [["ser_00000000000000000001"], ["ser_00000000000000000004"]]


def test_an_act_whose_record_cannot_be_written_fails_whole(store: Store) -> None:
    _add(store, 1)
    with store.write() as session:  # somebody moved the head: number 0 is taken
        session.connection().execute(
            text("UPDATE journal_head SET size = 0, peaks = :none"), {"none": b""}
        )
    with pytest.raises(Overloaded) as error, store.write() as session:  # noqa: PT012
        session.connection().execute(text("UPDATE head SET n = n + 100"))
        append(_permit(), session, _entry(2), now=NOW)
    assert "journal" in str(error.value.__cause__)
    with store.read() as session:
        assert session.connection().execute(text("SELECT n FROM head")).scalar_one() < 100
    assert len(rows(store)) == 1


def test_a_record_needs_a_transaction_that_writes(store: Store) -> None:
    with store.read() as session, pytest.raises(TypeError, match="writes"):
        append(_permit(), session, _entry(), now=NOW)


def test_an_act_is_recorded_as_its_bearers_own(store: Store) -> None:
    with store.write() as session:
        with pytest.raises(TypeError, match="bearer"):
            append(_permit("other"), session, _entry(), now=NOW)
        with pytest.raises(TypeError, match="code"):
            append(_permit(), session, _entry(reason="Mr Dupont asked"), now=NOW)
        append(permit_operator(now=NOW), session, _entry(), now=NOW)
    assert len(rows(store)) == 1


@pytest.mark.parametrize("prm", ["99000000000017", "prm_99000000000017", "prm:99000000000017"])
def test_the_number_of_a_delivery_point_is_never_in_a_record(store: Store, prm: str) -> None:
    with store.write() as session:
        entry = Entry("data.read", by=ORG, owner="siem", subjects=(prm, "ser_" + "2" * 20))
        append(_permit(), session, entry, now=NOW)
        append(_permit(), session, entry, now=NOW.replace(year=2027))
    first, second = (json.loads(row.record)["subjects"] for row in rows(store))
    assert first[1] == "ser_" + "2" * 20
    assert first[0].startswith("hmac_")
    assert first[0] != second[0], "the key is that of the year"
    with store.read() as session:
        for query in ("SELECT * FROM journal_subject", "SELECT * FROM journal_party"):
            assert prm not in str(session.connection().execute(text(query)).all())


def test_threads_that_append_at_once_leave_no_hole(store: Store) -> None:
    errors: list[BaseException] = []

    def work(start: int) -> None:
        try:
            for n in range(start, start + 20):
                _add(store, n)
        except BaseException as error:  # noqa: BLE001 (told below)
            errors.append(error)

    threads = [threading.Thread(target=work, args=(n * 100,)) for n in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert not errors
    found = rows(store)
    assert [row.seq for row in found] == list(range(80))
    tree = merkle.Frontier()
    for row in found:
        tree, _ = tree.add(bytes(row.leaf))
    assert _head(store) == (80, b"".join(tree.peaks))


def test_what_is_hashed_is_rfc_8785(store: Store) -> None:
    """Packed by the standard library: the same bytes as the library of the RFC gives."""
    odd = '\u00e9\u20ac\U0001f600"\\/'  # a control character is refused before
    with store.write() as session:
        entry = Entry("data.read", by=ORG, client=odd, owner="siem", subjects=(), rows=2**53 - 1)
        append(_permit(), session, entry, now=NOW)
        append(_permit(), session, _entry(1, start=NOW, end=NOW, dataset="needs"), now=NOW)
    for row in rows(store):
        assert rfc8785.dumps(json.loads(row.record)) == bytes(row.record)
