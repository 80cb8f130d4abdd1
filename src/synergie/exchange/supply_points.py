"""What organisations do with their delivery points."""

from typing import override

from synergie.exchange._noun import Noun
from synergie.exchange._released_sums import hold_places
from synergie.policy import Permit
from synergie.schemas.supply_point import SupplyPoint, SupplyPointRecord
from synergie.storage.owned import SUPPLY_POINTS, Published
from synergie.storage.store import Session, Store


class SupplyPoints(Noun[SupplyPointRecord, SupplyPoint]):
    """Publish, page and read delivery points."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, SUPPLY_POINTS, "supply_points", "supply_point", "consumption")

    @override
    def hold(self, session: Session, permit: Permit, done: Published) -> None:
        """BadInput for a point moved to where an agreement would let a published sum be solved."""
        places = {one.id: place for place, one in enumerate(done.named) if one.id in done.written}
        hold_places(permit, session, places)
