"""Several curves stored by one commit: each whole or not at all, and none for another's fault.

One fsync is the unit of cost: groups of 64 store sixty times as many batches a second.
"""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_hex

from synergie.errors import BadInput, Conflict, KeyReused, NotFound, SynergieError
from synergie.exchange._arrival import arrival, digest
from synergie.exchange.once import Once, remember, replayed
from synergie.policy import Permit, Principal, own
from synergie.schemas.batch import Receipt
from synergie.schemas.curve import Curve
from synergie.storage import head
from synergie.storage.arrivals import (
    Arrival,
    Novelty,
    Segment,
    append,
    coded,
    locked,
    note_newest,
    weigh,
)  # fmt: skip
from synergie.storage.batches import batch_by_digest, batch_of, save_batch, supersede
from synergie.storage.readings import Held
from synergie.storage.store import Session


@dataclass(frozen=True, slots=True)
class New:
    """A batch that is stored when the group is closed."""

    id: str
    digest: str
    came: Arrival
    novelty: Novelty
    segments: Sequence[Segment]
    once: Once | None


@dataclass(frozen=True, slots=True)
class Again:
    """The content of a batch of the same group once more."""

    first: New
    once: Once | None


type Taken = Receipt | SynergieError | New | Again


@dataclass(frozen=True, slots=True)
class Group:
    """Curves on their way into one transaction; what is taken first holds for what comes after."""

    session: Session
    caller: Principal
    permit: Permit
    series: dict[str, Held]
    now: datetime
    new: list[New] = field(default_factory=list)
    keys: dict[str, tuple[Once, Taken]] = field(default_factory=dict)

    @classmethod
    def open(
        cls, session: Session, caller: Principal, curves: Sequence[Curve], *, now: datetime
    ) -> "Group":
        """A group whose series are the caller's own; nobody else appends to them until the end."""
        permit = own(caller, action="write", now=now)
        series = locked(permit, session, (curve.series for curve in curves))
        return cls(session, caller, permit, series, now)

    def take(self, curve: Curve, once: Once | None) -> Taken:
        """Check *curve* and weigh it against what holds; nothing of a refused one stays."""
        if once is None:
            return self._attempt(curve, None)
        if once.key not in self.keys:
            taken = self._attempt(curve, once)
            if not isinstance(taken, SynergieError):
                self.keys[once.key] = once, taken
            return taken
        first, taken = self.keys[once.key]
        return taken if first == once else KeyReused()

    def close(self, taken: Sequence[Taken]) -> list[Receipt | SynergieError]:
        """Store what is new: from the first number taken to the commit nothing is computed."""
        seq = head.take(self.session, len(self.new)) if self.new else 0
        receipts = {new.id: self._receipt(new, seq + i) for i, new in enumerate(self.new)}
        for new in self.new:
            self._store(new, receipts[new.id])
        return [self._answer(one, receipts) for one in taken]

    def _attempt(self, curve: Curve, once: Once | None) -> Taken:
        try:
            with nullcontext() if once is None else self.session.begin_nested():
                known = replayed(self.session, once, Receipt, now=self.now)
                return self._weigh(curve, once) if known is None else known
        except SynergieError as fault:
            return fault

    def _weigh(self, curve: Curve, once: Once | None) -> Taken:
        series = self.series.get(curve.series)
        if series is None:
            raise NotFound
        came = arrival(curve, series, now=self.now)
        content = digest(curve, came)
        for new in self.new:
            if new.digest == content:
                return Again(new, once)
        known = batch_by_digest(self.permit, self.session, content)
        if known is not None:
            receipt = known.model_copy(update={"replayed": True})
            remember(self.session, once, receipt)
            return receipt
        self._check_superseded(curve)
        return self._add(came, content, once)

    def _add(self, came: Arrival, content: str, once: Once | None) -> New:
        waiting = [
            one for new in self.new if new.came.series == came.series for one in new.segments
        ]
        novelty = weigh(self.permit, self.session, came, waiting)
        batch = f"bat_{token_hex(10)}"
        order, revision = len(self.new), novelty.revision
        segments: Sequence[Segment] = ()
        if novelty.kept:
            segments = coded(came, batch=batch, revision=revision, order=order, now=self.now)
        new = New(batch, content, came, novelty, segments, once)
        self.new.append(new)
        return new

    def _check_superseded(self, curve: Curve) -> None:
        """What a curve means to replace must be what holds, or its sender does not know enough."""
        if curve.supersedes is None or any(new.id == curve.supersedes for new in self.new):
            return
        older = batch_of(self.permit, self.session, curve.supersedes, curve.series)
        if older is None:
            raise BadInput("/supersedes", curve.supersedes, "the receipt of a batch of this series")
        if older.superseded_by is not None:
            raise Conflict(f"superseded by {older.superseded_by}", "the batch that holds now")

    def _receipt(self, new: New, seq: int) -> Receipt:
        return Receipt(
            id=new.id,
            owner=self.permit.owner,
            kind="curve",
            digest=new.digest,
            seq=seq,
            received_at=self.now,
            received=len(new.came.values),
            kept=new.novelty.kept,
            unchanged=new.novelty.unchanged,
            refused=0,
        )

    def _store(self, new: New, receipt: Receipt) -> None:
        series, seq = new.came.series, receipt.seq
        if new.segments:
            append(self.permit, self.session, series, new.segments, seq=seq)
            note_newest(self.permit, self.session, new.came, now=self.now)
        save_batch(
            self.permit, self.session, receipt, client=self.caller.client_id, subject=series.id
        )
        news = head.News(
            owner=self.permit.owner, kind="curve", subject=new.id, act="published", covers=series.id
        )
        head.tell(self.session, seq, news, now=self.now)
        if new.novelty.older:
            self.session.flush()
            supersede(self.permit, self.session, sorted(new.novelty.older), by=new.id)
        remember(self.session, new.once, receipt)

    def _answer(self, taken: Taken, receipts: dict[str, Receipt]) -> Receipt | SynergieError:
        match taken:
            case New():
                return receipts[taken.id]
            case Again():
                receipt = receipts[taken.first.id].model_copy(update={"replayed": True})
                remember(self.session, taken.once, receipt)
                return receipt
            case _:
                return taken
