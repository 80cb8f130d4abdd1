"""What is due of the watch: alerts that nobody looked at."""

from collections.abc import Iterator
from datetime import datetime

from synergie.policy import Permit
from synergie.policy.readings.morning import Due
from synergie.storage.store import Session
from synergie.watch.storage.alerts import list_alerts

_NAMED = 3
"""Cabinets that are named beside their number."""


def list_alert_dues(permit: Permit, session: Session, told: datetime) -> Iterator[Due]:
    """One line for all open alerts of the bearer's own raised until *told*; none: there is none."""
    found = [
        one
        for one in list_alerts(permit, session, states=("open",))
        if one.raised_at is None or one.raised_at <= told
    ]
    if not found:
        return
    names = sorted({one.cabinet for one in found})
    newest = max(found, key=lambda one: one.changed_at)
    yield Due(
        kind="alert",
        who="lighting",
        by=permit.bearer,
        subject=newest.id,
        name=", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else ""),
        day=None,
        last_day=None,
        n=len(found),
        revision=len(found),
        revised_at=newest.changed_at,
    )
