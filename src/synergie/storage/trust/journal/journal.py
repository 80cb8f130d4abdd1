"""The journal: one record an act, in the act's own transaction, hashed into one tree (RFC 9162).

Records are noted while the act runs and written as its last step, before the commit: the row that
numbers them is locked for that moment only, and always after every other lock. When they cannot be
written the act fails, and nothing of it stays.
"""

import hmac
import logging
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from json import JSONEncoder
from typing import Any, NamedTuple

from sqlalchemy import bindparam, event, insert, select, update
from sqlalchemy.orm import SessionTransaction
from sqlmodel import Session, col

from synergie.policy import Permit
from synergie.proof.merkle import Frontier, hash_leaf
from synergie.schemas.trust.agreement import Dataset, Grant
from synergie.schemas.trust.journal import JournalEvent, JournalRecord
from synergie.storage import head
from synergie.storage.readings.once import insert_once
from synergie.storage.tables import OrganisationRow
from synergie.storage.trust.access_tables import OAuthClientRow
from synergie.storage.trust.journal.journal_tables import (
    JournalHeadRow,
    JournalPartyRow,
    JournalRow,
    JournalSubjectRow,
)

SALT = 16
"""Bytes of salt of one record."""
HASH = 32

ACCESSES: frozenset[JournalEvent] = frozenset(
    {
        "data.read", "data.exported", "export.made", "part.read", "voice.read", "access.refused",
        "aggregate.held",
    }
)  # fmt: skip
"""Events by which one sees, or tries to see, what is another's."""

UNINDEXED: frozenset[JournalEvent] = frozenset({"data.written"})
"""Events whose subjects are found in their records alone: batches and series of each deposit."""

