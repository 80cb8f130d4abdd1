"""Use cases of what organisations have: sites, points, cabinets, lights, perimeters."""

from dataclasses import dataclass
from typing import Self

from synergie.exchange.assets.cabinets import Cabinets
from synergie.exchange.assets.holdings import Holdings
from synergie.exchange.assets.light_points import LightPoints
from synergie.exchange.assets.map_files import MapFiles
from synergie.exchange.assets.named_perimeters import NamedPerimeters
from synergie.exchange.assets.perimeters import Perimeters
from synergie.exchange.assets.site_choices import SiteChoices
from synergie.exchange.assets.sites import Sites
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetServices:
    """One transaction each."""

    sites: Sites
    supply_points: SupplyPoints
    cabinets: Cabinets
    light_points: LightPoints
    perimeters: NamedPerimeters
    holdings: Holdings
    site_choices: SiteChoices
    point_terms: Perimeters
    map_files: MapFiles

    @classmethod
    def of(cls, store: Store) -> Self:
        """The use cases over *store*."""
        return cls(
            sites=Sites(store),
            supply_points=SupplyPoints(store),
            cabinets=Cabinets(store),
            light_points=LightPoints(store),
            perimeters=NamedPerimeters(store),
            holdings=Holdings(store),
            site_choices=SiteChoices(store),
            point_terms=Perimeters(store),
            map_files=MapFiles(store),
        )
