"""Alerts as features: where the cabinet of each stands, as far as the permit opens cabinets."""

from collections.abc import Sequence
from datetime import datetime

from synergie.exchange import door as _door
from synergie.exchange.publication.feature_sources import FeatureSource, SourceItem, SourceList
from synergie.exchange.trust import seen as _seen
from synergie.policy import Principal
from synergie.storage.store import Store
from synergie.watch.exchange.alerts import ASK, build_alert
from synergie.watch.records.alert import Alert
from synergie.watch.storage.alerts import list_alerts, map_cabinet_places


def list_alert_items(
    store: Store, caller: Principal, *, agreement: str | None, now: datetime
) -> SourceList:
    """Alerts of the caller's own, or those whose raw curves an agreement opens, as their list."""
    with _seen.open_recorded_session(store, caller, ASK, now=now) as session:
        permit = _door.authorize_list(session, caller, ASK, agreement=agreement, now=now)
        found = list_alerts(permit, session)
        places = map_cabinet_places(permit, session)
    items = [
        SourceItem(
            id=one.id,
            place=places.get(one.cabinet),
            changed_at=one.changed_at,
            record=build_alert(one, permit),
        )
        for one in found
    ]

    def record(names: Sequence[str]) -> None:
        seen = _seen.AccessRecord(
            "consumption", names, granularity="raw", rows=len(names) or len(items)
        )
        _seen.record(store, caller, permit, seen, now=now)

    return SourceList(items=items, fingerprint=permit.fingerprint, record=record)


ALERTS = FeatureSource(
    id="alerts",
    scope="alerts:read",
    title="Alertes de veille",
    about=(
        "Ce que les courbes des armoires signalent ; une alerte se trouve où est son armoire, pour"
        " qui la voit."
    ),
    schema=Alert,
    left_out=frozenset({"verdict"}),
    dataset="consumption",
    list_items=list_alert_items,
)
