"""Energies of a later file that only rise above all that is stored of their points. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from synergie.schemas.readings.period_energy import PeriodEnergy

_YEAR = 12
"""Stored periods that tell the most of a year, at least."""
_ABOVE = Decimal("1.5")
"""Times the most that is stored, which an index or a sum of months goes over, of most points."""
_FEW = 2
"""Periods of a point, or points of one period each, that tell a rise."""

type _Key = tuple[object, ...]


class Rise(NamedTuple):
    """What a point takes a day in the first and the last period of a file, and at most before."""

    point: str
    first: str
    last: str
    most: str


def rises_over(some: Sequence[PeriodEnergy], stored: Sequence[PeriodEnergy]) -> Iterator[Rise]:
    """The first point of a file that is read as energies and is sums or an index, by all of them.

    Each point that has a year stored must only rise, and end over the most of that year.
    """
    before = _by_point(stored)
    beside = {
        key: (
            told,
            [
                _compute_mean_day_energy(one)
                for one in before[key]
                if one.from_date < told[0].from_date
            ],
        )
        for key, told in _by_point(some).items()
        if key in before
    }
    known = {key: (told, old) for key, (told, old) in beside.items() if len(old) >= _YEAR}
    rises = [rise for told, old in known.values() if (rise := _find_energy_rise(told, max(old)))]
    periods = sum(len(told) for told, _ in known.values())
    if len(rises) * 2 > len(known) and periods >= _FEW:
        yield rises[0]


def _by_point(some: Sequence[PeriodEnergy]) -> dict[_Key, list[PeriodEnergy]]:
    found: dict[_Key, list[PeriodEnergy]] = defaultdict(list)
    for one in sorted(some, key=lambda one: (one.from_date, one.to_date)):
        if one.energy_kwh is not None:
            key = one.supply_point, one.energy, one.direction, one.tariff_class, one.grid
            found[key].append(one)
    return found


def _find_energy_rise(told: Sequence[PeriodEnergy], most: Decimal) -> Rise | None:
    days = [_compute_mean_day_energy(one) for one in told]
    if most <= 0 or days[-1] <= most * _ABOVE or any(b < a for a, b in pairwise(days)):
        return None
    named = (f"{one:.4g}" for one in (days[0], days[-1], most))
    return Rise(str(told[0].supply_point), *named)


def _compute_mean_day_energy(one: PeriodEnergy) -> Decimal:
    return (one.energy_kwh or Decimal(0)) / (one.to_date - one.from_date).days
