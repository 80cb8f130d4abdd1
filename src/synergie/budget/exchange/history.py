"""Months of points as stored: energy by curves, else by bills or indexes; cost by bills."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from synergie.exchange.publication.aggregate_year import closed_months
from synergie.exchange.readings.energies.point_years import DrawnSource, PointEnergies, SpanTotal
from synergie.exchange.readings.energies.year_tables import read_point_energies
from synergie.policy import Permit
from synergie.storage.assets.holdings import Looked, list_every_point
from synergie.storage.readings.sums.month_sums import list_kept_months
from synergie.storage.store import Session

_WH = Decimal(1000)


@dataclass(frozen=True, slots=True)
class PointHistory:
    """What is stored of a point."""

    name: str
    """Of its site, else its key."""
    curves: Mapping[date, Decimal] = field(default_factory=dict)
    """KWh of whole months by curves, by their first day."""
    sources: tuple[DrawnSource, ...] = ()
    """Bills and indexes."""

    def find_energy(self, month: date) -> tuple[Decimal | None, bool]:
        """KWh of the *month* (its first day), and whether a period was spread. None: unknown."""
        if month in self.curves:
            return self.curves[month], False
        found = next(self._sum_month(month), None)
        return (None, False) if found is None else (found.kwh, found.spread)

    def find_cost(self, month: date) -> SpanTotal | None:
        """What bills tell of the *month* with its cost. None: no whole cost."""
        return next((one for one in self._sum_month(month) if one.eur is not None), None)

    def _sum_month(self, month: date) -> Iterator[SpanTotal]:
        for one in self.sources:
            found = one.sum_span(month, find_next_month(month))
            if found is not None:
                yield found


def find_next_month(month: date) -> date:
    """The first day of the month after *month*."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def read_histories(
    permit: Permit, session: Session, keys: Collection[str], years: range, *, now: datetime
) -> tuple[dict[str, PointHistory], int]:
    """The bearer's own points *keys* that are stored, by key; curves of *years* alone.

    Beside it how many years of curves are not counted yet: their months are not known for now.
    """
    keys = frozenset(keys)
    some = [one for one in list_every_point(permit, session, Looked()) if one.key in keys]
    ids = [one.id for one in some]
    energies = read_point_energies(permit, session, ids)
    closed = {year: last for year in years if (last := closed_months(year, now))}
    told, waiting = list_kept_months(permit, session, ids, closed, energy="electricity")
    curves: dict[str, dict[date, Decimal]] = {one: {} for one in ids}
    for year, by_point in told.items():
        for point, months in by_point.items():
            for month, wh in enumerate(months, 1):
                if wh is not None:
                    curves[point][date(year, month, 1)] = wh / _WH
    found = {
        one.key: PointHistory(
            one.site_name or one.key,
            curves[one.id],
            tuple(energies.get(one.id, PointEnergies()).list_drawn()),
        )
        for one in some
    }
    return found, waiting
