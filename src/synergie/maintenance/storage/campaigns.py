"""Campaigns and their bodies: the coordinator's, and of each body its own standing."""

from dataclasses import dataclass

from synergie.maintenance.records.campaign import CampaignRecord, CampaignState, CampaignStep
from synergie.maintenance.storage._tables import CampaignBodyRow, CampaignRow
from synergie.storage.shared_rows import PlanRows, StoredPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCampaign(StoredPlan[CampaignRecord, CampaignState, CampaignStep]):
    """A campaign as it is stored, and how many were invited."""

    plan: str | None
    proposed: str | None


CAMPAIGNS = PlanRows(
    StoredCampaign,
    CampaignRecord,
    CampaignStep,
    CampaignRow,
    CampaignBodyRow,
    item=CampaignBodyRow.campaign,
    who=CampaignBodyRow.body,
)
