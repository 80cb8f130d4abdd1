"""The whole journal read again and hashed anew: linear, streaming, and it names the first fault.

What is stored must be what was hashed; who and what each record concerns must be what it says. A
history that was rewritten in every table agrees with itself: only a head that somebody else kept
tells it, so the roots of the sizes they hold are computed on the way.
"""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select
from sqlmodel import col

from synergie.policy import Permit
from synergie.proof.merkle import EMPTY, Frontier, hash_leaf
from synergie.schemas.trust.journal import JournalRecord
from synergie.storage.store import Session
from synergie.storage.trust.journal.journal import (
    is_access,
    list_concerned_parties,
    list_indexed_subjects,
)
from synergie.storage.trust.journal.journal_bundles import (
    NO_END,
    BundleFault,
    StoredRecord,
    iterate_records,
)
from synergie.storage.trust.journal.journal_erasure import ERASED, name_of
from synergie.storage.trust.journal.journal_tables import (
    JournalPartyRow,
    JournalRow,
    JournalSubjectRow,
)
from synergie.storage.trust.journal.journal_tree import frontier

_CHUNK = 1000
_BUCKETS = 1024


@dataclass(frozen=True, slots=True)
class Fault:
    """The first record that does not hold, and why. `seq` None: the head itself."""

    seq: int | None
    reason: str


@dataclass(slots=True)
class Audit:
    """What was found. `roots`: of the sizes that were asked for and reached."""

    size: int = 0
    root: bytes = EMPTY
    erased: int = 0
    fault: Fault | None = None
    roots: dict[int, bytes] = field(default_factory=dict)


MISSING = "it is missing"
CHANGED = "its content is not what was hashed"
STOLEN = "it was removed, and no record tells of an erasure"
MISPLACED = "it says that it is another record"
UNREADABLE = "it cannot be read"
NODES = "the hashes kept beside it are not those of the tree"
INDEX = "the tables of whom and what it concerns do not agree with it"
HEAD = "the head does not agree with the records"
REASONS: tuple[str, ...] = (MISSING, CHANGED, STOLEN, MISPLACED, UNREADABLE, NODES, INDEX, HEAD)
"""Every reason of a fault, as constant texts."""


def audit_journal(permit: Permit, session: Session, sizes: Collection[int] = ()) -> Audit:
    """Hash every record anew, in order, and stop at the first that does not hold.

    *sizes*: those whose roots are wanted, to be compared with heads that others keep. Memory does
    not grow with the journal. For the operator: it reads what concerns anyone.
    """
    if permit.scope != "operator":
        raise TypeError("only the operator reads the whole journal")
    found = Audit(roots={0: EMPTY} if 0 in sizes else {})
    width = frontier(session).size // _BUCKETS + 1
    work = _Work(session, Frontier(), frozenset(sizes), found, width)
    found.fault = work.run()
    found.size, found.root = work.tree.size, work.tree.root
    return found


