"""What pooled purchase adds to the core."""

from synergie.application import Application, ClientCalls, Placement

APPLICATION = Application(
    name="purchase",
    tags={
        "purchases": "Pooled purchases: needs of members, plans of a coordinator,"
        " each member's part.",
    },
    services=("synergie.purchase.services:PurchaseServices",),
    dues=("synergie.exchange._purchase_dues:list_purchase_dues",),
    formats=(
        Placement(
            "offers",
            "synergie.formats.templates.offers:FORMAT",
            before="template-sites",
        ),
        Placement(
            "offers-xlsx", "synergie.formats.templates.offers:FORMAT_XLSX", before="template-sites"
        ),
        Placement(
            "template-purchase-group",
            "synergie.formats.templates.purchase_group:FORMAT",
            before="template-sites",
        ),
    ),
    templates=(
        Placement(
            "purchase-group",
            "synergie.formats.templates.purchase_group:TEMPLATE",
            before="light-points",
        ),
        Placement(
            "offers",
            "synergie.formats.templates.offers:TEMPLATE",
            before="light-points",
        ),
    ),
    rules=("synergie.storage._purchase_scope:RULES",),
    calls=(
        ClientCalls(
            "purchases",
            "synergie.client.purchases:Purchases",
            "synergie.client.purchases:AsyncPurchases",
        ),
    ),
    groups=(
        Placement("offers", "synergie.cli.offers:app", before="plan"),
        Placement("purchase", "synergie.cli.purchase:app", before="keys"),
    ),
    plans=(
        Placement("purchase", "synergie.cli.plan_purchase", before="power"),
        Placement("share", "synergie.cli.plan_share"),
        Placement("hedge", "synergie.cli.plan_hedge"),
        Placement("what-if", "synergie.cli.plan_what_if"),
    ),
    routers=(
        "synergie.server.api.purchases:router",
        "synergie.server.api.purchase_needs:router",
        "synergie.server.api.purchase_runs:router",
        "synergie.server.api.purchases:acts",
    ),
    bodies=(
        "synergie.schemas.purchase_group:MembersRequest",
        "synergie.schemas.purchase_group:PurchaseActRequest",
        "synergie.schemas.purchase_group:PurchaseRecord",
        "synergie.schemas.purchase_needs:NeedsRecord",
        "synergie.schemas.purchase_needs:OffersRecord",
        "synergie.schemas.purchase_run:PartRequest",
        "synergie.schemas.purchase_run:PlanRequest",
    ),
)
