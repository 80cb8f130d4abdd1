"""Bundles of the journal: after old records of deposits are packed, every answer is as before."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import text

from synergie.errors import BadInput
from synergie.policy import Principal, permit_operator, permit_party
from synergie.proof import merkle
from synergie.storage.store import Store
from synergie.storage.trust.journal import journal_audit, journal_bundles, journal_packing
from synergie.storage.trust.journal.journal import Entry, append
from synergie.storage.trust.journal.journal_audit import Audit
from synergie.storage.trust.journal.journal_erasure import erase_records, records_about
from synergie.storage.trust.journal.journal_records import accesses, find_record_bytes
from synergie.storage.trust.journal.journal_tree import prove_consistency, prove_inclusion, tree

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
LATER = NOW + timedelta(days=99)
OPERATOR = permit_operator(now=NOW)
PARTIES = ("owner", "partner", "other")
WIDTH = 8
N = 51


def permit_of(name: str) -> Any:
    caller = Principal(client_id="app", organisation=name, scopes=frozenset())
    return permit_party(caller, action="read", now=NOW)


def series(n: int) -> str:
    return f"ser_{n:020}"


def batch(n: int) -> str:
    return f"bat_{n:020}"


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_bundles, "WIDTH", WIDTH)


def add(store: Store, start: int, end: int, *, seed: int = 1) -> None:
    """Records of deposits, and reads among them; the last of one range is a read, of one not."""
    random = Random(f"{seed} {start}")  # noqa: S311 (drawn again from its seed)
    for n in range(start, end):
        by, at = random.choice(PARTIES[:2]), NOW + timedelta(minutes=n)
        if n in {15, 16} or random.random() < 0.2:
            entry = Entry("data.read", by=by, owner="owner", subjects=(series(n % 4),), rows=n)
        else:
            entry = Entry("data.written", by=by, subjects=(batch(n), series(n % 4)), rows=1)
        with store.write() as session:
            append(permit_of(by), session, entry, now=at)


def held(store: Store) -> tuple[int, int, int]:
    """Rows of records and of parties, and bundles."""
    tables = ("journal", "journal_party", "journal_bundle")
    with store.read() as session:
        connection = session.connection()
        found = [
            connection.execute(text(f"SELECT count(*) FROM {one}")).scalar_one()  # noqa: S608
            for one in tables
        ]
    return found[0], found[1], found[2]


def pack(store: Store, before: datetime = LATER) -> int:
    return journal_packing.pack_some(OPERATOR, store, before=before)


def audited(store: Store) -> Audit:
    with store.read() as session:
        sizes = range(tree(session).size + 2)
        return journal_audit.audit_journal(OPERATOR, session, sizes)


def ask(store: Store) -> Iterator[Any]:
    """Every answer that the journal gives, to everyone."""
    yield audited(store)
    with store.read() as session:
        size = tree(session).size
        for n in range(4):
            yield records_about(OPERATOR, session, series(n))
        for party in PARTIES:
            permit = permit_of(party)
            for seq in range(size + 1):
                yield find_record_bytes(permit, session, seq)
            yield accesses(permit, session, limit=N)
            since = NOW + timedelta(minutes=20)
            for other in (None, *PARTIES):
                yield accesses(permit, session, since=since, other=other, limit=7)
                yield accesses(permit, session, subject=series(2), other=other, limit=N)
        root = tree(session).root
        for seq in range(size):
            leaf, path = prove_inclusion(session, seq, size)
            assert merkle.includes(leaf, path, root, index=seq, size=size)
            yield leaf, path
            if seq % 3 == 0:
                yield prove_inclusion(session, seq, min(size, seq + 5))
                yield prove_consistency(session, seq + 1, size)


@pytest.mark.parametrize("seed", [1, 2])
def test_every_answer_is_as_before(store: Store, seed: int) -> None:
    add(store, 0, N, seed=seed)
    before, rows = list(ask(store)), held(store)
    assert pack(store, NOW + timedelta(minutes=40)) == 5
    assert pack(store) == 1
    assert pack(store) == 0
    after = held(store)
    assert after[2] == 6
    assert after[0] < rows[0] / 2
    assert after[1] < rows[1]
    assert list(ask(store)) == before


def test_the_newest_record_keeps_its_row(store: Store) -> None:
    add(store, 0, 2 * WIDTH)
    assert pack(store) == 1
    add(store, 2 * WIDTH, 2 * WIDTH + 1)
    assert pack(store) == 1


def test_what_is_packed_is_erased_and_stays_proved(store: Store) -> None:
    add(store, 0, N)
    twin = {seq: prove(store, seq) for seq in range(N)}
    pack(store)
    rows = held(store)[0]
    about = records(store, series(2))
    last = 3 * WIDTH - 1  # it holds the nodes of its range
    with store.write() as session:
        done = erase_records(OPERATOR, session, [*about, last], now=LATER)
    assert done == sorted({*about, last})
    assert audited(store).fault is None
    assert audited(store).erased == len(done)
    assert not {*records(store, series(2))} & {*done}
    with store.read() as session:
        for seq in done:
            assert all(find_record_bytes(permit_of(one), session, seq) is None for one in PARTIES)
    assert held(store)[0] > rows
    assert {seq: prove(store, seq) for seq in range(N)} == twin
    with store.write() as session:
        assert erase_records(OPERATOR, session, done, now=LATER) == []
    with store.write() as session, pytest.raises(BadInput):
        erase_records(OPERATOR, session, [10 * N], now=LATER)


def records(store: Store, subject: str) -> list[int]:
    with store.read() as session:
        return records_about(OPERATOR, session, subject)


def prove(store: Store, seq: int) -> Any:
    with store.read() as session:
        return prove_inclusion(session, seq, N)


def test_an_erased_record_is_not_packed(store: Store) -> None:
    add(store, 0, N)
    with store.write() as session:
        erase_records(OPERATOR, session, [0, 1, 2], now=LATER)
    before = list(ask(store))
    assert pack(store) == 6
    assert list(ask(store)) == before


@pytest.mark.parametrize(
    "query",
    [
        "UPDATE journal SET record = :other WHERE seq = 11",
        "UPDATE journal SET salt = :other WHERE seq = 11",
        "UPDATE journal SET leaf = :other WHERE seq = 11",
        "UPDATE journal SET nodes = :other WHERE seq = 11",
        "UPDATE journal SET nodes = :other WHERE seq = 15",
        "UPDATE journal SET at = (SELECT max(at) FROM journal WHERE seq < 11) WHERE seq = 11",
        "DELETE FROM journal WHERE seq = 11",
    ],
)
def test_a_range_that_does_not_hold_keeps_its_rows(store: Store, query: str) -> None:
    add(store, 0, N)
    change(store, query)
    before = audited(store).fault
    assert before is not None
    assert pack(store) == 1
    assert audited(store).fault == before


def change(store: Store, query: str) -> None:
    with store.write() as session:
        found = {"other": b"0" * 32} if ":other" in query else {}
        session.connection().execute(text(query), found)


@pytest.mark.parametrize("column", ["present", "salts", "leaves", "records", "nodes"])
def test_a_bundle_that_was_tampered_with_is_named(store: Store, column: str) -> None:
    add(store, 0, N)
    pack(store)
    change(store, f"UPDATE journal_bundle SET {column} = :other WHERE first_seq = 24")  # noqa: S608
    fault = audited(store).fault
    assert fault is not None
    assert fault.seq is not None
    assert 24 <= fault.seq < 32


def test_a_record_that_was_rewritten_in_its_bundle_is_named(store: Store) -> None:
    add(store, 0, N)
    pack(store)
    with store.write() as session:
        row = session.connection().execute(text("SELECT * FROM journal_bundle")).all()[3]
        one, two, *rest = journal_bundles.open_bundle(row)
        assert two.record is not None
        forged = two._replace(record=two.record.replace(b'"rows":1', b'"rows":2'))
        columns = journal_bundles.pack_records([one, forged, *rest])
        query = text("UPDATE journal_bundle SET records = :records WHERE first_seq = :first")
        values = {"records": columns["records"], "first": row.first_seq}
        session.connection().execute(query, values)
    assert audited(store).fault == journal_audit.Fault(two.seq, journal_audit.CHANGED)


def test_parties_of_a_packed_record_are_none(store: Store) -> None:
    add(store, 0, N)
    with store.read() as session:
        query = "SELECT * FROM journal_party WHERE seq >= 24 AND access = :no ORDER BY seq LIMIT 1"
        row = session.connection().execute(text(query), {"no": False}).one()
    pack(store)
    with store.write() as session:
        query = "INSERT INTO journal_party VALUES (:party, :access, :at, :seq)"
        session.connection().execute(text(query), dict(row._mapping))
    assert audited(store).fault == journal_audit.Fault(row.seq, journal_audit.INDEX)


CHILD = """
import sys
from datetime import datetime
from synergie.storage.store import Store
from synergie.storage.trust.journal import journal_bundles, journal_packing
journal_bundles.WIDTH = 8
store, before = Store.open(sys.argv[1]), datetime.fromisoformat(sys.argv[2])
while journal_packing._pack_next(store, before):
    print("packed", flush=True)
"""


def test_a_process_that_is_killed_as_it_packs_loses_nothing(store: Store) -> None:
    add(store, 0, N)
    before, most = list(ask(store)), [0]
    command = [sys.executable, "-c", CHILD, store.url, LATER.isoformat()]
    for lines in (1, 2, 2):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            for _ in range(lines):
                assert child.stdout.readline()
            child.kill()
        most.append(held(store)[2])
        assert list(ask(store)) == before
    assert most == sorted(set(most))
