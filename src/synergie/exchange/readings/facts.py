"""What organisations do with facts: what files tell beside curves and assets."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from secrets import token_hex

import rfc8785
from pydantic import BaseModel

from synergie.errors import NotAllowed
from synergie.exchange import cursor as _cursor
from synergie.exchange import door as _door
from synergie.exchange.publication.publication import Filed, build_batch_origin
from synergie.exchange.readings import written as _written
from synergie.exchange.readings._entry import build_fact_entry
from synergie.exchange.trust import seen as _seen
from synergie.formats import checks
from synergie.policy import Ask, Permit, Principal, permit_own_data
from synergie.policy.facts import ask_for
from synergie.schemas.page import Page
from synergie.schemas.readings.batch import Receipt, Refusal
from synergie.schemas.readings.fact import Fact, FactKind
from synergie.storage import head
from synergie.storage.assets.reliance import record_reliance
from synergie.storage.readings.batches import (
    batch_by_digest,
    batches_of,
    save_batch,
    supersede_batches,
)
from synergie.storage.readings.facts import (
    Entry,
    FactQuery,
    Weighed,
    keyed_facts,
    save_facts,
    weigh_facts,
)
from synergie.storage.store import Session, Store, run_again
from synergie.storage.trust.organisations import alone

_SHOWN = 1000
"""Refusals that a receipt lists."""
_NOBODYS = Ask(dataset="contracts")
"""For kinds that no agreement opens: decided as any other, then refused."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts of the caller's own: stored from files, read by their owner and nobody else.

    Of one key the record of the source that is believed most holds
    (`policy.readings.source_priority`), of
    equal ones the later; the others are kept, for reads of the past and for an undo.
    """

    store: Store

    @run_again
    def publish(
        self,
        caller: Principal,
        kind: FactKind,
        records: Sequence[BaseModel],
        filed: Filed,
        *,
        now: datetime,
    ) -> Receipt:
        """Store records of one kind and one source, a part of a deposit; their receipt.

        `received = kept + unchanged + refused`. The same content again gives the first receipt
        with `replayed`. A record that a better source tells otherwise is kept aside; a second,
        other one of the same key in one deposit is refused.
        """
        sent = _FactGroup(
            kind, [build_fact_entry(record, filed.source) for record in records], filed
        )
        digest = sent.digest()
        with self.store.write() as session:
            permit = permit_own_data(caller, action="write", now=now)
            alone(permit, session)
            filed.hold(permit, session)
            known = batch_by_digest(permit, session, digest)
            if known is not None:
                return known.model_copy(update={"replayed": True})
            receipt = sent.store(permit, session, digest=digest, now=now)
            save_batch(permit, session, receipt, origin=build_batch_origin(caller.client_id, filed))
            _written.note(session, caller, permit, [receipt], dataset=None, filed=filed, now=now)
        return receipt

    def page(  # noqa: PLR0913 (each is something a reader may ask)
        self,
        caller: Principal,
        kind: FactKind,
        *,
        agreement: str | None = None,
        subject: str | None = None,
        since: datetime | None = None,
        as_of: datetime | None = None,
        after: str | None = None,
        limit: int = 200,
        now: datetime,
    ) -> Page[Fact]:
        """A page of facts of one kind, by their key: the caller's own, or what *agreement* opens.

        *subject*: only of this delivery point, device or zone; under an agreement a delivery point
        is named by the server's identifier. *since*: only of this moment or later. *as_of* None:
        as known now. NotFound, NotAllowed: `dataset` for a kind that no agreement opens.
        """
        ask = ask_for(kind) or _NOBODYS
        wanted = FactQuery(kind=kind, subject=subject, since=since, as_of=as_of)
        with _seen.open_recorded_session(self.store, caller, ask, now=now) as session:
            permit = _door.authorize_list(session, caller, ask, agreement=agreement, now=now)
            if permit.scope == "agreement" and ask is _NOBODYS:
                raise NotAllowed("dataset", agreement)
            bound = f"facts\x1f{permit.fingerprint}\x1f{kind}\x1f{subject}\x1f{since}\x1f{as_of}"
            place = _cursor.opened(session, bound, after)
            found = keyed_facts(permit, session, wanted, after=place, limit=limit + 1)
            some, following = _cursor.split_cursor_page(
                session, bound, found, limit, by=lambda one: one.key
            )
        told = tuple(one.fact for one in some)
        about = [one.about for one in some if one.about]
        seen = _seen.AccessRecord(ask.dataset, about, granularity=ask.granularity, rows=len(told))
        _seen.record(self.store, caller, permit, seen, now=now)
        return Page(items=told, next=following)


@dataclass(frozen=True, slots=True)
class _FactGroup:
    """Facts of one kind and one source on their way into one transaction."""

    kind: FactKind
    entries: Sequence[Entry]
    filed: Filed

    def digest(self) -> str:
        """Of the kind, the source and the digest of each record, in order (RFC 8785)."""
        content = {
            "kind": self.kind,
            "source": self.filed.source,
            "items": [one.digest for one in self.entries],
        }
        return sha256(rfc8785.dumps(content)).hexdigest()

    def store(self, permit: Permit, session: Session, *, digest: str, now: datetime) -> Receipt:
        """Append what is new; its receipt."""
        batch = f"bat_{token_hex(10)}"
        mine = batches_of(permit, session, self.filed.deposit)
        done = weigh_facts(permit, session, self.kind, self.entries, own=mine)
        supersede_batches(permit, session, sorted(done.replaced), by=batch)
        record_reliance(permit, session, batch, done.replaced, replaces=True)
        record_reliance(permit, session, batch, done.found - done.replaced - {""}, replaces=False)
        seq = head.take_sequence_numbers(session)
        news = head.News(owner=permit.owner, kind=self.kind, subject=batch, act="published")
        head.tell(session, seq, news, now=now)
        save_facts(permit, session, self.kind, done, batch=batch, seq=seq, now=now)
        refusals = tuple(self._refusals(done))
        return Receipt(
            id=batch,
            owner=permit.owner,
            kind=self.kind,
            digest=digest,
            seq=seq,
            received_at=now,
            received=len(self.entries),
            kept=done.kept,
            unchanged=done.unchanged,
            refused=len(refusals),
            refusals=refusals[:_SHOWN],
        )

    def _refusals(self, done: Weighed) -> Iterator[Refusal]:
        reasons = dict.fromkeys(done.aside, checks.BETTER_SOURCE)
        reasons |= dict.fromkeys(done.other, checks.CONFLICTING_DUPLICATE)
        for place, check in sorted(reasons.items()):
            yield Refusal(
                where=f"/items/{place}",
                found=self.entries[place].key[:80],
                expected=check.says,
                code=check.code,
            )
