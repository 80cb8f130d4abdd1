"""What organisations do with their light points."""

from synergie.exchange._noun import Noun
from synergie.schemas.assets.light_point import LightPoint, LightPointRecord
from synergie.storage.assets.owned import LIGHT_POINTS
from synergie.storage.store import Store


class LightPoints(Noun[LightPointRecord, LightPoint]):
    """Publish, page and read light points."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, LIGHT_POINTS, "light_points", "light_point", "assets")
