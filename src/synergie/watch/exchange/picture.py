"""The picture of an alert: fourteen nights of its cabinet, or fourteen days of its building."""

from datetime import UTC, datetime, time, timedelta

from pydantic import ValidationError

from synergie.errors import BadInput
from synergie.measure.watch.nights import cut_nights
from synergie.policy import Permit
from synergie.reports.document import Figure
from synergie.storage.assets.owned import CABINETS
from synergie.storage.store import Session
from synergie.watch.exchange.night_watch import STATE
from synergie.watch.exchange.stored_curve import read_stored_curve
from synergie.watch.records.alert import StoredAlert
from synergie.watch.reports.document import SHOWN, draw_days, draw_nights
from synergie.watch.storage.alerts import load_learned


def draw_alert(permit: Permit, session: Session, alert: StoredAlert) -> Figure | None:
    """The nights up to the last one of *alert*; None: its curve or its place is not known."""
    end = datetime.combine(alert.last_night, time(23), UTC) + timedelta(days=1)
    since = end - timedelta(days=SHOWN + 2)
    curve = read_stored_curve(permit, session, alert.series, since=since, until=end)
    if curve is None:
        return None
    if alert.cabinet is None:
        return draw_days(alert.subject, curve, alert.last_night)
    learned = load_learned(permit, session, alert.series)
    place = _find_place(permit, session, alert.cabinet)
    if learned is None or learned.state is None or place is None:
        return None
    try:
        state = STATE.validate_json(learned.state)
        nights = cut_nights(curve.start, curve.step_s, curve.watts, place=place, zone=curve.zone)
    except (BadInput, ValidationError):
        return None
    return draw_nights(alert.cabinet, nights, state.expected)


def _find_place(permit: Permit, session: Session, cabinet: str) -> tuple[float, float] | None:
    item = CABINETS.load_ids(permit, session, [cabinet]).get(cabinet)
    if item is None:
        return None
    found = CABINETS.load_item(permit, session, item, now=permit.decided_at)
    where = None if found is None else found.location
    return None if where is None else (where.longitude, where.latitude)
