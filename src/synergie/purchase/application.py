"""What pooled purchase adds to the core."""

from synergie.application import Application, ClientCalls, Placement

APPLICATION = Application(
    name="purchase",
    tags={
        "purchases": "Pooled purchases: needs of members, plans of a coordinator,"
        " each member's part."
    },
    services=("synergie.purchase.services:PurchaseServices",),
    dues=(
        "synergie.purchase.exchange._dues:list_purchase_dues",
        "synergie.purchase.exchange._dues:list_table_dues",
    ),
    own_dues=(
        "synergie.purchase.exchange._dues:list_coordinated_dues",
        "synergie.purchase.exchange._dues:list_own_table_dues",
    ),
    formats=(
        Placement("offers", "synergie.purchase.templates.offers:FORMAT", before="template-sites"),
        Placement(
            "offers-xlsx", "synergie.purchase.templates.offers:FORMAT_XLSX", before="template-sites"
        ),
        Placement(
            "template-purchase-group",
            "synergie.purchase.templates.group:FORMAT",
            before="template-sites",
        ),
        Placement(
            "template-forward-prices",
            "synergie.purchase.templates.forward_prices:FORMAT",
            before="template-sites",
        ),
    ),
    templates=(
        Placement(
            "purchase-group", "synergie.purchase.templates.group:TEMPLATE", before="light-points"
        ),
        Placement("offers", "synergie.purchase.templates.offers:TEMPLATE", before="light-points"),
        Placement(
            "forward-prices",
            "synergie.purchase.templates.forward_prices:TEMPLATE",
            before="light-points",
        ),
    ),
    rules=("synergie.purchase.storage._scope:RULES",),
    calls=(
        ClientCalls(
            "purchases",
            "synergie.purchase.client.purchases:Purchases",
            "synergie.purchase.client.purchases:AsyncPurchases",
        ),
    ),
    groups=(
        Placement("offers", "synergie.purchase.commands.offers:app", before="plan"),
        Placement("tables", "synergie.energy.commands.tables:app", before="plan"),
        Placement("purchase", "synergie.purchase.commands.purchase:app", before="keys"),
    ),
    plans=(
        Placement("purchase", "synergie.purchase.commands.plan_purchase", before="power"),
        Placement("share", "synergie.purchase.commands.plan_share"),
        Placement("hedge", "synergie.purchase.commands.plan_hedge"),
        Placement("what-if", "synergie.purchase.commands.plan_what_if"),
        Placement("forward", "synergie.purchase.commands.plan_forward"),
    ),
    kinds=("synergie.purchase.plan.award.certificate:KIND",),
    routers=(
        "synergie.purchase.api.purchases:router",
        "synergie.purchase.api.needs:router",
        "synergie.purchase.api.markets:router",
        "synergie.purchase.api.runs:router",
        "synergie.purchase.api.purchases:acts",
    ),
    bodies=(
        "synergie.purchase.records.group:MembersRequest",
        "synergie.purchase.records.group:PurchaseActRequest",
        "synergie.purchase.records.group:PurchaseRecord",
        "synergie.purchase.records.needs:NeedsRecord",
        "synergie.purchase.records.needs:OffersRecord",
        "synergie.purchase.records.market:MarketRecord",
        "synergie.purchase.records.market:ForwardRecord",
        "synergie.schemas.shared_plan:PartRequest",
        "synergie.purchase.records.run:PlanRequest",
    ),
)
