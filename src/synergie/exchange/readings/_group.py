"""Several curves stored by one commit: each whole or not at all, and none for another's fault.

One fsync is the unit of cost: groups of 64 store sixty times as many batches a second.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from secrets import token_hex

from synergie.errors import BadInput, Conflict, KeyReused, NotAllowed, NotFound, SynergieError
from synergie.exchange import door as _door
from synergie.exchange._sender import SEND, Sender
from synergie.exchange.publication.publication import Filed, build_batch_origin
from synergie.exchange.readings import written as _written
from synergie.exchange.readings._arrival import build_arrival, digest
from synergie.exchange.readings.once import Once, find_answers, store_answers
from synergie.formats import checks
from synergie.policy import Permit, Principal, in_the_name_of, permit_own_data
from synergie.policy.readings.flows import API
from synergie.policy.readings.source_priority import MIDDLE
from synergie.schemas.readings.batch import Receipt, Refusal
from synergie.schemas.readings.curve import Curve
from synergie.storage import head
from synergie.storage.assets.held import SeriesInPermit
from synergie.storage.assets.reliance import record_reliance
from synergie.storage.readings.arrivals import (
    Arrival,
    Novelty,
    Segment,
    append,
    comes_after,
    encode_arrival,
    find_known_ends,
    note_ends,
    weigh,
)
from synergie.storage.readings.batches import (
    batch_of,
    batches_by_digest,
    compute_content_key,
    find_replayed,
    save_batch,
    supersede_batches,
)
from synergie.storage.readings.morning import note_feeds
from synergie.storage.readings.sums.years import forget_years
from synergie.storage.store import Session


@dataclass(frozen=True, slots=True)
class _Checked:
    """A curve without fault: its readings, and the digest of its content."""

    came: Arrival
    digest: str
    supersedes: str | None
    known: str
    """What its content is looked for by."""


@dataclass(frozen=True, slots=True)
class _New:
    """A batch that is stored when the group is closed."""

    id: str
    """Within the group: its number, which comes last, is of the identifier that is told."""
    digest: str
    known: str
    came: Arrival
    novelty: Novelty
    segments: Sequence[Segment]


@dataclass(frozen=True, slots=True)
class _Again:
    """The content of a batch of the same group once more."""

    first: _New


type _Taken = Receipt | SynergieError | _New | _Again


def store_group(
    session: Session,
    caller: Principal,
    curves: Sequence[Curve],
    onces: Sequence[Once | None],
    *,
    filed: Filed | None,
    agreement: str | None = None,
    now: datetime,
) -> list[Receipt | SynergieError]:
    """Store *curves* in this transaction; an answer each, in order.

    Of the caller's own series, or of those that *agreement* lets it write.
    """
    sender = _authorize_sender(session, caller, agreement, now=now)
    permit = sender.permit
    if filed is not None:
        filed.hold(permit, session)
    series = sender.series(session, (curve.series for curve in curves))
    priority = MIDDLE if filed is None else filed.priority
    checked = [_check_curve(curve, series, sender, priority=priority, now=now) for curve in curves]
    digests = [one.known for one in checked if isinstance(one, _Checked)]
    known = batches_by_digest(permit, session, digests)
    answered = find_answers(session, onces, Receipt, now=now)
    ends = find_known_ends(session, series)
    group = _Group(session, permit, now, known, sender, answered, ends)
    taken = [group.take(one, once) for one, once in zip(checked, onces, strict=True)]
    return group.close(taken, caller=caller, filed=filed)


def _authorize_sender(
    session: Session, caller: Principal, agreement: str | None, *, now: datetime
) -> Sender:
    """Who sends, decided in the transaction that stores (NotFound, NotAllowed)."""
    if agreement is None:
        return Sender(caller, permit_own_data(caller, action="write", now=now))
    under = _door.authorize_list(session, caller, SEND, agreement=agreement, now=now)
    return Sender(caller, in_the_name_of(under), under)


def _check_curve(
    curve: Curve, series: dict[str, SeriesInPermit], sender: Sender, *, priority: int, now: datetime
) -> _Checked | SynergieError:
    if curve.series not in series:
        return NotFound()
    try:
        came = replace(build_arrival(curve, series[curve.series], now=now), priority=priority)
        sender.check(came)
    except (BadInput, NotAllowed) as fault:
        return fault
    content = digest(curve, came)
    return _Checked(
        came,
        content,
        curve.supersedes,
        sender.build_content_key(compute_content_key(content, priority)),
    )


def _compute_arrival_spans(
    arrived: Sequence[Arrival],
) -> dict[str, tuple[datetime, datetime] | None]:
    """From when to when something came of each series."""
    bounds: dict[str, tuple[int, int]] = {}
    for one in arrived:
        first, last = bounds.get(one.series.id, (one.start_s, one.end_s))
        bounds[one.series.id] = min(first, one.start_s), max(last, one.end_s)
    return {
        series: (datetime.fromtimestamp(first, UTC), datetime.fromtimestamp(last, UTC))
        for series, (first, last) in bounds.items()
    }


def _better_source(n: int) -> Refusal:
    """Values that stay aside; they hold if what covers them is undone."""
    return Refusal(
        where="/values",
        found=f"{n} values",
        expected=checks.BETTER_SOURCE.says,
        code=checks.BETTER_SOURCE.code,
    )


@dataclass(frozen=True, slots=True)
class _Group:
    """Curves on their way into one transaction; what is taken first holds for what comes after.

    `known`: receipts of contents that were stored before, by digest. `answered`: what was
    answered before to a key, or that it is another's. `ends`: where what is stored ends.
    """

    session: Session
    permit: Permit
    now: datetime
    known: dict[str, Receipt]
    sender: Sender
    answered: Mapping[Once, Receipt | KeyReused]
    ends: Mapping[str, int | None]
    new: list[_New] = field(default_factory=list)
    keys: dict[str, tuple[Once, _Taken]] = field(default_factory=dict)

    def take(self, checked: _Checked | SynergieError, once: Once | None) -> _Taken:
        """Weigh a curve against what holds; nothing of a refused one stays, its key neither."""
        if once is None:
            return self._attempt(checked)
        if once.key in self.keys:
            first, taken = self.keys[once.key]
            return taken if first == once else KeyReused()
        if once in self.answered:
            return self.answered[once]
        taken = self._attempt(checked)
        if not isinstance(taken, SynergieError):
            self.keys[once.key] = once, taken
        return taken

    def close(
        self, taken: Sequence[_Taken], *, caller: Principal, filed: Filed | None
    ) -> list[Receipt | SynergieError]:
        """Store what is new: from the first number taken to the commit nothing is computed."""
        arrived = [new.came for new in self.new if new.segments]
        source = API if filed is None else filed.source
        note_ends(self.permit, self.session, arrived, source=source, now=self.now)
        fed = [new.came.series for new in self.new]
        note_feeds(self.permit, self.session, fed, source=source)
        forget_years(self.permit, self.session, _compute_arrival_spans(arrived))
        seq = head.take_sequence_numbers(self.session, len(self.new)) if self.new else 0
        receipts = {new.id: self._receipt(new, seq + i) for i, new in enumerate(self.new)}
        rows = [
            (new.came.series, _rename(new.segments, told.id), told.seq)
            for new in self.new
            for told in (receipts[new.id],)
        ]
        append(self.permit, self.session, rows)
        for new in self.new:
            self._tell(new, receipts[new.id], caller.client_id, filed)
        self.session.flush()
        for new in self.new:
            self._settle(new, receipts)
        self._note(caller, receipts, filed)
        kept = [(once, _build_answer(one, receipts)) for once, one in self.keys.values()]
        answers = [(once, one) for once, one in kept if isinstance(one, Receipt)]
        store_answers(self.session, answers, now=self.now)
        return [_build_answer(one, receipts) for one in taken]

    def _attempt(self, checked: _Checked | SynergieError) -> _Taken:
        """Nothing is written by it: what is refused leaves nothing to take back."""
        try:
            return self._weigh(checked)
        except SynergieError as fault:
            return fault

    def _weigh(self, checked: _Checked | SynergieError) -> _Taken:
        if isinstance(checked, SynergieError):
            raise checked
        for new in self.new:
            if new.digest == checked.digest:
                return _Again(new)
        if checked.known in self.known:
            return self.known[checked.known].model_copy(update={"replayed": True})
        came = checked.came
        if not comes_after(self.ends, came):
            of = came.series.id, came.start_s
            first = find_replayed(self.permit, self.session, checked.known, of=of)
            if first is not None:
                return first.model_copy(update={"replayed": True})
        self._check_superseded(checked)
        return self._add(checked)

    def _add(self, checked: _Checked) -> _New:
        came, order, batch = checked.came, len(self.new), f"bat_{token_hex(10)}"
        beside = (new.segments for new in self.new if new.came.series == came.series)
        waiting = [one for segments in beside for one in segments]
        novelty = weigh(self.permit, self.session, came, waiting, ends=self.ends)
        segments: Sequence[Segment] = ()
        if novelty.news:
            revision = novelty.revision
            segments = encode_arrival(
                came, batch=batch, revision=revision, order=order, now=self.now
            )
        new = _New(batch, checked.digest, checked.known, came, novelty, segments)
        self.new.append(new)
        return new

    def _check_superseded(self, checked: _Checked) -> None:
        """What a curve means to replace must be what holds, or its sender does not know enough."""
        if checked.supersedes is None:
            return
        series = checked.came.series.id
        older = batch_of(self.permit, self.session, checked.supersedes, series)
        if older is None:
            expected = "the receipt of a batch of this series"
            raise BadInput("/supersedes", checked.supersedes, expected)
        if older.superseded_by is not None:
            raise Conflict(f"superseded by {older.superseded_by}", "the batch that holds now")

    def _receipt(self, new: _New, seq: int) -> Receipt:
        aside = new.novelty.aside
        return Receipt(
            id=f"bat_{seq:010x}{new.id[-10:]}",
            owner=self.permit.owner,
            kind="curve",
            digest=new.digest,
            seq=seq,
            received_at=self.now,
            received=len(new.came.values),
            kept=new.novelty.kept,
            unchanged=new.novelty.unchanged,
            refused=aside,
            refusals=(_better_source(aside),) if aside else (),
            sent_by=self.sender.by,
            agreement=self.sender.version,
        )

    def _tell(self, new: _New, receipt: Receipt, client: str, filed: Filed | None) -> None:
        owner, series = self.permit.owner, new.came.series.id
        save_batch(
            self.permit,
            self.session,
            receipt,
            origin=build_batch_origin(client, filed),
            subject=series,
            known=new.known,
        )
        news = head.News(
            owner=owner, kind="curve", subject=receipt.id, act="published", covers=series
        )
        head.tell(self.session, receipt.seq, news, now=self.now)

    def _settle(self, new: _New, receipts: Mapping[str, Receipt]) -> None:
        batch, replaces = receipts[new.id].id, new.novelty.kept > 0
        older = {receipts[one].id if one in receipts else one for one in new.novelty.older}
        if older and replaces:
            supersede_batches(self.permit, self.session, sorted(older), by=batch)
        record_reliance(self.permit, self.session, batch, older, replaces=replaces)

    def _note(
        self, caller: Principal, receipts: Mapping[str, Receipt], filed: Filed | None
    ) -> None:
        """One record for the commit: the batches, and the series they are of."""
        if not receipts:
            return
        series = [new.came.series.id for new in self.new]
        _written.note(
            self.session,
            caller,
            self.permit,
            [*receipts.values()],
            dataset="consumption",
            filed=filed,
            about=series,
            now=self.now,
        )


def _rename(segments: Iterable[Segment], batch: str) -> list[Segment]:
    """*segments* under the identifier that their batch was given with its number."""
    return [replace(one, batch=batch) for one in segments]


def _build_answer(taken: _Taken, receipts: Mapping[str, Receipt]) -> Receipt | SynergieError:
    match taken:
        case _New():
            return receipts[taken.id]
        case _Again():
            return receipts[taken.first.id].model_copy(update={"replayed": True})
        case _:
            return taken
