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
from synergie.proof.merkle import EMPTY, Frontier, leaf
from synergie.schemas.journal import JournalRecord
from synergie.storage._journal_tables import JournalPartyRow, JournalRow, JournalSubjectRow
from synergie.storage.journal import concerned, is_access
from synergie.storage.journal_erasure import ERASED, name_of
from synergie.storage.journal_tree import frontier
from synergie.storage.store import Session

_CHUNK = 1000


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


def audit(permit: Permit, session: Session, sizes: Collection[int] = ()) -> Audit:
    """Hash every record anew, in order, and stop at the first that does not hold.

    *sizes*: those whose roots are wanted, to be compared with heads that others keep. Memory does
    not grow with the journal. For the operator: it reads what concerns anyone.
    """
    if permit.scope != "operator":
        raise TypeError("only the operator reads the whole journal")
    found = Audit(roots={0: EMPTY} if 0 in sizes else {})
    work = _Work(session, Frontier(), frozenset(sizes), found)
    found.fault = work.run()
    found.size, found.root = work.tree.size, work.tree.root
    return found


@dataclass(slots=True)
class _Work:
    session: Session
    tree: Frontier
    sizes: frozenset[int]
    found: Audit
    parties: int = 0
    subjects: int = 0
    """Sums of the keyed hashes of what the two tables must hold: order does not matter to them."""

    def run(self) -> Fault | None:
        for row in _rows(self.session):
            reason = self._reason(row)
            if reason is not None:
                return Fault(self.tree.size, reason)
            self.tree, made = self.tree.add(bytes(row.leaf))
            if b"".join(made) != bytes(row.nodes):
                return Fault(row.seq, NODES)
            if self.tree.size in self.sizes:
                self.found.roots[self.tree.size] = self.tree.root
        return self._head() or self._index()

    def _reason(self, row: Any) -> str | None:
        if row.seq != self.tree.size:
            return MISSING
        if row.record is None or row.salt is None:
            self.found.erased += 1
            return None if _told_erased(self.session, row) else STOLEN
        content = bytes(row.record)
        if leaf(bytes(row.salt) + content) != bytes(row.leaf):
            return CHANGED
        try:
            record = JournalRecord.model_validate_json(content)
        except ValidationError:
            return UNREADABLE
        if record.seq != row.seq or record.at != row.at:
            return MISPLACED
        self._count(record)
        return None

    def _count(self, record: JournalRecord) -> None:
        access = is_access(record)
        for party in concerned(record):
            self.parties += hash((party, access, record.seq))
        for subject in record.subjects:
            self.subjects += hash((subject, record.seq))

    def _head(self) -> Fault | None:
        kept = frontier(self.session)
        if kept.size > self.tree.size:
            return Fault(self.tree.size, MISSING)
        return None if kept == self.tree else Fault(None, HEAD)

    def _index(self) -> Fault | None:
        party, subject = JournalPartyRow, JournalSubjectRow
        rows = _streamed(self.session, select(col(party.party), col(party.access), col(party.seq)))
        parties = sum(hash((row.party, row.access, row.seq)) for row in rows)
        rows = _streamed(self.session, select(col(subject.subject), col(subject.seq)))
        subjects = sum(hash((row.subject, row.seq)) for row in rows)
        if (parties, subjects) == (self.parties, self.subjects):
            return None
        return Fault(self._first_unindexed(), INDEX)

    def _first_unindexed(self) -> int | None:
        """The first record whose rows are not those it asks for; slow, and only after a fault."""
        for row in _rows(self.session):
            expected: tuple[set[Any], set[Any]] = (set(), set())
            if row.record is not None:
                record = JournalRecord.model_validate_json(bytes(row.record))
                access = is_access(record)
                expected = (
                    {(one, access) for one in concerned(record)},
                    set(record.subjects),
                )
            if _indexed(self.session, row.seq) != expected:
                return int(row.seq)
        return None


def _indexed(session: Session, seq: int) -> tuple[set[Any], set[Any]]:
    connection = session.connection()
    party, subject = JournalPartyRow, JournalSubjectRow
    who = select(col(party.party), col(party.access)).where(col(party.seq) == seq)
    what = select(col(subject.subject)).where(col(subject.seq) == seq)
    return {tuple(row) for row in connection.execute(who)}, {*connection.execute(what).scalars()}


def _told_erased(session: Session, row: Any) -> bool:
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
            leaf(bytes(later.salt) + content) == bytes(later.leaf)
            and told.get("event") == ERASED
            and name in told.get("subjects", ())
        ):
            return True
    return False


def _rows(session: Session) -> Iterator[Any]:
    """Every record, in order, a chunk at a time: a cursor left open would hold SQLite's pages."""
    after = -1
    while True:
        query = (
            select(*(col(getattr(JournalRow, name)) for name in _COLUMNS))
            .where(col(JournalRow.seq) > after)
            .order_by(col(JournalRow.seq))
            .limit(_CHUNK)
        )
        chunk = session.connection().execute(query).all()
        yield from chunk
        if len(chunk) < _CHUNK:
            return
        after = chunk[-1].seq


_COLUMNS = ("seq", "at", "salt", "record", "leaf", "nodes")


def _streamed(session: Session, query: Any) -> Iterator[Any]:
    connection = session.connection().execution_options(stream_results=True, yield_per=_CHUNK)
    yield from connection.execute(query)
