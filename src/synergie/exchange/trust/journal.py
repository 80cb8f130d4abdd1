"""What anyone may check of the journal, and what those see whom a record concerns."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from synergie.errors import BadInput, NotFound
from synergie.exchange import cursor as _cursor
from synergie.exchange.trust._journal_head import build_head_signer
from synergie.policy import Permit, Principal, permit_operator, permit_own_data
from synergie.policy.trust.access_sentence import access_sentence
from synergie.proof import tree_head
from synergie.proof.jose import Prover
from synergie.schemas.page import Page
from synergie.schemas.trust.journal import (
    Access,
    ConsistencyProof,
    InclusionProof,
    JournalRecord,
    KeptRecord,
    TreeHead,
)
from synergie.storage.assets.owned import SUPPLY_POINTS
from synergie.storage.store import Session, Store
from synergie.storage.trust.journal.journal_erasure import erase_records, records_about
from synergie.storage.trust.journal.journal_records import (
    JournalRecordBytes,
    accesses,
    find_record_bytes,
)
from synergie.storage.trust.journal.journal_tree import prove_consistency, prove_inclusion, tree
from synergie.storage.trust.organisations import find_organisation

__all__ = ["Journal", "Readings", "build_head_signer", "erase_journal_records"]

_SIGNED_FOR = timedelta(seconds=30)
"""How long one signed head is given out again while no record comes."""


@dataclass(frozen=True, slots=True)
class Readings:
    """What those see of the journal whom its records concern."""

    store: Store

    def named(self, caller: Principal, name: str, *, now: datetime) -> str:
        """The identifier of the caller's delivery point `scheme:code`; another name as it is."""
        permit = permit_own_data(caller, action="read", now=now)
        with self.store.read() as session:
            return SUPPLY_POINTS.load_ids(permit, session, [name]).get(name, name)

    def accesses(
        self,
        caller: Principal,
        *,
        subject: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        other: str | None = None,
        after: str | None = None,
        limit: int = 200,
        now: datetime,
    ) -> Page[Access]:
        """Who saw the caller's data, and what the caller saw of others, newest first.

        *subject*: one thing, and what hangs on it. *since*: of this moment or later. *until*:
        before this moment. *other*: an organisation that it concerns, too. NotAllowed for a token
        that was narrowed to agreements: this tells of all of them.
        """
        permit = permit_own_data(caller, action="read", now=now)
        asked = (permit.fingerprint, subject, since, until, other)
        bound = "\x1f".join(map(str, ("accesses", *asked)))
        with self.store.read() as session:
            place = _cursor.opened(session, bound, after)
            found = accesses(
                permit,
                session,
                subject=subject,
                since=since,
                until=until,
                other=other,
                before=_parse_access_place(place),
                limit=limit + 1,
            )
            items = _build_accesses(permit, session, found[:limit])
            last = _format_access_place(items[-1].record) if len(found) > limit else None
            following = None if last is None else _cursor.encrypt_cursor(session, bound, last)
        return Page(items=items, next=following)

    def record(self, caller: Principal, seq: int, *, now: datetime) -> KeptRecord:
        """A record that concerns the caller, as it was hashed.

        NotFound when it is absent, erased, or concerns others only.
        """
        with self.store.read() as session:
            found = find_record_bytes(permit_own_data(caller, action="read", now=now), session, seq)
        if found is None:
            raise NotFound
        return KeptRecord(
            seq=found.seq,
            salt=found.salt.hex(),
            record=found.content.decode(),
            leaf=found.leaf.hex(),
        )


@dataclass(frozen=True, slots=True)
class Journal(Readings):
    """The journal of a store; `prover` signs its heads. Records are written by the acts."""

    prover: Prover
    _last: list[TreeHead] = field(default_factory=list, repr=False, compare=False)

    def head(self, *, now: datetime) -> TreeHead:
        """The signed head, for anyone: never older than the newest record, or than 30 seconds."""
        with self.store.read() as session:
            found = tree(session)
        for last in self._last:
            same = (last.tree_size, last.root) == (found.size, found.root.hex())
            if same and last.signed_at <= now < last.signed_at + _SIGNED_FOR:
                return last
        told = TreeHead(
            tree_size=found.size,
            root=found.root.hex(),
            signed_at=now.replace(microsecond=0),
            jws=tree_head.sign_tree_head(self.prover, found.size, found.root, now=now),
        )
        self._last[:] = [told]
        return told

    def proof(self, first: int, second: int) -> ConsistencyProof:
        """That the journal of *second* records only added to that of *first*; for anyone.

        BadInput unless 0 < first <= second <= the size of the journal.
        """
        with self.store.read() as session:
            size = tree(session).size
            if not 0 < second <= size:
                raise BadInput("/second", second, "a size that the journal has reached")
            if not 0 < first <= second:
                raise BadInput("/first", first, "a size of 1 to `second`")
            path = prove_consistency(session, first, second)
        return ConsistencyProof(first=first, second=second, path=_format_hash_path(path))

    def inclusion(self, seq: int, size: int) -> InclusionProof:
        """That record *seq* is among the first *size*; for anyone. BadInput."""
        with self.store.read() as session:
            if not 0 < size <= tree(session).size:
                raise BadInput("/size", size, "a size that the journal has reached")
            if not 0 <= seq < size:
                raise BadInput("/seq", seq, "a record of that size: 0 to `size` - 1")
            leaf, path = prove_inclusion(session, seq, size)
        return InclusionProof(seq=seq, size=size, leaf=leaf.hex(), path=_format_hash_path(path))


def erase_journal_records(
    store: Store, *, seqs: tuple[int, ...] = (), subject: str | None = None, now: datetime
) -> list[int]:
    """The operator's erasure (RGPD art. 17): of records by number, or of all that name *subject*.

    Salt and content go, the hash stays and proofs still verify; the erasure is itself recorded.
    """
    permit = permit_operator(now=now)
    with store.write(essential=True) as session:
        about = [] if subject is None else records_about(permit, session, subject)
        return erase_records(permit, session, (*seqs, *about), now=now)


def _format_access_place(record: JournalRecord) -> str:
    """Where a list of accesses has come to."""
    return f"{record.at.isoformat()}/{record.seq}"


def _parse_access_place(place: str) -> tuple[datetime, int] | None:
    at, _, seq = place.partition("/")
    return (datetime.fromisoformat(at), int(seq)) if place else None


def _build_accesses(
    permit: Permit, session: Session, found: list[JournalRecordBytes]
) -> tuple[Access, ...]:
    records = [JournalRecord.model_validate_json(one.content) for one in found]
    ids = {name for one in records for name in (one.by, one.owner) if name is not None}
    known = (find_organisation(permit, session, one) for one in sorted(ids))
    names = {one.id: one.name for one in known if one is not None}
    return tuple(Access(record=one, sentence=access_sentence(one, names)) for one in records)


def _format_hash_path(path: list[bytes]) -> tuple[str, ...]:
    return tuple(one.hex() for one in path)
