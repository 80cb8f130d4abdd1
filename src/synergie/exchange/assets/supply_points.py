"""What organisations do with their delivery points."""

from contextlib import AbstractContextManager
from datetime import datetime
from typing import override

from synergie.exchange._noun import Noun
from synergie.exchange.publication.released_sums import hold_places
from synergie.exchange.readings.energies.told_before import hold_moves
from synergie.exchange.trust.sum_tries import record_sum_refusals
from synergie.policy import Permit, Principal
from synergie.schemas.assets.supply_point import SupplyPoint, SupplyPointRecord
from synergie.storage.assets.owned import SUPPLY_POINTS, Published
from synergie.storage.assets.shared_points import note_shared
from synergie.storage.store import Session, Store


class SupplyPoints(Noun[SupplyPointRecord, SupplyPoint]):
    """Publish, page and read delivery points."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, SUPPLY_POINTS, "supply_points", "supply_point", "consumption")

    @override
    def refusals(
        self, session: Session, caller: Principal, *, now: datetime
    ) -> AbstractContextManager[None]:
        """What `hold` refuses for the sake of a published sum is recorded."""
        return record_sum_refusals(session, caller, now=now)

    @override
    def hold(self, session: Session, permit: Permit, done: Published) -> None:
        """BadInput for a point moved to where an agreement would let a sum that is out be solved.

        A published one, or that of a period.
        """
        places = {one.id: place for place, one in enumerate(done.named) if one.id in done.written}
        hold_places(permit, session, places)
        was = {one.row["id"]: one.row["site"] for one in done.replaced}
        hold_moves(permit, session, places, was)
        note_shared(permit, session, places.keys() - was.keys())
