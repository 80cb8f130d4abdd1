"""The map as a file for QGIS: a styled GeoPackage of what a caller may see, dated within."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from synergie.exchange.publication.features import DATASETS, Features
from synergie.exchange.trust.webhooks.outgoing import Outgoing, Wish
from synergie.formats import write
from synergie.policy import Principal
from synergie.schemas.publication.feature import FeatureNoun
from synergie.schemas.readings.profile import Profile
from synergie.storage.store import Store

MEDIA_TYPE = "application/geopackage+sqlite3"


@dataclass(frozen=True, slots=True)
class MapFiles:
    """Files of what stands somewhere; each page of a file is decided, and noted, as it is read."""

    store: Store

    def geopackage(
        self,
        caller: Principal,
        nouns: Sequence[FeatureNoun],
        sink: BinaryIO,
        *,
        agreement: str | None,
        title: str,
        freshness: Callable[[datetime | None], str],
        clock: Callable[[], datetime],
    ) -> None:
        """Write a layer a noun into *sink*. *freshness* tells a last change in a sentence.

        NotFound, NotAllowed before a byte is written, as of any read.
        """
        assets = [noun for noun in nouns if DATASETS[noun] == "assets"]
        seen = [
            Features(self.store).spread(caller, noun, agreement=agreement, now=clock())
            for noun in assets
        ]
        changed = max((one.changed_at for one in seen if one.changed_at), default=None)
        now = clock()
        wish = Wish(kinds=assets, start=now, end=now, agreement=agreement)
        outgoing = Outgoing(self.store, caller, clock)
        about = outgoing.about(wish, title=title, freshness=freshness(changed)).model_copy(
            update={"as_of": changed or now}
        )
        write(outgoing.records(wish), sink, format="geopackage", profile=Profile(about=about))
