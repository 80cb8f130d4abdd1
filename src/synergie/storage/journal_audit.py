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
from sqlalchemy import select, tuple_
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
            self.parties += hash((party, access, record.at, record.seq))
        for subject in record.subjects:
            self.subjects += hash((subject, record.seq))

    def _head(self) -> Fault | None:
        kept = frontier(self.session)
        if kept.size > self.tree.size:
            return Fault(self.tree.size, MISSING)
        return None if kept == self.tree else Fault(None, HEAD)

    def _index(self) -> Fault | None:
        parties = sum(hash(tuple(row)) for row in _streamed(self.session, _PARTIES))
        subjects = sum(hash(tuple(row)) for row in _streamed(self.session, _SUBJECTS))
        if (parties, subjects) == (self.parties, self.subjects):
            return None
        return Fault(self._first_unindexed(), INDEX)

    def _first_unindexed(self) -> int | None:
        """The first record whose rows are not those it asks for; slow, and only after a fault."""
        lacking = (row.seq for row in _rows(self.session) if not self._indexed(row))
        first = next(lacking, None)
        for query in (_PARTIES, _SUBJECTS):
            for told in _streamed(self.session, query):
                if (first is None or told.seq < first) and not self._asked(told):
                    first = told.seq
        return first

    def _indexed(self, row: Any) -> bool:
        """Whether the tables have every row that a record asks for."""
        connection = self.session.connection()
        for query, asked in zip((_PARTIES, _SUBJECTS), _asked_by(row), strict=True):
            among = tuple_(*query.selected_columns).in_(sorted(asked))
            if asked and len(connection.execute(query.where(among)).all()) < len(asked):
                return False
        return True

    def _asked(self, told: Any) -> bool:
        """Whether a record asks for this row of a table."""
        query = _RECORDS.where(col(JournalRow.seq) == told.seq)
        row = self.session.connection().execute(query).first()
        return row is not None and any(tuple(told) in rows for rows in _asked_by(row))


_RECORDS = select(
    *(col(getattr(JournalRow, name)) for name in ("seq", "at", "salt", "record", "leaf", "nodes"))
)
_PARTIES = select(
    col(JournalPartyRow.party),
    col(JournalPartyRow.access),
    col(JournalPartyRow.at),
    col(JournalPartyRow.seq),
)
_SUBJECTS = select(col(JournalSubjectRow.subject), col(JournalSubjectRow.seq))


def _asked_by(row: Any) -> tuple[set[Any], set[Any]]:
    """The rows of the two tables that a record asks for; an erased one for none."""
    if row.record is None:
        return set(), set()
    record = JournalRecord.model_validate_json(bytes(row.record))
    access = is_access(record)
    parties = {(one, access, record.at, record.seq) for one in concerned(record)}
    return parties, {(one, record.seq) for one in record.subjects}


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
        query = _RECORDS.where(col(JournalRow.seq) > after)
        query = query.order_by(col(JournalRow.seq)).limit(_CHUNK)
        chunk = session.connection().execute(query).all()
        yield from chunk
        if len(chunk) < _CHUNK:
            return
        after = chunk[-1].seq


def _streamed(session: Session, query: Any) -> Iterator[Any]:
    connection = session.connection().execution_options(stream_results=True, yield_per=_CHUNK)
    yield from connection.execute(query)
