"""Publish, page and read of one declared noun; one transaction each."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from secrets import token_hex

import rfc8785
from pydantic import BaseModel

from synergie.errors import BadInput
from synergie.exchange import cursor as _cursor
from synergie.exchange import door as _door
from synergie.exchange.publication.publication import Publication, build_batch_origin
from synergie.exchange.readings import written as _written
from synergie.exchange.readings.once import claim_or_replay, store_answer
from synergie.exchange.trust import seen as _seen
from synergie.policy import Ask, Permit, Principal, permit_own_data
from synergie.schemas.change import ChangeKind
from synergie.schemas.page import Page
from synergie.schemas.readings.batch import BatchKind, Receipt
from synergie.schemas.trust.agreement import Dataset
from synergie.storage import head
from synergie.storage.assets.owned import NounTable, Published
from synergie.storage.assets.owned_history import keep_replaced
from synergie.storage.assets.reliance import record_reliance
from synergie.storage.readings.batches import batch_by_digest, save_batch, supersede_batches
from synergie.storage.store import Session, Store, run_again
from synergie.storage.trust.organisations import alone

_SHOWN = 1000
"""Refusals that a receipt lists."""


@dataclass(frozen=True, slots=True)
class Noun[RecordT: BaseModel, ItemT: BaseModel]:
    """What organisations do with one noun they declare."""

    store: Store
    shelf: NounTable[RecordT, ItemT]
    kind: BatchKind
    change: ChangeKind
    dataset: Dataset

    @run_again
    def publish(
        self,
        caller: Principal,
        records: Sequence[RecordT],
        publication: Publication | None = None,
        *,
        now: datetime,
    ) -> Receipt:
        """Store a batch of the caller's own records; its receipt.

        Mode `strict`: whole or not at all; BadInput names the first record that refers to a
        thing that is not there. `keep`: such records are left out and listed. Two records of one
        identifier: BadInput. The same content again, at any time, gives the first receipt with
        `replayed`; `supersedes`, the receipt of what holds now, brings a replaced content back.
        KeyReused as `once` says.
        """
        how = publication or Publication()
        _check_unique_ids(records)
        content = _Content(self.kind, records, how.supersedes, how.merge)
        with self.store.write() as session, self.refusals(session, caller, now=now):
            known = claim_or_replay(session, how.once, Receipt, now=now)
            if known is not None:
                return known
            permit = permit_own_data(caller, action="write", now=now)
            alone(permit, session)
            if how.filed is not None:
                how.filed.hold(permit, session)
            receipt = batch_by_digest(permit, session, content.digest())
            if receipt is None:
                receipt = self._store(session, permit, content, how, now=now)
                save_batch(
                    permit, session, receipt, origin=build_batch_origin(caller.client_id, how.filed)
                )
                _written.note(
                    session,
                    caller,
                    permit,
                    [receipt],
                    dataset=self.dataset,
                    filed=how.filed,
                    now=now,
                )
            else:
                receipt = receipt.model_copy(update={"replayed": True})
            store_answer(session, how.once, receipt)
        return receipt

    def refusals(
        self,
        session: Session,  # noqa: ARG002 (of delivery points)
        caller: Principal,  # noqa: ARG002
        *,
        now: datetime,  # noqa: ARG002
    ) -> AbstractContextManager[None]:
        """Around a batch, in its transaction: what keeps a record of what is refused."""
        return nullcontext()

    def page(
        self,
        caller: Principal,
        *,
        agreement: str | None = None,
        after: str | None = None,
        limit: int = 200,
        now: datetime,
    ) -> Page[ItemT]:
        """A page of the caller's own things, or of what the named agreement opens, by id."""
        ask = Ask(dataset=self.dataset)
        with _seen.open_recorded_session(self.store, caller, ask, now=now) as session:
            permit = _door.authorize_list(session, caller, ask, agreement=agreement, now=now)
            bound = f"{self.kind}\x1f{permit.fingerprint}"
            place = _cursor.opened(session, bound, after)
            items = self.shelf.page(permit, session, after=place, limit=limit + 1, now=now)
            more = len(items) > limit
            kept = items[:limit]
            following = (
                _cursor.encrypt_cursor(session, bound, _get_item_id(kept[-1])) if more else None
            )
        seen = _seen.AccessRecord(self.dataset, map(_get_item_id, kept), rows=len(kept))
        _seen.record(self.store, caller, permit, seen, now=now)
        return Page(items=tuple(kept), next=following)

    def read(
        self, caller: Principal, item_id: str, *, agreement: str | None = None, now: datetime
    ) -> ItemT:
        """One thing: the caller's own, or one that an agreement opens. NotFound, NotAllowed."""
        ask = Ask(dataset=self.dataset)
        with _seen.open_recorded_session(
            self.store, caller, ask, subject=item_id, now=now
        ) as session:

            def find(permit: Permit) -> ItemT | None:
                return self.shelf.load_item(permit, session, item_id, now=now)

            permit, found = _door.authorize_subject(
                session,
                caller,
                ask,
                agreement=agreement,
                now=now,
                table=self.change,
                subject=item_id,
                find=find,
            )
        seen = _seen.AccessRecord(self.dataset, [item_id], rows=1)
        _seen.record(self.store, caller, permit, seen, now=now)
        return found

    def _store(
        self,
        session: Session,
        permit: Permit,
        content: "_Content[RecordT]",
        how: Publication,
        *,
        now: datetime,
    ) -> Receipt:
        batch_id = f"bat_{token_hex(10)}"
        refusals = list(how.refusals)
        done = self.shelf.publish(
            permit,
            session,
            content.records,
            batch=batch_id,
            refused=None if how.mode == "strict" else refusals,
            merge=how.merge,
            now=now,
        )
        self._stand(session, permit, done, batch_id)
        self.hold(session, permit, done)
        seq = head.take_sequence_numbers(session)
        keep_replaced(permit, session, self.shelf, done.replaced, by=batch_id, seq=seq)
        news = head.News(owner=permit.owner, kind=self.change, subject=batch_id, act="published")
        head.tell(session, seq, news, now=now)
        return Receipt(
            id=batch_id,
            owner=permit.owner,
            kind=self.kind,
            digest=content.digest(),
            seq=seq,
            received_at=now,
            received=len(done.named) + len(refusals) + how.repeats,
            kept=done.kept,
            unchanged=len(done.named) - done.kept + how.repeats,
            refused=len(refusals),
            refusals=tuple(refusals[:_SHOWN]),
            items=done.named,
        )

    def hold(self, session: Session, permit: Permit, done: Published) -> None:
        """BadInput when what was declared brings about what must not be; here nothing does."""

    @staticmethod
    def _stand(session: Session, permit: Permit, done: Published, batch_id: str) -> None:
        """Note which batches this one replaces in part, or found its own content in."""
        supersede_batches(permit, session, sorted(done.older), by=batch_id)
        record_reliance(permit, session, batch_id, done.older, replaces=True)
        record_reliance(permit, session, batch_id, done.found, replaces=False)


@dataclass(frozen=True, slots=True)
class _Content[RecordT: BaseModel]:
    """What a batch holds, and the digest it is known by."""

    kind: BatchKind
    records: Sequence[RecordT]
    supersedes: str | None
    merge: bool

    def digest(self) -> str:
        content = {
            "kind": self.kind,
            "items": [record.model_dump(mode="json") for record in self.records],
            "supersedes": self.supersedes,
        } | ({"merge": True} if self.merge else {})
        return sha256(rfc8785.dumps(content)).hexdigest()


def _check_unique_ids(records: Sequence[BaseModel]) -> None:
    seen: dict[str, int] = {}
    for index, record in enumerate(records):
        external_id = _external_id(record)
        if external_id in seen:
            raise BadInput(
                f"/items/{index}",
                external_id,
                f"an identifier not used by /items/{seen[external_id]}",
            )
        seen[external_id] = index


def _external_id(record: BaseModel) -> str:
    return str(getattr(record, "external_id"))  # noqa: B009 (a field of some, a property of others)


def _get_item_id(item: BaseModel) -> str:
    return str(getattr(item, "id"))  # noqa: B009 (every item has one)