@dataclass(slots=True)
class _Work:
    session: Session
    tree: Frontier
    sizes: frozenset[int]
    found: Audit
    width: int
    """Records of a bucket."""
    sums: list[int] = field(default_factory=lambda: [0] * (_BUCKETS + 1))
    """By bucket: sums of keyed hashes of what the two tables must hold, less what they do hold.
    They are in another order than the records, and a sum does not mind; the last is for rows of
    records that are not there."""

    def run(self) -> Fault | None:
        try:
            return self._records() or self._head() or self._index()
        except BundleFault as error:
            return Fault(error.seq, UNREADABLE)

    def _records(self) -> Fault | None:
        for row in iterate_records(self.session):
            reason = self._reason(row)
            if reason is not None:
                return Fault(self.tree.size, reason)
            self.tree, made = self.tree.add(row.leaf)
            if row.nodes is not None and b"".join(made) != row.nodes:
                return Fault(row.seq, NODES)
            if self.tree.size in self.sizes:
                self.found.roots[self.tree.size] = self.tree.root
        return None

    def _reason(self, row: StoredRecord) -> str | None:
        if row.seq != self.tree.size:
            return MISSING
        if row.record is None or row.salt is None:
            self.found.erased += 1
            return None if _is_erasure_recorded(self.session, row) else STOLEN
        if hash_leaf(row.salt + row.record) != row.leaf:
            return CHANGED
        try:
            record = JournalRecord.model_validate_json(row.record)
        except ValidationError:
            return UNREADABLE
        if record.seq != row.seq or row.at not in {None, record.at}:
            return MISPLACED
        if row.at is not None:
            self._count(record)
        return None

    def _count(self, record: JournalRecord) -> None:
        place = self._bucket(record.seq)
        self.sums[place] += sum(map(hash, _iterate_record_links(record)))

    def _head(self) -> Fault | None:
        kept = frontier(self.session)
        if kept.size > self.tree.size:
            return Fault(self.tree.size, MISSING)
        return None if kept == self.tree else Fault(None, HEAD)

    def _index(self) -> Fault | None:
        """Whether the tables of who and what hold what the records ask for, and no more."""
        for query in (_PARTIES, _SUBJECTS):
            for row in _stream_query(self.session, query):
                self.sums[self._bucket(row.seq)] -= hash(tuple(row))
        wrong = next((place for place, total in enumerate(self.sums) if total), None)
        return None if wrong is None else Fault(self._first_within(wrong), INDEX)

    def _bucket(self, seq: int) -> int:
        return min(seq // self.width, _BUCKETS)

    def _first_within(self, bucket: int) -> int:
        """The first record of a bucket whose rows are not those it asks for."""
        start = bucket * self.width
        end = start + self.width if bucket < _BUCKETS else NO_END
        asked = {
            row
            for one in iterate_records(self.session, start, end)
            for row in _iterate_row_links(one)
        }
        found: set[Any] = set()
        for query, column in ((_PARTIES, JournalPartyRow.seq), (_SUBJECTS, JournalSubjectRow.seq)):
            within = query.where(col(column) >= start, col(column) < end)
            found.update(tuple(row) for row in _stream_query(self.session, within))
        return int(min(row[-1] for row in asked ^ found))


_PARTIES = select(
    col(JournalPartyRow.party),
    col(JournalPartyRow.access),
    col(JournalPartyRow.at),
    col(JournalPartyRow.seq),
)
_SUBJECTS = select(col(JournalSubjectRow.subject), col(JournalSubjectRow.seq))


def _iterate_row_links(row: StoredRecord) -> Iterator[tuple[Any, ...]]:
    """The rows of the two tables that a record asks for; erased or bundled, for none."""
    if row.record is not None and row.at is not None:
        yield from _iterate_record_links(JournalRecord.model_validate_json(row.record))


def _iterate_record_links(record: JournalRecord) -> Iterator[tuple[Any, ...]]:
    access = is_access(record)
    yield from ((one, access, record.at, record.seq) for one in list_concerned_parties(record))
    yield from ((one, record.seq) for one in list_indexed_subjects(record))


def _is_erasure_recorded(session: Session, row: StoredRecord) -> bool:
    """Whether a later record, itself as it was hashed, tells that this one was erased."""
    if row.record is not None or row.salt is not None:
        return False
    name = name_of(row.seq)
    query = (
        select(col(JournalRow.salt), col(JournalRow.record), col(JournalRow.leaf))
        .join(JournalSubjectRow, col(JournalSubjectRow.seq) == col(JournalRow.seq))
        .where(col(JournalSubjectRow.subject) == name, col(JournalRow.record).is_not(None))
    )
    for later in session.connection().execute(query):
        content = bytes(later.record)
        told = json.loads(content)
        if (
            hash_leaf(bytes(later.salt) + content) == bytes(later.leaf)
            and told.get("event") == ERASED
            and name in told.get("subjects", ())
        ):
            return True
    return False


def _stream_query(session: Session, query: Any) -> Iterator[Any]:
    connection = session.connection().execution_options(stream_results=True, yield_per=_CHUNK)
    yield from connection.execute(query)
