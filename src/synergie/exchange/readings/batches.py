"""What organisations do with their batches: find the receipts again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from synergie.errors import NotFound
from synergie.exchange import cursor as _cursor
from synergie.policy import Principal, permit_own_data
from synergie.schemas.page import Page
from synergie.schemas.readings.batch import HeldReceipt, Receipt
from synergie.storage.readings.batches import batch, find_contents, list_batches, some_batches
from synergie.storage.store import Store


@dataclass(frozen=True, slots=True)
class Batches:
    """Receipts of the caller's own batches."""

    store: Store

    def page(
        self, caller: Principal, *, after: str | None = None, limit: int = 200, now: datetime
    ) -> Page[Receipt]:
        """A page of receipts, by id."""
        permit = permit_own_data(caller, action="read", now=now)
        bound = f"batches\x1f{permit.fingerprint}"
        with self.store.read() as session:
            place = _cursor.opened(session, bound, after)
            found = list_batches(permit, session, after=place, limit=limit + 1)
            some, following = _cursor.split_cursor_page(session, bound, found, limit)
        return Page(items=tuple(some), next=following)

    def read(self, caller: Principal, batch_id: str, *, now: datetime) -> Receipt:
        """One receipt. NotFound when it is absent or another's."""
        with self.store.read() as session:
            found = batch(permit_own_data(caller, action="read", now=now), session, batch_id)
        if found is None:
            raise NotFound
        return found

    def unknown(
        self, caller: Principal, receipts: Sequence[HeldReceipt], *, now: datetime
    ) -> tuple[str, ...]:
        """The ids of *receipts* whose batch of the caller's is not here, whatever it is named.

        One that was undone is here: it is not to come again.
        """
        permit = permit_own_data(caller, action="read", now=now)
        with self.store.read() as session:
            named = some_batches(permit, session, {one.id for one in receipts})
            left = [one for one in receipts if one.id not in named]
            alike = find_contents(permit, session, {one.digest for one in left})
        return tuple(one.id for one in left if one.digest not in alike)
