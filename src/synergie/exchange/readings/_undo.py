"""Undoing a batch or a deposit: one transaction, whole or not at all, and nothing of the past lost.

What the batch brought holds no more; what was there before it holds again, and what never was is
absent again. A batch on which a later one stands is undone after that one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from synergie.errors import BadInput, Conflict, NotFound
from synergie.exchange.publication.released_sums import PLACED, hold_places
from synergie.exchange.readings import written as _written
from synergie.exchange.trust.sum_tries import record_sum_refusals
from synergie.policy import Permit, Principal, permit_own_data
from synergie.schemas.readings.batch import Named
from synergie.schemas.readings.undone import Undone, UndoneBatch
from synergie.storage import head
from synergie.storage.assets.held import lock_series
from synergie.storage.assets.owned import (
    CABINETS,
    LIGHT_POINTS,
    SERIES,
    SITES,
    SUPPLY_POINTS,
    NounTable,
)
from synergie.storage.assets.owned_history import replaced_of, undo_declared
from synergie.storage.assets.reliance import release_reliance, standing_on, stood_on
from synergie.storage.publication.insiders import take_turn
from synergie.storage.readings.batches import (
    Stored,
    list_stored_batches,
    mark_undone,
    set_superseded,
)
from synergie.storage.readings.deposits import (
    find_deposit_state,
    find_undo_answer,
    release_deposit,
    save_undone,
)
from synergie.storage.readings.facts import undo_facts
from synergie.storage.readings.morning import renote_feeds
from synergie.storage.readings.sums.years import forget_years
from synergie.storage.readings.undo_readings import undo_readings
from synergie.storage.store import Session, Store, run_again
from synergie.storage.trust.organisations import alone

_DECLARED: dict[str, tuple[str, NounTable[Any, Any]]] = {
    "light_points": ("light_point", LIGHT_POINTS),
    "cabinets": ("cabinet", CABINETS),
    "series": ("series", SERIES),
    "supply_points": ("supply_point", SUPPLY_POINTS),
    "sites": ("site", SITES),
}
"""Kind of a batch → kind of its change, and shelf; what refers to others comes before them."""


@run_again
def undo(store: Store, caller: Principal, subject: str, *, dry_run: bool, now: datetime) -> Undone:
    """Undo the caller's batch or deposit *subject*; the same answer each time.

    With *dry_run* everything is done and then rolled back: the answer tells what would be lost.
    NotFound when it is absent or another's; Conflict when a later batch stands on it.
    """
    with store.write() as session, record_sum_refusals(session, caller, now=now):
        permit = permit_own_data(caller, action="write", now=now)
        alone(permit, session)
        batches, told = _find_batches_to_undo(permit, session, subject)
        if told is not None:
            return told
        report = _Work(permit, session, subject, batches, now).undo(caller.client_id)
        _written.record_undone_batches(session, caller, permit, report, now=now)
        if dry_run:
            session.rollback()
            return report.model_copy(update={"undone_at": None})
    return report


def _find_batches_to_undo(
    permit: Permit, session: Session, subject: str
) -> tuple[list[Stored], Undone | None]:
    """The batches to undo, the newest first, or the answer of an undo that has been."""
    told = find_undo_answer(permit, session, subject)
    if told is not None:
        return [], told
    if find_deposit_state(permit, session, subject) is not None:
        batches = list_stored_batches(permit, session, deposit=subject)
        return [one for one in batches if one.undone_by is None], None
    batches = list_stored_batches(permit, session, batch_id=subject)
    if not batches:
        raise NotFound
    if batches[0].deposit is not None:
        find_deposit_state(permit, session, batches[0].deposit)
    by = batches[0].undone_by
    return batches, None if by is None else find_undo_answer(permit, session, by)


@dataclass(frozen=True, slots=True)
class _Work:
    """One undo in its transaction."""

    permit: Permit
    session: Session
    subject: str
    batches: Sequence[Stored]
    now: datetime

    def undo(self, client: str) -> Undone:
        """Check, take back, tell, and keep the answer."""
        held = lock_series(self.permit, self.session, self._series())
        self._check()
        if self._points():
            take_turn(self.session)  # before the numbers: who waits for both takes them in order
        seqs = self._numbers()
        for name, some in groupby(
            sorted(self._of("curve"), key=lambda one: str(one.subject)), lambda one: one.subject
        ):
            ids = [one.receipt.id for one in some]
            undo_readings(self.permit, self.session, held[str(name)], ids, now=self.now)
        for one in self.batches:
            if one.receipt.kind not in {*_DECLARED, "curve"}:
                undo_facts(self.permit, self.session, one.receipt.id, now=self.now)
        stays = self._declared(seqs)
        self._hold()
        self._mark()
        renote_feeds(self.permit, self.session, held)
        forget_years(self.permit, self.session, dict.fromkeys(held))
        self._tell(seqs)
        report = Undone(
            id=self.subject,
            undone_at=self.now,
            batches=tuple(_describe_undone_batch(one) for one in self.batches),
            stays=stays,
        )
        save_undone(self.permit, self.session, report, client=client, now=self.now)
        return report

    @property
    def _ids(self) -> list[str]:
        return [one.receipt.id for one in self.batches]

    def _series(self) -> set[str]:
        """The series that it touches: held at once, so that none gets readings meanwhile."""
        declared = {named.id for one in self._of("series") for named in one.receipt.items}
        return declared | {one.subject for one in self.batches if one.subject is not None}

    def _points(self) -> dict[str, int]:
        """The delivery points that it declared."""
        told = (named.id for one in self._of("supply_points") for named in one.receipt.items)
        return {point: place for place, point in enumerate(told)}

    def _hold(self) -> None:
        """Conflict when a point comes back to where an agreement lets a published sum be solved."""
        try:
            hold_places(self.permit, self.session, self._points())
        except BadInput as refused:
            raise Conflict(str(refused.found), PLACED) from refused

    def _of(self, kind: str) -> list[Stored]:
        return [one for one in self.batches if one.receipt.kind == kind]

    def _check(self) -> None:
        """Nothing later stands on it, and all it replaced was kept."""
        later = standing_on(self.permit, self.session, self._ids, but=[*self._ids, self.subject])
        if later is not None:
            raise Conflict(later, "nothing later that stands on it: undo this one first")
        for one in self.batches:
            if one.receipt.kind in _DECLARED:
                _, shelf = _DECLARED[one.receipt.kind]
                replaced = stood_on(self.permit, self.session, one.receipt.id)
                kept = replaced_of(self.permit, self.session, shelf.prefix, one.receipt.id)
                if not replaced <= kept:
                    raise Conflict(
                        one.receipt.id,
                        "a batch whose replaced content was kept, as this version does",
                    )

    def _numbers(self) -> dict[str, int]:
        """The number of the change of each batch."""
        if not self.batches:
            return {}
        first = head.take_sequence_numbers(self.session, len(self.batches))
        return {batch: first + place for place, batch in enumerate(self._ids)}

    def _declared(self, seqs: dict[str, int]) -> tuple[Named, ...]:
        """Bring back what declarations replaced; the things that stay."""
        stays: list[Named] = []
        for kind, (_, shelf) in _DECLARED.items():
            for one in self._of(kind):
                batch = one.receipt.id
                done = undo_declared(
                    self.permit, self.session, shelf, batch, seq=seqs[batch], now=self.now
                )
                stays += done
        return tuple(stays)

    def _mark(self) -> None:
        """The batches are undone; their content, and their file, may come again."""
        mark_undone(self.permit, self.session, self._ids, by=self.subject, now=self.now)
        newest = release_reliance(self.permit, self.session, [*self._ids, self.subject])
        set_superseded(self.permit, self.session, newest)
        for deposit in {one.deposit for one in self.batches if one.deposit} | (
            {self.subject} if find_deposit_state(self.permit, self.session, self.subject) else set()
        ):
            left = list_stored_batches(self.permit, self.session, deposit=deposit)
            whole = all(one.undone_by is not None for one in left)
            at = self.now if whole else None
            release_deposit(self.permit, self.session, deposit, undone_at=at)

    def _tell(self, seqs: dict[str, int]) -> None:
        for one in self.batches:
            kind = _DECLARED.get(one.receipt.kind, (one.receipt.kind,))[0]
            news = head.News(
                owner=self.permit.owner,
                kind=kind,
                subject=one.receipt.id,
                act="undone",
                covers=one.subject,
            )
            head.tell(self.session, seqs[one.receipt.id], news, now=self.now)


def _describe_undone_batch(one: Stored) -> UndoneBatch:
    receipt = one.receipt
    return UndoneBatch(
        id=receipt.id, kind=receipt.kind, received_at=receipt.received_at, lost=receipt.kept
    )
