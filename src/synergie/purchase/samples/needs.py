"""From the energy of twelve months to the needs survey of a group purchase.

An agreement opens months, not half-hours: the season of each kWh is then exact, and its share of
peak hours is not known. Lighting has the share that the sun gives; a building has a stated one.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from synergie.calendar import time_class
from synergie.purchase.records.purchase import ClassEnergy, PurchasePoint
from synergie.samples.curves import YearCurve, year_curves
from synergie.samples.night import SAMPLE_S, compute_lit_year, load_paris_zone, year_bounds
from synergie.samples.territory import YEAR, Territory, member
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.units import STEP_SECONDS

OFFPEAK = ((time(22), time(6)),)
"""Off-peak hours of every point [assumed]; in truth each point has its own."""
PEAK_SHARE = 0.72
"""Share of a building's energy in peak hours [assumed]."""

_HIGH = (1, 2, 3, 11, 12)
_FOUR = frozenset({"BTINFCU4", "BTINFMU4", "BTSUPCU", "BTSUPLU", "HTACU5"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One delivery point, who pays for it, and its energy of the twelve months."""

    point: SupplyPointRecord
    """The delivery point."""
    member: str
    """Who pays for it."""
    months_kwh: tuple[float, ...]
    """Energy of January to December, kWh."""


def needs(whole: Territory) -> Iterator[Need]:
    """What the territory needs, from its own curves: for tests and for plans without a server."""
    for holding in whole.holdings:
        for point, site, curve in zip(
            holding.supply_points, holding.sites, year_curves(whole, holding.owner), strict=True
        ):
            yield Need(
                point=point, member=member(holding.owner, site), months_kwh=months_kwh(curve)
            )


def survey(found: Iterable[Need]) -> tuple[PurchasePoint, ...]:
    """The needs survey: each point with its energy by time class, Wh kept."""
    return tuple(
        PurchasePoint(
            id=need.point.code,
            member=need.member,
            market_segment=need.point.market_segment or "C5",
            usage=need.point.usage or "other",
            tariff_code=need.point.tariff_code or "BTINFCUST",
            energy=_split_energy_by_class(need),
        )
        for need in found
    )


def months_kwh(curve: YearCurve) -> tuple[float, ...]:
    """Energy of each civil month, kWh."""
    starts = _month_starts(STEP_SECONDS[curve.step])
    edges = (*starts, len(curve.values))
    scale = STEP_SECONDS[curve.step] / 3_600_000
    return tuple(sum(curve.values[a:b]) * scale for a, b in pairwise(edges))


@lru_cache(maxsize=4)
def _month_starts(seconds: int) -> tuple[int, ...]:
    """Index of the first step of each month of the year."""
    (start, end), tz = year_bounds(YEAR), load_paris_zone()
    steps = int((end - start).total_seconds()) // seconds
    months = [(start + timedelta(seconds=seconds * i)).astimezone(tz).month for i in range(steps)]
    return tuple(months.index(month) for month in range(1, 13))


def _split_energy_by_class(need: Need) -> tuple[ClassEnergy, ...]:
    high = sum(need.months_kwh[month - 1] for month in _HIGH)
    low = sum(need.months_kwh) - high
    peak_high, peak_low = _peak_shares(need.point)
    parts = {
        "HPH": high * peak_high,
        "HCH": high * (1 - peak_high),
        "HPB": low * peak_low,
        "HCB": low * (1 - peak_low),
    }
    if need.point.tariff_code not in _FOUR:
        parts = {"HP": parts["HPH"] + parts["HPB"], "HC": parts["HCH"] + parts["HCB"]}
    return tuple(
        ClassEnergy(time_class=name, mwh=_convert_to_mwh(kwh)) for name, kwh in parts.items()
    )


def _peak_shares(point: SupplyPointRecord) -> tuple[float, float]:
    """Share of peak hours in the high and in the low season."""
    if point.usage != "public_lighting":
        return PEAK_SHARE, PEAK_SHARE
    hours = _lit_classes()
    return (
        hours["HPH"] / (hours["HPH"] + hours["HCH"]),
        hours["HPB"] / (hours["HPB"] + hours["HCB"]),
    )


@lru_cache(maxsize=1)
def _lit_classes() -> Counter[str]:
    """Samples of light by time class, all night."""
    (start, _), tz = year_bounds(YEAR), load_paris_zone()
    return Counter(
        time_class(start + timedelta(seconds=SAMPLE_S * i), tz, OFFPEAK)
        for i, on in enumerate(compute_lit_year(YEAR))
        if on
    )


def _convert_to_mwh(kwh: float) -> Decimal:
    return Decimal(round(kwh * 1000)).scaleb(-6)


def sum_point_volumes(points: Sequence[PurchasePoint]) -> Decimal:
    """Energy of *points*, MWh a year."""
    return sum((part.mwh for point in points for part in point.energy), Decimal(0))
