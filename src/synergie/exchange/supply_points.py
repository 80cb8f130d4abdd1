"""What organisations do with their delivery points."""

from synergie.exchange._noun import Noun
from synergie.schemas.supply_point import SupplyPoint, SupplyPointRecord
from synergie.storage.owned import SUPPLY_POINTS
from synergie.storage.store import Store


class SupplyPoints(Noun[SupplyPointRecord, SupplyPoint]):
    """Publish, page and read delivery points."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, SUPPLY_POINTS, "supply_points", "supply_point", "consumption")
