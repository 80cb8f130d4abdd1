"""What joint maintenance does, over one store."""

from dataclasses import dataclass
from typing import Self

from synergie.maintenance.exchange.campaigns import Campaigns
from synergie.maintenance.exchange.parts import CampaignParts
from synergie.maintenance.exchange.progress import CampaignProgresses
from synergie.maintenance.exchange.rounds import CampaignRoundsBook
from synergie.maintenance.exchange.runs import CampaignRuns
from synergie.storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceServices:
    """Its use cases; one transaction each."""

    campaigns: Campaigns
    runs: CampaignRuns
    parts: CampaignParts
    progress: CampaignProgresses
    rounds: CampaignRoundsBook

    @classmethod
    def of(cls, store: Store) -> Self:
        """The use cases over *store*."""
        return cls(
            campaigns=Campaigns(store),
            runs=CampaignRuns(store),
            parts=CampaignParts(store),
            progress=CampaignProgresses(store),
            rounds=CampaignRoundsBook(store),
        )
