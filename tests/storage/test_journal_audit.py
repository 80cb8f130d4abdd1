"""The journal read again: each way of tampering with it is named; erasure is not one of them."""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from synergie.errors import BadInput, Conflict
from synergie.policy import Principal, permit_operator, permit_party
from synergie.proof import merkle
from synergie.storage.store import Store
from synergie.storage.trust.journal import journal_audit, journal_tree
from synergie.storage.trust.journal.journal import Entry, append
from synergie.storage.trust.journal.journal_audit import Audit
from synergie.storage.trust.journal.journal_erasure import erase_records, records_about
from synergie.storage.trust.journal.journal_records import accesses, find_record_bytes

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
READER = Principal(client_id="app", organisation="partner", scopes=frozenset())
OWNER = Principal(client_id="app", organisation="owner", scopes=frozenset())
OTHER = Principal(client_id="app", organisation="other", scopes=frozenset())


def series(n: int) -> str:
    return f"ser_{n:020}"


@pytest.fixture
def kept(store: Store) -> Store:
    """A store whose journal has 20 records: partner read the series 0 to 19 of owner."""
    permit = permit_party(READER, action="read", now=NOW)
    for n in range(20):
        entry = Entry("data.read", by="partner", owner="owner", subjects=(series(n),), rows=n)
        with store.write() as session:
            append(permit, session, entry, now=NOW)
    return store


def audited(store: Store, *sizes: int) -> Audit:
    with store.read() as session:
        return journal_audit.audit_journal(permit_operator(now=NOW), session, sizes)


def changed(store: Store, query: str, **values: Any) -> None:
    with store.write() as session:
        session.connection().execute(text(query), values)


def test_a_journal_that_holds_is_told_with_its_roots(kept: Store) -> None:
    found = audited(kept, 0, 7, 20, 21)
    with kept.read() as session:
        tree = journal_tree.tree(session)
    assert (found.size, found.root, found.fault) == (tree.size, tree.root, None)
    assert found.roots.keys() == {0, 7, 20}
    assert found.roots[20] == tree.root
    assert found.roots[0] == hashlib.sha256(b"").digest()


def test_an_empty_journal_holds(store: Store) -> None:
    assert audited(store) == Audit()


@pytest.mark.parametrize(
    ("query", "seq", "reason"),
    [
        ("UPDATE journal SET record = :other WHERE seq = 7", 7, journal_audit.CHANGED),
        ("UPDATE journal SET salt = :other WHERE seq = 7", 7, journal_audit.CHANGED),
        ("UPDATE journal SET leaf = :other WHERE seq = 7", 7, journal_audit.CHANGED),
        ("UPDATE journal SET nodes = :other WHERE seq = 7", 7, journal_audit.NODES),
        ("DELETE FROM journal WHERE seq = 7", 7, journal_audit.MISSING),
        ("DELETE FROM journal WHERE seq >= 18", 18, journal_audit.MISSING),
        ("UPDATE journal SET record = NULL, salt = NULL WHERE seq = 7", 7, journal_audit.STOLEN),
        ("UPDATE journal SET record = NULL WHERE seq = 7", 7, journal_audit.STOLEN),
        ("UPDATE journal_head SET size = 19 WHERE peaks <> :other", None, "head"),
        ("DELETE FROM journal_head WHERE peaks <> :other", None, journal_audit.HEAD),
        ("DELETE FROM journal_party WHERE seq = 7", 7, journal_audit.INDEX),
        ("DELETE FROM journal_subject WHERE seq = 7", 7, journal_audit.INDEX),
        ("INSERT INTO journal_subject VALUES ('ser_foreign', 7)", 7, journal_audit.INDEX),
        ("INSERT INTO journal_subject VALUES ('ser_beyond', 77)", 77, journal_audit.INDEX),
        ("UPDATE journal_party SET party = 'x' WHERE seq = 7 AND party = 'owner'", 7, "tables"),
    ],
)
def test_the_first_record_that_was_tampered_with_is_named(
    kept: Store, query: str, seq: int | None, reason: str
) -> None:
    if "size = 19" in query:
        query = "UPDATE journal_head SET size = 12 WHERE peaks <> :other"  # as many peaks
    changed(kept, query, **({"other": b"other"} if ":other" in query else {}))
    found = audited(kept)
    assert found.fault is not None
    assert found.fault.seq == seq
    assert reason in found.fault.reason


def rewritten(store: Store, change: Callable[[dict[str, Any]], None], *, keep: int) -> None:
    """What an operator could do who rewrites the whole history: every table agrees again."""
    with store.write() as session:
        connection = session.connection()
        rows = connection.execute(text("SELECT * FROM journal ORDER BY seq")).all()[:keep]
        tables = ("journal_party", "journal_subject", "journal", "journal_head")
        for table in tables:
            connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608 (names of ours)
    for row in rows:
        told = json.loads(row.record)
        change(told)
        names = ("event", "by", "owner", "subjects", "rows")
        entry = Entry(**{name: told[name] for name in names if name in told})
        with store.write() as session:
            append(permit_operator(now=NOW), session, entry, now=NOW)


def test_a_rewritten_history_is_told_by_the_head_that_a_partner_kept(kept: Store) -> None:
    with kept.read() as session:
        before = journal_tree.tree(session)

    def hide(told: dict[str, Any]) -> None:
        told["by"] = "other" if told["seq"] == 3 else told["by"]

    rewritten(kept, hide, keep=20)
    found = audited(kept, before.size)
    assert found.fault is None, "it agrees with itself"
    assert found.roots[before.size] != before.root


