"""What organisations do with their series."""

from synergie.exchange._noun import Noun
from synergie.schemas.series import Series, SeriesRecord
from synergie.storage.owned import SERIES
from synergie.storage.store import Store


class SeriesBook(Noun[SeriesRecord, Series]):
    """Publish, page and read series."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, SERIES, "series", "series", "consumption")
