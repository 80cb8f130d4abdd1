"""What watch adds to the core: lamps that report themselves."""

from synergie.application import Application, ClientCalls, MenuEntry, Placement

APPLICATION = Application(
    name="watch",
    tags={"alerts": "Lamps that report themselves: faults that curves tell, verdicts, tickets."},
    services=("synergie.watch.services:WatchServices",),
    deposit_hooks=("synergie.watch.exchange.hook:watch_stored_readings",),
    collections=("synergie.watch.exchange.features:ALERTS",),
    pages=("synergie.watch.pages.alerts:router",),
    outages=("synergie.watch.pages.alerts:count_cabinet_alerts",),
    menu=(
        MenuEntry(
            "/alertes",
            "Alertes",
            "Alerts",
            "Quelles lampes se signalent : allumées le jour, éteintes, déréglées ?",
            "Which lamps report themselves: lit by day, dark, drifting?",
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
