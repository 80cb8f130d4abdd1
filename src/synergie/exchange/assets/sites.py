"""What organisations do with their sites."""

from synergie.exchange._noun import Noun
from synergie.schemas.assets.site import Site, SiteRecord
from synergie.storage.assets.owned import SITES
from synergie.storage.store import Store


class Sites(Noun[SiteRecord, Site]):
    """Publish, page and read sites."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, SITES, "sites", "site", "assets")
