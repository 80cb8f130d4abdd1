"""Merging, by the server itself, of readings that came one by one: some series a turn."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from synergie.storage.readings.compaction import Fold, fold_some
from synergie.storage.store import Store


@dataclass(slots=True)
class Folding:
    """Goes through the series of a store, again and again; `age`: what is younger stays as it came.

    Processes that do it at once do no harm: of two that merge a month one finds nothing left.
    """

    store: Store
    age: timedelta
    _after: str = field(default="", init=False)

    def fold(self, *, now: datetime) -> int:
        """One turn: the next series by id, then from the first again. How many were written."""
        fold = Fold(now - self.age)
        written, self._after = fold_some(self.store, fold, after=self._after, now=now)
        return written