_LOG = logging.getLogger("synergie.journal")
_WAITING = "synergie_journal"
_GIVEN = re.compile(r"[a-z]{2,8}_[a-z0-9]{15,64}", re.ASCII)
"""Identifiers that the server made: longer than any number of a delivery point (14 digits)."""
_THUMBPRINT = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_RECORD = re.compile(r"record_[0-9]{1,18}", re.ASCII)
_FORMS = (_GIVEN, _THUMBPRINT, _RECORD)
_CLIENT = "client:"
_CODE = re.compile(r"[a-z][a-z0-9_.:-]{0,63}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be recorded; see `schemas.trust.journal.JournalRecord` for each field.

    `subjects`: identifiers that the server gave, and organisations and clients of its directory.
    Any other becomes an HMAC: it may be the number of somebody's delivery point. Organisations
    among them may read the record, like `by` and `owner`. `reason` is a code, never a sentence.
    """

    event: JournalEvent
    _: KW_ONLY
    by: str
    client: str | None = None
    owner: str | None = None
    agreement: str | None = None
    subjects: tuple[str, ...] = ()
    dataset: Dataset | None = None
    granularity: Grant | None = None
    start: datetime | None = None
    end: datetime | None = None
    rows: int | None = None
    reason: str | None = None
    terms_sha256: str | None = None
    items_sha256: str | None = None


class _Noted(NamedTuple):
    record: JournalRecord
    within: SessionTransaction | None


def append(permit: Permit, session: Session, entry: Entry, *, now: datetime) -> None:
    """Record *entry* at *now* in the transaction of *session*, which must be one that writes.

    It is numbered and hashed as the last step before the commit; a rollback, of a savepoint too,
    takes it away with the act. TypeError for an entry that says another acted than the permit's
    bearer, or whose reason is no code: faults of ours.
    """
    if permit.scope != "operator" and entry.by != permit.bearer:
        raise TypeError("an act is recorded as its bearer's own")
    if entry.reason is not None and not _CODE.fullmatch(entry.reason):
        raise TypeError("a reason is a code, never a sentence")
    if not session.connection().get_execution_options().get("synergie_write"):
        raise TypeError("a record needs a transaction that writes")
    if _WAITING not in session.info:
        session.info[_WAITING] = []
        event.listen(session, "before_commit", _write_entries)
        event.listen(session, "after_soft_rollback", _discard_entries)
    within = session.get_nested_transaction() or session.get_transaction()
    record = _build_journal_record(session, entry, now)
    session.info[_WAITING].append(_Noted(record, within))


def _build_journal_record(session: Session, entry: Entry, now: datetime) -> JournalRecord:
    subjects = _iterate_own_subjects(session, entry.subjects, now)
    return JournalRecord(
        seq=0,
        at=now.astimezone(UTC),
        event=entry.event,
        by=entry.by,
        client=entry.client,
        owner=entry.owner,
        agreement=entry.agreement,
        subjects=tuple(dict.fromkeys(subjects)),
        dataset=entry.dataset,
        granularity=entry.granularity,
        start=entry.start and entry.start.astimezone(UTC),
        end=entry.end and entry.end.astimezone(UTC),
        rows=entry.rows,
        reason=entry.reason,
        terms_sha256=entry.terms_sha256,
        items_sha256=entry.items_sha256,
    )


def _iterate_own_subjects(
    session: Session, subjects: Sequence[str], now: datetime
) -> Iterable[str]:
    """The subjects, each that is not an identifier of ours as an HMAC under a key of the year."""
    strange = [one for one in subjects if not _is_opaque(one)]
    if not strange:
        return subjects
    secret = head.head(session).secret
    key = hmac.digest(secret, f"journal\x1f{now.astimezone(UTC):%Y}".encode(), sha256)
    told = {
        one: f"hmac_{hmac.digest(key, one.encode(), sha256).hex()[:40]}" for one in strange
    } | _find_recorded_names(session, strange)
    return [told.get(one, one) for one in subjects]


def _find_recorded_names(session: Session, names: Sequence[str]) -> dict[str, str]:
    """Those of *names* that are clients or organisations of this server, as they are recorded."""

    def select_ids(table: Any) -> Iterable[str]:
        return session.connection().execute(select(table.id).where(table.id.in_(names))).scalars()

    clients = {one: f"{_CLIENT}{one}" for one in select_ids(OAuthClientRow)}
    return clients | {one: one for one in select_ids(OrganisationRow)}


def _discard_entries(session: Session, gone: SessionTransaction) -> None:
    """A rollback takes away what was noted within it."""
    noted = session.info[_WAITING]
    noted[:] = [one for one in noted if not _is_inside_transaction(one.within, gone)]


def _is_inside_transaction(within: SessionTransaction | None, gone: SessionTransaction) -> bool:
    while within is not None and within is not gone:
        within = within.parent
    return within is gone


def _write_entries(session: Session) -> None:
    """Number and hash what was noted: the last statements of the transaction."""
    if session.in_nested_transaction():  # a savepoint is let go: not yet the end
        return
    noted, session.info[_WAITING][:] = list(session.info[_WAITING]), []
    if not noted:
        return
    session.flush()
    connection = session.connection()
    tree, rows, parties, subjects = _lock_frontier(session), [], [], []
    for record in (one.record for one in noted):
        body = record.model_dump(mode="json", exclude_none=True)
        salt, content = secrets.token_bytes(SALT), _encode_record_content(body, tree.size)
        hashed = hash_leaf(salt + content)
        seq, (tree, made) = tree.size, tree.add(hashed)
        row = (seq, record.at, salt, content, hashed, b"".join(made))
        rows.append(dict(zip(_COLUMNS, row, strict=True)))
        parties += _build_party_rows(record, seq)
        subjects += [{"subject": one, "seq": seq} for one in sorted(list_indexed_subjects(record))]
        _log_record(body, seq)
    connection.execute(_INSERT_PARTY, parties)
    if subjects:
        connection.execute(_INSERT_SUBJECT, subjects)
    connection.execute(_INSERT, rows)
    connection.execute(_MOVE, {"size": tree.size, "peaks": b"".join(tree.peaks)})


def _log_record(body: Mapping[str, Any], seq: int) -> None:
    """The record to whoever keeps a log, without its subjects and its period."""
    told = {name: one for name, one in body.items() if name in _TOLD}
    told["organisation"] = told.pop("by")
    _LOG.info("journal.%s", body["event"], extra={"told": told | {"seq": seq}})


_TOLD = {"by", "client", "owner", "agreement", "dataset", "granularity", "rows", "reason"}
_PACKED = JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_COLUMNS = ("seq", "at", "salt", "record", "leaf", "nodes")
_INSERT = insert(JournalRow)
_INSERT_PARTY = insert(JournalPartyRow)
_INSERT_SUBJECT = insert(JournalSubjectRow)
_MOVE = (
    update(JournalHeadRow)
    .where(col(JournalHeadRow.id) == 1)
    .values(size=bindparam("size"), peaks=bindparam("peaks"))
)
_LOCK = select(col(JournalHeadRow.size), col(JournalHeadRow.peaks)).with_for_update()


def _lock_frontier(session: Session) -> Frontier:
    """The frontier of the tree, held until the commit."""
    connection = session.connection()
    row = connection.execute(_LOCK).first()
    if row is None:
        insert_once(session, JournalHeadRow, id=1, size=0, peaks=b"")
        row = connection.execute(_LOCK).one()
    return Frontier(row.size, hashes_in(row.peaks))


def hashes_in(packed: bytes) -> tuple[bytes, ...]:
    """The hashes that are stored end to end."""
    return tuple(packed[place : place + HASH] for place in range(0, len(packed), HASH))


def _encode_record_content(body: Mapping[str, Any], seq: int) -> bytes:
    """The bytes that are hashed of a record: RFC 8785, without what is null or empty.

    Of texts and whole numbers under ASCII names those are what the standard library packs, sorted;
    1,500 records of one reading are written in a seventh of the time that `rfc8785` takes.
    """
    told = {name: one for name, one in body.items() if name != "subjects" or one}
    return _PACKED.encode(told | {"seq": seq}).encode()


def is_access(record: JournalRecord) -> bool:
    """Whether one saw, or tried to see, what is another's."""
    return record.event in ACCESSES and record.by != record.owner


def list_indexed_subjects(record: JournalRecord) -> frozenset[str]:
    """The subjects by which the record is found; of those of `UNINDEXED` none."""
    return frozenset() if record.event in UNINDEXED else frozenset(record.subjects)


def list_concerned_parties(record: JournalRecord) -> frozenset[str]:
    """Who may read the record: who acted, whose data, and organisations among its subjects."""
    named = (one for one in record.subjects if not _is_opaque(one) and not one.startswith(_CLIENT))
    told = (record.by, record.owner, *named)
    return frozenset(one for one in told if one is not None)


def _is_opaque(subject: str) -> bool:
    return any(form.fullmatch(subject) for form in _FORMS)


def _build_party_rows(record: JournalRecord, seq: int) -> list[dict[str, object]]:
    access, at = is_access(record), record.at
    return [
        {"party": one, "access": access, "at": at, "seq": seq}
        for one in sorted(list_concerned_parties(record))
    ]
