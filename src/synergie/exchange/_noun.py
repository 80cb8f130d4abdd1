"""Publish, page and read of one declared noun; one transaction each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from secrets import token_hex
from typing import Literal

import rfc8785
from pydantic import BaseModel

from synergie.errors import BadInput
from synergie.exchange import _cursor, _door
from synergie.exchange.once import Once, remember, replayed
from synergie.policy import Ask, Permit, Principal, own
from synergie.schemas.agreement import Dataset
from synergie.schemas.batch import BatchKind, Named, Receipt, Refusal
from synergie.schemas.change import ChangeKind
from synergie.schemas.page import Page
from synergie.storage import head
from synergie.storage.batches import batch_by_digest, save_batch
from synergie.storage.owned import Shelf
from synergie.storage.store import Session, Store

type Mode = Literal["strict", "keep"]

MAX_RECORDS = 10_000
"""Records of one batch."""

_SHOWN = 1000
"""Refusals that a receipt lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """How a batch is published beside its records.

    `refusals`: rows already left out by the reader of the file. `supersedes`: the receipt this
    batch means to replace, to bring back a content that was replaced before.
    """

    mode: Mode = "strict"
    refusals: Sequence[Refusal] = ()
    once: Once | None = None
    supersedes: str | None = None


@dataclass(frozen=True, slots=True)
class Noun[RecordT: BaseModel, ItemT: BaseModel]:
    """What organisations do with one noun they declare."""

    store: Store
    shelf: Shelf[RecordT, ItemT]
    kind: BatchKind
    change: ChangeKind
    dataset: Dataset

    def publish(
        self,
        caller: Principal,
        records: Sequence[RecordT],
        publication: Publication | None = None,
        *,
        now: datetime,
    ) -> Receipt:
        """Store a batch of the caller's own records, whole or not at all; its receipt.

        The same content again, at any time, gives the first receipt with `replayed`. BadInput
        names the first record that refers to a thing that is not there, or two records of one
        identifier. KeyReused as `once` says.
        """
        how = publication or Publication()
        _one_each(records)
        with self.store.write() as session:
            known = replayed(session, how.once, Receipt, now=now)
            if known is not None:
                return known
            permit = own(caller, action="write", now=now)
            digest = self._digest(records, how.supersedes)
            receipt = batch_by_digest(permit, session, digest)
            if receipt is None:
                receipt = self._store(session, caller, permit, (records, how, digest, now))
            else:
                receipt = receipt.model_copy(update={"replayed": True})
            remember(session, how.once, receipt)
        return receipt

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
        with self.store.read() as session:
            permit = _door.listing(session, caller, ask, agreement=agreement, now=now)
            bound = f"{self.kind}\x1f{permit.fingerprint}"
            place = _cursor.opened(session, bound, after)
            items = self.shelf.page(permit, session, after=place, limit=limit + 1, now=now)
            more = len(items) > limit
            kept = items[:limit]
            following = _cursor.sealed(session, bound, _id(kept[-1])) if more else None
        return Page(items=tuple(kept), next=following)

    def read(
        self, caller: Principal, item_id: str, *, agreement: str | None = None, now: datetime
    ) -> ItemT:
        """One thing: the caller's own, or one that an agreement opens. NotFound, NotAllowed."""
        with self.store.read() as session:

            def find(permit: Permit) -> ItemT | None:
                return self.shelf.one(permit, session, item_id, now=now)

            _, found = _door.one(
                session,
                caller,
                Ask(dataset=self.dataset),
                agreement=agreement,
                now=now,
                table=self.change,
                subject=item_id,
                find=find,
            )
        return found

    def _digest(self, records: Sequence[RecordT], supersedes: str | None) -> str:
        content = {
            "kind": self.kind,
            "items": [record.model_dump(mode="json") for record in records],
            "supersedes": supersedes,
        }
        return sha256(rfc8785.dumps(content)).hexdigest()

    def _store(
        self,
        session: Session,
        caller: Principal,
        permit: Permit,
        batch: tuple[Sequence[RecordT], Publication, str, datetime],
    ) -> Receipt:
        records, how, digest, now = batch
        batch_id = f"bat_{token_hex(10)}"
        done = self.shelf.publish(permit, session, records, batch=batch_id, now=now)
        seq = head.take(session)
        receipt = Receipt(
            id=batch_id,
            owner=permit.owner,
            kind=self.kind,
            digest=digest,
            seq=seq,
            received_at=now,
            received=len(records) + len(how.refusals),
            kept=done.kept,
            unchanged=len(records) - done.kept,
            refused=len(how.refusals),
            refusals=tuple(how.refusals[:_SHOWN]),
            items=tuple(
                Named(external_id=_external_id(record), id=item_id)
                for record, item_id in zip(records, done.ids, strict=True)
            ),
        )
        news = head.News(owner=permit.owner, kind=self.change, subject=batch_id, act="published")
        head.tell(session, seq, news, now=now)
        save_batch(permit, session, receipt, client=caller.client_id)
        return receipt


def _one_each(records: Sequence[BaseModel]) -> None:
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


def _id(item: BaseModel) -> str:
    return str(getattr(item, "id"))  # noqa: B009 (every item has one)
