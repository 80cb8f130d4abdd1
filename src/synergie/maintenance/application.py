"""What joint maintenance adds to the core."""

from synergie.application import Application, ClientCalls, Placement

APPLICATION = Application(
    name="maintenance",
    tags={
        "campaigns": "Joint maintenance: plans of a coordinator, each body's part, what is done.",
    },
    services=("synergie.maintenance.services:MaintenanceServices",),
    dues=("synergie.exchange._campaign_dues:list_campaign_dues",),
    formats=(Placement("template-crews", "synergie.formats.templates.crews:FORMAT"),),
    templates=(Placement("crews", "synergie.formats.templates.crews:TEMPLATE"),),
    rules=("synergie.storage._campaign_scope:RULES",),
    calls=(
        ClientCalls(
            "campaigns",
            "synergie.client.campaigns:Campaigns",
            "synergie.client.campaigns:AsyncCampaigns",
        ),
    ),
    groups=(Placement("campaign", "synergie.cli.campaign:app", before="keys"),),
    plans=(Placement("maintenance", "synergie.cli.plan_maintenance", before="power"),),
    routers=(
        "synergie.server.api.campaigns:router",
        "synergie.server.api.campaign_runs:router",
        "synergie.server.api.campaign_rounds:router",
        "synergie.server.api.campaigns:acts",
    ),
    bodies=(
        "synergie.schemas.campaign:BodiesRequest",
        "synergie.schemas.campaign:CampaignActRequest",
        "synergie.schemas.campaign:CampaignRecord",
        "synergie.schemas.campaign_rounds:CampaignRoundsRequest",
        "synergie.schemas.campaign_run:CampaignPlanRequest",
    ),
)
