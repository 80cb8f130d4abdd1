"""Which rows of campaigns a Permit opens: to the coordinator its own, to a body its own part."""

from collections.abc import Mapping

from synergie.maintenance.storage._tables import (
    CampaignBodyRow,
    CampaignPartRow,
    CampaignRoundsPartRow,
    CampaignRoundsRow,
    CampaignRow,
    CampaignRunRow,
)
from synergie.storage.shared_scope import (
    Rule,
    build_coordinator_rule,
    of_each,
    of_each_once_told,
    of_those_invited,
)
from synergie.storage.tables import Row

RULES: Mapping[type[Row], Rule] = {
    CampaignRow: of_those_invited(
        CampaignRow, named=CampaignBodyRow.campaign, who=CampaignBodyRow.body
    ),
    CampaignBodyRow: of_each(CampaignBodyRow, who=CampaignBodyRow.body),
    CampaignRunRow: build_coordinator_rule(CampaignRunRow),
    CampaignPartRow: of_each_once_told(CampaignPartRow, who=CampaignPartRow.body),
    CampaignRoundsRow: build_coordinator_rule(CampaignRoundsRow),
    CampaignRoundsPartRow: of_each(CampaignRoundsPartRow, who=CampaignRoundsPartRow.body),
}
"""The rule of each table."""
