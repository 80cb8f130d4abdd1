"""What joint maintenance adds to the core."""

from synergie.application import Application, ClientCalls, Placement

APPLICATION = Application(
    name="maintenance",
    tags={
        "campaigns": "Joint maintenance: plans of a coordinator, each body's part, what is done."
    },
    services=("synergie.maintenance.services:MaintenanceServices",),
    dues=("synergie.maintenance.exchange._dues:list_campaign_dues",),
    own_dues=("synergie.maintenance.exchange._dues:list_coordinated_dues",),
    formats=(Placement("template-crews", "synergie.park.templates.crews:FORMAT"),),
    templates=(Placement("crews", "synergie.park.templates.crews:TEMPLATE"),),
    rules=("synergie.maintenance.storage._scope:RULES",),
    calls=(
        ClientCalls(
            "campaigns",
            "synergie.maintenance.client.campaigns:Campaigns",
            "synergie.maintenance.client.campaigns:AsyncCampaigns",
        ),
    ),
    groups=(Placement("campaign", "synergie.maintenance.commands.campaign:app", before="keys"),),
    plans=(
        Placement("maintenance", "synergie.maintenance.commands.plan_maintenance", before="power"),
        Placement("depots", "synergie.maintenance.commands.plan_depots", before="power"),
        Placement("strategy", "synergie.maintenance.commands.plan_strategy", before="power"),
        Placement("what-if-maintenance", "synergie.maintenance.commands.plan_what_if_maintenance"),
        Placement("replan", "synergie.maintenance.commands.plan_replan"),
    ),
    kinds=("synergie.maintenance.plan.kinds:YEAR", "synergie.maintenance.plan.kinds:ROUNDS"),
    routers=(
        "synergie.maintenance.api.campaigns:router",
        "synergie.maintenance.api.runs:router",
        "synergie.maintenance.api.rounds:router",
        "synergie.maintenance.api.campaigns:acts",
    ),
    bodies=(
        "synergie.schemas.shared_plan:BodiesRequest",
        "synergie.maintenance.records.campaign:CampaignActRequest",
        "synergie.maintenance.records.campaign:CampaignRecord",
        "synergie.maintenance.records.campaign_rounds:CampaignRoundsRequest",
        "synergie.maintenance.records.run:CampaignPlanRequest",
    ),
)
