"""What organisations do with their series."""

from typing import override

from synergie.exchange._noun import Noun
from synergie.exchange.readings.energies.told_before import hold_zones
from synergie.policy import Permit
from synergie.schemas.series import Series, SeriesRecord
from synergie.storage.assets.owned import SERIES, Published
from synergie.storage.store import Session, Store


class SeriesBook(Noun[SeriesRecord, Series]):
    """Publish, page and read series."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, SERIES, "series", "series", "consumption")

    @override
    def hold(self, session: Session, permit: Permit, done: Published) -> None:
        """BadInput for a series whose days begin otherwise than those that agreements told."""
        places = {one.id: place for place, one in enumerate(done.named) if one.id in done.written}
        was = {one.row["id"]: one.row["time_zone"] for one in done.replaced}
        hold_zones(permit, session, places, was)
