"""Use cases of what everybody may read: releases, open data, maps."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Self

from synergie.exchange.assets.communes import Communes
from synergie.exchange.publication.aggregates import Aggregates
from synergie.exchange.publication.cell_schemes import CellSchemes
from synergie.exchange.publication.embeds import Embeds
from synergie.exchange.publication.features import Features
from synergie.exchange.publication.open_data import OpenData
from synergie.exchange.publication.open_shelf import OpenShelf
from synergie.exchange.publication.public_features import PublicFeatures
from synergie.exchange.publication.publications import Publications
from synergie.exchange.publication.publications_named import Namings
from synergie.exchange.publication.publications_public import PublicData
from synergie.policy.trust.atoms import Limits as Thresholds
from synergie.server.keyring import Keyring
from synergie.server.settings import Settings
from synergie.storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationServices:
    """One transaction each."""

    cell_schemes: CellSchemes
    aggregates: Aggregates
    open_data: OpenData
    publications: Publications
    namings: Namings
    public_data: PublicData
    open_shelf: OpenShelf
    features: Features
    public_features: PublicFeatures
    embeds: Embeds

    @classmethod
    def of(cls, store: Store, settings: Settings, keyring: Keyring) -> Self:
        """The use cases over *store*, as the settings say."""
        thresholds, public = _build_thresholds(settings), PublicData(store)
        return cls(
            cell_schemes=CellSchemes(store),
            aggregates=Aggregates(store, thresholds),
            open_data=OpenData(store),
            publications=Publications(store, thresholds),
            namings=Namings(store),
            public_data=public,
            open_shelf=OpenShelf(store, public),
            embeds=Embeds(store, public, keyring.secret_for("figures")),
            features=Features(store),
            public_features=PublicFeatures(store, public, _load_communes(settings)),
        )


def _load_communes(settings: Settings) -> Communes:
    """Outlines of the file that the settings name; else those that were imported."""
    if settings.communes is None:
        return Communes.load_imported(settings.data_dir)
    return Communes.of(settings.communes, settings.communes_source)


def _build_thresholds(settings: Settings) -> Thresholds:
    return Thresholds(
        min_points=settings.aggregate_min_points,
        min_enterprises=settings.aggregate_min_enterprises,
        max_share=Fraction(str(settings.aggregate_max_share)),
    )
