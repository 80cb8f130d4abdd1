"""Alerts as features: where the cabinet of each stands, or the site of its delivery point.

As far as the permit opens cabinets; sites are those of one's own.
"""

from collections.abc import Sequence
from datetime import datetime

from synergie.exchange import door as _door
from synergie.exchange.publication.feature_sources import FeatureSource, SourceItem, SourceList
from synergie.exchange.trust import seen as _seen
from synergie.policy import Permit, Principal
from synergie.storage.store import Session, Store
from synergie.watch.exchange.alerts import ASK, build_alerts
from synergie.watch.records.alert import Alert, StoredAlert
from synergie.watch.storage.alerts import list_alerts, map_cabinet_places, map_point_sites


def list_alert_items(
    store: Store, caller: Principal, *, agreement: str | None, now: datetime
) -> SourceList:
    """Alerts of the caller's own, or those whose raw curves an agreement opens, as their list."""
    with _seen.open_recorded_session(store, caller, ASK, now=now) as session:
        permit = _door.authorize_list(session, caller, ASK, agreement=agreement, now=now)
        found = list_alerts(permit, session)
        places = _map_places(permit, session, found)
        records = build_alerts(permit, session, found)
    items = [
        SourceItem(id=one.id, place=places.get(one.subject), changed_at=one.changed_at, record=one)
        for one in records
    ]

    def record(names: Sequence[str]) -> None:
        seen = _seen.AccessRecord(
            "consumption", names, granularity="raw", rows=len(names) or len(items)
        )
        _seen.record(store, caller, permit, seen, now=now)

    return SourceList(items=items, fingerprint=permit.fingerprint, record=record)


def _map_places(
    permit: Permit, session: Session, alerts: Sequence[StoredAlert]
) -> dict[str, tuple[float, float]]:
    """Longitude and latitude of cabinets and delivery points, by their key."""
    places = map_cabinet_places(permit, session)
    points = {one.supply_point for one in alerts if one.supply_point is not None}
    if permit.scope == "own" and points:
        sites = map_point_sites(permit, session, points)
        places |= {key: one.place for key, one in sites.items() if one.place is not None}
    return places


ALERTS = FeatureSource(
    id="alerts",
    scope="alerts:read",
    title="Alertes de veille",
    about=(
        "Ce que les courbes des armoires et des bâtiments signalent ; une alerte se trouve où est"
        " son armoire, ou le site de son point de livraison, pour qui les voit."
    ),
    schema=Alert,
    left_out=frozenset({"verdict"}),
    dataset="consumption",
    list_items=list_alert_items,
)
