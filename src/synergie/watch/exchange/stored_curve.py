"""Stored readings of a series as a curve, and what the bills of its delivery point cost."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from synergie.energy.exchange.power_curves import build_curve
from synergie.energy.plan.power.curves import Curve, join_curve_runs
from synergie.policy import Permit
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.series import SeriesRecord
from synergie.storage.assets.held import find_series_in_permit
from synergie.storage.readings.facts import FactQuery, list_facts
from synergie.storage.readings.readings import list_step_runs
from synergie.storage.store import Session
from synergie.units import STEP_SECONDS

HISTORY = timedelta(days=400)
"""How far back nights are learned from, and bills are priced from."""
_MOST_VALUES = 600_000
"""Minutes of so many days."""
_PRICE = Decimal("0.0001")
_HOUR_S = 3600


def is_watched_series(record: SeriesRecord) -> bool:
    """Whether *record* is of power drawn, or of energy by steps shorter than a day, gas too."""
    told = (record.quantity, record.form)
    kinds = {
        ("active_power", "mean_power"),
        ("active_energy", "interval_energy"),
        ("gas_energy", "interval_energy"),
    }
    return told in kinds and record.direction == "import" and record.unit != "therm"


def read_stored_curve(
    permit: Permit,
    session: Session,
    series: str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Curve | None:
    """At most 400 days of a series to *until*, in W, from *since*; None: nothing is there.

    Steps longer than an hour are left out.
    """
    found = find_series_in_permit(permit, session, series)
    if found is None or found.last_end is None:
        return None
    end = min(found.last_end, until or found.last_end)
    span = max(end - HISTORY, since or end - HISTORY), end
    runs = list_step_runs(permit, session, found, span, limit=_MOST_VALUES)
    curves = [
        build_curve(
            datetime.fromtimestamp(one.start_s, UTC),
            STEP_SECONDS[one.step],
            one.values,
            unit=found.unit,
            form=found.form,
            zone=found.tz.key,
        )
        for one in runs
        if STEP_SECONDS.get(one.step, _HOUR_S + 1) <= _HOUR_S
    ]
    return join_curve_runs(curves) if curves else None


def read_billed_price(
    permit: Permit, session: Session, point: str, *, now: datetime
) -> Decimal | None:
    """EUR of a kWh by the bills of a delivery point over 400 days, rounded to 0.0001.

    None: they tell no cost, or some with tax and some without.
    """
    wanted = FactQuery(kind="period_energy", subject=point, since=now - HISTORY)
    found = list_facts(permit, session, wanted, after="", limit=None)
    return average_price(one.record for one in found if isinstance(one.record, PeriodEnergy))


def average_price(bills: Iterable[PeriodEnergy]) -> Decimal | None:
    """EUR of a kWh of electricity over all *bills* that tell both."""
    told = [
        one
        for one in bills
        if one.cost_eur is not None and one.energy_kwh and one.energy == "electricity"
    ]
    energy = sum((one.energy_kwh or Decimal(0) for one in told), Decimal(0))
    cost = sum((one.cost_eur or Decimal(0) for one in told), Decimal(0))
    if energy <= 0 or cost <= 0 or len({one.vat_included for one in told}) > 1:
        return None
    return (cost / energy).quantize(_PRICE, ROUND_HALF_UP)
