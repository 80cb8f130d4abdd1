"""Merging, by the server itself, of readings that came one by one: some series a turn."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from synergie.policy import permit_operator
from synergie.storage.readings.bundles.bundling import bundle_some
from synergie.storage.readings.compaction import Fold, fold_some
from synergie.storage.store import Store
from synergie.storage.trust.journal.journal_packing import MOST, pack_some

_ROUND = timedelta(days=1)
"""From one round of bundling to the next: half-hours fill a bundle in five days."""


@dataclass(slots=True)
class Folding:
    """Goes through the series of a store, again and again; `age`: what is younger stays as it came.

    `receipts`: what is older is bundled once it is merged, and records of deposits in the journal
    are packed. None: nothing is. Processes that do it at once do no harm: of two that merge a
    month, or bundle or pack the same, one finds nothing left.
    """

    store: Store
    age: timedelta
    receipts: timedelta | None = None
    _after: str = field(default="", init=False)
    _bundled: str = field(default="", init=False)
    _due: datetime | None = field(default=None, init=False)

    def fold(self, *, now: datetime) -> int:
        """One turn: the next series by id, then from the first again. How many were written."""
        fold = Fold(now - self.age)
        written, self._after = fold_some(self.store, fold, after=self._after, now=now)
        if self.receipts is not None and (self._due is None or now >= self._due):
            before = now - self.receipts
            permit, after = permit_operator(now=now), self._bundled
            _, self._bundled = bundle_some(permit, self.store, before=before, after=after)
            packed = pack_some(permit, self.store, before=before)
            self._due = None if self._bundled or packed == MOST else now + _ROUND
        return written
