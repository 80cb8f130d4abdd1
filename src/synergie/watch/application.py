"""What watch adds to the core: lamps and buildings that report themselves."""

from synergie.application import Application, ClientCalls, MenuEntry, Placement

APPLICATION = Application(
    name="watch",
    tags={
        "alerts": "Lamps and buildings that report themselves: faults that curves tell, verdicts,"
        " tickets."
    },
    services=("synergie.watch.services:WatchServices",),
    deposit_hooks=("synergie.watch.exchange.hook:watch_stored_readings",),
    collections=("synergie.watch.exchange.features:ALERTS",),
    pages=("synergie.watch.pages.alerts:router",),
    point_notes=("synergie.watch.pages.alerts:list_point_alerts",),
    outages=("synergie.watch.pages.alerts:count_cabinet_alerts",),
    menu=(
        MenuEntry(
            "/alertes",
            "Alertes",
            "Alerts",
            "Quelles lampes et quels bâtiments se signalent : allumés le jour, éteints, la nuit ?",
            "Which lamps and buildings report themselves: lit by day, dark, drawing at night?",
            before="/depot",
        ),
    ),
    quiet_dues=("synergie.watch.exchange._dues:list_alert_dues",),
    rules=("synergie.watch.storage._scope:RULES",),
    calls=(
        ClientCalls(
            "alerts",
            "synergie.watch.client.alerts:Alerts",
            "synergie.watch.client.alerts:AsyncAlerts",
        ),
    ),
    commands=(Placement("watch", "synergie.watch.commands.watch"),),
    routers=("synergie.watch.api.alerts:router",),
    bodies=("synergie.watch.records.alert:AlertVerdictRequest",),
)