def test_a_truncated_history_is_told_by_the_head_that_a_partner_kept(kept: Store) -> None:
    rewritten(kept, lambda _: None, keep=15)
    found = audited(kept, 20)
    assert found.fault is None
    assert (found.size, found.roots) == (15, {})


def test_proofs_are_those_of_the_tree(kept: Store) -> None:
    with kept.read() as session:
        top = journal_tree.tree(session)
        roots = audited(kept, *range(21)).roots
        for size in range(1, 21):
            for seq in range(size):
                hashed, path = journal_tree.prove_inclusion(session, seq, size)
                assert merkle.includes(hashed, path, roots[size], index=seq, size=size)
            proof = journal_tree.prove_consistency(session, size, 20)
            assert merkle.is_extension((size, 20), (roots[size], top.root), proof)


def test_an_erased_record_leaves_its_hash_and_every_proof(kept: Store) -> None:
    with kept.read() as session:
        before = journal_tree.tree(session)
        hashed, path = journal_tree.prove_inclusion(session, 7, 20)
    permit = permit_operator(now=NOW)
    with kept.write() as session:
        assert records_about(permit, session, series(7)) == [7]
        assert erase_records(permit, session, [7, 9], now=NOW) == [7, 9]
    with kept.write() as session:
        assert erase_records(permit, session, [7], now=NOW) == [], "once is enough"
    found = audited(kept, 20)
    assert (found.fault, found.erased, found.size) == (None, 2, 21)
    assert found.roots[20] == before.root
    assert merkle.includes(hashed, path, before.root, index=7, size=20)
    with kept.read() as session:
        assert journal_tree.prove_inclusion(session, 7, 20) == (hashed, path)
        assert find_record_bytes(permit_party(OWNER, action="read", now=NOW), session, 7) is None
        dump = [
            str(session.connection().execute(text(query)).all())
            for query in ("SELECT * FROM journal", "SELECT * FROM journal_subject")
        ]
        assert not any(series(7) in told for told in dump)


def test_a_deposit_has_no_rows_by_subject_and_is_found_to_be_erased(kept: Store) -> None:
    """Two rows a reading else, that nobody asks for but whoever erases."""
    permit = permit_operator(now=NOW)
    written = Entry("data.written", by="partner", subjects=("bat_" + "2" * 20, series(99)), rows=1)
    with kept.write() as session:
        append(permit_party(READER, action="read", now=NOW), session, written, now=NOW)
    assert audited(kept).fault is None
    with kept.read() as session:
        rows = text("SELECT subject FROM journal_subject WHERE seq = 20")
        assert not session.connection().execute(rows).all()
        assert records_about(permit, session, series(99)) == [20]
        assert records_about(permit, session, series(9)) == [9]
        assert records_about(permit, session, "ser") == []
    with kept.write() as session:
        assert erase_records(permit, session, [20], now=NOW) == [20]
    assert audited(kept).fault is None
    with kept.read() as session:
        assert records_about(permit, session, series(99)) == []


def test_what_tells_of_an_erasure_is_not_erased(kept: Store) -> None:
    permit = permit_operator(now=NOW)
    with kept.write() as session:
        erase_records(permit, session, [7], now=NOW)
    with pytest.raises(Conflict, match="record 20"), kept.write() as session:
        erase_records(permit, session, [3, 20], now=NOW)
    assert audited(kept).erased == 1, "nothing of a refused erasure stays"
    with pytest.raises(BadInput), kept.write() as session:
        erase_records(permit, session, [99], now=NOW)


def test_a_forged_erasure_is_named(kept: Store) -> None:
    """A row that says so, without being of the tree."""
    permit = permit_operator(now=NOW)
    with kept.write() as session:
        erase_records(permit, session, [7], now=NOW)
    changed(kept, "UPDATE journal_subject SET subject = 'record_9' WHERE subject = 'record_7'")
    found = audited(kept)
    assert found.fault == journal_audit.Fault(7, journal_audit.STOLEN)


def test_only_whom_a_record_concerns_sees_it(kept: Store) -> None:
    with kept.read() as session:
        for caller, n in ((READER, 20), (OWNER, 20), (OTHER, 0)):
            permit = permit_party(caller, action="read", now=NOW)
            found = accesses(permit, session, limit=50)
            assert [one.seq for one in found] == list(range(19, -1, -1))[:n]
            assert (find_record_bytes(permit, session, 7) is not None) == (n > 0)
        permit = permit_party(OWNER, action="read", now=NOW)
        assert [one.seq for one in accesses(permit, session, before=(NOW, 5), limit=2)] == [4, 3]
        (one,) = accesses(permit, session, subject=series(3), limit=50)
        assert one.seq == 3
        later = NOW.replace(hour=11)
        assert accesses(permit, session, since=later, limit=50) == []
        assert len(accesses(permit, session, since=NOW, limit=50)) == 20


def test_only_the_operator_reads_it_whole_and_erases(kept: Store) -> None:
    permit = permit_party(OWNER, action="write", now=NOW)
    with kept.write() as session:
        with pytest.raises(TypeError):
            journal_audit.audit_journal(permit, session)
        with pytest.raises(TypeError):
            erase_records(permit, session, [1], now=NOW)
        with pytest.raises(TypeError):
            records_about(permit, session, series(1))
