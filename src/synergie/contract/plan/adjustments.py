"""Changes that are not routine: whether they hold together, and what they change of which day."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import combinations

import numpy as np

from synergie.calendar import day_bounds, load_time_zone
from synergie.contract.plan._text import IN_PERIMETER, OVERLAP
from synergie.contract.records.contract import (
    ContractPoint,
    ContractSpan,
    LampTerms,
    PerformanceContract,
)
from synergie.contract.records.statement import ContractAdjustment
from synergie.energy.plan.power.burn import SAMPLE_S, burn_curve
from synergie.energy.records.power import DimmedSpan, LightingUse
from synergie.errors import BadInput
from synergie.measure.daily import Flags, Floats

_UNIT_W = 1000
_J_A_HOUR = 3_600_000


def check_adjustments(
    contract: PerformanceContract, adjustments: Sequence[ContractAdjustment]
) -> None:
    """BadInput: a point or lamps out of the contract; two of one kind on one day."""
    points = {one.id: one for one in contract.points}
    for one in adjustments:
        point = points.get(one.point)
        lamps = () if point is None or point.lighting is None else point.lighting.lamps
        if point is None or (one.lamps and one.lamps not in {each.id for each in lamps}):
            raise BadInput(f"/adjustments/{one.id}", one.lamps or one.point, IN_PERIMETER)
    for one, other in combinations(adjustments, 2):
        same = (one.point, one.kind, one.lamps) == (other.point, other.kind, other.lamps)
        if same and one.kind != "lamps" and _do_overlap(one.span, other.span):
            raise BadInput(f"/adjustments/{one.id}", other.id, OVERLAP)


def _do_overlap(one: ContractSpan, other: ContractSpan) -> bool:
    return one.from_date < other.to_date and other.from_date < one.to_date


def select_agreed(
    contract: PerformanceContract, adjustments: Iterable[ContractAdjustment]
) -> tuple[ContractAdjustment, ...]:
    """Those that operator and client agreed to."""
    parties = {contract.operator, contract.client}
    return tuple(
        one for one in adjustments if parties <= set(one.agreed_by) and one.agreed_on is not None
    )


def find_days(year: ContractSpan, span: ContractSpan) -> Flags:
    """Which days of *year* lie in *span*."""
    days = (year.to_date - year.from_date).days
    found: Flags = np.zeros(days, dtype=np.bool_)
    low = max(0, (span.from_date - year.from_date).days)
    high = min(days, max(0, (span.to_date - year.from_date).days))
    found[low:high] = True
    return found


def compute_lamp_energy(
    point: ContractPoint,
    lamps: LampTerms,
    year: ContractSpan,
    adjustments: Iterable[ContractAdjustment],
) -> tuple[Floats, Floats, Floats]:
    """Of each day of *year*: kWh of the baseline, kWh with *adjustments*, and lamp hours.

    Lamps added or removed change their number, dark ones are taken off, and a schedule that the
    owner changed gives its hours: its saving is not the operator's.
    """
    mine = [one for one in adjustments if one.lamps == lamps.id and one.point == point.id]
    hours = compute_daily_hours(point, lamps.dimmed, year)
    plain = lamps.count * hours
    number = np.full(len(hours), float(lamps.count))
    for one in mine:
        days = find_days(year, one.span)
        if one.kind == "schedule":
            changed = compute_daily_hours(point, one.dimmed or (), year)
            hours = np.where(days, changed, hours)
        elif one.kind in {"lamps", "outage"}:
            sign = 1 if one.kind == "lamps" else -1
            number = number + np.where(days, sign * (one.count or 0), 0)
    number = np.maximum(0.0, number)
    scale = float(lamps.watts) / _UNIT_W
    return plain * scale, number * hours * scale, number * hours


def compute_daily_hours(
    point: ContractPoint, dimmed: tuple[DimmedSpan, ...], span: ContractSpan
) -> Floats:
    """Hours at full power of each civil day of *span*, from the sun and the schedule."""
    terms = point.lighting
    if terms is None:
        raise ValueError(f"{point.id} feeds no lamps")
    use = LightingUse(
        installed_w=_UNIT_W,
        longitude=terms.longitude,
        latitude=terms.latitude,
        lit_below_deg=terms.lit_below_deg,
        dimmed=dimmed,
    )
    curve = burn_curve(use, span.from_date, span.to_date)
    edges = _find_day_edges(span)
    sums = np.add.reduceat(curve.watts, edges)
    found: Floats = np.round(sums * SAMPLE_S / _J_A_HOUR, 6)
    return found


def _find_day_edges(span: ContractSpan) -> list[int]:
    """The first five-minute step of each civil day of Paris; days of a change have 276 or 300."""
    tz = load_time_zone("Europe/Paris")
    start = day_bounds(span.from_date, tz)[0]
    days: list[date] = [
        span.from_date + timedelta(days=i) for i in range((span.to_date - span.from_date).days)
    ]
    return [int((day_bounds(day, tz)[0] - start).total_seconds()) // SAMPLE_S for day in days]
