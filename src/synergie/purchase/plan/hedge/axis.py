"""The hours of a delivery in local time, and which of them each product covers."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np

from synergie.calendar import load_time_zone
from synergie.errors import BadInput
from synergie.purchase.records.forward import Commodity
from synergie.purchase.records.hedge import HedgeProblem, HedgeProduct
from synergie.purchase.records.purchase import DeliveryPeriod

type Floats = np.ndarray[Any, np.dtype[np.float64]]
type Flags = np.ndarray[Any, np.dtype[np.bool_]]
type Ints = np.ndarray[Any, np.dtype[np.int64]]

PARIS = load_time_zone("Europe/Paris")
_OPENS: dict[Commodity, time] = {"electricity": time(), "gas": time(6)}
"""When a day of delivery begins, by the clocks of Paris."""
_PEAK = range(8, 20)
_SATURDAY = 5
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, eq=False)
class Axis:
    """One entry an hour, in order: a civil day has 23, 24 or 25 of them."""

    starts: tuple[datetime, ...]
    """UTC."""
    days: tuple[date, ...]
    """Day of delivery, Paris: the civil day; of gas that on which its gas day begins."""
    hour: Ints
    """Local hour of the day, 0 to 23."""

    @classmethod
    def of(cls, delivery: DeliveryPeriod, energy: Commodity = "electricity") -> "Axis":
        """The hours of *delivery*: of civil days; of gas those of gas days, from 6 to 6 o'clock."""
        opens = _OPENS[energy]
        first, end = (
            datetime.combine(day, opens, PARIS).astimezone(UTC)
            for day in (delivery.starts, delivery.ends)
        )
        starts = [first + i * _HOUR for i in range(int((end - first) / _HOUR))]
        local = [start.astimezone(PARIS) for start in starts]
        return cls(
            tuple(starts),
            tuple((one.replace(tzinfo=None) - timedelta(hours=opens.hour)).date() for one in local),
            np.array([moment.hour for moment in local], dtype=np.int64),
        )

    def list_day_starts(self) -> tuple[datetime, ...]:
        """The first hour of each day."""
        days = dict(zip(reversed(self.days), reversed(self.starts), strict=True))
        return tuple(sorted(days.values()))

    @property
    def peak(self) -> Flags:
        """Monday to Friday, 8 to 20 h; public holidays too, as exchanges count them."""
        week = np.array([day.weekday() < _SATURDAY for day in self.days])
        return week & (self.hour >= _PEAK.start) & (self.hour < _PEAK.stop)

    def covers(self, product: HedgeProduct) -> Flags:
        """The hours of *product*."""
        inside = np.array([product.starts <= day < product.ends for day in self.days])
        return inside & self.peak if product.shape == "peak" else inside

    @property
    def quarters(self) -> tuple[str, ...]:
        """The quarter of each hour. Example: `2027-Q1`."""
        return tuple(f"{day.year}-Q{(day.month + 2) // 3}" for day in self.days)


@dataclass(frozen=True, slots=True, eq=False)
class Classes:
    """Hours that the same products cover: what is bought ahead is the same in all of them."""

    of_hour: Ints
    """Number of the class of each hour."""
    holds: Flags
    """Which products (columns) cover each class (lines)."""
    hours: Ints
    """How many hours each class has."""


def mark_product_hours(axis: Axis, problem: HedgeProblem) -> Flags:
    """One line a product, one column an hour. Raises BadInput for one outside the delivery."""
    seen: set[str] = set()
    for i, product in enumerate(problem.products):
        where = f"/products/{i}"
        if product.id in seen:
            raise BadInput(where, product.id, "each product once")
        seen.add(product.id)
        if not problem.delivery.starts <= product.starts < product.ends <= problem.delivery.ends:
            found = f"{product.id}: {product.starts} – {product.ends}"
            raise BadInput(where, found, "a product that is delivered inside the delivery")
    lines = [axis.covers(product) for product in problem.products]
    return np.array(lines, dtype=np.bool_).reshape(len(lines), len(axis.starts))


def build_hour_classes(covered: Flags) -> Classes:
    """The classes of hours of the products *covered* (lines by hours)."""
    holds, of_hour, hours = np.unique(covered.T, axis=0, return_inverse=True, return_counts=True)
    return Classes(of_hour.ravel().astype(np.int64), holds.astype(np.bool_), hours.astype(np.int64))
