"""What is due of the watch: alerts that nobody looked at."""

from collections.abc import Iterator
from datetime import datetime

from synergie.policy import Permit
from synergie.policy.readings.morning import Desk, Due, DueKind
from synergie.storage.store import Session
from synergie.watch.records.alert import StoredAlert
from synergie.watch.storage.alerts import list_alerts, map_point_sites

_NAMED = 3
"""Cabinets or sites that are named beside their number."""


def list_alert_dues(permit: Permit, session: Session, told: datetime) -> Iterator[Due]:
    """A line for the open alerts of one's own cabinets, one for those of buildings.

    They are those raised until *told*; none: there is none.
    """
    found = [
        one
        for one in list_alerts(permit, session, states=("open",))
        if one.raised_at is None or one.raised_at <= told
    ]
    lamps = {one.cabinet: one.cabinet for one in found if one.cabinet is not None}
    points = {one.supply_point for one in found if one.supply_point is not None}
    sites = map_point_sites(permit, session, points) if points else {}
    names = {key: sites[key].name if key in sites else key for key in points}
    kinds: tuple[tuple[DueKind, Desk, dict[str, str]], ...] = (
        ("alert", "lighting", lamps),
        ("building_alert", "buildings", names),
    )
    for kind, who, called in kinds:
        some = [one for one in found if one.subject in called]
        if some:
            named = sorted({called[one.subject] for one in some})
            yield _build_due(permit, kind, who, some=some, names=named)


def _build_due(
    permit: Permit, kind: DueKind, who: Desk, *, some: list[StoredAlert], names: list[str]
) -> Due:
    newest = max(some, key=lambda one: one.changed_at)
    return Due(
        kind=kind,
        who=who,
        by=permit.bearer,
        subject=newest.id,
        name=", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else ""),
        day=None,
        last_day=None,
        n=len(some),
        revision=len(some),
        revised_at=newest.changed_at,
    )
