"""The bound of one zone, or of zones that share days, in whatever process.

A zone whose days are not shared gets it by columns; zones that share days and small ones from the
compact model; those between from the better of both.
"""

import time
from dataclasses import dataclass, replace

import numpy as np

from synergie.maintenance.plan.year import _patterns
from synergie.maintenance.plan.year._columns import Zones
from synergie.maintenance.plan.year._kicks import Hints
from synergie.maintenance.plan.year._patch import build_zone_patch
from synergie.maintenance.plan.year._year import Year
from synergie.maintenance.plan.year._year_model import block_model
from synergie.maintenance.plan.year._zone import (
    Cancel,
    Prices,
    build_stop_condition,
    count_visit_weeks,
    list_depot_offers,
)

_SMALL = 250  # visits by open weeks: the compact model bounds so few better
_MEDIUM = 800  # up to here it may


@dataclass(frozen=True, slots=True)
class BoundRequest:
    """The bound of *zones* that is wanted, at these prices of crew-days beside their cost."""

    part: Year
    zones: Zones
    prices: Prices
    seconds: float


@dataclass(frozen=True, slots=True)
class ZonesBound:
    """The certified bound, None when time was short; hints when it came by columns."""

    bound: float | None
    hints: Hints | None
    late_price: float
    seconds: float
    nodes: int


def compute_zones_bound(asked: BoundRequest, cancel: Cancel = None) -> ZonesBound:
    """The bound of one block."""
    began = time.thread_time()
    if len(asked.zones) > 1 or count_visit_weeks(asked.part) <= _SMALL:
        return _by_model(asked, cancel)
    (zone,) = asked.zones
    given = build_zone_patch(asked.part, zone)
    asking = list_depot_offers(asked.part, given, asked.prices)
    price = np.array([price for price, _ in asking], dtype=np.float64).min(axis=0)
    found = _patterns.compute_zone_bound(
        given, price, build_stop_condition(began + asked.seconds, cancel)
    )
    bound, nodes, left = found.bound, found.rounds, asked.seconds - (time.thread_time() - began)
    if count_visit_weeks(asked.part) <= _MEDIUM and left > 0:
        other = _by_model(replace(asked, seconds=left), cancel)
        bound, nodes = max(bound, other.bound or bound), nodes + other.nodes
    return ZonesBound(bound, found.hints, found.centre.late, time.thread_time() - began, nodes)


def _by_model(asked: BoundRequest, cancel: Cancel) -> ZonesBound:
    model, _ = block_model(
        asked.part, asked.zones, prices=asked.prices, limit_s=max(asked.seconds, 0.0)
    )
    outcome = model.minimise(limit_s=asked.seconds, gap=1e-6, cancel=cancel)
    return ZonesBound(outcome.bound, None, 0.0, outcome.seconds, outcome.nodes)
