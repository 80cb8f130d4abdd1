"""What organisations do with their lighting cabinets."""

from synergie.exchange._noun import Noun
from synergie.schemas.assets.cabinet import Cabinet, CabinetRecord
from synergie.storage.assets.owned import CABINETS
from synergie.storage.store import Store


class Cabinets(Noun[CabinetRecord, Cabinet]):
    """Publish, page and read lighting cabinets."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, CABINETS, "cabinets", "cabinet", "assets")
